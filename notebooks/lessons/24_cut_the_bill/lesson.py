# %% [markdown]
# # Cut the bill
# Anyone can halve an AI bill by making the product worse. The work is to prove that nobody was hurt.
#
# **You build** an attribution that sums to the invoice, a cache that serves nothing wrong, a router with a quality floor, a cap, a claim that holds and a forecast with an interval.
#
# **You learn** what an answer depends on, what a trial cannot rule out, and how to forecast across a price change.
#
# **You need** functions, dicts and a little numpy. Helpful: [lesson 09](../09_numbers_you_can_trust/09_numbers_you_can_trust.ipynb) on paired intervals, [lesson 11](../11_price_an_answer/11_price_an_answer.ipynb) on prices, lesson 12 on retries.
#
# 120 minutes, 38 points. Rung: AI Engineer. Competencies: C076, C077, C078, C079, C081, C156.
#
# Tags: *fact* (source, date), *measured* (by the cell above), *simulated*.
# **All traffic here is simulated**: models, tenants and prices are invented. The methods carry over; no number does.

# %% role="setup"
from autograder import check, load, predict, reveal
from autograder.scenarios import known_traffic

prices = load("practice_models/prices")
page = load("usage_exports/usage")
table = load("usage_exports/usage_csv").to_csv(index=False)
costs = load("usage_exports/costs")

# %%
import csv
import io
import math
import re
from collections import Counter, defaultdict
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy import stats

traffic = known_traffic(393, requests=400)
public = traffic.public.plain()
calls, requests, updates = public["calls"], public["requests"], public["updates"]

# %% [markdown]
# ## Before you start
# Three numbers, closed book, from lessons 09, 11 and 12. Replace each `...`.
#
# 1. A cheaper model lost none of 30 answers. Which loss, as a share, can 30 trials not rule out, at 95 %?
# 2. Input costs 0.15 dollars a million tokens. What do 2,000 calls of 1,500 input tokens cost, in dollars?
# 3. Every fourth attempt fails, independently. Which share succeeds within three attempts?

# %% role="predict"
predict("cannot_rule_out", ...)
predict("two_thousand_calls", ...)
predict("three_attempts", ...)

# %%
predict("cannot_rule_out", actual=3 / 30)
predict("two_thousand_calls", actual=2_000 * 1_500 * 0.15 / 1_000_000)
predict("three_attempts", actual=1 - 0.25**3)

# %% [markdown]
# Ten points: a small trial without a single loss proves almost nothing.
#
# Here is the service whose bill you cut: six features, five tenants, and the meter of one Friday.
# An answer depends on the tenant, or on the user too (`scope`); `wait_hours` is how long it may take, 0 where somebody waits.

# %%
columns = ["request_id", "attempt", "feature", "tenant", "mode", "status", "input", "output"]
print(public["service"], requests[0]["at"][:10], len(requests), "requests", len(calls), "lines")
print(pd.DataFrame(calls)[columns].head(4).to_string(index=False))
pd.DataFrame(public["features"])

# %% [markdown]
# ## Task 1: Attribute every cent
# Feature and tenant stand on a request's *first* attempt; a retry, sent by a client below your code, carries neither.


# %%
KINDS = ("input", "cache_read", "cache_write", "output")


def in_force(prices: list[dict[str, Any]], model: str, at: str) -> dict[str, Any]:
    """Return the price row of a UTC date, which is the start of `at`."""
    rows = [r for r in prices if r["model"] == model and r["start_date"] <= at[:10]]
    return max(rows, key=lambda row: row["start_date"])


def list_usd(tokens: dict[str, Any], row: dict[str, Any], batch: bool = False) -> Decimal:
    """Return the list price of four disjoint token counts."""
    usd = sum(Decimal(row[f"{kind}_mtok"]) * tokens[kind] for kind in KINDS) / 1_000_000
    return Decimal(usd) * (Decimal(row["batch_factor"]) if batch else 1)


def metered_usd(c: dict[str, Any], model: str) -> Decimal:
    """Return what a call costs, or would with another model."""
    return list_usd(c, in_force(prices, model, c["at"]), c["mode"] == "batch")


once = {c["call_id"]: c for c in calls if c["input"] is not None}.values()
usd = {c["call_id"]: metered_usd(c, c["model"]) for c in once}
lost = sum(usd[c["call_id"]] for c in once if c["feature"] is None)
print(f"retries: ${lost:.2f} of ${sum(usd.values()):.2f}, {lost / sum(usd.values()):.0%}")
print(
    "practice-large, dollars a million:",
    {kind: in_force(prices, "practice-large", calls[0]["at"])[f"{kind}_mtok"] for kind in KINDS},
)

# %% [markdown]
# Follow the `request_id` back.
#
# A provider's export groups by project and API key, so give each feature a project and each tenant a key.
# OpenAI's usage API answers in buckets, its dashboard in a CSV of the same fields (*fact*: API reference and published exports, read 2026-11-21).
# Ask for both grouped by project, key, model and batch: what is not grouped by is null.
# Ours are invented:

