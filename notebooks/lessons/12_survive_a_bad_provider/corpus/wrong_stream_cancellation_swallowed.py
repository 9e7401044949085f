"""Catch everything and try again.

task: stream_answer
score: 0.666667
says: A bare except also catches CancelledError, so the deadline only starts another attempt.
"""

import asyncio

import openai

NAMES = {"stop": "complete", "length": "length", "content_filter": "filtered"}


async def stream_answer(base_url, prompt, streams, seconds):
    messages = [{"role": "user", "content": prompt}]
    options = {"model": "practice-small", "messages": messages, "stream": True}
    try:
        async with asyncio.timeout(seconds), connect(base_url) as sdk:
            for _ in range(streams):
                text, refused, finish = "", False, None
                try:
                    async for chunk in await sdk.chat.completions.create(**options):
                        for choice in chunk.choices:
                            text += choice.delta.content or ""
                            refused = refused or bool(choice.delta.refusal)
                            finish = choice.finish_reason or finish
                except BaseException as err:
                    if isinstance(err, openai.APIStatusError):
                        raise
                    continue
                if finish:
                    name = "refused" if refused else NAMES[finish]
                    return {"outcome": name, "text": text if name in ("complete", "length") else ""}
        return {"outcome": "cut", "text": ""}
    except TimeoutError:
        return {"outcome": "late", "text": ""}
