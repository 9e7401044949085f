"""Put one deadline around a recursive attempt.

task: stream_answer
"""

import asyncio
import json

import openai

NAMES = {"stop": "complete", "length": "length", "content_filter": "filtered"}


async def attempt(sdk, prompt, left):
    if not left:
        return {"outcome": "cut", "text": ""}
    text, refusal, finish = "", "", None
    try:
        messages = [{"role": "user", "content": prompt}]
        options = {"model": "practice-small", "messages": messages, "stream": True}
        async with await sdk.chat.completions.create(**options) as chunks:
            async for chunk in chunks:
                if chunk.choices:
                    [choice] = chunk.choices
                    text += choice.delta.content or ""
                    refusal += choice.delta.refusal or ""
                    finish = choice.finish_reason or finish
    except openai.APIStatusError:
        raise
    except (openai.APIError, json.JSONDecodeError):
        finish = None
    if not finish:
        return await attempt(sdk, prompt, left - 1)
    name = "refused" if refusal else NAMES[finish]
    return {"outcome": name, "text": text if name in ("complete", "length") else ""}


async def stream_answer(base_url, prompt, streams, seconds):
    async with connect(base_url) as sdk:
        try:
            return await asyncio.wait_for(attempt(sdk, prompt, streams), seconds)
        except TimeoutError:
            return {"outcome": "late", "text": ""}
