# %% [markdown]
# # Price an answer
# A feature whose answers cost more than they are worth does not survive its first budget review, and you are the one who explains the bill.
#
# **You build** a billing engine: three vendors' usage in, an invoice exact to the cent out, then the number that decides between two designs.
# **You learn** to keep token counts disjoint, to price a call with the list of its own day, to round once, why a chat's cost grows with the square of its length, and to price the margin instead of the average.
# **You need** Python functions, dicts and lists.
#
# 100 minutes. Rung: AI Engineer.
#
# Numbers are tagged *fact* (source, date), *measured* (by the cell above) or *simulated*.
# If you have billed LLM calls before, go straight to the tasks.

# %% role="setup"
from autograder import check, load, predict, reveal

prices = load("practice_models/prices")
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
        tokens, model, provider_id=vendor, genai_request_timestamp=moment, price_context=context
    ).total_price


# %% [markdown]
# ## Before you start
# Three numbers, closed book.
# Replace each `...`; predictions are kept, shown back to you and never marked.
#
# 1. A list price is 3 dollars a million tokens. What do 2,000 tokens cost, in dollars?
# 2. English prose has about 500 words per page and three quarters of a word per token. How many tokens are 15 pages?
# 3. A price falls from 1.00 to 0.20 dollars. How many times dearer was it before?

# %% role="predict"
predict("two_thousand_tokens", ...)
predict("fifteen_pages", ...)
predict("price_factor", ...)

# %%
predict("two_thousand_tokens", actual=2_000 * 3 / 1_000_000)
predict("fifteen_pages", actual=15 * 500 / 0.75)
predict("price_factor", actual=1.00 / 0.20)

# %% [markdown]
# The second is a rule of thumb: code, tables and most other languages need more tokens a word.
# For a bill, use what the vendor counted.
#
# Here is the list you bill from: invented models (*simulated*), in dollars per million tokens, as strings.
# One of these rows lies in the future.

# %%
pd.DataFrame(prices).iloc[[1, 2, 4, 5, 7], :6]

# %% [markdown]
# ## Task 1: Normalise three vendors' usage
# Every response carries token counts, and three vendors count differently.
# Anthropic's Messages API reports a call as `input_tokens` 900, `cache_read_input_tokens` 600, `output_tokens` 100.
# How many tokens did the prompt have?

# %% role="predict"
predict("prompt_tokens", ...)

# %%
anthropic_usage = {"input_tokens": 900, "cache_read_input_tokens": 600, "output_tokens": 100}
extracted = extract_usage({"usage": anthropic_usage}, provider_id="anthropic").usage
predict("prompt_tokens", actual=extracted.input_tokens)
as_a_total = Usage(input_tokens=900, cache_read_tokens=600, output_tokens=100)
[listed(tokens, "claude-sonnet-4-0", "anthropic") for tokens in (extracted, as_a_total)]

# %% [markdown]
# At Anthropic `input_tokens` is what is left *beside* the cache.
# Read it as a total and you book 0.00258 dollars for 0.00438 (*measured*; the list prices are a *fact* of genai-prices 0.2.3, 2026-11-10).
# That library works offline: a second opinion for every step.
#
# | | OpenAI, Chat Completions | Anthropic, Messages | Gemini, `usageMetadata` |
# |---|---|---|---|
# | prompt | `prompt_tokens`, **with** cache | `input_tokens`, **without** cache | `promptTokenCount`, **with** cache |
# | cache read | `prompt_tokens_details.cached_tokens` | `cache_read_input_tokens` | `cachedContentTokenCount` |
# | cache write | `prompt_tokens_details.cache_write_tokens` | `cache_creation_input_tokens`, split again in `cache_creation` | not reported |
# | tool results | in the prompt | in the input | `toolUsePromptTokenCount`, **beside** the prompt, billed as input |
# | answer | `completion_tokens`, **with** reasoning | `output_tokens`, **with** thinking | `candidatesTokenCount`, **without** `thoughtsTokenCount`, billed as output |
#
# *Fact*: genai-prices 0.2.3 and openai 3.52.0, read 2026-11-21.
# All cache writes here last five minutes; Anthropic's one-hour writes cost 2 times the input rate, not 1.25 (*fact*, genai-prices 0.2.3).
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
# The 250 reasoning tokens are inside the 400.
# Disjoint buckets add up to the vendor's own total, where it gives one: a check you can run on most calls.
#
# **Given** `vendor` (`"openai"`, `"anthropic"` or `"gemini"`) and `usage`, its usage object as a dict.
# **Produce** a dict of four ints, `input`, `cache_read`, `cache_write`, `output`, that do not overlap.
# **Rules:** a field that is absent or None counts 0, at every level; Gemini leaves zeros out, even `candidatesTokenCount`. Another vendor raises `ValueError`.
# **Example:** the cell above. 4 points; the frame is given.


