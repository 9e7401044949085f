"""The truth table says whether every submission gets the score that it must get."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autograder import content
from autograder.authoring import room as room_module
from autograder.authoring.mutants import BAR, try_mutants
from autograder.authoring.repeats import unrepeated
from autograder.authoring.room import Limits, Room
from autograder.authoring.trials import Cache, Trial, run_trials, truth_seeds
from autograder.authoring.truth import TaskTable, fill
from autograder.authoring.truth_page import render
from autograder.career.markdown import escape
from autograder.cli import main

if TYPE_CHECKING:
    from tests.authoring.conftest import TinyCourse

SEEDS = 10
IDS = [lesson.id for lesson in content.course().ready]

# A judge that edits its own file each time it is imported.
_TOUCHES_ITSELF = """

from pathlib import Path
with Path(__file__).open("a") as file:
    file.write("# once more")
"""


def _tables(tiny: TinyCourse, limits: Limits | None = None) -> dict[str, TaskTable]:
    with tiny.open() as room:
        made = fill(room, room.lesson.tasks, SEEDS, Cache(None), limits or Limits())
        return {table.task.id: table for table in made}


def _problems(tiny: TinyCourse, task: str) -> str:
    return "\n".join(_tables(tiny)[task].all_problems())


@pytest.mark.parametrize("lesson_id", IDS)
@pytest.mark.timeout(300)
def test_every_corpus_of_the_course_gets_what_it_declares(lesson_id: str) -> None:
    """On ten seeds every row of every lesson is clean; `rungs truth` takes two hundred."""
    room = Room.open(content.course().lesson(lesson_id))
    tables = fill(room, room.lesson.tasks, 10, Cache(None), Limits(jobs=2))
    assert [p for table in tables for p in table.all_problems()] == []


def test_the_command_says_clean(tiny: TinyCourse, capsys: pytest.CaptureFixture[str]) -> None:
    """It ends with one summary line and status 0."""
    with tiny.open():
        status = main(["truth", "--seeds", str(SEEDS), "--jobs", "1"])
    last = capsys.readouterr().out.splitlines()[-1]
    assert (status, last) == (0, f"truth: 2 tasks, 14 entries, {SEEDS} seeds: clean")


def test_the_command_says_what_is_wrong(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong declaration is one problem, with the entry, the seed and the reason; status 1."""
    tiny.edit("corpus/wrong_share_count.py", "score: 0", "score: 0.75")
    with tiny.open():
        status = main(["truth", "90", "--task", "share_above", "--seeds", str(SEEDS)])
        seed = truth_seeds("90_count_things", "share_above", 1)[0]
    out = capsys.readouterr().out
    assert status == 1
    assert out.splitlines()[-1] == f"truth: 1 task, 7 entries, {SEEDS} seeds: 1 problem"
    assert "wrong_share_count: it declares 0.75, and gets another score on 10 of 10" in out
    assert f"first on seed {seed} with 0: “a list of values”" in out


