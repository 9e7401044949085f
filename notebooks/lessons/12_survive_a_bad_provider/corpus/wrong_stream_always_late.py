"""Claim that time was up, and ask nobody.

task: stream_answer
score: 0
says: A result without a request is no answer: the ledger shows who was asked.
"""


async def stream_answer(base_url, prompt, streams, seconds):
    return {"outcome": "late", "text": ""}
