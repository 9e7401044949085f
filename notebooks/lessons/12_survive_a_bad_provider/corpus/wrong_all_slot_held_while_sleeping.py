"""Sleep inside the semaphore.

task: answer_all
score: 0.8..0.85
says: While one job waits for its retry, its slot must be free for another.
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
            async with slots:
                for failed in range(1, 5):
                    try:
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
                        await asyncio.sleep(pause(err, failed))
            return None

        return list(await asyncio.gather(*(one(job) for job in jobs)))
