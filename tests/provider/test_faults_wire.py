"""Faults as they look from the other end of the socket, byte by byte."""

from __future__ import annotations

import json
import queue
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import pytest

from autograder.provider.card import aliases
from autograder.provider.clock import VirtualClock
from autograder.provider.engine import Provider
from autograder.provider.faults import KINDS
from autograder.provider.ledger import Call
from autograder.provider.prompt import Message, Prompt
from tests.provider.conftest import Practice, Serving

TEXT = (
    "Passages:\n[1] Zoë's café in Zürich opens at nine o'clock 😀 on weekdays.\n"
    "[2] The library closes at five.\n\nQuestion: When does Zoë's café in Zürich open?"
)
ASKED = {"model": "practice-large", "messages": [{"role": "user", "content": TEXT}], "seed": 1}
STREAMED = {**ASKED, "stream": True}
STATUS = [name for name, kind in KINDS.items() if kind.place == "status"]


@contextmanager
def connected(practice: Practice, body: Any) -> Iterator[socket.socket]:
    """Send one chat request on a socket of its own."""
    url = urlsplit(str(practice.client.base_url))
    content = json.dumps(body).encode()
    head = (
        "POST /v1/chat/completions HTTP/1.1\r\nhost: practice\r\nauthorization: Bearer k\r\n"
        f"content-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
    )
    with socket.create_connection((url.hostname, url.port or 0), timeout=10) as sock:
        sock.sendall(head.encode() + content)
        yield sock


def received(practice: Practice, body: Any = ASKED, stop: bytes = b"") -> tuple[bytes, str]:
    """Return what came on the socket, and how it ended: "fin", "reset" or "stop"."""
    got = b""
    with connected(practice, body) as sock:
        while True:
            try:
                data = sock.recv(65536)
            except ConnectionResetError:
                return got, "reset"
            got += data
            if not data:
                return got, "fin"
            if stop and stop in got:
                return got, "stop"


def split(got: bytes) -> tuple[dict[str, str], bytes]:
    """Return a raw reply's headers and its body."""
    head, _, body = got.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    pairs = (line.split(": ", 1) for line in lines[1:])
    return {name.lower(): value for name, value in pairs} | {"": lines[0]}, body


def chunks(body: bytes) -> list[bytes]:
    """Return the chunks of a chunked body; the last is empty where it ended properly."""
    found = []
    while match := re.match(rb"([0-9a-f]+)\r\n", body):
        size = int(match[1], 16)
        found.append(body[match.end() : match.end() + size])
        body = body[match.end() + size + 2 :]
    return found


def stream(practice: Practice) -> bytes:
    """Return the bytes of a stream that ends properly."""
    got, _ = received(practice, STREAMED, stop=b"0\r\n\r\n")
    return b"".join(chunks(split(got)[1]))


def payloads(events: bytes) -> list[dict[str, Any]]:
    """Return the JSON of the events that have one."""
    found = re.findall(rb"^data: (\{.*\})$", events, re.MULTILINE)
    return [json.loads(each) for each in found]


def said(events: bytes) -> str:
    """Return the text that a stream's events add up to."""
    deltas = (each["choices"][0]["delta"] for each in payloads(events) if each["choices"])
    return "".join(delta.get("content") or "" for delta in deltas)


def ended(practice: Practice) -> queue.SimpleQueue[Call]:
    """Return a queue that receives every further call of the ledger."""
    calls: queue.SimpleQueue[Call] = queue.SimpleQueue()
    practice.provider.ledger.watch(calls.put)
    return calls


@pytest.fixture(scope="module")
def answer() -> str:
    """Return what the model says when nothing goes wrong."""
    prompt = Prompt((Message("user", TEXT),), seed=1)
    text = Provider().answer("practice-large", prompt).text
    assert not text.isascii()
    return text


