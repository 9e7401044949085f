# %% [markdown]
# # Price an answer
# A feature that answers well and costs more than the answer is worth does not survive its first budget review, and the person asked to explain the bill is you.
#
# **You build** a billing engine: usage of three vendors in, an invoice that agrees to the cent out, then the number that decides between two designs.
#
# **You learn** to keep token counts disjoint, to price a call with the list of its own day, to round money once, to see why a chat's cost grows with the square of its length, and to price the margin instead of the average.
#
# **You need** Python functions, dicts and lists. No earlier lesson is assumed.
#
# 100 minutes. Rung: AI Engineer. Competencies: C027, C075, C080, C082, C083, C154, C164, C216.
#
# Every number here carries a tag: *fact* (with source and date), *measured* (by the cell above it) or *simulated*.
# If you have billed LLM calls before, read the predictions, then go straight to the tasks.

# %% role="setup"
from autograder import check, load, predict

prices = load("practice_models/prices")
models = load("practice_models/models")
usage = load("practice_models/usage")

# %%
import math
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from genai_prices import Usage, calc_price, extract_usage

# %% [markdown]
# ## Before you start
# Three numbers, closed book, about five minutes.
# They stand where later lessons put review questions, and they are all the arithmetic you need.
# Replace each `...` by your number; a prediction is kept and shown back to you, and never marked.
#
# 1. A list price is 3 dollars for a million input tokens. What do 2,000 input tokens cost, in dollars?
# 2. A page of English prose has about 500 words, and a common rule of thumb is three quarters of a word to a token. How many tokens have 15 such pages?
# 3. A price falls from 1.00 to 0.20 dollars. By what factor was last month dearer?

# %% role="predict"
predict("two_thousand_tokens", ...)

# %% role="predict"
predict("fifteen_pages", ...)

# %% role="predict"
predict("price_factor", ...)

# %%
predict("two_thousand_tokens", actual=2_000 * 3 / 1_000_000)
predict("fifteen_pages", actual=15 * 500 / 0.75)
predict("price_factor", actual=1.00 / 0.20)

# %% [markdown]
# The rule of thumb is for English prose only: code, tables, identifiers and most other languages need more tokens a word.
# For a bill you never estimate what the vendor has already counted.
#
# Here is the list you will bill from: three chat models and an embedding model that do not exist (*simulated*).
# Rates are dollars per million tokens, kept as strings so that no digit is lost on the way in.

# %%
pd.DataFrame(prices).iloc[[1, 2, 4, 5, 7], :6]

# %% [markdown]
# Read two things off it: output costs about five times as much as input, and every model has more than one price.
# One of these rows is in the future.

# %% [markdown]
# ## Task 1: Normalise three vendors' usage
# A response carries the vendor's own token counts, and three vendors count differently.
# Here is a call with 900 new prompt tokens, 600 read from the cache and 100 tokens of answer, as Anthropic's Messages API reports it.

# %%
anthropic_usage = {
    "input_tokens": 900,
    "cache_read_input_tokens": 600,
    "cache_creation_input_tokens": 0,
    "output_tokens": 100,
}

# %% [markdown]
# How many tokens did the prompt have?

# %% role="predict"
predict("prompt_tokens", ...)


# %%
def listed(
    tokens: Usage,
    model: str,
    vendor: str,
    at: str = "2026-11-01T00:00:00+00:00",
    context: dict[str, str] | None = None,
) -> Decimal:
    """Return the dollars of a call at an instant, from the vendor's list in genai-prices."""
    moment = datetime.fromisoformat(at)
    return calc_price(
        tokens, model, vendor, genai_request_timestamp=moment, price_context=context
    ).total_price


extracted = extract_usage({"usage": anthropic_usage}, provider_id="anthropic").usage
predict("prompt_tokens", actual=extracted.input_tokens)
as_a_total = Usage(input_tokens=900, cache_read_tokens=600, output_tokens=100)
[listed(tokens, "claude-sonnet-4-0", "anthropic") for tokens in (extracted, as_a_total)]

