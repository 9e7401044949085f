"""Lesson 26's case judges say which step a record breaks, one break at a time."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from types import ModuleType
from typing import Any

import pytest

from autograder.judging import InProcess, load_judge
from tests.notebooks.conftest import judge, lesson, solved

__all__ = ["judge", "lesson", "solved"]
LESSON = "26_write_the_postmortem"
SEED = 26_200
Break = Callable[[Any], object]


def _entry(record: Any, what: str) -> Any:
    return next(entry for entry in record["entries"] if entry["what"] == what)


def _deed(record: Any, does: str) -> Any:
    return next(row for row in record if row["does"] == does)


TIMELINE: dict[str, tuple[str, Break]] = {
    "no date": ("the form", lambda r: r["entries"][0].update(at="noon, more or less")),
    "a short date": ("the form", lambda r: r["entries"][0].update(at="2031")),
    "no zone": ("the form", lambda r: r["entries"][0].update(at="2031-02-02T13:47")),
    "a field is missing": ("the form", lambda r: r["entries"][0].pop("cites")),
    "an unknown kind": ("the form", lambda r: r["entries"][0].update(what="rumour")),
    "nothing cited": ("the form", lambda r: r["entries"][0].update(cites=[])),
    "a number cited": ("the form", lambda r: r["entries"][0].update(cites=["al-01", 3])),
    "no onset": ("the form", lambda r: r["entries"].remove(_entry(r, "onset"))),
    "two onsets": ("the form", lambda r: r["entries"].insert(0, dict(_entry(r, "onset")))),
    "not in order": ("the form", lambda r: r["entries"].reverse()),
    "a series of nobody": (
        "every citation supports its entry",
        lambda r: _entry(r, "onset").update(cites=["tenant.nobody.bad"]),
    ),
    "a response left out": (
        "all responses",
        lambda r: r["entries"].remove(_entry(r, "response")),
    ),
    "a gap that is off": ("the gaps", lambda r: r.update(minutes_to_detect=1)),
}
MECHANISM: dict[str, tuple[str, Break]] = {
    "rules out a rumour": ("the form", lambda r: r["rules_out"].update(rumour=r["shows"][0])),
    "no trigger of this case": ("the form", lambda r: r.update(trigger="ev-77")),
    "a claim without a type": ("the form", lambda r: r["shows"][0].pop("type")),
    "a claim without a window": ("the form", lambda r: r["shows"][0].pop("after")),
    "a claim's window of three": ("the form", lambda r: r["shows"][0].update(after=[1, 2, 3])),
    "a claim's window of texts": ("the form", lambda r: r["shows"][0].update(after=[1, "2"])),
    "an unknown field": (
        "the form",
        lambda r: r["shows"].append({"type": "time", "id": "al-01", "field": "seen", "minute": 1}),
    ),
    "no harm": ("the sign and the harm are shown", lambda r: r["shows"].pop()),
    "harm before it began": (
        "the spans",
        lambda r: r["shows"][-1].update({"from": 0, "to": 1, "is": -1}),
    ),
}
ACTIONS: dict[str, tuple[str, Break]] = {
    "a field is missing": ("the form", lambda r: r[0].pop("owner")),
    "no role of the three": ("the form", lambda r: r[0].update(does="hope")),
    "a check that mitigates": (
        "the form",
        lambda r: _deed(r, "mitigate").update(kind="add_check", target="prompt_eval"),
    ),
    "an undo that mitigates": ("the form", lambda r: _deed(r, "mitigate").update(kind="undo")),
    "a rollback that prevents": ("the form", lambda r: _deed(r, "prevent").update(kind="rollback")),
    "an unknown check": ("the form", lambda r: _deed(r, "prevent").update(target="care")),
    "an unknown rule": ("the form", lambda r: _deed(r, "detect").update(target="a bad feeling")),
    "a rule on one tenant": ("the form", lambda r: _deed(r, "detect").update(target="")),
    "nothing prevents": ("the form", lambda r: r.remove(_deed(r, "prevent"))),
    "no date": ("owners and dates", lambda r: r[0].update(due="soon")),
    "detected by nothing": (
        "the evidence",
        lambda r: _deed(r, "detect").update(evidence=_deed(r, "prevent")["evidence"]),
    ),
}
BREAKS = [
    *[("timeline", name, *found) for name, found in TIMELINE.items()],
    *[("mechanism", name, *found) for name, found in MECHANISM.items()],
    *[("actions", name, *found) for name, found in ACTIONS.items()],
]


@pytest.fixture(scope="module")
def records(judge: ModuleType, solved: dict[str, Any]) -> dict[str, Any]:
    """Return what the references say of one case."""
    public = judge.incident(SEED).public
    return {task: solved[task](public) for task in ("timeline", "mechanism", "actions")}


@pytest.mark.parametrize(
    ("task", "name", "step", "spoil"), BREAKS, ids=[f"{row[0]}: {row[1]}" for row in BREAKS]
)
def test_a_broken_record_loses_the_step_that_says_so(
    task: str, name: str, step: str, spoil: Break, judge: ModuleType, records: dict[str, Any]
) -> None:
    """The first step that fails is the one that the break is about."""
    record, public = deepcopy(records[task]), judge.incident(SEED).public
    spoil(record)
    if name == "a rule on one tenant":
        own = next(s["name"] for s in public["series"] if s["name"].startswith("tenant."))
        _deed(record, "detect")["target"] = f"{own} > 9 for 3"
    if name == "harm before it began":
        series = judge.values_of(public, record["shows"][-1]["series"])
        record["shows"][-1] |= {"from": 0, "to": 9, "is": sum(judge.filled(series)[:9])}
    score = load_judge(LESSON, task).score(InProcess({task: lambda _: record}), SEED)
    assert [s.name for s in score.steps if not s.passed][:1] == [step]


def test_a_text_is_no_onset_and_no_verdicts(solved: dict[str, Any]) -> None:
    """What is of another type than the task wants is told so, and earns nothing."""
    for task in ("find_onset", "check_claims"):
        score = load_judge(LESSON, task).score(InProcess({task: lambda *_: "140"}), SEED)
        assert score.value == 0
        assert score.reason
