"""When a task is due again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from autograder.progress.memory import Event, memory

DAY = 86_400.0
START = datetime(2031, 1, 1, tzinfo=UTC)


def at(days: float) -> float:
    return START.timestamp() + days * DAY


def solved(days: float, variant: int = 0) -> Event:
    return Event(at(days), "solved", variant)


def failed(days: float, digest: str, variant: int = 0) -> Event:
    return Event(at(days), "failed", variant, digest)


def test_nothing_is_due_before_it_was_solved() -> None:
    """Failures and reveals alone are no knowledge that could fade."""
    assert memory([], START) is None
    assert memory([failed(0, "a"), Event(at(1), "revealed", 0)], START) is None


def test_struggle_brings_a_task_back_sooner() -> None:
    """Solved at once, after one wrong answer, after three, after a reveal: sooner each time."""
    easy = memory([solved(0)], START)
    hard = memory([failed(0, "a"), solved(0)], START)
    lost = memory([*(failed(0, d) for d in "abc"), solved(0)], START)
    assert easy is not None
    assert hard is not None
    assert lost is not None
    assert START < lost.due <= hard.due < easy.due


def test_the_same_wrong_answer_counts_once() -> None:
    """A check run twice on one answer is no second failure."""
    once = memory([failed(0, "a"), solved(0)], START)
    thrice = memory([failed(0, "a"), failed(0, "a"), failed(0, "a"), solved(0)], START)
    assert once == thrice


def test_a_review_solved_pushes_the_next_one_further_away() -> None:
    """Intervals grow while every repetition succeeds, up to half a year."""
    events, gaps, day = [solved(0)], [], 0.0
    for variant in range(1, 8):
        known = memory(events, START)
        assert known is not None
        due = (known.due - START) / timedelta(days=1)
        gaps.append(due - day)
        day = due
        events.append(solved(day, variant))
    assert gaps == sorted(gaps)
    assert gaps[0] < 7
    assert gaps[-1] == 180


def test_a_forgotten_review_brings_it_back() -> None:
    """A reveal, or three different wrong answers, after a long success, shortens the interval."""
    well = [solved(0), solved(3, 1), solved(20, 2)]
    before = memory(well, START)
    shown = memory([*well, Event(at(90), "revealed", 3)], START)
    wrong = memory([*well, *(failed(90, d, 3) for d in "abc"), solved(90.1, 3)], START)
    assert before is not None
    assert shown is not None
    assert wrong is not None
    gap = before.due - datetime.fromtimestamp(at(20), UTC)
    assert shown.due - datetime.fromtimestamp(at(90), UTC) < gap
    assert shown.due == wrong.due
    assert wrong.repeated == 4


KINDS = st.sampled_from(["solved", "failed", "revealed"])


@given(st.lists(st.tuples(KINDS, st.integers(0, 4), st.floats(0, 30)), max_size=30))
def test_any_history_has_a_plan_or_none(steps: list[tuple[str, int, float]]) -> None:
    """Whatever happened in whatever order: due after the last repetition, a chance in 0..1."""
    day, events = 0.0, []
    for number, (kind, variant, gap) in enumerate(steps):
        day += gap
        events.append(Event(at(day), kind, variant, str(number)))  # type: ignore[arg-type]  # drawn
    events.sort(key=lambda event: event.variant)
    now = datetime.fromtimestamp(at(day), UTC)
    known = memory(events, now)
    if known is None:
        assert not any(event.kind == "solved" for event in events)
    else:
        assert known.due > START
        assert 0 <= known.chance <= 1
        assert known == memory(events, now)