# %%
COUNTS = ("input_tokens", "output_tokens", "input_cached_tokens", "input_cache_write_tokens")


def usage_rows(export: dict[str, Any] | str) -> list[dict[str, Any]]:
    """Flatten OpenAI's usage, a page of JSON or a CSV's text, into one row a group and day."""
    if isinstance(export, str):
        rows = list(csv.DictReader(io.StringIO(export)))
    elif export["has_more"]:
        raise ValueError("This page is not the last: fetch next_page too, or the bill is short.")
    else:
        rows = [{"start_time": b["start_time"]} | r for b in export["data"] for r in b["results"]]
    made = [row for row in rows if row.get("num_model_requests")]  # not so on an idle day
    if not all(row.get("model") for row in made):
        raise ValueError("Group the export by model too: prices differ.")
    for row in made:
        started = datetime.fromtimestamp(int(float(row["start_time"])), UTC)
        row |= {"day": f"{started:%Y-%m-%d}", "batch": str(row.get("batch")).lower() == "true"}
        row |= {name: int(float(row.get(name) or 0)) for name in COUNTS}
        row |= {name: row.get(name) or None for name in ("project_id", "api_key_id")}
    return made


def invoice(costs: dict[str, Any]) -> int:
    """Return the cents of a page of OpenAI's costs."""
    if costs["has_more"]:
        raise ValueError("This page is not the last: fetch next_page too.")
    amounts = [Decimal(str(r["amount"]["value"])) for b in costs["data"] for r in b["results"]]
    return int((sum(amounts) * 100).to_integral_value(ROUND_HALF_UP))


rows = usage_rows(page)
print(len(rows), len(usage_rows(table)), rows[0]["input_tokens"], rows[0]["input_cached_tokens"])

# %% [markdown]
# `input_tokens` *includes* what was read from and written to the cache.
# How many percent too much is the sum of all four counts at their prices?

# %% role="predict"
predict("counted_twice", ...)

# %%


def export_usd(row: dict[str, Any], new: int) -> Decimal:
    """Price one row whose plain input is `new` tokens."""
    read, write = row["input_cached_tokens"], row["input_cache_write_tokens"]
    tokens = {"input": new, "cache_read": read, "cache_write": write}
    tokens["output"] = row["output_tokens"]
    return list_usd(tokens, in_force(prices, row["model"], row["day"]), row["batch"])


beside = [
    r["input_tokens"] - r["input_cached_tokens"] - r["input_cache_write_tokens"] for r in rows
]
listed = sum(export_usd(row, new) for row, new in zip(rows, beside, strict=True))
twice = sum(export_usd(row, row["input_tokens"]) for row in rows)
predict("counted_twice", actual=round(100 * float(twice / listed - 1), 1))
off = 1 - invoice(costs) / 100 / float(listed)
print(f"list ${listed:.2f}, invoice ${invoice(costs) / 100:.2f}: {off:.1%} less")

# %% [markdown]
# The right list price still is not the invoice: this contract takes 12 % off (*measured*).
# List prices give the *shares*, the invoice gives the amount. A saving of list dollars that nobody paid is no saving.
#
# **Given** `usage`, either a list of meter lines or an export (dict or text, read by `usage_rows`); `prices`; `invoice_cents`.
#
# **Produce** `{feature: {tenant: cents}}` in whole cents that add up to `invoice_cents`.
#
# **Rules:**
# - Meter: a `call_id` is one call, however often it arrives. What has no counts costs nothing, everything else costs, failed attempts too. A retry belongs to its request's first attempt.
# - Export: `project_id` is the feature, `api_key_id` the tenant, `"untagged"` where null.
# - List price of its UTC day; times `batch_factor` in a batch (`mode` or `batch`).
# - Each pair's share of the list price times the invoice, rounded down; cents left over go, one each, to the largest fractions, ties in order of (feature, tenant).
#
# **Example:** list dollars 2, 2 and 2 of three tenants, `invoice_cents` 100: 34, 33, 33. 5 points.