# %% [markdown]
# 1,500: at Anthropic `input_tokens` is what is left *beside* the cache.
# Read it as a total and you book 0.00258 for 0.00438 dollars, 41 % too little (*measured*; list prices are a *fact* of genai-prices 0.2.3, 2026-11-10).
# That library ships the dated price lists of real vendors and works offline: a second opinion for every step of this lesson.
#
# | what | OpenAI, Chat Completions | Anthropic, Messages | Gemini, `usageMetadata` |
# |---|---|---|---|
# | prompt | `prompt_tokens`, **with** cache reads and writes | `input_tokens`, **without** them | `promptTokenCount`, **with** cache reads |
# | cache read | `prompt_tokens_details.cached_tokens` | `cache_read_input_tokens` | `cachedContentTokenCount` |
# | cache write | `prompt_tokens_details.cache_write_tokens` | `cache_creation_input_tokens`, split once more in `cache_creation` | not reported |
# | tool results | inside the prompt | inside the input | `toolUsePromptTokenCount`, **beside** the prompt, billed as input |
# | answer | `completion_tokens`, **with** reasoning | `output_tokens`, **with** thinking | `candidatesTokenCount`, **without** thoughts |
# | reasoning | `completion_tokens_details.reasoning_tokens` | `output_tokens_details.thinking_tokens` | `thoughtsTokenCount`, billed as output |
#
# *Fact*: the vendors' field definitions as genai-prices 0.2.3 extracts them and openai 3.52.0 types them, read 2026-11-21.
#
# The cure is a record whose buckets never overlap. Solved for one OpenAI call:

# %%
openai_usage = {
    "prompt_tokens": 1_500,
    "completion_tokens": 400,
    "total_tokens": 1_900,
    "prompt_tokens_details": {"cached_tokens": 600},
    "completion_tokens_details": {"reasoning_tokens": 250},
}
details = openai_usage.get("prompt_tokens_details") or {}
read, write = details.get("cached_tokens") or 0, details.get("cache_write_tokens") or 0
new, output = openai_usage["prompt_tokens"] - read - write, openai_usage["completion_tokens"]
record = {"input": new, "cache_read": read, "cache_write": write, "output": output}
record, sum(record.values()) == openai_usage["total_tokens"]

# %% [markdown]
# The 250 reasoning tokens are inside the 400 and are not added again.
# Because the buckets are disjoint, their sum meets the vendor's own total: a check you can run on every call.
#
# **Given** `vendor`, one of `"openai"`, `"anthropic"`, `"gemini"`, and `usage`, the vendor's usage object as a dict.
# **Produce** `{"input": …, "cache_read": …, "cache_write": …, "output": …}`, four ints that do not overlap.
# **Rules:** a field that is absent or None counts as 0, at every level; Gemini leaves out what is zero, even `candidatesTokenCount` when thinking used up the limit. Another vendor raises `ValueError`.
# **Example:** the call above gives `{"input": 900, "cache_read": 600, "cache_write": 0, "output": 400}`. 4 points; the frame is given, OpenAI is solved above, the other two are yours.


# %% role="answer" task="normalise_usage" points=4
def normalise_usage(vendor: str, usage: dict[str, Any]) -> dict[str, int]:
    """Return a call's disjoint token counts (about 15 lines)."""

    def count(name: str) -> int:
        return usage.get(name) or 0

    ### BEGIN SOLUTION
    if vendor == "openai":
        details = usage.get("prompt_tokens_details") or {}
        read = details.get("cached_tokens") or 0
        write = details.get("cache_write_tokens") or 0
        new = count("prompt_tokens") - read - write
        output = count("completion_tokens")
    elif vendor == "anthropic":
        read = count("cache_read_input_tokens")
        write = count("cache_creation_input_tokens")
        new = count("input_tokens")
        output = count("output_tokens")
    elif vendor == "gemini":
        read, write = count("cachedContentTokenCount"), 0
        new = count("promptTokenCount") + count("toolUsePromptTokenCount") - read
        output = count("candidatesTokenCount") + count("thoughtsTokenCount")
    else:
        raise ValueError(f"unknown vendor {vendor!r}")
    ### END SOLUTION
    return {"input": new, "cache_read": read, "cache_write": write, "output": output}


# %% role="check" task="normalise_usage"
check("normalise_usage")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# For each vendor, ask of each detail: is it a part of the number above it, or does it stand beside it? Subtract parts, add neighbours.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# OpenAI: subtract both cache counts from the prompt, leave the completion alone. Anthropic: copy four fields, and leave <code>cache_creation</code> alone, since it only splits a count you already have. Gemini: subtract the cache, add tool use and thoughts.
# </details>

# %% [markdown]
# ## Task 2: Price a call at its date
# A rate is per million, so a call's price is tokens times rate, over a million.

# %%
row = prices[2]
cost = sum(Decimal(row[f"{kind}_mtok"]) * tokens for kind, tokens in record.items()) / 1_000_000
f"{row['model']} from {row['start_date']}: ${cost}"

# %% [markdown]
# A third of a tenth of a cent: any check with a tolerance of $0.0001 would let you price small calls badly, so your answers are compared to 1e-9 *relative*.
#
# Prices move.
# OpenAI lists GPT-5.6 Luna with one price before and another from 2026-07-30 (*fact*, genai-prices 0.2.3).
# You recompute July's million input and million output tokens of 29 July with the list of 30 July.
# How many times too small is your number?

