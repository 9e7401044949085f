"""Judge the six tasks of lesson 11: what an answer costs.

Every dollar expected here is a `Decimal` computed from the case's own table, so
that a right answer in floats, integers or decimals is within 1e-9 of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from autograder.checks import Ladder, Score, close, equal, raises, require
from autograder.judging import Learner

__all__ = [
    "compare_options",
    "conversation_cost",
    "index_bill",
    "invoice",
    "normalise_usage",
    "price_call",
]

HINTS = {
    "normalise_usage": (
        "Write the three formulas on paper first. OpenAI: input = prompt - cached - written, "
        "output = completion. Anthropic: four fields, copied. Gemini: input = prompt + tool use "
        "- cached, output = candidates + thoughts. Read every field with `usage.get(name) or 0`, "
        "and a details object with `usage.get(name) or {}`."
    ),
    "price_call": (
        "Three steps. The row: among this model's rows whose start_date is not after the call's "
        "UTC date, the one with the latest start_date. The factors: 1 and 1, unless input + "
        "cache_read + cache_write is above long_from. The sum: four products of tokens, rate and "
        "factor, divided by 1,000,000."
    ),
    "invoice": (
        "Keep a dict from call_id to line, so that a second delivery overwrites the first. Skip "
        "lines whose list_usd is None. Sum Decimals in dollars, for all lines and for those whose "
        "status is not 'ok', and round each of the two sums once with quantize and ROUND_HALF_UP."
    ),
    "conversation_cost": (
        "Trace two turns: system 1000, user 100 and 50, answer 200 and 80. The prompts are 1100 "
        "and 1350. With a cache the second turn reads 1100 and writes 250. Keep one number "
        "between turns: how long a prefix is in the cache."
    ),
    "compare_options": (
        "First usd_per_question = usd_per_call * calls_per_question + fixed_usd_per_day / "
        "questions_per_day, for both. Every other number comes from those two and the two "
        "accuracies."
    ),
    "index_bill": (
        "For one document of T tokens with chunk C and overlap V: one chunk if T <= C, otherwise "
        "1 + ceil((T - C) / (C - V)). Each chunk after the first embeds V tokens a second time."
    ),
}

WHY = {
    "normalise_usage": (
        "Disjoint buckets: every token is in exactly one, so the bill is a plain sum and the "
        "record can be checked against the vendor's own total."
    ),
    "price_call": (
        "The row is chosen by the UTC date, the tier by the whole prompt, and only then are "
        "tokens multiplied: three decisions that never mix."
    ),
    "invoice": (
        "What the meter counted is owed, whatever became of the answer; money is rounded when it "
        "is paid, not while it is added."
    ),
    "conversation_cost": (
        "The history is sent again at every turn, so cost grows with the square of the turns; a "
        "cache makes the resent part cheap but leaves it there."
    ),
    "compare_options": (
        "An average hides the margin: what the better option costs for each answer that only it "
        "gets right is what an error has to be worth."
    ),
    "index_bill": (
        "Embedding and storing are paid for chunks, overlap included; reading is paid at every "
        "question, at the chat model's price."
    ),
}

Tokens = dict[str, int]
Row = dict[str, Any]
MILLION = 1_000_000
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


# Task 1: usage in three shapes


def _counts(draw: Random) -> Tokens:
    names = ("input", "cache_read", "cache_write", "answer", "hidden", "tool")
    return dict(zip(names, draw.sample(range(100, 5_000), 6), strict=True))


def _openai(t: Tokens) -> dict[str, Any]:
    prompt = t["input"] + t["cache_read"] + t["cache_write"]
    completion = t["answer"] + t["hidden"]
    details = {"cached_tokens": t["cache_read"], "cache_write_tokens": t["cache_write"]}
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": details,
        "completion_tokens_details": {"reasoning_tokens": t["hidden"]},
    }


def _anthropic(t: Tokens) -> dict[str, Any]:
    return {
        "input_tokens": t["input"],
        "cache_read_input_tokens": t["cache_read"],
        "cache_creation_input_tokens": t["cache_write"],
        "cache_creation": {
            "ephemeral_5m_input_tokens": t["cache_write"],
            "ephemeral_1h_input_tokens": 0,
        },
        "output_tokens": t["answer"] + t["hidden"],
        "output_tokens_details": {"thinking_tokens": t["hidden"]},
    }


def _gemini(t: Tokens) -> dict[str, Any]:
    prompt = t["input"] + t["cache_read"]
    return {
        "promptTokenCount": prompt,
        "cachedContentTokenCount": t["cache_read"],
        "toolUsePromptTokenCount": t["tool"],
        "candidatesTokenCount": t["answer"],
        "thoughtsTokenCount": t["hidden"],
        "totalTokenCount": prompt + t["tool"] + t["answer"] + t["hidden"],
    }


def _record(new: int, read: int, write: int, output: int) -> Tokens:
    return {"input": new, "cache_read": read, "cache_write": write, "output": output}


def _bare(a: int, b: int) -> list[tuple[str, dict[str, Any], Tokens]]:
    """Return calls whose unused fields are absent or null, as the vendors send them."""
    plain = _record(a, 0, 0, b)
    nothing = {"cache_read_input_tokens": None, "cache_creation_input_tokens": None}
    openai = {"prompt_tokens": a, "completion_tokens": b, "prompt_tokens_details": None}
    return [
        ("openai", openai, plain),
        ("anthropic", {"input_tokens": a, "output_tokens": b, **nothing}, plain),
        ("gemini", {"promptTokenCount": a, "candidatesTokenCount": b}, plain),
        ("gemini", {"promptTokenCount": a, "thoughtsTokenCount": b}, plain),
    ]


def normalise_usage(learner: Learner, seed: int) -> Score:
    """Draw usage in three vendors' shapes; want the four disjoint counts of each."""
    t = _counts(Random(seed))
    output = t["answer"] + t["hidden"]
    shared = _record(t["input"], t["cache_read"], t["cache_write"], output)
    gemini = _record(t["input"] + t["tool"], t["cache_read"], 0, output)
    ladder = Ladder(learner)
    with ladder.step("OpenAI", 3):
        got = learner.call("normalise_usage", "openai", _openai(t))
        equal(got, shared, "for an OpenAI call, your record")
    with ladder.step("Anthropic", 2):
        got = learner.call("normalise_usage", "anthropic", _anthropic(t))
        equal(got, shared, "for an Anthropic call, your record")
    with ladder.step("Gemini", 2):
        got = learner.call("normalise_usage", "gemini", _gemini(t))
        equal(got, gemini, "for a Gemini call, your record")
    with ladder.step("fields left out", 2):
        for vendor, usage, want in _bare(t["input"], t["answer"]):
            got = learner.call("normalise_usage", vendor, usage)
            equal(got, want, f"for a call of {vendor} with fields absent or null, your record")
    with ladder.step("an unknown vendor", 1, after="fields left out"):
        raises(learner, "ValueError", "normalise_usage", "acme", _openai(t))
    return ladder.score()


