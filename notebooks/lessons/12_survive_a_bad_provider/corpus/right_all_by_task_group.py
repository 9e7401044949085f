"""Keep slots and purse in one object, tasks in a group.

task: answer_all
"""

import asyncio

import openai


class Purse:
    def __init__(self, coins):
        self.coins = coins

    def pay(self):
        self.coins -= 1
        return self.coins >= 0


async def once(sdk, slots, job):
    messages = [{"role": "user", "content": job["prompt"]}]
    async with slots:
        return await sdk.chat.completions.create(model=job["model"], messages=messages)


async def worked(sdk, slots, purse, job):
    failed = 0
    while True:
        try:
            reply = await once(sdk, slots, job)
        except ValueError:
            return None
        except openai.OpenAIError as err:
            failed += 1
            if not worth_it(err) or failed > 3 or not purse.pay():
                return None
            await asyncio.sleep(pause(err, failed))
        else:
            return whole(reply)


async def answer_all(base_url, jobs, at_once, retries):
    slots, purse = asyncio.BoundedSemaphore(at_once), Purse(retries)
    async with connect(base_url) as sdk, asyncio.TaskGroup() as group:
        tasks = [group.create_task(worked(sdk, slots, purse, job)) for job in jobs]
    return [task.result() for task in tasks]