# %% role="predict"
predict("luna_factor", ...)

# %%
million = Usage(input_tokens=1_000_000, output_tokens=1_000_000)
moments = ["2026-07-29T23:59:59+00:00", "2026-07-30T00:00:00+00:00", "2026-07-30T01:00:00+02:00"]
luna = [listed(million, "gpt-5.6-luna", "openai", at) for at in moments]
predict("luna_factor", actual=float(luna[0] / luna[1]))
pd.DataFrame({"at": moments, "usd": luna})

# %% [markdown]
# Five times (*measured*).
# The third row says 30 July on a clock in Berlin and is still billed at July's old price, because the instant is 23:00 UTC on the 29th.
# A log that drops the offset cannot be billed.
# Lists also hold rows that are not in force yet: Gemini 4 Argon doubles on 2026-12-01, when its introductory rate ends (*fact*, genai-prices 0.2.3), so "take the newest row" is wrong today.
#
# Long prompts can cost more per token. Gemini 2.5 Pro has a second rate above 200,000 prompt tokens.
# A prompt of 200,000 tokens costs 0.26 dollars with its answer. What do 200,001 cost?

# %% role="predict"
predict("one_more_token", ...)

# %%
at_edge, above = (Usage(input_tokens=n, output_tokens=1_000) for n in (200_000, 200_001))
predict("one_more_token", actual=float(listed(above, "gemini-2.5-pro", "google")))
[listed(tokens, "gemini-2.5-pro", "google") for tokens in (at_edge, above)]

# %% [markdown]
# One token doubles the bill (*measured*): the rate is a cliff, not an income-tax bracket, and all tokens of the call pay it, the answer's too.
# The threshold looks at the whole prompt; tokens read from the cache count towards it.
#
# **Given** `tokens` (a record as in task 1), `model`, `at` (ISO 8601 with offset) and `table` (rows like `prices`, in any order).
# **Produce** the call's price in dollars: a `Decimal` or a float, unrounded.
# **Rules:** the row in force is the one with the latest `start_date` not after the call's UTC date; a row starts at 00:00:00 UTC of its date. Where `long_from` is not None and input + cache_read + cache_write is *above* it, multiply the three input-side rates by `long_input_factor` and the output rate by `long_output_factor`, for all tokens. No row in force, or no such model: `ValueError`.
# **Example:** the record above, `"practice-small"`, `"2026-10-15T00:00:00+00:00"` gives 0.000384. 5 points; the last three lines are given.


# %% role="answer" task="price_call" points=5
def price_call(tokens: dict[str, int], model: str, at: str, table: list[dict[str, Any]]) -> Decimal:
    """Return a call's price in USD at its instant (about 10 lines)."""
    ### BEGIN SOLUTION
    day = datetime.fromisoformat(at).astimezone(UTC).date().isoformat()
    rows = [row for row in table if row["model"] == model and row["start_date"] <= day]
    if not rows:
        raise ValueError(f"no price for {model} on {day}")
    row = max(rows, key=lambda row: row["start_date"])
    prompt = tokens["input"] + tokens["cache_read"] + tokens["cache_write"]
    long = row["long_from"] is not None and prompt > row["long_from"]
    input_factor = Decimal(row["long_input_factor"]) if long else 1
    output_factor = Decimal(row["long_output_factor"]) if long else 1
    ### END SOLUTION
    kinds = ("input", "cache_read", "cache_write")
    paid = sum(Decimal(row[f"{kind}_mtok"]) * tokens[kind] for kind in kinds) * input_factor
    return (paid + Decimal(row["output_mtok"]) * tokens["output"] * output_factor) / 1_000_000


# %% role="check" task="price_call"
check("price_call")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Three separate decisions: which row, which factors, which sum. Make each testable on its own.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>datetime.fromisoformat(at).astimezone(UTC).date().isoformat()</code> gives a string that compares with <code>start_date</code>. Of the rows with <code>start_date &lt;= day</code> take the latest; if there is none, raise.
# </details>

# %% [markdown]
# ## Task 3: Add up an invoice
# Three things separate a sum of calls from an invoice.
# **Batch:** work that may wait is cheaper, usually by half. Usually: here is a prompt of 100,000 tokens, 95,000 of them cached, sent to Gemini 2.5 Flash.
# Which share of the live price does the batch call cost?

# %% role="predict"
predict("batch_share", ...)

# %%
mostly_cached = Usage(input_tokens=100_000, cache_read_tokens=95_000, output_tokens=300)
shares = {}
for model, vendor in (("gemini-2.5-flash", "google"), ("claude-sonnet-5-5", "anthropic")):
    batch = listed(mostly_cached, model, vendor, context={"processing": "batch"})
    shares[model] = round(float(batch / listed(mostly_cached, model, vendor)), 3)
