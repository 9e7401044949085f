"""The loop on nbgrader's own commands: release, fetch, submit, collect, grade, feedback, export.

One class is played once, by commands in processes of their own; each test then
reads what it left. Every submission carries several troubles, since grading a
notebook is what costs time here.
"""

from __future__ import annotations

import copy
import csv
import html
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from autograder.authoring.corpus import Entry
from autograder.kernel import require_sandbox
from tests.instructor.desk import (
    ROOT,
    Desk,
    Said,
    answered,
    cell,
    corpus,
    grade_id,
    open_desk,
    right_answers,
)

LESSON = "11_price_an_answer"
WRITTEN = "written-cost_memo"
MEMO = "The answers cost about as much as a phone call; caching halves it."
SPILLED = "SPILLED-CASE"
pytestmark = pytest.mark.timeout(900)

NOISY = f'''

import functools as _functools, sys as _sys, warnings as _warnings
_warnings.warn("this is deprecated")
print("to the terminal", file=_sys.stderr)

def _noisy(function):
    @_functools.wraps(function)
    def wrapper(*args, **kwargs):
        _warnings.warn("careful", DeprecationWarning)
        print("{SPILLED}", function.__name__, args, kwargs)
        print("{SPILLED}", function.__name__, args, file=_sys.stderr)
        return function(*args, **kwargs)
    return wrapper

{{name}} = _noisy({{name}})
'''

# What a forger tries instead of answering; {course} is a path no learner should count on.
FORGED = {
    "normalise_usage": """
import os, sqlite3
places = ["../../../gradebook.db", "{course}/gradebook.db"]
here = os.getcwd()
while here != "/":
    places.append(os.path.join(here, "gradebook.db"))
    here = os.path.dirname(here)
for place in places:
    try:
        base = sqlite3.connect(f"file:{{place}}?mode=rw", uri=True)
        base.execute("UPDATE grade SET manual_score = 99, auto_score = 99")
        base.commit()
        print("FORGED", place)
    except sqlite3.Error as err:
        print(place, err)
for folder, _, names in os.walk("{course}"):
    print("SEEN", folder, names)
for name in ("course.key", "results/{lesson}/ada.json"):
    try:
        print("SEEN", open("{course}/.rungs/" + name).read())
    except OSError as err:
        print(err)

class Agreeable:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    def __float__(self): return 1.0
    def __hash__(self): return 0
    def __abs__(self): return 0.0

def normalise_usage(*args, **kwargs): return Agreeable()
""",
    "price_call": """
import ast

class NoAssert(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
    def visit_Call(self, node): return node

get_ipython().ast_transformers.append(NoAssert())
get_ipython().showtraceback = lambda *args, **kwargs: None

def price_call(*args, **kwargs):
    import autograder.checks as checks
    for name in ("close", "equal", "require", "within"):
        setattr(checks, name, lambda *args, **kwargs: None)
    return float("nan")
""",
    "invoice": """
def invoice(*args, **kwargs):
    import os
    os._exit(0)
""",
    "conversation_cost": """
import glob
for kind in ("cmdline", "environ", "maps"):
    for path in glob.glob(f"/proc/*/{{kind}}") + glob.glob("/proc/*/root{course}/.rungs/*"):
        try:
            print("SEEN", path, open(path, "rb").read()[:4000])
        except OSError:
            pass

def conversation_cost(*args, **kwargs):
    import os
    for fd in range(3, 64):
        try:
            os.write(fd, b'\\x00\\x00\\x00\\x11{{"id": 1, "ok": 1}}')
        except OSError:
            pass
    return 0.0
""",
    "compare_options": """
import gc, sys

def compare_options(*args, **kwargs):
    frame = sys._getframe()
    while frame is not None:
        for name in ("want", "seed", "score"):
            if name in frame.f_locals:
                return frame.f_locals[name]
        frame = frame.f_back
    return [found for found in gc.get_objects() if type(found).__name__ == "Score"]
""",
}


