"""Attacks by whole notebooks: what is honest in them keeps its marks, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import content
from autograder.judging import official
from autograder.kernel import require_sandbox
from tests.attacks import seat
from tests.attacks.attack import CANARY, filled
from tests.attacks.replayed import NOTEBOOKS, Notebook

LIMITS = replace(seat.LIMITS, cell_seconds=2, submission_seconds=60)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Open the course; what stops answering is given up sooner than usual."""
    require_sandbox()
    place = seat.open_course(tmp_path_factory.mktemp("a") / "course")
    with content.use_root(place), pytest.MonkeyPatch.context() as patch:
        patch.setattr(official, "_FORK_SECONDS", 2.0)
        patch.setenv("RUNGS_TEST_SECRET", CANARY)
        yield place


@pytest.mark.slow
@pytest.mark.parametrize("way", seat.WAYS)
@pytest.mark.parametrize("attack", NOTEBOOKS, ids=lambda one: one.name)
def test_a_notebook_earns_what_is_honest_in_it(attack: Notebook, way: str, course: Path) -> None:
    """Marks, notes, size and time are as they must be, and nothing of it survives."""
    cells = [filled(cell) for cell in attack.cells]
    found, nb = seat.in_its_own(way, cells, LIMITS)
    assert {task: found.marks[task] for task in attack.marks} == attack.marks
    assert found.marks["ask_all"] == 0.0
    assert attack.note in " ".join(found.notes)
    assert bool(attack.note) or not found.notes
    assert len(str(nb.cells)) < 300_000
    assert found.seconds < 40
    assert CANARY not in found.texts
    assert not [seed for seed in seat.SEEDS if str(seed) in found.texts]
    assert seat.survivors() == []