# Task 2: one call at its date


def _text(amount: Decimal) -> str:
    return format(amount.normalize(), "f")


def _row(draw: Random, model: str, start: datetime, cents: int) -> Row:
    new = Decimal(cents) / 100
    return {
        "model": model,
        "start_date": start.date().isoformat(),
        "input_mtok": _text(new),
        "cache_read_mtok": _text(new * draw.choice((1, 2, 5)) / 20),
        "cache_write_mtok": _text(new * draw.choice((5, 6, 8)) / 4),
        "output_mtok": _text(new * draw.choice((4, 5, 6))),
        "batch_factor": "0.5",
        "long_from": None,
        "long_input_factor": None,
        "long_output_factor": None,
    }


def _price(tokens: Tokens, row: Row, long: bool = False) -> Decimal:
    """Return a call's dollars from the row in force; `long` is decided by the caller."""
    once = Decimal(1)
    new = Decimal(row["long_input_factor"]) if long else once
    out = Decimal(row["long_output_factor"]) if long else once
    prompt = sum(
        Decimal(row[f"{kind}_mtok"]) * tokens[kind]
        for kind in ("input", "cache_read", "cache_write")
    )
    return (prompt * new + Decimal(row["output_mtok"]) * tokens["output"] * out) / MILLION


def _call(draw: Random, cached: bool = False) -> Tokens:
    new, read, write, output = draw.sample(range(101, 4_000, 2), 4)
    return _record(new, read, write, output) if cached else _record(new, 0, 0, output)


