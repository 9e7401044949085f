"""The same class for three graders: `rungs grade`, stock `nbgrader autograde` and `otter run`.

The answers are a lesson's references. The hidden tests of the other two make
the very calls that our judge makes in the practice cases, and want what the
reference gave, so all three execute the same cells and the same calls.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from autograder import content
from autograder.authoring.gradebook import agree
from autograder.authoring.lesson import read_lesson
from autograder.authoring.notebooks import release_notebooks, source_notebook
from autograder.authoring.room import Limits, Room, replay
from autograder.channel import decode
from autograder.judging.recorder import Recorder
from autograder.judging.reference import reference_answer
from autograder.judging.seeds import practice_seeds
from autograder.judging.verdict import judge_cases
from autograder.manifest import Lesson

__all__ = ["Otter", "Ours", "Stock", "otter_python"]

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
OTTER = "7.0.0"

_COMPARE = """
import math as _math
from datetime import *
from decimal import Decimal


def _same(got, want):
    if isinstance(want, dict):
        return set(got) == set(want) and all(_same(got[k], want[k]) for k in want)
    if isinstance(want, (list, tuple)):
        return len(got) == len(want) and all(map(_same, got, want))
    if isinstance(want, (int, float, Decimal)) and not isinstance(want, bool):
        return _math.isclose(float(got), float(want), rel_tol=1e-9, abs_tol=1e-9)
    return got == want


def _check(function, cases):
    for args, kwargs, raises, want in cases:
        try:
            got = function(*args, **kwargs)
        except Exception:
            assert raises
        else:
            assert not raises
            assert _same(got, want)
