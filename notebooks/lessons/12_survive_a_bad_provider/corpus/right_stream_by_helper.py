"""Let the SDK's helper add the chunks up.

task: stream_answer
"""

import asyncio
import json

import openai


async def stream_answer(base_url, prompt, streams, seconds):
    async def whole(sdk):
        messages = [{"role": "user", "content": prompt}]
        options = {"model": "practice-small", "messages": messages}
        async with sdk.chat.completions.stream(**options) as stream:
            async for _ in stream:
                pass
            return (await stream.get_final_completion()).choices[0]

    async def work():
        begun = 0
        async with connect(base_url) as sdk:
            while begun < streams:
                begun += 1
                try:
                    choice = await whole(sdk)
                except openai.LengthFinishReasonError as err:
                    choice = err.completion.choices[0]
                except openai.ContentFilterFinishReasonError:
                    return {"outcome": "filtered", "text": ""}
                except (openai.APIError, json.JSONDecodeError) as err:
                    if isinstance(err, openai.APIStatusError):
                        raise
                    continue
                if choice.finish_reason is None:  # cut, be it in the middle of a refusal
                    continue
                text = choice.message.content or ""
                if choice.message.refusal:
                    return {"outcome": "refused", "text": ""}
                if choice.finish_reason == "stop":
                    return {"outcome": "complete", "text": text}
                if choice.finish_reason == "length":
                    return {"outcome": "length", "text": text}
                return {"outcome": "filtered", "text": ""}
        return {"outcome": "cut", "text": ""}

    done, waiting = await asyncio.wait({asyncio.create_task(work())}, timeout=seconds)
    if done:
        return done.pop().result()
    [task] = waiting
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return {"outcome": "late", "text": ""}