# %% role="answer" task="normalise_usage" points=4
def normalise_usage(vendor: str, usage: dict[str, Any]) -> dict[str, int]:
    """Return a call's disjoint token counts (about 15 lines)."""

    def count(name: str) -> int:
        return usage.get(name) or 0

    # Find new, read, write and output; the last line needs them.
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
# Is a count part of the number above it, or beside it? Subtract parts, add neighbours.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# OpenAI: take both cache counts off the prompt. Anthropic: copy four fields; <code>cache_creation</code> only splits one of them. Gemini: take the cache off, add tool use and thoughts.
# </details>

# %% [markdown]
# ## Task 2: Price a call at its date
# A rate is per million: tokens times rate, over a million.

# %%
row = prices[2]
cost = sum(Decimal(row[f"{kind}_mtok"]) * tokens for kind, tokens in record.items()) / 1_000_000
print(f"{row['model']} from {row['start_date']}: ${cost}")
prices[4]  # a full row: rates and factors are strings, long_from is an int or None

# %% [markdown]
# Prices move. GPT-5.6 Luna has another price from 2026-07-30 (*fact*, genai-prices 0.2.3).
# You recompute a million tokens in and out of 29 July with the new list.
# What do you divide the true price by?

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
# The third row is 30 July in Berlin and billed at the old price: it is 23:00 UTC on the 29th.
# Cutting days at UTC is this library's rule; your vendor's contract decides.
# Without offsets a log cannot be billed.
# Nor is the newest row always right: Gemini 4 Argon's already holds the doubled price of 2026-12-01 (*fact*, same source).
#
# Long prompts can cost more per token. Gemini 2.5 Pro has a second rate above 200,000 prompt tokens (*fact*, same source).
# With 1,000 tokens of answer, 200,000 cost 0.26 dollars. What do 200,001 cost?

# %% role="predict"
predict("one_more_token", ...)

# %%
at_edge, above = (Usage(input_tokens=n, output_tokens=1_000) for n in (200_000, 200_001))
predict("one_more_token", actual=float(listed(above, "gemini-2.5-pro", "google")))
[listed(tokens, "gemini-2.5-pro", "google") for tokens in (at_edge, above)]

# %% [markdown]
# One token almost doubles the bill (*measured*): the rate is a cliff, not a tax bracket; every token pays it, the answer's too.
# The threshold looks at the whole prompt, cached tokens included.
#
# **Given** `tokens` (a record as in task 1), `model`, `at` (ISO 8601 with offset) and `table` (rows like the one above, rates and factors as strings, in any order).
# **Produce** the call's dollars, unrounded: a `Decimal` or a float, compared to 1e-9 *relative*.
# **Rules:** the row in force has the latest `start_date` not after the call's UTC date; a row starts at 00:00:00 UTC. Where `long_from` is not None and the whole prompt is *above* it, multiply the three input-side rates by `long_input_factor` and the output rate by `long_output_factor`. No row in force: `ValueError`.
# **Example:** the record above on `"practice-small"` at `"2026-10-15T00:00:00+00:00"` gives 0.000384. 5 points; the last lines are given.


