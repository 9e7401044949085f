# %% [markdown]
# # Survive a bad provider
# A call can be refused, cut in half, carried out twice, or never answered; the client decides whether your users notice.
#
# **You build** a streaming client, piece by piece: it reads failures of three vendors, waits as told, notices a cut stream, pays once, shares one limit and fails over with a label.
#
# **You learn** which failures to repeat, which to report, and what users see meanwhile.
#
# **You need** Python functions, dataclasses, `async`/`await`. No earlier lesson is assumed.
#
# 120 minutes, 39 points. Rung: AI Engineer. Competencies: C009, C010, C011, C012, C013, C015.
#
# Tags: *fact* (source, date), *measured* (by the cell above it), *simulated*.

# %% role="setup"
from autograder import check, predict, reveal
from autograder.provider import async_client, client, provider_of

# %% [markdown]
# ## Look at how it fails
# The practice provider fails on request: `faults="quota"` makes every call answer 429 `insufficient_quota`.
# The openai SDK retries by default. How many requests does it send into an exhausted quota?

# %% role="predict"
predict("quota_requests", ...)


# %%
import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import openai
import pandas as pd

QUESTION = (
    "Passages:\n[1] Refunds take five working days after the parcel has come back.\n\n"
    "Question: How long do refunds take?"
)
ASK: dict[str, Any] = {
    "model": "practice-small",
    "messages": [{"role": "user", "content": QUESTION}],
}


def tried(faults: str, **options: Any) -> tuple[str, int]:
    """Ask once under a fault; return what came of it, and the requests that were sent."""
    with client(seed=12, faults=faults) as mine:
        try:
            reply = mine.chat.completions.create(**ASK, **options)
            if options.get("stream"):
                reply = "".join(chunk.choices[0].delta.content or "" for chunk in reply)
            outcome = f"{type(reply).__name__}: {reply}"[:48]
        except Exception as err:
            outcome = f"raises {type(err).__name__}"
        return outcome, provider_of(mine).ledger.totals.calls


streamed = {"stream": True}
trials = [
    ("429(50ms)@1", {}),
    ("400", {}),
    ("quota", {}),
    ("html-200", {}),
    ("truncated", {}),
    ("cut(fin)", streamed),
    ("sse-no-finish", streamed),
]
with ThreadPoolExecutor(len(trials)) as pool:
    seen = list(pool.map(lambda trial: tried(trial[0], **trial[1]), trials))
predict("quota_requests", actual=seen[2][1])
pd.DataFrame(
    [(fault, *what) for (fault, _), what in zip(trials, seen, strict=True)],
    columns=["fault", "your code gets", "requests"],
)

# %% [markdown]
# Three surprises (*measured*).
# It repeats what no repetition mends: the quota. A sign-in page with status 200 arrives as a `str`. And `sse-no-finish`, a stream that ends in the middle of the sentence, is a *success*.
#
# It also waits 600 seconds for silence (5 to connect), does not retry where Retry-After asks for more than 120 seconds, and sends no idempotency key (*fact*: openai-python's source, November 2026).

# %% [markdown]
# ## Task 1: Read the reply
# Four verdicts are enough:
# **answer** (use it), **retry** (the same request may work later), **repair** (another request may work: shorter input, more room), **fail** (report it).
#
# Solved for you, for OpenAI's replies with status 200:


# %%
SPENT = {
    "insufficient_quota",
    "credit_balance_exhausted",
    "organization_usage_limit_exceeded",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
}  # error codes of OpenAI's that no waiting mends


def openai_end(body: Mapping[str, Any]) -> tuple[str, str, int]:
    """Return how a reply ended, its text, and the tokens it bills."""
    choice, usage = body["choices"][0], body["usage"]
    tokens = usage["prompt_tokens"] + usage["completion_tokens"]  # both already hold their parts
    return choice["finish_reason"], choice["message"]["content"], tokens


with client(seed=12, faults="length") as mine:
    reply = mine.chat.completions.create(**ASK)
openai_end(reply.model_dump())

# %% [markdown]
# Half an answer and no exception: only `finish_reason` says so. Other vendors say the same in other words (*fact*: their API references and OpenAI's help page 5955604, November 2026; Gemini's `quotaId` as quoted in public issues):
#
# | | `openai` | `anthropic` | `gemini` |
# |---|---|---|---|
# | the reply | `choices[0]` | the body | `candidates[0]` |
# | its text | `message.content` | `content`, the blocks of type `text` | `content.parts`, those without `thought: true` |
# | it ended well | `finish_reason` `stop` | `stop_reason` `end_turn`, `stop_sequence` | `finishReason` `STOP` |
# | it hit a limit | `length` | `max_tokens`, `model_context_window_exceeded` | `MAX_TOKENS` |
# | tokens billed, in `usage` (`usageMetadata`) | `prompt_tokens` + `completion_tokens` | `input_tokens` + `cache_creation_input_tokens` + `cache_read_input_tokens` + `output_tokens` | `promptTokenCount` + `candidatesTokenCount` + `thoughtsTokenCount` |
# | money or quota is gone: 429, and | `error.type` is `insufficient_quota`, or `error.code` is in `SPENT` | `error.details.error_code` is `enforced_spend_limit_reached` | any `quotaId` in `error.details[].violations[]` has `PerDay` |
#
# A reply of Anthropic's says `input_tokens` 900, `cache_read_input_tokens` 600, `output_tokens` 100. How many are billed?