predict("batch_share", actual=shares["gemini-2.5-flash"])
shares

# %% [markdown]
# 78 % at one vendor and 50 % at the other (*measured*): Gemini 2.5 halves input and output but not cache reads, while Anthropic halves those too (*fact*, genai-prices 0.2.3, batch rates verified 2026-10-14).
# A discount is a column of the price list, never a constant in your code.
#
# **Failures:** a call that produced tokens is billed, whatever you could do with them: cut off at the length limit, filtered, or abandoned by a client that stopped waiting. A call refused with 429 or 500 is not metered.
# A retry is a new call and costs again.
#
# **Rounding:** forty-one calls of a quarter of a cent each, rounded line by line and rounded once; then twelve and a half cents, which way?

# %%
quarter = [Decimal("0.0025")] * 41
cent, half = Decimal("0.01"), Decimal("0.125")
by_line = sum(usd.quantize(cent, ROUND_HALF_UP) for usd in quarter)
print("by line", by_line, "once", sum(quarter).quantize(cent, ROUND_HALF_UP))
print("half to even", half.quantize(cent), "half up", half.quantize(cent, ROUND_HALF_UP))
print("floats", round(0.125, 2), round(0.135, 2), round(0.145, 2), round(0.155, 2))

# %% [markdown]
# Line by line, ten cents vanish (*measured*).
# Half a cent has two traditions: Python's `round` and `Decimal`'s default go to the even neighbour, an invoice usually goes up.
# The last line follows neither, because most of those numbers are not what they look like in binary.
# A float is exact to about 15 digits, plenty for adding and too little for deciding a tie: money is kept in `Decimal` or in integers.
#
# **Given** `lines`, one dict for each metered line: `call_id`, `request_id`, `attempt`, `mode` (`"live"` or `"batch"`), `batch_factor` (a decimal string), `status`, and `list_usd`, the live price as a decimal string, or None where nothing was metered.
# **Produce** `{"billed_calls": …, "total_cents": …, "failed_cents": …}`, three ints; failed is what was billed with a status other than `"ok"`.
# **Rules:** a `call_id` that arrives twice is one call delivered twice; the same `request_id` with another `call_id` is a retry, and billed. `batch_factor` applies to batch lines only. Sum exactly, then round each of the two sums once, half a cent up.
# **Example:** one live ok line of `"0.10"`, one batch line with status `"length"`, `"0.05"` and factor `"0.5"`, one `"rate_limited"` line of None: `{"billed_calls": 2, "total_cents": 13, "failed_cents": 3}`. 4 points, on your own.


# %% role="answer" task="invoice" points=4
def invoice(lines: list[dict[str, Any]]) -> dict[str, int]:
    """Return the billed calls and two sums in whole cents (about 10 lines)."""
    ### BEGIN SOLUTION
    calls = {line["call_id"]: line for line in lines}.values()
    billed = [call for call in calls if call["list_usd"] is not None]

    def cents(chosen: list[dict[str, Any]]) -> int:
        total = Decimal(0)
        for call in chosen:
            factor = call["batch_factor"] if call["mode"] == "batch" else "1"
            total += Decimal(call["list_usd"]) * Decimal(factor)
        return int((total * 100).quantize(Decimal(1), ROUND_HALF_UP))

    failed = [call for call in billed if call["status"] != "ok"]
    sums = {"total_cents": cents(billed), "failed_cents": cents(failed)}
    return {"billed_calls": len(billed)} | sums
    ### END SOLUTION


# %% role="check" task="invoice"
check("invoice")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# First decide which lines are calls, then which calls are billed, then what each costs. Round last.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# A dict keyed by <code>call_id</code> removes second deliveries and keeps retries. An empty <code>sum</code> is the int 0: start it with <code>Decimal(0)</code> or multiply by a Decimal. Then <code>(total * 100).quantize(Decimal(1), ROUND_HALF_UP)</code>.
# </details>

# %% [markdown]
# Now all three together, on the export of October: 246 lines of 240 calls (*simulated*).
# Of every hundred dollars on that invoice, how many paid for answers nobody could use?

# %% role="predict"
predict("failed_percent", ...)

# %%
factors = {row["model"]: row["batch_factor"] for row in prices}  # no model's factor ever changed


def october_line(call: dict[str, Any]) -> dict[str, Any]:
    """Price one line of the export with your own two functions."""
    line = call | {"batch_factor": factors[call["model"]], "list_usd": None}
    if call["usage"] is not None:
        tokens = normalise_usage(call["dialect"], call["usage"])
        line["list_usd"] = str(price_call(tokens, call["model"], call["at"], prices))
    return line


