"""The suite itself: how many cases of which kind there are, and that each is another one."""

from __future__ import annotations

from collections import Counter

from tests.attacks import forging, reaching, taking
from tests.attacks.attack import KINDS, counted
from tests.attacks.handed_in import HANDED_IN
from tests.attacks.replayed import NOTEBOOKS
from tests.attacks.test_real_lessons import FORGED, LIES

CASES = [
    *((a.name, a.kind, a.code) for a in (*forging.ATTACKS, *reaching.ATTACKS)),
    *((a.name, a.kind, a.code) for a in (*taking.ATTACKS, *taking.SERVED)),
    *((n.name, n.kind, "\n".join(n.cells)) for n in NOTEBOOKS),
    *((h.name, "files", h.name) for h in HANDED_IN),
    # tests/attacks/test_exchange.py
    ("a submission in another's name", "files", "owner"),
    ("folders that name no submission", "files", "names"),
    # tests/attacks/test_class.py
    ("a folder that is a link to another learner's", "files", "linked"),
]


def test_every_case_is_another_one() -> None:
    """No name and no code stands twice, every kind has cases, and there are more than sixty."""
    for part in (0, 2):
        assert [what for what, n in Counter(case[part] for case in CASES).items() if n > 1] == []
    assert {case[1] for case in CASES} == set(KINDS)
    assert len(CASES) >= 60


def test_the_table_adds_up() -> None:
    """The printed counts are those of the cases."""
    lines = counted([case[1] for case in CASES]).splitlines()
    numbers = [int(line.split("|")[2]) for line in lines[2:]]
    assert sum(numbers[:-1]) == numbers[-1] == len(CASES)


if __name__ == "__main__":
    print(counted([case[1] for case in CASES]))
    print(
        f"on each real lesson: {len(FORGED)} forgeries and {len(LIES)} lies of a notebook, a task"
    )
