"""The page at `/` and the state behind it: only what callers may know, and all of it escaped."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import httpx2
import pytest
from openai import OpenAI

from autograder.provider.activity import dollars, models, named, state
from autograder.provider.card import cards, parameters
from autograder.provider.clock import WallClock
from autograder.provider.engine import Provider
from autograder.provider.ledger import Call
from autograder.provider.server import Server, serve

ATTACK = "<script>alert(1)</script><img src=x onerror=alert(2)>\x1b[2J\u202e"


@pytest.fixture
def server() -> Iterator[Server]:
    """Serve a provider that answers at once, with half of the plan's 503s left to come."""
    provider = Provider(seed=11, faults="503@2", refused_keys=())
    with serve(provider, notice="Faults are on: 503@2 <b>") as running:
        yield running


def get(server: Server, path: str = "/", **headers: str) -> httpx2.Response:
    return httpx2.get(f"{server.address}{path}", headers=headers, trust_env=False)


def ask(server: Server, model: str, words: str) -> None:
    with OpenAI(base_url=server.base_url, api_key="sk-secret-key", max_retries=0) as client:
        client.chat.completions.with_raw_response.create(
            model=model, messages=[{"role": "user", "content": words}]
        )


class Reader(HTMLParser):
    """Collect a document's tags and words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def test_it_says_what_it_is_and_shows_every_model(server: Server) -> None:
    """The word simulation stands first; every version with its price, every parameter."""
    page = Reader(get(server).text)
    assert "Simulation." in page.words
    assert page.words.index("Simulation.") < page.words.index("practice-small")
    assert f"OPENAI_BASE_URL={server.base_url}" in page.words
    assert "Faults are on: 503@2 <b>" in page.words
    for card in cards().values():
        assert card.version in page.words
        assert card.describes in page.words
    assert all(name in page.words for name in parameters())


def test_it_asks_nobody_for_anything_and_runs_only_its_own_script(server: Server) -> None:
    """No address of another host; the policy allows exactly the style and the script inside."""
    reply = get(server)
    page = Reader(reply.text)
    loads = [attrs.get(k) for tag, attrs in page.tags for k in ("src", "href", "action")]
    assert {(link or "").partition(":")[0] for link in loads if link} == {"data"}
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    for tag in ("style", "script"):
        inside = re.findall(rf"<{tag}>(.*?)</{tag}>", reply.text, re.DOTALL)
        assert len(inside) == 1
        digest = b64encode(sha256(inside[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not [attrs for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert not [attrs for _, attrs in page.tags if "style" in attrs]


def test_what_a_caller_sends_stays_text(server: Server) -> None:
    """A script in the model's name or in the prompt is shown as its letters, without controls."""
    ask_raw = {"model": ATTACK, "messages": [{"role": "user", "content": ATTACK}]}
    httpx2.post(
        f"{server.base_url}/chat/completions",
        json=ask_raw,
        headers={"authorization": "Bearer x"},
        trust_env=False,
    )
    page = get(server).text
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2
    assert Reader(page).words.count("<script>alert(1)</script>") == 2
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_the_state_has_only_what_callers_may_know(server: Server) -> None:
    """Counts, prices and prompts; no fault, no version, no truth, no key."""
    ask(server, "practice-small", "What is CWE-79?")
    with pytest.raises(Exception, match="503"):
        ask(server, "practice-small", "What is CWE-89?")
    ledger = list(server.provider.ledger)
    assert [call.fault for call in ledger] == ["", "503"]
    told = json.dumps(get(server, "/practice/state").json())
    seen = json.loads(told)
    assert seen["calls"] == 2
    assert [row["status"] for row in seen["recent"]] == ["503", "200"]
    assert seen["recent"][1]["asked"] == "What is CWE-79?"
    assert seen["spend"][0]["name"] == "practice-small"
    assert "practice-small-2026" not in told
    assert "sk-secret-key" not in told
    assert "fault" not in told
    hidden = {key for call in ledger for one in call.completions for key in one.hidden}
    assert hidden
    assert not [key for key in hidden if f'"{key}"' in told]