# %% role="answer" task="attribute_spend" points=5
def attribute_spend(
    usage: list[dict[str, Any]] | dict[str, Any] | str,
    prices: list[dict[str, Any]],
    invoice_cents: int,
) -> dict[str, dict[str, int]]:
    """Share an invoice out by feature and tenant (about 25 lines)."""
    spend: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    # First add up list dollars by (feature, tenant), from lines or from usage_rows.
    ### BEGIN SOLUTION
    if isinstance(usage, list):
        lines = {line["call_id"]: line for line in usage}.values()
        asked = {x["request_id"]: (x["feature"], x["tenant"]) for x in lines if x["attempt"] == 1}
        for x in lines:
            if x["input"] is not None:
                row = in_force(prices, x["model"], x["at"])
                spend[asked[x["request_id"]]] += list_usd(x, row, x["mode"] == "batch")
    else:
        for x in usage_rows(usage):
            read, write = x["input_cached_tokens"], x["input_cache_write_tokens"]
            tokens = {"input": x["input_tokens"] - read - write, "output": x["output_tokens"]}
            tokens |= {"cache_read": read, "cache_write": write}
            row = in_force(prices, x["model"], x["day"])
            who = x["project_id"] or "untagged", x["api_key_id"] or "untagged"
            spend[who] += list_usd(tokens, row, x["batch"])
    ### END SOLUTION
    # Then share the invoice out by largest remainder.
    ### BEGIN SOLUTION
    exact = {who: invoice_cents * usd / sum(spend.values()) for who, usd in spend.items()}
    cents = {who: int(share) for who, share in exact.items()}
    order = sorted(exact, key=lambda who: (cents[who] - exact[who], who))
    for who in order[: invoice_cents - sum(cents.values())]:
        cents[who] += 1
    made: dict[str, dict[str, int]] = defaultdict(dict)
    for (feature, tenant), amount in cents.items():
        made[feature][tenant] = amount
    return dict(made)
    ### END SOLUTION


# %% role="check" task="attribute_spend"
check("attribute_spend")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Two dicts: from call_id to line, from request_id to the first attempt's names.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# In an export, plain input is <code>input_tokens - input_cached_tokens - input_cache_write_tokens</code>. To share: <code>exact = invoice_cents * usd / total</code>; the largest <code>exact - int(exact)</code> get a cent more.
# </details>

# %% [markdown]
# ## Task 2: Cache answers that stay right
# The cheapest call is the one you do not make. How many of the 400 requests ask, word for word, what was asked before of the same feature?

# %% role="predict"
predict("asked_before", ...)

# %%
seen: dict[tuple[str, str], dict[str, Any]] = {}
repeats = []
for r in requests:
    if (r["feature"], r["text"]) in seen:
        repeats.append((r, seen[r["feature"], r["text"]]))
    seen[r["feature"], r["text"]] = r
predict("asked_before", actual=len(repeats))
answers = traffic.truth.answers  # sealed in real life: which answer each request must get


def why(new: dict[str, Any], old: dict[str, Any]) -> str:
    """Say what stands against serving an old answer."""
    if answers[new["id"]] == answers[old["id"]]:
        return "right"
    causes = ("tenant", "user", "version")
    return next((name for name in causes if new[name] != old[name]), "document")


served = Counter(why(new, old) for new, old in repeats)
served

# %% [markdown]
# Three of four, and a cache keyed by the words alone gives four of five of *them* a wrong answer, mostly another tenant's (*measured*).
# **A key holds everything an answer depends on**, and a changed document ends what rests on it.
#
# Exact keys miss paraphrases. Embeddings find them, and more:

# %%
NAME = re.compile(r"\w+-\d+")


def alike(a: dict[str, Any], b: dict[str, Any]) -> float:
    """Return the cosine of two requests' embeddings, which have length 1."""
    return sum(x * y for x, y in zip(a["vector"], b["vector"], strict=True))


by_text = {r["text"]: r for r in requests}
one = next(r for r in requests if "listen on" in r["text"])
said = NAME.findall(one["text"])
close = sorted(by_text.values(), key=lambda r: -alike(one, r))[:6]
[(round(alike(one, r), 3), r["text"]) for r in close]

# %% [markdown]
# A twin, the same question about another machine, is *nearer* than a paraphrase: no threshold tells them apart. Compare names exactly (in your texts dates, amounts and "not", too).
#
# The provider keeps prefixes, too: a read costs a tenth of the input rate, a write a quarter more. Below 22 % of reads, 0.25 of 1.15, caching loses money.
#
# **Given** `requests`, in order of time, with `id`, `at`, `tenant`, `user`, `feature`, `model`, `version` (of the prompt), `text`, `vector`, `reads` (documents); `updates`, each `{"at", "document"}`; `scopes`, from feature to `"tenant"` or `"user"`.
#
# **Produce** `serve_from_cache`: a dict from each request served from the cache to the earlier one whose answer it gets, by id. And `prefix_saving(minutes, tokens, price, ttl)`: the dollars that caching a prefix saves against sending it plain at each of these minutes, negative where it costs.
#
# **Rules:** an answer may be shared within feature, owner (tenant or user, as `scopes` says), model and version, if no document it read has changed since, and if the text is the same, or `alike` is at least 0.9 and the same names (`NAME`) occur. Times compare as text. A prefix used at most `ttl` minutes before is read, otherwise written; a read keeps it alive.
#
# **One hit across tenants is a breach: the task then scores 0.**
#
# **Example:** minutes `[0, 4, 8, 20]`, 10,000 tokens, `ttl` 5, input at 2.50 dollars a million, read 0.25, write 3.125: two reads, two writes, 0.0325 dollars saved. 6 points.