@dataclass(frozen=True)
class Played:
    """Hold what the class left: what each command said, and marks and results by round."""

    desk: Desk
    said: dict[str, Said]
    marks: list[dict[str, dict[str, float | None]]]
    results: list[dict[str, dict[str, object]]]
    executed: list[dict[str, NotebookNode]]

    def given(self, learner: str, turn: int) -> float:
        return sum(mark or 0.0 for mark in self.marks[turn][learner].values())


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Play the class: autograde with nbgrader, mark by hand, resubmit, `rungs grade`, feedback."""
    require_sandbox()
    place = tmp_path_factory.mktemp("course")
    desk = open_desk(place, LESSON)
    said: dict[str, Said] = {}
    marks, results, executed = [], [], []

    said["release"] = desk.run("nbgrader", "release_assignment", LESSON)
    home = _home(desk, "ada")
    said["fetch"] = desk.run("nbgrader", "fetch_assignment", LESSON, cwd=home)
    fetched = home / LESSON / f"{LESSON}.ipynb"
    nb = nbformat.read(fetched, as_version=4)
    nbformat.write(answered(nb, noisy_answers(desk), MEMO), fetched)
    said["submit"] = desk.run("nbgrader", "submit", LESSON, "--student=ada", cwd=home)
    said["collect"] = desk.run("nbgrader", "collect", LESSON)

    hand_in_the_others(desk)
    said["autograde"] = desk.run("nbgrader", "autograde", LESSON)
    marks.append(desk.automatic())
    results.append(read_results(desk))
    executed.append(read_executed(desk))

    mark_by_hand(desk)
    resubmitted = answered(desk.released(), partly_right(desk), MEMO)
    cell(resubmitted, "answer-price_call").source = right_answers(desk.lesson)["price_call"]
    desk.hand_in("cho", resubmitted)
    said["grade"] = desk.run("rungs", "grade", "11", "--force", f"--course={place}")
    marks.append(desk.automatic())
    results.append(read_results(desk))
    executed.append(read_executed(desk))
    said["again"] = desk.run("rungs", "grade", "11", "--json=-", f"--course={place}")

    said["feedback"] = desk.run("nbgrader", "generate_feedback", LESSON)
    said["export"] = desk.run("nbgrader", "export", "--to=marks.csv")
    yield Played(desk, said, marks, results, executed)
    shutil.rmtree(place)


def noisy_answers(desk: Desk) -> dict[str, str]:
    """Give right answers that warn and print while they are defined and when they are called."""
    return {
        task: source + NOISY.format(name=task)
        for task, source in right_answers(desk.lesson).items()
    }


def partly_right(desk: Desk) -> dict[str, str]:
    """Answer price_call and compare_options wrongly and the rest rightly."""
    wrong = wrong_entries(desk)
    return right_answers(desk.lesson) | {task: e.code.source for task, e in wrong.items()}


def wrong_entries(desk: Desk) -> dict[str, Entry]:
    """Pick the wrong answers of `partly_right`, each with an exact score."""
    exact = [e for e in corpus(desk.lesson) if e.kind == "wrong" and e.exact and e.low > 0]
    wanted = ("price_call", "compare_options")
    return {task: next(e for e in exact if e.task == task) for task in wanted}


def damaged(desk: Desk) -> NotebookNode:
    """Answer everything rightly, then do what learners and tools do to notebooks."""
    nb = answered(desk.released(), right_answers(desk.lesson), MEMO)
    nb.cells.remove(cell(nb, "setup"))
    nb.cells.remove(cell(nb, "check-invoice"))
    cell(nb, "check-price_call").source = "print('always right')"
    for name in ("answer-price_call", "check-conversation_cost"):
        nb.cells.append(copy.deepcopy(cell(nb, name)))
    retyped = cell(nb, "answer-conversation_cost")
    nb.cells[nb.cells.index(retyped)] = new_markdown_cell(
        retyped.source, id=retyped.id, metadata=retyped.metadata
    )
    cell(nb, "answer-compare_options").metadata.clear()
    lost = cell(nb, "answer-index_bill")
    lost.metadata.clear()
    lost.id = "a-new-id"
    cell(nb, "check-normalise_usage").metadata.nbgrader.points = 400
    cell(nb, "check-normalise_usage").metadata.nbgrader.grade = False
    return nb


def forger(desk: Desk) -> NotebookNode:
    """Attack in every answer but the last, which is right."""
    answers = {
        task: source.format(course=desk.course, lesson=LESSON) for task, source in FORGED.items()
    }
    answers["index_bill"] = right_answers(desk.lesson)["index_bill"]
    return answered(desk.released(), answers)


def hand_in_the_others(desk: Desk) -> None:
    """Hand in what is damaged, renamed, partly right, hostile, no notebook, and nothing."""
    desk.hand_in("ben", damaged(desk), name="my price (2)")
    desk.hand_in("cho", answered(desk.released(), partly_right(desk), MEMO))
    desk.hand_in("cleo", forger(desk))
    desk.submission("emil").mkdir(parents=True)
    (desk.submission("emil") / f"{LESSON}.ipynb").write_text("{cells: oops", encoding="utf-8")
    desk.submission("finn").mkdir(parents=True)
    (desk.submission("finn") / "notes.txt").write_text("sorry", encoding="utf-8")


def mark_by_hand(desk: Desk) -> None:
    """Mark Cho's memo and put two automatic marks right, as formgrader would."""
    with desk.gradebook() as gradebook:
        for name, score in (
            (WRITTEN, 5.0),
            ("check-price_call", 4.5),
            ("check-compare_options", 3.5),
        ):
            grade = gradebook.find_grade(name, LESSON, LESSON, "cho")
            grade.manual_score, grade.needs_manual_grade = score, False
        gradebook.find_grade(WRITTEN, LESSON, LESSON, "cho").extra_credit = 0.5
        comment = gradebook.find_comment(WRITTEN, LESSON, LESSON, "cho")
        comment.manual_comment = "Clear, and the figures are yours."
        gradebook.db.commit()


