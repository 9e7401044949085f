"""What a try-out says of an answer: the same code that the browser runs, in CPython."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from autograder.tryouts.examples import MOST, run, same
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
    home = ROOT / "notebooks" / "source" / tryout.lesson / f"{tryout.lesson}.ipynb"
    cells = json.loads(home.read_text(encoding="utf-8"))["cells"]
    return "".join(next(c["source"] for c in cells if c["id"] == f"answer-{tryout.task}"))


@each
def test_the_reference_gives_every_example(tryout: Tryout) -> None:
    """The solution passes with what the page puts before it, and that is all it needs."""
    assert set(verdicts(tryout, reference(tryout))) == {"same"}


@each
def test_the_starter_gives_none(tryout: Tryout) -> None:
    """The untouched cell passes no example and is called unwritten, not wrong."""
    assert set(verdicts(tryout, tryout.starter)) <= {"unwritten", "raised"}
    assert "unwritten" in verdicts(tryout, tryout.starter)


@each
def test_the_lesson_prints_what_an_example_expects(tryout: Tryout) -> None:
    """Every number of an expected value, and every exception, stands in the released lesson."""
    home = ROOT / "notebooks" / "release" / tryout.lesson / f"{tryout.lesson}.ipynb"
    cells = json.loads(home.read_text(encoding="utf-8"))["cells"]
    text = "".join("".join(cell["source"]) for cell in cells)
    for example in tryout.examples:
        wanted = example.get("gives", "") + example.get("raises", "")
        names = re.findall(r"\d+(?:\.\d+)?|[A-Z]\w*Error", re.sub(r'"\w+":', "", wanted))
        assert [name for name in names if name not in text] == []


@each
def test_only_the_standard_library_is_imported(tryout: Tryout) -> None:
    """What stands before a task names no package that a browser would have to fetch."""
    allowed = {"datetime", "decimal", "email", "json", "math", "re", "typing"}
    imported = re.findall(r"^(?:from|import) (\w+)", tryout.before, re.MULTILINE)
    assert set(imported) <= allowed


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
    ("got", "wanted", "digits", "verdict"),
    [
        (0.1 + 0.2, 0.3, None, True),
        (4, 4.0, None, True),
        (0.66666, 0.667, 3, True),
        (0.6661, 0.667, 3, False),
        (True, 1.0, None, False),
        (1.0, 1, None, False),
        ([1, 2], [1, 2, 3], None, False),
        ({"a": 1}, {"a": 1, "b": 2}, None, False),
        ({"a": [1.0, None]}, {"a": [1.0, None]}, None, True),
        (None, 0.0, None, False),
    ],
)
def test_values_are_compared_as_a_reader_would(
    got: Any, wanted: Any, digits: int | None, verdict: bool
) -> None:
    """Rounding is forgiven, another type, length or key is not."""
    assert same(got, wanted, digits) is verdict


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