try:
    october = invoice([october_line(call) for call in usage])
    failed_percent = round(100 * october["failed_cents"] / october["total_cents"], 1)
    predict("failed_percent", actual=failed_percent)
    print(october)
except Exception as err:
    print(f"Solve tasks 1 to 3 first, then run this cell again ({type(err).__name__}).")

# %% [markdown]
# That share is a lever: nobody budgets for it, and no price negotiation moves it.

# %% [markdown]
# ## Task 4: Cost a conversation
# A chat API has no memory: every turn sends the whole history again.
# Take a system prompt of 2,000 tokens, and 24 turns of 120 tokens in and 350 out, at the October price of `practice-small` (*simulated*).
# The first turn costs some amount. How many times that amount does the whole chat cost?

# %% role="predict"
predict("chat_factor", ...)

# %%
turns = np.arange(24)
kinds = ("input", "cache_read", "cache_write", "output")
rate = {kind: float(row[f"{kind}_mtok"]) / 1e6 for kind in kinds}
prompts = 2_000 + 470 * turns + 120
resend = prompts * rate["input"] + 350 * rate["output"]
predict("chat_factor", actual=round(resend.sum() / resend[0], 1))
f"24 turns: ${resend.sum():.4f}; the last turn costs {resend[-1] / resend[0]:.1f} times the first"

# %% [markdown]
# Not 24 (*measured*, on simulated prices). The prompt grows by a constant each turn, so the sum grows with the square of the number of turns.
#
# A **prompt cache** makes the resent part cheap.
# The provider keeps the state of a prefix for some minutes; a prompt that begins with exactly that prefix pays the read rate for it and the write rate for the rest, which is then cached too.
# In this list a write costs 1.25 and a read 0.1 times the input rate, so one reuse already pays: 1.35 against 2.
# Reads that come too late find nothing, and the whole prompt is written again, at the premium.
#
# Four policies, solved with array arithmetic: send everything; cache, answers within the lifetime; cache, every reply after it; cache and keep only the last four turns.
# The last one is a trap worth seeing: a window that slides changes the prefix, so only the system prompt can be read.
# Which of the four is dearest at the end: `"no cache"`, `"cache"`, `"late cache"` or `"window"`?

# %% role="predict"
predict("dearest_policy", ...)

# %%
before = np.concatenate([[0], prompts[:-1]])
answers = 350 * rate["output"]
in_time = before * rate["cache_read"] + (prompts - before) * rate["cache_write"] + answers
too_late = prompts * rate["cache_write"] + answers
window = 470 * np.minimum(turns, 4) + 120
system = np.where(turns == 0, rate["cache_write"], rate["cache_read"]) * 2_000
sliding = system + window * rate["input"] + answers
policies = {"late cache": too_late, "no cache": resend, "cache": in_time, "window": sliding}
cents = pd.DataFrame(policies, index=turns + 1).cumsum() * 100
predict("dearest_policy", actual=cents.iloc[-1].idxmax())
cents.iloc[[0, 5, 11, 23]].round(3)

# %%
fig, ax = plt.subplots(figsize=(8, 4.5))
looks = {"late cache": ("#D55E00", "--"), "no cache": ("#000000", "-")}
looks |= {"cache": ("#0072B2", "-"), "window": ("#009E73", "-.")}
for name, (colour, style) in looks.items():
    ax.plot(cents.index, cents[name], color=colour, linestyle=style, linewidth=2.2)
    label = f"{name}: {cents[name].iloc[-1]:.2f} cents"
    ax.annotate(
        label, (24.4, cents[name].iloc[-1]), color=colour, va="center", annotation_clip=False
    )
ax.set_title("A cache halves a long chat; a cache that comes too late makes it dearer", loc="left")
ax.set(xlabel="turn", ylabel="cost of the chat so far (US cents)", xlim=(1, 24), ylim=(0, None))
ax.set_xticks([1, 6, 12, 18, 24])
ax.spines[["top", "right"]].set_visible(False)
fig.subplots_adjust(right=0.78)
plt.show()