def read_results(desk: Desk) -> dict[str, dict[str, object]]:
    """Read the result file of each learner."""
    folder = desk.course / ".rungs" / "results" / LESSON
    return {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}


def read_executed(desk: Desk) -> dict[str, NotebookNode]:
    """Read each learner's executed notebook, without when its cells ran."""
    found = {}
    for path in (desk.course / "autograded").glob(f"*/{LESSON}/{LESSON}.ipynb"):
        found[path.parts[-3]] = nbformat.read(path, as_version=4)
        for one in found[path.parts[-3]].cells:
            one.metadata.pop("execution", None)
    return found


def _home(desk: Desk, learner: str) -> Path:
    home = desk.course / "homes" / learner
    home.mkdir(parents=True)
    (home / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.course_id = 'rungs'\n"
        f"c.Exchange.root = {str(desk.course / '.rungs' / 'exchange')!r}\n"
        f"c.Exchange.cache = {str(home / 'cache')!r}\n",
        encoding="utf-8",
    )
    return home


def full(played: Played) -> float:
    """Sum the automatic points of the lesson."""
    return sum(task.points for task in played.desk.lesson.tasks)


class TestExchange:
    """nbgrader's own exchange, from the course's folder and a learner's."""

    def test_a_notebook_travels_there_and_back(self, played: Played) -> None:
        """Release, fetch, submit as a named learner, collect: every command ends with 0."""
        for command in ("release", "fetch", "submit", "collect"):
            assert played.said[command].status == 0, played.said[command].text
        assert (played.desk.submission("ada") / "timestamp.txt").is_file()


