# %% [markdown]
# # Write the postmortem
# A postmortem is worth what its reader can check: every claim looked up, every number recomputed, every action tried.
#
# **You build** an onset finder, a blast radius, a checker of claims, and with them the record of an incident that is yours alone.
#
# **You learn** to tell when it began from when somebody noticed, what it did from what always fails, the cause from the deploy beside it, and actions from intentions.
#
# **You need** Python functions, dicts, some pandas, and the median.
#
# 120 minutes, 40 points. Rung: AI Engineer. Competencies: C114, C115, C122.
#
# Tags: *fact* (source, date), *measured* (by a cell here), *simulated*. The service and its incidents are *simulated*; the three failures at the end are real.

# %% role="setup"
from autograder import check, load, predict
from autograder.scenarios import known_incident, try_actions

case = load("incident")

# %% [markdown]
# ## Look at an incident
# A service answers questions from its tenants' documents, and begins to invent. When it is over, you get the record:

# %%
import math
from datetime import datetime, timedelta
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd

# What a mechanism blames, the part whose change triggers it, and what then must move.
MECHANISMS = {
    "embedder_mismatch": ("retrieval", "retrieval", "retrieval.top_score", "fell"),
    "rerank_inverted": ("retrieval", "reranker", "reranker.top_score", "fell"),
    "context_truncated": ("prompt", "prompt", "prompt.truncated_rate", "rose"),
    "grounding_dropped": ("prompt", "prompt", "model.tokens_out", "rose"),
    "slot_unfilled": ("prompt", "prompt", "prompt.tokens_in", "fell"),
    "silent_update": ("model", "", "model.tokens_out", "fell"),
    "bad_batch": ("data", "feed", "index.chunk_tokens", "fell"),
    "duplicates": ("data", "feed", "index.duplicate_rate", "rose"),
    "feed_stalled": ("data", "", "feed.documents", "fell"),
}
known = known_incident(392, families=tuple(MECHANISMS), handled=True)
seen = known.public.plain()
print(seen["service"], seen["start"], seen["minutes"], "minutes", seen["zones"])
pd.DataFrame([*seen["events"][:5], *seen["alerts"][-1:], *seen["complaints"][2:5]]).fillna("")

# %% [markdown]
# Three sources, three clocks: events carry the office's offset, complaints none at all (theirs stands in `zones`), all else is UTC. So first put everything on one axis: minutes since `start`.
#
# Series hold one value per minute, `None` where telemetry is missing. `table` makes them a frame, NaN for None.


