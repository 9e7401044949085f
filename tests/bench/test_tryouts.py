"""One task of each lesson in the book, tried as a reader does: time, bytes, and axe after a run."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from autograder.tryouts.pyodide import fetch
from autograder.tryouts.tryout import Tryout, read_tryouts
from tests.book.conftest import address, chromium, site  # noqa: F401  # fixtures
from tests.book.visiting import ROOT, Visit, processor, solution
from tests.browser import axe

pytestmark = [pytest.mark.bench, pytest.mark.browser, pytest.mark.timeout(900)]

MOST_SECONDS, MOST_BYTES = 20, 20_000_000
MODES = [("light", 1280), ("dark", 1280), ("light", 360), ("dark", 360)]
# The theme looks a moment after a change of size at what can be scrolled.
_REACHED = """() => [...document.querySelectorAll("pre")].every(
  e => e.tabIndex === 0 || (e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight))"""
# The longest of each lesson: where anything is too wide or too slow, it is there.
LONGEST = {one.lesson: one for one in sorted(read_tryouts(ROOT), key=lambda one: len(one.before))}


@pytest.mark.parametrize("one", LONGEST.values(), ids=lambda one: f"{one.lesson[:2]}-{one.task}")
def test_a_task_of_each_lesson_is_tried(
    chromium: Any,  # noqa: F811  # pytest's way of asking for a fixture
    address: str,  # noqa: F811
    site: Any,  # noqa: F811
    one: Tryout,
    say_last: Callable[[str], None],
) -> None:
    """Unwritten within 20 s and 20 MB, then as in the statement; axe finds nothing in any look."""
    fetch(ROOT)
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    visit = Visit(context.new_page(), address, one.lesson, one.task)
    assert visit.loaded() == []
    began, spent = time.monotonic(), processor()
    visit.open()
    visit.box.get_by_role("button", name="Run the examples").click()
    visit.wait_for("Not written yet", 300_000)
    seconds, computed = time.monotonic() - began, processor() - spent
    size = visit.size(site.html)
    visit.write(solution(one.lesson, one.task))
    visit.wait_for("as in the statement. Hidden cases")
    visit.look_above()
    found = {}
    for mode, width in MODES:
        visit.page.emulate_media(color_scheme=mode, reduced_motion="reduce")
        visit.page.set_viewport_size({"width": width, "height": 900})
        visit.page.wait_for_function(_REACHED)
        wide = visit.page.evaluate("document.documentElement.scrollWidth")
        # The whole page once; what the look changes is in the try-out.
        found[mode, width] = (
            axe.violations(visit.page, f"#try-{one.task}" if found else ""),
            max(0, wide - width),
        )
    context.close()
    took = f"{seconds:.1f} s, {computed:.1f} s computed, {size / 1e6:.1f} MB"
    say_last(f"try {one.lesson[:2]} {one.task}: {took}")
    assert visit.elsewhere() == []
    assert visit.wrong == []
    assert found == dict.fromkeys(MODES, ([], 0))
    assert min(seconds, computed) <= MOST_SECONDS
    assert size <= MOST_BYTES