# %% role="predict"
predict("anthropic_tokens", ...)

# %%
usage = {"input_tokens": 900, "cache_read_input_tokens": 600, "output_tokens": 100}
predict("anthropic_tokens", actual=sum(usage.values()))
sum(usage.values())

# %% [markdown]
# Anthropic's three inputs stand side by side; the others' prompt counts hold the cached ones.
#
# **Given** `vendor`, `status` (0: no reply came), `headers` (lower-case names), `body` (parsed JSON, or text where it is none).
#
# **Produce** `{"verdict", "text", "tokens"}`.
#
# **Rules**, first match decides.
#
# - Status 0: retry.
# - Not 200:
#     1. quota gone: fail;
#     2. `x-should-retry` `true`: retry, `false`: fail;
#     3. 413, or OpenAI's `error.code` `context_length_exceeded`: repair;
#     4. 408, 409, 429 and 5xx: retry;
#     5. anything else: fail.
# - 200:
#     1. body no dict: retry;
#     2. Gemini's `promptFeedback.blockReason`: fail;
#     3. no `choices[0]`, no `stop_reason`, no `candidates[0]`: retry;
#     4. OpenAI's `message.refusal` is not empty: fail;
#     5. ended well: answer, without text retry;
#     6. hit a limit: repair;
#     7. any other end: fail.
#
# `text` is all parts joined (there may be none), and "" unless the verdict is answer. `tokens` is 0 where the body has no usage; missing counts are 0. Withheld and cut replies count too.
#
# **Example:** `read_reply("openai", 200, {}, {"choices": [{"finish_reason": "length", "message": {"content": "Refunds take"}}], "usage": {"prompt_tokens": 30, "completion_tokens": 2}})` gives `{"verdict": "repair", "text": "", "tokens": 32}`. 5 points.


# %% role="answer" task="read_reply" points=5
def read_reply(vendor: str, status: int, headers: dict[str, str], body: Any) -> dict[str, Any]:
    """Return verdict, text and tokens of any vendor's reply (about 35 lines)."""
    ### BEGIN SOLUTION
    read = {"verdict": "retry", "text": "", "tokens": 0}
    fields: dict[str, Any] = body if isinstance(body, dict) else {}
    if status == 0:
        return read
    if status != 200:
        error = fields.get("error") or {}
        code = error.get("code")
        details = error.get("details") or {}
        spent = "insufficient_quota" in (code, error.get("type")) or code in SPENT
        if vendor == "anthropic":
            spent = details.get("error_code") == "enforced_spend_limit_reached"
        if vendor == "gemini":
            violations = [v for detail in details or [] for v in detail.get("violations", ())]
            spent = any("PerDay" in v["quotaId"] for v in violations)
        told = headers.get("x-should-retry")
        if status == 429 and spent:
            verdict = "fail"
        elif told in ("true", "false"):
            verdict = "retry" if told == "true" else "fail"
        elif status == 413 or code == "context_length_exceeded":
            verdict = "repair"
        else:
            verdict = "retry" if status in (408, 409, 429) or status >= 500 else "fail"
        return read | {"verdict": verdict}
    usage = fields.get("usage") or fields.get("usageMetadata") or {}
    counted = {
        "openai": ("prompt_tokens", "completion_tokens"),
        "anthropic": (
            "input_tokens",
            "cache_creation_input_tokens",
            "cache_read_input_tokens",
            "output_tokens",
        ),
        "gemini": ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount"),
    }
    read["tokens"] = sum(usage.get(name) or 0 for name in counted[vendor])
    if (fields.get("promptFeedback") or {}).get("blockReason"):
        return read | {"verdict": "fail"}
    if vendor == "anthropic":
        end = fields.get("stop_reason")
        parts = [b["text"] for b in fields.get("content", ()) if b["type"] == "text"]
    else:
        replies = fields.get("choices") or fields.get("candidates")
        if not replies:
            return read
        if vendor == "openai":
            end, message = replies[0]["finish_reason"], replies[0]["message"]
            if message.get("refusal"):
                return read | {"verdict": "fail"}
            parts = [message["content"] or ""]
        else:
            end = replies[0]["finishReason"]
            content = replies[0].get("content") or {}
            parts = [p["text"] for p in content.get("parts", ()) if not p.get("thought")]
    if end in ("stop", "end_turn", "stop_sequence", "STOP"):
        text = "".join(parts)
        return read | {"verdict": "answer" if text else "retry", "text": text}
    if end is None:
        return read
    limit = ("length", "max_tokens", "model_context_window_exceeded", "MAX_TOKENS")
    return read | {"verdict": "repair" if end in limit else "fail"}
    ### END SOLUTION


# %% role="check" task="read_reply"
check("read_reply")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Bring three shapes to one: end word, text, tokens. Then decide once.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>error = body.get("error") or {}</code>; for Gemini <code>error["details"]</code> is a list, for Anthropic a dict.
# </details>

# %% [markdown]
# ## Task 2: Come back later
# A quarter of all calls fails, each independently. How many of 100 calls have an answer after at most four attempts?

# %% role="predict"
predict("answered_of_100", ...)

