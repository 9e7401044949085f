"""What a learner meets at the desk: whose case it is, what a check tells, and what it keeps."""

from __future__ import annotations

import inspect
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder import cases, check, content, load, reveal
from autograder.content import course
from autograder.errors import ContentError
from autograder.judging.attempts import Attempts
from autograder.judging.fresh import check_fresh
from autograder.judging.own_case import make_key, own_pack, own_seed
from autograder.judging.practice import BelowFull
from tests.cases.conftest import COURSE, LESSON
from tests.cases.records import case_of, consistent, handed_in, literal, solved, truth_of

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path("cases")
Say = Callable[..., str]


@pytest.fixture
def say(desk: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run one of our calls beside an answer and return what it showed."""

    def run(call: str, answer: str = "") -> str:
        space: dict[str, Any] = {"__name__": "__main__", "check": check, "reveal": reveal}
        exec(answer, space)
        assert eval(call, space) is None
        shown = capsys.readouterr()
        assert shown.err == ""
        return " ".join(shown.out.split())

    return run


@pytest.fixture
def alone(desk: Path, tmp_path: Path) -> Path:
    """Study alone, with a secret."""
    assert make_key(tmp_path / "record")
    return desk


def released(seed: int, learner: str, folder: str) -> Path:
    """Lay a class's pack into cases/."""
    pack = cases.Pack("parcels", LESSON, "class", learner, case_of(seed).public)
    path = FOLDER / folder / "parcels.json"
    assert cases.write_once(path, pack.data())
    return path


def mine() -> dict[str, Any]:
    """Return the right record of one's own case."""
    seed = own_seed(course().lesson(LESSON), "parcels")
    assert seed is not None
    return truth_of(seed)


def test_without_a_case_everything_says_how_to_get_one(
    say: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    """An example to look at, and no check that could be taken for a mark."""
    public = load("parcels")
    told = " ".join(capsys.readouterr().out.split())
    shown = say("check('loss_record')", literal(solved(public)))
    for text in (told, shown):
        assert "not a case of yours: nothing written about it counts" in text
        assert "nbgrader fetch_assignment 93_missing_parcels --replace" in text
        assert "rungs cases --own" in text
    assert shown.startswith("This check cannot run.")
    assert not FOLDER.exists()


def test_the_book_is_built_on_the_example(
    say: Say, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nobody studies, the example is the case, the same in every build."""
    monkeypatch.setenv("RUNGS_SEAT", "book")
    public = load("parcels")
    assert load("parcels") == public
    capsys.readouterr()
    shown = say("check('loss_record')", literal(solved(public)))
    assert shown.startswith("loss_record: all 5 points that a check decides A check decides")


def test_an_own_case_stays_the_same(alone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is written once, made again where it was deleted, and never written over."""
    first = load("parcels")
    assert "a case of your own" in capsys.readouterr().out
    path = FOLDER / "parcels.json"
    text = path.read_text()
    assert json.loads(text)["public"] == first
    path.unlink()
    assert load("parcels") == first
    assert path.read_text() == text
    path.write_text(text.replace('"hours"', '"Hours"'))
    assert "Hours" in load("parcels")
    first["notes"].clear()
    assert load("parcels")["notes"] != []


def test_a_check_cannot_be_asked_for_the_answer(alone: Path, say: Say) -> None:
    """Every consistent record, right or wrong in depot and onset, gets one and the same card."""
    public = load("parcels")
    shown = {
        say("check('loss_record')", literal(consistent(public, depot, onset)))
        .partition("(attempt")[2]
        .partition(")")[2]
        for depot in public["hours"]
        for onset in range(24)
    }
    assert len(shown) == 1
    (told,) = shown
    assert "5 of the task's 10 points are decided when the record is graded" in told
    assert "the depot, the onset" in told
    # Nothing that a check computed with lies about in the session either.
    assert Attempts().history(LESSON, "loss_record").variant == 0


def test_a_check_says_what_a_reader_could_see(alone: Path, say: Say) -> None:
    """A citation that resolves nowhere, and a sum that is wrong for what the record claims."""
    record = mine()
    shown = say("check('loss_record')", literal({**record, "evidence": ["n-00000000"]}))
    assert "loss_record: 3 of 5 points" in shown
    assert "The call: loss_record(load('parcels'))" in shown
    assert "A cited note does not exist in this case." in shown
    shown = say("check('loss_record')", literal({**record, "lost": record["lost"] + 1}))
    assert "Parcels lost at this depot from this hour on" in shown


def test_no_reference_is_offered_for_a_case(alone: Path, say: Say) -> None:
    """Neither after full marks nor after many failures, where other tasks show it."""
    shown = [say("check('loss_record')", literal({**mine(), "lost": n})) for n in range(-5, 0)]
    assert "Third hint: Read the hours of each depot" in shown[-1]
    shown.append(say("check('loss_record')", literal(mine())))
    assert not any("reveal(" in text or "reference" in text for text in shown)


@pytest.mark.parametrize("folder", ["ada", "."])
def test_a_class_goes_before_a_case_of_ones_own(
    alone: Path, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The pack that the exchange, or a person, has put there is the one that counts."""
    if folder != ".":
        load("parcels")
    released(11, "ada", folder)
    capsys.readouterr()
    assert load("parcels") == case_of(11).public
    assert "the case that your class released to ada" in capsys.readouterr().out


def test_whoever_renames_himself_reads_a_friends_case_and_is_told(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The account names the pack, the pack names its learner; the official seat asks neither."""
    released(11, "ada", "ada")
    released(12, "bob", "bob")
    assert load("parcels") == case_of(11).public
    monkeypatch.setenv("JUPYTERHUB_USER", "bob")
    assert load("parcels") == case_of(12).public
    assert "released to bob" in capsys.readouterr().out
    monkeypatch.setenv("JUPYTERHUB_USER", "carl")
    with pytest.raises(ContentError, match="cases of 2 learners, and none is named carl"):
        load("parcels")
    shutil.rmtree(FOLDER / "ada")
    assert load("parcels") == case_of(12).public


@pytest.mark.parametrize("text", ["", "[]", '{"case": "parcels"}', '{"public": 1'])
def test_a_damaged_pack_is_named(desk: Path, text: str) -> None:
    """One sentence with the file and what to do."""
    released(11, "ada", "ada").write_text(text)
    with pytest.raises(ContentError, match=r"parcels\.json is damaged .*fetch it again"):
        load("parcels")


def test_a_class_keeps_its_truth(alone: Path, say: Say) -> None:
    """Reveal tells nothing about a case that is graded, however it is asked."""
    released(11, "ada", "ada")
    for call in ("reveal('loss_record')", "reveal('loss_record', really=True)"):
        shown = say(call, literal(truth_of(11)))
        assert "released by your class, which alone knows what is true of it" in shown
        assert "the depot" not in shown


def test_revealing_closes_a_case_of_ones_own(alone: Path, say: Say) -> None:
    """Asked twice, it judges with the truth once; a fresh case follows and the old file stays."""
    first = load("parcels")
    wrong = literal({**mine(), "onset": (mine()["onset"] + 1) % 24})
    assert "To do it: reveal('loss_record', really=True)" in say("reveal('loss_record')", wrong)
    shown = say("reveal('loss_record', really=True)", wrong)
    assert "This case (parcels) is closed; load gives a fresh one." in shown
    assert "✗ the onset passed on 0 of 1 case" in shown
    second = load("parcels")
    assert second != first
    assert sorted(path.name for path in FOLDER.iterdir()) == ["parcels-2.json", "parcels.json"]
    assert "loss_record: all 10 points" in say(
        "reveal('loss_record', really=True)", literal(mine())
    )


def test_a_changed_own_pack_is_not_judged_with_another_truth(alone: Path, say: Say) -> None:
    """An edited file, or one of an older version of the course, is named instead."""
    load("parcels")
    path = FOLDER / "parcels.json"
    path.write_text(path.read_text().replace("scanner", "Scanner").replace("belt", "Belt"))
    shown = say("reveal('loss_record', really=True)", literal(mine()))
    assert "is not what your secret makes" in shown


def test_nbgrader_validates_what_can_be_checked(
    alone: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full open part passes; anything below raises, as for every task."""
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")
    say("check('loss_record')", literal(mine()))
    with pytest.raises(BelowFull, match="loss_record: 1 of 5 points"):
        say("check('loss_record')", literal({**mine(), "evidence": [], "lost": 0}))


def test_a_fresh_replay_is_full_where_every_check_is(
    alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`rungs check` counts what a check can decide, and loads the same case."""
    monkeypatch.setenv("RUNGS_ROOT", str(COURSE))
    path = alone / f"{LESSON}.ipynb"
    path.write_text(json.dumps(handed_in(f"{inspect.getsource(solved)}\nloss_record = solved")))
    found = check_fresh(course().lesson(LESSON), path)
    assert found.full, found
    assert [result.points for result in found.results] == [2, 5]


def test_a_folder_that_cannot_be_written_costs_no_lesson(
    alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case is the same without its file."""
    with_file = load("parcels")
    shutil.rmtree(FOLDER)
    FOLDER.write_text("in the way")
    pack = own_pack("parcels", FOLDER)
    assert pack is not None
    assert pack.public == with_file


def test_datasets_are_loaded_as_before(desk: Path) -> None:
    """A name that is neither is refused as one, and what is no case is no case."""
    assert cases.lesson_of("parcels") == course().lesson(LESSON)
    assert cases.lesson_of("losses") is None
    with pytest.raises(ContentError, match="There is no dataset 'nothing'"):
        load("nothing")


def test_revealing_judges_every_record_of_the_case(alone: Path, say: Say, tmp_path: Path) -> None:
    """Three records of one incident are judged together, on the case they were written about."""
    lesson = "26_write_the_postmortem"
    with content.use_root(ROOT):
        first = load("incident")
        assert "(timeline, mechanism, actions) are then judged" in say("reveal('timeline')")
        nothing = "timeline = mechanism = actions = lambda case: {}"
        shown = say(f"reveal('mechanism', really=True, lesson={lesson!r})", nothing)
        places = [shown.index(f"{task}: 0 of") for task in ("timeline", "mechanism", "actions")]
        assert places == sorted(places)
        assert shown.count("This case (incident) is closed; load gives a fresh one.") == 1
        assert load("incident") != first
        cases.hold({})