# %% [markdown]
# Four rising lines (*simulated* prices). Sending everything bends upwards; the late cache bends upwards faster, because it pays the premium and never the reward; the cache in time and the short window stay close to straight.
# The window is cheapest and forgets; whether that is worth it is a question about answers, not about tokens.
#
# **Given** `chat` with `system` (tokens) and four lists with one entry a turn: `user`, `answer`, `reasoning` (tokens) and `gap_minutes` since the previous turn; `price`, a row as in task 2 without a long tier; `cache`, None or `{"ttl_minutes": …, "min_tokens": …}`.
# **Produce** the list of each turn's cost in dollars.
# **Rules:** a turn's prompt is the system text, all earlier user messages and answers, and the new message; reasoning is billed as output and never sent again. With a cache, a prompt shorter than `min_tokens` pays the input rate and caches nothing; any other prompt reads the prefix that the cache holds, writes the rest and is then cached whole. The cache holds the last prompt that was cached, if `gap_minutes` is not more than `ttl_minutes`; each use renews it.
# **Example:** system 2,000, messages 120 and 120, answers 350 and 350, at the price above with a cache in time: 0.0006075 and 0.00033. 5 points; the loop is given.


# %% role="answer" task="conversation_cost" points=5
def conversation_cost(
    chat: dict[str, Any], price: dict[str, Any], cache: dict[str, int] | None
) -> list[Decimal]:
    """Return each turn's cost in USD (about 12 lines)."""
    kinds = ("input", "cache_read", "cache_write", "output")
    rate = {kind: Decimal(price[f"{kind}_mtok"]) / 1_000_000 for kind in kinds}
    columns = (chat[name] for name in ("user", "answer", "reasoning", "gap_minutes"))
    history, stored, costs = chat["system"], 0, []
    for user, answer, reasoning, gap in zip(*columns, strict=True):
        ### BEGIN SOLUTION
        prompt = history + user
        if cache is None or prompt < cache["min_tokens"]:
            cost = prompt * rate["input"]
        else:
            read = stored if gap <= cache["ttl_minutes"] else 0
            cost = read * rate["cache_read"] + (prompt - read) * rate["cache_write"]
            stored = prompt
        history = prompt + answer
        cost += (answer + reasoning) * rate["output"]
        ### END SOLUTION
        costs.append(cost)
    return costs


# %% role="check" task="conversation_cost"
check("conversation_cost")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Two numbers survive from turn to turn: how long the history is and how long a prefix is cached. They differ by the last answer.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# In the branch with a cache: <code>read = stored if gap &lt;= cache["ttl_minutes"] else 0</code>, the rest of the prompt is written, then <code>stored = prompt</code>. After it, for both branches: <code>history = prompt + answer</code>.
# </details>

# %% [markdown]
# ## Task 5: Price the extra correct answer
# A hiring guide among this course's sources gives a model answer to an interview question (*fact about the source*: "The $206K salary bubble", line 71): retrieval answers 82 % of questions correctly at $0.003 each, a tuned model 91 % at $0.015, and with 50,000 questions a day the difference is $600 a day.

# %%
rag, tuned, questions = (0.003, 0.82), (0.015, 0.91), 50_000
extra_a_day = (tuned[0] - rag[0]) * questions
per_correct = [usd / accuracy for usd, accuracy in (rag, tuned)]
extra_a_day, per_correct

# %% [markdown]
# The $600 is right.
# A correct answer costs 0.37 cents with retrieval and 1.65 cents with the tuned model: both look like nothing.
# But you would pay the difference for the nine additional points only. What does one *extra* correct answer cost, in dollars?

# %% role="predict"
predict("per_extra_correct", ...)

# %%
per_extra = (tuned[0] - rag[0]) / (tuned[1] - rag[1])
predict("per_extra_correct", actual=round(per_extra, 4))
per_extra / per_correct[0]

# %% [markdown]
# 13.3 cents: 36 times the average (*measured*).
# This is the number for the decision, since it is also the break-even: if a wrong answer costs you more than $0.133 in hand-offs, refunds or churn, the tuned model is the cheaper one; below it, retrieval is.
# "82 % was above our threshold" hides that price in the word *threshold*.
#
# And it is an estimate. Suppose each accuracy came from 200 different questions:

# %%
spread = 1.96 * math.sqrt(sum(a * (1 - a) / 200 for _, a in (rag, tuned)))
gain = tuned[1] - rag[1]
[round((tuned[0] - rag[0]) / g, 3) for g in (gain + spread, gain - spread)]

# %% [markdown]
# From 8 to 51 cents, with 95 % confidence and the normal approximation (*measured*): the money is known to the cent and the benefit hardly at all.
# Asking both systems the *same* questions narrows it.
#
# **Given** `base` and `other`, each with `usd_per_call`, `calls_per_question` (retries included: 1.2 means that every fifth question is asked twice), `fixed_usd_per_day` (hosting, re-training, index) and `accuracy`; `questions_per_day`; `error_usd`, what a wrong answer costs you.
# **Produce** a dict with three fields. `usd_per_correct`: a list of two, base and other, all costs included. `usd_per_extra_correct`: the difference in cost a question over the difference in accuracy, or None where `other` is not more accurate. `choose`: `"base"` or `"other"`, whichever costs less a question once errors are paid for; base on a tie.
# **Example:** the case above with one call a question, no fixed cost and `error_usd=0.10` gives `[0.003659, 0.016484]`, `0.1333` and `"base"`. 4 points, on your own.