# %% role="answer" task="serve_from_cache" points=6
def serve_from_cache(
    requests: list[dict[str, Any]], updates: list[dict[str, str]], scopes: dict[str, str]
) -> dict[str, str]:
    """Replay a cache over a log; return whose answer each hit gets (about 18 lines)."""
    ### BEGIN SOLUTION
    held: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    hits = {}
    for r in requests:
        owner = r["user"] if scopes[r["feature"]] == "user" else r["tenant"]
        entries = held[r["feature"], owner, r["model"], r["version"]]
        for old in reversed(entries):
            same = old["text"] == r["text"] or (
                alike(old, r) >= 0.9 and NAME.findall(old["text"]) == NAME.findall(r["text"])
            )
            stale = any(
                u["document"] in old["reads"] and old["at"] < u["at"] <= r["at"] for u in updates
            )
            if same and not stale:
                hits[r["id"]] = old["id"]
                break
        else:
            entries.append(r)
    return hits
    ### END SOLUTION


def prefix_saving(minutes: list[float], tokens: int, price: dict[str, Any], ttl: float) -> float:
    """Return the dollars that caching a prefix saves (about 5 lines)."""
    ### BEGIN SOLUTION
    new, read, write = (float(price[f"{kind}_mtok"]) for kind in KINDS[:3])
    reads = sum(b - a <= ttl for a, b in pairwise(minutes))
    writes = len(minutes) - reads
    return tokens * (reads * (new - read) - writes * (write - new)) / 1_000_000
    ### END SOLUTION


# %% role="check" task="serve_from_cache"
check("serve_from_cache")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Make the key first; the rest needs a look at the entries.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# Stale: <code>any(u["document"] in old["reads"] and old["at"] &lt; u["at"] &lt;= r["at"] for u in updates)</code>. Where no entry serves, add the request.
# </details>

# %% [markdown]
# ## Task 3: Route with a floor
# `practice-small` costs about a thirteenth of `practice-large` that Friday. A paired trial, both models on the same requests, says where nothing else is lost.

# %%
trials = public["trials"]
shown = pd.DataFrame(trials)
shown["loss (points)"] = (100 * (shown["only_current"] - shown["only_other"]) / shown["n"]).round(1)
shown.sort_values("n").iloc[[0, 1, 5, 9]].drop(columns=["model", "both"])

# %% [markdown]
# Route everything that lost nothing in the trial? What is the upper end of a one-sided 95 % interval for the first row, in points?

# %% role="predict"
predict("upper_end", ...)


# %%
def upper(trial: dict[str, Any]) -> float:
    """Return the upper end of a one-sided 95 % interval of the loss."""
    b, c, n = trial["only_current"], trial["only_other"], trial["n"]
    loss = (b - c) / n
    # Three pairs more, so that without any pair it is about the rule of three.
    return loss + 1.645 * math.sqrt(((b + c + 3) / n - loss**2) / n)


predict("upper_end", actual=round(100 * upper(min(trials, key=lambda t: t["n"])), 1))

# %% [markdown]
# Code in `translate` lost nothing in 55 trials, and in truth loses more than the 5.2 points of that end (*simulated*), as one bound in twenty may.
# No proof, no route: hold a floor against what the trial cannot rule out.
# And an average is no floor: one point overall may be a quarter of one customer's answers.
#
# **Given** `trials`, as above; `requests` with `feature`, `kind`, `input` and `output` tokens; `prices`, from model to row; `floors`: `overall`, the most that may be lost of all answers, and `slice`, of any pair of feature and kind (0.01 is one point).
#
# **Produce** a list with one model name per request, `practice-large` or `practice-small`.
#
# **Rules:** you are scored on the *expected* loss of these requests, and on the list dollars saved: at least 85 % of what a careful reader of the trial saves. Each pair has one true loss; one without a trial stays large. Not all pairs that fit their own floor fit the overall one together.
#
# **Example:** one pair with 5 and 4 discordant of 9,000 goes to `practice-small`, one with 0 of 25 stays. 5 points.


# %% role="answer" task="route_requests" points=5
def route_requests(
    trials: list[dict[str, Any]],
    requests: list[dict[str, Any]],
    prices: dict[str, dict[str, Any]],
    floors: dict[str, float],
) -> list[str]:
    """Choose a model for each request (about 16 lines)."""
    # Keep the pairs whose upper end is within floors["slice"].
    ### BEGIN SOLUTION
    able = {}
    for t in trials:
        if upper(t) <= floors["slice"]:
            able[t["feature"], t["kind"]] = max(upper(t), 1e-9)
    ### END SOLUTION
    # Spend the overall floor on them, cheapest loss first.
    ### BEGIN SOLUTION
    share = Counter((r["feature"], r["kind"]) for r in requests)
    budget, chosen = floors["overall"] * len(requests), set()
    for pair in sorted(able, key=lambda pair: able[pair]):
        if able[pair] * share[pair] <= budget:
            budget -= able[pair] * share[pair]
            chosen.add(pair)
    names = ("practice-large", "practice-small")
    return [names[(r["feature"], r["kind"]) in chosen] for r in requests]
    ### END SOLUTION


