"""A small course in a folder of its own: what `rungs new-lesson` writes, plus one of everything."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder import content
from autograder.authoring.room import Room
from autograder.authoring.scaffold import scaffold

LESSON = "01_count_the_words"
TINY = Path(__file__).parent / "fixtures" / "tiny_course"
TINY_LESSON = "90_count_things"

_WRITTEN = """
# %% [markdown]
# ## Task 2: Say what a word is
#
# Use [your count](#task-1-count-the-words) and the four [pieces](https://example.org/pieces).
# This one is worth 6 points.
# %% [markdown] role="written" task="word_memo" points=6
# Replace this line by at most 50 words.
#
# ### BEGIN SOLUTION
# A word holds a letter.
# ### END SOLUTION
# %% [markdown] role="rubric" task="word_memo"
# | criterion | 0 | 1 | 2 |
# |---|---|---|---|
# | names the rule | nothing | a rule | the rule and why |
# | gives a case | none | a plain one | a dash or three dots |
# | is short | over 100 words | over 50 | at most 50 |
"""

_LOADED = """
# %%
load("log_lines/lines")
"""

_DATASET = """\
slug: log_lines
title: Log lines
files:
  - {name: lines, path: lines.txt}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Write a course of one lesson that lints, with a task, a written task and a dataset."""
    notebooks = tmp_path / "notebooks"
    (notebooks / "lessons").mkdir(parents=True)
    (notebooks / "course.yaml").write_text(
        'course: {title: Tiny, version: "1", seeds: 5}\nlessons: []\n', encoding="utf-8"
    )
    career = tmp_path / "datasets" / "career"
    career.mkdir(parents=True)
    (career / "competencies.csv").write_text("id,text\nC001,Count\nC002,Say\n", encoding="utf-8")
    data = tmp_path / "datasets" / "log_lines"
    data.mkdir()
    (data / "dataset.yaml").write_text(_DATASET, encoding="utf-8")
    (data / "lines.txt").write_text("one\ntwo\n", encoding="utf-8")
    scaffold(tmp_path, "count_the_words")
    _extend(notebooks)
    return tmp_path


@pytest.fixture
def lesson_file(root: Path) -> Path:
    """Give the one lesson's authored text."""
    return root / "notebooks" / "lessons" / LESSON / "lesson.py"


def _extend(notebooks: Path) -> None:
    lesson = notebooks / "lessons" / LESSON / "lesson.py"
    text = lesson.read_text(encoding="utf-8")
    top, told, end = text.partition("# %% [markdown]\n# ## What you did")
    top = top.replace("import check, predict", "import check, load, predict")
    top = top.replace("One task, 4 points", "Two tasks, 10 points")
    top = top.replace("\n# %% [markdown]\n# ## Split", f"{_LOADED}\n# %% [markdown]\n# ## Split")
    lesson.write_text(top.rstrip("\n") + "\n" + _WRITTEN + told + end, encoding="utf-8")
    manifest = notebooks / "course.yaml"
    listed = manifest.read_text(encoding="utf-8").replace("datasets: []", "datasets: [log_lines]")
    listed += "    written:\n      - {id: word_memo, points: 6, competencies: [C002]}\n"
    manifest.write_text(listed, encoding="utf-8")


class TinyCourse:
    """Hold a copy of the tiny course; `with course.open() as room` reads it as it is now."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "course"
        shutil.copytree(TINY, self.root)
        self.lesson = self.root / "notebooks" / "lessons" / TINY_LESSON

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a piece of a file of the lesson, which must be there."""
        path = self.lesson / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def add(self, file: str, text: str) -> None:
        """Write a file of the lesson."""
        (self.lesson / file).write_text(text, encoding="utf-8")

    @contextmanager
    def open(self) -> Iterator[Room]:
        """Use the copy as the content, and read its lesson."""
        with content.use_root(self.root):
            yield Room.open(content.course().lesson(TINY_LESSON))


@pytest.fixture
def tiny(tmp_path: Path) -> TinyCourse:
    """Give a copy of the course of two tasks that the truth table is tested on."""
    return TinyCourse(tmp_path)
