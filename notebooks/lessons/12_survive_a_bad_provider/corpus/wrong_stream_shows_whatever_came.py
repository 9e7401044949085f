"""Show what came: any end is an answer, and a cut is shown as far as it got.

task: stream_answer
score: 0.666667
says: Limit, filter and refusal are ends but no complete answers, and half a cut stream is not shown.
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
                if finish:
                    name = "complete"
                    return {"outcome": name, "text": text if name in ("complete", "length") else ""}
        return {"outcome": "cut", "text": text}
    except TimeoutError:
        return {"outcome": "late", "text": ""}
