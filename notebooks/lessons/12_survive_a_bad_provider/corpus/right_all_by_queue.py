"""Let workers take jobs from a queue, to which failed ones return when they are due.

task: answer_all
"""

import asyncio
import json

import openai


async def answer_all(base_url, jobs, at_once, retries):
    answers, queue, left = [None] * len(jobs), asyncio.Queue(), retries
    for at in range(len(jobs)):
        queue.put_nowait((at, 1))
    loop = asyncio.get_running_loop()
    open_jobs, finished = len(jobs), asyncio.Event()

    async def worker(sdk):
        nonlocal left, open_jobs
        while True:
            at, attempt = await queue.get()
            try:
                reply = await sdk.chat.completions.create(
                    model=jobs[at]["model"],
                    messages=[{"role": "user", "content": jobs[at]["prompt"]}],
                )
                answers[at] = whole(reply)
            except json.JSONDecodeError:
                pass
            except openai.APIError as err:
                if worth_it(err) and left and attempt < 4:
                    left -= 1
                    due = pause(err, attempt)
                    loop.call_later(due, queue.put_nowait, (at, attempt + 1))
                    continue
            open_jobs -= 1
            if not open_jobs:
                finished.set()

    async with connect(base_url) as sdk:
        workers = [asyncio.create_task(worker(sdk)) for _ in range(at_once)]
        await finished.wait()
        for each in workers:
            each.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return answers