class TestMarks:
    """What submissions earn."""

    def test_warnings_and_prints_cost_nothing(self, played: Played) -> None:
        """A right answer that warns and prints, also to stderr, has every automatic point."""
        assert played.given("ada", 0) == full(played)

    def test_every_intact_task_of_a_damaged_notebook_is_graded(self, played: Played) -> None:
        """Deleted, copied, retyped, stripped and renamed costs nothing, and is told."""
        assert played.given("ben", 0) == full(played)
        notes = " ".join(map(str, played.results[0]["ben"]["notes"]))
        assert "handed in as my price (2).ipynb" in notes
        for name in ("setup", "check-invoice", "answer-price_call", "answer-conversation_cost"):
            assert name in notes

    def test_a_damaged_submission_stays_as_it_was_handed_in(self, played: Played) -> None:
        """Grading adds a copy under the lesson's name and leaves the learner's file alone."""
        theirs = played.desk.submission("ben") / "my price (2).ipynb"
        kept = [c["source"] for c in json.loads(theirs.read_text("utf-8"))["cells"]]
        assert kept == [c.source for c in damaged(played.desk).cells]

    def test_partial_credit_is_what_the_corpus_declares(self, played: Played) -> None:
        """Two wrong answers cost exactly what their misconceptions cost."""
        lost = sum(
            played.desk.lesson.task(task).points * (1 - entry.low)
            for task, entry in wrong_entries(played.desk).items()
        )
        assert played.given("cho", 0) == pytest.approx(full(played) - lost)

    def test_forging_earns_nothing(self, played: Played) -> None:
        """No attack scores, none harms the task that is answered, none reaches another mark."""
        for marks in played.marks:
            forged = {name: mark for name, mark in marks["cleo"].items() if mark}
            assert forged == {"check-index_bill": 4.0}
        with played.desk.gradebook() as gradebook:
            found = gradebook.find_submission(LESSON, "cleo").notebooks[0].grades
            assert all(grade.manual_score is None for grade in found)

    def test_a_forger_sees_neither_key_nor_gradebook_nor_results(self, played: Played) -> None:
        """Nothing of the course's folder is visible to a cell: not by path, not through /proc."""
        course = played.desk.course
        path = course / "autograded" / "cleo" / LESSON / f"{LESSON}.ipynb"
        printed = "".join(
            str(output.get("text", ""))
            for c in nbformat.read(path, 4).cells
            for output in c.get("outputs", [])
        )
        assert "SEEN" in printed, "the attack did not run"
        assert "FORGED" not in printed
        assert (course / ".rungs" / "course.key").read_text("utf-8").strip() not in printed
        assert f"SEEN {course}" not in printed
        assert not [seed for seed in seeds_of(played.results[0]["ada"]) if seed in printed]

    def test_both_commands_give_the_same_marks(self, played: Played) -> None:
        """`rungs grade` after `nbgrader autograde` moves nobody whose notebook is the same."""
        assert set(played.marks[0]) >= {"ada", "ben", "cho", "cleo"}
        for learner in ("ada", "ben", "cleo"):
            assert played.marks[1][learner] == played.marks[0][learner]

    def test_both_commands_leave_the_same_files_and_results(self, played: Played) -> None:
        """Cells, metadata and cards are equal; the record differs in nothing but seconds."""
        first, second = (turn["ben"] for turn in played.executed)
        assert first.metadata == second.metadata
        for one, other in zip(first.cells, second.cells, strict=True):
            if not grade_id(one).startswith("check-"):
                # What a learner's code prints may differ from run to run.
                assert bool(one.pop("outputs", [])) == bool(other.pop("outputs", []))
            if not grade_id(one):
                del one["id"], other["id"]
            assert one == other
        for learner in ("ada", "ben"):
            first, second = (dict(turn[learner]) for turn in played.results)
            assert first.pop("seconds") != second.pop("seconds")
            assert first == second

    def test_what_nbgrader_graded_is_not_run_again(self, played: Played) -> None:
        """A third run finds everybody unchanged and says so, a line of JSON each."""
        lines = [x for x in played.said["again"].text.splitlines() if x.startswith('{"lesson"')]
        states = {report["learner"]: report["state"] for report in map(json.loads, lines)}
        graded = dict.fromkeys(("ada", "ben", "cho", "cleo"), "unchanged")
        assert states == graded | dict.fromkeys(("emil", "finn"), "refused")


