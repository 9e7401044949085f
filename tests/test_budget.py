"""The time budget that closes every test run."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")


@pytest.fixture
def budget(pytestconfig: pytest.Config) -> ModuleType:
    """Return the running conftest itself."""
    module = pytestconfig.pluginmanager.getplugin(str(CONFTEST))
    assert isinstance(module, ModuleType)
    return module


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("test_start.py", "unit"),
        ("checks/test_words.py", "unit"),
        ("judging/test_practice.py", "unit"),
        ("judging/test_official_seat.py", "engine"),
        ("kernel/test_sandbox.py", "engine"),
        ("grading/deep/test_pool.py", "engine"),
        ("authoring/test_truth.py", "truth"),
        ("authoring/test_build.py", "unit"),
        ("instructor/test_loop.py", "nbgrader's loop"),
        ("provider/test_wire.py", "provider"),
        ("browser/test_lab.py", "book and browser"),
        ("book/test_links.py", "book and browser"),
    ],
)
def test_a_path_decides_the_part(budget: ModuleType, path: str, part: str) -> None:
    """Every test is charged to the part its folder stands for, `unit` where none does."""
    assert budget.part_of(path) == part


def test_a_marker_overrides_the_path(budget: ModuleType) -> None:
    """A test can say which part it is charged to, and a wrong name is named."""
    assert budget.part_of("test_start.py", "set-up") == "set-up"
    with pytest.raises(pytest.UsageError, match=r"lunch.* is no part"):
        budget.part_of("test_start.py", "lunch")


def test_the_account_names_what_went_over(budget: ModuleType) -> None:
    """A part that used more than its minutes says by how much; the sum closes the account."""
    account = budget.Account(parts={"a": "unit", "b": "engine"})
    account.charge("a", 300, counts=True)
    account.charge("b", 30, counts=True)
    assert account.lines() == [
        "unit                5.0 of  4 min     1 tests  over by 1.0 min",
        "engine              0.5 of  7 min     1 tests",
        "all                 5.5 of 25 min     2 tests",
    ]


def test_only_a_fresh_set_up_counts(budget: ModuleType, tmp_path: Path) -> None:
    """The set-up's seconds come from its own record, unless that is old, broken or missing."""
    record = tmp_path / "set_up.json"
    assert budget.set_up_seconds(record, now=1000.0) is None
    record.write_text(json.dumps({"seconds": 61.5, "at": 900.0}), encoding="utf-8")
    assert budget.set_up_seconds(record, now=1000.0) == 61.5
    assert budget.set_up_seconds(record, now=1e6) is None
    record.write_text("{", encoding="utf-8")
    assert budget.set_up_seconds(record, now=1000.0) is None


def test_every_run_ends_with_the_account(pytester: pytest.Pytester) -> None:
    """A run prints the account before pytest's own closing line."""
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makeini("[pytest]\nmarkers = budget(part): x")
    pytester.makepyfile("def test_one():\n    pass")
    result = pytester.runpytest_inprocess("-o", "asyncio_default_fixture_loop_scope=function")
    result.stdout.fnmatch_lines(["*time budget*", "unit * of  4 min *1 tests", "*1 passed*"])