# %% role="check" task="route_requests"
check("route_requests")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Two floors, two steps: each pair on its own, then what each uses up of the overall floor.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# A pair uses <code>upper(t)</code> (at least 0) times its number of requests, of <code>floors["overall"] * len(requests)</code>.
# </details>

# %% [markdown]
# ## Task 4: Now, later or not at all
# A batch costs half, if the answer may take a day. And a limit on spending is worth what it does on a bad day:

# %%
runs = Counter(r["run"] for r in requests if r["run"])
[(name, count)] = runs.items()
looped = [r["at"] for r in requests if r["run"] == name]
print(name, count, "requests from", looped[0][11:16], "to", looped[-1][11:16])

# %% [markdown]
# One agent run, a tenth of the requests, nobody watching.
# A cap that looks at what has been *spent* lets through all that is in flight: with 80 cents of a dollar spent, ten calls of 5 cents may start in one second. Reserve each call's most before it starts, and four may.
#
# **Given** `calls`, in order of time, with `id`, `minute`, `takes` (minutes until a live call ends), `tenant`, `run` (`""` where none), `wait_minutes` (how long the answer may take), and in even micro-dollars `max_micro` (its most: `max_tokens` used up) and `micro` (its cost, unknown before it ends); `limits` with `batch_minutes`, `run_steps` and `cap_micro` by tenant.
#
# **Produce** a list of `"now"`, `"batch"` or `"refuse"`, one per call.
#
# **Rules:**
# - A call that may wait `batch_minutes` or more is batched: half of `max_micro` and of `micro`, ended after `batch_minutes`.
# - At each call, what has ended by its minute counts at its cost, what is in flight at its most. A call whose own most would take its tenant above the cap is refused.
# - A run may have `run_steps` accepted calls.
# - What is refused reserves nothing and is no step.
#
# **Example:** cap 100, calls of at most 60 (cost 20) at minutes 0, 1 and 5, each taking 3: now, refuse, now. 4 points.