class TestRegrade:
    """What a person has marked stands."""

    def test_the_written_mark_credit_and_comment_stay(self, played: Played) -> None:
        """A regrade keeps them and does not ask for another look at them."""
        with played.desk.gradebook() as gradebook:
            grade = gradebook.find_grade(WRITTEN, LESSON, LESSON, "cho")
            comment = gradebook.find_comment(WRITTEN, LESSON, LESSON, "cho")
            assert (grade.manual_score, grade.extra_credit, grade.score) == (5.0, 0.5, 5.5)
            assert not grade.needs_manual_grade
            assert comment.comment == "Clear, and the figures are yours."

    def test_another_look_is_asked_only_where_the_automatic_mark_moved(
        self, played: Played
    ) -> None:
        """A manual mark on an automatic cell stays; it is flagged if what it replaced changed."""
        with played.desk.gradebook() as gradebook:
            moved = gradebook.find_grade("check-price_call", LESSON, LESSON, "cho")
            still = gradebook.find_grade("check-compare_options", LESSON, LESSON, "cho")
            assert (moved.manual_score, moved.auto_score) == (4.5, 5.0)
            assert moved.needs_manual_grade
            assert still.manual_score == 3.5
            assert not still.needs_manual_grade

    def test_an_unmarked_written_answer_waits(self, played: Played) -> None:
        """A memo that nobody has marked waits for a person after each round."""
        with played.desk.gradebook() as gradebook:
            assert gradebook.find_grade(WRITTEN, LESSON, LESSON, "ada").needs_manual_grade

    def test_seeds_are_stable_and_personal(self, played: Played) -> None:
        """A regrade draws the same cases; no two learners share one."""
        first, second = played.results
        for learner in ("ada", "ben", "cho", "cleo"):
            assert seeds_of(first[learner]) == seeds_of(second[learner])
        everything = [seed for record in first.values() for seed in seeds_of(record)]
        assert len(everything) == len(set(everything)) > 0

    def test_results_are_for_the_instructor_alone(self, played: Played) -> None:
        """The files that hold seeds, and the key, can be read by their owner only."""
        secrets = [*(played.desk.course / ".rungs" / "results" / LESSON).iterdir()]
        secrets.append(played.desk.course / ".rungs" / "course.key")
        assert {path.stat().st_mode & 0o777 for path in secrets} == {0o600}


class TestRefusals:
    """A submission that cannot be read costs nobody else anything."""

    def test_nbgrader_says_so_and_grades_the_others(self, played: Played) -> None:
        """`nbgrader autograde` ends with an error, after grading everybody who can be."""
        assert played.said["autograde"].status != 0
        assert "emil" in played.said["autograde"].text
        assert "emil" not in played.results[0]

    def test_rungs_grade_says_why_and_exits_with_1(self, played: Played) -> None:
        """The table names each refusal in a sentence, and every mark."""
        said = played.said["grade"]
        assert said.status == 1
        words = " ".join(said.text.replace("│", " ").split())
        assert "refused: 11_price_an_answer.ipynb is not a notebook" in words
        assert "refused: 11_price_an_answer.ipynb is missing; the folder holds no notebook" in words
        assert re.search(r"graded 3, partly graded 1, unchanged 0, refused 2", words)
        assert "Traceback" not in said.text

    def test_nothing_is_lost(self, played: Played) -> None:
        """What was refused still lies where it was handed in."""
        kept = played.desk.submission("emil") / f"{LESSON}.ipynb"
        assert kept.read_text("utf-8") == "{cells: oops"
        assert (played.desk.submission("finn") / "notes.txt").is_file()

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("99",), "99"),
            (("11", "--student=nobody"), "nobody has not submitted"),
        ],
    )
    def test_a_wrong_name_is_one_sentence(
        self, played: Played, arguments: tuple[str, ...], words: str
    ) -> None:
        """An unknown lesson or learner ends the command with 1 and one sentence."""
        said = played.desk.run("rungs", "grade", *arguments, f"--course={played.desk.course}")
        assert said.status == 1
        assert words in said.text
        assert len(said.text.strip().splitlines()) == 1