def test_looking_is_not_a_call(server: Server) -> None:
    """The page and its state leave no line in the ledger and meet no fault."""
    for _ in range(3):
        assert get(server).status_code == 200
        assert get(server, "/practice/state").status_code == 200
    assert len(server.provider.ledger) == 0
    assert httpx2.head(server.address, trust_env=False).text == ""


@pytest.mark.parametrize("path", ["/", "/practice/state"])
def test_a_name_of_somebody_elses_does_not_open_it(server: Server, path: str) -> None:
    """A foreign site that points its own name at this computer reads nothing."""
    assert get(server, path, host="evil.example:80").status_code == 403
    for host in ("localhost:8000", "127.0.0.1:8000", "[::1]:8000", "workstation"):
        assert get(server, path, host=host).status_code == 200


def test_nor_does_it_call_the_api(server: Server) -> None:
    """On loopback the API answers to no foreign name either, whatever key comes with it."""
    assert get(server, "/v1/models", host="evil.example:80").status_code == 403
    assert get(server, "/v1/models", host="localhost:80").status_code == 401  # no key


def test_other_paths_are_the_apis(server: Server) -> None:
    """What the page does not know is answered as the API answers it."""
    assert get(server, "/practice").json()["error"]["message"].startswith("Invalid URL")
    assert httpx2.post(server.address, trust_env=False).status_code in (404, 405)


def test_many_calls_make_no_long_page() -> None:
    """Ten thousand calls in the ledger: the same few rows, in a fraction of a second."""
    provider = Provider()
    for number in range(10_000):
        provider.ledger.append(
            Call(number, "r", "/v1/chat/completions", 0.0, 1.0, 200, body={"input": "x" * 500})
        )
    shown = state(provider)
    assert shown["calls"] == 10_000
    assert len(shown["recent"]) == 15
    assert all(len(row["asked"]) <= 90 for row in shown["recent"])


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ({"messages": [{"content": "a"}, {"content": "b"}]}, "b"),
        ({"messages": [{"content": [{"type": "text", "text": "part"}]}]}, "part"),
        ({"input": "plain"}, "plain"),
        ({"input": ["one", "two"]}, "two"),
        ({"input": [[1, 2], [3]]}, ""),
        ({"messages": 7}, ""),
        ({"messages": [None]}, ""),
        ("raw", "raw"),
        (None, ""),
        ([], ""),
    ],
)
def test_the_last_words_of_any_body_are_found(body: Any, asked: str) -> None:
    """A request of whatever shape is shown or left out, never an error."""
    provider = Provider()
    provider.ledger.append(Call(1, "r", "/v1/x", 0.0, 1.0, 0, body=body))
    (row,) = state(provider)["recent"]
    assert (row["asked"], row["status"], row["failed"]) == (asked, "dropped", True)


def test_a_call_is_named_by_what_it_asked_for() -> None:
    """The model, the one in a refused body, else the path."""
    call = Call(1, "r", "/v1/models", 0.0, 1.0, 200)
    assert named(call) == "/v1/models"
    assert named(Call(1, "r", "/v1/x", 0.0, 1.0, 404, body={"model": ["a"]})) == "['a']"
    assert named(Call(1, "r", "/v1/x", 0.0, 1.0, 200, model="practice-small")) == "practice-small"


@pytest.mark.parametrize(
    ("amount", "written"),
    [("0", "$0"), ("0.0000123", "$0.000012"), ("0.5", "$0.500000"), ("1234.5", "$1,234.50")],
)
def test_money_is_written_to_be_read(amount: str, written: str) -> None:
    """Small amounts keep their digits, large ones their cents."""
    assert dollars(Decimal(amount)) == written


def test_prices_are_those_of_the_providers_clock() -> None:
    """Before a model was sold it has none."""
    by_version = {row["version"]: row for row in models(WallClock(0, 1_768_435_200.0).now())}
    assert by_version["practice-small-2026-08-01"]["input"] == "0.40"
    assert by_version["practice-judge-2026-09-01"]["input"] == "not yet"