# %%
def minute_of(incident: dict[str, Any], source: str, at: str) -> int:
    """Return the minute of the record in which a source places something."""
    offset = "" if at.endswith("Z") or at[-6] in "+-" else incident["zones"][source]
    passed = datetime.fromisoformat(at + offset) - datetime.fromisoformat(incident["start"])
    return int(passed.total_seconds() // 60)


def table(incident: dict[str, Any]) -> pd.DataFrame:
    """Return every series as a column, one row a minute."""
    return pd.DataFrame({s["name"]: s["values"] for s in incident["series"]}, dtype=float)


def total(incident: dict[str, Any], what: str) -> pd.Series:
    """Return the tenants' "requests" or "bad" in sum; a missing minute counts 0 in both."""
    names = [f"tenant.{tenant['name']}.{what}" for tenant in incident["tenants"]]
    return table(incident)[names].sum(axis=1)


print(seen["rules"][0])
for source in ("events", "alerts", "complaints"):
    print(source, [(row["id"], minute_of(seen, source, row["at"])) for row in seen[source][:5]])

# %% [markdown]
# `ev-04`, a prompt deploy, is in minute 140. The alert on the objective, `al-05`, fired in minute 141 (at 12 %, a little above the objective's 10 %).
# The team rolled the prompt back, in effect from minute 173. In which minute was the service good again?

# %% role="predict"
predict("restored_minute", ...)

# %%
series = table(seen)


def share_of(tenants: list[str]) -> pd.Series:
    """Return some tenants' share of bad requests over five minutes, in percent."""
    bad, asked = (
        series[[f"tenant.{name}.{what}" for name in tenants]].sum(axis=1).rolling(5).sum()
        for what in ("bad", "requests")
    )
    return 100 * bad / asked


predict("restored_minute", actual=known.truth.restored)
alert, change, first, last = seen["alerts"][-1], seen["events"][3], *seen["events"][4:]
told = {
    minute_of(seen, "events", change["at"]): "a prompt is deployed",
    minute_of(seen, "alerts", alert["at"]): "the alert fires",
    minute_of(seen, "alerts", alert["delivered"]): "it is delivered",
    minute_of(seen, "events", first["at"]) + 8: "the prompt is back",
    minute_of(seen, "events", last["at"]) + 10: "the index is back",
}
fig, (top, low) = plt.subplots(2, figsize=(9, 5.4), sharex=True, layout="constrained")
top.plot(share_of(["farrow", "gannet", "hollis"]), color="#D55E00", linewidth=2)
top.plot(share_of([t["name"] for t in seen["tenants"]]), color="#444444", linewidth=1.5)
top.axhline(10, color="#444444", linewidth=1, linestyle=":")
top.text(2, 11, "objective, for all: at most 10 %", color="#444444", fontsize=9)
top.text(192, 45, "three customers", color="#D55E00", fontsize=9, ha="right")
top.text(192, 29, "all six", color="#444444", fontsize=9, ha="right")
top.set(ylabel="bad requests (%)", ylim=(0, 86), xlim=(0, 300))
low.plot(series["gateway.p95_ms"] / 1000, color="#0072B2", linewidth=1.5)
low.set(ylabel="latency, 95th\npercentile (s)", xlabel="minutes since the record begins", ylim=0)
for (minute, name), (side, height) in zip(
    told.items(), ((-2, 84), (2, 84), (2, 76), (2, 68), (2, 60)), strict=True
):
    for axis in (top, low):
        axis.axvline(minute, color="#999999", linewidth=1)
    place = "right" if side < 0 else "left"
    top.text(minute + side, height, f"{minute}: {name}", va="top", ha=place, fontsize=9)
top.set_title(
    "Half of three customers' answers were wrong for 57 minutes; rolling the prompt back\n"
    "changed nothing, and neither bump of latency was the incident",
    loc="left",
)
for axis in (top, low):
    axis.spines[["top", "right"]].set_visible(False)
plt.show()

# %% [markdown]
# The alert fired in minute 141 and reached somebody in minute 160: only that is the detection.
# Yesterday's index ended it; a day old, it still leaves 5.4 % bad, not 4.2 %.

# %% [markdown]
# ## Task 1: Find the onset
# The onset is the first minute in which the fault acts. Nobody saw it: it is inferred.
# Tempting stand-ins, and how many minutes each is off, over 40 incidents:


# %%
def first_above(incident: dict[str, Any]) -> int:
    """Return the first minute with twice the usual share of bad requests."""
    share = total(incident, "bad") / total(incident, "requests")
    return int((share > 2 * share[:60].median()).argmax())


def stand_ins(incident: dict[str, Any]) -> dict[str, int]:
    """Return what people write down instead of the onset."""
    alerts = [minute_of(incident, "alerts", a["at"]) for a in incident["alerts"]]
    complaints = [minute_of(incident, "complaints", c["at"]) for c in incident["complaints"]]
    return {
        "first alert": min(alerts),
        "first complaint": min(complaints, default=incident["minutes"]),
        "first bad minute": first_above(incident),
    }


SHARP = tuple(name for name in MECHANISMS if name != "feed_stalled")
drawn = [known_incident(seed, families=SHARP, only=("model.cost_usd",)) for seed in range(40)]
off = [{k: m - i.truth.onset for k, m in stand_ins(i.public.plain()).items()} for i in drawn]
pd.DataFrame(off).describe().loc[["min", "25%", "50%", "75%", "max"]]

# %% [markdown]
# The first bad minute is mostly right, and once 13 minutes early: a spell that passed (the check has one every time). An alert may be about a disk. Every minute should vote: split the record where two rates explain the counts best.
# With k bad of n requests, one rate p = k/n has log-likelihood $k \log p + (n-k) \log(1-p)$. Add it for both sides of a split; the best split wins.
#
# **Given** `incident`: an excerpt of a record, of series only the tenants' counts. It ends while the incident goes on. The share of bad requests steps up at the onset.
#
# **Produce** the onset, a whole minute since `start`.
#
# **Rules:** within 2 minutes. A spell that passes is no onset, even if it lasts five minutes. Missing minutes are neither good nor bad. Alerts and changes may lie well beside it.
#
# **Example:** `seen` as it stood in minute 180, before anything helped, has its onset at 140. 4 points.


# %%
def fit(bad: float, asked: float) -> float:
    """Return the log-likelihood of one rate."""
    p = min(max(bad / asked, 1e-9), 1 - 1e-9) if asked else 0.5
    return bad * math.log(p) + (asked - bad) * math.log(1 - p)


def until(incident: dict[str, Any], minute: int) -> dict[str, Any]:
    """Return the record as it stood in an earlier minute; only the series are cut."""
    series = [s | {"values": s["values"][:minute]} for s in incident["series"]]
    return incident | {"minutes": minute, "series": series}


# %% role="answer" task="find_onset" points=4
def find_onset(incident: dict[str, Any]) -> int:
    """Return the minute that best splits the record (about 8 lines)."""
    asked, bad = total(incident, "requests"), total(incident, "bad")
    ### BEGIN SOLUTION
    n, k = asked.cumsum().tolist(), bad.cumsum().tolist()

    def gain(minute: int) -> float:
        before = fit(k[minute - 1], n[minute - 1])
        return before + fit(k[-1] - k[minute - 1], n[-1] - n[minute - 1])

    return max(range(5, len(n) - 4), key=gain)
    ### END SOLUTION


# %% role="check" task="find_onset"
check("find_onset")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Running sums give both sides of every split at once.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# For each minute from 5 on: <code>fit</code> of what came before plus <code>fit</code> of the rest. Return the minute with the largest sum.
# </details>

# %%
try:
    error = [find_onset(i.public.plain()) - i.truth.onset for i in drawn]
    print(find_onset(until(seen, 180)), pd.Series(error).abs().max())
except NotImplementedError:
    print("Your find_onset is not written yet.")

# %% [markdown]
# A feed that stalls is different: nothing is wrong until documents have aged. There the onset stands in the feed's own series, long before answers go wrong.

# %% [markdown]
# ## Task 2: Count the damage
# The rules of the count come with every record:

# %%
for number, rule in enumerate(seen["rules"][1:7], 2):
    print(number, rule)
during = range(140, 197)
print("from onset to restoration:", int(total(seen, "requests")[during].sum()), "requests")

# %% [markdown]
# 34,768 requests fell into these 57 minutes. How many of them count as affected?

# %% role="predict"
predict("affected_requests", ...)

# %%
predict("affected_requests", actual=known.truth.blast.requests)
counts = table(seen).filter(like="tenant.")
rows = [
    {"tenant": t["name"]}
    | {
        when: counts[f"tenant.{t['name']}.bad"][span].sum()
        / counts[f"tenant.{t['name']}.requests"][span].sum()
        for when, span in (("before", range(140)), ("during", during))
    }
    for t in seen["tenants"]
]
pd.DataFrame(rows).round(3)

# %% [markdown]
# Three tenants of six, and of their bad requests only those beyond the usual one in twenty.
#
# **Given** `incident` (series: tenants' counts, `model.cost_usd`, `gateway.requests` and `gateway.attempts`), `onset` and `end`: minutes, `end` not included.
#
# **Produce** `{"tenants": {name: affected requests}, "credit_usd", "spend_usd", "budget"}`.
#
# **Rules:** 2 to 7 above, where requests are those of all tenants' series. Fill each series over the whole record *before* you sum (`complete` does). `budget` is a share, not rounded.
#
# **Example:** `seen`, 140, 197 gives farrow 2,227, gannet 1,982 and hollis 3,185 requests, credit 375.70, spend 19.75, budget 0.003995. 6 points.


# %%
def complete(frame: pd.DataFrame) -> pd.DataFrame:
    """Fill gaps with the mean of the nearest reported minutes, or the one there is."""
    back, forth = frame.ffill(), frame.bfill()
    return (back.fillna(forth) + forth.fillna(back)) / 2


# %% role="answer" task="blast_radius" points=6
def blast_radius(incident: dict[str, Any], onset: int, end: int) -> dict[str, Any]:
    """Return whom it reached, what they are owed, and the budget it burnt (about 20 lines)."""
    frame = complete(table(incident))
    before, inside = frame[:onset].sum(), frame[onset:end].sum()
    ### BEGIN SOLUTION
    tenants, credit = {}, 0.0
    for tenant in incident["tenants"]:
        asked, bad = (f"tenant.{tenant['name']}.{what}" for what in ("requests", "bad"))
        usual = before[bad] / before[asked]
        if inside[bad] / inside[asked] >= usual + 0.04:
            count = round(inside[bad] - usual * inside[asked])
            tenants[tenant["name"]] = count
            credit += count * tenant["credit_usd"]
    asked = [f"tenant.{tenant['name']}.requests" for tenant in incident["tenants"]]
    each = before["model.cost_usd"] / before[asked].sum()
    extra = inside["model.cost_usd"] - each * inside[asked].sum()
    objective = incident["objective"]
    return {
        "tenants": tenants,
        "credit_usd": round(credit, 2),
        "spend_usd": round(max(0.0, float(extra)), 2),
        "budget": sum(tenants.values()) / ((1 - objective["target"]) * objective["requests"]),
    }
    ### END SOLUTION


# %% role="check" task="blast_radius"
check("blast_radius")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Everything follows from two sums for each tenant, before the onset and from then on.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>usual = before[bad] / before[asked]</code>. A tenant counts where <code>inside[bad] / inside[asked] >= usual + 0.04</code>, with <code>round(inside[bad] - usual * inside[asked])</code> requests.
# </details>

# %% [markdown]
# ## Task 3: Check a claim
# "Latency was fine." Such a sentence cannot be wrong, because it names nothing to look up. A *claim* does, in one of three types:

# %%
span = {"before": [100, 140], "after": [140, 190]}
claims = [
    {"type": "time", "id": "al-05", "field": "delivered", "minute": 160},
    {"type": "count", "series": "tenant.gannet.bad", "from": 140, "to": 190, "is": 1840},
    {"type": "comparison", "series": "model.tokens_out", **span, "says": "flat"},
]
columns = ["model.tokens_out", "index.chunk_tokens", "index.duplicate_rate", "prompt.tokens_in"]
pd.DataFrame({k: table(seen)[slice(*minutes)][columns].median() for k, minutes in span.items()})

# %% [markdown]
# Chunks fell from 304 tokens to 159, the model's answers stayed as long as they were, within 10 %.
# So the claim on `model.tokens_out` holds, and rules a silent update of the model *out*: that mechanism predicts shorter answers.
# A series that was not reported rules out nothing: missing telemetry is not health.
#
# **Given** `claims` of these types, and `incident`, with some of its series.
#
# **Produce** for each claim, in order, `"holds"`, `"fails"` or `"no evidence"`.
#
# **Rules**
# - *time*: the id's `field` ("at" or "delivered") lies in this `minute`. Ids are those of events, alerts and complaints. No such id, or an empty field: no evidence.
# - *count*: the series, gaps filled over the whole record, sums to `is` from `from` up to `to` (not included), give or take 0.5. A window that leaves the record or holds no reported minute: no evidence.
# - *comparison*: the medians of the reported minutes of `before` and `after` (end not included). With fewer than ten reported minutes on a side, or a window that leaves the record: no evidence. *flat* if they differ by at most 10 % of the one before or, if that is more, 0.02 where the unit is `share` and 3 where it is `1/min`; else *rose* or *fell*.
# - A series that does not exist: no evidence.
#
# **Example:** of the three above, the first and third hold; the second fails. 6 points.


# %% role="answer" task="check_claims" points=6
def check_claims(claims: list[dict[str, Any]], incident: dict[str, Any]) -> list[str]:
    """Recompute each claim (about 25 lines; times are done for you)."""
    frame, filled = table(incident), complete(table(incident))
    units = {s["name"]: s["unit"] for s in incident["series"]}

    def time(claim: dict[str, Any]) -> str:
        for source in ("events", "alerts", "complaints"):
            for row in incident[source]:
                if row["id"] == claim["id"] and row.get(claim["field"]):
                    minute = minute_of(incident, source, row[claim["field"]])
                    return "holds" if minute == claim["minute"] else "fails"
        return "no evidence"

    ### BEGIN SOLUTION
    def reported(claim: dict[str, Any], windows: list[list[int]], fewest: int) -> bool:
        return claim["series"] in frame and all(
            0 <= start < end <= len(frame) and frame[claim["series"]][start:end].count() >= fewest
            for start, end in windows
        )

    def count(claim: dict[str, Any]) -> str:
        start, end = claim["from"], claim["to"]
        if not reported(claim, [[start, end]], 1):
            return "no evidence"
        found = filled[claim["series"]][start:end].sum()
        return "holds" if abs(found - claim["is"]) <= 0.5 else "fails"

    def comparison(claim: dict[str, Any]) -> str:
        windows = [claim["before"], claim["after"]]
        if not reported(claim, windows, 10):
            return "no evidence"
        old, new = (frame[claim["series"]][start:end].median() for start, end in windows)
        floor = {"share": 0.02, "1/min": 3.0}.get(units[claim["series"]], 0.0)
        flat = abs(new - old) <= max(0.10 * abs(old), floor)
        says = "flat" if flat else "rose" if new > old else "fell"
        return "holds" if says == claim["says"] else "fails"

    by_type = {"time": time, "count": count, "comparison": comparison}
    return [by_type[claim["type"]](claim) for claim in claims]
    ### END SOLUTION


# %% role="check" task="check_claims"
check("check_claims")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# First everything that leads to "no evidence", then the sums.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>frame[name][start:end].count()</code> is the number of reported minutes, <code>.median()</code> skips the missing ones; <code>filled</code> is for sums.
# </details>

# %%
try:
    print(check_claims(claims, seen))
except NotImplementedError:
    print("Your check_claims is not written yet.")

# %% [markdown]
# ## Task 4: Write the timeline
# From here on it is *your* incident: `case`, drawn for you alone (learning by yourself, get one with `rungs cases --own`, and `reveal` it once all three records pass).
# `check` tells you what a reader of the case could verify: that ids exist and say what you say, that numbers add up. Onset, trigger, and what your actions would have done are decided when the record is graded.
#
# Feed each function your own numbers, and write literals if you like. A trace is one request; its versions tell what answered it.

# %%
print(case["service"], case["start"], case["minutes"], case["zones"], [*case])
print(case["traces"][0], case["logs"][0], sep="\n")
pd.DataFrame([*case["events"], *case["alerts"], *case["complaints"]]).fillna("")

# %% [markdown]
# **Produce** `{"entries": [...], "minutes_to_detect", "minutes_to_restore"}`. An entry is `{"at": "2031-02-02T13:47Z", "what", "cites"}`: UTC, in order of time, citing at least one id or series. `what` is one of the seven words below; a `text` of yours may stand beside it.
#
# **Rules**
# - Exactly one entry each for `onset`, `detected` and `restored`; one `response` entry for each response (`rs-…`); as many `change`, `alert` and `complaint` entries as the story needs.
# - `onset` and `restored` cite series that show them: tenants' counts, or a sign of Task 5; all others cite ids that happened in that very minute: an `alert` when it fired, `detected` when it was delivered.
# - *detected*: when the first alert on the objective is delivered, or the third complaint within 60 minutes arrives, whichever is first. Cite that one.
# - *restored*: the first minute after the objective was missed from which the share of good requests of all tenants, summed over this and the four minutes before, stays at the target or above for `hold_minutes`. Fill gaps.
# - From onset to detected, and from detected to restored, in minutes. The onset is graded within 5 minutes.
#
# **Example:** in `seen`, detected is minute 160, `13:47Z`, citing `al-05`; 20 minutes to detect, 37 to restore. 6 points.


# %%
def utc(incident: dict[str, Any], minute: int) -> str:
    """Return a minute of the record as a UTC time."""
    at = datetime.fromisoformat(incident["start"]) + timedelta(minutes=minute)
    return f"{at:%Y-%m-%dT%H:%MZ}"


# %% role="answer" task="timeline" points=6
def timeline(incident: dict[str, Any]) -> dict[str, Any]:
    """Return the timeline of your case (a literal, or about 30 lines)."""
    ### BEGIN SOLUTION
    found = [
        (minute_of(incident, "alerts", a["delivered"]), a["id"])
        for a in incident["alerts"]
        if a["delivered"] and a["text"].startswith("objective")
    ]
    sent = sorted(
        (minute_of(incident, "complaints", c["at"]), c["id"]) for c in incident["complaints"]
    )
    found += [c for a, c in zip(sent, sent[2:], strict=False) if c[0] - a[0] <= 60]
    detected, source = min(found)
    # A feed that stalls acts long before answers are bad: then its own silence is the onset.
    silent = table(incident)["feed.documents"].rolling(8).max() < 1
    sign = "feed.documents" if silent.any() else f"tenant.{incident['tenants'][0]['name']}.bad"
    onset = silent.argmax() - 7 if silent.any() else find_onset(until(incident, detected + 15))
    frame = complete(table(incident).filter(like="tenant."))
    bad, asked = (frame.filter(like=end).sum(axis=1) for end in (".bad", ".requests"))
    good = 1 - bad.rolling(5, min_periods=1).sum() / asked.rolling(5, min_periods=1).sum()
    met, hold = good >= incident["objective"]["target"], incident["objective"]["hold_minutes"]
    broken = int((~met).argmax())
    restored = next(m for m in range(broken, len(met)) if met[m : m + hold].all())
    marks = [(onset, "onset", sign), (detected, "detected", source), (restored, "restored", sign)]
    marks += [
        (minute_of(incident, "events", e["at"]), "response", e["id"])
        for e in incident["events"]
        if e["kind"] == "response"
    ]
    return {
        "entries": [
            {"at": utc(incident, int(minute)), "what": what, "cites": [name]}
            for minute, what, name in sorted(marks)
        ],
        "minutes_to_detect": int(detected - onset),
        "minutes_to_restore": int(restored - detected),
    }
    ### END SOLUTION


# %% role="check" task="timeline"
check("timeline")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# <code>find_onset</code> expects a record that ends while things are bad: cut yours with <code>until</code>.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# Plot the five-minute share of good requests and read off where it last crosses the target. Compare each complaint's minute with that of the second one before it.
# </details>

# %% [markdown]
# ## Task 5: Name the mechanism
# `MECHANISMS` holds nine ways to invent. Each blames one cause, has a part whose change triggers it ("" where you changed nothing), and predicts one *sign*.
# In words: the embedder no longer fits the index; the reranker's order is upside down; the context is cut to fit; the prompt stops asking for grounding; passages never reach their slot; the provider changes the model; a delivery arrives in broken chunks; it arrives twice; the feed stops.
#
# A change that coincides proves little: over the 40 incidents above, how many had a harmless change within three minutes of the onset? (*Simulated*: count yours at work.)

# %% role="predict"
predict("harmless_changes", ...)


# %%
def beside(incident: Any) -> bool:
    """Tell whether a change that caused nothing lies within three minutes of the onset."""
    changes = [decoy.minute for decoy in incident.truth.decoys if decoy.kind == "event"]
    return any(abs(minute - incident.truth.onset) <= 3 for minute in changes)


predict("harmless_changes", actual=sum(map(beside, drawn)))

# %% [markdown]
# So a cause needs a prediction that came true, and alternatives whose predictions did not. In `seen`:

# %%
pd.DataFrame(
    {
        name: {"predicts": f"{sign} {moves}"}
        | {k: round(table(seen)[sign][slice(*minutes)].median(), 3) for k, minutes in span.items()}
        for name, (_, _, sign, moves) in MECHANISMS.items()
        if sign in table(seen)
    }
).T

# %% [markdown]
# One of nine came true. A *person* is in none of them: ask what let the change pass.
#
# **Produce** `{"mechanism", "trigger", "shows", "rules_out"}`.
#
# **Rules**
# - `mechanism` is one of the nine; `trigger` the id of the change that brought it, or "".
# - `shows`: a list of claims, with a comparison that says how the mechanism's sign moved, and a count of some tenant's bad requests.
# - `rules_out`: `{mechanism: claim}`, mechanisms of at least two other causes. Each claim is a comparison of *that* mechanism's sign, and says something other than it predicts.
# - Every claim holds. What is compared lies before the onset and, after it, before the response that worked took effect; what is counted lies in the incident. Give or take 5 minutes.
#
# **Example:** for `seen`, `rules_out["silent_update"]` is the third claim in Task 3. 6 points.


# %% role="answer" task="mechanism" points=6
def mechanism(incident: dict[str, Any]) -> dict[str, Any]:
    """Return what broke in your case, with claims (a literal, or about 30 lines)."""
    ### BEGIN SOLUTION
    marks = {}
    for entry in timeline(incident)["entries"]:
        marks[entry["what"]] = minute_of(incident, "alerts", entry["at"])
    onset, last = marks["onset"], incident["events"][-1]
    acted = marks["response"] + int(last["text"].split("after ")[1].split()[0])
    before, after = [onset - 40, onset], [onset, acted]

    span = {"type": "comparison", "before": before, "after": after}
    every = [
        (name, span | {"series": sign, "says": says})
        for name, (_, _, sign, _) in MECHANISMS.items()
        for says in ("rose", "fell", "flat")
    ]
    told = check_claims([claim for _, claim in every], incident)
    claims = {n: claim for (n, claim), says in zip(every, told, strict=True) if says == "holds"}
    name = next(n for n, claim in claims.items() if claim["says"] == MECHANISMS[n][3])
    cause, part, *_ = MECHANISMS[name]
    near = [
        e["id"]
        for e in incident["events"]
        if e["part"] == part and -2 <= onset - minute_of(incident, "events", e["at"]) <= 12
    ]
    bad = complete(table(incident).filter(like=".bad"))[onset:acted].sum()
    worst = bad.idxmax()
    harm = {"type": "count", "series": worst, "from": onset, "to": acted, "is": round(bad[worst])}
    rules_out = {
        n: claim
        for n, claim in claims.items()
        if MECHANISMS[n][0] != cause and claim["says"] != MECHANISMS[n][3]
    }
    trigger = near[-1] if near and part else ""
    shows = [claims[name], harm]
    return {"mechanism": name, "trigger": trigger, "shows": shows, "rules_out": rules_out}
    ### END SOLUTION


# %% role="check" task="mechanism"
check("mechanism")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# The table above for <code>case</code>: 40 minutes before the onset, and from then until the last response took effect.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# One sign moved its mechanism's way. Triggers act within ten minutes, and belong to the mechanism's own part. Let <code>check_claims</code> read every claim before you hand it in.
# </details>

# %% [markdown]
# ## Task 6: Choose actions
# "Be more careful" cannot be tried. These can, in a replay:
#
# | Kind | Target | Work | Kind | Target | Work |
# | --- | --- | --- | --- | --- | --- |
# | `rollback` | event | 20 | `restart`, `scale_out` | part | 10, 20 |
# | `pin_prompt`, `pin_model` | | 10 | `flush_cache` | | 5 |
# | `restore_index` | | 25 | `feature_off` | | 10 |
# | `rebuild_index` | | 60 | `review_all` | | 600 |
# | `resume_feed` | | 30 | `add_alert` | rule | 60 |
# | `disable_reranker` | | 10 | `add_check` | check | 240 |
#
# Work is in person-minutes. A rule is a series or `bad_share`, `>` or `<`, a bound and minutes: `"model.p95_ms > 5000 for 3"`; no single tenant's.
# Checks: `retrieval_eval`, `prompt_eval`, `contract_test`, `model_canary`, `index_validation` (before a delivery is served), `freshness_check`, `latency_guard`, `quota_reserve`, `headroom_test`, `path_probe`, `failure_drill`, `soak_test`.
#
# Switching the assistant off stops the invention. How many times the user-minutes of doing nothing, until the record ends, does it lose?

# %% role="predict"
predict("off_loses_times", ...)

# %%
tried = {
    "nothing": [],
    "roll everything back": [
        {"kind": "rollback", "target": e["id"], "after": 10} for e in seen["events"][:4]
    ],
    "switch it off": [{"kind": "feature_off", "after": 10}],
    "restore the index": [{"kind": "restore_index", "after": 10}],
    "check deliveries": [{"kind": "add_check", "target": "index_validation"}],
    "watch the chunks": [{"kind": "add_alert", "target": "index.chunk_tokens < 290 for 5"}],
    "watch the harm": [{"kind": "add_alert", "target": "bad_share > 0.1 for 3"}],
}
replayed = {k: try_actions(392, do, families=tuple(MECHANISMS)) for k, do in tried.items()}
off_loses = replayed["switch it off"].lost / replayed["nothing"].lost
predict("off_loses_times", actual=round(off_loses, 1))
fields = ("lost", "detection_gap", "restored", "false_pages", "effort_minutes")
pd.DataFrame({k: {f: getattr(o, f) for f in fields} for k, o in replayed.items()}).T.round()

# %% [markdown]
# Switched off, it fails all six customers, not three (*simulated*). Undoing the delivery does not help either: its chunks are in the index already.
# The alert you had fired in time, and its page came late; a new rule here has a route of its own, and reaches somebody a minute after it fires. That saves minutes only if they act sooner. A check before release saves everything; a mitigation shortens. Three roles, three quantities.
#
# **Produce** a list of actions `{"does", "kind", "target", "after", "owner", "due", "evidence"}`.
#
# **Rules**
# - `does`: `prevent` (`add_check`), `detect` (`add_alert`) or `mitigate` (anything else); each at least once.
# - `after`: minutes from detection, 10 to 30 for what mitigates; 0 otherwise. `target` is "" where the kind takes none.
# - `owner`: one role that ends in on-call, owner, lead or manager, such as "search on-call"; never a team, two, or everyone. `due`: a date, at most 30 days after the day of the incident.
# - `evidence`: one claim that holds. What detects cites, as a time, the id by which it *was* detected; all else the comparison of the sign that moved.
# - Together at most 340 minutes of work.
#
# **Graded** in the replay of your case *and* of another incident of its mechanism, elsewhere. Prevention: at most 10 % of the user-minutes are still lost. Detection: at most half the minutes to detect, no page before the onset, nor in the other service. Mitigation: at most 40 % still lost, nobody turned away, and no action that alone would have changed nothing (`flush_cache` may).
# Rehearse: `try_actions(7, [...], families=("bad_batch",))` replays another incident of a mechanism.
#
# **Example:** for `seen`, `{"does": "mitigate", "kind": "restore_index", "target": "", "after": 10, ...}`. 4 points.


# %% role="answer" task="actions" points=4
def actions(incident: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what to do about your case and its like (a literal, or about 30 lines)."""
    ### BEGIN SOLUTION
    record = mechanism(incident)
    cause = MECHANISMS[record["mechanism"]][0]
    kind, check_name = {
        "retrieval": ("rollback", "retrieval_eval"),
        "prompt": ("pin_prompt", "prompt_eval"),
        "model": ("pin_model", "model_canary"),
        "data": ("restore_index", "index_validation"),
    }[cause]
    rule = "bad_share > 0.1 for 3"
    if record["mechanism"] == "feed_stalled":
        kind, check_name, rule = "resume_feed", "freshness_check", "feed.documents < 1 for 6"
    noticed = next(e for e in timeline(incident)["entries"] if e["what"] == "detected")
    seen_by, minute = noticed["cites"][0], minute_of(incident, "alerts", noticed["at"])
    field = "delivered" if seen_by.startswith("al-") else "at"
    due = datetime.fromisoformat(incident["start"]) + timedelta(days=14)
    common = {"owner": f"{cause} on-call", "due": f"{due:%Y-%m-%d}", "evidence": record["shows"][0]}
    told = {"type": "time", "id": seen_by, "field": field, "minute": minute}
    target = record["trigger"] if kind == "rollback" else ""
    return [
        {"does": "mitigate", "kind": kind, "target": target, "after": 10} | common,
        {"does": "detect", "kind": "add_alert", "target": rule, "after": 0}
        | common
        | {"evidence": told},
        {"does": "prevent", "kind": "add_check", "target": check_name, "after": 0} | common,
    ]
    ### END SOLUTION


# %% role="check" task="actions"
check("actions")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Who changed what let it begin, and which check stands before exactly that?
# </details>
# <details><summary>Hint 2: nearly there</summary>
# A bound on a score that fits your service pages daily in another; a share of bad requests means the same everywhere. Where harm trails the fault, that is late: watch the fault, such as a feed that delivers nothing.
# </details>

# %% [markdown]
# ## Write it up
# The public account of your case, for customers: at most 200 words, 8 points. `blast_radius(case, onset, restored)` counts the harm.
#
# Three real ones (*facts*), and what each shows:
#
# | Began | What | What its record shows |
# | --- | --- | --- |
# | 5 August 2025 | Some requests for Claude Sonnet 4 went to servers set up for longer contexts: 0.8 % at first, 16 % in the worst hour of 31 August, after a change of load balancing on the 29th (Anthropic, 17 September 2025). | The change next to the peak did not begin it. |
# | 25 April 2025 | An update made GPT-4o flatter its users; roll-back began on the 28th (OpenAI, 2 May 2025). | No evaluation before the launch measured flattery. |
# | 24 March 2026 | litellm 1.82.7 and 1.82.8 on PyPI stole credentials. One report began with a container that would not start on 1.82.8, and called 1.82.7 clean (BerriAI/litellm #24521); the thread with the team's updates has both (#24518). | A claim with a date and a source can be corrected. |
#
# *With blame:* "An engineer pushed a bad prompt and nobody reviewed it." *Without:* "A change of the prompt was released without a check of its answers; our release process did not ask for one."
# What a supplier did may be named. Say also what was lucky, as far as the record shows it: whom it spared, what stayed at 0. It is the next incident's warning.

# %% [markdown] role="written" task="public_account" points=8
# ### BEGIN SOLUTION
# **Wrong answers on 2 February 2031**
#
# From 13:27 to 14:24 UTC, our assistant gave three customers answers that their documents did not support: 7,394 more failed requests than usual, 0.4 % of our error budget for four weeks. We credit 375.70 dollars.
#
# **What happened.** A delivery of documents at 13:24 was cut into pieces about half as long as usual. Search still found passages, but many were fragments, and the assistant filled the gaps. A change of the prompt three minutes later had nothing to do with it: answers kept their length, and undoing it changed nothing.
#
# **How we noticed.** Our alert fired in the second minute and was delivered 19 minutes later. Undoing the prompt cost us until 14:11. At 14:21 yesterday's index was back.
#
# **What was lucky.** Three of our six customers were spared, and no answer used another customer's documents. Yesterday's index could be restored in ten minutes.
#
# **What changes.** Deliveries are checked before they are served (data on-call, 16 February). The alert reads failed requests directly and pages by a second route (platform on-call, 10 February). Restoring the index is in the runbook and drilled (search on-call, 23 February).
# ### END SOLUTION

# %% [markdown] role="rubric" task="public_account"
# | criterion | 0 | 1 | 2 |
# |---|---|---|---|
# | Mechanism, for an outsider | none, or jargon: "embedding drift in prod" | what broke, without why answers became wrong: "the index was bad" | a chain an outsider can repeat: "documents were cut too short, so search found fragments, so the assistant filled gaps" |
# | Blameless and honest | a person or team at fault, or a cause that the record rules out | nobody blamed, but passive fog: "mistakes were made" | what the system let pass, what was ruled out and how: "no check stood between a delivery and the index; the prompt was undone and nothing changed" |
# | Impact and gap | none: "some users" | some of it: "about an hour, three customers" | times, customers, requests, credit, and the gap between beginning and notice: "13:27; noticed 20 minutes later" |
# | Luck and actions | neither, or "we will be more careful" | actions without owner or date, or no luck: "we will check deliveries" | each action with a role and a date, and one thing that was lucky, as the record has it: "data on-call, 16 February; three customers were spared" |

# %% [markdown]
# ## What you did
# You told onset from notice, damage from noise, cause from coincidence.
#
# **Closed book**, from [Price an answer](../11_price_an_answer/11_price_an_answer.ipynb), [Numbers you can trust](../09_numbers_you_can_trust/09_numbers_you_can_trust.ipynb) and [Find the passage](../16_find_the_passage/16_find_the_passage.ipynb): skip what you have not done.
# 1. Retries rise from 1.0 to 1.4 calls per request, each of 2,400 tokens in at 3 dollars a million and 260 out at 15. What do 10,000 requests cost more, in dollars?
# 2. After the fix, 0 of 60 reviewed answers are bad. What is the upper end of the exact one-sided 95 % interval, in percent?
# 3. Relevant passages stand at ranks 1 and 4, and two more were not returned. What is recall at 3?

# %% role="predict"
predict("retries_usd", ...)
predict("upper_percent", ...)
predict("recall_at_3", ...)

# %%
predict("retries_usd", actual=round(0.4 * 10_000 * (2_400 * 3 + 260 * 15) / 1e6, 2))
predict("upper_percent", actual=round(100 * (1 - 0.05 ** (1 / 60)), 1))
predict("recall_at_3", actual=1 / 4)

# %% [markdown]
# **On your own:** write three claims of the last incident at your work, and look each up.
#
# **Readings**
# - [Anthropic, 2025](https://www.anthropic.com/engineering/a-postmortem-of-three-recent-issues): three faults at once.
# - [OpenAI, 2025](https://openai.com/index/expanding-on-sycophancy/): what the checks had not measured.
# - [litellm issue 24518](https://github.com/BerriAI/litellm/issues/24518): a live record, with later findings above the first ones.
# - [Site Reliability Engineering, chapter 15](https://sre.google/sre-book/postmortem-culture/): the culture behind such records.