def test_a_lesson_that_does_not_run_is_a_problem_and_not_an_end(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lesson's cell is named, and the summary line still comes."""
    tiny.edit("lesson.py", "math.floor(10.5)", "math.flor(10.5)")
    with tiny.open():
        status = main(["truth", "--seeds", "2"])
    out = capsys.readouterr().out
    assert status == 1
    assert "90_count_things/lesson.py:10: AttributeError" in out
    assert out.splitlines()[-1] == "truth: 0 tasks, 0 entries, 2 seeds: 1 problem"


def test_a_lesson_that_changes_meanwhile_is_a_problem(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    """A result that mixes two states of a judge is not called clean."""
    tiny.add("judge.py", (tiny.lesson / "judge.py").read_text() + _TOUCHES_ITSELF)
    with tiny.open():
        assert main(["truth", "90", "--task", "top_ids", "--seeds", "2"]) == 1
    assert "the lesson changed while it was being judged" in capsys.readouterr().out


def test_a_stub_that_earns_is_found(tiny: TinyCourse) -> None:
    """A step that an untouched answer passes is named."""
    first = '    with ladder.step("a list of values"'
    tiny.edit("judge.py", first, f'    with ladder.step("gift"):\n        pass\n{first}')
    assert "stub: the untouched stub must get 0 on every seed" in _problems(tiny, "share_above")


def test_a_reference_below_full_is_found(tiny: TinyCourse) -> None:
    """The lesson's own answer must be full."""
    tiny.edit("lesson.py", "value > bar", "value >= bar")
    assert "reference: it must be full on every seed" in _problems(tiny, "share_above")


def test_a_right_entry_that_is_rejected_is_found(tiny: TinyCourse) -> None:
    """A judge that wants one way of doing it is too strict."""
    tiny.edit("corpus/right_share_loop.py", "above / len(values)", "round(above / len(values), 2)")
    assert "right_share_loop: it must be full on every seed" in _problems(tiny, "share_above")


def test_a_wrong_entry_that_passes_on_one_seed_is_found(tiny: TinyCourse) -> None:
    """Within an interval too, no single case may give full marks."""
    tiny.edit("judge.py", "bar = sorted(values)[1]", "bar = sorted(values)[len(values) // 3]")
    tiny.edit("corpus/wrong_share_below.py", "score: 0", "score: 0..0.9")
    assert "wrong_share_below: it must be below full" in _problems(tiny, "share_above")


def test_a_mean_outside_its_interval_is_found(tiny: TinyCourse) -> None:
    """Each block of as many seeds as count for a mark must lie within."""
    tiny.edit("corpus/wrong_top_names.py", "score: 0..0.5", "score: 0.4..0.5")
    assert "wrong_top_names: it declares 0.4 to 0.5" in _problems(tiny, "top_ids")


def test_too_small_a_corpus_is_found(tiny: TinyCourse) -> None:
    """Two right and five wrong entries are the least."""
    (tiny.lesson / "corpus" / "right_top_heap.py").unlink()
    (tiny.lesson / "corpus" / "wrong_top_short.py").unlink()
    assert _tables(tiny)["top_ids"].problems == (
        "the corpus has 1 right entry; write at least 2.",
        "the corpus has 4 wrong entries; write at least 5.",
    )


def test_a_hanging_entry_does_not_hang_the_table(tiny: TinyCourse) -> None:
    """It is killed at its limit, and every other row is there."""
    tiny.edit("corpus/wrong_share_constant.py", "return 0.0", "while True:\n        pass")
    found = _tables(tiny, Limits(jobs=2, seconds=1.5))["share_above"]
    problems = list(found.all_problems())
    assert len(problems) == 1
    assert "wrong_share_constant: it ended early on seed" in problems[0]
    assert "more than 1.5 seconds" in problems[0]


def test_an_entry_that_ends_its_process_is_found(tiny: TinyCourse) -> None:
    """Cases that were never judged do not pass for judged ones."""
    tiny.edit("corpus/wrong_share_constant.py", "return 0.0", "__import__('os')._exit(0)")
    problems = list(_tables(tiny)["share_above"].all_problems())
    assert len(problems) == 1
    assert problems[0].endswith("its process ended before its work did, with status 0")


def test_a_judge_that_raises_is_named_with_its_line(tiny: TinyCourse) -> None:
    """A broken judge is a problem of every row and no one's zero."""
    tiny.edit(
        "judge.py", "    draw = Random(seed)\n    names", "    draw = Random(seed) / 1\n    names"
    )
    problems = list(_tables(tiny)["top_ids"].all_problems())
    assert len(problems) == 9
    assert [problem for problem in problems if "(judge.py:37)" not in problem] == []


def test_an_entry_that_does_not_run_is_named_with_its_line(tiny: TinyCourse) -> None:
    """The entry's own line is shown."""
    tiny.edit("corpus/right_top_heap.py", "import heapq", "import heapqq")
    assert "corpus/right_top_heap.py:6: ModuleNotFoundError" in _problems(tiny, "top_ids")


def test_a_lesson_without_text_still_tries_its_judges(tiny: TinyCourse) -> None:
    """While lesson.py is missing, its entries run alone and the table says so."""
    (tiny.lesson / "lesson.py").unlink()
    table = _tables(tiny)["top_ids"]
    assert list(table.all_problems()) == ["lesson.py is missing: no stub and no reference ran."]
    assert len(table.rows) == 7


def test_fewer_seeds_are_the_first_of_more() -> None:
    """A cached outcome on many seeds answers for few."""
    lesson = IDS[0]
    assert truth_seeds(lesson, "task", 3) == truth_seeds(lesson, "task", 9)[:3]
    assert truth_seeds(lesson, "task", 3) != truth_seeds(lesson, "other", 3)


def test_the_cache_answers_for_what_did_not_change(tiny: TinyCourse, tmp_path: Path) -> None:
    """A stored outcome comes back for as many seeds or fewer, and never for more."""
    cache = Cache(tmp_path / "cache")
    with tiny.open() as room:
        (row,) = [s for s in room.submissions(room.lesson.tasks[1]) if s.name == "wrong_top_ties"]
        ((_, trial),) = run_trials(room, [row], 4, Limits())
        key = room.key(row)
    cache.put(key, trial)
    assert cache.get(key, 4) == trial
    assert cache.get(key, 2) == trial.first(2)
    assert cache.get(key, 5) is None


def test_a_fault_is_not_cached(tmp_path: Path) -> None:
    """What may come from a slow machine is tried again."""
    cache = Cache(tmp_path / "cache")
    cache.put("key", Trial((), (), (), "it took too long"))
    assert cache.get("key", 0) is None


def test_a_damaged_cache_file_is_as_good_as_none(tmp_path: Path) -> None:
    """Nothing raises; the rows are judged again."""
    (tmp_path / "key.json").write_text('{"values": 3}', encoding="utf-8")
    assert Cache(tmp_path).get("key", 1) is None


@pytest.mark.parametrize(
    ("file", "old", "new", "same"),
    [
        ("judge.py", "draw.randint(6, 9)", "draw.randint(6, 8)", False),
        ("judge.py", "value > bar for value", "bar < value for value", False),
        ("judge.py", "    draw = Random(seed)", "    # Why not.\n    draw = Random(seed)", True),
        ("judge.py", '"different scores", 1', '"different scores", 2', True),
        ("lesson.py", "math.floor(10.5)", "math.floor(11.5)", False),
        ("lesson.py", "A lesson of two tasks", "A lesson with two tasks", True),
        ("corpus/right_share_loop.py", "above += 1", "above = above + 1", False),
        ("corpus/right_share_loop.py", "Count in a loop.", "Count one by one.", True),
    ],
)
def test_a_row_is_judged_again_only_where_its_outcome_may_differ(
    tiny: TinyCourse, file: str, old: str, new: str, same: bool
) -> None:
    """Code that the row can reach decides; comments, prose and other tasks do not."""

    def key() -> str:
        with tiny.open() as room:
            rows = room.submissions(room.lesson.tasks[0])
            return room.key(next(s for s in rows if s.name == "right_share_loop"))

    before = key()
    tiny.edit(file, old, new)
    assert (key() == before) is same


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("judge.py", "\nfrom autograder.scenarios.corpus import compose\n"),
        ("lesson.py", "\n# %%\nfrom autograder.scenarios import open_corpus\n"),
        ("judge.py", "\n"),
    ],
)
def test_rows_hang_on_the_scenarios_where_the_lesson_uses_them(
    tiny: TinyCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, line: str
) -> None:
    """A changed scenario makes the rows of the lessons that use it old, and of no others."""
    package = tmp_path / "autograder"
    (package / "scenarios" / "corpus").mkdir(parents=True)
    prose = package / "scenarios" / "corpus" / "prose.py"
    prose.write_text("WORD = 'keeps'\n", encoding="utf-8")
    monkeypatch.setattr(room_module, "_PACKAGE", package)
    with (tiny.lesson / file).open("a", encoding="utf-8") as text:
        text.write(line)
    with tiny.open() as room:
        before = room.files()
        prose.write_text("WORD = 'holds'\n", encoding="utf-8")
        assert (room.files() == before) is ("scenarios" not in line)


