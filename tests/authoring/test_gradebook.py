"""nbgrader's gradebook agrees with the release, and no mark is ever lost to that."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.authoring.generated import differences, notebooks, write
from autograder.authoring.gradebook import agree, course_directory
from autograder.cli.build import run as build
from autograder.errors import ContentError

LESSON = "01_count_the_words"

pytestmark = [
    pytest.mark.budget("nbgrader's loop"),
    # nbgrader 0.9.6 adds a submission in a way that SQLAlchemy 2.1 remarks on.
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),
]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an empty gradebook once: nbgrader starts another program to do it."""
    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(sys.executable).parent))
        Gradebook(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def released(root: Path, empty: Path) -> Path:
    """Build the small course with the repository's way of naming its trees."""
    (root / "nbgrader_config.py").write_text(
        'c = get_config()\nc.CourseDirectory.source_directory = "notebooks/source"\n'
        'c.CourseDirectory.release_directory = "notebooks/release"\n',
        encoding="utf-8",
    )
    manifest = root / "notebooks" / "course.yaml"
    text = manifest.read_text(encoding="utf-8").replace("status: draft", "status: ready")
    manifest.write_text(text, encoding="utf-8")  # a draft is entered only when it is named
    _rebuild(root)
    shutil.copy(empty, root / "gradebook.db")
    return root


@pytest.fixture
def marked(released: Path) -> Iterator[Path]:
    """Enter the lesson, and give one learner a mark and a comment."""
    agree(released, [LESSON])
    with _gradebook(released) as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission(LESSON, "ada")
        gradebook.find_grade("check-count_words", LESSON, LESSON, "ada").auto_score = 3.0
        gradebook.find_grade("written-word_memo", LESSON, LESSON, "ada").manual_score = 5.0
        comment = gradebook.find_comment("written-word_memo", LESSON, LESSON, "ada")
        comment.manual_comment = "Short and right."
        gradebook.db.commit()
    yield released
    assert _marks(released) == (3.0, 5.0, "Short and right.")


def _gradebook(root: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{root}/gradebook.db")


def _marks(root: Path) -> tuple[float, float, str]:
    with _gradebook(root) as gradebook:
        return (
            gradebook.find_grade("check-count_words", LESSON, LESSON, "ada").auto_score,
            gradebook.find_grade("written-word_memo", LESSON, LESSON, "ada").manual_score,
            gradebook.find_comment("written-word_memo", LESSON, LESSON, "ada").comment,
        )


def _rebuild(root: Path) -> None:
    made = notebooks(root)
    write(root, made, differences(root, made))


def _edit(root: Path, old: str, new: str) -> None:
    for path in (
        root / "notebooks" / "lessons" / LESSON / "lesson.py",
        root / "notebooks" / "course.yaml",
    ):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_gradebook_holds_what_the_release_has(
    released: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is made where there is none, and gets cells, points and sources of the release."""
    (released / "gradebook.db").unlink()
    monkeypatch.setenv("PATH", "/usr/bin:/bin")  # nbgrader calls alembic by bare name
    before = {p: p.read_bytes() for p in released.rglob("*.ipynb")}
    assert agree(released, [LESSON]).entered == [LESSON]
    with _gradebook(released) as gradebook:
        notebook = gradebook.find_notebook(LESSON, LESSON)
        points = {cell.name: cell.max_score for cell in notebook.grade_cells}
        sources = {cell.name: cell.source for cell in notebook.source_cells}
    assert points == {"check-count_words": 4.0, "written-word_memo": 6.0}
    assert sources["check-count_words"] == 'check("count_words")'
    assert "isalnum" not in sources["answer-count_words"]
    assert {p: p.read_bytes() for p in released.rglob("*.ipynb")} == before


def test_a_second_run_changes_nothing(marked: Path) -> None:
    """Where release and gradebook agree, not a byte of the database is written."""
    before = (marked / "gradebook.db").read_bytes()
    done = agree(marked, [LESSON])
    assert (done.entered, done.unchanged, done.refused) == ([], [LESSON], [])
    assert (marked / "gradebook.db").read_bytes() == before


def test_new_words_and_points_reach_a_marked_lesson(marked: Path) -> None:
    """Where the cells stay, their text and points change and the marks stay."""
    _edit(marked, "points=6", "points=8")
    _edit(marked, "at most 50 words", "at most 60 words")
    _rebuild(marked)
    assert agree(marked, [LESSON]).entered == [LESSON]
    with _gradebook(marked) as gradebook:
        cell = gradebook.find_grade_cell("written-word_memo", LESSON, LESSON)
        assert cell.max_score == 8.0


def test_a_change_of_cells_is_refused_where_marks_hang_on_them(marked: Path) -> None:
    """One sentence names the cells and the way out; the database is not written."""
    _edit(marked, "count_words", "tell_words")
    _rebuild(marked)
    before = (marked / "gradebook.db").read_bytes()
    done = agree(marked, [LESSON])
    assert done.entered == []
    assert len(done.refused) == 1
    assert "answer-count_words, check-count_words" in done.refused[0]
    assert "answer-tell_words, check-tell_words" in done.refused[0]
    assert "new id" in done.refused[0]
    assert (marked / "gradebook.db").read_bytes() == before


def test_a_change_of_cells_is_entered_before_anyone_submits(released: Path) -> None:
    """Without submissions the gradebook simply follows."""
    agree(released, [LESSON])
    _edit(released, "count_words", "tell_words")
    _rebuild(released)
    assert agree(released, [LESSON]).entered == [LESSON]
    with _gradebook(released) as gradebook:
        cells = gradebook.find_notebook(LESSON, LESSON).grade_cells
        assert {cell.name for cell in cells} == {"check-tell_words", "written-word_memo"}


def test_an_outdated_release_is_named(released: Path) -> None:
    """A release that its source would not give is never entered."""
    release = released / "notebooks" / "release" / LESSON / f"{LESSON}.ipynb"
    release.write_text(release.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(ContentError, match="Run `rungs build`"):
        agree(released, [LESSON])


def test_a_missing_release_is_named(released: Path) -> None:
    """The sentence says what to run, in place of a traceback."""
    (released / "notebooks" / "release" / LESSON / f"{LESSON}.ipynb").unlink()
    with pytest.raises(ContentError, match="does not exist. Run `rungs build` first"):
        agree(released, [LESSON])


def test_the_configuration_says_which_database(released: Path, tmp_path: Path) -> None:
    """A db_url in nbgrader_config.py is the one that is filled."""
    other = tmp_path / "other.db"
    with (released / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f'c.CourseDirectory.db_url = "sqlite:///{other}"\n')
    assert course_directory(released).db_url == f"sqlite:///{other}"


def test_the_command_tells_what_it_did(released: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`rungs build --gradebook` ends with one line of counts and exits 0."""
    options = Namespace(lessons=[], check=False, gradebook=True, root=released)
    assert build(options) == 0
    assert capsys.readouterr().out == (
        f"entered {LESSON} into the gradebook\ngradebook: 1 entered, 0 unchanged, 0 refused\n"
    )