# %% role="answer" task="dispatch_calls" points=4
def dispatch_calls(calls: list[dict[str, Any]], limits: dict[str, Any]) -> list[str]:
    """Decide what each call may do (about 20 lines)."""
    ### BEGIN SOLUTION
    settled, steps = Counter(), Counter()
    flying: list[tuple[int, str, int, int]] = []  # ends, tenant, most, cost
    made = []
    for call in calls:
        for ends, tenant, _, cost in flying:
            if ends <= call["minute"]:
                settled[tenant] += cost
        flying = [f for f in flying if f[0] > call["minute"]]
        batch = call["wait_minutes"] >= limits["batch_minutes"]
        most, cost = (call[name] // (2 if batch else 1) for name in ("max_micro", "micro"))
        tenant, run = call["tenant"], call["run"]
        held = sum(f[2] for f in flying if f[1] == tenant)
        if settled[tenant] + held + most > limits["cap_micro"][tenant] or (
            run and steps[run] >= limits["run_steps"]
        ):
            made.append("refuse")
            continue
        steps[run] += 1
        takes = limits["batch_minutes"] if batch else call["takes"]
        flying.append((call["minute"] + takes, tenant, most, cost))
        made.append("batch" if batch else "now")
    return made
    ### END SOLUTION


# %% role="check" task="dispatch_calls"
check("dispatch_calls")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Money is settled or in flight. Move it at the start of each call.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# Keep a list of <code>(ends, tenant, most, cost)</code>. <code>settled + sum of most in flight + own most &gt; cap</code> refuses.
# </details>

# %% [markdown]
# ## Task 5: Claim it
# "We saw no significant difference" proves nothing.
# A change breaks 4 % of the answers and mends 2 %: in what percentage of 2,000 trials, each of 400 requests, does a paired test at 5 % find no significant difference?

# %% role="predict"
predict("not_significant", ...)

# %%
draw = np.random.default_rng(24)
n = np.full(2_000, 400)
b = draw.binomial(n, 0.04)
c = draw.binomial(n - b, 0.02 / 0.96)
z = (b - c) / np.sqrt(b + c)
predict("not_significant", actual=round(100 * float((abs(z) < 1.96).mean())))

# %% [markdown]
# Turn it round: name a **margin** beforehand, and claim only if the whole interval lies below it.
# The interval is lesson 09's: with $b$ and $c$ requests that only the old, only the new system got right, the loss is $(b-c)/n$ and its standard error $\sqrt{b+c+3-(b-c)^2/n}\,/\,n$, three pairs more as in task 3.
#
# And the money? A cache takes 35 % of a bill, a router then 50 % of what is left, batches then 10 %. What percentage is saved?

# %% role="predict"
predict("saved_together", ...)

# %%
predict("saved_together", actual=round(100 * (1 - 0.65 * 0.5 * 0.9), 2))

# %% [markdown]
# Levers multiply.
#
# **Given** and **produce**: `verdicts(n, only_current, only_other, margin)`, three arrays of counts, one entry a trial; a list with `"not worse"` where the 95 % interval lies below `margin`, `"worse"` where it lies above, otherwise `"cannot tell"`.
#
# And `claim_saving(trial, margins, bill, levers)`: `trial`, a list of dicts with `slice`, `n`, `only_current`, `only_other`, fresh requests, none tuned on; `margins`, `overall` and `slice`; `bill`, `list_usd` and `invoice_usd`; `levers`, from name to the share that it takes of the bill it meets. It returns
# - `overall`, the verdict on all requests pooled (sampled like traffic);
# - `slices`, from name to verdict;
# - `ship`: `"no"` where any of these is worse, `"yes"` where all are not worse, otherwise `"not yet"`;
# - `usd`, what all levers take off what is paid.
#
# **Rules:** hundreds of trials come mixed. Of those that truly lose the margin, small ones and large ones with many discordant pairs, at most 8 % each may be called not worse; of large ones with few, 90 % must be if nothing is lost, and 90 % worse at four times the margin. A few dozen without any prove nothing.
#
# **Example:** `n` 5,000 with 100 and 95 discordant: 0.001, from -0.0045 to 0.0065; not worse at 0.01, `"cannot tell"` at 0.005. 5 points, no code given.


# %% role="answer" task="claim_saving" points=5
def verdicts(
    n: np.ndarray, only_current: np.ndarray, only_other: np.ndarray, margin: float
) -> list[str]:
    """Return a verdict for each trial (about 6 lines)."""
    ### BEGIN SOLUTION
    b, c = np.asarray(only_current, float), np.asarray(only_other, float)
    loss = (b - c) / n
    half = 1.96 * np.sqrt(b + c + 3 - (b - c) ** 2 / n) / n
    said = np.where(loss - half > margin, "worse", "cannot tell")
    return [str(x) for x in np.where(loss + half < margin, "not worse", said)]
    ### END SOLUTION


def claim_saving(
    trial: list[dict[str, Any]],
    margins: dict[str, float],
    bill: dict[str, float],
    levers: dict[str, float],
) -> dict[str, Any]:
    """Return verdicts, whether to ship, and dollars (about 14 lines)."""
    ### BEGIN SOLUTION
    counts = np.array([[row["n"], row["only_current"], row["only_other"]] for row in trial])
    [overall] = verdicts(*counts.sum(0)[:, None], margins["overall"])
    each = verdicts(*counts.T, margins["slice"])
    slices = dict(zip((row["slice"] for row in trial), each, strict=True))
    every = {overall, *each}
    ship = "no" if "worse" in every else "yes" if every == {"not worse"} else "not yet"
    left = math.prod(1 - share for share in levers.values())
    usd = bill["invoice_usd"] * (1 - left)
    return {"overall": overall, "slices": slices, "ship": ship, "usd": usd}
    ### END SOLUTION


# %% role="check" task="claim_saving"
check("claim_saving")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Is the interval below the margin, above, or across?
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>half</code> is 1.96 standard errors. The bill that is left is a product of <code>1 - share</code>.
# </details>

# %% [markdown]
# ## Task 6: Forecast next month
# Finance asks what the next 28 days cost. Ten weeks of one feature's requests:

# %%
growth = traffic.truth.growth[0]
series = [s["requests"] for s in public["series"] if s["feature"] == growth.feature]
days = np.sum(series, axis=0)
weeks = days.reshape(-1, 7).sum(1)
print(growth.feature, [int(w) for w in weeks])

# %% [markdown]
# Weekdays cancel between weeks, so forecast weeks.
# From week to week the logarithm of demand takes a step; steps have a mean, the drift, and a spread.
# Errors add up: in the fourth week you have missed four independent steps. If a step has a spread of 5 %, what has the fourth week, in percent?

# %% role="predict"
predict("fourth_week", ...)

# %%
predict("fourth_week", actual=round(5 * math.sqrt(4), 1))
steps = np.diff(np.log(weeks))
print(f"drift {steps.mean():.3f}, in truth {growth.drift:.3f}")
print(f"spread {steps.std(ddof=1):.3f}, in truth {growth.volatility:.3f}")

# %% [markdown]
# Independent steps add in squares: $\sqrt 4$, not 4. And nine steps say little about drift and spread: the interval must allow for both.
# With $\hat\mu, s$ from $m$ steps, week $k$'s forecast $w_k = e^{x + k\hat\mu}$ times its price, $a_k$ its share of the four weeks' total and $c_j = \sum_{k \ge j} a_k$, the logarithm of the total has about the variance
#
# $$s^2 \Big( \sum_j c_j^2 + \frac{(\sum_k k\,a_k)^2}{m} \Big)$$
#
# and the 80 % interval is the total times $e^{\pm t\sqrt{\cdot}}$, with $t$ the 0.9 quantile of Student's $t$ with $m-1$ degrees of freedom.
#
# Prices are *known*. A past cut looks like lost customers, an announced rise is in no history: divide spend by price, forecast the volume, multiply by the prices to come.
#
# **Given** `spend`, an array of dollars, one row per service and one column per day, whole weeks from a Monday; `price`, the price level of each of these days *and* of the 28 days to come, announced changes included.
#
# **Produce** an array (or a list of pairs) with the low and high end of an 80 % interval of the 28 days' dollars, one row per service.
#
# **Rules:** you are scored on 504 services, calm and wild, of six weeks: steady prices, a past change, one to come. In each group intervals must cover 72.5 to 87.5 % of futures drawn from the truth, in all 76 to 85 %, with a mean interval score (width, and ten times what is missed) of at most 1.1 times the formula's. Where nothing surprises, both ends must be within 1 % of the cost. Changes also come in mid-week.
#
# **Example:** ten weeks of exactly 700 dollars at price 1, and price 2 to come: 5,600 and 5,600. 5 points.


# %% role="answer" task="forecast_month" points=5
def forecast_month(spend: np.ndarray, price: np.ndarray) -> np.ndarray:
    """Return low and high of the next 28 days' dollars (about 16 lines)."""
    ### BEGIN SOLUTION
    spend, price = np.asarray(spend, float), np.asarray(price, float)
    count, past = spend.shape
    volume = (spend / price[:, :past]).reshape(count, -1, 7)
    x = np.log(volume.sum(2))
    d = np.diff(x, axis=1)
    m, mu, s = d.shape[1], d.mean(1), d.std(1, ddof=1)
    weekday = volume.sum(1) / volume.sum((1, 2))[:, None]
    rate = (price[:, past:].reshape(count, 4, 7) * weekday[:, None, :]).sum(2)
    k = np.arange(1, 5)
    week = np.exp(x[:, -1:] + mu[:, None] * k) * rate
    total = week.sum(1, keepdims=True)
    a = week / total
    c = a[:, ::-1].cumsum(1)[:, ::-1]
    spread = s * np.sqrt((c**2).sum(1) + (a @ k) ** 2 / m)
    half = stats.t.ppf(0.9, m - 1) * spread[:, None]
    return total * np.exp(half * np.array([-1, 1]))
    ### END SOLUTION


# %% role="check" task="forecast_month"
check("forecast_month")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Volume, weeks, logarithms, steps; prices come back at the end.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>volume = (spend / price[:, :past]).reshape(count, -1, 7)</code>. Weight a week's prices by each weekday's share of the volume. <code>c = a[:, ::-1].cumsum(1)[:, ::-1]</code>.
# </details>

# %% [markdown]
# ## Write it down: the weekly cost note
# First, three levers on that Friday's meter, paid at list price, each on what the one before left: a cache that serves all it may (the truth stands in for yours), a router, batches for what may wait a day.

# %%
feature_of = {f["name"]: f for f in public["features"]}
names = ["practice-large", "practice-small"]
large, small = ({r["id"]: 0.0 for r in requests} for _ in names)
for cost, name in zip((large, small), names, strict=True):
    for c in once:
        cost[c["request_id"]] += float(metered_usd(c, name))
first = {answers[r["id"]]: r["id"] for r in reversed(requests)}
asked = Counter(answers.values())
misses = [r for r in requests if first[answers[r["id"]]] == r["id"]]
before = sum(large.values())
by_feature: Counter[str] = Counter()
for r in requests:
    by_feature[r["feature"]] += large[r["id"]] / before
looped = [r for r in requests if r["run"]]
again = [r for r in looped if r not in misses]
print({name: f"{share:.0%}" for name, share in by_feature.most_common()})
shares = [sum(large[r["id"]] for r in some) / before for some in (looped, again)]
print(looped[0]["tenant"], looped[0]["run"], f"{shares[0]:.0%}, repeats {shares[1]:.0%}")

# %%
proof = {(t["feature"], t["kind"]): max(upper(t), 0) for t in trials}
true_loss = {(s.feature, s.kind): s.loss for s in traffic.truth.slices}
paid, cheap = (np.array([cost[r["id"]] for r in misses]) for cost in (large, small))
# A wrong answer is served again with every hit: count losses over all requests.
weight = np.array([asked[answers[r["id"]]] for r in misses]) / len(requests)
bound = np.array([proof[r["feature"], r["kind"]] for r in misses])
losses = 100 * weight * [true_loss[r["feature"], r["kind"]] for r in misses]
routed = bound <= 0.03
risk = 100 * (weight * bound)[routed].sum()
bills = np.where(routed, cheap, paid)
late = np.array([feature_of[r["feature"]]["wait_hours"] == 24 for r in misses])
stations = [before, paid.sum(), bills.sum(), (bills / (1 + late)).sum()]
taken = [float(1 - b / a) for a, b in pairwise(stations)]
print("taken:", [f"{x:.0%}" for x in taken], "together", f"{1 - stations[-1] / before:.0%}")
print(
    f"the router's trial cannot rule out {risk:.2f} points of 1 (truth {losses[routed].sum():.2f})"
)


def frontier(score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Route one request after the other, lowest score first; return points lost, percent saved."""
    order = np.argsort(score, kind="stable")
    lost = np.append(0, losses[order].cumsum())
    return lost, 100 * np.append(0, (paid - cheap)[order].cumsum()) / paid.sum()


fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4.4))
heights = [before, *(a - b for a, b in pairwise(stations)), stations[-1]]
colours = ["#000000", "#0072B2", "#009E73", "#E69F00", "#555555"]
bars = left.bar(
    ["before", "cache", "router", "batch", "after"],
    heights,
    bottom=[0, *stations[1:], 0],
    color=colours,
)
left.bar_label(bars, fmt="%.2f", padding=2)
left.set(ylabel="bill of the sampled day (US dollars)", ylim=(0, 1.1 * before))
title = f"Three levers take {1 - stations[-1] / before:.0%}, not {sum(taken):.0%}"
left.set_title(title, loc="left")
length = np.array([r["tokens"] for r in misses])
for label, score, colour, style in (
    ("by proof from the trial", bound, "#0072B2", "-"),
    ("by length, short first", length, "#D55E00", "--"),
):
    right.plot(*frontier(score), style, color=colour, linewidth=2.2, label=label)
right.plot(losses[routed].sum(), 100 * taken[1], "o", color="#0072B2", markersize=9)
end = losses[routed].sum(), 100 * taken[1]
right.annotate("proof ends", end, (1.2, 74), arrowprops={"arrowstyle": "-"})
right.axvline(1, color="#777777", linewidth=1)
right.annotate("floor: 1 point", (1.2, 2), color="#555555")
right.set(
    xlabel="right answers lost (points, expected)", ylabel="saved of the bill after the cache (%)"
)
right.set_title("What the trial proves is nearly free; length is not", loc="left")
right.legend(frameon=False, loc="lower right")
for ax in (left, right):
    ax.spines[["top", "right"]].set_visible(False)
fig.tight_layout()
plt.show()

# %% [markdown]
# Write the weekly cost note to your lead from these numbers, as if the levers went live this Friday: what drove the bill, what you do, what that risks, when you check.
# At most 200 words. 8 points, marked with the rubric below (alone: by yourself or a colleague).

# %% [markdown] role="written" task="cost_note" points=8
# ### BEGIN SOLUTION
# **Driver.** 53 % of Friday's 5.84 dollars paid for answers that had been given before. One agent run of dunmore that did not stop made 17 %, nearly all of it repeats.
#
# **Action.** Live since Friday: a cache (53 % of the bill), a router for work whose trial rules out a loss of three points (29 % of the rest), batches for what may wait a day (25 % of that), and a limit of steps a run. Together 75 %, on one day's traffic: the shares multiply.
#
# **Risk.** The router's trial cannot rule out a loss of 0.07 points of all answers; the floor is one. Unproved kinds of work stay on the large model. A wrong cache hit would show one user another's answer: we sample 200 hits a week.
#
# **Check.** On 4 September, Dana compares invoice and forecast, and 10,000 fresh paired requests with the margin of one point. If the interval crosses it, the router goes off that day.
# ### END SOLUTION

# %% [markdown] role="rubric" task="cost_note"
# | criterion | 0 | 1 | 2 |
# |---|---|---|---|
# | Driver | none, or a total: "the bill is high" | a cause: "many questions repeat" | causes with their shares of the dollars: "53 % repeated an answer; one run made 17 %, nearly all of it repeats" |
# | Action | a wish: "use AI sparingly" | levers: "cache, router, batches" | levers with what they took, combined as they combine: "together 75 %, the shares multiply" |
# | Risk | absent, or "quality is unchanged" | named: "the router may be worse" | with size and guard: "the trial cannot rule out 0.07 points; unproved kinds stay" |
# | Check | absent | vague: "we keep an eye on it" | date, person, number and what happens then: "4 September, Dana, margin one point, else off" |

# %% [markdown]
# ## What you did
# You shared out an invoice, cached without a wrong answer, routed, capped, claimed no more than a trial shows, and forecast across a price change.
#
# **On your own:** run `attribute_spend` on a week of your own usage, and find out who "untagged" is.
#
# **Readings**
# - [Usage API](https://platform.openai.com/docs/api-reference/usage): what can be grouped, which counts include which.
# - [FrugalGPT](https://arxiv.org/abs/2305.05176): cascades on real models, quality beside the saving.
# - [Strictly proper scoring rules](https://doi.org/10.1198/016214506000001437): why the interval score punishes width and misses.