@pytest.mark.slow
def test_repeats_find_what_hangs_on_hash_order(tiny: TinyCourse) -> None:
    """A judge that draws from a set of strings differs between interpreters."""
    with tiny.open() as room:
        assert unrepeated(room, room.lesson.tasks[1:], 4, Limits(jobs=2)) == []
    tiny.edit(
        "judge.py",
        "draw.sample(range(100), 6)]",
        "draw.sample(range(100), 6)]\n    names = list(set(names))",
    )
    with tiny.open() as room:
        found = unrepeated(room, room.lesson.tasks[1:], 4, Limits(jobs=2))
    assert any(line.startswith("top_ids, wrong_top_names: ") for line in found)


def test_the_page_is_the_same_every_time_and_shows_no_code(tiny: TinyCourse) -> None:
    """The same outcomes give the same bytes, with a row for every entry, no time and no code."""
    with tiny.open() as room:
        tables = fill(room, room.lesson.tasks, SEEDS, Cache(None), Limits())
        report = try_mutants(room, list(room.lesson.tasks), Limits())
        lesson = room.lesson.id
        slower = [
            replace(t, rows=tuple(replace(r, trial=replace(r.trial, ms=(9.0,))) for r in t.rows))
            for t in tables
        ]
        pages = [render([room], {lesson: t}, {lesson: report}, 5, BAR) for t in (tables, slower)]
        titles = [entry.title.rstrip(".") for entry in room.entries]
    assert pages[0] == pages[1]
    assert pages[0].startswith("% Generated by")
    assert [title for title in titles if f": {title} |" not in pages[0]] == []
    assert [f'<details id="truth-{t.task.id}">' in pages[0] for t in tables] == [True] * len(tables)
    assert "return" not in pages[0].replace("Return", "")


