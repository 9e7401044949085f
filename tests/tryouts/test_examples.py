"""What a try-out says of an answer: the same code that the browser runs, in CPython."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.corpus import Entry, read_corpus
from autograder.content import course, lesson_dir
from autograder.tryouts.definitions import elsewhere, names_in, taken
from autograder.tryouts.examples import MOST, run, same
from autograder.tryouts.tasks import read_tasks
from autograder.tryouts.tryout import Tryout, read_tryouts

ROOT = Path(__file__).resolve().parents[2]
TRYOUTS = read_tryouts(ROOT)
each = pytest.mark.parametrize("tryout", TRYOUTS, ids=[one.task for one in TRYOUTS])


def report(tryout: Tryout, code: str) -> dict[str, Any]:
    """Run a text as the page does."""
    asked = {"before": tryout.before, "code": code, "examples": tryout.examples}
    found: dict[str, Any] = json.loads(run(json.dumps(asked)))
    return found


def verdicts(tryout: Tryout, code: str) -> list[str]:
    """Return the verdict of each example."""
    found = report(tryout, code)
    assert found["error"] == ""
    return [example["verdict"] for example in found["examples"]]


def small(code: str, *examples: dict[str, Any]) -> dict[str, Any]:
    """Run a text of a task that nobody is given."""
    return report(Tryout("", "f", "", "import math", "", examples), code)


def reference(tryout: Tryout) -> str:
    """Return the solved cell of a task."""
    return read_tasks(ROOT, tryout.lesson, "source")[tryout.task].cell


def right_answers(tryout: Tryout) -> list[Entry]:
    """List the corpus's right answers to a task."""
    tasks = tuple(task.id for task in course().lesson(tryout.lesson).tasks)
    entries = read_corpus(lesson_dir(tryout.lesson) / "corpus", tasks)
    return [one for one in entries if one.kind == "right" and one.task == tryout.task]


def standing_above(tryout: Tryout, code: str) -> str:
    """Return what a text needs of its lesson, packages included: a notebook has them all."""
    return taken(read_tasks(ROOT, tryout.lesson, "release")[tryout.task].above, names_in(code)).code


@each
def test_the_reference_gives_every_example(tryout: Tryout) -> None:
    """The solution passes with what the page puts before it, and that is all it needs."""
    assert set(verdicts(tryout, reference(tryout))) == {"same"}


@each
def test_the_starter_gives_none(tryout: Tryout) -> None:
    """The untouched cell passes no example and is called unwritten, not wrong."""
    assert set(verdicts(tryout, tryout.starter)) <= {"unwritten", "raised"}
    assert "unwritten" in verdicts(tryout, tryout.starter)


@pytest.mark.slow
@each
def test_every_right_way_gives_every_example(tryout: Tryout) -> None:
    """No right answer of the corpus, however it is built, is told that it gives something else."""
    for entry in right_answers(tryout):
        code = entry.code.source
        above = standing_above(tryout, code)
        # An answer may leave the second of two functions as it was, so the reference is below it.
        asked = "\n".join([above, tryout.before, reference(tryout)])
        found = json.loads(
            run(json.dumps({"before": asked, "code": code, "examples": tryout.examples}))
        )
        told = {one["verdict"] for one in found["examples"]}
        assert (entry.name, told) == (entry.name, {"same"}), found


@each
def test_the_lesson_prints_what_an_example_expects(tryout: Tryout) -> None:
    """Every number of an expected value, and every exception, stands in the released lesson."""
    home = ROOT / "notebooks" / "release" / tryout.lesson / f"{tryout.lesson}.ipynb"
    cells = json.loads(home.read_text(encoding="utf-8"))["cells"]
    text = "".join("".join(cell["source"]) for cell in cells)
    text += re.sub(r"(?<=\d),(?=\d{3})", "", text)  # 1,366 in a sentence is 1366
    for example in tryout.examples:
        wanted = example.get("gives", "") + example.get("raises", "")
        names = re.findall(r"\d+(?:\.\d+)?|[A-Z]\w*Error", re.sub(r'"\w+":', "", wanted))
        assert [name for name in names if name not in text] == []


@each
def test_only_the_standard_library_is_imported(tryout: Tryout) -> None:
    """What stands before a task names no package that a browser would have to fetch."""
    assert elsewhere(tryout.before) == set()


def test_a_wrong_answer_is_shown_beside_the_right_one() -> None:
    """The report holds the call, what the statement says and what came."""
    found = small("def f(n):\n    print('at', n)\n    return n + 1", {"call": "f(1)", "gives": "1"})
    assert found["examples"] == [{"call": "f(1)", "wanted": "1", "got": "2", "verdict": "differs"}]
    assert found["printed"] == "at 1\n"