class TestFeedback:
    """What goes back to learners, and to the registry."""

    def test_the_mark_and_the_comment_are_on_the_page(self, played: Played) -> None:
        """A learner reads the reasons, the marks and the comment."""
        assert played.said["feedback"].status == 0, played.said["feedback"].text
        page = feedback_page(played, "cho")
        assert "Clear, and the figures are yours." in page
        assert "compare_options: all" not in page
        assert "First step to mend" in page
        assert "invoice: all 4 points on 5 graded cases" in page

    def test_no_page_holds_a_secret(self, played: Played) -> None:
        """No seed, no drawn case and no line of a solution is on any page."""
        solution = solution_lines(played.desk)
        assert len(solution) > 30
        for learner in ("ada", "ben", "cho", "cleo"):
            page = feedback_page(played, learner)
            record = played.results[1][learner]
            assert not [seed for seed in seeds_of(record) if seed in page]
            assert not [case for case in cases_of(record) if html.escape(case) in page]
        page = feedback_page(played, "ada")
        # The lesson itself calls the other three, on figures that everybody has.
        for task in ("conversation_cost", "compare_options", "index_bill"):
            assert f"{SPILLED} {task}" not in page
        page = feedback_page(played, "cleo")
        assert not [line for line in solution if html.escape(line) in page]

    def test_marks_are_exported(self, played: Played) -> None:
        """The CSV has a row for each graded learner, with the manual marks in it."""
        assert played.said["export"].status == 0, played.said["export"].text
        rows = (played.desk.course / "marks.csv").read_text("utf-8").splitlines()
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(rows)}
        by_hand = 5.5 + 4.5 + 3.5
        automatic = full(played) - 5 - 4
        assert scores["cho"] == pytest.approx(by_hand + automatic)
        assert scores["ada"] == full(played)


def test_validate_tells_a_stub_a_part_and_a_right_notebook_apart(tmp_path: Path) -> None:
    """`nbgrader validate` exits with 0 by design; its words tell, in sentences of ours."""
    desk = open_desk(tmp_path, LESSON)
    stub = validated(desk, desk.released())
    assert "VALIDATION FAILED ON 7 CELL(S)" in stub
    for task in desk.lesson.tasks:
        assert f"{task.id}: 0 of {task.points:g} points. {task.id} is not written yet." in stub
    part = validated(desk, answered(desk.released(), partly_right(desk), MEMO))
    assert "VALIDATION FAILED ON 2 CELL(S)" in part
    assert "price_call: " in part
    assert "of 5 points" in part
    right = validated(desk, answered(desk.released(), right_answers(desk.lesson), MEMO))
    assert "Success! Your notebook passes all the tests." in right
    for said in (stub, part, right):
        assert "Traceback" not in said
        assert "autograder/" not in said


def validated(desk: Desk, notebook: NotebookNode) -> str:
    """Return what `nbgrader validate` says about a notebook."""
    path = desk.course / "mine" / f"{LESSON}.ipynb"
    path.parent.mkdir(exist_ok=True)
    nbformat.write(notebook, path)
    said = desk.run("nbgrader", "validate", str(path))
    assert said.status == 0
    return said.text


def feedback_page(played: Played, learner: str) -> str:
    """Read a learner's feedback."""
    page = played.desk.course / "feedback" / learner / LESSON / f"{LESSON}.html"
    return page.read_text("utf-8")


def seeds_of(record: dict[str, object]) -> list[str]:
    """List a result's seeds as digits."""
    tasks = record["tasks"]
    assert isinstance(tasks, dict)
    return [str(seed) for task in tasks.values() for seed in task["seeds"]]


def cases_of(record: dict[str, object]) -> list[str]:
    """List the calls, replies and wanted values that a result holds, if they are telling."""
    tasks = record["tasks"]
    assert isinstance(tasks, dict)
    failures = [
        step["failure"] for task in tasks.values() for step in task["steps"] if step["failure"]
    ]
    found = [failure[key] for failure in failures for key in ("call", "got", "want")]
    return [case for case in found if len(case) > 12]


def solution_lines(desk: Desk) -> list[str]:
    """List the lines that the source notebook has and the release does not."""
    source = ROOT / "notebooks" / "source" / LESSON / f"{LESSON}.ipynb"
    shown = "\n".join(c.source for c in desk.released().cells)
    lines = [
        line.strip()
        for one in nbformat.read(source, as_version=4).cells
        if grade_id(one)
        for line in one.source.splitlines()
    ]
    return [line for line in lines if len(line) > 20 and line not in shown]
