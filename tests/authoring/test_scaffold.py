"""`rungs new-lesson` starts lessons that lint and are judged as they say."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from autograder.authoring.lesson import read_lesson
from autograder.authoring.lint import lint
from autograder.authoring.scaffold import scaffold
from autograder.cli import main
from autograder.errors import ContentError
from autograder.judging.learner import InProcess, Learner
from autograder.manifest import read_course

LESSON = "01_count_the_words"


@pytest.fixture
def folder(root: Path) -> Path:
    """Give the folder of a lesson as it is scaffolded."""
    made = scaffold(root, "05_rank_the_lines")
    return root / "notebooks" / "lessons" / made.id


def _judge(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("scaffolded_judge", folder / "judge.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _namespace(source: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    return namespace


def _scores(folder: Path, namespace: dict[str, Any]) -> set[float]:
    task = "count_words_to_rank_the_lines"
    judge = getattr(_judge(folder), task)
    return {judge(Learner(InProcess(namespace)), seed).value for seed in range(25)}


def test_a_new_lesson_lints(root: Path, folder: Path) -> None:
    """A scaffolded lesson breaks no rule; as a draft it may be short."""
    report = lint(root, [folder.name])
    assert report.findings == ()
    assert report.notes[0].endswith("(draft)")


def test_its_reference_is_full_and_its_stub_nothing(folder: Path) -> None:
    """The reference scores 1 and the untouched stub 0 on every seed."""
    answer = next(read_lesson(folder / "lesson.py").with_role("answer")).source
    head = answer.partition("    ### BEGIN")[0]
    assert _scores(folder, _namespace(answer)) == {1.0}
    assert _scores(folder, _namespace(head + "    raise NotImplementedError()")) == {0.0}


def test_its_corpus_scores_what_it_declares(folder: Path) -> None:
    """At least two right entries are full, at least five wrong ones exactly as declared."""
    kinds = []
    for path in sorted((folder / "corpus").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        said = ast.get_docstring(ast.parse(text)) or ""
        declared = [float(x.split(":")[1]) for x in said.splitlines() if x.startswith("score:")]
        assert _scores(folder, _namespace(text)) == {*(declared or [1.0])}, path.name
        kinds.append(path.name.partition("_")[0])
    assert kinds.count("right") >= 2
    assert kinds.count("wrong") >= 5


def test_entries_stay_in_order_and_comments_stay(root: Path) -> None:
    """A new entry goes where its number belongs, and the rest of the file keeps its bytes."""
    manifest = root / "notebooks" / "course.yaml"
    before = manifest.read_text(encoding="utf-8") + "# the end\n"
    manifest.write_text(before, encoding="utf-8")
    scaffold(root, "07_later")
    scaffold(root, "03_between")
    made = scaffold(root, "next_one")
    assert made.id == "08_next_one"
    ids = [entry.id for entry in read_course(manifest).lessons]
    assert ids == [LESSON, "03_between", "07_later", "08_next_one"]
    after = manifest.read_text(encoding="utf-8").splitlines()
    assert [line for line in before.splitlines() if line not in after] == []


def test_entries_go_before_what_follows_the_lessons(root: Path) -> None:
    """A manifest whose lessons are not its last key is extended in the right place."""
    manifest = root / "notebooks" / "course.yaml"
    text = manifest.read_text(encoding="utf-8")
    course, _, rest = text.partition("\n")
    manifest.write_text(f"{rest}{course}\n", encoding="utf-8")
    scaffold(root, "02_second")
    assert [entry.id for entry in read_course(manifest).lessons] == [LESSON, "02_second"]


@pytest.mark.parametrize(
    ("slug", "says"),
    [
        ("Rank It", "is no slug"),
        ("rank-it", "is no slug"),
        ("01_rank_it", "has the number 01"),
        ("count_the_words", "already"),
    ],
)
def test_a_name_that_will_not_do_is_refused(root: Path, slug: str, says: str) -> None:
    """Nothing is written where the name is no slug or is taken."""
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    with pytest.raises(ContentError, match=says):
        scaffold(root, slug)
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == before


def test_a_folder_in_the_way_is_kept(root: Path) -> None:
    """A folder of that name, listed or not, is never written into."""
    kept = root / "notebooks" / "lessons" / "02_mine"
    kept.mkdir()
    with pytest.raises(ContentError, match="exists already"):
        scaffold(root, "02_mine")
    assert list(kept.iterdir()) == []


def test_the_command_says_what_comes_next(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`rungs new-lesson` lists the files it wrote and the next two commands."""
    assert main(["new-lesson", "rank_the_lines", "--root", str(root)]) == 0
    said = capsys.readouterr().out
    assert "wrote notebooks/lessons/02_rank_the_lines/lesson.py" in said
    assert "rungs lint 02_rank_the_lines" in said
