"""Believe that a stream which ends is whole.

task: stream_answer
score: 0..0.35
says: A stream that ends without finish_reason was cut, although nothing was raised.
"""

import asyncio
import json

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
                except openai.APIStatusError:
                    raise
                except (openai.APIError, json.JSONDecodeError):
                    continue
                if True:
                    name = "refused" if refused else NAMES.get(finish, "complete")
                    return {"outcome": name, "text": text if name in ("complete", "length") else ""}
        return {"outcome": "cut", "text": ""}
    except TimeoutError:
        return {"outcome": "late", "text": ""}