def test_a_traceback_begins_at_the_readers_own_line() -> None:
    """Neither this package nor its file names are in it; the line that failed is."""
    found = small("def f():\n    return 1 / 0", {"call": "f()", "gives": "1"})
    (example,) = found["examples"]
    assert example["verdict"] == "raised"
    assert 'File "your cell", line 2, in f\n    return 1 / 0' in example["got"]
    assert example["got"].endswith("ZeroDivisionError: division by zero")
    assert "examples.py" not in example["got"]


@pytest.mark.parametrize(
    ("code", "last"),
    [
        ("def f(:", "SyntaxError: invalid syntax"),
        ("import numpy_", "ModuleNotFoundError: No module named 'numpy_'"),
        ("raise SystemExit(3)", "SystemExit: 3"),
    ],
)
def test_a_text_that_cannot_run_says_why(code: str, last: str) -> None:
    """Then no example is tried, and the reason stands alone."""
    found = small(code, {"call": "f()", "gives": "1"})
    assert found["examples"] == []
    assert found["error"].splitlines()[-1] == last


def test_an_expected_exception_is_the_only_right_one() -> None:
    """Another exception is raised, a value differs, and a child of the named one is right."""
    asked = {"call": "f()", "raises": "LookupError"}
    tried = {
        "def f(): return {}['a']": "same",
        "def f(): return 1 / 0": "raised",
        "def f(): return None": "differs",
    }
    found = {code: small(code, asked)["examples"][0]["verdict"] for code in tried}
    assert found == tried


@pytest.mark.parametrize(
    ("got", "wanted", "room", "verdict"),
    [
        (0.1 + 0.2, 0.3, None, True),
        (4, 4.0, None, True),
        (1.0, 1, None, True),
        (Decimal("0.000384"), 0.000384, None, True),
        (0.66666, 0.667, 0.0005, True),
        (0.6661, 0.667, 0.0005, False),
        (299.4, 299, 0.5, False),
        (True, 1.0, None, False),
        (1, True, None, False),
        ((1, 2), [1, 2], None, True),
        ([1, 2], [1, 2, 3], None, False),
        ({1, 2}, [1, 2], None, False),
        ({"a": 1}, {"a": 1, "b": 2}, None, False),
        ({"a": [1.0, None]}, {"a": [1.0, None]}, None, True),
        (None, 0.0, None, False),
        (float("nan"), 0.5, 0.1, False),
    ],
)
def test_values_are_compared_as_a_judge_would(
    got: Any, wanted: Any, room: float | None, verdict: bool
) -> None:
    """Rounding is forgiven and a tuple is a list; another kind of value, length or key is not."""
    assert same(got, wanted, room) is verdict


@pytest.mark.parametrize(
    ("example", "shown", "verdict"),
    [
        ({"gives": "0.07"}, "0.07", "differs"),
        ({"gives": "0.07", "digits": 2}, "0.07", "same"),
        ({"gives": "0.07", "digits": 3}, "0.07", "differs"),
        ({"gives": "0.07", "within": 0.001}, "about 0.07, give or take 0.001", "differs"),
        ({"gives": "0.07", "within": 0.01}, "about 0.07, give or take 0.01", "same"),
    ],
)
def test_an_example_says_how_near_is_near(
    example: dict[str, Any], shown: str, verdict: str
) -> None:
    """Decimals are those that the lesson prints; a margin is told beside the value."""
    (tried,) = small("def f(): return 0.0733", {"call": "f()"} | example)["examples"]
    assert (tried["wanted"], tried["verdict"]) == (shown, verdict)


def test_a_starter_that_returns_nothing_is_unwritten() -> None:
    """Where the line to replace is in an inner function, nothing comes back and nothing raises."""
    starter = "def f():\n    def g():\n        raise NotImplementedError()"
    asked = {"call": "f()", "gives": "1"}
    assert small(starter, asked)["examples"][0]["verdict"] == "unwritten"
    assert small("def f():\n    pass", asked)["examples"][0]["verdict"] == "differs"


def test_what_is_shown_is_cut() -> None:
    """A page that prints for ever would be no page."""
    printed = small("print('x' * 10_000)\ndef f(): return 1", {"call": "f()", "gives": "1"})
    assert len(printed["printed"]) < MOST + 60
    assert printed["printed"].endswith("6,001 characters more")


def test_a_run_leaves_the_next_one_nothing() -> None:
    """What an answer defined is not there for the next text."""
    small("left = 1\ndef f(): return left", {"call": "f()", "gives": "1"})
    found = small("def f(): return left", {"call": "f()", "gives": "1"})
    assert found["examples"][0]["verdict"] == "raised"