@pytest.mark.parametrize("kind", STATUS)
def test_a_status_answers_instead_of_the_model(serving: Serving, kind: str) -> None:
    """Nothing is carried out or billed; the body is the API's error, or HTML where it says so."""
    practice = serving(faults=kind)
    calls = ended(practice)
    reply = practice.http.post("/chat/completions", json=ASKED)
    call = calls.get(timeout=10)
    wanted = {"quota": 429, "html-502": 502, "html-200": 200}.get(kind) or int(kind)
    assert (reply.status_code, call.status, call.fault) == (wanted, wanted, kind)
    assert (call.executed, call.usage, call.price, call.delivered) == (False, None, None, True)
    assert reply.headers["x-request-id"] == call.request_id
    if kind.startswith("html"):
        assert reply.headers["content-type"].startswith("text/html")
        assert "<html>" in reply.text
    else:
        error = reply.json()["error"]
        assert error.keys() == {"message", "type", "param", "code"}
        assert (error["code"] == "insufficient_quota") == (kind == "quota")


@pytest.mark.parametrize("end", ["reset", "fin"])
def test_a_dropped_socket_says_nothing(serving: Serving, end: str) -> None:
    """The socket closes before any byte, by TCP reset or by an ordinary end; nothing is done."""
    practice = serving(faults=f"drop({end})")
    calls = ended(practice)
    assert received(practice) == (b"", end)
    call = calls.get(timeout=10)
    assert (call.status, call.delivered, call.executed, call.price) == (0, False, False, None)


@pytest.mark.parametrize("end", ["reset", "fin"])
def test_a_lost_reply_was_carried_out(serving: Serving, end: str) -> None:
    """The socket closes before any byte, yet the call has been answered and is billed."""
    practice = serving(faults=f"lost({end})")
    calls = ended(practice)
    assert received(practice) == (b"", end)
    call = calls.get(timeout=10)
    assert (call.status, call.delivered, call.executed) == (0, False, True)
    assert call.price is not None
    assert call.price > 0


@pytest.mark.parametrize("end", ["reset", "fin"])
def test_a_cut_reply_is_shorter_than_it_promised(serving: Serving, end: str) -> None:
    """Half of the JSON comes, then the socket closes; a reset may swallow what was on its way."""
    practice = serving(faults=f"cut({end})")
    calls = ended(practice)
    got, how = received(practice)
    assert how == end
    call = calls.get(timeout=10)
    assert (call.status, call.delivered, call.executed) == (200, False, True)
    if end == "fin":
        headers, body = split(got)
        assert len(body) == int(headers["content-length"]) // 2


def test_a_cut_stream_never_says_that_it_ended(serving: Serving, answer: str) -> None:
    """Some events come, then the socket closes without the chunk that ends a body."""
    practice = serving(faults="cut(fin)")
    got, how = received(practice, STREAMED)
    parts = chunks(split(got)[1])
    events = b"".join(parts)
    assert how == "fin"
    assert parts[-1] != b""
    assert not events.endswith(b"\n\n")
    whole = events[: events.rfind(b"\n\n") + 2]
    assert said(whole) != ""
    assert answer.startswith(said(whole))
    assert answer != said(whole)


@pytest.mark.parametrize("kind", ["timeout", "stall"])
@pytest.mark.parametrize("body", [ASKED, STREAMED], ids=["plain", "stream"])
def test_silence_ends_after_its_time(serving: Serving, kind: str, body: Any) -> None:
    """Nothing comes, or half a reply and nothing more; at last the socket is closed."""
    practice = serving(faults=f"{kind}(0.1s)")
    calls = ended(practice)
    got, how = received(practice, body)
    call = calls.get(timeout=10)
    assert how == "fin"
    assert (got == b"") == (kind == "timeout")
    assert (call.delivered, call.executed) == (False, kind == "stall")
    assert 0.1 <= call.latency < 5


@pytest.mark.parametrize("kind", ["timeout", "stall"])
def test_silence_ends_when_the_client_leaves(serving: Serving, kind: str) -> None:
    """A call with an end of its own is in the ledger as soon as its client has gone."""
    practice = serving(faults=f"{kind}(600s)")
    calls = ended(practice)
    with connected(practice, ASKED) as sock:
        if kind == "stall":
            assert sock.recv(100)
    call = calls.get(timeout=10)
    assert call.fault == kind
    assert call.latency < 10


