"""The book's page on the provider: its examples run, and its tables name everything there is."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from autograder.authoring.provider_figures import first_token, place, slices
from autograder.authoring.provider_pages import generated
from autograder.career.markdown import escape
from autograder.cli import provider as command
from autograder.provider.behaviour.cues import CUES
from autograder.provider.card import cards, parameters
from autograder.provider.engine import Provider
from autograder.provider.faults.kinds import KINDS
from autograder.provider.server import serve
from autograder.provider.verdict import SINS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "book" / "provider.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the page's code blocks in one language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_the_pages_python_runs(number: int) -> None:
    """Each block is a whole program that ends well and prints something."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", blocks("python")[number]],
        env={k: v for k, v in os.environ.items() if not k.startswith(("OPENAI_", "RUNGS_"))},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


def test_the_pages_curl_is_answered() -> None:
    """Its headers and body, sent to a provider, bring a completion."""
    (text,) = (block for block in blocks("bash") if block.startswith("curl"))
    headers = dict(pair.split(": ", 1) for pair in re.findall(r'-H "([^"]+)"', text))
    body = json.loads(re.findall(r"-d '(.*)'", text)[0])
    with serve(Provider()) as server:
        url = text.split()[1].replace("http://127.0.0.1:8000", server.address)
        reply = httpx2.post(url, json=body, headers=headers, trust_env=False)
    assert reply.json()["choices"][0]["message"]["content"]


def test_the_pages_javascript_runs() -> None:
    """Node runs it as it stands, but for the port."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("There is no Node.js here; the page's curl is tested in its place.")
    (text,) = blocks("javascript")
    with serve(Provider()) as server:
        program = text.replace("http://127.0.0.1:8000", server.address)
        said = subprocess.check_output(
            [node, "--input-type=module", "-e", program], text=True, timeout=60
        )
    assert said.strip()


def test_every_option_of_the_command_is_on_the_page() -> None:
    """The table has each option, and no other."""
    parser = argparse.ArgumentParser(add_help=False)
    command.configure(parser)
    options = {name for action in parser._actions for name in action.option_strings}
    assert set(re.findall(r"^\| `(--[a-z]+)` \|", PAGE, re.MULTILINE)) == options


def test_the_generated_pages_name_everything() -> None:
    """Every version, parameter and its value, cue, fault and finding stands in its table."""
    made = {path.name: text.decode() for path, text in generated(ROOT).items()}
    chat = [card for card in cards().values() if card.kind == "chat"]
    rows = made["models.md"].splitlines()
    for known in parameters().values():
        values = " | ".join(f"{card[known.name]:g}" for card in chat)
        (line,) = (row for row in rows if row.startswith(f"| `{known.name}`<br>"))
        assert escape(known.meaning) in line
        assert line.endswith(f" | {values} |")
    assert all(made["models.md"].count(f"| {version} ") == 2 for version in cards())
    assert all(f"| `{name}` | " in made["reading.md"] for name in CUES)
    faults = re.findall(r"^\| (`.*?`) \| ", made["faults.md"], re.MULTILINE)
    assert sorted(", ".join(faults).split(", ")) == sorted(f"`{n}`" for n in (*KINDS, *SINS))


@pytest.mark.parametrize("draw", [place, slices, first_token])
def test_a_figure_says_in_words_what_it_shows(draw: object) -> None:
    """It has a title and a description with each model's numbers, and no colour of its own."""
    assert callable(draw)
    text = draw()
    said = re.findall(r"<desc[^>]*>(.*?)</desc>", text)
    assert len(said) == 1
    assert len(re.findall(r"\d ?(?:%|s)", said[0])) >= 5
    assert "aria-labelledby" in text
    assert "Simulated" in text
    assert not re.findall(r"#[0-9a-fA-F]{3,6}\b", text)