# %% role="answer" task="price_call" points=5
def price_call(tokens: dict[str, int], model: str, at: str, table: list[dict[str, Any]]) -> Decimal:
    """Return a call's price in USD at its instant (about 10 lines)."""
    # Find row, input_factor and output_factor; the last lines need them.
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
# Three separate decisions: which row, which factors, which sum.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>datetime.fromisoformat(at).astimezone(UTC).date().isoformat()</code> compares with <code>start_date</code>. Take the latest row not after it; without one, raise.
# </details>

# %% [markdown]
# ## Task 3: Add up an invoice
# **Batch:** work that may wait costs less, usually half.
# Send Gemini 2.5 Flash 100,000 tokens, 95,000 of them cached. What share of the live price does the batch call cost?

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
# 78 % here, 50 % there (*measured*): Gemini 2.5 halves input and output but not cache reads, Anthropic halves them too (*fact*, genai-prices 0.2.3, batch rates verified 2026-10-14).
# A discount is a column of the list, not a constant in your code.
#
# **Failures,** by this lesson's rule (vendors differ): a call that produced tokens is billed, even if it was cut off, filtered, or abandoned by a client that stopped waiting. A refusal with 429 or 500 is normally not metered. A retry is a new call.
#
# **Rounding:** forty-one calls of a quarter of a cent, rounded by line and once; then twelve and a half cents, both ways.

# %%
quarter = [Decimal("0.0025")] * 41
cent, half = Decimal("0.01"), Decimal("0.125")
by_line = sum(usd.quantize(cent, ROUND_HALF_UP) for usd in quarter)
print("by line", by_line, "once", sum(quarter).quantize(cent, ROUND_HALF_UP))
print("half to even", half.quantize(cent), "half up", half.quantize(cent, ROUND_HALF_UP))
print("floats", round(0.125, 2), round(0.135, 2), round(0.145, 2), round(0.155, 2))

# %% [markdown]
# By line, ten cents vanish (*measured*).
# Half a cent has two traditions: Python's `round` and `Decimal`'s default go to the even neighbour, an invoice usually goes up.
# The floats follow neither, being something else in binary: precise enough to add, not to decide a tie.
#
# **Given** `lines`, one dict a metered line: `call_id`, `request_id`, `attempt` (for the reader only), `mode` (`"live"` or `"batch"`), `batch_factor` (a decimal string), `status`, and `list_usd`, the live price as a decimal string, or None where nothing was metered.
# **Produce** three ints, `billed_calls`, `total_cents`, `failed_cents`; failed is what was billed with a status other than `"ok"`.
# **Rules:** the same `call_id` twice is one call delivered twice, both copies alike; the same `request_id` with another `call_id` is a retry, billed. `batch_factor` is for batch lines only. Round each sum once, half a cent up.
# **Example:** `"0.10"` live and ok, `"0.05"` batch with factor `"0.5"` and status `"length"`, None with `"rate_limited"`: 2, 13, 3. 4 points, no code given.


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
# Which lines are calls, which calls are billed, what does each cost? Round last.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# A dict keyed by <code>call_id</code> drops second deliveries and keeps retries. Start sums with <code>Decimal(0)</code>; then <code>(total * 100).quantize(Decimal(1), ROUND_HALF_UP)</code>.
# </details>
#
# Now all three on October's export (*simulated*), where some calls came twice.
# Nine in a hundred metered calls failed. Of every hundred dollars, how many did they take?

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
    lines = [october_line(call) for call in usage]
    october = invoice(lines)
    failed_percent = round(100 * october["failed_cents"] / october["total_cents"], 1)
    predict("failed_percent", actual=failed_percent)
    print(october)
    for status in ("client_timeout", "content_filter", "length"):
        print(status, invoice([line for line in lines if line["status"] == status]))
except Exception as err:
    print(f"Solve tasks 1 to 3 first, then run this cell again ({type(err).__name__}).")

# %% [markdown]
# A quarter, nearly all of it timeouts: in this export clients stop waiting for long, slow calls (*simulated*).
# Count dollars, not failures.