def _at(moment: datetime, hours: int = 0) -> str:
    return moment.astimezone(timezone(timedelta(hours=hours))).isoformat()


def price_call(learner: Learner, seed: int) -> Score:
    """Draw price tables and calls; want the dollars of each call at its date."""
    draw = Random(seed)
    name = draw.choice(("heron", "plover", "avocet")) + f"-{draw.randint(1, 9)}"
    first = NEW_YEAR + timedelta(days=draw.randint(0, 60))
    starts = [first, *(first + timedelta(days=draw.randint(*d)) for d in ((40, 90), (100, 160)))]
    unlike, *cents = draw.sample(range(11, 400), 4)
    rows = [_row(draw, name, *dated) for dated in zip(starts, cents, strict=True)]
    other = _row(draw, "bittern-0", first, unlike)
    alone, whole = [other, rows[0]], [rows[2], other, rows[0], rows[1]]
    hour, second = timedelta(hours=1), timedelta(seconds=1)
    later = _at(first + 99 * hour)
    ladder = Ladder(learner)

    def expect(tokens: Tokens, at: str, table: list[Row], want: Decimal, what: str) -> None:
        close(learner.call("price_call", tokens, name, at, table), want, what=what)

    with ladder.step("a plain call", 1):
        tokens = _call(draw)
        expect(tokens, later, alone, _price(tokens, rows[0]), "the call's price")
    with ladder.step("cached tokens", 2):
        tokens = _call(draw, cached=True)
        expect(tokens, later, alone, _price(tokens, rows[0]), "the price with cached tokens")
    with ladder.step("the price of that day", 2):
        for start, row in zip(starts, rows, strict=True):
            tokens, at = _call(draw), _at(start + 99 * hour)
            expect(tokens, at, whole, _price(tokens, row), "the price by the list of that day")
    with ladder.step("the instant of a change", 2):
        tokens = _call(draw)
        old, new = _price(tokens, rows[0]), _price(tokens, rows[1])
        moments = (
            (_at(starts[1]), new, "at 00:00:00 UTC of a start_date"),
            (_at(starts[1] - second), old, "one second before a start_date"),
            (_at(starts[1] + hour, -5), new, "where local clocks are a day behind UTC"),
            (_at(starts[1] - hour, 2), old, "where local clocks are a day ahead of UTC"),
        )
        for at, want, when in moments:
            expect(tokens, at, whole, want, f"the price {when}")
    with ladder.step("long prompts", 2):
        tokens = _call(draw, cached=True) | {"cache_write": 0}
        prompt = tokens["input"] + tokens["cache_read"]
        factors = {"long_input_factor": "2", "long_output_factor": "1.5"}
        for above in (0, 1):
            row = rows[0] | factors | {"long_from": prompt - above}
            want = _price(tokens, row, long=above > 0)
            size = "one token more than long_from" if above else "exactly long_from tokens"
            expect(tokens, later, [other, row], want, f"the price of a prompt of {size}")
    with ladder.step("no price in force", 1, after="a plain call"):
        raises(learner, "ValueError", "price_call", tokens, name, _at(first - second), whole)
        raises(learner, "ValueError", "price_call", tokens, "unlisted", later, whole)
    return ladder.score()


# Task 3: an invoice

METERED_FAILURES = ("length", "client_timeout", "content_filter")


def _line(draw: Random, usd: Decimal, **changes: Any) -> Row:
    number = draw.getrandbits(48)  # Wide, so that no two calls ever share an id.
    return {
        "call_id": f"call_{number}",
        "request_id": f"req_{number}",
        "attempt": 1,
        "mode": "live",
        "batch_factor": "0.75",
        "status": "ok",
        "list_usd": _text(usd),
    } | changes


def _lines(draw: Random, count: int, **changes: Any) -> list[Row]:
    """Draw lines worth whole multiples of 4 cents, so that no rounding can matter."""
    return [_line(draw, Decimal(draw.randrange(8, 400, 4)) / 100, **changes) for _ in range(count)]


def _cents(usd: Decimal) -> int:
    return int((usd * 100).to_integral_value(ROUND_HALF_UP))