# %% role="answer" task="compare_options" points=4
def compare_options(
    base: dict[str, float], other: dict[str, float], questions_per_day: int, error_usd: float
) -> dict[str, Any]:
    """Return unit costs, the margin and the choice (about 10 lines)."""
    ### BEGIN SOLUTION
    options = (base, other)
    cost = [
        o["usd_per_call"] * o["calls_per_question"] + o["fixed_usd_per_day"] / questions_per_day
        for o in options
    ]
    all_in = [usd + (1 - o["accuracy"]) * error_usd for usd, o in zip(cost, options, strict=True)]
    gain = other["accuracy"] - base["accuracy"]
    return {
        "usd_per_correct": [usd / o["accuracy"] for usd, o in zip(cost, options, strict=True)],
        "usd_per_extra_correct": (cost[1] - cost[0]) / gain if gain > 0 else None,
        "choose": "other" if all_in[1] < all_in[0] else "base",
    }
    ### END SOLUTION


# %% role="check" task="compare_options"
check("compare_options")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Work out one number for each option first: what a question costs, retries and fixed costs included. Everything else follows from it.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# Per correct: cost over accuracy. Per extra correct: difference of costs over difference of accuracies, which is not the difference of the two ratios. All in: cost plus <code>(1 - accuracy) * error_usd</code>.
# </details>

# %% [markdown]
# ## Task 6: Bill an index
# An interview case from the same guide (line 132) asks for document questions over 10,000 documents of 15 pages.
# Assume 500 tokens a page, chunks of 400 tokens that overlap by 80, and `practice-embed` at $0.02 a million (*simulated*).
# What does it cost, in dollars, to embed everything once?

# %% role="predict"
predict("first_index", ...)

# %%
tokens_each, size, overlap = 15 * 500, 400, 80
chunks = 10_000 * (1 + math.ceil((tokens_each - size) / (size - overlap)))
embedded = 10_000 * tokens_each + (chunks - 10_000) * overlap
predict("first_index", actual=round(embedded * 0.02 / 1e6, 2))
gigabytes = chunks * (384 * 4 + 2_000) / 1e9
chunks, embedded, round(gigabytes, 2)

# %% [markdown]
# Less than two dollars, and under a gigabyte (*measured*; 384 floats of 4 bytes and 2,000 bytes of text and metadata a chunk).
# Overlap made a quarter of the tokens paid for twice, and nobody notices.
#
# What does notice is reading: eight chunks of 400 tokens go into the prompt of *every* question, at the chat model's price.

# %%
a_thousand = 1_000 * (20 * 0.02 + 8 * 400 * float(row["input_mtok"])) / 1e6
f"${a_thousand:.2f} a thousand questions; {embedded * 0.02 / 1e6 / a_thousand * 1_000:,.0f} questions cost as much as the index"

# %% [markdown]
# At 50,000 questions a day, the context costs the price of the whole index every couple of hours.
# The usual remedy, fewer and better chunks, is a retrieval question; the usual *mistake* is to save on embeddings.
#
# A change of embedding model is the other surprise: vectors of two models cannot be compared, so it re-embeds everything, not just what changed.
#
# **Given** `documents`, a list of token counts (all positive), and `plan` with `chunk_tokens`, `overlap_tokens`, `dimensions`, `bytes_per_number`, `bytes_beside` (text and metadata a chunk), `copies`, `embed_mtok`, `storage_usd_gb_month`, `changed_share` (of the tokens, a month), `full_reindexes_per_year`, `k`, `question_tokens`, `input_mtok` (the chat model's).
# **Produce** six fields: `chunks`, `embedded_tokens`, `first_usd` (to embed everything), `storage_gb` (of 10⁹ bytes, all copies), `monthly_usd` (storage, the changed share re-embedded, a twelfth of a year's full re-indexes), `usd_per_1000_questions` (embed the question, read k full chunks).
# **Rules:** a document of at most `chunk_tokens` is one chunk; otherwise a chunk starts every `chunk_tokens - overlap_tokens` tokens until the end is covered. Neighbours share `overlap_tokens`, which are embedded twice. Documents do not share chunks. Prices are decimal strings; floats are fine here.
# **Example:** one document of 720 tokens, chunks of 400 with overlap 80: 2 chunks, 800 tokens. 4 points, on your own.


