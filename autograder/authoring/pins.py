"""Resolve the chosen packages of pyproject.toml into requirements.txt, once for every Python."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import RungsError

__all__ = ["Choice", "Part", "chosen", "name_of", "pins", "render", "resolve"]

OLDEST_PYTHON = "3.11"
TITLES = (
    "the course opens with these",
    "models: installed behind, while the course is already open",
    "building and testing",
)
# torch's default wheel on Linux asks for these; a CPU wheel does not, and a pin would force them.
_CUDA = re.compile(r"^(cuda-|nvidia-|triton\b)")
_NAME = re.compile(r"^[A-Za-z0-9._-]+")
_LISTED = re.compile(r'^\s*"(?P<requirement>[^"]+)",\s+# (?P<purpose>.+?)\s*$')

HEADER = f"""\
# Rungs: exact pins, one resolve for Python {OLDEST_PYTHON} to 3.13 on Linux, macOS and Windows.
# Written by `rungs pins` from the three lists in pyproject.toml: change those, not this file.
# torch's CUDA packages are left out on purpose, so that a CPU wheel stays a CPU wheel.
# start.py reads the lines that begin with "# --- part".
"""


@dataclass(frozen=True)
class Choice:
    """One package somebody chose: its requirement as written, and what it is for."""

    requirement: str
    purpose: str

    @property
    def name(self) -> str:
        return name_of(self.requirement)


@dataclass(frozen=True)
class Part:
    """One part of requirements.txt: what was chosen, and every pin the part adds."""

    title: str
    choices: tuple[Choice, ...]
    pins: tuple[str, ...]


def name_of(requirement: str) -> str:
    """Return a requirement's package name as the registry normalises it."""
    found = _NAME.match(requirement)
    if found is None:
        raise RungsError(f"{requirement!r} does not begin with a package name.")
    return re.sub(r"[-_.]+", "-", found.group()).lower()


def chosen(pyproject: Path) -> tuple[tuple[Choice, ...], ...]:
    """Read the three lists with their comments; an entry without a purpose is an error."""
    text = pyproject.read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    extras = project["optional-dependencies"]
    purposes = {
        found["requirement"]: found["purpose"]
        for found in map(_LISTED.match, text.splitlines())
        if found is not None
    }
    lists = (project["dependencies"], extras["models"], extras["test"])
    for requirement in (entry for entries in lists for entry in entries):
        if requirement not in purposes:
            raise RungsError(
                f"{pyproject.name}: {requirement!r} has no comment. "
                "Say what it is for, behind it on the same line."
            )
    return tuple(tuple(Choice(entry, purposes[entry]) for entry in entries) for entries in lists)


def pins(compiled: str) -> tuple[str, ...]:
    """Return the pinned lines of a compiled file, without comments and without CUDA."""
    lines = (line.strip() for line in compiled.splitlines())
    return tuple(line for line in lines if line and line[0] != "#" and not _CUDA.match(line))


def resolve(pyproject: Path) -> tuple[Part, ...]:
    """Resolve all three lists together, then say which part first needs each pin.

    Needs the network and `uv`; the two smaller resolves are constrained by the full one.
    """
    lists = chosen(pyproject)
    full = pins(_compile(_requirements(lists)))
    parts: list[Part] = []
    seen: set[str] = set()
    for number, (title, choices) in enumerate(zip(TITLES, lists, strict=True), start=1):
        smaller = pins(_compile(_requirements(lists[:number]), constraints=full))
        wanted = {_version_of(pin) for pin in smaller} - seen
        # From the full resolve, whose markers cover every part that needs the package.
        parts.append(Part(title, choices, tuple(pin for pin in full if _version_of(pin) in wanted)))
        seen |= wanted
    return tuple(parts)


def render(parts: Iterable[Part]) -> str:
    """Return the text of requirements.txt: each part's choices with purposes, then the rest."""
    blocks = [HEADER]
    for number, part in enumerate(parts, start=1):
        names = {choice.name for choice in part.choices}
        direct = [
            f"{pin}  # {choice.purpose}"
            for choice in part.choices
            for pin in part.pins
            if name_of(pin) == choice.name
        ]
        brought = [pin for pin in part.pins if name_of(pin) not in names]
        blocks.append(
            "\n".join(
                [
                    f"# --- part {number}: {part.title}",
                    *direct,
                    "# what those bring along",
                    *brought,
                    "",
                ]
            )
        )
    return "\n".join(blocks)


def _requirements(lists: Iterable[Iterable[Choice]]) -> list[str]:
    return [choice.requirement for choices in lists for choice in choices]


def _version_of(pin: str) -> str:
    """Return `name==version` without the marker."""
    return pin.split(";")[0].strip()


def _compile(requirements: Iterable[str], constraints: Iterable[str] = ()) -> str:
    """Run one universal resolve and return its output."""
    with tempfile.TemporaryDirectory() as folder:
        wanted, held = Path(folder, "wanted.in"), Path(folder, "held.txt")
        wanted.write_text("\n".join(requirements), encoding="utf-8")
        held.write_text("\n".join(constraints), encoding="utf-8")
        command = [
            *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"),
            *("--python-version", OLDEST_PYTHON, "--no-header", "--no-annotate"),
            *("--constraints", str(held), str(wanted)),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RungsError(
            f"The packages could not be resolved together: {done.stderr.strip()}\n"
            "Loosen the bound named above in pyproject.toml, or see that the network answers."
        )
    return done.stdout
