"""Take a missing [DONE] for a cut.

task: stream_answer
score: 0.333333
says: A missing [DONE] loses nothing; finish_reason is the proof that the answer is whole.
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
                text, refused, finish, done = "", False, None, False
                raw = sdk.chat.completions.with_streaming_response
                try:
                    async with raw.create(**options) as reply:
                        async for line in reply.iter_lines():
                            if line == "data: [DONE]":
                                done = True
                            elif line.startswith("data: "):
                                for choice in json.loads(line[6:])["choices"]:
                                    text += choice["delta"].get("content") or ""
                                    refused = refused or bool(choice["delta"].get("refusal"))
                                    finish = choice["finish_reason"] or finish
                except openai.APIStatusError:
                    raise
                except (openai.APIError, ValueError, KeyError):
                    continue
                if finish and done:
                    name = "refused" if refused else NAMES[finish]
                    return {"outcome": name, "text": text if name in ("complete", "length") else ""}
        return {"outcome": "cut", "text": ""}
    except TimeoutError:
        return {"outcome": "late", "text": ""}
