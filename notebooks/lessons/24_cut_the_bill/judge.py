"""Judge the six tasks of lesson 24: where a bill goes, what makes it smaller, and what it will be.

Money is counted in whole units of 1e-11 dollars or in micro-dollars, so that
right answers in floats, integers and decimals agree. Bars of the statistical
steps, computed by tests/notebooks/test_24_cut_the_bill.py: a right answer fails
a case with probability below 1e-4, each method that a step is made for passes
below 1e-2.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
from scipy import stats

from autograder.checks import Ladder, Score, close, equal, record, require, within
from autograder.judging import Learner
from autograder.scenarios.traffic import (
    CHEAP,
    CURRENT,
    Traffic,
    in_force,
    plain,
    price_list,
    stage,
    units,
)

__all__ = [
    "attribute_spend",
    "claim_saving",
    "dispatch_calls",
    "forecast_month",
    "route_requests",
    "serve_from_cache",
]

HINTS = {
    "attribute_spend": (
        "Two readers, one ledger. For a list: a dict from call_id to line drops second "
        "deliveries, a dict from request_id to the first attempt's names finds a retry's. For an "
        "export: read = input_cached_tokens, write = input_cache_write_tokens or 0, new = "
        "input_tokens - read - write. Add list dollars per (feature, tenant); floor each share of "
        "the invoice, and give the cents left over to the largest fractions."
    ),
    "serve_from_cache": (
        "Keep a dict from (feature, owner, model, version) to the requests answered under it, "
        "newest last. A held one serves if its text is equal, or the dot product is at least 0.9 "
        "and NAME.findall agrees; and if no document in its reads changed after its time. "
        "prefix_saving walks the minutes once: gap <= ttl reads, anything else writes."
    ),
    "route_requests": (
        "For each trial row: loss = (only_current - only_other) / n; one-sided upper end = loss + "
        "1.645 * sqrt((only_current + only_other + 3) / n - loss ** 2) / sqrt(n). Drop rows above "
        "the slice's floor. Sort the rest by dollars saved for each expected loss, and take them "
        "while the sum of share * upper end stays within the overall floor."
    ),
    "dispatch_calls": (
        "Keep two things per tenant: what is settled, and a list of (done, reserved, cost) in "
        "flight. At each call first move what is done from the list to settled. Then: run limit, "
        "mode and price factor, cap. Only an admitted call reserves and counts as a step."
    ),
    "claim_saving": (
        "loss = (b - c) / n, se = sqrt(b + c + 3 - (b - c) ** 2 / n) / n with b = only_current and "
        "c = only_other. High end below the margin: not worse. Low end above it: worse. "
        "Otherwise: cannot tell. What is left of a bill after two levers is the product of what "
        "each leaves."
    ),
    "forecast_month": (
        "volume = spend / price; add seven days at a time; x = log(weeks); d = diff(x). Four "
        "weeks ahead: exp(x[-1] + k * mean(d)) times the mean price of that week. Relative "
        "variance: s ** 2 * (sum of c_j ** 2 + (sum of k * a_k) ** 2 / len(d)), with a_k week k's "
        "share of the total and c_j the share of weeks j and later. Quantile: t with len(d) - 1."
    ),
}

WHY = {
    "attribute_spend": (
        "List prices say who caused what share; the invoice says how much there is to share. "
        "Rounding is decided once, for all cells together."
    ),
    "serve_from_cache": (
        "A key holds everything an answer depends on. What is left out of it is a promise that "
        "it never matters."
    ),
    "route_requests": (
        "A floor is held against what the trial cannot rule out, not against its average; what "
        "there is no proof for stays where it is."
    ),
    "dispatch_calls": (
        "A cap that is checked with what has been spent is checked too late: money in flight is "
        "money spent until it comes back."
    ),
    "claim_saving": (
        "Not worse is a statement about the end of an interval and a margin named beforehand. "
        "Absence of proof is its own verdict."
    ),
    "forecast_month": (
        "Prices are known and volume is not: take the known out, forecast the unknown with its "
        "own spread, and put the announced prices back in."
    ),
}

Row = dict[str, Any]
Cells = dict[tuple[str, str], int]
KINDS = ("input", "cache_read", "cache_write", "output")


# Task 1: where the bill goes


def shared_out(spend: Mapping[tuple[str, str], int], cents: int) -> Cells:
    """Share an invoice in proportion, by largest remainder; ties go by name."""
    total = sum(spend.values())
    cells = {who: cents * amount // total for who, amount in spend.items()}
    left = sorted(spend, key=lambda who: (-(cents * spend[who] % total), who))
    for who in left[: cents - sum(cells.values())]:
        cells[who] += 1
    return cells


def spent(lines: Iterable[Row]) -> Cells:
    """Price meter lines, each `call_id` once, and charge them to whoever asked first."""
    once = {line["call_id"]: line for line in lines}
    asked = {x["request_id"]: (x["feature"], x["tenant"]) for x in once.values() if x["feature"]}
    spend: Cells = defaultdict(int)
    for line in once.values():
        if line["input"] is not None:
            row = in_force(price_list(), line["model"], line["at"])
            tokens = [line[kind] for kind in KINDS]
            spend[asked[line["request_id"]]] += units(row, tokens, line["mode"] == "batch")
    return dict(spend)


def exported(lines: Iterable[Row]) -> list[Row]:
    """Aggregate meter lines as OpenAI's usage does: a row a day, project, key, model and mode."""
    rows: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * 5)
    for x in lines:
        key = x["at"][:10], x["feature"], x["tenant"], x["model"], x["mode"] == "batch"
        prompt = x["input"] + x["cache_read"] + x["cache_write"]
        new = prompt, x["cache_read"], x["cache_write"], x["output"], 1
        rows[key] = [a + b for a, b in zip(rows[key], new, strict=True)]
    names = ("input_tokens", "input_cached_tokens", "input_cache_write_tokens", "output_tokens")
    return [
        {"day": day, "project_id": feature, "api_key_id": tenant, "model": model, "batch": batch}
        | dict(zip((*names, "num_model_requests"), counts, strict=True))
        for (day, feature, tenant, model, batch), counts in rows.items()
    ]