# %% [markdown]
# ## Task 4: Cost a conversation
# A model has no memory: whether you or a stateful API resend the history, every turn is billed for all of it.
# Take a system prompt of 2,000 tokens and 24 turns of 120 tokens in and 350 out, on `practice-small` ($0.15 in and $0.60 out a million, *simulated*).
# How many times the first turn does the whole chat cost?

# %% role="predict"
predict("chat_factor", ...)

# %%
turns = np.arange(24)
row = prices[2]  # practice-small from 2026-10-15
kinds = ("input", "cache_read", "cache_write", "output")
rate = {kind: float(row[f"{kind}_mtok"]) / 1e6 for kind in kinds}
prompts = 2_000 + 470 * turns + 120
resend = prompts * rate["input"] + 350 * rate["output"]
predict("chat_factor", actual=round(float(resend.sum() / resend[0]), 1))
f"24 turns: ${resend.sum():.4f}; the last turn costs {resend[-1] / resend[0]:.1f} times the first"

# %% [markdown]
# Not 24 (*measured*): the prompt grows each turn, so the sum grows with the square of the turns.
#
# A **prompt cache**, in this lesson's model, keeps a prefix for a while. A prompt that begins with exactly that prefix pays the read rate for it and the write rate for the rest, which is then cached too.
# Here a write costs 1.25 and a read 0.1 times the input rate, so one reuse already pays: 1.35 against 2.
# A read that comes too late finds nothing and writes everything again.
#
# Four policies: no cache; a cache always in time; a cache always too late; and a cache of the system prompt with a window of the last four turns, all older ones forgotten.
# Which is cheapest after 24 turns: `"no cache"`, `"cache"`, `"late cache"` or `"window"`?

# %% role="predict"
predict("cheapest_policy", ...)

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
predict("cheapest_policy", actual=cents.iloc[-1].idxmin())
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
ax.set_title(
    "A cache that keeps everything is cheapest; one that is always late is dearest", loc="left"
)
ax.set(xlabel="turn", ylabel="cost of the chat so far (US cents)", xlim=(1, 24), ylim=(0, None))
ax.set_xticks([1, 6, 12, 18, 24])
ax.spines[["top", "right"]].set_visible(False)
fig.subplots_adjust(right=0.78)
plt.show()

# %% [markdown]
# "No cache" bends upwards, the late cache more so: all premium, no reward.
# The window forgets and still costs more than the cache that keeps everything: it changes the prefix at every turn, so its tokens are always new (*measured*, on simulated prices).
# Not for ever: from turn 32 the next turn is cheaper with the window, from turn 60 the whole chat.
#
# **Given** `chat` with `system` (tokens) and four lists, one entry per turn: `user`, `answer`, `reasoning` (tokens), `gap_minutes` since the turn before; `price`, a row without a long tier; `cache`, None or `{"ttl_minutes": …, "min_tokens": …}`.
# **Produce** the list of each turn's dollars.
# **Rules:** a prompt is the system text, all earlier messages and answers, and the new message. Here reasoning is billed as output and never sent again (some models keep it, as input). With a cache, a prompt shorter than `min_tokens` pays the input rate and caches nothing; any other reads the prompt cached last, if `gap_minutes` is at most `ttl_minutes`, writes the rest, and is then cached whole.
# **Example:** system 2,000, messages 120 and 120, answers 350 and 350, at the price above, in time: 0.0006075 and 0.0003299. 5 points; the loop is given.


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
        # Find this turn's cost, and bring history and stored (the cached prefix) up to date.
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
# Two numbers survive a turn, the history and the cached prefix. They differ by the last answer.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# With a cache, <code>read = stored if gap &lt;= cache["ttl_minutes"] else 0</code>, write the rest, then <code>stored = prompt</code>. In both branches <code>history = prompt + answer</code>.
# </details>

# %% [markdown]
# ## Task 5: Price the extra correct answer
# A hiring guide wants to hear this answer: retrieval is right 82 % of the time at $0.003 a query, a tuned model 91 % at $0.015, and at 50,000 queries a day the difference is $600 (*fact* about the source: S4, an article on hiring in the "AI-Assisted Development Guide", line 71).
#
# The $600 is right.
# But it buys only the nine extra points. What does one *extra* correct answer cost, in dollars?

