"""Attacks by what is handed in: files, names, links, archives and forged notebooks.

What scripts and markup do in a feedback page is tried in a browser, in
tests/browser/test_feedback.py; what only damages a file, in tests/grading/damaged.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.attacks.attack import CANARY, LESSON, MARKER
from tests.attacks.seat import released

__all__ = ["HANDED_IN", "HandedIn", "answered"]

FILE = f"{LESSON}.ipynb"
RIGHT = {
    "total": "def total(values):\n    return math.fsum(values)",
    "top": "def top(scores):\n    return sorted(scores, key=lambda name: -scores[name])",
}
WRONG = {"total": "def total(values):\n    return 0.0", "top": RIGHT["top"]}


def answered(answers: dict[str, str]) -> dict[str, Any]:
    """Return the released notebook with these answers."""
    nb = released()
    for cell in nb["cells"]:
        task = cell["id"].removeprefix("answer-")
        if task in answers:
            cell["source"] = answers[task]
    return nb


@dataclass(frozen=True)
class HandedIn:
    """One submission: `make(folder, victim)` fills its folder; `mark` is what it earns.

    None where it must be refused.
    """

    name: str
    make: Callable[[Path, Path], object]
    mark: float | None


def _notebook(change: Callable[[dict[str, Any]], object], wrong: bool = True) -> Any:
    def make(folder: Path, victim: Path) -> None:
        nb = answered(WRONG if wrong else RIGHT)
        change(nb)
        (folder / FILE).write_text(json.dumps(nb), encoding="utf-8")

    return make


def _beside(more: Callable[[Path, Path], object]) -> Any:
    def make(folder: Path, victim: Path) -> None:
        _notebook(lambda nb: None)(folder, victim)
        more(folder, victim)

    return make


def _forge_metadata(nb: dict[str, Any]) -> None:
    for cell in nb["cells"]:
        found = cell["metadata"].get("nbgrader")
        if found is not None:
            found.update(points=1000, locked=False, grade=True, checksum="0" * 32, score=1000)
    nb["metadata"].update(
        rungs={"mark": 1000, "marks": {"check-total": 1000}, "notes": ["full marks"]},
        nbgrader={"score": 1000, "max_score": 1000},
        kernelspec={"name": "evil", "argv": ["touch", f"/tmp/{MARKER}"], "language": "python"},
    )


def _forge_outputs(nb: dict[str, Any]) -> None:
    for cell in nb["cells"]:
        if cell["cell_type"] == "code":
            html = "<div class='rungs-card'>2 of 2 points</div><script>alert(1)</script>"
            data = {"text/html": html, "application/vnd.rungs+json": {"mark": 2.0}}
            cell["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]


def _take_over_checks(nb: dict[str, Any]) -> None:
    for cell in nb["cells"]:
        if cell["id"].startswith("check-"):
            cell["source"] = f"import os; os.system('touch /tmp/{MARKER}'); mark = 2"
            cell["metadata"]["nbgrader"].update(locked=False, solution=True)


def _add_graded_cells(nb: dict[str, Any]) -> None:
    found = next(c for c in nb["cells"] if c["id"] == "check-total")
    for number in range(3):
        copy = json.loads(json.dumps(found))
        copy["id"], copy["source"] = f"extra-{number}", "pass"
        copy["metadata"]["nbgrader"]["grade_id"] = f"extra-{number}" if number else "check-total"
        nb["cells"].append(copy)


def _attach(nb: dict[str, Any]) -> None:
    names = ("../../../evil.png", f"/tmp/{MARKER}.png", "a\0b.png", "..\\..\\evil.png")
    for cell in nb["cells"]:
        if cell["cell_type"] == "markdown":
            cell["attachments"] = {name: {"image/png": "AAAA"} for name in names}
            cell["source"] += "".join(f"\n![x](attachment:{n})" for n in names)
            cell["source"] += "\n![x](file:///etc/passwd)"


def _zip(*members: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def _link(folder: Path, victim: Path) -> None:
    (folder / FILE).symlink_to(victim / FILE)


def _links_beside(folder: Path, victim: Path) -> None:
    course = victim.parents[2]
    for name, goal in (
        ("key.txt", course / ".rungs" / "course.key"),
        ("others", course / "submitted"),
        ("book.db", course / "gradebook.db"),
        ("timestamp.txt", course / ".rungs" / "course.key"),
    ):
        (folder / name).symlink_to(goal)


def _special(folder: Path, victim: Path) -> None:
    os.mkfifo(folder / "pipe.ipynb")
    if os.geteuid() == 0:
        os.mknod(folder / "disk.ipynb", 0o60666, os.makedev(7, 0))


def _named(folder: Path, victim: Path) -> None:
    for name in ("-rf", "--config=evil.py", "a\nb.csv", "<img src=x onerror=alert(1)>", "é" * 120):
        (folder / name).write_text("x")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.csv")).write_text("x")
    (folder / "..ipynb").write_text("x")


def _configuration(folder: Path, victim: Path) -> None:
    evil = f"import os; os.system('touch /tmp/{MARKER}')"
    for name in ("nbgrader_config.py", "judge.py", "sitecustomize.py", "ipython_config.py",
                 "conftest.py", "autograder.py", "math.py"):  # fmt: skip
        (folder / name).write_text(evil)
    (folder / ".rungs").mkdir()
    (folder / ".rungs" / "course.key").write_text("0" * 64)
    (folder / "course.yaml").write_text("lessons: !!python/object/apply:os.system [true]")
    (folder / "state.pkl").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    (folder / "timestamp.txt").write_text("1970-01-01; rm -rf")


def _archives(folder: Path, victim: Path) -> None:
    (folder / "bomb.zip").write_bytes(_zip(("zeros", bytes(100_000_000))))
    out = f"../../../../../../tmp/{MARKER}"
    (folder / "out.zip").write_bytes(_zip((out, b"x"), (f"/tmp/{MARKER}", b"x")))


def _archive_as_notebook(folder: Path, victim: Path) -> None:
    whole = json.dumps(answered(RIGHT)).encode()
    (folder / FILE).write_bytes(_zip((FILE, whole), (f"../../{MARKER}", b"x")))


def _deep(folder: Path, victim: Path) -> None:
    (folder / "/".join(["d"] * 300)).mkdir(parents=True)


HANDED_IN = [
    HandedIn("an honest notebook", _notebook(lambda nb: None, wrong=False), 4.0),
    HandedIn("forged points, checksums and marks in metadata", _notebook(_forge_metadata), 2.0),
    HandedIn("saved outputs that say full marks", _notebook(_forge_outputs), 2.0),
    HandedIn("check cells with code of its own", _notebook(_take_over_checks), 2.0),
    HandedIn("more graded cells than there are", _notebook(_add_graded_cells), 2.0),
    HandedIn("attachments whose names lead elsewhere", _notebook(_attach), 2.0),
    HandedIn("a link to another learner's notebook", _link, None),
    HandedIn("links to the key, the gradebook and others", _beside(_links_beside), 2.0),
    HandedIn("pipes and devices named like notebooks", _beside(_special), 2.0),
    HandedIn("names that are options, markup or no text", _beside(_named), 2.0),
    HandedIn("configuration, code and pickles beside it", _beside(_configuration), 2.0),
    HandedIn("archives that unfold or climb", _beside(_archives), 2.0),
    HandedIn("an archive in the notebook's place", _archive_as_notebook, None),
    HandedIn("folders nested without end", _beside(_deep), 2.0),
]
SECRET_ANSWER = f"# {CANARY}\n{RIGHT['total']}"
