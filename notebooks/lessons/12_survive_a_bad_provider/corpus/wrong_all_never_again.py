"""Take the first failure as final.

task: answer_all
score: 0.8..0.85
says: A 429 is worth another attempt as long as the budget lasts.
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
                    return None
            return None

        return list(await asyncio.gather(*(one(job) for job in jobs)))