# %% role="predict"
predict("per_extra_correct", ...)

# %%
rag, tuned = (0.003, 0.82), (0.015, 0.91)
usd, gain = tuned[0] - rag[0], tuned[1] - rag[1]
predict("per_extra_correct", actual=round(usd / gain, 4))
spread = 1.96 * math.sqrt(sum(a * (1 - a) / 200 for _, a in (rag, tuned)))
print("a day", round(usd * 50_000), "per correct", [round(u / a, 4) for u, a in (rag, tuned)])
print(
    "per extra correct, on 200 questions each",
    [round(usd / (gain + d), 3) for d in (spread, -spread)],
)

# %% [markdown]
# A correct answer costs 0.37 or 1.65 cents, an *extra* one 13.3 (*measured*).
# That is the break-even: if a wrong answer costs you more, the tuned model is cheaper; if less, retrieval.
# It is an estimate: had each accuracy come from 200 questions of its own, the margin would lie between 8 and 51 cents (95 %, normal approximation). The *same* questions for both would narrow that.
#
# **Given** `base` and `other`, each with `usd_per_call`, `calls_per_question` (1.2: every fifth is asked twice), `fixed_usd_per_day` and `accuracy`; `questions_per_day`; `error_usd`, what a wrong answer costs you.
# **Produce** `usd_per_correct`, a list of two with all costs; `usd_per_extra_correct`, difference in cost per question over difference in accuracy, negative as it comes, None where `other` is not more accurate; `choose`, `"base"` or `"other"`, whichever costs less once errors are paid for, base on a tie. Do not round.
# **Example:** the case above, one call per question, `error_usd` 0.10: `[0.003659, 0.016484]`, 0.1333, `"base"`. 4 points, no code given.


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
# What does one question cost, retries and fixed costs included? The rest follows.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# The margin is the difference of costs over the difference of accuracies, not a difference of ratios. All in: cost plus <code>(1 - accuracy) * error_usd</code>.
# </details>

# %% [markdown]
# ## Task 6: Bill an index
# The same guide (lines 128 to 132) asks for document questions over 10,000 documents of 15 pages.
# Assume 10,000 tokens each, as above, chunks of 400 that overlap by 80, and `practice-embed` at $0.02 a million (*simulated*).
# What does it cost, in dollars, to embed everything once?

# %% role="predict"
predict("first_index", ...)

# %%
chunks = 10_000 * (1 + math.ceil((10_000 - 400) / (400 - 80)))
embedded = 10_000 * 10_000 + (chunks - 10_000) * 80
predict("first_index", actual=round(embedded * 0.02 / 1e6, 2))
reading = 50_000 * 8 * 400 * 0.15 / 1e6  # on practice-small
print(f"{chunks:,} chunks, {embedded:,} tokens; 50,000 questions of 8 chunks: ${reading:.2f} a day")

# The worked example of the task below: this plan and one document of 720 tokens give this bill.
example_plan = {"chunk_tokens": 400, "overlap_tokens": 80, "k": 8, "question_tokens": 50}
example_plan |= {"dimensions": 512, "bytes_per_number": 4, "bytes_beside": 1_952, "copies": 2}
example_plan |= {"embed_mtok": "0.02", "input_mtok": "0.15", "storage_usd_gb_month": "0.25"}
example_plan |= {"changed_share": 0.1, "full_reindexes_per_year": 3}
example_bill = {"chunks": 2, "embedded_tokens": 800, "first_usd": 0.000016}
example_bill |= {"storage_gb": 0.000016, "monthly_usd": 0.0000096, "usd_per_1000_questions": 0.481}

