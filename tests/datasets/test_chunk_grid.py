"""The grid of chunk sizes is what its datasheet says it is."""

from __future__ import annotations

import hashlib
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.content import load
from autograder.interactives import cutting

HERE = Path(__file__).resolve().parents[2] / "datasets" / "chunk_grid"


def test_hash_and_rows_are_as_described() -> None:
    """dataset.yaml states the file's digest, rows and fields."""
    described: dict[str, Any] = yaml.safe_load((HERE / "dataset.yaml").read_text(encoding="utf-8"))
    (entry,) = described["files"]
    rows = load("chunk_grid/grid")
    assert hashlib.sha256((HERE / "grid.json").read_bytes()).hexdigest() == entry["sha256"]
    assert len(rows) == entry["rows"] == len(cutting.SIZES) * len(cutting.OVERLAPS)
    assert all(set(row) == set(entry["fields"]) for row in rows)


@pytest.mark.parametrize(("size", "overlap"), [(100, 0), (200, 50), (400, 20)])
def test_make_measures_the_committed_row(size: int, overlap: int) -> None:
    """Three rows of the grid, measured again (all of them: make.py --check)."""
    made = runpy.run_path(str(HERE / "make.py"))["measure"](size, overlap)
    assert made == cutting.grid()[size, overlap]


def test_nothing_is_handed_over_that_is_not_whole() -> None:
    """What lies whole bounds what is handed over, which more budget and characters exceed."""
    for n in range(len(cutting.SIZES)):
        for overlap in cutting.OVERLAPS:
            found = [
                cutting.compute({"size": n, "overlap": overlap, "budget": budget})
                for budget in range(len(cutting.BUDGETS))
            ]
            shares = [one["handed"] for one in found]
            assert shares == sorted(shares)
            assert all(one["handed"] <= one["whole"] + 1e-4 for one in found)
            assert all(one["handed"] <= one["covered"] for one in found)


@pytest.mark.parametrize("overlap", cutting.OVERLAPS)
def test_windows_cover_every_token_and_share_what_was_asked(overlap: int) -> None:
    """No token is left out, no window is longer than the size or lies inside its neighbour."""
    for count in (1, 24, 25, 26, 293, 639):
        for size in cutting.SIZES:
            spans = cutting.windows(count, size, overlap)
            assert {at for a, b in spans for at in range(a, b)} == set(range(count))
            assert all(b - a <= size for a, b in spans)
            ends = [b for _, b in spans]
            assert ends == sorted(set(ends))


def test_an_answer_is_whole_where_a_window_holds_all_its_characters() -> None:
    """The share by tokens is the share by characters, for two sizes."""
    for n, overlap in ((1, 0), (3, 30)):
        whole = 0
        for question in load("security_notes/questions"):
            text = cutting.documents()[question["gold"][0]["doc"]]
            spans = cutting.tokens(text)
            cut = [
                set(range(spans[a][0], spans[b - 1][1]))
                for a, b in cutting.windows(len(spans), cutting.SIZES[n], overlap)
            ]
            wanted = {at for g in question["gold"] for at in range(g["start"], g["end"])}
            whole += any(wanted <= held for held in cut)
        found = cutting.compute({"size": n, "overlap": overlap, "budget": 1})["whole"]
        assert found == pytest.approx(whole / 102)
