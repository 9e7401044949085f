"""Return the answers as they come.

task: answer_all
score: 0..0.5
says: Answers stand in the order of the jobs, None where there is none.
"""

import asyncio
import json

import openai


async def answer_all(base_url, jobs, at_once, retries):
    slots, left = asyncio.Semaphore(at_once), retries

    async with connect(base_url) as sdk:

        async def one(job):
            nonlocal left
            messages = [{"role": "user", "content": job["prompt"]}]
            for failed in range(1, 5):
                try:
                    async with slots:
                        reply = await sdk.chat.completions.create(
                            model=job["model"], messages=messages
                        )
                    return whole(reply)
                except json.JSONDecodeError:
                    return None
                except openai.APIError as err:
                    if failed == 4 or left == 0 or not worth_it(err):
                        return None
                    left -= 1
                    wait = pause(err, failed)
                await asyncio.sleep(wait)
            return None

        arrived = []

        async def kept(job):
            arrived.append(await one(job))

        await asyncio.gather(*(kept(job) for job in jobs))
    return arrived
