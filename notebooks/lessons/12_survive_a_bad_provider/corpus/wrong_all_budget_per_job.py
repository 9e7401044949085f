"""Give every job its own retries.

task: answer_all
score: 0.8..0.85
says: The budget is for all jobs together: in a brown-out, retries per job multiply the load.
"""

import asyncio
import json

import openai


async def answer_all(base_url, jobs, at_once, retries):
    slots = asyncio.Semaphore(at_once)

    async with connect(base_url) as sdk:

        async def one(job):
            left = 3
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

        return list(await asyncio.gather(*(one(job) for job in jobs)))
