"""The played class: learners with a mark they must get, hostile ones among them."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.authoring.demo import play
from autograder.kernel import require_sandbox

# The others are played by test_loop.py in other words, and all twelve by `make demo`.
HARD = ("fay", "ivo", "jun", "kai", "lea")


@pytest.mark.timeout(600)
def test_hostile_and_idle_learners_get_what_they_deserve(tmp_path: Path) -> None:
    """An untouched stub, a killed kernel, an endless loop, 50 MB and patches: each as expected."""
    require_sandbox()
    told: list[str] = []
    demo = play(
        "11_price_an_answer",
        tmp_path / "demo",
        told.append,
        only=HARD,
        settings="c.ReplayAndJudge.cell_seconds = 8\n",
    )
    assert [row for row in demo.rows if not row.agrees] == []
    notes = {row.member.name: " ".join(row.notes) for row in demo.rows}
    assert set(notes) == set(HARD)
    assert "ended the kernel" in notes["ivo"]
    assert "ran longer than 8 seconds" in notes["jun"]
    flood = demo.course / "autograded" / "kai" / demo.lesson / f"{demo.lesson}.ipynb"
    assert flood.stat().st_size < 2_000_000
    assert demo.marks.read_text("utf-8").count(demo.lesson) == len(HARD)
    assert len(told) == 2 + len(HARD)
