"""Every rule of the linter has a lesson that breaks it, and names file and line.

Each case is the small course of conftest.py, which lints, with one edit.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.lesson import read_lesson
from autograder.authoring.lint import LESSON_RULES, lint
from autograder.authoring.lint.budget import BUDGET_RULES, measure
from autograder.authoring.lint.finding import Finding
from autograder.authoring.lint.manifest import COURSE_RULES, read_subject
from autograder.authoring.lint.subject import LessonSubject
from autograder.authoring.scaffold import scaffold
from autograder.cli import main

LESSON = "01_count_the_words"
HOME = f"notebooks/lessons/{LESSON}"
TEXT, JUDGE, MANIFEST = f"{HOME}/lesson.py", f"{HOME}/judge.py", "notebooks/course.yaml"
RIGHT, WRONG = f"{HOME}/corpus/right_any_alnum.py", f"{HOME}/corpus/wrong_counts_signs.py"
PROBE = f"{HOME}/probe.py"

Rule = Callable[[Any], Iterator[Finding]]


@dataclass(frozen=True)
class Case:
    """One edit, and the finding it must give: its file, the text of its line, what it says."""

    name: str
    file: str
    old: str
    new: str
    line: str
    says: str
    found_in: str = ""


CHECK = '# %% role="check" task="count_words"\ncheck("count_words")\n'
REGION = """\
    ### BEGIN SOLUTION
    return sum(any(sign.isalnum() for sign in piece) for piece in sentence.split())
    ### END SOLUTION