def test_a_clean_run_of_the_whole_course_writes_the_page(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page and the misconceptions are written once, and a second run changes nothing."""
    with tiny.open():
        assert main(["truth", "--write", "--repeats", "0"]) == 0
        page = (tiny.root / "book" / "truth.md").read_text(encoding="utf-8")
        assert main(["truth", "--write", "--repeats", "0"]) == 0
    assert capsys.readouterr().out.count("wrote book/truth.md") == 1
    assert "| the untouched stub | 0 | 0 |" in page
    assert "each answer on 200 seeds." in page


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("| ").split(" | ")]


def _rounded(declared: str) -> str:
    return " to ".join(f"{float(word):.4g}" for word in declared.split(" to "))


def _within(declared: str, measured: str) -> bool:
    """Say whether a row shows, by itself, that the mark is as declared."""
    low, *high = (float(word) for word in declared.split(" to "))
    return all(low <= float(word) <= (high or [low])[0] for word in measured.split(" to "))


def test_the_committed_page_agrees_with_the_corpora() -> None:
    """Every entry of every lesson stands on it with its declared score, and nothing else does."""
    path = content.repository_root() / "book" / "truth.md"
    lines = path.read_text(encoding="utf-8").splitlines()
    shown = [_cells(line) for line in lines if line.startswith(("| right: ", "| wrong: "))]
    rooms = [Room.open(lesson) for lesson in content.course().ready]
    wanted = [
        [f"{entry.kind}: {escape(entry.title.rstrip('.'))}", _rounded(entry.declared)]
        for room in rooms
        for entry in room.entries
    ]
    assert [cells[:2] for cells in shown] == wanted
    assert all(_within(declared, measured) for _, declared, measured, *_ in shown)
    rows = {
        cells[0]: cells[1:] for cells in map(_cells, lines) if cells[0].startswith(("[", "All"))
    }
    answers = len(wanted) + 2 * sum(len(room.lesson.tasks) for room in rooms)
    assert rows["All"][1:3] == [str(answers), f"all {answers}"]
    for room in rooms:
        name = f"[{room.lesson.title}]"
        (row,) = (cells for title, cells in rows.items() if title.startswith(name))
        assert row[0] == str(len(room.lesson.tasks))