# %%
rng = np.random.default_rng(12)
failing = rng.random((200_000, 4)) < 0.25  # one row a call, one column an attempt
answered = {attempts: 1 - failing[:, :attempts].all(axis=1).mean() for attempts in (1, 2, 3, 4)}
predict("answered_of_100", actual=round(100 * (1 - 0.25**4), 1))
pd.DataFrame(
    {"simulated": answered, "exact": {n: 1 - 0.25**n for n in answered}}, index=[1, 2, 3, 4]
).rename_axis("attempts").round(4)

# %% [markdown]
# The fourth attempt: of 2,000 calls it leaves about 8 unanswered instead of 31.
#
# Attempts multiply: three of your own around the SDK's three are nine. Switch one off; below, the SDK's (`max_retries=0`).
# Three decide how long to wait: you (back-off), the server (Retry-After), your caller (deadline).


# %%
def ceiling(failed: int) -> float:
    """Return the longest wait in seconds after so many failures."""
    return min(3.0, 2.0 ** (failed - 1))


pd.DataFrame(
    {"ceiling (s)": {n: ceiling(n) for n in (1, 2, 3)}, "full jitter": "0 to ceiling"},
).rename_axis("failed")

# %% [markdown]
# *Full jitter* waits a random share of the ceiling: who failed together returns apart (*fact*: AWS Architecture Blog, 2015).
#
# **Given** `failed` (attempts that failed so far, at least 1), the last reply's `headers` (lower-case names), `now` and `deadline` (seconds since 1970), `draw` (a random number from 0 to 1).
#
# **Produce** the seconds to wait before the next attempt, or None to give up.
#
# **Rules**
#
# - *Asked*: `retry-after-ms` in milliseconds, else `retry-after`, in seconds (decimals allowed) or as an HTTP date (it ends in GMT), which counts from `now`; a date in the past asks for 0. What is not finite, negative or unreadable counts as if it were absent.
# - *Wait*: asked, plus `draw` times `ceiling(failed)`. Jitter goes on top: nobody returns before they were told to.
# - None after four failures, or where less than 1 second would be left between the end of the wait and the deadline.
#
# **Example:** `next_wait(2, {"retry-after": "3"}, 1000.0, 1060.0, 0.5)` gives `4.0`; with deadline `1004.9` it gives `None`. 5 points.


# %% role="answer" task="next_wait" points=5
def next_wait(
    failed: int, headers: dict[str, str], now: float, deadline: float, draw: float
) -> float | None:
    """Return seconds to wait, or None to give up (about 22 lines)."""
    ### BEGIN SOLUTION

    def number(text: str) -> float | None:
        try:
            found = float(text)
        except ValueError:
            return None
        return found if 0 <= found < float("inf") else None

    def dated(text: str) -> float | None:
        try:
            return max(parsedate_to_datetime(text).timestamp() - now, 0.0)
        except ValueError:
            return None

    asked = number(headers.get("retry-after-ms", ""))
    if asked is not None:
        asked /= 1000
    else:
        written = headers.get("retry-after", "")
        asked = number(written)
        asked = dated(written) if asked is None else asked
    wait = (asked or 0.0) + draw * ceiling(failed)
    return None if failed >= 4 or now + wait + 1 > deadline else wait
    ### END SOLUTION


# %% role="check" task="next_wait"
check("next_wait")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# <code>float("nan")</code> does not raise. Which comparison is false for it?
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>0 <= x < float("inf")</code> keeps what is finite and not negative. <code>parsedate_to_datetime(text).timestamp() - now</code> reads a date.
# </details>

# %% [markdown]
# ## Task 3: Consume a stream to its end
# A stream has three ends: the last event says `finish_reason`, then `[DONE]` comes, then the connection closes.
# The consumer below is in many code bases:
#
# - `sse-no-done`: only `[DONE]` is missing;
# - `sse-no-finish`: it ends early, but properly;
# - `sse-truncated`: it ends inside an event;
# - `sse-malformed`: one event is no JSON;
# - `cut`: the connection closes in the middle.
#
# How many make it return half a sentence without a word?


# %%
def connect(base_url: str) -> openai.AsyncOpenAI:
    """Return an SDK client that retries nothing by itself and waits 10 s for silence."""
    return async_client(base_url=base_url, max_retries=0, timeout=10)


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end; a thread of its own, since a notebook's loop is busy."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


async def naive(base_url: str, prompt: str) -> str:
    """Join whatever comes."""
    messages: Any = [{"role": "user", "content": prompt}]
    pieces = []
    async with connect(base_url) as sdk:
        stream = await sdk.chat.completions.create(
            model="practice-small", messages=messages, stream=True
        )
        async for chunk in stream:
            if chunk.choices:
                pieces.append(chunk.choices[0].delta.content or "")
    return "".join(pieces)


# %% role="predict"
predict("silent_halves", ...)


# %%
def under(fault: str) -> str:
    """Consume one stream under a fault."""
    with client(seed=12, faults=fault) as mine:
        try:
            return repr(run(naive(str(mine.base_url), QUESTION)))
        except Exception as err:
            return f"raises {type(err).__name__}"


endings = ["", "sse-no-done", "sse-no-finish", "sse-truncated", "sse-malformed", "cut(fin)"]
consumed = {fault or "(none)": under(fault) for fault in endings}
silent = [text for text in consumed.values() if not text.startswith("raises")]
halves = [text for text in silent if text != consumed["(none)"]]
predict("silent_halves", actual=len(halves))
pd.Series(consumed, name="what the naive consumer does").to_frame()