"""
MORE = "".join(f"\n# %% [markdown]\n# ## More {word}" for word in ("a", "b", "c", "d"))

CASES = [
    # course.yaml
    Case("no yaml", MANIFEST, "lessons:", "lessons: [", "- id", "not YAML"),
    Case("schema", MANIFEST, "minutes: 15", "minutes: none", "minutes: none", "lessons.0.minutes"),
    Case("unknown key", MANIFEST, "minutes: 15", "minute: 15", "- id", "lessons.0.minutes"),
    Case("no folder", MANIFEST, LESSON, "01_gone", "id: 01_gone", "has no folder"),
    Case("id", MANIFEST, LESSON, "01_2_words", "id: 01_2_words", "not a number and words"),
    Case(
        "task id",
        MANIFEST,
        "id: count_words",
        "id: task1",
        "id: task1",
        "task id task1 is not made of words",
    ),
    Case(
        "hard prerequisite",
        MANIFEST,
        "\n    prerequisites: []",
        "\n    prerequisites: [00_a]",
        "prerequisites: [00_a]",
        "00_a, which is no lesson",
    ),
    Case(
        "circle",
        MANIFEST,
        "\n    prerequisites: []",
        f"\n    prerequisites: [{LESSON}]",
        f"prerequisites: [{LESSON}]",
        "does not come before it",
    ),
    Case(
        "soft prerequisite",
        MANIFEST,
        "soft_prerequisites: []",
        f"soft_prerequisites: [{LESSON}]",
        f"soft_prerequisites: [{LESSON}]",
        "does not come before it",
    ),
    Case("competency", MANIFEST, "[C001]", "[C999]", "C999", "C999, which is no competency"),
    Case("no competency", MANIFEST, "[C002]", "[]", "word_memo", "serves no competency"),
    Case(
        "unlisted task",
        MANIFEST,
        "id: word_memo",
        "id: word_note",
        "id: word_note",
        "no written cell for word_note",
    ),
    Case(
        "unknown dataset",
        MANIFEST,
        "[log_lines]",
        "[log_lines, nothing]",
        "log_lines, nothing",
        "the dataset nothing, which does not exist",
    ),
    Case(
        "case named as a dataset",
        MANIFEST,
        "id: count_words",
        "id: count_words, case: log_lines",
        "id: count_words",
        "the case log_lines has the name of a dataset",
    ),
    Case(
        "judge of no case",
        MANIFEST,
        "id: count_words",
        "id: count_words, case: word_case",
        "def count_words(",
        "does not take (learner, case)",
        JUDGE,
    ),
    Case(
        "unused dataset",
        TEXT,
        'load("log_lines/lines")',
        "1",
        "[log_lines]",
        "never loads it",
        MANIFEST,
    ),
    # task by task
    Case(
        "points",
        TEXT,
        'word_memo" points=6',
        'word_memo" points=5',
        "points=5",
        "worth 5 here and 6 in course.yaml",
    ),
    Case(
        "unknown task",
        TEXT,
        'role="check" task="count_words"',
        'role="check" task="count_word"',
        'task="count_word"',
        "lists no count_word under tasks",
    ),
    Case(
        "missing check",
        TEXT,
        'role="check" task="count_words"',
        'role="check" task="x_y"',
        "id: count_words",
        "has no check cell for count_words",
        MANIFEST,
    ),
    Case(
        "two checks",
        TEXT,
        "# %% [markdown]\n# ## What",
        f"{CHECK}# %% [markdown]\n# ## What",
        f"{CHECK}# %% [markdown]\n# ## What",
        "A second cell is the check of count_words",
    ),
    Case(
        "early check",
        TEXT,
        '# %% role="answer"',
        CHECK + '\n\n# %% role="answer"',
        'role="check"',
        "comes before its answer",
    ),
    Case(
        "check text",
        TEXT,
        '\ncheck("count_words")',
        '\ncheck("count_words", 3)',
        'check("count_words", 3)',
        "says something else",
    ),
    Case(
        "open solution",
        TEXT,
        "    ### END SOLUTION\n",
        "",
        "    ### BEGIN SOLUTION",
        "never closed",
    ),
    Case(
        "unopened solution",
        TEXT,
        "    ### BEGIN SOLUTION\n",
        "",
        "    ### END SOLUTION",
        "do not pair up",
    ),
    Case(
        "nested solution",
        TEXT,
        "    ### BEGIN SOLUTION\n",
        "    ### BEGIN SOLUTION\n    ### BEGIN SOLUTION  \n",
        "    ### BEGIN SOLUTION  ",
        "do not pair up",
    ),
    Case(
        "stray solution",
        TEXT,
        "\nsentence.split()",
        "\n### BEGIN SOLUTION\nsentence.split()",
        "### BEGIN SOLUTION",
        "not an answer",
    ),
    Case(
        "solution on a line",
        TEXT,
        "    ### BEGIN SOLUTION",
        "    x = 1  ### BEGIN SOLUTION",
        "    x = 1  ### BEGIN SOLUTION",
        "shares its line",
    ),
    Case("no solution", TEXT, REGION, "    return 0\n", 'role="answer"', "marks no solution"),
    Case(
        "other name",
        TEXT,
        "def count_words(",
        "def count_all(",
        'role="answer"',
        "defines no count_words",
    ),
    Case(
        "redefined",
        TEXT,
        "# %% [markdown]\n# ## What",
        "# %%\ndef count_words(x): return 1\n# %% [markdown]\n# ## What",
        "def count_words(x): return 1",
        "redefines count_words",
    ),
    Case(
        "needs the answer",
        TEXT,
        "# %% [markdown]\n# ## What",
        '# %%\ncount_words("a b")\n# %% [markdown]\n# ## What',
        'count_words("a b")',
        "This cell needs count_words",
    ),
    Case(
        "unpaired prediction",
        TEXT,
        'predict("pieces", actual=len(pieces))',
        "len(pieces)",
        'role="predict"',
        "'pieces' is never shown",
    ),
    Case(
        "two criteria",
        TEXT,
        "# | is short | over 100 words | over 50 | at most 50 |\n",
        "",
        'role="rubric"',
        "has 2 criteria",
    ),
    Case(
        "rubric points",
        TEXT,
        "# | is short |",
        "# | is neat | no | half | yes |\n# | is short |",
        'role="rubric"',
        "adds up to 8 points",
    ),
    Case(
        "rubric header",
        TEXT,
        "# | criterion | 0 | 1 | 2 |",
        "# | criterion | 0 | 2 |",
        'role="rubric"',
        "no header",
    ),
    Case("anchor", TEXT, "| over 50 |", "|  |", "is short", "lacks an anchor"),
    # text
    Case(
        "no title",
        TEXT,
        "# # Count the words",
        "# Count the words",
        "# Count the words",
        "does not begin with its title",
    ),
    Case(
        "other title",
        TEXT,
        "# # Count the words",
        "# # Count words",
        "# # Count words",
        "'Count the words' in course.yaml",
    ),
    Case(
        "two titles", TEXT, "# ## On your own", "# # On your own", "# # On your own", "a second H1"
    ),
    Case(
        "many sections",
        TEXT,
        "# ## On your own",
        "# ## On your own" + MORE,
        "# # Count the words",
        "has 10 sections",
    ),
    Case(
        "section in a cell",
        TEXT,
        "# ## On your own",
        "# First.\n# ## On your own",
        "# ## On your own",
        "in the middle of a cell",
    ),
    Case(
        "task number",
        TEXT,
        "# ## Task 2:",
        "# ## Task 3:",
        "# ## Task 3:",
        "Task 3 is the lesson's task 2",
    ),
    Case("task heading", TEXT, "# ## Task 1: Count", "# ## Count", "# ## Count", "holds a task"),
    Case(
        "empty task section",
        TEXT,
        "# ## On your own",
        "# ## Task 3: On your own",
        "# ## Task 3: On your own",
        "holds 0 graded cells",
    ),
    Case("one hint", TEXT, "<summary>Hint 2", "<summary>More", 'role="check"', "has 1 hints"),
    Case(
        "stated points",
        TEXT,
        "# The task is worth 4 points.",
        "# The task is worth 3 points.",
        "# %% [markdown]\n# ## Task 1",
        "says 3 where the task has 4",
    ),
    Case(
        "sum of points",
        TEXT,
        "Two tasks, 10 points",
        "Two tasks, 9 points",
        "# %% [markdown]\n# # Count",
        "which is 10",
    ),
    Case(
        "claimed competencies",
        TEXT,
        "Two tasks, 10 points",
        "Two tasks, 10 points. Competencies: C009",
        "# %% [markdown]\n# # Count",
        "disagree on C001, C002, C009",
    ),
    Case(
        "anchor link",
        TEXT,
        "(#task-1-count-the-words)",
        "(#task-1-count-words)",
        "[your count]",
        "#task-1-count-words leads nowhere",
    ),
    Case(
        "file link",
        TEXT,
        "(#task-1-count-the-words)",
        "(../02_no/02_no.ipynb)",
        "[your count]",
        "../02_no/02_no.ipynb leads nowhere",
    ),
    Case(
        "level",
        TEXT,
        "# ## On your own",
        "# ## On your own\n#\n# #### Deep",
        "# #### Deep",
        "skips a level",
    ),
    # code
    Case(
        "syntax", TEXT, "\nsentence.split()", "\nsentence.split(", "sentence.split(\n", "not Python"
    ),
    Case("magic", TEXT, "\nsentence.split()", "\n%pip install x", "%pip install x", "a magic"),
    Case("shell", TEXT, "\nsentence.split()", "\n!ls", "!ls", "a magic"),
    Case("hidden magic", TEXT, "\nsentence.split()", "\n# %time", "# %time", "a magic"),
    Case(
        "judge syntax",
        JUDGE,
        "draw = Random(seed)",
        "draw = Random(seed",
        "draw = Random(seed",
        "not Python",
    ),
    Case(
        "own import",
        TEXT,
        "import check, load, predict",
        "import check, content, load, predict",
        "import check, content",
        "may not import autograder.content",
    ),
    Case(
        "own module",
        TEXT,
        "\nsentence.split()",
        "\nimport autograder.checks",
        "import autograder.checks",
        "may not import autograder.checks",
    ),
    Case(
        "provider module",
        TEXT,
        "\nsentence.split()",
        "\nfrom autograder.provider.engine import Provider",
        "from autograder.provider.engine",
        "may not import autograder.provider.engine.Provider",
    ),
    Case(
        "provider name",
        TEXT,
        "\nsentence.split()",
        "\nfrom autograder.provider import client, serve",
        "from autograder.provider import",
        "may not import autograder.provider.serve",
    ),
    Case(
        "scenario module",
        TEXT,
        "\nsentence.split()",
        "\nfrom autograder.scenarios.corpus import compose",
        "from autograder.scenarios.corpus",
        "may not import autograder.scenarios.corpus.compose",
    ),
    Case(
        "scenario name",
        TEXT,
        "\nsentence.split()",
        "\nfrom autograder.scenarios import compose",
        "from autograder.scenarios import",
        "may not import autograder.scenarios.compose",
    ),
    Case(
        "progress name",
        TEXT,
        "\nsentence.split()",
        "\nfrom autograder.progress import itinerary, standing",
        "from autograder.progress import",
        "may not import autograder.progress.standing",
    ),
    Case(
        "placement module",
        TEXT,
        "\nsentence.split()",
        "\nfrom autograder.placement.items import ITEMS",
        "from autograder.placement.items",
        "may not import autograder.placement.items.ITEMS",
    ),
    Case(
        "judge import",
        JUDGE,
        "from random import",
        "import autograder.cli\nfrom random import",
        "import autograder.cli",
        "may not import autograder.cli",
    ),
    Case(
        "judge import from",
        JUDGE,
        "from random",
        "from autograder import authoring\nfrom random",
        "import authoring",
        "may not import autograder.authoring",
    ),
    Case(
        "relative import",
        JUDGE,
        "from random import",
        "from . import x\nfrom random import",
        "from . import x",
        "relative import",
    ),
    Case("network", TEXT, "\nsentence.split()", "\nimport httpx", "import httpx", "the network"),
    Case(
        "urllib",
        TEXT,
        "\nsentence.split()",
        "\nimport urllib.request",
        "import urllib.request",
        "the network",
    ),
    Case(
        "judge network",
        JUDGE,
        "from random import",
        "import socket\nfrom random import",
        "import socket",
        "the network",
    ),
    Case(
        "by name",
        TEXT,
        "\nsentence.split()",
        '\n__import__("requests")',
        "__import__",
        "the network",
    ),
    Case(
        "not installed",
        TEXT,
        "\nsentence.split()",
        "\nimport nowhere_found",
        "import nowhere_found",
        "not installed",
    ),
    Case(
        "fetch",
        TEXT,
        "\nsentence.split()",
        '\npd.read_csv("https://example.org/a.csv")',
        "pd.read_csv",
        "fetches https://example.org/a.csv",
    ),
    Case(
        "program",
        TEXT,
        "\nsentence.split()",
        '\nos.system("pip install x")',
        "os.system",
        "runs a program",
    ),
    Case(
        "no dataset",
        TEXT,
        'load("log_lines/lines")',
        'load("log_line/lines")',
        'load("log_line/lines")',
        "no dataset log_line",
    ),
    Case(
        "no file",
        TEXT,
        'load("log_lines/lines")',
        'load("log_lines/rows")',
        'load("log_lines/rows")',
        "no file 'rows'",
    ),
    Case(
        "unnamed dataset",
        MANIFEST,
        "[log_lines]",
        "[]",
        'load("log_lines/lines")',
        "does not name the dataset log_lines",
        TEXT,
    ),
    Case("no setup", TEXT, '# %% role="setup"', "# %%", "# %%\nfrom", "not the setup cell"),
    Case(
        "two setups",
        TEXT,
        "# %%\nsentence.split()",
        '# %% role="setup"\nsentence.split()',
        '# %% role="setup"\nsentence',
        "second setup cell",
    ),
    Case(
        "long setup",
        TEXT,
        "import check, load, predict, reveal\n",
        "import check, load, predict, reveal\n" + "x = 1\n" * 8,
        'role="setup"',
        "has 9 lines",
    ),
    Case(
        "no check import",
        TEXT,
        "import check, load, predict",
        "import load, predict",
        'check("count_words")',
        "Nothing imports `check`",
    ),
    # judge
    Case(
        "no judge function", JUDGE, "def count_words(", "def count_all(", "", "is named count_words"
    ),
    Case(
        "spare judge",
        JUDGE,
        "def count_words(",
        "def count_all(",
        "def count_all(",
        "count_all belongs to no task",
    ),
    Case(
        "judge signature",
        JUDGE,
        "learner: Learner, seed: int",
        "learner: Learner, n: int",
        "def count_words(",
        "does not take (learner, seed)",
    ),
    Case(
        "asks for another",
        JUDGE,
        'learner.call("count_words", sentence), count, "the number',
        'learner.call("count_word", sentence), count, "the number',
        'learner.call("count_word",',
        "asks for count_word, which",
    ),
    Case(
        "no third hint",
        JUDGE,
        'HINTS = {\n    "count_words"',
        'HINTS = {\n    "count_word"',
        "HINTS = {",
        "HINTS has no entry for count_words",
    ),
    Case(
        "stray why",
        JUDGE,
        "WHY = {\n",
        'WHY = {\n    "other": "",\n',
        "WHY = {",
        "WHY has an entry for other",
    ),
    Case(
        "no probe",
        JUDGE,
        'learner.call("count_words", sentence), count',
        'learner.probe("trace", sentence), count',
        'learner.probe("trace"',
        "no public function",
    ),
    # corpus and folder
    Case("spare file", f"{HOME}/notes.txt", "", "x", "x", "no place in a lesson"),
    Case(
        "spare lesson",
        "notebooks/lessons/09_stray/lesson.py",
        "",
        "x",
        "",
        "no lesson of this",
        "notebooks/lessons/09_stray",
    ),
    Case(
        "beside source",
        f"notebooks/source/{LESSON}/lesson.py",
        "",
        "x",
        "x",
        "Only generated notebooks",
    ),
    Case(
        "beside release",
        f"notebooks/release/{LESSON}/answers.py",
        "",
        "x",
        "x",
        "Only generated notebooks",
    ),
    Case("corpus name", f"{HOME}/corpus/maybe_one.py", "", "x = 1", "x = 1", "neither right_*"),
    Case(
        "corpus task",
        WRONG,
        "task: count_words",
        "task: count_word",
        "task: count_word",
        "'count_word', which is none",
    ),
    Case("no corpus task", WRONG, "task: count_words", "about: words", "", "names no task"),
    Case("corpus name of function", RIGHT, "def count_words", "def count", "", "defines no"),
    Case("no score", WRONG, "score: 0.5\n", "", "", "declares no `score:`"),
    Case("no message", WRONG, "says: ", "say: ", "", "declares no `says:`"),
    Case(
        "empty message",
        WRONG,
        "says: You count every piece; one without a letter or a digit is no word.",
        "says:",
        "says:",
        "`says:` is empty",
    ),
    Case("full score", WRONG, "score: 0.5", "score: 1", "score: 1", "not below full"),
    Case("odd interval", WRONG, "score: 0.5", "score: 0.6..0.5", "score: 0.6", "not below full"),
    Case(
        "right with a score",
        RIGHT,
        "task: count_words\n",
        "task: count_words\nscore: 0\n",
        "score: 0",
        "declares a `score:`",
    ),
    # budgets
    Case("cells", MANIFEST, "status: draft", "status: ready", "", "has 19 cells", TEXT),
    Case("words", MANIFEST, "status: draft", "status: ready", "", " words. Keep it to 1,200", TEXT),
    Case("tasks", MANIFEST, "status: draft", "status: ready", "tasks:\n", "has 1 tasks"),
]


def _edit(root: Path, case: Case) -> None:
    path = root / case.file
    if case.old:
        text = path.read_text(encoding="utf-8")
        assert case.old in text, "the case edits nothing"
        path.write_text(text.replace(case.old, case.new, 1), encoding="utf-8")
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(case.new, encoding="utf-8")


def _line(root: Path, case: Case) -> int:
    if not case.line:
        return 1
    text = (root / (case.found_in or case.file)).read_text(encoding="utf-8")
    return text[: text.index(case.line)].count("\n") + 1


def _lines(root: Path, says: str) -> list[str]:
    return [f.text(root) for f in lint(root).findings if says in f.what]


def test_the_small_course_lints(root: Path) -> None:
    """What every case edits breaks no rule."""
    assert lint(root).findings == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_rule_is_named_with_file_and_line(root: Path, case: Case) -> None:
    """The edit gives a finding at its file and line, with a remedy."""
    _edit(root, case)
    where = f"{case.found_in or case.file}:{_line(root, case)}: "
    found = [finding.text(root) for finding in lint(root).findings]
    said = [text.removeprefix(where) for text in found if text.startswith(where)]
    assert any(case.says in text for text in said), "\n".join(found)
    assert all(finding.remedy for finding in lint(root).findings)


def test_every_rule_has_a_case(root: Path, tmp_path: Path) -> None:
    """No rule is listed that no case of this file breaks."""
    unbroken = set(LESSON_RULES) | set(COURSE_RULES) | set(BUDGET_RULES)
    for number, case in enumerate(CASES):
        copy = shutil.copytree(root, tmp_path / "cases" / str(number), ignore=_cases)
        _edit(copy, case)
        unbroken -= set(_broken(copy, unbroken))
    assert {rule.__name__ for rule in unbroken} == {"_order", "_probe_alone"}  # tested below


def _cases(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name == "cases"]


def _broken(root: Path, rules: set[Rule]) -> Iterator[Rule]:
    course, _ = read_subject(root)
    if course is None:
        return
    for entry in course.course.lessons:
        path = course.lessons / entry.id / "lesson.py"
        subject = LessonSubject(course, entry, read_lesson(path)) if path.is_file() else None
        for rule in rules:
            about = course if rule in COURSE_RULES else subject
            if about is not None and any(True for _ in rule(about)):
                yield rule


@pytest.fixture
def two(root: Path) -> Path:
    """Add a second lesson."""
    scaffold(root, "02_count_again")
    return root


def test_a_lesson_listed_twice_is_named(two: Path) -> None:
    """One entry per lesson."""
    _edit(two, Case("", MANIFEST, "id: 02_count_again", f"id: {LESSON}", "", ""))
    assert len(_lines(two, "is listed twice")) == 1


def test_lessons_out_of_order_are_named(two: Path) -> None:
    """Numbers go up."""
    _edit(two, Case("", MANIFEST, f"id: {LESSON}", "id: 03_late", "", ""))
    assert len(_lines(two, "02_count_again stands after 03_late")) == 1


def test_a_task_of_two_lessons_is_named(two: Path) -> None:
    """`check("…")` finds a lesson by its task, so a task has one home."""
    _edit(two, Case("", MANIFEST, "id: count_words_to_count_again", "id: count_words", "", ""))
    assert len(_lines(two, "both have a task count_words")) == 1


def test_tasks_out_of_order_are_named(root: Path) -> None:
    """The manifest lists tasks as a learner meets them."""
    extra = "      - {id: count_lines, points: 1, competencies: [C001]}\n      - {id: count_words"
    _edit(root, Case("", MANIFEST, "      - {id: count_words", extra, "", ""))
    later = '# %% role="answer" task="count_lines" points=1\n# %% [markdown]\n# ## What'
    _edit(root, Case("", TEXT, "# %% [markdown]\n# ## What", later, "", ""))
    assert len(_lines(root, "lists count_lines where the lesson has count_words")) == 1


def test_a_name_may_hold_a_digit_where_it_is_one(root: Path) -> None:
    """`bm25` is what people call it; `task1` tells nobody anything."""
    _edit(root, Case("", MANIFEST, "id: count_words", "id: bm25", "", ""))
    assert _lines(root, "not made of words") == []


def test_a_circle_of_prerequisites_is_named(two: Path) -> None:
    """A needs B and B needs A cannot both stand earlier."""
    manifest = two / MANIFEST
    first, _, second = manifest.read_text(encoding="utf-8").partition("  - id: 02")
    first = first.replace("\n    prerequisites: []", "\n    prerequisites: [02_count_again]")
    second = second.replace("\n    prerequisites: []", f"\n    prerequisites: [{LESSON}]")
    manifest.write_text(f"{first}  - id: 02{second}", encoding="utf-8")
    assert len(_lines(two, f"{LESSON} needs 02_count_again")) == 1


@pytest.mark.parametrize(
    "body",
    [
        'equal(learner.probe("trace"), 3)',
        'trace = learner.probe("trace", draw.random())\n        require(trace["calls"] == 3, "x")',
        'trace = learner.probe("trace", few)\n        close(trace["cost"], trace["want"])',
        'trace = learner.probe("trace", few)\n        equal(len(trace), len(trace["asked"]))',
        'for item in learner.probe("trace"):\n            within(item, 0, 1)',
        "_asked(learner)",
        'equal(_trace(learner, few), "done")',
        'equal(learner.probe("trace", few), 3)',
        'equal(learner.probe("trace"), 3, f"case {few}")',
        'require(learner.probe("trace") == 3, f"of {few}", got=1, want=few)',
    ],
)
def test_a_step_on_a_probes_word_alone_is_named(root: Path, body: str) -> None:
    """A constant, or another part of what the probe said, is no evidence."""
    assert _judged_by(root, body) != []


@pytest.mark.parametrize(
    "body",
    [
        'equal(learner.probe("trace", few), few * 2)',
        "want = sorted(draw.sample(range(9), 3))\n"
        '        equal(learner.probe("trace", want)["out"], want)',
        'trace = learner.probe("trace")\n        require(trace["calls"] <= few, "x")',
        'equal(learner.probe("trace"), 3)\n        equal(learner.call("count_words", "a"), 1)',
        "equal(_trace(learner, few), few)",
    ],
)
def test_a_step_that_recomputes_or_asks_the_learner_is_fine(root: Path, body: str) -> None:
    """A value drawn from the seed beside the probe's word, or a call, is evidence."""
    assert _judged_by(root, body) == []