def test_a_slow_reply_is_late_and_whole(serving: Serving) -> None:
    """The first byte comes after the time that was asked for, whatever the latency's factor."""
    practice = serving(faults="slow(0.15s)")
    reply = practice.http.post("/chat/completions", json=ASKED)
    assert reply.status_code == 200
    assert reply.elapsed.total_seconds() >= 0.15


def test_truncated_json_has_the_length_that_it_says(serving: Serving) -> None:
    """HTTP is sound, the JSON is not, and the ledger knows that it left in full."""
    practice = serving(faults="truncated")
    calls = ended(practice)
    reply = practice.http.post("/chat/completions", json=ASKED)
    assert len(reply.content) == int(reply.headers["content-length"])
    with pytest.raises(json.JSONDecodeError):
        reply.json()
    call = calls.get(timeout=10)
    assert (call.delivered, call.executed, call.fault) == (True, True, "truncated")


def test_a_reply_may_lack_its_content(serving: Serving) -> None:
    """`choices` are missing; embeddings are an empty list or come in another order."""
    chat = serving(faults="no-choices").http.post("/chat/completions", json=ASKED).json()
    assert "choices" not in chat
    assert chat["usage"]["total_tokens"] > 0
    responses = serving(faults="no-choices")
    found = responses.http.post("/responses", json={"model": "practice-large", "input": "Hi"})
    assert "output" not in found.json()


@pytest.mark.parametrize(
    "kind", ["truncated", "no-choices", "sse-truncated", "sse-no-done", "sse-malformed"]
)
def test_an_error_reply_stays_as_it_is(serving: Serving, kind: str) -> None:
    """A damaged body is for successes: a bad request still reads why."""
    bad = {**ASKED, "stream": kind.startswith("sse"), "temperature": 9}
    reply = serving(faults=kind).http.post("/chat/completions", json=bad)
    assert reply.status_code == 400
    assert "temperature" in reply.json()["error"]["message"]


def test_nothing_outside_the_api_is_disturbed(serving: Serving) -> None:
    """The page, the clock and other addresses meet no faults."""
    practice = serving(faults="drop")
    base = str(practice.client.base_url).removesuffix("/v1/")
    assert practice.http.get(f"{base}/practice/clock").status_code == 200
    assert practice.http.get(f"{base}/nothing").status_code == 404


def test_streams_that_end_too_soon(serving: Serving, answer: str) -> None:
    """Inside an event, without finish_reason, or with an error: HTTP's end is proper each time."""
    truncated = stream(serving(faults="sse-truncated"))
    assert not truncated.endswith(b"\n\n")
    early = stream(serving(faults="sse-no-finish"))
    assert b"[DONE]" not in early
    assert all(each["choices"][0]["finish_reason"] is None for each in payloads(early))
    assert said(early) != ""
    assert answer.startswith(said(early))
    failed = payloads(stream(serving(faults="sse-error")))
    assert failed[-1]["error"]["type"] == "server_error"
    assert len(failed) == 3


def test_a_malformed_event_is_one_among_sound_ones(serving: Serving) -> None:
    """Exactly one event's JSON does not parse; the stream goes on to its end."""
    events = stream(serving(faults="sse-malformed"))
    broken = []
    for line in re.findall(rb"^data: (\{.*)$", events, re.MULTILINE):
        try:
            json.loads(line)
        except json.JSONDecodeError:
            broken.append(line)
    assert len(broken) == 1
    assert events.endswith(b"data: [DONE]\n\n")


