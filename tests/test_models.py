"""What a lesson learns about the models that start.py installs behind."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path

import pytest

from autograder.errors import RungsError
from autograder.models import SILENCE, models_state, wait_for_models


def write(path: Path, **record: object) -> Path:
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(record), encoding="utf-8")
    os.replace(fresh, path)
    return path


def test_progress_is_a_sentence(tmp_path: Path) -> None:
    """While the install runs, its own line is what the learner reads."""
    record = write(tmp_path / "m", state="installing", percent=40, line="fetching 3 of 17 packages")
    state = models_state(record)
    assert (state.state, state.percent) == ("installing", 40)
    assert state.sentence == "The models are 40 % there (fetching 3 of 17 packages)."


@pytest.mark.parametrize("state", ["failed", "stopped"])
def test_a_failed_install_raises_its_reason(tmp_path: Path, state: str) -> None:
    """A lesson that needs the models says why they are not there and what to do."""
    record = write(tmp_path / "m", state=state, percent=0, error="The disk is full. Make room.")
    with pytest.raises(RungsError, match=r"The disk is full\. Make room\."):
        wait_for_models(record)


def test_an_install_that_fell_silent_is_not_waited_for(tmp_path: Path) -> None:
    """A set-up that was killed cannot say so; its silence does."""
    record = write(tmp_path / "m", state="installing", percent=40, line="fetching")
    then = time.time() - SILENCE - 1
    os.utime(record, (then, then))
    with pytest.raises(RungsError, match=r"broke off\. Run `make start`"):
        wait_for_models(record)


def test_a_finished_install_waits_for_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the models are there, nothing is printed."""
    wait_for_models(write(tmp_path / "m", state="ready", percent=100))
    assert capsys.readouterr().out == ""


def test_waiting_ends_when_the_install_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The wait says how far the install is and returns once it is ready."""
    record = write(tmp_path / "m", state="installing", percent=90, line="nearly")
    finish = threading.Timer(0.1, write, [tmp_path / "m"], {"state": "ready", "percent": 100})
    finish.start()
    wait_for_models(record, every=0.02)
    finish.join()
    assert "The models are 90 % there (nearly)." in capsys.readouterr().out


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"state": "installing"}'])
def test_without_a_word_from_start_the_packages_decide(tmp_path: Path, text: str | None) -> None:
    """An environment that start.py did not make is judged by what it holds."""
    record = tmp_path / "m"
    if text is not None:
        record.write_text(text, encoding="utf-8")
    assert models_state(record).state in {"ready", "missing"}