def _judged_by(root: Path, body: str) -> list[str]:
    judge = root / JUDGE
    text = judge.read_text(encoding="utf-8")
    steps = f'    with ladder.step("probed", 1):\n        {body}\n    return ladder.score()\n'
    text = text.replace("    return ladder.score()\n", steps)
    text += (
        "\n\ndef _trace(learner, calls):\n"
        '    return learner.probe("trace", calls)\n'
        "\n\ndef _asked(learner):\n"
        '    equal(learner.probe("trace"), 3)\n'
    )
    if "_asked(learner)" not in body:
        text = text.partition("\n\ndef _asked")[0]
    judge.write_text(text, encoding="utf-8")
    (root / PROBE).write_text("def trace(namespace, *given):\n    return []\n", encoding="utf-8")
    found = lint(root).findings
    assert all("probe's word alone" in f.what for f in found)
    return [f.text(root) for f in found]


def test_a_draft_may_be_short_and_nothing_else(root: Path) -> None:
    """`status: draft` waives budgets, keeps every other rule, and is shown."""
    report = lint(root)
    assert report.findings == ()
    assert report.notes[0].startswith(f"{LESSON}: 19 cells, ")
    assert report.notes[0].endswith("(draft)")


def test_long_code_cells_are_named(root: Path) -> None:
    """The median code cell has at most five lines, solutions left out."""
    _edit(root, Case("", MANIFEST, "status: draft", "status: ready", "", ""))
    text = (root / TEXT).read_text(encoding="utf-8")
    many = "# %%\na = 1\nb = 1\nc = 1\nd = 1\ne = 1\nf = 1\n" * 9
    (root / TEXT).write_text(f"{text}{many}", encoding="utf-8")
    assert len(_lines(root, "has 6 lines in its median code cell")) == 1