def _start(day: str) -> int:
    return int(np.datetime64(day, "s").astype(int))


def as_page(rows: Sequence[Row]) -> Row:
    """Write rows as a page of the usage API: a bucket a day, one of them empty."""
    days: dict[str, list[Row]] = {row["day"]: [] for row in rows}
    for row in rows:
        result = {name: value for name, value in row.items() if name != "day"}
        days[row["day"]].append({"object": "organization.usage.completions.result", **result})
    empty = str(np.datetime64(min(days)) - 1)
    return {
        "object": "page",
        "data": [
            {
                "object": "bucket",
                "start_time": _start(day),
                "end_time": _start(day) + 86_400,
                "results": results,
            }
            for day, results in {empty: [], **days}.items()
        ],
        "has_more": False,
        "next_page": None,
    }


def as_csv(rows: Sequence[Row]) -> str:
    """Write rows as the usage page's CSV: counts with a point, an empty row for an idle day."""
    columns = (
        "project_id", "num_model_requests", "user_id", "api_key_id", "model", "batch",
        "service_tier", "input_tokens", "output_tokens", "input_cached_tokens",
        "input_uncached_tokens", "input_cache_write_tokens",
    )  # fmt: skip
    times = ("start_time", "end_time", "start_time_iso", "end_time_iso")
    made = [",".join((*times, *columns))]
    idle = str(np.datetime64(min(row["day"] for row in rows)) - 1)
    for row in [{"day": idle}, *rows]:
        after = str(np.datetime64(row["day"]) + 1)
        start = _start(row["day"])
        zone = "T00:00:00+00:00"
        cells = [f"{start}", f"{start + 86_400}", f"{row['day']}{zone}", f"{after}{zone}"]
        full = {**row, "service_tier": "default"} if len(row) > 1 else row
        if len(row) > 1:
            full["input_uncached_tokens"] = row["input_tokens"] - row["input_cached_tokens"]
        made.append(",".join([*cells, *(_cell(full.get(name)) for name in columns)]))
    return "\n".join(made) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value}.0" if isinstance(value, int) else str(value)


def _cells(got: Any) -> Cells:
    """Read a learner's {feature: {tenant: cents}}; absent and 0 are the same."""
    nested = isinstance(got, dict) and all(isinstance(row, dict) for row in got.values())
    require(nested, "Return a dict of dicts: feature, then tenant, then cents.", got)
    cells = {(str(f), str(t)): cents for f, row in got.items() for t, cents in row.items()}
    whole = all(type(cents) is int for cents in cells.values())
    require(whole, "Every amount is a whole number of cents (int).", got)
    return {who: cents for who, cents in cells.items() if cents}


def _meter(seed: int) -> list[Row]:
    """Return a small meter's lines, with everything that a real one has."""
    case = stage(seed, requests=24, features=3, tenants=3, weeks=4)
    return [plain(call) for call in case.public.calls]


def _once(lines: Sequence[Row]) -> list[Row]:
    """Keep first attempts that were metered, each once."""
    first = {x["call_id"]: x for x in lines if x["attempt"] == 1 and x["input"] is not None}
    return list(first.values())


def _folded(line: Row) -> Row:
    prompt = line["input"] + line["cache_read"] + line["cache_write"]
    return {**line, "input": prompt, "cache_read": 0, "cache_write": 0}


