"""`rungs provider` as a person starts it: a process, its address, its lines and its summary."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openai
import pytest

from autograder.cli import main
from autograder.provider import client
from autograder.provider.card import cards
from autograder.provider.faults.kinds import KINDS

pytestmark = [pytest.mark.budget("provider"), pytest.mark.timeout(60)]
COMMAND = [sys.executable, "-m", "autograder.cli", "provider", "--port", "0"]


class Running:
    """A started command, whose words are read line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.said: list[str] = []
        self.base_url = self.until(r"at (http://\S+)")[1] + "/v1"
        self.until(r"^time ")

    def until(self, pattern: str) -> re.Match[str]:
        """Read on to the first line in which the pattern is found."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(line.rstrip("\n"))
            found = re.search(pattern, line)
            if found:
                return found
        raise AssertionError("\n".join(self.said))

    def end(self, number: int = signal.SIGINT) -> str:
        """Send a signal; return what is said from then on."""
        self._process.send_signal(number)
        rest, errors = self._process.communicate(timeout=20)
        assert (self._process.returncode, errors) == (0, "")
        return rest


@contextmanager
def running(*options: str) -> Iterator[Running]:
    """Start the command on a free port, without a terminal."""
    process = subprocess.Popen(
        [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield Running(process)
    finally:
        process.kill()
        process.communicate()


def ask(base_url: str, **options: int) -> openai.types.chat.ChatCompletion:
    with client(base_url=base_url, **options) as made:
        return made.chat.completions.create(
            model="practice-small", messages=[{"role": "user", "content": "Say hello."}]
        )


def test_it_says_where_it_is_shows_each_call_and_sums_up(tmp_path: Path) -> None:
    """Address, models, variables; a line a call; and at Ctrl-C calls, price and what went wrong."""
    log = tmp_path / "calls.jsonl"
    options = ("--latency", "none", "--faults", "503@1", "--seed", "5", "--log", str(log))
    with running(*options) as started:
        introduction = "\n".join(started.said)
        assert "simulation of effects" in introduction
        assert all(card.version in introduction for card in cards().values())
        assert f"export OPENAI_BASE_URL={started.base_url} " in introduction
        assert f'$env:OPENAI_BASE_URL = "{started.base_url}"' in introduction
        assert "Not only this computer" not in introduction
        assert ask(started.base_url).choices[0].message.content
        assert "503" in started.until(r" 503 +503$")[0]
        line = started.until(r"practice-small-2026-08-01 +(\d+) +(\d+) +\$0\.0000\d+ .* 200$")
        summary = started.end()
    assert "2 calls" in summary
    assert re.search(r"practice-small-2026-08-01 .* 1 .* \$0\.0000", summary)
    assert "Faults acted out: 503 1" in summary
    calls = [json.loads(text) for text in log.read_text(encoding="utf-8").splitlines()]
    assert [call["status"] for call in calls] == [503, 200]
    assert calls[1]["usage"]["prompt"] == int(line[1])


def test_the_summary_names_what_the_client_did_wrong() -> None:
    """A client that repeats a refused request is told so; SIGTERM sums up as Ctrl-C does."""
    with running("--latency", "none") as started:
        for _ in range(3):
            with (
                client(base_url=started.base_url, max_retries=0) as made,
                pytest.raises(openai.BadRequestError),
            ):
                made.chat.completions.create(model="practice-small", messages=[])
        started.until(" 400$")
        summary = started.end(signal.SIGTERM)
    assert "retried-refusal:" in summary


def test_a_date_sets_the_clock_and_with_it_the_prices() -> None:
    """In January the small model cost 0.40 and 1.60 dollars a million; the judge was not sold."""
    with running("--date", "2026-01-15", "--latency", "none") as started:
        introduction = "\n".join(started.said)
        assert re.search(r"practice-small-2026-08-01 .* 0\.40 .* 1\.60 ", introduction)
        assert re.search(r"practice-judge-2026-09-01 .* not yet .* not yet ", introduction)
        usage = ask(started.base_url).usage
        assert usage is not None
        price = started.until(r"\$(0\.\d+)")[1]
    paid = (usage.prompt_tokens * 0.4 + usage.completion_tokens * 1.6) / 1e6
    assert float(price) == pytest.approx(paid, abs=1e-6)


def test_it_warns_where_others_can_reach_it() -> None:
    """An address that is not loopback is said in plain words."""
    with running("--host", "0.0.0.0", "--latency", "none") as started:
        assert "Not only this computer" in "\n".join(started.said)


def test_what_a_caller_sends_cannot_move_the_cursor() -> None:
    """Control characters of a model's name do not reach the terminal."""
    with running("--latency", "none") as started:
        with (
            client(base_url=started.base_url, max_retries=0) as made,
            pytest.raises(openai.NotFoundError),
        ):
            made.chat.completions.create(
                model="\x1b[2Jgpt\r\n[red]", messages=[{"role": "user", "content": "x"}]
            )
        assert started.until(r"404$")
        assert "\x1b" not in started.said[-1]
        assert "gpt" in started.said[-1]


def test_the_kinds_of_faults_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """`--faults list` shows every kind and serves nothing."""
    assert main(["provider", "--faults", "list"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in KINDS)


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--latency", "slow", "write real, none, or a factor"),
        ("--latency", "-1", "write real, none, or a factor"),
        ("--date", "tomorrow", "write a day as 2026-11-21"),
        ("--faults", "459:0.1", "459"),
        ("--port", "99999", "port 99999 cannot be served"),
        ("--host", "192.0.2.1", "192.0.2.1 port 8000 cannot be served"),
        ("--log", "/", "/ cannot be written"),
    ],
)
def test_a_wrong_option_is_one_sentence(
    option: str, value: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was wrong and what to write instead; no traceback, exit status 1."""
    assert main(["provider", option, value]) == 1
    assert says in capsys.readouterr().err
