"""Which model a notebook talks to, and how it says so."""

from __future__ import annotations

from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from autograder.provider import live as module
from autograder.provider import talking_to
from autograder.provider.live import OPENAI, Live, live

SECRET = "sk-very-secret"
URL = "http://127.0.0.1:11434/v1"
NAMES = (
    *("OPENAI_BASE_URL", "OPENAI_API_KEY", "RUNGS_MODEL", "RUNGS_EMBED_MODEL"),
    *("RUNGS_SEAT", "NBGRADER_EXECUTION", "NBGRADER_VALIDATING"),
)


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(module, "_announced", set())


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"OPENAI_BASE_URL": URL}, Live(URL)),
        ({"OPENAI_API_KEY": SECRET}, None),
        ({"RUNGS_MODEL": "gpt-9"}, None),
        ({"OPENAI_API_KEY": SECRET, "RUNGS_MODEL": "gpt-9"}, Live(OPENAI, "gpt-9")),
        (
            {"OPENAI_BASE_URL": URL, "RUNGS_MODEL": "a", "RUNGS_EMBED_MODEL": "b"},
            Live(URL, "a", "b"),
        ),
        ({"OPENAI_BASE_URL": URL, "RUNGS_SEAT": "official"}, None),
        ({"OPENAI_BASE_URL": URL, "RUNGS_SEAT": "book"}, None),
        ({"OPENAI_BASE_URL": URL, "RUNGS_SEAT": "fresh"}, None),
        ({"OPENAI_BASE_URL": URL, "NBGRADER_EXECUTION": "autograde"}, None),
        ({"OPENAI_BASE_URL": URL, "NBGRADER_VALIDATING": "1"}, None),
    ],
)
def test_the_environment_decides(
    environment: dict[str, str], expected: Live | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address, or a key with a model, means live; a replay never is."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert live() == expected


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://api.openai.com/v1", "https://api.openai.com/v1"),
        (f"https://me:{SECRET}@gate.example:8443/v1?key={SECRET}", "https://gate.example:8443/v1"),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1"),
    ],
)
def test_what_may_be_secret_in_an_address_is_not_shown(address: str, shown: str) -> None:
    """User, password and query stay out."""
    assert Live(address).shown == shown


def test_a_script_is_told_in_plain_words(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a notebook, `talking_to` prints: what it is, and what it is not."""
    talking_to()
    said = capsys.readouterr()
    assert said.out.startswith("Talking to the practice provider\nA simulation of effects")
    assert said.err == ""


def test_a_key_without_a_model_is_explained(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who set only a key learns why nothing is sent, without seeing the key."""
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    talking_to()
    said = capsys.readouterr().out
    assert "OPENAI_API_KEY is set and RUNGS_MODEL is not" in said
    assert SECRET not in said


def test_a_live_endpoint_is_announced_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Loud, once, on stderr where there is no notebook; another endpoint is news again."""
    for _ in range(3):
        module.announce(Live(URL, "llama9"))
    module.announce(Live(OPENAI, "gpt-9", "embed-9"))
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("Talking to a live model") == 2
    assert f"Talking to a live model at {URL}" in said.err
    assert "may cost money" in said.err
    assert "Chat asks gpt-9; embeddings ask embed-9." in said.err


@pytest.fixture
def shell() -> Any:
    """Run inside an IPython shell, as a notebook's cell does."""
    running = InteractiveShell.instance()
    yield running
    InteractiveShell.clear_instance()


def test_a_notebook_shows_a_card(shell: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text and HTML, escaped, with a name for a screen reader, no script and nothing on stderr."""
    monkeypatch.setenv("OPENAI_BASE_URL", URL)
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("RUNGS_MODEL", "<script>`x")
    with capture_output() as said:
        talking_to()
    (output,) = said.outputs
    html, plain = output.data["text/html"], output.data["text/plain"]
    assert said.stderr == ""
    assert html.startswith('<div role="group" aria-label="Talking to a live model at')
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "⚠" in html
    assert plain.startswith(f"Talking to a live model at {URL}")
    assert SECRET not in html + plain