def _odd(draw: Random, spend: Mapping[tuple[str, str], int]) -> int:
    """Draw an invoice whose cells do not add up when each is rounded on its own."""
    whole = sum(spend.values())
    for cents in draw.sample(range(60, 160), 100):
        rounded = sum((2 * cents * cost + whole) // (2 * whole) for cost in spend.values())
        left = cents - sum(cents * cost // whole for cost in spend.values())
        if rounded != cents and left > 1:
            return cents
    return 100


def attribute_spend(learner: Learner, seed: int) -> Score:
    """Draw a meter and exports; want the invoice shared out by feature and tenant."""
    draw = Random(seed)
    rows = [row for row in price_list() if row["model"] in (CURRENT, CHEAP)]
    prices = draw.sample(rows, len(rows))
    lines = _meter(seed)
    first = [{**x, "mode": "live", "status": "ok"} for x in _once(lines)]
    day = draw.choice(("2026-05-12", "2026-08-01", "2026-10-15"))
    before = str(np.datetime64(day) - 1)
    names = sorted({(x["feature"], x["tenant"]) for x in first})
    early = set(draw.sample(names, len(names) // 2))
    model = CHEAP if day != "2026-08-01" else CURRENT
    dated = [
        {
            **x,
            "model": draw.choice((CHEAP, CURRENT)) if x["feature"] == names[0][0] else model,
            "at": f"{before}T23:59:59Z"
            if (x["feature"], x["tenant"]) in early
            else f"{day}T00:00:00Z",
            "mode": draw.choice(("live", "batch")),
        }
        for x in first
    ]
    ladder = Ladder(learner)

    def ask(usage: Any, spend: Mapping[tuple[str, str], int], cents: int, slack: int) -> None:
        got = _cells(learner.call("attribute_spend", usage, prices, cents))
        want = {who: c for who, c in shared_out(spend, cents).items() if c}
        for who in sorted({*want, *got}):
            near = abs(got.get(who, 0) - want.get(who, 0)) <= slack
            name = " / ".join(who)
            require(near, f"The cents of {name} are wrong.", got.get(who, 0), want.get(who, 0))

    def share(usage: list[Row], cents: int = 0, slack: int = 1) -> None:
        ask(usage, spent(usage), cents or draw.randint(200_000, 900_000), slack)

    with ladder.step("calls without a cache", 1):
        share([_folded(x) for x in first])
    with ladder.step("cache reads and writes", 2):
        share(first)
    with ladder.step("retries, failures and second deliveries", 2):
        failed = first[1]["call_id"]
        kept = [
            {**x, "mode": "live"} | ({"status": "client_timeout"} if x["call_id"] == failed else {})
            for x in lines
        ]
        again = draw.sample(kept, 3)
        nameless = {"attempt": 2, "feature": None, "tenant": None}
        retry = {**first[1], "call_id": "c-more", **nameless}
        refused = {**first[0], "call_id": "c-none", "status": "rate_limited", **nameless}
        refused |= dict.fromkeys(KINDS)
        share([*kept, *again, refused, retry])
    with ladder.step("batches, and the price of the day", 2):
        share(dated)
    with ladder.step("OpenAI's usage export", 2):
        rows = exported(dated)
        rows.append({**rows[0], "project_id": None, "api_key_id": None})
        spend = spent(dated)
        doubled = _unnamed(rows[-1])
        for usage in (as_page(rows), as_csv(rows)):
            known = usage if isinstance(usage, str) else json.loads(json.dumps(usage))
            ask(
                known,
                {**spend, ("untagged", "untagged"): doubled},
                draw.randint(200_000, 900_000),
                1,
            )
    with ladder.step("every cent of the invoice", 1):
        share(first, _odd(draw, spent(first)), slack=0)
        same = [{**first[0], "call_id": f"c-{x}", "request_id": x, "tenant": x} for x in "zxy"]
        share(same, 3 * draw.randint(20, 40) + 1, slack=0)
    return ladder.score()


def _unnamed(row: Row) -> int:
    read, write = row["input_cached_tokens"], row["input_cache_write_tokens"]
    tokens = (row["input_tokens"] - read - write, read, write, row["output_tokens"])
    return units(in_force(price_list(), row["model"], row["day"]), tokens, row["batch"])


# Task 2: answers that were given before

NAMES = re.compile(r"\w+-\d+")
ASKED = ("id", "at", "tenant", "user", "feature", "model", "version", "text", "vector", "reads")


def prefix_gain(
    minutes: Sequence[float], tokens: int, price: Mapping[str, str], ttl: float
) -> float:
    """Return the dollars that caching a prefix saves, negative where it costs."""
    new, read, write = (float(price[f"{k}_mtok"]) for k in ("input", "cache_read", "cache_write"))
    warm = [b - a <= ttl for a, b in pairwise(minutes)]
    reads = sum(warm)
    paid = reads * read + (len(minutes) - reads) * write
    return (len(minutes) * new - paid) * tokens / 1_000_000


@dataclass(frozen=True)
class Asked:
    """One request as it is sent, and what its answer depends on."""

    sent: Row
    question: str
    entity: str
    owner: str
    revisions: str

    @property
    def product(self) -> tuple[str, ...]:
        """Return what answers: feature, prompt version and model."""
        return tuple(self.sent[name] for name in ("feature", "version", "model"))

    @property
    def answer(self) -> tuple[Any, ...]:
        """Name the answer: equal names may share one."""
        return self.product, self.question, self.entity, self.owner, self.revisions


def log_of(draw: Random, case: Traffic) -> list[Asked]:
    """Return a day's requests, and between them what tells a whole key from a part of one.

    After some of them the same words are asked of another model and of another
    feature, and of its own a question that is near and not the same.
    """
    made = []
    for request in case.public.requests:
        sent = {name: plain(getattr(request, name)) for name in ASKED}
        _, question, entity, owner, _, revisions = case.truth.answers[request.id].split("|")
        made.append(Asked(sent, question, entity, owner, revisions))
    for number, place in enumerate(sorted(draw.sample(range(len(made)), 8), reverse=True)):
        one, name = made[place], made[place].sent["id"]
        same = [m.sent["vector"] for m in made if m.entity == one.entity]
        moved = {**one.sent, "id": f"{name}-m{number}", "model": CHEAP}
        made[place + 1 : place + 1] = [
            _near_to(draw, one, f"{name}-n{number}", same),
            replace(one, sent=moved),
            *_elsewhere(case, one, f"{name}-f{number}"),
        ]
    return made


def _elsewhere(case: Traffic, one: Asked, name: str) -> list[Asked]:
    """Ask the same of another feature of the same scope that knows nothing of such names."""
    asked = {(r.feature, entity) for r in case.public.requests for entity in NAMES.findall(r.text)}
    scopes = {f.name: f.scope for f in case.public.features}
    own = one.sent["feature"]
    for other, scope in scopes.items():
        if other != own and scope == scopes[own] and (other, one.entity) not in asked:
            sent = {**one.sent, "id": name, "feature": other, "reads": []}
            return [replace(one, sent=sent, revisions="")]
    return []


def _near_to(draw: Random, one: Asked, name: str, same: Sequence[Sequence[float]]) -> Asked:
    """Ask something else about the same names: near, and to none of the `same` as near as 0.87."""
    vector, others = np.array(one.sent["vector"]), np.array(same)
    turned = vector
    while (others @ turned).max() > 0.87:
        aside = np.array([draw.gauss(0, 1) for _ in vector])
        aside -= (aside @ vector) * vector
        near = draw.uniform(0.6, 0.8)
        turned = near * vector + math.sqrt(1 - near**2) * aside / np.linalg.norm(aside)
    text = f"Since when is that so, and who said it of {one.entity} ({name.replace('-', ' ')})?"
    sent = {**one.sent, "id": name, "text": text, "vector": [round(float(x), 4) for x in turned]}
    return Asked(sent, f"since when {name}", one.entity, one.owner, one.revisions)


def serve_from_cache(learner: Learner, seed: int) -> Score:
    """Stage a day of requests; want hits that serve what the request must get, and many of them.

    Whether two requests may share an answer is the world's truth. A hit across
    tenants fails the first step, and with it the task.
    """
    draw = Random(seed)
    case = stage(seed, requests=70, features=3, tenants=3, weeks=4)
    rows = {asked.sent["id"]: asked for asked in log_of(draw, case)}
    order = {name: place for place, name in enumerate(rows)}
    updates = [plain(u) for u in case.public.updates]
    scopes = {f.name: f.scope for f in case.public.features}
    ladder = Ladder(learner)
    hits: dict[str, str] = {}

    def none(what: str, bad: Callable[[Asked, Asked], bool]) -> None:
        found = [f"{old} for {new}" for new, old in hits.items() if bad(rows[new], rows[old])]
        require(not found, what, ", ".join(found[:3]), "no such hit")

    begin = "the same question again, of the same tenant"
    with ladder.step(begin, 1):
        sent = [asked.sent for asked in rows.values()]
        got = learner.call("serve_from_cache", sent, updates, scopes)
        require(isinstance(got, dict), "Return a dict from request id to the id served.", got)
        for new, old in got.items():
            known = new in rows and isinstance(old, str) and old in rows
            require(known, "A hit names a request that is not in the log.", f"{new}: {old}")
            require(
                order[old] < order[new], "A hit serves an answer not yet given.", f"{new}: {old}"
            )
        hits = got
        none(
            "An answer of one tenant is served to another.",
            lambda new, old: new.sent["tenant"] != old.sent["tenant"],
        )
        seen: set[Any] = set()
        again = 0
        for asked in rows.values():
            again += (asked.answer, asked.sent["text"]) in seen
            seen.add((asked.answer, asked.sent["text"]))
        right = sum(rows[new].answer == rows[old].answer for new, old in hits.items())
        require(
            2 * right >= again, "Hardly any repeated question is served.", right, f"{again // 2}"
        )
    for name, weight, what, bad in (
        (
            "no other user's answer",
            1,
            "A user is served what another user was told.",
            lambda new, old: new.product[0] == old.product[0] and new.owner != old.owner,
        ),
        (
            "nothing of another feature, prompt or model",
            1,
            "An answer of another feature, prompt version or model is served.",
            lambda new, old: new.product != old.product,
        ),
        (
            "nothing of an old document",
            2,
            "A document changed after the answer was given.",
            lambda new, old: (
                (new.product, new.entity) == (old.product, old.entity)
                and new.revisions != old.revisions
            ),
        ),
        (
            "no twin's answer",
            1,
            "The answer to another question is served.",
            lambda new, old: new.entity != old.entity,
        ),
    ):
        with ladder.step(name, weight, after=begin):
            none(what, bad)
    with ladder.step("paraphrases too", 2, after=begin):
        none(
            "The answer to another question is served.",
            lambda new, old: new.question != old.question,
        )
        possible = len(rows) - len({asked.answer for asked in rows.values()})
        share = sum(rows[n].answer == rows[o].answer for n, o in hits.items()) / possible
        require(
            share >= 0.94,
            "Too few of the requests that could be served are.",
            f"{share:.0%}",
            "at least 94 %",
        )
    with ladder.step("a prefix worth keeping", 2, after=begin):
        price = in_force(price_list(), CURRENT, case.public.start)
        for gap, ttl in zip((2, 9), draw.sample((5.0, 10.0, 60.0), 2), strict=True):
            at, minutes = 1.6 * ttl, [0.0, 0.8 * ttl]
            for _ in range(draw.randint(4, 10)):
                minutes.append(at)
                at += draw.choice((ttl, 1.1 * ttl, ttl * draw.randint(1, 3 * gap) / 5))
            tokens = draw.randint(1_200, 9_000)
            got = learner.call("prefix_saving", minutes, tokens, plain(price), ttl)
            close(got, prefix_gain(minutes, tokens, price, ttl), rel=1e-6, what="prefix_saving")
    return ladder.score()


# Task 3: the cheapest model that is good enough


def upper(row: Mapping[str, int]) -> float:
    """Return the upper end of a one-sided 95 % interval of a paired loss."""
    b, c, n = row["only_current"], row["only_other"], row["n"]
    loss = (b - c) / n
    return loss + 1.645 * math.sqrt(((b + c + 3) / n - loss**2) / n)


def routed(trials: Sequence[Row], weights: Mapping[Any, float], floors: Row) -> set[Any]:
    """Choose kinds of work for the cheap model, best saving for each expected loss first."""
    made: set[Any] = set()
    budget = floors["overall"]
    able = [(max(upper(t), 1e-9), (t["feature"], t["kind"])) for t in trials]
    for bound, name in sorted(able):
        if bound <= floors["slice"] and weights.get(name, 0) * bound <= budget:
            made.add(name)
            budget -= weights.get(name, 0) * bound
    return made


def _work(draw: Random) -> list[tuple[Row, float, float]]:
    """Draw kinds of work as (trial row, true loss, share of requests).

    Two kinds lose two points and a half each: one fits the overall floor, both do not.
    Three trials are small: one without a single loss proves nothing, one whose estimate
    is within the floor does not prove that the loss is, and one that is smaller still
    proves enough, because the models hardly ever differ.
    """
    features = draw.sample(("ask", "digest", "draft", "extract", "review", "triage"), 4)
    kinds = draw.sample(("lookup", "label", "shorten", "rewrite", "table", "code", "plan"), 7)
    pairs = draw.sample([(f, k) for f in features for k in kinds], 8)
    drawn = [
        (draw.uniform(-0.002, 0.001), 0.115, _large), (draw.uniform(-0.002, 0.001), 0.09, _large),
        (draw.uniform(-0.002, 0.001), 0.16, _agreeing),
        (draw.uniform(0.0255, 0.0262), 0.25, _large), (draw.uniform(0.0255, 0.0262), 0.25, _large),
        (draw.uniform(0.06, 0.2), 0.06, _large), (draw.uniform(0.032, 0.036), 0.05, _lucky),
        (draw.uniform(0.12, 0.15), 0.025, _rare),
    ]  # fmt: skip
    made = []
    for (loss, share, trial), (feature, kind) in zip(drawn, pairs, strict=True):
        n, b, c = trial(draw, loss)
        row = {"feature": feature, "kind": kind, "model": CHEAP, "n": n}
        row |= {"both": int(n * 0.9) - b, "only_current": b, "only_other": c}
        made.append((row, loss, share))
    draw.shuffle(made)
    return made


def _large(draw: Random, loss: float) -> tuple[int, int, int]:
    n = draw.randint(40_000, 60_000)
    lost, won = (n * (0.006 + max(x, 0)) for x in (loss, -loss))
    return n, _near(draw, lost), _near(draw, won)


def _agreeing(draw: Random, _loss: float) -> tuple[int, int, int]:
    c = draw.randint(2, 3)
    return draw.randint(1_000, 1_300), c + draw.randint(0, 1), c


def _lucky(draw: Random, _loss: float) -> tuple[int, int, int]:
    n = draw.randint(1_400, 1_700)
    c = round(0.006 * n)
    return n, c + round(0.0245 * n), c


def _rare(draw: Random, _loss: float) -> tuple[int, int, int]:
    return draw.randint(18, 30), 0, 0


def _near(draw: Random, mean: float) -> int:
    return max(0, round(draw.gauss(mean, math.sqrt(mean) * 0.8)))


def _words(got: Any, count: int, known: Sequence[str]) -> bool:
    """Say whether this is a list of so many of the known words."""
    listed = isinstance(got, list) and len(got) == count
    return listed and all(isinstance(one, str) and one in known for one in got)


def route_requests(learner: Learner, seed: int) -> Score:
    """Draw a trial and hidden traffic; score the expected loss and the list price saved."""
    draw = Random(seed)
    work = _work(draw)
    trials = [row for row, _, _ in work]
    loss = {(row["feature"], row["kind"]): lost for row, lost, _ in work}
    day = draw.choice(("2026-06-01", "2026-09-01", "2026-11-20"))
    prices = {name: dict(in_force(price_list(), name, day)) for name in (CURRENT, CHEAP)}
    requests = [
        {
            "feature": row["feature"],
            "kind": row["kind"],
            "input": 100 * draw.randint(5, 60),
            "output": draw.randint(60, 600),
        }
        for row, _, share in work
        for _ in range(round(120 * share))
    ]
    draw.shuffle(requests)
    names = [(r["feature"], r["kind"]) for r in requests]
    weights = {name: count / len(names) for name, count in Counter(names).items()}
    cost = {
        model: [units(prices[model], (r["input"], 0, 0, r["output"])) for r in requests]
        for model in prices
    }
    full = sum(cost[CURRENT])

    def saved(cheap: Sequence[bool]) -> float:
        kept = zip(cost[CURRENT], cost[CHEAP], cheap, strict=True)
        return sum(a - b for a, b, low in kept if low) / full

    ladder = Ladder(learner)
    chosen: list[bool] = []

    def ask(floors: dict[str, float]) -> list[bool]:
        got = learner.call("route_requests", trials, requests, prices, floors)
        known = _words(got, len(requests), (CURRENT, CHEAP))
        require(known, "Return a list of model names, one for each request.", got)
        return [model == CHEAP for model in got]

    def lost(cheap: Sequence[bool]) -> float:
        return sum(loss[n] for n, low in zip(names, cheap, strict=True) if low) / len(names)

    def worst(cheap: Sequence[bool]) -> float:
        share = dict.fromkeys(weights, 0.0)
        for n, low in zip(names, cheap, strict=True):
            share[n] += low / (weights[n] * len(names))
        return max(loss[n] * share[n] for n in weights)

    def reference(floors: dict[str, float]) -> float:
        best = routed(trials, weights, floors)
        return saved([name in best for name in names])

    floors = {"overall": 0.01, "slice": 0.03}
    begin = "a quarter saved, and one point lost at most"
    with ladder.step(begin, 2):
        chosen = ask(floors)
        within(round(saved(chosen), 4), 0.25, 1, what="the share saved of the list price")
        within(round(lost(chosen), 5), -1, 0.01, what="the expected loss of right answers")
    with ladder.step("no kind of work loses three points", 3, after=begin):
        within(
            round(worst(chosen), 5), -1, 0.03, what="the expected loss in the worst kind of work"
        )
    with ladder.step("what the trial allows", 2, after=begin):
        least = 0.85 * reference(floors)
        within(round(saved(chosen), 4), least, 1, what="the share saved of the list price")
    with ladder.step("another floor", 2, after=begin):
        floors = {"overall": 0.003, "slice": 0.01}
        again = ask(floors)
        within(round(worst(again), 5), -1, 0.01, what="with tighter floors, the worst kind's loss")
        least = 0.85 * reference(floors)
        within(round(saved(again), 4), least, 1, what="with tighter floors, the share saved")
    return ladder.score()


# Task 4: now, later or not at all


def dispatched(calls: Sequence[Row], limits: Row) -> list[str]:
    """Decide for each call in turn: now, batch or refuse."""
    settled: Counter[str] = Counter()
    flying: list[tuple[int, str, int, int]] = []
    steps: Counter[str] = Counter()
    made = []
    for call in calls:
        landed = [f for f in flying if f[0] <= call["minute"]]
        flying = [f for f in flying if f[0] > call["minute"]]
        for _, tenant, _, cost in landed:
            settled[tenant] += cost
        batch = call["wait_minutes"] >= limits["batch_minutes"]
        half = 2 if batch else 1
        worst, cost = call["max_micro"] // half, call["micro"] // half
        tenant = call["tenant"]
        held = sum(f[2] for f in flying if f[1] == tenant)
        looping = call["run"] and steps[call["run"]] >= limits["run_steps"]
        if looping or settled[tenant] + held + worst > limits["cap_micro"][tenant]:
            made.append("refuse")
            continue
        steps[call["run"]] += 1
        done = call["minute"] + (limits["batch_minutes"] if batch else call["takes"])
        flying.append((done, tenant, worst, cost))
        made.append("batch" if batch else "now")
    return made


def _calls(draw: Random, count: int, tenants: Sequence[str], **known: Any) -> list[Row]:
    made, minute = [], 0
    for place in range(count):
        minute += draw.randint(1, 4)
        cost = 1_000 * draw.randint(2, 20)
        row = {
            "id": f"q{place}",
            "minute": minute,
            "takes": draw.randint(1, 3),
            "tenant": draw.choice(tenants),
            "run": "",
            "wait_minutes": 0,
            "micro": cost,
            "max_micro": cost + 1_000 * draw.randint(1, 40),
        }
        made.append(row | known)
    return made


def dispatch_calls(learner: Learner, seed: int) -> Score:
    """Draw calls and limits; want each decision, step by step with one more rule."""
    draw = Random(seed)
    tenants = draw.sample(("alder", "cobalt", "dunmore", "eastgate", "foxglove"), 3)
    wait = draw.choice((240, 720, 1440))
    rich = dict.fromkeys(tenants, 10**9)
    limits = {"batch_minutes": wait, "cap_micro": rich, "run_steps": 10**6}
    ladder = Ladder(learner)

    def ask(calls: list[Row], limits: Row, what: str) -> None:
        want = dispatched(calls, limits)
        equal(learner.call("dispatch_calls", calls, limits), want, what=what)

    with ladder.step("what may wait is batched", 2):
        calls = _calls(draw, 12, tenants)
        waits = draw.sample([0, 0, wait, wait - 1, wait + 60, 2 * wait, wait // 2, 5], 8)
        for call, minutes in zip(draw.sample(calls, 8), waits, strict=True):
            call["wait_minutes"] = minutes
        ask(calls, limits, "with no cap in sight, your list")
    with ladder.step("a cap that holds in the worst case", 3):
        calls = _calls(draw, 24, tenants, takes=10**4)
        caps = {name: 1_000 * draw.randint(60, 120) for name in tenants}
        # One tenant's cap is met exactly by its first three calls.
        own = [c for c in calls if c["tenant"] == calls[0]["tenant"]]
        caps[calls[0]["tenant"]] = sum(c["max_micro"] for c in own[:3])
        ask(calls, limits | {"cap_micro": caps}, "with every call still in flight, your list")
    with ladder.step("settled at what it cost", 2):
        calls = _calls(draw, 40, tenants)
        caps = {name: 1_000 * draw.randint(70, 110) for name in tenants}
        ask(calls, limits | {"cap_micro": caps}, "with calls that end meanwhile, your list")
    with ladder.step("batched at half the price", 1):
        calls = _calls(draw, 30, tenants, takes=10**4)
        for call in draw.sample(calls, 18):
            call |= {"wait_minutes": wait, "takes": 2}
        caps = {name: 1_000 * draw.randint(60, 120) for name in tenants}
        ask(calls, limits | {"cap_micro": caps}, "with batched calls under a cap, your list")
    with ladder.step("a run that does not stop", 2):
        steps = draw.randint(3, 5)
        calls = _calls(draw, 30, tenants[:1])
        for call in calls:
            call["run"] = draw.choice(("", "run-1", "run-1", "run-2"))
        # The cap refuses some early calls of the runs: they are no steps.
        calls[1] |= {"run": "run-1", "max_micro": 10**7}
        calls[2] |= {"run": "run-2", "max_micro": 10**7}
        caps = dict.fromkeys(tenants, 5 * 10**6)
        ask(calls, limits | {"cap_micro": caps, "run_steps": steps}, "with agent runs, your list")
    return ladder.score()


# Task 5: cheaper, and not worse

SAID = ("not worse", "worse", "cannot tell")
# Not worse though small; open though large; fine alone and open together; open alone and worse
# together.
AGREED, TORN, SPENT, FEW = "few pairs differ", "many pairs differ", "margin spent", "too few"


def verdict(row: Mapping[str, int], margin: float) -> str:
    """Say whether a paired trial proves a loss below a margin, above it, or neither."""
    b, c, n = row["only_current"], row["only_other"], row["n"]
    loss, half = (b - c) / n, 1.96 * math.sqrt(b + c + 3 - (b - c) ** 2 / n) / n
    return SAID[0] if loss + half < margin else SAID[1] if loss - half > margin else SAID[2]


def tables(
    seed: int, count: int, sizes: tuple[int, int], loss: float, won: float = 0.02
) -> np.ndarray:
    """Draw paired trials of one true loss as rows of n, only_current and only_other."""
    draw = np.random.default_rng(seed)
    n = draw.integers(*sizes, count)
    current = draw.binomial(n, won + loss)
    return np.stack([n, current, draw.binomial(n - current, won / (1 - won - loss))], 1)


def mixed(seed: int, margin: float) -> list[np.ndarray]:
    """Draw small trials and torn ones that lose the margin, large ones that lose 0 and 4 of it.

    A torn trial is as large as one that proves something, and its models disagree on
    more than a third of the requests: it proves nothing. Nor do the last ones: a few
    dozen requests without a discordant pair.
    """
    enough = round(0.8 / margin**2)
    large = enough, 5 * enough // 4
    return [
        tables(seed, 300, (300, 900), margin),
        tables(seed + 1, 300, large, margin, won=0.18),
        tables(seed + 2, 60, (3_000, 6_000), 4 * margin),
        tables(seed + 3, 150, large, 0.0),
        tables(seed + 4, 20, (20, 60), 0.0, won=0.0),
    ]


def _slices(draw: Random, kinds: Sequence[str], margin: float, spent_on: float) -> list[Row]:
    """Draw slices whose verdicts are the same by every usual paired interval.

    Those that lose all of the overall margin, `spent_on`, are within their own.
    """
    names = draw.sample(
        ("ask", "draft", "extract", "label", "plan", "review", "shorten"), len(kinds)
    )
    made = []
    for name, kind in zip(names, kinds, strict=True):
        if kind == SAID[0]:
            n = draw.randint(4_000, 9_000)
            b = round(n * 0.02)
            c = b + draw.randint(-4, 4)
        elif kind == AGREED:
            n, b, c = draw.randint(500, 700), draw.randint(1, 2), draw.randint(1, 2)
        elif kind == TORN:
            n, c = draw.randint(1_900, 2_100), draw.randint(290, 310)
            b = c + 36
        elif kind == SPENT:
            n = draw.randint(5_000, 9_000)
            c = round(n * 0.02)
            b = c + round(n * spent_on)
        elif kind == FEW:
            n = draw.randint(140, 160)
            b, c = round(n * 0.1), round(n * 0.03)
        elif kind == SAID[1]:
            n = draw.randint(300, 500)
            b, c = round(n * (margin + 0.12)), round(n * 0.01)
        else:
            n = draw.randint(30, 60)
            b, c = draw.randint(1, 2), draw.randint(0, 1)
        made.append({"slice": name, "n": n, "only_current": b, "only_other": c})
    return made


def claim_saving(learner: Learner, seed: int) -> Score:
    """Draw trials at and around the margin; want verdicts that err rarely, and the claim."""
    draw = Random(seed)
    margin = draw.choice((0.01, 0.015, 0.02))
    ladder = Ladder(learner)

    groups = mixed(seed, margin)
    order = np.random.default_rng(seed).permutation(sum(map(len, groups)))
    said: list[np.ndarray] = []

    def shares(group: int, word: str) -> float:
        return round(float((said[group] == word).mean()), 3)

    begin = "no proof where there is none"
    with ladder.step(begin, 3):
        got = learner.call("verdicts", *np.concatenate(groups)[order].T, margin)
        good = _words(got, len(order), SAID)
        require(good, "verdicts returns a list of verdicts, one for each trial.", got)
        back = np.array(got)[np.argsort(order)]
        said = np.split(back, np.cumsum([len(group) for group in groups])[:-1])
        what = f"the share called {SAID[0]!r} at a loss of the margin, of"
        within(shares(0, SAID[0]), 0, 0.08, what=f"{what} small trials,")
        within(shares(1, SAID[0]), 0, 0.08, what=f"{what} trials with many discordant pairs,")
        what = f"the share called {SAID[0]!r} of a few dozen requests without a discordant pair"
        within(shares(4, SAID[0]), 0, 0, what=what)
        what = f"the share called {SAID[1]!r} at four times the margin"
        within(shares(2, SAID[1]), 0.9, 1, what=what)
    with ladder.step("proof where there is", 2, after=begin):
        what = f"the share called {SAID[0]!r} where nothing is lost"
        within(shares(3, SAID[0]), 0.9, 1, what=what)
    margins = {"overall": margin, "slice": draw.choice((0.03, 0.035))}
    bill = {"invoice_usd": float(draw.randint(4_000, 60_000))}
    bill["list_usd"] = round(bill["invoice_usd"] * draw.uniform(1.1, 1.4), 2)
    levers = dict(zip(("cache", "router", "batch"), draw.sample(range(8, 60), 3), strict=True))
    shares = {name: percent / 100 for name, percent in levers.items()}

    def claim(kinds: Sequence[str]) -> tuple[Row, list[Row]]:
        trial = _slices(draw, kinds, margins["slice"], margin)
        got = learner.call("claim_saving", trial, margins, bill, shares)
        return record(got, {"overall": str, "slices": dict, "ship": str, "usd": float}), trial

    def expect(kinds: Sequence[str], ship: str) -> None:
        got, trial = claim(draw.sample(kinds, len(kinds)))
        pooled = {k: sum(row[k] for row in trial) for k in ("n", "only_current", "only_other")}
        equal(got["overall"], verdict(pooled, margin), "overall")
        want = {row["slice"]: verdict(row, margins["slice"]) for row in trial}
        equal(got["slices"], want, "slices")
        equal(got["ship"], ship, "ship")

    with ladder.step("every slice, not the average", 2):
        fine = [*[SAID[0]] * 4, AGREED]
        expect(fine, "yes")
        expect([*fine, SAID[1]], "no")
        for open_ in (SAID[2], TORN):
            expect([*fine, open_], "not yet")
    with ladder.step("each with its own margin", 2):
        expect([SPENT] * 5, "not yet")
        expect([FEW] * 6, "no")
    with ladder.step("the saving in dollars", 1):
        got, _ = claim([SAID[0]] * 2)
        left = math.prod(1 - share for share in shares.values())
        close(got["usd"], bill["invoice_usd"] * (1 - left), rel=1e-6, what="usd")
    return ladder.score()


# Task 6: next month

WEEKS, AHEAD, EACH, FUTURES = 6, 4, 168, 24


def forecast(spend: np.ndarray, price: np.ndarray) -> np.ndarray:
    """Return an 80 % interval of the next 28 days' dollars, a row a service."""
    days = spend.shape[1]
    volume = (spend / price[:, :days]).reshape(len(spend), -1, 7)
    x = np.log(volume.sum(2))
    steps = np.diff(x)
    count = steps.shape[1]
    drift, spread = steps.mean(1), steps.std(1, ddof=1)
    profile = volume.sum(1) / volume.sum((1, 2))[:, None]
    rate = (price[:, days:].reshape(len(price), AHEAD, 7) * profile[:, None, :]).sum(2)
    k = np.arange(1, AHEAD + 1)
    parts = np.exp(x[:, -1:] + drift[:, None] * k) * rate
    total = parts.sum(1)
    share = parts / total[:, None]
    later = share[:, ::-1].cumsum(1)[:, ::-1]
    variance = spread**2 * ((later**2).sum(1) + (share @ k) ** 2 / count)
    half = stats.t.ppf(0.9, count - 1) * np.sqrt(variance)
    return total[:, None] * np.exp(np.stack([-half, half], 1))


@lru_cache(maxsize=2)
def services(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw spend, prices and futures of three groups: steady prices, a past change, one to come.

    The demand is the traffic world's: a random walk with drift, a step a week of 1 to
    15 % (so that no one width fits all), with weekdays and noise on top. A future is
    what 28 days cost, drawn anew from the truth.
    """
    draw = np.random.default_rng(seed)
    count, days, ahead = 3 * EACH, 7 * WEEKS, 7 * AHEAD
    drift, spread = draw.uniform(-0.02, 0.04, count), 0.01 * 15 ** draw.random(count)
    level = np.log(draw.uniform(40, 4_000, count))
    walk = level[:, None] + np.cumsum(
        drift[:, None] + spread[:, None] * draw.standard_normal((count, WEEKS)), 1
    )
    week = draw.uniform(0.85, 1.15, (count, 7))
    week[:, 5:] *= draw.uniform(0.3, 1.0, (count, 1))
    week *= 7 / week.sum(1, keepdims=True)
    mean = np.repeat(np.exp(walk), 7, 1) * np.tile(week, WEEKS)
    volume = mean * np.exp(0.005 * draw.standard_normal((count, days)))
    price = np.ones((count, days + ahead))
    factor = np.where(
        draw.random(count) < 0.5, draw.uniform(0.4, 0.7, count), draw.uniform(1.5, 2.2, count)
    )
    past = draw.integers(days - 28, days - 7, count)
    coming = draw.integers(days, days + 14, count)
    since = np.where(np.arange(count) < 2 * EACH, past, coming)
    changed = (np.arange(days + ahead) >= since[:, None]) & (np.arange(count) >= EACH)[:, None]
    price = np.where(changed, factor[:, None], 1.0)
    shocks = draw.standard_normal((count, FUTURES // 2, AHEAD))
    shocks = np.concatenate([shocks, -shocks], 1)
    ends = walk[:, -1][:, None, None] + np.cumsum(
        drift[:, None, None] + spread[:, None, None] * shocks, 2
    )
    rate = (price[:, days:].reshape(count, AHEAD, 7) * week[:, None, :]).sum(2)
    return volume * price[:, :days], price, (np.exp(ends) * rate[:, None, :]).sum(2)


def certain(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw seven services that grow exactly, each with a price change on another weekday."""
    draw = np.random.default_rng(seed)
    days, ahead = 7 * WEEKS, 7 * AHEAD
    week = draw.uniform(0.8, 1.2, 7) * np.array([1, 1, 1, 1, 1, 0.3, 0.2])
    growth = draw.permutation([0.88, 0.92, 0.96, 1.0, 1.04, 1.08, 1.12])[:, None]
    volume = 100 * growth ** (np.arange(days + ahead) // 7) * np.tile(week, WEEKS + AHEAD)
    since = days + 7 + np.arange(7)[:, None]
    price = np.where(np.arange(days + ahead) < since, 1.0, draw.choice((0.5, 2.0)))
    spend = volume * price
    return spend[:, :days], price, spend[:, days:].sum(1)


def scores(interval: np.ndarray, futures: np.ndarray) -> np.ndarray:
    """Return the mean interval score of each service at 80 %, relative to its mean future."""
    low, high = interval[:, :1], interval[:, 1:]
    miss = np.maximum(low - futures, 0) + np.maximum(futures - high, 0)
    return ((high - low) + 10 * miss).mean(1) / futures.mean(1)


def coverage(interval: np.ndarray, futures: np.ndarray) -> np.ndarray:
    """Return the share of futures that each service's interval covers."""
    return ((interval[:, :1] <= futures) & (futures <= interval[:, 1:])).mean(1)


GROUPS = ("steady prices", "a price that changed", "a price that will change")


def forecast_month(learner: Learner, seed: int) -> Score:
    """Draw 504 services; want intervals that cover 80 % of their futures and are no wider.

    Coverage is the expected one: each interval meets 24 futures drawn from the truth.
    """
    spend, price, futures = services(seed)
    best = scores(forecast(spend, price), futures)
    ladder = Ladder(learner)
    answers: list[np.ndarray] = []

    def judged(part: slice, least: float, most: float, what: str) -> None:
        require(bool(answers), "There are no intervals.")
        interval, meets = answers[0][part], futures[part]
        held = float(coverage(interval, meets).mean())
        within(round(held, 3), least, most, what=f"the coverage, {what},")
        ratio = float(scores(interval, meets).mean() / best[part].mean())
        within(round(ratio, 3), 0, 1.1, what=f"the interval score over the formula's, {what},")

    with ladder.step(GROUPS[0], 2):
        raw = learner.call("forecast_month", spend.astype(np.float32), price.astype(np.float32))
        got = _ends(raw, len(spend))
        answers.append(got)
        judged(slice(0, EACH), 0.725, 0.875, GROUPS[0])
    for place, weight in ((1, 2), (2, 2)):
        with ladder.step(GROUPS[place], weight):
            judged(slice(place * EACH, (place + 1) * EACH), 0.725, 0.875, GROUPS[place])
    with ladder.step("all services", 2, after=GROUPS[0]):
        judged(slice(None), 0.76, 0.85, "of all services")
    with ladder.step("a service that never surprises", 2, after=GROUPS[0]):
        spend, price, paid = certain(seed)
        got = _ends(learner.call("forecast_month", spend, price), len(paid))
        for place, ends in enumerate(got / paid[:, None]):
            what = f"an end for the price that changes on day {place + 1}, over what it costs,"
            for end in ends:
                within(round(float(end), 4), 0.99, 1.01, what=what)
    return ladder.score()


def _ends(raw: Any, services: int) -> np.ndarray:
    """Read one low and one high for each service."""
    try:
        got = np.asarray(raw, dtype=float)
    except (TypeError, ValueError, OverflowError):
        got = np.empty(0)
    shaped = got.shape == (services, 2) and bool(np.isfinite(got).all())
    require(shaped, "Return low and high for each service, finite numbers.", raw)
    return got
