"""Seeds: stable for a learner, different for everyone else, secret in the official seat."""

import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import ContentError
from autograder.judging.seeds import course_secret, official_seeds, practice_seeds

text = st.text(max_size=8)
SECRET = b"k" * 64


@given(text, text, text, text)
def test_seeds_are_stable(version, lesson, task, learner):
    """A regrade draws the same cases; all are distinct non-negative 63-bit ints."""
    first = official_seeds(SECRET, version, lesson, task, learner, 5)
    assert first == official_seeds(SECRET, version, lesson, task, learner, 5)
    assert len(set(first)) == 5
    assert all(0 <= seed < 2**63 for seed in first)


@given(st.tuples(text, text, text, text), st.tuples(text, text, text, text))
def test_no_two_learners_or_tasks_share_cases(one, other):
    """Any difference in version, lesson, task or learner gives other seeds."""
    if one != other:
        mine = set(official_seeds(SECRET, *one, 5))
        assert mine.isdisjoint(official_seeds(SECRET, *other, 5))


def test_another_secret_gives_other_cases():
    """Without the course's key the cases cannot be drawn."""
    mine = official_seeds(SECRET, "v", "l", "t", "me", 5)
    assert set(mine).isdisjoint(official_seeds(b"x" * 64, "v", "l", "t", "me", 5))
    assert set(mine).isdisjoint(practice_seeds("l", "t"))


def test_more_seeds_keep_the_first():
    """Raising the number of cases adds to what was graded before."""
    assert practice_seeds("l", "t", count=9)[:5] == practice_seeds("l", "t", count=5)


def test_a_fresh_variant_has_fresh_cases():
    """After a reveal the practice cases are new."""
    assert set(practice_seeds("l", "t")).isdisjoint(practice_seeds("l", "t", variant=1))


def test_the_key_is_made_once_and_private(tmp_path):
    """The first use writes it for the owner's eyes; later uses read the same."""
    key = course_secret(tmp_path)
    assert key == course_secret(tmp_path)
    mode = (tmp_path / ".rungs" / "course.key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_damaged_key_stops_grading_with_the_remedy(tmp_path):
    """A truncated key would silently give everybody other cases."""
    course_secret(tmp_path)
    (tmp_path / ".rungs" / "course.key").write_text("short")
    with pytest.raises(ContentError, match="Restore it from your back-up"):
        course_secret(tmp_path)