def test_streams_that_are_odd_and_whole(serving: Serving, answer: str) -> None:
    """Comments, CR LF, several data lines, a missing [DONE]: the text is all there."""
    assert b"[DONE]" not in (bare := stream(serving(faults="sse-no-done")))
    assert said(bare) == answer
    comments = stream(serving(faults="sse-comments"))
    assert comments.startswith(b": keep-alive\n\n")
    assert said(comments) == answer
    crlf = stream(serving(faults="sse-crlf"))
    assert crlf.count(b"\n") == crlf.count(b"\r\n")
    assert said(crlf.replace(b"\r\n", b"\n")) == answer
    lines = stream(serving(faults="sse-multiline"))
    assert lines.count(b"\ndata:") > 5 * lines.count(b"\n\n")
    assert said(re.sub(rb"(?<!\n)\ndata:", b"", lines)) == answer
    empty = payloads(stream(serving(faults="sse-empty-finish")))
    assert [each["choices"][0]["finish_reason"] for each in empty][:-1] == [""] * (len(empty) - 1)
    assert empty[-1]["choices"][0]["finish_reason"] == "stop"


def test_a_duplicate_is_the_same_event_twice(serving: Serving, answer: str) -> None:
    """One event comes twice, so a client that adds up reads a piece twice."""
    events = stream(serving(faults="sse-duplicate"))
    whole = events.split(b"\n\n")
    twice = [a for a, b in pairwise(whole) if a == b]
    assert len(twice) == 1
    assert len(said(events)) == len(answer) + len(said(twice[0]))


def test_writes_end_inside_characters(serving: Serving, answer: str) -> None:
    """Some chunk is no UTF-8 by itself; all together are, and say what was to be said."""
    got, _ = received(serving(faults="sse-split"), STREAMED, stop=b"0\r\n\r\n")
    parts = chunks(split(got)[1])
    inside = [part for part in parts if not _is_utf8(part)]
    assert inside
    assert max(len(part) for part in parts) <= 3
    assert said(b"".join(parts)) == answer


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_a_responses_stream_is_damaged_alike(serving: Serving) -> None:
    """The other API's streams end early without their completed event."""
    body = {"model": "practice-large", "input": TEXT, "stream": True}
    practice = serving(faults="sse-no-finish")
    events = practice.http.post("/responses", json=body).content
    types = [each["type"] for each in payloads(events)]
    assert types[0] == "response.created"
    assert "response.completed" not in types
    whole = serving().http.post("/responses", json=body).content
    assert payloads(whole)[-1]["type"] == "response.completed"


def test_a_brownout_slows_its_window_down(serving: Serving) -> None:
    """In the window and region latency is multiplied and a share fails; nowhere else."""
    clock = VirtualClock(parties=1)
    practice = serving(clock=clock, faults="brownout(x50):0.5@region=eu", seed=3)
    calls = ended(practice)
    for n in range(20):
        headers = {"x-practice-region": "eu" if n % 2 else "us"}
        practice.http.post("/chat/completions", json=ASKED, headers=headers)
    seen = [calls.get(timeout=10) for _ in range(20)]
    eu = [call for call in seen if call.headers["x-practice-region"] == "eu"]
    us = [call for call in seen if call not in eu]
    assert {(call.fault, call.status) for call in us} == {("", 200)}
    assert {(call.fault, call.status) for call in eu} == {("brownout", 200), ("brownout", 503)}
    slow = [call.latency for call in eu if call.status == 200]
    assert min(slow) > max(call.latency for call in us)


def test_versions_and_prices_change_in_silence(serving: Serving) -> None:
    """From a request on another version answers, then dearer; nobody announces it."""
    usual = aliases()["practice-small"]
    cards = Provider().cards
    other = next(v for v in cards if v.startswith("practice-small-") and v != usual)
    practice = serving(faults=f"version({other})@2+,price(x2)@3+")
    calls = ended(practice)
    body = {**ASKED, "model": "practice-small", "temperature": 0}
    for _ in range(3):
        practice.http.post("/chat/completions", json=body)
    first, second, third = (calls.get(timeout=10) for _ in range(3))
    assert (first.version, second.version, third.version) == (usual, other, other)
    assert second.price is not None
    assert third.price == second.price * Decimal(2)