# %% [markdown]
# Two of five return half a sentence as if nothing were wrong (*measured*); a missing `[DONE]` alone loses nothing.
# So the proof of an end is `finish_reason`: not the end of the connection, and not `[DONE]`.
# Two more traps. A bare `except:` also catches `CancelledError`, so the caller's deadline starts another attempt. And half a reply plus a whole one is one and a half.
#
# **Given** `base_url`, `prompt`, `streams` (how many streams may be begun), `seconds` (for everything together).
#
# **Produce**, with `connect(base_url)` and model `practice-small`, `{"outcome", "text"}`:
#
# - `complete` (finish_reason `stop`) with the text; `refused`, if it ended so and deltas carried `refusal`: text "";
# - `length`: the text so far; `filtered` (`content_filter`): "";
# - `cut`: all `streams` streams ended without a finish_reason or broke off before one (`openai.APIError`, `json.JSONDecodeError`): "";
# - `late`: not done after `seconds`; nothing more is sent or read: "".
#
# **Rules:** a cut stream is thrown away and asked for anew, at once; any other end is final. An error *status* (`openai.APIStatusError`) is no cut and may raise. Neither this nor that the seconds cover all streams together is judged: check it yourself.
#
# **Example:** with `streams` 1, under `sse-no-finish`, it gives `{"outcome": "cut", "text": ""}` after one request. 5 points.


# %% role="answer" task="stream_answer" points=5
async def stream_answer(base_url: str, prompt: str, streams: int, seconds: float) -> dict[str, str]:
    """Return outcome and text of a streamed answer (about 28 lines)."""
    ### BEGIN SOLUTION
    messages: Any = [{"role": "user", "content": prompt}]

    async def once(sdk: openai.AsyncOpenAI) -> dict[str, str] | None:
        pieces, finish, refused = [], None, False
        stream = await sdk.chat.completions.create(
            model="practice-small", messages=messages, stream=True
        )
        async for chunk in stream:
            for choice in chunk.choices:
                pieces.append(choice.delta.content or "")
                refused = refused or bool(choice.delta.refusal)
                finish = choice.finish_reason or finish
        if not finish:
            return None
        outcome = {"stop": "complete", "length": "length"}.get(finish, "filtered")
        outcome = "refused" if refused else outcome
        kept = outcome in ("complete", "length")
        return {"outcome": outcome, "text": "".join(pieces) if kept else ""}

    try:
        async with asyncio.timeout(seconds), connect(base_url) as sdk:
            for _ in range(streams):
                try:
                    got = await once(sdk)
                except openai.APIStatusError:
                    raise
                except (openai.APIError, json.JSONDecodeError):
                    continue
                if got:
                    return got
        return {"outcome": "cut", "text": ""}
    except TimeoutError:
        return {"outcome": "late", "text": ""}
    ### END SOLUTION


# %% role="check" task="stream_answer"
check("stream_answer")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# One coroutine for one stream, None where it was cut; loop, deadline and errors around it.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>asyncio.timeout(seconds)</code> around everything becomes TimeoutError outside its block. <code>except openai.APIStatusError: raise</code> goes before the other errors.
# </details>

# %% [markdown]
# ## Task 4: Pay once
# The model asks for a refund, your code pays, then asks for the wording, and that call fails twice, then works.
# How many refunds does this loop send?


# %%
paid: list[str] = []


def turn(fails: list[bool]) -> str:
    """Handle a ticket: pay, then ask for the wording."""
    paid.append("A-17")
    if fails.pop(0):
        raise ConnectionError
    return "Your refund is on its way."


def stubborn(fails: list[bool]) -> str:
    """Repeat the whole turn until it works."""
    while True:
        try:
            return turn(fails)
        except ConnectionError:
            continue


# %% role="predict"
predict("refunds_sent", ...)

# %%
print(stubborn([True, True, False]))
predict("refunds_sent", actual=len(paid))

# %% [markdown]
# *Write down before you act*, decide from what is written.
# *Name the wish*: payment services answer a known idempotency key with the first result (*fact*: Stripe API reference, November 2026). The same wish has the same key at every attempt, another wish another.
#
# **Given** `journal`, a list of events, oldest first:
#
# | event | other fields |
# |---|---|
# | `ticket` | `id`; always first |
# | `model_asked_for` | `calls`: a list of `{"order", "amount"}`; begins a new round |
# | `model_said` | `text` |
# | `model_failed` | |
# | `tool_sent` | `call` (index in the round's `calls`), `key`; written before sending |
# | `tool_done` | `call`, `result`: `refunded` or `declined` |
# | `tool_lost` | `call`; no reply came, it may have been carried out |
#
# A crash can end the journal anywhere.
#
# **Produce** the next move, first match decides:
#
# 1. the model said its text, or failed three times in a row: `{"move": "finish", "text", "refunded", "unknown"}`, where `text` is "" without one, `refunded` counts refunds done in all rounds, and `unknown` calls that were sent and never done;
# 2. a call of the last round is not done and was sent fewer than three times: `{"move": "send_tool", "call", "key"}` for the first such call;
# 3. otherwise `{"move": "ask_model"}`.
#
# **Rules for keys:** one wish, one key, at most 255 characters. Two tickets, or two rounds, may want the same refund, and both are to be paid.
#
# **Example:** `next_move([{"event": "ticket", "id": "T-1"}, {"event": "model_failed"}])` gives `{"move": "ask_model"}`. 5 points.