def _invoice(lines: list[Row]) -> dict[str, int]:
    """Return the invoice of lines that each arrive once."""
    billed = [line for line in lines if line["list_usd"] is not None]
    factors = [Decimal(x["batch_factor"]) if x["mode"] == "batch" else Decimal(1) for x in billed]
    usd = [Decimal(x["list_usd"]) * f for x, f in zip(billed, factors, strict=True)]
    failed = [u for u, x in zip(usd, billed, strict=True) if x["status"] != "ok"]
    return {
        "billed_calls": len(billed),
        "total_cents": _cents(sum(usd, Decimal(0))),
        "failed_cents": _cents(sum(failed, Decimal(0))),
    }


def invoice(learner: Learner, seed: int) -> Score:
    """Draw metered lines; want the invoice in whole cents."""
    draw = Random(seed)
    live = _lines(draw, draw.randint(3, 9))
    batch = _lines(draw, 3, mode="batch", batch_factor=draw.choice(("0.25", "0.75")))
    failed = [line for kind in METERED_FAILURES for line in _lines(draw, 1, status=kind)]
    unmetered = _lines(draw, 2, status=draw.choice(("rate_limited", "server_error")))
    unmetered = [line | {"list_usd": None} for line in unmetered]
    retry = {"attempt": 2, "status": "ok"}
    again = [line | retry | {"call_id": f"{line['call_id']}b"} for line in failed[:2]]
    small = [_line(draw, Decimal(draw.randrange(101, 399, 2)) / 10**5) for _ in range(41)]
    half = draw.randrange(10, 60, 2) + Decimal("0.5")
    part = Decimal(draw.randrange(101, 399)) / 100
    tie = [_line(draw, part / 100), _line(draw, (half - part) / 100)]
    ladder = Ladder(learner)

    def expect(lines: list[Row], delivered: list[Row], what: str) -> None:
        sent = draw.sample(delivered, len(delivered))
        equal(learner.call("invoice", sent), _invoice(lines), what)

    with ladder.step("live calls", 2):
        expect(live, live, "for live calls only, your invoice")
    with ladder.step("batch calls", 2):
        expect(live + batch, live + batch, "with batch calls, your invoice")
    with ladder.step("failed but billed", 2):
        lines = live + failed + unmetered
        expect(lines, lines, "with failed calls, your invoice")
    with ladder.step("retries and second deliveries", 2):
        lines = live + failed[:2] + again
        delivered = [*lines, lines[0], lines[-1]]
        expect(lines, delivered, "with retries and lines that came twice, your invoice")
    with ladder.step("rounded once", 1):
        expect(small, small, "for many calls below a cent, your invoice")
    with ladder.step("half a cent goes up", 1):
        expect(tie, tie, "for sums that end on half a cent, your invoice")
    return ladder.score()


# Task 4: a conversation


def _chat(draw: Random, system: tuple[int, int], turns: int) -> dict[str, Any]:
    return {
        "system": draw.randint(*system),
        "user": draw.sample(range(40, 300), turns),
        "answer": draw.sample(range(100, 700), turns),
        "reasoning": [0] * turns,
        "gap_minutes": [0, *(draw.randint(1, 4) for _ in range(turns - 1))],
    }


def _prompts(chat: dict[str, Any]) -> list[int]:
    """Return each turn's prompt: the system text, all earlier turns and the new message."""
    history, prompts = chat["system"], []
    for user, answer in zip(chat["user"], chat["answer"], strict=True):
        prompts.append(history + user)
        history += user + answer
    return prompts


def _conversation(chat: dict[str, Any], price: Row, cache: dict[str, int] | None) -> list[Decimal]:
    """Return each turn's dollars."""
    costs, stored = [], 0
    columns = (_prompts(chat), chat["answer"], chat["reasoning"], chat["gap_minutes"])
    for prompt, answer, hidden, gap in zip(*columns, strict=True):
        output = answer + hidden
        if cache is None or prompt < cache["min_tokens"]:
            tokens = _record(prompt, 0, 0, output)
        else:
            read = stored if gap <= cache["ttl_minutes"] else 0
            tokens = _record(0, read, prompt - read, output)
            stored = prompt
        costs.append(_price(tokens, price))
    return costs


