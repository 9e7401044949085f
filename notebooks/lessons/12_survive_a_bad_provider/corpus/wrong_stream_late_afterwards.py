"""Look at the clock once a stream has come to its end.

task: stream_answer
score: 0.666667
says: A deadline ends the waiting: the stream is broken off, not read to its end and then discarded.
"""

import time

_answer = stream_answer


async def stream_answer(base_url, prompt, streams, seconds):
    end = time.monotonic() + seconds
    got = await _answer(base_url, prompt, streams, 30.0)
    return {"outcome": "late", "text": ""} if time.monotonic() > end else got