# %% [markdown]
# Two and a half dollars (*measured*), although the overlap makes almost a quarter of the tokens paid for twice.
# *Reading* costs that every two and a half hours, because the chunks enter each prompt at the chat model's rate.
# And a new embedding model re-embeds everything: vectors of two models do not compare.
#
# **Given** `documents`, a list of token counts, and `plan`: `chunk_tokens`, `overlap_tokens`, `dimensions`, `bytes_per_number`, `bytes_beside` (text and metadata a chunk), `copies`, `embed_mtok`, `storage_usd_gb_month`, `changed_share` (a month), `full_reindexes_per_year`, `k`, `question_tokens`, `input_mtok` (the chat model's).
# **Produce** `chunks`; `embedded_tokens`; `first_usd`, to embed all; `storage_gb`, of 10⁹ bytes, all copies; `monthly_usd`: storage, the changed share and a twelfth of a year's full re-indexes; `usd_per_1000_questions`: embed each question and read k full chunks at the chat rate, the question's own text and the answer left out.
# **Rules:** a document of at most `chunk_tokens` is one chunk; otherwise a chunk starts every `chunk_tokens - overlap_tokens` tokens until the end is covered. Shared tokens are embedded twice; documents share no chunk. Rates (`_mtok`, `_month`) are decimal strings; floats are fine.
# **Example:** `[720]` by `example_plan` above gives `example_bill`. 4 points, no code given.


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
# Count document by document: the first chunk covers <code>chunk_tokens</code>, each further one only what it does not share.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>1 + max(0, ceil((tokens - size) / (size - overlap)))</code> chunks; every chunk but the first embeds <code>overlap</code> tokens again.
# </details>

# %% [markdown]
# ## Write it down: retrieval or tuned?
# The product owner of the assistant in task 5 asks which to ship.
# Answer in at most 150 words, for someone who knows the product, not the models. The tuned model needs two weeks for each update. 8 points, marked by an instructor with the rubric below (alone: by yourself or a colleague).

# %% [markdown] role="written" task="cost_memo" points=8
# ### BEGIN SOLUTION
# Ship retrieval now, and measure what a wrong answer costs us.
#
# Retrieval costs $150 a day for 41,000 correct answers, 0.4 cents each. The tuned model costs $750 for 45,500, 1.6 cents each. The $600 between them buy 4,500 answers: each extra correct answer costs 13 cents.
#
# So if a wrong answer costs us more than 13 cents on average, the tuned model is cheaper overall.
#
# Both accuracies are estimates. If they rest on 200 questions each, the 13 cents could be 8 or 51. Let us put both systems to the same 1,000 questions.
#
# I would change my mind if one wrong answer in forty ends in a $6 hand-off, and I would stay with retrieval if answers may not be two weeks old.
# ### END SOLUTION

# %% [markdown] role="rubric" task="cost_memo"
# | criterion | 0 | 1 | 2 |
# |---|---|---|---|
# | Unit cost | a total only: "$600 more a day" | cost per correct answer: "0.4 against 1.6 cents" | the margin: "each extra correct answer costs 13 cents" |
# | Cost of an error | absent: "82 % is enough" | named: "errors annoy customers" | compared: "above 13 cents an error, tuned is cheaper" |
# | Uncertainty | absent | named: "accuracy is an estimate" | with its effect: "8 to 51 cents if each came from 200 questions" |
# | What would change it | absent | vague: "we will monitor it" | checkable: "if one error in forty ends in a $6 hand-off", "if answers may not be two weeks old" |

# %% [markdown]
# ## What you did
# You priced three vendors' usage at its date, billed it to the cent, watched a chat grow with the square of its turns, and priced the margin.
#
# **On your own:** bill one UTC day of your own logs and explain each cent of difference from the vendor's usage page. Most often it is time zones, retries your client hid, or streams you closed.
#
# **Readings**
# - [genai-prices](https://github.com/pydantic/genai-prices): price lists as reviewed, dated data, oddities included.
# - [Prompt caching](https://platform.claude.com/docs/en/build-with-claude/prompt-caching): the lifetimes and minimum lengths that task 4 simplifies.
# - [Thinking tokens](https://ai.google.dev/gemini-api/docs/thinking): why the count beside the answer is billed with it.
