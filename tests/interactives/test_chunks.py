"""The chunked text: its borders and answers follow the sliders, and the page's answers hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from autograder.interactives import cutting

pytestmark = [pytest.mark.browser]

ROOT = Path(__file__).resolve().parents[2]


def shown(size: int, overlap: int) -> list[bool]:
    """Tell for each answer of the shown text whether it lies whole in a window."""
    spans = cutting.windows(len(cutting.tokens(cutting.documents()[cutting.SHOWN])), size, overlap)
    return [
        any(a <= first and end <= b for a, b in spans)
        for doc, first, end in cutting.asked()
        if doc == cutting.SHOWN
    ]


def test_the_text_is_whole_and_cut_as_python_cuts_it(opened: Callable[[str], Page]) -> None:
    """Numbers of borders, marked answers and the text itself, at three settings."""
    page = opened("chunks")
    box = page.locator(".text")
    for presses, (size, overlap) in enumerate([(100, 20), (100, 30), (100, 40)]):
        if presses:
            page.get_by_role("slider", name="Overlap").press("ArrowRight")
        spans = cutting.windows(
            len(cutting.tokens(cutting.documents()[cutting.SHOWN])), size, overlap
        )
        edges = [int(text) for text in box.locator("b").all_text_contents()]
        assert edges == list(range(1, len(spans) + 1))
        words = "".join(box.locator("span, mark").all_text_contents())
        assert words == cutting.documents()[cutting.SHOWN]
        kinds = {kind: box.locator(f"mark.{kind}").count() > 0 for kind in ("whole", "torn")}
        assert kinds == {
            "whole": True in shown(size, overlap),
            "torn": False in shown(size, overlap),
        }
    page.get_by_role("button", name="Start again").press("Enter")
    assert page.get_by_role("slider", name="Overlap").input_value() == "20"
    page.get_by_role("slider", name="Overlap").press("Home")
    assert box.locator(".twice").count() == 0


def share(key: str, size: int, overlap: int = 0, budget: int = 400) -> str:
    """Return one number of the interactive in percent."""
    values = {
        "size": cutting.SIZES.index(size),
        "overlap": overlap,
        "budget": cutting.BUDGETS.index(budget),
    }
    return f"{100 * cutting.compute(values)[key]:.0f}"


def test_the_pages_answers_are_measured() -> None:
    """Each number in the three folded answers is the grid's or computed."""
    text = (ROOT / "book" / "play" / "chunks.md").read_text(encoding="utf-8")
    first = [share("handed", size, budget=200) for size in (150, 200, 250)]
    assert "rises from {} to {} %, then falls to {} %".format(*first) in text
    wholes = [share("whole", 100, overlap) for overlap in (0, 50)]
    handed = [share("handed", 100, overlap) for overlap in (0, 50)]
    assert "rise from {} to {} %, and".format(*wholes) in text
    assert "in 400 tokens from {} to {} %".format(*handed) in text
    cost = cutting.compute({"size": 3, "overlap": 50, "budget": 1})["cost"]
    assert f"holds {cost:.2f} times the text" in text
    assert f"gives {share('whole', 200)} and {share('handed', 200)} % at no such price" in text
    assert f"covers {share('covered', 25)} % of the answers' characters" in text
    assert f"Because {share('whole', 25)} % lie whole" in text