# %% role="answer" task="index_bill" points=4
def index_bill(documents: list[int], plan: dict[str, Any]) -> dict[str, float]:
    """Return an index's size and what it costs to make, keep and read (about 15 lines)."""
    ### BEGIN SOLUTION
    size, overlap = plan["chunk_tokens"], plan["overlap_tokens"]
    counts = [1 + max(0, math.ceil((tokens - size) / (size - overlap))) for tokens in documents]
    embedded = sum(documents) + sum(count - 1 for count in counts) * overlap
    embed, chat = float(plan["embed_mtok"]) / 1e6, float(plan["input_mtok"]) / 1e6
    first = embedded * embed
    wide = plan["dimensions"] * plan["bytes_per_number"] + plan["bytes_beside"]
    stored = sum(counts) * wide * plan["copies"] / 1e9
    again = first * (plan["changed_share"] + plan["full_reindexes_per_year"] / 12)
    question = plan["question_tokens"] * embed + plan["k"] * size * chat
    return {
        "chunks": sum(counts),
        "embedded_tokens": embedded,
        "first_usd": first,
        "storage_gb": stored,
        "monthly_usd": stored * float(plan["storage_usd_gb_month"]) + again,
        "usd_per_1000_questions": 1_000 * question,
    }
    ### END SOLUTION


# %% role="check" task="index_bill"
check("index_bill")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Count chunks document by document. The first chunk covers <code>chunk_tokens</code>; each further one covers only what it does not share.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>1 + max(0, ceil((tokens - size) / (size - overlap)))</code> chunks a document; every chunk but a document's first adds <code>overlap</code> embedded tokens. The month adds storage, <code>changed_share * first</code> and <code>full_reindexes_per_year / 12 * first</code>.
# </details>

# %% [markdown]
# ## Write it down: retrieval or tuned?
# The product owner of the support assistant in task 5 asks which of the two to ship.
# Answer in at most 150 words, to a reader who knows the product and not the models.
# Recommend one, and give the numbers that decide. The tuned model also needs two weeks for each update of its knowledge.

# %% [markdown] role="written" task="cost_memo" points=8
# ### BEGIN SOLUTION
# Ship retrieval now, and measure what a wrong answer costs us before anything else.
#
# Retrieval costs $150 a day for 41,000 correct answers (0.4 cents each). The tuned model costs $750 for 45,500 (1.6 cents each). The $600 between them buy 4,500 answers, so each extra correct answer costs 13 cents.
#
# That is the whole decision: if a wrong answer costs us more than 13 cents, the tuned model is cheaper overall; a hand-off to a person at several dollars would already settle it for the questions that end in one.
#
# Both accuracies come from a few hundred questions. On 200 each, the 13 cents could be anything from 8 to 51. We should put both systems to the same 1,000 questions.
#
# I would change my mind if one error in forty leads to a $6 hand-off, if prices move, or if answers may be two weeks old.
# ### END SOLUTION

# %% [markdown] role="rubric" task="cost_memo"
# | criterion | 0 | 1 | 2 |
# |---|---|---|---|
# | Unit cost | total or price per call only: "tuned costs $600 a day more" | cost per correct answer, or the margin without its meaning: "0.4 against 1.6 cents" | the margin, in words: "each extra correct answer costs 13 cents" |
# | Cost of an error | absent: "82 % is good enough" | named, not compared: "wrong answers annoy customers" | compared with the margin: "above 13 cents an error, tuned is cheaper" |
# | Uncertainty | figures as exact | "accuracy is an estimate" | a range or sample size, and its effect: "on 200 questions, 8 to 51 cents" |
# | What would change it | nothing | a wish: "we will monitor it" | a condition one can check: "if one error in forty ends in a $6 hand-off" |

# %% [markdown]
# ## What you did
# You turned three vendors' usage into one record, priced it at its own date, billed it to the cent, saw a conversation grow with the square of its turns, and put a price on the margin.
#
# **On your own:** take one day of your own logs, run it through your three functions, and compare with the vendor's usage page for the same UTC day. Explain every cent of the difference; most often it is time zones, retries your client hid, or a stream you closed.
#
# **Readings**
# - [genai-prices](https://github.com/pydantic/genai-prices): a price list as reviewed, dated data, with the vendors' oddities in comments.
# - [Prompt caching at Anthropic](https://platform.claude.com/docs/en/build-with-claude/prompt-caching): lifetimes, minimum lengths and write premiums that task 4 simplifies.
# - [Thinking tokens at Google](https://ai.google.dev/gemini-api/docs/thinking): why the count beside the answer is billed with it.
# - [Batch processing at Anthropic](https://platform.claude.com/docs/en/build-with-claude/batch-processing): what may wait, for how long, and how the discount stacks with the cache.