def conversation_cost(learner: Learner, seed: int) -> Score:
    """Draw chats; want the dollars of each turn with and without a prompt cache."""
    draw = Random(seed)
    price = _row(draw, "wigeon-1", NEW_YEAR, draw.randint(11, 400))
    turns = draw.randint(4, 7)
    cache = {"ttl_minutes": draw.randint(5, 9), "min_tokens": 1024}
    ladder = Ladder(learner)

    def expect(chat: dict[str, Any], rules: dict[str, int] | None, what: str) -> None:
        got = learner.call("conversation_cost", chat, price, rules)
        close(got, _conversation(chat, price, rules), what=what)

    chat = _chat(draw, (1_500, 3_000), turns)
    with ladder.step("without a cache", 3):
        expect(chat, None, "without a cache, your list of costs")
    with ladder.step("hidden reasoning", 1):
        thinking = chat | {"reasoning": draw.sample(range(200, 2_000), turns)}
        expect(thinking, None, "with hidden reasoning, your list of costs")
    with ladder.step("with a cache", 3):
        expect(chat, cache, "with a cache always in time, your list of costs")
    with ladder.step("after a pause", 2):
        limit = cache["ttl_minutes"]
        gaps = [0, limit, limit + 1, *chat["gap_minutes"][3:]]
        expect(
            chat | {"gap_minutes": gaps},
            cache,
            "with a gap of exactly ttl_minutes and then a longer one, your list of costs",
        )
    with ladder.step("prompts too short to cache", 1):
        short = _chat(draw, (100, 200), turns)
        rules = cache | {"min_tokens": _prompts(short)[2]}
        expect(short, rules, "where the first two prompts are below min_tokens, your list of costs")
    return ladder.score()


# Task 5: two options


def _option(usd: float, accuracy: float) -> dict[str, float]:
    return {
        "usd_per_call": usd,
        "calls_per_question": 1.0,
        "fixed_usd_per_day": 0.0,
        "accuracy": accuracy,
    }


def _per_question(option: dict[str, float], questions: int) -> float:
    calls = option["usd_per_call"] * option["calls_per_question"]
    return calls + option["fixed_usd_per_day"] / questions


def _field(got: Any, name: str) -> Any:
    known = isinstance(got, dict) and name in got
    require(known, f"The result lacks the field {name!r}.", got, f"a dict with {name!r}")
    return got[name]


def compare_options(learner: Learner, seed: int) -> Score:
    """Draw two options; want unit costs, the margin and the cheaper one all in."""
    draw = Random(seed)
    low, high = draw.randint(60, 80) / 100, draw.randint(84, 97) / 100
    cheap = draw.randint(10, 50) / 10_000
    base = _option(cheap, low)
    other = _option(cheap * draw.randint(20, 60) / 10, high)
    questions = draw.randint(5, 90) * 1_000
    margin = (other["usd_per_call"] - cheap) / (high - low)
    ladder = Ladder(learner)

    def ask(a: dict[str, float], b: dict[str, float], error_usd: float, name: str) -> Any:
        return _field(learner.call("compare_options", a, b, questions, error_usd), name)

    with ladder.step("per correct answer", 2):
        want = [cheap / low, other["usd_per_call"] / high]
        got = ask(base, other, margin, "usd_per_correct")
        close(got, want, what="usd_per_correct")
    with ladder.step("per extra correct answer", 3):
        got = ask(base, other, margin, "usd_per_extra_correct")
        close(got, margin, what="usd_per_extra_correct")
    with ladder.step("retries and fixed costs", 2):
        busy = other | {
            "calls_per_question": draw.randint(12, 25) / 10,
            "fixed_usd_per_day": float(draw.randint(20, 200)),
        }
        want = [cheap / low, _per_question(busy, questions) / high]
        got = ask(base, busy, margin, "usd_per_correct")
        close(got, want, what="with retries and a fixed cost, the value of usd_per_correct")
    with ladder.step("no margin, or a negative one", 1, after="per extra correct answer"):
        got = ask(other, base, margin, "usd_per_extra_correct")
        equal(got, None, "for a less accurate option, the value of usd_per_extra_correct")
        got = ask(base, other | {"accuracy": low}, margin, "usd_per_extra_correct")
        equal(got, None, "for an equally accurate option, the value of usd_per_extra_correct")
        saving = other | {"usd_per_call": cheap / 2}
        got = ask(base, saving, margin, "usd_per_extra_correct")
        want_less = -cheap / 2 / (high - low)
        close(
            got,
            want_less,
            what="for a cheaper, more accurate option, the value of usd_per_extra_correct",
        )
    with ladder.step("what an error costs", 1.5):
        # Cheaper for each correct answer, dearer for each question: only here does choosing by
        # cost per correct answer go wrong another way than charging errors to correct answers.
        near = other | {"usd_per_call": cheap * (1 + (high / low - 1) / 2)}
        near_margin = (near["usd_per_call"] - cheap) / (high - low)
        for option, per_extra, part, name in (
            (other, margin, 0.9, "base"),
            (near, near_margin, 0.9, "base"),
            (other, margin, 1.1, "other"),
        ):
            got = ask(base, option, per_extra * part, "choose")
            equal(got, name, f"with an error at {part} times the margin, the value of choose")
    with ladder.step("a tie", 0.5, after="what an error costs"):
        # Binary fractions, so that the tie is exact in floats whatever the order of the sums.
        step = questions / 2**20
        plain, dearer = _option(step, 0.5), _option(step * 3, 0.75)
        even = step * 8
        equal(ask(plain, dearer, even, "choose"), "base", "on a tie, the value of choose")
    return ladder.score()