def test_reading_is_measured_between_actions(lesson_file: Path) -> None:
    """Words count from one thing a learner does to the next; a solution is not read."""
    text = lesson_file.read_text(encoding="utf-8")
    before = measure(read_lesson(lesson_file))
    lesson_file.write_text(f"{text}# %% [markdown]\n# {'word ' * 400}\n", encoding="utf-8")
    after = measure(read_lesson(lesson_file))
    assert after.words == before.words + 400
    assert after.longest_read > 400
    assert "over 300" in after.note("x")


def test_a_lesson_that_cannot_be_read_is_one_finding(root: Path) -> None:
    """A broken marker hides no other lesson, and is named with its line."""
    _edit(root, Case("", TEXT, 'role="setup"', 'role="set"', "", ""))
    assert len(_lines(root, "no role 'set'")) == 1


def test_the_command_fails_on_findings(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`rungs lint` exits 0 without findings and 1 with; the last line is a summary."""
    assert main(["lint", "--root", str(root)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 lesson linted, no findings"
    _edit(root, Case("", MANIFEST, "[C001]", "[C999]", "", ""))
    assert main(["lint", "01", "--root", str(root)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 lesson linted, 1 finding"


def test_a_lesson_that_does_not_exist_is_named(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown lesson is one sentence with the ones there are."""
    assert main(["lint", "77", "--root", str(root)]) == 1
    assert f"The lessons are: {LESSON}." in capsys.readouterr().err


def test_the_rules_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    """`rungs lint --rules` says in one sentence each what the linter wants."""
    assert main(["lint", "--rules"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == len(LESSON_RULES) + len(COURSE_RULES) + len(BUDGET_RULES)
    assert all(sentence.endswith(".") for sentence in said)
