"""Judges are changed in small ways, and the recorded answers notice."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autograder import content
from autograder.authoring.mutants import MutantReport, read_survivors, try_mutants
from autograder.authoring.mutations import mutants_of
from autograder.authoring.reach import dependents, reached
from autograder.authoring.recordings import CaseChanged, Played, Recording, record
from autograder.authoring.room import Limits
from autograder.channel import Request
from autograder.errors import ContentError

if TYPE_CHECKING:
    from tests.authoring.conftest import TinyCourse


def _changes(source: str) -> list[str]:
    (statement,) = ast.parse(source).body
    return [f"{m.operator}: {m.change}" for m in mutants_of(statement, "judge")]


def _report(tiny: TinyCourse, tasks: int = 2) -> MutantReport:
    with tiny.open() as room:
        return try_mutants(room, list(room.lesson.tasks)[:tasks], Limits(jobs=2))


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("x = a < b", ["compare: a < b  =>  a <= b", "compare: a < b  =>  a >= b"]),
        ("x = a in b", ["compare: a in b  =>  a not in b"]),
        ("x = a + b", ["arithmetic: a + b  =>  a - b"]),
        ("x = a and b", ["boolean: a and b  =>  a or b"]),
        ("x = not a", ["boolean: not a  =>  a"]),
        ("x = -a", ["sign: -a  =>  a"]),
        ("x = 3", ["constant: 3  =>  4"]),
        ("x = 300", ["constant: 300  =>  600"]),
        ("x = 0.5", ["constant: 0.5  =>  1.5"]),
        ("x = True", ["constant: True  =>  False"]),
        ("x = 'text'", []),
        ("x = f'{a + 1}'", []),
        ("x: int = a", []),
        ("close(a, b, what=c + 1)", ["removed", "argument: close(a, b, what=c + 1)  =>  close(b"]),
        ("x = sorted(a)", ["function: sorted(a)  =>  list(a)"]),
        ("x = f(a, key=b)", ["argument: f(a, key=b)  =>  f(a)"]),
        ("x = zip(a, strict=b)", []),
        ("x = max(a, b)", ["function: max(a, b)  =>  min(a, b)"]),
        ("x = ask.call('f', a, b)", ["argument: ask.call('f', a, b)  =>  ask.call('f', b, a)"]),
        ("x = a[b:]", ["slice: b:  =>  :"]),
        ("x = [a for a in b if a]", ["filter: for a in b if a  =>  for a in b"]),
        ("x[a] = b", ["removed: x[a] = b  =>  pass"]),
        ("raise x", ["removed: raise x  =>  pass"]),
        ("return x", ["result: return x  =>  return None"]),
    ],
)
def test_each_operator_changes_what_it_says(line: str, wanted: list[str]) -> None:
    """A line has exactly these mutants, and messages, types and texts have none."""
    found = _changes(f"def judge():\n    '''Text.'''\n    {line}")
    assert len(found) == len(wanted)
    assert all(text.startswith(want) for text, want in zip(found, wanted, strict=True))


def test_the_same_source_gives_the_same_mutants_with_the_same_ids() -> None:
    """Ids depend on the text of a line and not on its place in the file."""
    source = "def judge(a):\n    if a < 3:\n        return a + 3\n    return a + 3\n"
    (statement,), (lower,) = ast.parse(source).body, ast.parse("\n\n" + source).body
    first, second = list(mutants_of(statement, "judge")), list(mutants_of(lower, "judge"))
    assert [m.id for m in first] == [m.id for m in second]
    assert [m.line + 2 for m in first] == [m.line for m in second]
    assert len({m.id for m in first}) == len(first)


def test_every_mutant_compiles_and_differs_from_the_original(tiny: TinyCourse) -> None:
    """No change is empty, and the original stays as it was."""
    tree = ast.parse((tiny.lesson / "judge.py").read_text(encoding="utf-8"))
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef):
            before = ast.unparse(statement)
            for mutant in mutants_of(statement, statement.name):
                compile(ast.Module([mutant.statement], []), "judge.py", "exec")
                assert ast.unparse(mutant.statement) != before
            assert ast.unparse(statement) == before


def test_what_a_task_reaches_is_found_through_helpers_and_constants() -> None:
    """A statement that binds nothing always counts, an unused helper never."""
    module = ast.parse("A = 1\nB = A\nC = 2\nprint()\ndef helper(): return B\ndef task(): helper()")
    found = [ast.unparse(statement) for statement in reached(module, ["task"])]
    assert [text.splitlines()[0] for text in found] == [
        "A = 1",
        "B = A",
        "print()",
        "def helper():",
        "def task():",
    ]
    assert dependents(module, 0) == [0, 1, 4, 5]


def test_a_good_judge_has_no_survivor(tiny: TinyCourse) -> None:
    """All mutants of the tiny judges are killed, and the counts add up."""
    report = _report(tiny)
    assert report.problems == ()
    assert report.killed == report.total > 50
    fates = [fate for group in report.groups for fate in group.fates]
    assert set(fates) <= {"score", "raised", "hung", "case"}
    assert fates.count("score") > 10


USELESS = ("def top_ids", "def _sure():\n    close(1, 1)\n    return 0\n\n\ndef top_ids")
CALLED = ("    names = [", "    _sure()\n    names = [")


def test_a_check_that_no_entry_fails_survives(tiny: TinyCourse) -> None:
    """The survivor is named with its line, ready to be explained."""
    tiny.edit("judge.py", *USELESS)
    tiny.edit("judge.py", *CALLED)
    problems = _report(tiny).problems
    start = 'judge.py:36: survived: - {"id": "'
    assert any(p.startswith(start) and "close(1, 1)  =>  pass" in p for p in problems)


def test_an_explained_survivor_is_no_problem_and_a_stale_one_is(tiny: TinyCourse) -> None:
    """survivors.yaml must say why for each survivor, and list nothing else."""
    tiny.edit("judge.py", *USELESS)
    tiny.edit("judge.py", *CALLED)
    items = [p.partition("survived: ")[2] for p in _report(tiny).problems]
    told = "\n".join(items).replace('"why": ""', '"why": "the numbers are the same"')
    tiny.add("corpus/survivors.yaml", told)
    assert _report(tiny).problems == ()
    tiny.edit("judge.py", *reversed(CALLED))
    stale = _report(tiny).problems
    assert len(stale) == len(items) > 0
    assert all(problem.endswith("does not exist; take it out.") for problem in stale)


def test_too_few_killed_is_a_problem(tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the bar the report says how many there are."""
    monkeypatch.setattr("autograder.authoring.mutants.BAR", 0.99)
    for path in (tiny.lesson / "corpus").glob("wrong_*.py"):
        path.unlink()
    report = _report(tiny)
    assert report.killed < report.total
    assert report.problems[0] == (
        f"{report.killed} of {report.total} mutants are killed; it must be 99% of them."
    )