"""


class Course:
    """A folder for one lesson's class; a subclass says how it is graded."""

    def __init__(self, place: Path, lesson: Lesson) -> None:
        self.place = place
        self.lesson = lesson
        self.points = sum(task.points for task in lesson.tasks)
        place.mkdir(parents=True)
        (place / "home").mkdir()

    def seconds(self, *command: str, **environment: str) -> float:
        """Run one grading command in a process of its own; return its wall time."""
        home, path = str(self.place / "home"), f"{BIN}{os.pathsep}{os.environ['PATH']}"
        surroundings = {**os.environ, "HOME": home, "PATH": path, **environment}
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            surroundings.pop(name, None)
        started = time.perf_counter()
        done = subprocess.run(
            command,
            cwd=self.place,
            env=surroundings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        took = time.perf_counter() - started
        assert done.returncode == 0, done.stdout[-3000:]
        return took

    def hand_in(self, learners: Iterable[str], notebook: NotebookNode) -> None:
        """Put everybody's notebook where `collect` would."""
        text = nbformat.writes(notebook)
        for learner in learners:
            folder = self.place / "submitted" / learner / self.lesson.id
            folder.mkdir(parents=True)
            (folder / f"{self.lesson.id}.ipynb").write_text(text, encoding="utf-8")

    def totals(self, course_id: str) -> dict[str, float]:
        """Read everybody's automatic total from the gradebook."""
        with Gradebook(f"sqlite:///{self.place}/gradebook.db", course_id) as gradebook:
            return {
                submission.student.id: sum(
                    grade.auto_score or 0.0
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                )
                for submission in gradebook.find_assignment(self.lesson.id).submissions
            }


class Ours(Course):
    """Grade with `rungs grade`, in the sandbox, on both cores."""

    def __init__(self, place: Path, lesson: Lesson) -> None:
        super().__init__(place, lesson)
        source = _source(lesson)
        release = release_notebooks({lesson.id: source})[lesson.id]
        self.released = nbformat.reads(release.decode(), 4)
        notebooks = place / "notebooks"
        for tree, text in (("source", source), ("release", release)):
            path = notebooks / tree / lesson.id / f"{lesson.id}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_bytes(text)
        shutil.copy(content.repository_root() / "notebooks" / "course.yaml", notebooks)
        shutil.copy(ROOT / "nbgrader_config.py", place)
        refused = agree(place, [lesson.id]).refused
        assert not refused, refused

    def solved(self) -> NotebookNode:
        """Return the released notebook with the references as answers."""
        notebook = nbformat.from_dict(self.released)
        for task in self.lesson.tasks:
            _cell(notebook, f"answer-{task.id}").source = reference_answer(self.lesson.id, task.id)
        return notebook

    def grade(self, jobs: int = 2) -> float:
        """Grade everybody anew; return the seconds of the whole command."""
        options = ["--no-collect", "--force", "--jobs", str(jobs), "--course", str(self.place)]
        root = str(content.repository_root())
        took = self.seconds(str(BIN / "rungs"), "grade", self.lesson.id, *options, RUNGS_ROOT=root)
        totals = self.totals("rungs")
        assert totals == dict.fromkeys(totals, self.points)
        return took


class Stock(Course):
    """Grade with nbgrader as it comes: its own configuration, its own process, hidden tests."""

    def __init__(self, place: Path, lesson: Lesson) -> None:
        super().__init__(place, lesson)
        folder = place / "source" / lesson.id
        folder.mkdir(parents=True)
        notebook = nbformat.reads(_source(lesson).decode(), 4)
        for task, test in hidden_tests(lesson).items():
            _cell(
                notebook, f"check-{task}"
            ).source = f"### BEGIN HIDDEN TESTS\n{_COMPARE}\n{test}\n### END HIDDEN TESTS"
        nbformat.write(notebook, folder / f"{lesson.id}.ipynb")
        (place / "nbgrader_config.py").write_text(
            "c = get_config()\nc.CourseDirectory.course_id = 'stock'\n", encoding="utf-8"
        )
        self.seconds(str(BIN / "nbgrader"), "generate_assignment", lesson.id)

    def solved(self) -> NotebookNode:
        """Return the released notebook with the references as answers."""
        path = self.place / "release" / self.lesson.id / f"{self.lesson.id}.ipynb"
        notebook = nbformat.read(path, 4)
        for task in self.lesson.tasks:
            _cell(notebook, f"answer-{task.id}").source = reference_answer(self.lesson.id, task.id)
        return notebook

    def grade(self, *options: str, full: bool = True) -> float:
        """Grade everybody anew; return the seconds of the whole command."""
        command = [str(BIN / "nbgrader"), "autograde", self.lesson.id, "--force"]
        took = self.seconds(*command, *options)
        totals = self.totals("stock")
        assert totals == dict.fromkeys(totals, self.points if full else 0.0)
        return took


class Otter(Course):
    """Grade with `otter run`, one process a submission, from an environment of its own."""

    def __init__(self, place: Path, lesson: Lesson) -> None:
        super().__init__(place, lesson)
        with zipfile.ZipFile(place / "autograder.zip", "w") as archive:
            archive.writestr("otter_config.json", json.dumps({"show_stdout": False}))
            for task, test in hidden_tests(lesson).items():
                points = next(one.points for one in lesson.tasks if one.id == task)
                archive.writestr(f"tests/{task}.py", _otter_test(task, points, test))

    def grade(self, python: Path, notebook: NotebookNode) -> float:
        """Grade one notebook; return the seconds of the whole command."""
        path = self.place / f"{self.lesson.id}.ipynb"
        notebook = nbformat.from_dict(notebook)
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id", "").startswith("check-"):
                cell.source = ""  # otter runs its own tests
        nbformat.write(notebook, path)
        command = [str(python.parent / "otter"), "run", str(path), "-a", "autograder.zip"]
        took = self.seconds(*command, PATH=f"{python.parent}{os.pathsep}{os.environ['PATH']}")
        said = json.loads((self.place / "results.json").read_text(encoding="utf-8"))
        assert sum(test.get("score", 0.0) for test in said["tests"]) == self.points, said
        return took


def otter_python(place: Path) -> Path:
    """Make otter's environment where there is none; return its Python.

    What the answers import comes from this environment, behind otter's own.
    """
    python = place / "bin" / "python"
    if not (place / "ready").is_file():
        shutil.rmtree(place, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        wanted = [f"otter-grader=={OTTER}", "ipykernel"]
        install = [str(python), "-m", "pip", "install", "--quiet", *wanted]
        subprocess.run(install, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        library = next(place.glob("lib/python*/site-packages"))
        ours = next(BIN.parent.glob("lib/python*/site-packages"))
        line = f"import site; site.addsitedir({str(ours)!r})\n"
        (library / "zz_answers.pth").write_text(line, encoding="utf-8")
        (place / "ready").touch()
    return python


def hidden_tests(lesson: Lesson) -> dict[str, str]:
    """Write, by task, the calls of the practice cases as Python that asserts their results."""
    room = Room.open(lesson)
    references = [s for t in lesson.tasks for s in room.submissions(t) if s.seat == "reference"]

    def run(submission: Any, judge: Any, transport: Any, emit: Any) -> None:
        recorder = Recorder(transport)
        verdict = judge_cases(judge, recorder, practice_seeds(lesson.id, submission.task.id))
        assert verdict.mark == submission.task.points, verdict
        emit([_case(exchange) for exchange in recorder.exchanges])

    found = replay(room, references, run, Limits())
    return {
        submission.task.id: f"_check({submission.task.id}, [{', '.join(emitted[0])}])"
        for submission, emitted, _ in found
    }


def _case(exchange: Any) -> str:
    request, reply = exchange.request, exchange.reply
    assert request["op"] == "call", "only calls can be asked of every grader"
    want = decode(reply["ok"]) if "ok" in reply else None
    parts = decode(request["args"]), decode(request["kwargs"]), "ok" not in reply, want
    return re.sub(r"\bdatetime\.(datetime|date|timezone|timedelta)\b", r"\1", repr(parts))


def _otter_test(task: str, points: float, test: str) -> str:
    body = textwrap.indent(test, "    ")
    return (
        f"from otter.test_files import test_case\n\nOK_FORMAT = False\nname = {task!r}\n"
        f"points = {points}\n{_COMPARE}\n\n@test_case(points={points}, hidden=True)\n"
        f"def test_{task}({task}):\n{body}\n"
    )


def _source(lesson: Lesson) -> bytes:
    authored = read_lesson(content.lesson_dir(lesson.id) / "lesson.py")
    return source_notebook(authored, content.course().course.version)


def _cell(notebook: NotebookNode, name: str) -> NotebookNode:
    return next(
        cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name
    )