# %% role="answer" task="next_move" points=5
def next_move(journal: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what to do next, from what was written down (about 25 lines)."""
    ### BEGIN SOLUTION
    rounds: list[list[dict[str, Any]]] = []
    failures, text = 0, None
    for entry in journal:
        kind = entry["event"]
        failures = failures + 1 if kind == "model_failed" else 0
        if kind == "model_said":
            text = entry["text"]
        elif kind == "model_asked_for":
            rounds.append([{"sent": 0, "result": None} for _ in entry["calls"]])
        elif kind == "tool_sent":
            rounds[-1][entry["call"]]["sent"] += 1
        elif kind == "tool_done":
            rounds[-1][entry["call"]]["result"] = entry["result"]
    if text is not None or failures >= 3:
        calls = [call for calls in rounds for call in calls]
        return {
            "move": "finish",
            "text": text or "",
            "refunded": sum(call["result"] == "refunded" for call in calls),
            "unknown": sum(call["sent"] > 0 and call["result"] is None for call in calls),
        }
    for index, call in enumerate(rounds[-1] if rounds else []):
        if call["result"] is None and call["sent"] < 3:
            key = f"{journal[0]['id']}/{len(rounds)}/{index}"
            return {"move": "send_tool", "call": index, "key": key}
    return {"move": "ask_model"}
    ### END SOLUTION


# %% role="check" task="next_move"
check("next_move")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# One small record a call: how often sent, with what result. What identifies a call for ever?
# </details>
# <details><summary>Hint 2: nearly there</summary>
# A random key, or one with the attempt in it, is a new wish each time.
# </details>

# %% [markdown]
# ## Task 5: Share a limit and a budget
# A thousand careful clients retry together.
# Below, 300 requests a second reach a provider that serves 400. It breaks down for 20 seconds; each failed request comes back up to three times.
# By which factor does the load rise, at the end of the 20 seconds?

# %% role="predict"
predict("load_factor", ...)


# %%
def load(jitter: bool, budget: float, span: tuple[float, float], open_streams: int) -> np.ndarray:
    """Return requests a second, by tenth of a second; `budget` is retries per first attempt.

    `span` is from when to when nothing is answered; the streams open then break at once.
    """
    draw, ticks, capacity, purse = np.random.default_rng(12), 600, 40, 20.0
    due = np.zeros((5, ticks + 200), dtype=int)  # requests to send, by attempt and tick
    due[0, :ticks] = draw.poisson(30, ticks)
    sent = np.zeros(ticks)
    for tick in range(ticks):
        now = due[:4, tick].copy()
        if budget:
            purse = min(purse + budget * now[0], 60.0)
            share = min(1.0, purse / max(now[1:].sum(), 1))
            now[1:] = draw.binomial(now[1:], share)  # the others give up
            purse -= min(purse, now[1:].sum())
        sent[tick] = now.sum()
        down = span[0] <= tick / 10 < span[1]
        failed = draw.binomial(now, 1 - min(1.0, capacity / max(now.sum(), 1)) * (not down))
        failed[0] += open_streams * (tick == int(10 * span[0]))
        for attempt in range(3):
            longest = 20 * 2**attempt  # ticks: two, four, eight seconds
            waits = draw.integers(1, longest, failed[attempt]) if jitter else longest
            np.add.at(due[attempt + 1], np.broadcast_to(tick + waits, failed[attempt]), 1)
    return sent * 10


restart, outage = (10.0, 10.5), (10.0, 30.0)
curves = {
    "restart, no jitter": load(False, 0, restart, 1500),
    "restart, jitter": load(True, 0, restart, 1500),
    "outage, jitter": load(True, 0, outage, 0),
    "outage, jitter and budget": load(True, 0.1, outage, 0),
}
factor = {name: sent[250:300].mean() / 300 for name, sent in curves.items()}
peak = {name: sent.max() / 300 for name, sent in curves.items()}
worst_second = {
    name: np.convolve(sent, np.ones(10) / 10, "valid").max() / 300 for name, sent in curves.items()
}
predict("load_factor", actual=round(float(factor["outage, jitter"]), 1))

fig, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
looks = {
    "no jitter": ("#D55E00", "--"),
    "jitter": ("#0072B2", "-"),
    "jitter and budget": ("#009E73", "--"),
}
titles = (
    "Without jitter, a restart's victims\nreturn as one wall",
    "A budget keeps an outage\nfrom multiplying the load",
)
seconds = np.arange(600) / 10
for ax, title, event, span in zip(
    axes, titles, ("restart", "outage"), (restart, outage), strict=True
):
    ax.axvspan(*span, color="#dddddd", label="nothing is answered")
    for name, sent in curves.items():
        kind, _, how = name.partition(", ")
        if kind == event:
            colour, line = looks[how]
            width = 1 if event == "restart" else 10  # a wall is narrower than a second
            shown = np.convolve(sent, np.ones(width) / width, "same")
            ax.plot(seconds, shown, color=colour, linestyle=line, linewidth=1.8, label=how)
    ax.axhline(400, color="#444444", linestyle=":", label="capacity")
    ax.set_title(title, loc="left")
    ax.set(xlabel="time (s)", ylabel="requests per second", xlim=(5, 55))
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False)
axes[0].set(yscale="log", ylabel="requests per second (logarithmic)")
plt.show()
times = {"worst tenth": peak, "worst second": worst_second, "25 to 30 s": factor}
pd.DataFrame(times).rename_axis("times the normal load").round(1)

# %% [markdown]
# Left (logarithmic): 1,500 streams break at once, and where all wait exactly as long they return at once: 52 times the normal load in the worst tenth of a second, 6.6 over a whole one; with jitter 5.8 and 5.3 (*simulated*). Jitter spreads the wall, it does not shrink it.
# Right: four attempts are four times the load, and a while longer than the outage. A budget of one retry for ten first attempts holds it at 1.1 in the mean, 1.4 in the worst second (*simulated*); a breaker would too.
#
# How you hold a semaphore matters:


# %%
async def who_goes_first(release: bool) -> list[str]:
    """Let `a` wait for a retry and `b` work, through one slot."""
    slot, order = asyncio.Semaphore(1), []

    async def a() -> None:
        async with slot:
            order.append("a fails")
            if not release:
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.02)
        async with slot:
            order.append("a again")

    async def b() -> None:
        async with slot:
            order.append("b")

    async def late() -> None:
        await asyncio.sleep(0.01)
        order.append("(10 ms later)")

    await asyncio.gather(a(), b(), late())
    return order


pd.Series(
    {f"slot released before sleeping: {r}": run(who_goes_first(r)) for r in (True, False)}
).to_frame("order")

# %% [markdown]
# `pause` waits milliseconds, so that practice is quick.


# %%
def pause(error: Exception, failed: int) -> float:
    """Return the seconds to wait: the milliseconds asked for, and a little jitter on top.

    In production this is `next_wait`, which knows the other forms and the deadline.
    """
    response = getattr(error, "response", None)
    asked = 0 if response is None else response.headers.get("retry-after-ms", 0)
    return float(asked) / 1000 + random.uniform(0, 0.001 * 2**failed)


def worth_it(error: openai.APIError) -> bool:
    """Tell whether the same request may work later; without a status, the line broke."""
    status = getattr(error, "status_code", None)
    if error.type == "insufficient_quota" or error.code in SPENT:
        return False
    return status is None or status in (408, 409, 429) or status >= 500


def whole(reply: Any) -> str | None:
    """Return a whole answer's text; None for a page, no choices, a limit, a refusal."""
    choices = getattr(reply, "choices", None)
    if not choices or choices[0].finish_reason != "stop":
        return None
    return choices[0].message.content or None


# %% [markdown]
# **Given** `base_url`; `jobs`, records with `model` and `prompt`; `at_once`, the most requests that may be open; `retries`, the most *further* attempts that all jobs together may make.
#
# **Produce** a list with the text of each job's answer, in the order of the jobs, None where there is none.
#
# **Rules**
#
# - Use `connect(base_url)`, and no stream. Nothing raises: None stands for a job that fails for good, or whose reply is no whole answer (`whole`) or no JSON (`json.JSONDecodeError`).
# - After an error that is `worth_it`, wait `pause(error, failed)` and ask again, at most four attempts a job, as long as the budget lasts.
# - Nobody holds one of the `at_once` slots while waiting.
#
# **Example:** jobs A, B and C, `at_once` 1, `retries` 1, and a 429 for the first attempts of A and C. The ledger shows A, B, C, A; the result is A's text, B's text, None. 6 points.
#
# Judged: who asked, in which order, how many at once; no clock. Check yourself that you wait, pay and let go of the slot *before* the wait, and stop after four attempts.


# %% role="answer" task="answer_all" points=6
async def answer_all(
    base_url: str, jobs: list[dict[str, str]], at_once: int, retries: int
) -> list[str | None]:
    """Return an answer or None for each job (about 24 lines)."""
    ### BEGIN SOLUTION
    slots, left = asyncio.Semaphore(at_once), retries

    async with connect(base_url) as sdk:

        async def one(job: dict[str, str]) -> str | None:
            nonlocal left
            messages: Any = [{"role": "user", "content": job["prompt"]}]
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
    ### END SOLUTION


# %% role="check" task="answer_all"
check("answer_all")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# What has to be inside <code>async with slots:</code>?
# </details>
# <details><summary>Hint 2: nearly there</summary>
# Pay <em>before</em> sleeping, so that two jobs cannot spend the same retry: <code>left -= 1</code> first, with <code>nonlocal left</code>.
# </details>

# %% [markdown]
# ## Task 6: Fail over, and say so
# A *circuit breaker* stops asking: **closed**, it counts failures; **open**, it lets nothing through; after a pause one question is the **probe** that closes or reopens it.
#
# Questions come every 6 seconds for 3 minutes, the provider is silent all that time, a time-out takes 2 seconds, and a breaker opens for 30 seconds at the third failure in a row. Without it users wait 60 seconds for nothing, all together. How many with it?

# %% role="predict"
predict("seconds_lost", ...)


# %%
@dataclass
class Breaker:
    """Open for `pause` seconds after `trip` failures in a row; then one probe."""

    trip: int = 3
    pause: float = 30.0
    failures: int = 0
    open_until: float = 0.0

    def lets_through(self, now: float) -> bool:
        """Tell whether a question may be asked."""
        return now >= self.open_until

    def record(self, ok: bool, now: float) -> None:
        """Note an outcome; the third failure in a row, or a failed probe, opens."""
        self.failures = 0 if ok else self.failures + 1
        if self.failures >= self.trip:
            self.open_until = now + self.pause


breaker, waited = Breaker(), 0.0
for second in range(0, 180, 6):
    if breaker.lets_through(second):
        waited += 2
        breaker.record(False, second + 2)
predict("seconds_lost", actual=waited)
waited

# %% [markdown]
# Fourteen seconds instead of sixty (*measured*). Questions that come together need one thing more: only one may be the probe.
#
# **Given** `arrivals`, seconds at which questions come; `outages`, by provider a list of `[from, until, how]`; `order`, providers by preference.
#
# **Produce** for each question `{"from", "degraded", "seconds"}`: who answered (`"cache"`: nobody), whether that was not `order[0]`, and how long the user waited.
#
# **Rules**
#
# - Providers are asked in order, one after the other, until one answers; one whose breaker is open is skipped at once. Each has a breaker of its own, as above.
# - A provider is down where `from <= t < until`, t being when it is asked. It answers in 1 second; down, it `refuses` at once or is `silent` for 2 seconds.
# - An outcome counts when it is known. Opened at t, a breaker lets the next question through from t + 30 on. The cache takes no time.
# - No question comes while another is being answered.
#
# **Example:** `ride_out([0.0, 10.0], {"a": [[5, 60, "silent"]], "b": []}, ["a", "b"])` gives `[{"from": "a", "degraded": False, "seconds": 1.0}, {"from": "b", "degraded": True, "seconds": 3.0}]`. 5 points.


# %% role="answer" task="ride_out" points=5
def ride_out(
    arrivals: list[float], outages: dict[str, list[list[Any]]], order: list[str]
) -> list[dict[str, Any]]:
    """Return what the user of each question sees (about 15 lines)."""
    ### BEGIN SOLUTION
    breakers = {name: Breaker() for name in order}
    seen = []
    for arrival in arrivals:
        now, answered_by = float(arrival), "cache"
        for name in order:
            if not breakers[name].lets_through(now):
                continue
            how = [how for start, end, how in outages.get(name, []) if start <= now < end]
            now += {"refuses": 0.0, "silent": 2.0}[how[0]] if how else 1.0
            breakers[name].record(not how, now)
            if not how:
                answered_by = name
                break
        degraded = answered_by != order[0]
        seen.append({"from": answered_by, "degraded": degraded, "seconds": now - arrival})
    return seen
    ### END SOLUTION


# %% role="check" task="ride_out"
check("ride_out")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Let one <code>now</code> run on from the arrival.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# One <code>Breaker()</code> a provider; <code>lets_through(now)</code> before, <code>record(ok, now)</code> after adding the seconds.
# </details>

# %% [markdown]
# `Steady` is a smaller sibling of your pieces, in one client: it streams, shares slots and a purse of retries, breaks, fails over and labels.
# At 25 % faults three failures in a row happen every 84 calls by chance alone, so its breakers wait for eight.
#
# 200 questions come at once, and both models are down: four attempts each would be 1,600 requests. How many does `Steady` send?

# %% role="predict"
predict("requests_all_down", ...)


# %%
@dataclass(frozen=True)
class Answered:
    """What a caller gets: never a text without the name of who said it."""

    text: str
    source: str
    degraded: bool


class Cut(Exception):
    """A stream without an end."""


class Withheld(Exception):
    """A stream that ends well, and is no answer."""


class Steady:
    """A typed, asynchronous, streaming client for providers that may be bad.

    After a breaker's pause as many questions probe as there are slots.
    """

    def __init__(self, sdk: openai.AsyncOpenAI, models: Sequence[str], at_once: int = 8) -> None:
        self.sdk, self.slots, self.purse = sdk, asyncio.Semaphore(at_once), 20.0
        self.breakers = {model: Breaker(trip=8) for model in models}

    async def whole(self, model: str, prompt: str) -> str:
        """Return the text of one stream that has an end and an answer."""
        messages: Any = [{"role": "user", "content": prompt}]
        create, pieces, finish = self.sdk.chat.completions.create, [], None
        async for chunk in await create(model=model, messages=messages, stream=True):
            for choice in chunk.choices:
                pieces.append(choice.delta.content or "")
                finish = choice.finish_reason or finish
        if not finish:
            raise Cut
        if finish != "stop" or not any(pieces):
            raise Withheld(finish)
        return "".join(pieces)

    async def tries(self, model: str, prompt: str) -> str | None:
        """Return a text after at most four attempts, as far as purse and breaker allow."""
        breaker = self.breakers[model]
        for failed in range(1, 5):
            if failed > 1 and self.purse < 1:
                return None
            try:
                async with self.slots:
                    if not breaker.lets_through(time.monotonic()):
                        return None
                    earned = 0.5 if failed == 1 else -1.0  # what is not sent earns nothing
                    self.purse = min(self.purse + earned, 100.0)
                    text = await self.whole(model, prompt)
            except Withheld:
                breaker.record(True, time.monotonic())
                return None
            except (openai.APIError, json.JSONDecodeError, Cut) as err:
                ours = isinstance(err, openai.APIError) and not worth_it(err)
                breaker.record(ours, time.monotonic())  # our own mistakes open nothing
                if failed == 4 or ours:
                    return None
                await asyncio.sleep(pause(err, failed))
            else:
                breaker.record(True, time.monotonic())
                return text
        return None

    async def ask(self, prompt: str) -> Answered:
        """Answer from the first model that can; say so if none could."""
        first = next(iter(self.breakers))
        for model in self.breakers:
            if (text := await self.tries(model, prompt)) is not None:
                return Answered(text, model, model != first)
        return Answered("No answer right now. Please ask again in a few minutes.", "nobody", True)


async def survey(base_url: str, count: int) -> Counter[str]:
    """Ask many questions at once; count who answered."""
    async with connect(base_url) as sdk:
        steady = Steady(sdk, ["practice-large", "practice-small"])
        asked = [steady.ask(f"Classify: Parcel {n}.\nLabels: late, lost") for n in range(count)]
        return Counter(answer.source for answer in await asyncio.gather(*asked))


bad = "429(5ms):0.08,503:0.08,drop:0.05,sse-no-finish:0.04"
worlds = {
    "25 % faults": bad,
    "the large model is down": "503@model=practice-large",
    "all down": "503",
}
sources, requests = {}, {}
for world, faults in worlds.items():
    with client(seed=12, faults=faults) as mine:
        sources[world] = run(survey(str(mine.base_url), 200))
        requests[world] = provider_of(mine).ledger.totals.calls
table = pd.DataFrame(sources).T.fillna(0).astype(int).assign(requests=requests)
assert table.loc["all down", "nobody"] == 200
assert requests["all down"] < 60
predict("requests_all_down", actual=requests["all down"])
table

# %% [markdown]
# At 25 % faults the large model answers nearly all; with it down the small one does, labelled; with all down 200 users read one honest sentence, and the provider gets fewer than 60 requests in all (*measured*; waits are random, so the number moves). A lone "nobody" in the second row is a refusal.

# %% [markdown]
# ## Write it down: a runbook entry
# Write, for 3 a.m., the entry "Provider degraded" for an assistant with a large model, a small one and a cache.
# At most 200 words: the trigger (a number, a window, where to look), the actions in order, what the customer sees meanwhile, when to stop and who decides. 8 points.
# Marked by the rubric.

# %% [markdown] role="written" task="degraded_runbook" points=8
# ### BEGIN SOLUTION
# **Provider degraded**
#
# **Trigger.** Page if more than 10 % of first attempts to `practice-large` fail over 5 minutes, or its breaker has been open for 2. Board: client / by model.
#
# **Act, in order.**
# 1. Mostly 401, 400 or insufficient_quota: ours, go to "Keys and quota"; do not fail over.
# 2. Mostly 503, 529 or silence: wait 2 minutes; the breaker asks `practice-small`.
# 3. Still open: set `FIRST_MODEL=practice-small`.
# 4. Small one failing too: set `SOURCE=cache`. Never raise the retry budget.
# 5. Refunds: pause the tool, list the unknown ones by key.
#
# **Customers see** answers marked "short answer"; from the cache, "as of" its time; else "We saved your question", and a mail within 4 hours.
#
# **Stop** when 200 first attempts in a row have failed less than 1 %: return 10 %, then all after 10 minutes. After 60 minutes on the cache, the product owner decides whether to close the chat.
# ### END SOLUTION

# %% [markdown] role="rubric" task="degraded_runbook"
# | criterion | 0 | 1 | 2 |
# |---|---|---|---|
# | Trigger | none, or a feeling: "when it is slow" | a number without window or place: "over 10 % errors" | number, window and where to read it: "over 10 % in 5 minutes, board client / by model" |
# | Actions | a goal: "restore service" | steps, but none excludes our fault, or one adds load: "raise the retries" | ordered steps, our fault excluded first, none that adds load, each doable at 3 a.m.: "set FIRST_MODEL=practice-small" |
# | What the customer sees | not said | one state: "a slower answer" | each state and its label, effects in doubt included: "unknown refunds are listed, not repeated" |
# | When to stop | not said, or "when it works again" | a condition without way back or owner: "when errors are below 1 %" | condition, way back in steps, a time after which a named role decides: "then 10 %, then all; after 60 minutes the product owner" |

# %% [markdown]
# ## What you did
# You read failures, waited as told, proved that streams ended, paid once, shared a budget, and predicted what users see.
#
# **Closed book** (skip what you have not done), from [Price an answer](../11_price_an_answer/11_price_an_answer.ipynb) and [Find the passage](../16_find_the_passage/16_find_the_passage.ipynb).
# 1. A call reads 2,000 tokens at 0.50 dollars a million and writes 300 at 2 dollars a million. What do 10,000 calls cost, in dollars?
# 2. One call in five is cut after it was billed in full, and asked again until it is whole. What do 10,000 whole answers cost now?
# 3. While search is down, your cache returns 5 passages, of which 3 are relevant; 4 relevant ones exist. What is recall at 5?

# %% role="predict"
predict("usd_calm", ...)
predict("usd_with_cuts", ...)
predict("cache_recall", ...)

# %%
predict("usd_calm", actual=round(10_000 * (2_000 * 0.5 + 300 * 2) / 1e6, 2))
predict("usd_with_cuts", actual=round(10_000 * (2_000 * 0.5 + 300 * 2) / 1e6 / (1 - 0.2), 2))
predict("cache_recall", actual=3 / 4)

# %% [markdown]
# **On your own:** let a proxy answer 503 to your client for a minute.
#
# **Readings**
# - [Exponential Backoff And Jitter](https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/): the origin of full jitter.
# - [Handling Overload](https://sre.google/sre-book/handling-overload/): retry budgets, by request and by client.
# - [Designing robust and predictable APIs with idempotency](https://stripe.com/blog/idempotency): what the other side of a key does.