def test_an_endless_mutant_counts_as_hung(
    tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loop that a change makes endless ends at its limit, and the others are still tried."""
    monkeypatch.setattr("autograder.authoring.mutants._SECONDS", 0.3)
    tiny.edit(
        "judge.py",
        "    bar = sorted",
        "    left = 3\n    while left > 0:\n        left -= 1\n    bar = sorted",
    )
    report = _report(tiny, tasks=1)
    assert sum(group.count("hung") for group in report.groups) >= 1


def test_a_judge_that_does_not_repeat_itself_is_refused(tiny: TinyCourse) -> None:
    """Without a stable judge the replay would prove nothing."""
    tiny.edit("judge.py", "draw = Random(seed)\n    names", "draw = Random()\n    names")
    with pytest.raises(ContentError, match="top_ids does not repeat itself"):
        _report(tiny)


def test_a_helper_of_two_tasks_is_tried_against_both(tiny: TinyCourse) -> None:
    """Its mutants form a group of their own and are counted once."""
    tiny.edit("judge.py", "sorted(values)[1]", "_second(sorted(values))")
    tiny.edit(
        "judge.py",
        "    want = _order(scores)",
        "    want = [_second([n, n]) for n in _order(scores)]",
    )
    tiny.edit(
        "judge.py", "def _order", "def _second(values):\n    return values[1]\n\n\ndef _order"
    )
    report = _report(tiny)
    assert [group.tasks for group in report.shared] == [("share_above", "top_ids")]
    assert report.problems == ()


def test_results_are_kept_by_content(tiny: TinyCourse, tmp_path: Path) -> None:
    """A second run reads the first one's result and says the same."""
    cache = tmp_path / "cache"
    with tiny.open() as room:
        first = try_mutants(room, list(room.lesson.tasks), Limits(), cache)
        # Without seconds nothing could run, so what comes back was kept.
        again = try_mutants(room, list(room.lesson.tasks), Limits(seconds=0.0), cache)
    assert first.groups[0].fates == again.groups[0].fates
    assert first.killed == again.killed


def test_played_answers_only_the_recorded_requests_in_order() -> None:
    """A request that differs, even in a dict's order, or one too many, is a changed case."""
    asked = {"op": "call", "name": "f", "args": [{"d": {"a": 1, "b": 2}}], "kwargs": {"d": {}}}
    recording = Recording(1, ((asked, {"ok": 3}),), [])
    request = Request(id="x", op="call", name="f", args=asked["args"], kwargs=asked["kwargs"])
    played = Played(recording)
    assert (played.ask(request), played.exhausted) == ({"id": "x", "ok": 3}, True)
    with pytest.raises(CaseChanged):
        played.ask(request)
    turned = Request(**{**request, "args": [{"d": {"b": 2, "a": 1}}]})
    with pytest.raises(CaseChanged):
        Played(recording).ask(turned)


def test_every_submission_is_recorded_with_its_outcome(tiny: TinyCourse) -> None:
    """A recording holds each case's requests, replies and steps."""
    with tiny.open() as room:
        rows = room.submissions(room.lesson.tasks[0])
        taped = record(room, rows, 2, Limits())
    assert set(taped) == set(rows)
    reference = taped[rows[1]]
    assert [recording.outcome[0] for recording in reference] == [1.0, 1.0]
    assert [request["name"] for request, _ in reference[0].exchanges] == ["share_above"] * 2


def test_survivors_are_read_strictly(tmp_path: Path) -> None:
    """A line without its reason is refused with the file's name."""
    (tmp_path / "survivors.yaml").write_text("- {id: abc, function: f, change: c}\n")
    with pytest.raises(ContentError, match=r"survivors\.yaml: 0\.why"):
        read_survivors(tmp_path)


@pytest.mark.parametrize("lesson", [lesson.id for lesson in content.course().ready])
def test_every_listed_survivor_says_why(lesson: str) -> None:
    """One line of reason stands on each."""
    listed = read_survivors(content.lesson_dir(lesson) / "corpus")
    assert [survivor.id for survivor in listed if not survivor.why.strip()] == []
