"""A learner's own case: the public view of one seeded world, in a file beside the notebook.

A pack holds what its learner may read and nothing else: neither the truth nor
the seed. `load` looks in `cases/` of the notebook's folder:

- `cases/<account>/<case>.json`, as a class's exchange brings it, before
- `cases/<case>.json`, which somebody who studies alone makes with the first
  `load`, from a secret of their own (`judging.own_case`).

Without either it gives an example, and says so.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import secrets
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, cast, get_args

from autograder import content
from autograder.errors import ContentError, UnknownDataset
from autograder.manifest import Lesson

__all__ = [
    "FOLDER",
    "Pack",
    "digest",
    "find_pack",
    "hold",
    "lesson_of",
    "load",
    "notice",
    "read_pack",
    "write_once",
]

FOLDER = "cases"
Origin = Literal["class", "own", "example"]
_WHOSE: dict[Origin, str] = {
    "class": "{case}: the case that your class released to {learner}.",
    "own": "{case}: a case of your own. No class released one to you, and no class marks it.",
    "example": (
        "This is an example {case}, and not a case of yours: nothing written about it "
        "counts. In a class, fetch the lesson again (`nbgrader fetch_assignment {lesson} "
        "--replace`), or put the file that your instructor gives you at cases/{case}.json. If "
        "you study alone, run `make start`, or `rungs cases --own` in this folder. Then run "
        "this cell again."
    ),
}
_held: dict[str, str] = {}


@dataclass(frozen=True)
class Pack:
    """Hold one learner's case; `public` is plain data, `learner` is "" outside a class."""

    case: str
    lesson: str
    origin: Origin
    learner: str
    public: Any

    def data(self) -> bytes:
        """Write it as JSON, one line for each part of a public view that is a dict."""
        head = {k: v for k, v in vars(self).items() if k != "public"}
        lines = [f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in head.items()]
        return ("{\n" + ",\n".join([*lines, f'"public": {_lines(self.public)}']) + "\n}\n").encode()


def load(name: str) -> Any:
    """Read a dataset's file by `"slug/name"`, or by `"slug"` where it has only one; or your case.

    CSV gives a pandas DataFrame, JSON the parsed value, JSON Lines a list of
    dicts, Markdown and plain text a string. A case is plain data. Every call
    reads afresh, so a caller may change what it gets.
    """
    if name in _held:
        return json.loads(_held[name])
    try:
        return content.load(name)
    except UnknownDataset:
        if lesson_of(name) is None:
            raise
    pack = find_pack(name)
    print(textwrap.fill(notice(pack), 92))
    return pack.public


def hold(held: Mapping[str, str]) -> None:
    """Let `load` give these public views (name to JSON) in this process, whatever files say."""
    _held.clear()
    _held.update(held)


def lesson_of(case: str) -> Lesson | None:
    """Find the lesson whose tasks are about a case; None where it is no case."""
    with suppress(ContentError):  # A sandbox sees no manifest.
        for lesson, task in content.course().tasks():
            if task.case == case:
                return lesson
    return None


def find_pack(case: str, folder: Path | None = None) -> Pack:
    """Return the learner's pack of a case: released to them, their own, or the example."""
    place = (folder or Path.cwd()) / FOLDER
    for path in _released(place, case):
        return read_pack(path, case)
    maker = import_module("autograder.judging.own_case")
    return cast(Pack, maker.own_pack(case, place) or maker.example_pack(case))


def read_pack(path: Path, case: str) -> Pack:
    """Read a pack; raise `ContentError` saying what to do where it is none of this case."""
    try:
        pack = Pack(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as err:
        raise ContentError(
            f"{path} is damaged ({type(err).__name__}). Delete it and fetch it again, or run "
            "this again if it was your own."
        ) from err
    if pack.case != case or pack.origin not in get_args(Origin):
        raise ContentError(f"{path} is not a case {case!r}. Fetch the right file again.")
    return pack


def notice(pack: Pack) -> str:
    """Say whose case this is, and where it is nobody's, how to get one's own."""
    return _WHOSE[pack.origin].format(**vars(pack))


def write_once(path: Path, data: bytes) -> bool:
    """Write a file in one step, unless there is one; tell whether it was written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return False
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    fresh.write_bytes(data)
    os.replace(fresh, path)
    return True


def digest(public: Any) -> str:
    """Name a public view by what it holds."""
    text = json.dumps(public, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _released(place: Path, case: str) -> Iterator[Path]:
    """Yield where a class's pack may lie, the learner's own folder first."""
    known = {path.parent.name: path for path in sorted(place.glob(f"*/{case}.json"))}
    mine = [known[name] for name in _accounts() if name in known]
    flat = place / f"{case}.json"
    if flat.is_file() and read_pack(flat, case).origin == "class":
        mine.append(flat)
    yield from mine
    if len(known) == 1:
        yield from known.values()
    elif known:
        raise ContentError(
            f"{place} holds the cases of {len(known)} learners, and none is named "
            f"{' or '.join(_accounts())}. Copy yours to cases/{case}.json."
        )


def _accounts() -> list[str]:
    names = [os.environ.get("JUPYTERHUB_USER", "")]
    with suppress(KeyError, OSError):
        names.append(getpass.getuser())
    return list(dict.fromkeys(name for name in names if name))


def _lines(public: Any) -> str:
    if not isinstance(public, dict) or not public:
        return json.dumps(public, ensure_ascii=False)
    rows = (f" {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in public.items())
    return "{\n" + ",\n".join(rows) + "\n}"