# Task 6: an index


def _chunks(tokens: int, size: int, overlap: int) -> int:
    # -(-a // b) is the ceiling of a / b.
    return 1 + max(0, -(-(tokens - size) // (size - overlap)))


def index_bill(learner: Learner, seed: int) -> Score:
    """Draw document lengths and a plan; want chunks, tokens, storage and dollars."""
    draw = Random(seed)
    size, overlap = draw.randint(200, 500), draw.randint(20, 90)
    step = size - overlap
    fit = size + step * draw.randint(2, 5)
    documents = [fit, fit + 1, size - 1, *(draw.randint(600, 9_000) for _ in range(4))]
    # Short documents, so that cutting all documents as one text gives fewer chunks.
    documents += [draw.randint(1, 10) for _ in range(8)]
    plan: dict[str, Any] = {
        "chunk_tokens": size,
        "overlap_tokens": overlap,
        "dimensions": 128 * draw.randint(2, 8),
        "bytes_per_number": draw.choice((1, 2, 4)),
        "bytes_beside": draw.randint(500, 3_000),
        "copies": draw.randint(2, 3),
        "embed_mtok": _text(Decimal(draw.randint(2, 13)) / 100),
        "storage_usd_gb_month": _text(Decimal(draw.randint(10, 90)) / 100),
        "changed_share": draw.randint(2, 30) / 100,
        "full_reindexes_per_year": draw.randint(1, 4),
        "k": draw.randint(3, 12),
        "question_tokens": draw.randint(15, 60),
        "input_mtok": _text(Decimal(draw.randint(15, 300)) / 100),
    }
    chunks = sum(_chunks(tokens, size, overlap) for tokens in documents)
    embedded = sum(documents) + overlap * (chunks - len(documents))
    wide = plan["dimensions"] * plan["bytes_per_number"] + plan["bytes_beside"]
    stored = chunks * wide * plan["copies"] / 10**9
    rate, chat = float(plan["embed_mtok"]), float(plan["input_mtok"])
    first = embedded * rate / MILLION
    again = first * (plan["changed_share"] + plan["full_reindexes_per_year"] / 12)
    monthly = stored * float(plan["storage_usd_gb_month"]) + again
    read = (plan["question_tokens"] * rate + plan["k"] * size * chat) / 1_000
    ladder = Ladder(learner)

    def expect(check: Callable[..., None], name: str, want: Any) -> None:
        check(_field(learner.call("index_bill", documents, plan), name), want, what=name)

    with ladder.step("chunks", 2):
        expect(equal, "chunks", chunks)
    with ladder.step("tokens embedded", 2):
        expect(equal, "embedded_tokens", embedded)
        expect(close, "first_usd", first)
    with ladder.step("storage", 2):
        expect(close, "storage_gb", stored)
    with ladder.step("every month", 2):
        expect(close, "monthly_usd", monthly)
    with ladder.step("reading it", 2):
        expect(close, "usd_per_1000_questions", read)
    return ladder.score()
