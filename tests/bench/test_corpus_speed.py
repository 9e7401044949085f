"""How long composing a corpus world takes; run by `make bench`, which prints the figures."""

from __future__ import annotations

import statistics
import time

import pytest

from autograder.scenarios.corpus import compose

pytestmark = [pytest.mark.bench, pytest.mark.timeout(120)]


@pytest.mark.parametrize(
    ("documents", "answers", "limit"), [(12, 20, 0.005), (60, 200, 0.060)], ids=["small", "full"]
)
def test_a_world_is_composed_within_its_limit(
    documents: int, answers: int, limit: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """The median processor time of 50 seeds; a judge composes one small world a case."""
    compose(0, documents=documents, answers=answers)
    took = []
    for seed in range(50):
        started = time.process_time()
        compose(seed, documents=documents, answers=answers)
        took.append(time.process_time() - started)
    with capsys.disabled():
        middle, longest = (1_000 * value for value in (statistics.median(took), max(took)))
        print(f"\n{documents} documents, {answers} answers: {middle:.1f} ms, at most {longest:.1f}")
    assert statistics.median(took) < limit
