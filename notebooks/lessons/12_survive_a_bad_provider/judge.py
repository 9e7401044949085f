"""Judge the six tasks of lesson 12: read a failure, wait, stream, pay once, share, fail over.

Two tasks run on the wire: there the ledger of a served provider decides. The
other four are decisions about plain values, and the judge plays the world that
they decide about: a payment service, a clock, two providers that go down.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from itertools import pairwise
from random import Random
from typing import Any

from autograder.checks import Ladder, Score, close, equal, record, require
from autograder.judging import Learner
from autograder.provider.clock import START, WallClock
from autograder.provider.engine import Provider
from autograder.provider.faults.plan import FaultPlan
from autograder.provider.ledger import Call

__all__ = [
    "answer_all",
    "next_move",
    "next_wait",
    "read_reply",
    "ride_out",
    "stream_answer",
]

HINTS = {
    "read_reply": (
        "Two halves. status != 200: no reply at all, then the exhausted quota, then "
        "x-should-retry, then the table of statuses. status == 200: find the message, its end "
        "word and its text in three small per-vendor branches, then decide once for all vendors."
    ),
    "next_wait": (
        "Write asked(headers, now) first: milliseconds / 1000, else float(...), else "
        "parsedate_to_datetime(...).timestamp() - now, each in a try; keep it only if finite and "
        "not negative. Then wait = asked + draw * ceiling(failed)."
    ),
    "stream_answer": (
        "async with asyncio.timeout(seconds) around a for loop over streams. In the loop: a fresh "
        "list of pieces, finish = None, then async for chunk. Catch openai.APIStatusError first "
        "and raise it, then (openai.APIError, json.JSONDecodeError) and go on. Catch TimeoutError "
        "outside."
    ),
    "next_move": (
        "Walk the journal once and keep: the calls of this round with sent, done, refunded; the "
        "round's number; how many model_failed stand at the end; the text if there is one. Then "
        "five ifs. The key is the ticket, the round and the call's position."
    ),
    "answer_all": (
        "slots = asyncio.Semaphore(at_once); left = retries. Per job a loop of four attempts: "
        "`async with slots:` holds nothing but the request; after it, on a failure worth another "
        "try, give up if left is 0, else left -= 1 and await asyncio.sleep(pause(...))."
    ),
    "ride_out": (
        "Keep per provider: failures in a row, and the time until which it is open. For each "
        "arrival: t = arrival; for each provider in order skip it while t < open_until; it "
        "answers (t += 1), refuses (t += 0) or is silent (t += 2). Three in a row, or a failed "
        "probe, set open_until = t + 30."
    ),
}

WHY = {
    "read_reply": (
        "The status says whether anybody answered, the end word whether the answer is whole: a "
        "client that reads only one of them hands on half answers or repeats hopeless requests."
    ),
    "next_wait": (
        "What the server asked for is a floor, jitter goes on top, and a wait that the deadline "
        "does not survive is not begun."
    ),
    "stream_answer": (
        "A finish_reason is the only proof of an end; two halves of two replies are no reply; "
        "and cancellation is let through, so one deadline holds over everything."
    ),
    "next_move": (
        "Decisions come from what was written down before acting, and a key that names the wish "
        "makes repeating harmless."
    ),
    "answer_all": (
        "A slot is held while somebody works for you, never while you wait; and retries come out "
        "of one purse, so a brown-out cannot multiply your traffic."
    ),
    "ride_out": (
        "Three slow failures buy thirty fast ones: the breaker turns waiting into skipping, and "
        "the label says who answered."
    ),
}

# Task 1: replies of three vendors

Row = tuple[tuple[Any, ...], dict[str, Any]]
_WORDS = ("parcel", "refund", "invoice", "login", "courier", "voucher", "address", "delivery")


def _text(draw: Random) -> str:
    return f"Your {draw.choice(_WORDS)} {draw.randint(100, 999)} is on its way."


def _openai(draw: Random, end: str, text: str) -> tuple[dict[str, Any], int]:
    """Return a body in OpenAI's shape and the tokens it bills."""
    asked, said = draw.randint(20, 400), draw.randint(5, 60)
    usage = {
        "prompt_tokens": asked,
        "completion_tokens": said,
        "total_tokens": asked + said,
        "prompt_tokens_details": {"cached_tokens": asked // 2},
        "completion_tokens_details": {"reasoning_tokens": said // 3},
    }
    message = {"role": "assistant", "content": text, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": end}
    return {"object": "chat.completion", "choices": [choice], "usage": usage}, asked + said


def _anthropic(draw: Random, end: str, text: str) -> tuple[dict[str, Any], int]:
    """Return a body in Anthropic's shape, in one or two text blocks, and its tokens."""
    asked, written, read, said = (draw.randint(5, 300) for _ in range(4))
    at = len(text) // 2
    blocks = [{"type": "text", "text": part} for part in (text[:at], text[at:]) if part]
    blocks.insert(0, {"type": "thinking", "thinking": "The order is late.", "signature": "x"})
    usage = {
        "input_tokens": asked,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": read,
        "output_tokens": said,
    }
    if draw.random() < 0.3:
        del usage["cache_creation_input_tokens"]
        written = 0
    body = {"type": "message", "role": "assistant", "content": blocks, "stop_reason": end}
    return body | {"usage": usage}, asked + written + read + said


def _gemini(draw: Random, end: str, text: str) -> tuple[dict[str, Any], int]:
    """Return a body in Gemini's shape, with a thought before the text, and its tokens."""
    asked, said, thought = (draw.randint(5, 300) for _ in range(3))
    at = len(text) // 2
    parts: list[dict[str, Any]] = [{"text": part} for part in (text[:at], text[at:]) if part]
    parts.insert(0, {"text": "The order is late.", "thought": True})
    usage = {
        "promptTokenCount": asked,
        "cachedContentTokenCount": asked // 2,
        "candidatesTokenCount": said,
        "thoughtsTokenCount": thought,
        "totalTokenCount": asked + said + thought,
    }
    candidate = {"content": {"role": "model", "parts": parts}, "finishReason": end}
    body = {"candidates": [candidate], "usageMetadata": usage}
    body["promptFeedback"] = {"safetyRatings": []}
    return body, asked + said + thought


@dataclass(frozen=True)
class _Vendor:
    """One vendor's words for what every vendor can say."""

    name: str
    body: Callable[[Random, str, str], tuple[dict[str, Any], int]]
    whole: tuple[str, ...]
    limit: tuple[str, ...]
    withheld: tuple[str, ...]


_VENDORS = (
    _Vendor("openai", _openai, ("stop",), ("length",), ("content_filter",)),
    _Vendor(
        "anthropic",
        _anthropic,
        ("end_turn", "stop_sequence"),
        ("max_tokens", "model_context_window_exceeded"),
        ("refusal",),
    ),
    _Vendor("gemini", _gemini, ("STOP",), ("MAX_TOKENS",), ("SAFETY", "RECITATION", "SPII")),
)
_LATER = (408, 409, 429, 500, 502, 503, 504, 529)
_NEVER = (400, 401, 403, 404, 422)


_SPENT = (
    "credit_balance_exhausted",
    "organization_usage_limit_exceeded",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
)


def _openai_error(kind: str, code: str | None) -> dict[str, Any]:
    return {"error": {"message": "No.", "type": kind, "code": code}}


def _error(vendor: str, status: int, exhausted: bool = False) -> dict[str, Any]:
    """Return an error body; one that is exhausted says so where the vendor says it."""
    if vendor == "openai":
        code = "insufficient_quota" if exhausted else "rate_limit_exceeded" if status == 429 else ""
        return _openai_error(code or "error", code or None)
    if vendor == "anthropic":
        error: dict[str, Any] = {"type": "rate_limit_error", "message": "No."}
        if exhausted:
            error["details"] = {"error_code": "enforced_spend_limit_reached"}
        return {"type": "error", "error": error, "request_id": "req_1"}
    periods = ("PerMinute", "PerDay") if exhausted else ("PerMinute",)
    quotas = [{"quotaId": f"GenerateRequests{period}PerProjectPerModel"} for period in periods]
    kind = "type.googleapis.com/google.rpc."
    failure = {"@type": kind + "QuotaFailure", "violations": quotas}
    info = {"@type": kind + "RetryInfo", "retryDelay": "22s"}
    details = [info, failure] if status == 429 else []
    return {"error": {"code": status, "status": "RESOURCE_EXHAUSTED", "details": details}}


def _want(verdict: str, text: str = "", tokens: int = 0) -> dict[str, Any]:
    return {"verdict": verdict, "text": text, "tokens": tokens}


def _rows(draw: Random, vendor: _Vendor) -> list[Row]:
    """Draw what one vendor can say, each row with what it must be read as."""
    rows: list[Row] = []
    ends = ((end, "answer") for end in vendor.whole)
    cuts = ((end, "repair") for end in vendor.limit)
    kept = ((end, "fail") for end in vendor.withheld[:2])
    for end, verdict in (*ends, *cuts, *kept):
        text = _text(draw)
        body, tokens = vendor.body(draw, end, text)
        want = _want(verdict, text if verdict == "answer" else "", tokens)
        rows.append(((vendor.name, 200, {}, body), want))
    for status in (429, draw.choice((500, 503, 529))):
        rows.append(((vendor.name, status, {}, _error(vendor.name, status)), _want("retry")))
    spent = _error(vendor.name, 429, exhausted=True)
    told = {"retry-after": "22", "x-should-retry": "true"}
    rows.append(((vendor.name, 429, told, spent), _want("fail")))
    if vendor.name == "openai":
        for kind, code in (("insufficient_quota", None), ("error", draw.choice(_SPENT))):
            rows.append(((vendor.name, 429, {}, _openai_error(kind, code)), _want("fail")))
    return draw.sample(rows, len(rows))


def _special(draw: Random) -> list[Row]:
    """Draw what stands in no vendor's table of end words."""
    page = "<html><body>Please sign in to the network.</body></html>"
    declined = [_openai(draw, end, "") for end in ("stop", "length")]
    for body, _ in declined:
        body["choices"][0]["message"] |= {"content": None, "refusal": "I can't help with that."}
    names = [vendor.name for vendor in _VENDORS]
    blocked = {
        "promptFeedback": {"blockReason": "SAFETY"},
        "usageMetadata": {"promptTokenCount": 9, "totalTokenCount": 9},
    }
    bare = {"candidates": [{"finishReason": "SAFETY"}], "usageMetadata": blocked["usageMetadata"]}
    silent = draw.choice(_VENDORS)
    empty, paid = silent.body(draw, silent.whole[0], "")
    some = draw.choice
    long = {"error": {"message": "Too long.", "code": "context_length_exceeded"}}
    rows: list[Row] = [
        ((some(names), 0, {}, ""), _want("retry")),
        ((some(names), 200, {}, page), _want("retry")),
        (("openai", 200, {}, {"choices": []}), _want("retry")),
        (("gemini", 200, {}, {"usageMetadata": {"promptTokenCount": 7}}), _want("retry", tokens=7)),
        (("anthropic", 200, {}, {"type": "message"}), _want("retry")),
        ((silent.name, 200, {}, empty), _want("retry", tokens=paid)),
        *((("openai", 200, {}, body), _want("fail", tokens=n)) for body, n in declined),
        (("gemini", 200, {}, bare), _want("fail", tokens=9)),
        (("gemini", 200, {}, blocked), _want("fail", tokens=9)),
        ((some(names), 502, {}, page), _want("retry")),
        ((some(names), 413, {}, {"error": {}}), _want("repair")),
        ((some(names), 413, {"x-should-retry": "false"}, {"error": {}}), _want("fail")),
        ((some(names), draw.choice((501, 505, 520)), {}, {"error": {}}), _want("retry")),
        (("openai", 400, {}, long), _want("repair")),
    ]
    for status in draw.sample(_LATER, 2):
        told = {"x-should-retry": "false"}
        rows.append(((some(names[:2]), status, told, {"error": {}}), _want("fail")))
    rows.append((("openai", 400, {"x-should-retry": "true"}, {"error": {}}), _want("retry")))
    for status in draw.sample(_NEVER, 2):
        rows.append(((some(names), status, {}, {"error": {}}), _want("fail")))
    for status in draw.sample((408, 409, 504), 1):
        rows.append(((some(names), status, {}, {"error": {}}), _want("retry")))
    return draw.sample(rows, len(rows))


def read_reply(learner: Learner, seed: int) -> Score:
    """Draw about fifty replies of three vendors and want each read for what it is."""
    draw, ladder = Random(seed), Ladder(learner)
    for vendor in _VENDORS:
        with ladder.step(f"replies of {vendor.name}"):
            for args, want in _rows(draw, vendor):
                equal(learner.call("read_reply", *args), want, "the reading")
    with ladder.step("what no end word tells"):
        for args, want in _special(draw):
            equal(learner.call("read_reply", *args), want, "the reading")
    return ladder.score()


# Task 2: when to come back

_MOST, _BASE, _CAP, _NEEDS = 4, 1.0, 3.0, 1.0


def _backoff(failed: int, draw: float) -> float:
    return draw * min(_CAP, _BASE * 2.0 ** (failed - 1))


def next_wait(learner: Learner, seed: int) -> Score:
    """Want the stated wait for drawn failures, headers, deadlines and jitter."""
    draw, ladder = Random(seed), Ladder(learner)

    def told(headers: Mapping[str, str], asked: float, now: float) -> None:
        failed, jitter = draw.randint(1, _MOST - 1), draw.uniform(0.05, 0.95)
        got = learner.call("next_wait", failed, dict(headers), now, now + 900, jitter)
        close(got, asked + _backoff(failed, jitter), abs=1e-6, what="the wait in seconds")

    with ladder.step("back-off with jitter"):
        for failed in draw.sample((1, 2, 3), 3):
            jitter, now = draw.random(), START + draw.randint(0, 10**6)
            got = learner.call("next_wait", failed, {}, now, now + 60, jitter)
            close(got, _backoff(failed, jitter), abs=1e-6, what="the wait in seconds")
    with ladder.step("Retry-After in three forms"):
        now = START + draw.randint(0, 10**6)
        seconds, ms = draw.randint(2, 40), draw.randint(120, 9000)
        told({"retry-after": str(seconds)}, seconds, now)
        told({"retry-after": f"{seconds}.5"}, seconds + 0.5, now)
        told({"retry-after-ms": str(ms)}, ms / 1000, now)
        told({"retry-after-ms": str(ms), "retry-after": str(seconds)}, ms / 1000, now)
        told({"retry-after": formatdate(now + seconds, usegmt=True)}, seconds, now)
        told({"retry-after": formatdate(now - seconds, usegmt=True)}, 0.0, now)
    with ladder.step("what cannot be read"):
        now = START + draw.randint(0, 10**6)
        seconds = draw.randint(121, 300)  # longer than some clients are ready to wait
        odd = ["soon", "", "nan", "inf", f"-{draw.randint(1, 9)}", "1h"]
        for text in draw.sample(odd, len(odd)):
            told({"retry-after": text}, 0.0, now)
        for text in ("soon", "nan", f"-{draw.randint(1, 9)}"):
            told({"retry-after-ms": text, "retry-after": f"{seconds}"}, seconds, now)
    with ladder.step("when it is over"):
        now = START + draw.randint(0, 10**6)
        asked = draw.randint(3, 30)
        header = {"retry-after": str(asked)}
        wait = asked + _backoff(2, 0.5)
        for failed, deadline, want in (
            (_MOST, 600.0, None),
            (_MOST + draw.randint(1, 3), 600.0, None),
            (2, wait + _NEEDS - 0.01, None),
            (2, wait - 0.01, None),
            (2, -1.0, None),
            (2, wait + _NEEDS, wait),
        ):
            got = learner.call("next_wait", failed, header, now, now + deadline, 0.5)
            if want is None:
                require(got is None, "Another attempt is begun that must not be.", got, None)
            else:
                close(got, want, abs=1e-6, what="the wait in seconds")
    return ladder.score()


# Task 3: a stream

_BREAKS = ("sse-error", "sse-malformed", "cut(fin)")
_OUTCOMES = {"length": "length", "refusal": "refused", "filter": "filtered"}
_TOPICS = ("late", "lost", "open", "paid", "void", "held")


def _question(draw: Random) -> str:
    """Draw a prompt that is answered by a label of a few tokens."""
    labels = [f"{topic} {draw.randint(100, 999)}" for topic in draw.sample(_TOPICS, 2)]
    return f"Classify: My {draw.choice(_WORDS)} is wrong.\nLabels: {', '.join(labels)}"


def _plan(faults: Sequence[str]) -> FaultPlan:
    """Return a plan in which the n-th request meets the n-th fault."""
    rules = [f"{fault}@{nth}" for nth, fault in enumerate(faults, 1) if fault]
    return FaultPlan.parse(",".join(rules))


def _said(provider: Provider) -> dict[str, str]:
    """Return what is to come of the model's last reply, whole; it may refuse by itself."""
    said = [call.completions[0].text for call in provider.ledger if call.completions]
    require(bool(said), "No question reached the model.")
    return {"outcome": "complete" if said[-1] else "refused", "text": said[-1]}


def stream_answer(learner: Learner, seed: int) -> Score:
    """Serve streams that break, end oddly, are withheld or hang; count the requests.

    Five requests, for the sake of the cost; how a stream breaks and which odd end comes
    are drawn. The last one answers long after the deadline, and to nobody.
    """
    draw, ladder = Random(seed), Ladder(learner)
    prompt, provider = _question(draw), Provider(seed, WallClock(0))
    cut = draw.choice(_BREAKS)
    kind = draw.choice(("sse-no-finish", "length", "refusal", "filter"))

    def read(faults: Sequence[str], streams: int, seconds: float = 30.0) -> tuple[Any, list[Call]]:
        """Return the result under these faults, and the requests it took."""
        provider.faults, before = _plan(faults), len(list(provider.ledger))
        got = learner.call("stream_answer", url, prompt, streams, seconds)
        record(got, {"outcome": str, "text": str}, "the result")
        return got, list(provider.ledger)[before:]

    with learner.serving(provider) as url:
        start = "cut, then complete"
        with ladder.step(start):
            got, calls = read([*draw.sample(["sse-no-finish", cut], 2), "sse-no-done"], 3)
            equal(got, _said(provider), "the result")
            equal(len(calls), 3, "the number of requests")
        with ladder.step("no answer at all"):
            got, calls = read([kind], 1)
            said = _said(provider)
            want = {"outcome": _OUTCOMES.get(kind, "cut"), "text": ""}
            if kind == "length":  # a model that refuses by itself may be cut as well
                want = said | {"outcome": "length" if said["text"] else got["outcome"]}
            equal(got, want, "the result")
            equal(len(calls), 1, "the number of requests")
        with ladder.step("the deadline", after=start):
            got, calls = read(["slow(150ms)"] * 9, 2, 0.002)
            equal(got, {"outcome": "late", "text": ""}, "the result")
            read_on = [call.number for call in calls if call.status == 200 and call.delivered]
            equal(read_on, [], "the streams that were read to their end after the deadline")
    return ladder.score()


# Task 4: pay once

_MOST_SENDS, _MOST_FAILURES, _MOST_MOVES = 3, 3, 60


@dataclass
class _Bank:
    """A payment service that remembers keys, as such services do, and loses replies."""

    paid: list[tuple[str, int]] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)

    def refund(self, key: str, order: str, amount: int, declines: bool) -> str:
        """Carry a refund out once per key; a known key gets its first result again."""
        if key not in self.known:
            self.known[key] = "declined" if declines else "refunded"
            if not declines:
                self.paid.append((order, amount))
        return self.known[key]


@dataclass
class _Ticket:
    """One ticket: what the model wants, round by round, and what goes wrong when.

    `sends` has, for each sending in turn, what becomes of it: "done", "lost"
    after it was carried out, "missed" before, or "crash" right after sending.
    `failures` has how often the model fails before each of its replies.
    """

    name: str
    rounds: list[list[dict[str, Any]]]
    sends: list[str]
    failures: list[int]
    declined: frozenset[tuple[str, int]] = frozenset()
    text: str = ""


def _handled(learner: Learner, ticket: _Ticket, bank: _Bank) -> dict[str, Any]:
    """Carry out the learner's moves in a world of the judge's; return the last one."""
    journal: list[dict[str, Any]] = [{"event": "ticket", "id": ticket.name}]
    rounds, sends, failures = iter(ticket.rounds), iter(ticket.sends), iter(ticket.failures)
    calls: list[dict[str, Any]] = []
    ahead = next(failures)
    for _ in range(_MOST_MOVES):
        move = learner.call("next_move", journal)
        require(isinstance(move, dict), "Return a dict with the move.", move)
        if move.get("move") == "finish":
            return dict(move)
        if move.get("move") == "ask_model":
            if ahead:
                ahead -= 1
                journal.append({"event": "model_failed"})
                continue
            ahead = next(failures, 0)
            calls = next(rounds, [])
            wish = {"event": "model_asked_for", "calls": calls}
            journal.append(wish if calls else {"event": "model_said", "text": ticket.text})
            continue
        require(move.get("move") == "send_tool", "There is no such move.", move.get("move"))
        at, key = move.get("call"), move.get("key")
        require(type(at) is int and 0 <= at < len(calls), "The model asked for no such call.", at)
        require(isinstance(key, str) and 0 < len(key) < 256, "A key is a short text.", key)
        journal.append({"event": "tool_sent", "call": at, "key": key})
        fate = next(sends, "done")
        wish = calls[at]
        if fate != "missed":
            refused = (wish["order"], wish["amount"]) in ticket.declined
            result = bank.refund(key, wish["order"], wish["amount"], refused)
        if fate == "done":
            journal.append({"event": "tool_done", "call": at, "result": result})
        elif fate != "crash":
            journal.append({"event": "tool_lost", "call": at})
    require(False, f"After {_MOST_MOVES} moves the ticket is still open.", "", "finish")
    return {}


def _wishes(draw: Random, count: int) -> list[dict[str, Any]]:
    names = draw.sample(range(100, 999), count)
    return [{"order": f"A-{name}", "amount": draw.randint(5, 90)} for name in names]


def _finish(text: str, refunded: int, unknown: int) -> dict[str, Any]:
    return {"move": "finish", "text": text, "refunded": refunded, "unknown": unknown}


def _pairs(*rounds: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    return sorted((wish["order"], wish["amount"]) for wishes in rounds for wish in wishes)


def _after_declined(name: str, wish: dict[str, Any], sent: int) -> list[dict[str, Any]]:
    """Return a journal that ends with a refund declined at the sending of this number."""
    journal: list[dict[str, Any]] = [
        {"event": "ticket", "id": name},
        {"event": "model_asked_for", "calls": [wish]},
    ]
    for _ in range(sent):
        journal.append({"event": "tool_sent", "call": 0, "key": "k"})
    return [*journal, {"event": "tool_done", "call": 0, "result": "declined"}]


def next_move(learner: Learner, seed: int) -> Score:
    """Play tickets against a bank that remembers keys; want every refund once, and told."""
    draw, ladder = Random(seed), Ladder(learner)
    numbers = [f"T-{n}" for n in draw.sample(range(100, 999), 5)]
    text = _text(draw)
    with ladder.step("a calm day"):
        bank, wishes = _Bank(), _wishes(draw, draw.randint(2, 3))
        refused = frozenset(_pairs(wishes[:1]))
        ticket = _Ticket(numbers[0], [wishes], [], [draw.randint(0, 2), 0], refused, text)
        got = _handled(learner, ticket, bank)
        equal(sorted(bank.paid), _pairs(wishes[1:]), "the refunds that were paid")
        equal(got, _finish(text, len(wishes) - 1, 0), "the last move")
    with ladder.step("nothing twice"):
        bank, wishes = _Bank(), _wishes(draw, 2)
        fates = draw.sample(["lost", "crash", "missed"], 2)
        sends = [*fates, "done", draw.choice(("lost", "crash")), "done"]
        ticket = _Ticket(numbers[1], [wishes], sends, [0, draw.randint(1, 2)], text=text)
        got = _handled(learner, ticket, bank)
        equal(sorted(bank.paid), _pairs(wishes), "the refunds that were paid")
        equal(got, _finish(text, 2, 0), "the last move")
    with ladder.step("nothing left out"):
        bank, wishes = _Bank(), _wishes(draw, 2)
        again = [dict(wishes[0]), *_wishes(draw, 1)]
        wishes.append(dict(wishes[0]))
        more = [dict(wishes[0]), *_wishes(draw, draw.randint(1, 2))]
        for name, rounds in ((numbers[2], [wishes, more]), (numbers[3], [again])):
            ticket = _Ticket(name, rounds, ["lost"], [2, 2, 1], text=text)
            got = _handled(learner, ticket, bank)
            equal(got, _finish(text, sum(map(len, rounds)), 0), "the last move")
        equal(sorted(bank.paid), _pairs(wishes, more, again), "the refunds that were paid")
    with ladder.step("when it stops"):
        bank, wishes = _Bank(), _wishes(draw, 3)
        later = _wishes(draw, 1)
        sends = [*draw.sample(["lost", "crash", "lost"], 3), "done", "missed", "done"]
        ticket = _Ticket(numbers[4], [wishes, later], sends, [draw.randint(0, 2), 2, 3], text=text)
        got = _handled(learner, ticket, bank)
        equal(sorted(bank.paid), _pairs(wishes, later), "the refunds that were paid")
        equal(got, _finish("", 3, 1), "the last move")
        journal = _after_declined(numbers[0], wishes[0], draw.randint(1, 2))
        equal(learner.call("next_move", journal), {"move": "ask_model"}, "the move")
    return ladder.score()


# Task 5: a shared limit and a shared budget

_CALM, _BUSY, _UNKNOWN = "practice-small", "practice-large", "practice-tiny"
_ODD = ("html-200", "truncated", "no-choices", "length")


class _Meeting(WallClock):
    """Hold a slow reply until two requests have been told 429, and the first 429 for 12 ms.

    So how many requests are open at once, and who asks next, follow from what is sent
    and not from how fast the computer is. A client that asks no further waits it out.
    """

    def __init__(self) -> None:
        super().__init__(0)
        self.told = 0
        self.over: asyncio.Event | None = None

    async def pause(self, seconds: float) -> None:
        """Hold a slow reply, at most as long as its fault says."""
        self.over = self.over or asyncio.Event()
        if self.told < 2:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self.over.wait()

    async def sleep(self, seconds: float) -> None:
        """Hold the first 429, in which time a request beyond the limit shows."""
        self.over = self.over or asyncio.Event()
        self.told += 1
        if self.told == 1:
            await asyncio.sleep(0.012)
        else:
            self.over.set()


def _texts(provider: Provider, jobs: Sequence[Mapping[str, str]]) -> list[str | None]:
    """Return each job's whole answer, in order; None where there was none, or a refusal."""
    said = {
        _prompt(call): call.completions[0].text or None
        for call in provider.ledger
        if call.completions and call.fault not in _ODD
    }
    return [said.get(job["prompt"]) for job in jobs]


def _prompt(call: Call) -> str:
    match call.body:
        case {"messages": [*_, {"content": str(text)}]}:
            return text
        case _:
            return ""


def _in_flight(calls: Sequence[Call]) -> int:
    """Return the most requests that were open at once."""
    return max(
        (sum(c.received <= call.received < c.finished for c in calls) for call in calls), default=0
    )


def answer_all(learner: Learner, seed: int) -> Score:
    """Serve jobs of which one is refused and two meet a 429; the ledger says who asked when.

    There are two slots. The first job keeps its own until both of the busy ones have been
    told 429, so the others share one, and who asks next is certain. One retry is allowed,
    and two jobs could use it; its reply is an answer, or one of the kinds that are none.
    """
    draw, ladder = Random(seed), Ladder(learner)
    models = [_CALM, _UNKNOWN, _BUSY, _BUSY]
    jobs = [
        {"model": model, "prompt": f"{_question(draw)}, no {at}"} for at, model in enumerate(models)
    ]
    rules = [f"429(4ms)@first1&model={_BUSY}", f"slow(250ms)@model={_CALM}"]
    if draw.random() < 0.5:
        rules.append(f"{draw.choice(_ODD)}@model={_BUSY}")
    provider = Provider(seed, _Meeting(), FaultPlan.parse(", ".join(rules)))
    start = "answers in the order of the jobs"
    with learner.serving(provider) as url, ladder.step(start):
        got = learner.call("answer_all", url, jobs, 2, 1)
        equal(got, _texts(provider, jobs), "the answers")
    calls = sorted(provider.ledger, key=lambda call: call.number)
    asked = [_prompt(call) for call in calls]
    with ladder.step("a retry while the budget lasts", after=start):
        again = sum(call.model == _BUSY for call in calls) - 2
        require(again > 0, "A 429 was not asked again, with budget left.", again, 1)
    with ladder.step("no retry beyond the budget", after=start):
        most = len(jobs) + 1
        require(len(calls) <= most, "More requests than jobs and budget allow.", len(calls), most)
    with ladder.step("a refusal is asked once", after=start):
        equal(asked.count(jobs[1]["prompt"]), 1, "the requests for the unknown model")
    with ladder.step("as many as the limit, never more", after=start):
        # How many more there were depends on the computer's load.
        most_open = {1: "one", 2: "two"}.get(_in_flight(calls), "more than two")
        equal(most_open, "two", "the most requests that were open")
    with ladder.step("the slot is free while one waits", after=start):
        require(not _held(calls), "While one job waits for its retry, nobody else may ask.", asked)
    return ladder.score()


def _held(calls: Sequence[Call]) -> bool:
    """Tell whether a job asked again before one that was still waiting could ask at all.

    Whoever asked before the 429 left was not waiting: it had a slot of its own.
    """
    for call, later in pairwise(calls):
        asked = {_prompt(other) for other in calls if other.received < call.finished}
        waiting = {_prompt(other) for other in calls} - asked
        if call.status == 429 and waiting and _prompt(later) == _prompt(call):
            return True
    return False


# Task 6: breaker and failover

_TRIP, _PAUSE, _ANSWERS, _SILENCE = 3, 30.0, 1.0, 2.0


@dataclass
class _Breaker:
    """Closed until three failures in a row, then open for thirty seconds, then one probe."""

    failures: int = 0
    until: float = 0.0

    def record(self, ok: bool, now: float) -> None:
        self.failures = 0 if ok else self.failures + 1
        if self.failures >= _TRIP:
            self.until = now + _PAUSE


def _ridden(
    arrivals: Sequence[float], outages: Mapping[str, Sequence[Sequence[Any]]], order: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Yield what each question sees."""
    breakers = {name: _Breaker() for name in order}
    for arrival in arrivals:
        now, who = arrival, "cache"
        for name in order:
            if now < breakers[name].until:
                continue
            down = next((o[2] for o in outages.get(name, ()) if o[0] <= now < o[1]), "")
            now += {"": _ANSWERS, "refuses": 0.0, "silent": _SILENCE}[down]
            breakers[name].record(not down, now)
            if not down:
                who = name
                break
        yield {"from": who, "degraded": who != order[0], "seconds": now - arrival}


def _arrivals(draw: Random, count: int) -> list[float]:
    """Draw times at least five seconds apart, so that no two questions overlap."""
    times, now = [], float(draw.randint(0, 20))
    for _ in range(count):
        times.append(now)
        now += draw.choice((5.0, 6.0, 7.0, 8.0))
    return times


def ride_out(learner: Learner, seed: int) -> Score:
    """Draw outages and want to know, for each question, who answers and how late."""
    draw, ladder = Random(seed), Ladder(learner)
    order = draw.sample(["atlas", "boreas", "corvus", "draco"], 2)
    first, second = order

    def seen(times: list[float], outages: Mapping[str, list[list[Any]]], names: list[str]) -> None:
        got = learner.call("ride_out", times, dict(outages), names)
        close(got, list(_ridden(times, outages, names)), abs=1e-6, what="what the users see")

    with ladder.step("one refuses for a moment"):
        times = _arrivals(draw, 8)
        seen(times, {first: [[times[2], times[4], "refuses"]], second: []}, order)
    with ladder.step("one is silent for long"):
        times = _arrivals(draw, 26)
        seen(times, {first: [[times[3], times[15], "silent"]], second: []}, order)
    with ladder.step("failures in a row"):
        times = _arrivals(draw, 14)
        down = [[times[i], times[i] + 1, "refuses"] for i in (1, 2, 4, 5, 7, 8, 10)]
        seen(times, {first: down, second: []}, order)
    with ladder.step("both are down"):
        times = _arrivals(draw, 30)
        outages: dict[str, list[list[Any]]] = {
            first: [[times[2], times[16], draw.choice(("refuses", "silent"))]],
            second: [[times[4], times[12], "silent"], [times[20], times[22], "refuses"]],
        }
        seen(times, outages, order)
    with ladder.step("asked after a silence"):
        at = draw.randint(0, 79) / 4  # quarters add up exactly, in whatever order
        steps = (0, 6, 13, 44, draw.choice((45, 46)), 60, 70)
        outages = {first: [[at, at + 90, "silent"]], second: [[at + 1, at + 40, "silent"]]}
        seen([at + step for step in steps], outages, order)
    with ladder.step("three in order"):
        names = [*order, "ember"]
        times = _arrivals(draw, 20)
        outages = {
            first: [[times[1], times[14], "silent"]],
            second: [[times[3], times[9], "refuses"]],
            "ember": [[times[5], times[7], "refuses"]],
        }
        seen(times, outages, names)
    return ladder.score()
