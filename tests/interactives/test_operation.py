"""Each interactive works by keyboard, reads on a phone, and asks nobody for anything."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from autograder import interactives
from autograder.interactives.data import DATA, text_of
from autograder.interactives.module import NAMES, module, style
from tests.browser import axe

pytestmark = [pytest.mark.browser]

FRAMED = tuple(name for name in NAMES if name != "search")  # whose controls are all sliders


@pytest.mark.parametrize("name", FRAMED)
def test_the_keyboard_moves_every_control(name: str, opened: Callable[[str], Page]) -> None:
    """Tab reaches each slider, an arrow moves it and what it says; the button takes all back."""
    page = opened(name)
    sliders = page.get_by_role("slider")
    before, table = page.locator("output").inner_text(), page.locator("table").inner_text()
    for number in range(sliders.count()):
        page.keyboard.press("Tab")
        one = sliders.nth(number)
        assert one.evaluate("it => it === document.activeElement")
        said = one.get_attribute("aria-valuetext")
        page.keyboard.press("ArrowRight")
        assert one.get_attribute("aria-valuetext") not in (said, "", None)
    assert page.locator("table").inner_text() != table
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("output").inner_text() == before
    assert page.locator("table").inner_text() == table


@pytest.mark.parametrize("name", FRAMED)
def test_every_end_of_every_slider_can_be_shown(name: str, opened: Callable[[str], Page]) -> None:
    """With all sliders at one end, and each alone at either, no number is missing or endless."""
    page = opened(name)
    sliders = page.get_by_role("slider")
    ends = [page.locator(".rungs-play").inner_text()]
    for number in range(sliders.count()):
        for key in ("Home", "End"):
            sliders.nth(number).press(key)
            ends.append(page.locator(".rungs-play").inner_text())
            assert "NaN" not in page.locator(".board").inner_html()
    assert len(set(ends)) == len(ends)
    assert not [text for text in ends if "NaN" in text or "Infinity" in text or "null" in text]


@pytest.mark.parametrize("name", FRAMED)
@pytest.mark.parametrize("width", [320, 900])
def test_it_fits_its_page(name: str, width: int, opened: Callable[[str], Page]) -> None:
    """At 320 pixels nothing is cut off: neither the page nor a word of the picture is wider."""
    page = opened(name)
    page.set_viewport_size({"width": width, "height": 800})
    page.wait_for_function(
        "Number(document.querySelector('svg').getAttribute('width'))"
        " === Math.min(document.querySelector('.board').clientWidth, 660)"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.evaluate("""() => {
      const box = document.querySelector("svg").getBoundingClientRect();
      return [...document.querySelectorAll("svg text")]
        .filter((one) => {
          const at = one.getBoundingClientRect();
          return at.left < box.left - 1 || at.right > box.right + 1;
        }).map((one) => one.textContent);
    }""")
    assert cut == []


# Words of the picture that a line, a ring or other words run through, in its own pixels.
STRUCK = """() => {
  const svg = document.querySelector("svg");
  const texts = [...svg.querySelectorAll("text")].map(text => [text, text.getBBox()]);
  const lines = [...svg.querySelectorAll("path.line, circle, path.fill:not([transform])")];
  const walked = lines.map(path => Array.from(
    {length: Math.ceil(path.getTotalLength() / 3) + 1}, (_, n) => path.getPointAtLength(3 * n)));
  const inside = (x, y, box) => x > box.x + 1 && x < box.x + box.width - 1
    && y > box.y + 3 && y < box.y + box.height - 3;
  const crossed = (one, box) => box.x < one.x + one.width && one.x < box.x + box.width
    && box.y + 3 < one.y + one.height - 3 && one.y + 3 < box.y + box.height - 3;
  return texts.filter(([text, box]) =>
    walked.some(points => points.some(({x, y}) => inside(x, y, box)))
    || texts.some(([other, one]) => other !== text && crossed(one, box))
  ).map(([text]) => text.textContent);
}"""


@pytest.mark.parametrize("name", FRAMED)
@pytest.mark.parametrize("width", [320, 480, 900])
def test_no_line_runs_through_words(name: str, width: int, opened: Callable[[str], Page]) -> None:
    """At the start all words of the picture are clear of its lines and of each other."""
    page = opened(name)
    page.set_viewport_size({"width": width, "height": 800})
    page.wait_for_function(
        "Number(document.querySelector('svg').getAttribute('width'))"
        " === Math.min(document.querySelector('.board').clientWidth, 660)"
    )
    assert page.locator("svg text").count() > 0
    assert page.evaluate(STRUCK) == []


@pytest.mark.parametrize("name", ["chunks", "context", "gate", "judge"])
def test_a_name_gives_way_to_the_lines(name: str, opened: Callable[[str], Page]) -> None:
    """With each slider at either end the names of a phone's picture still find a free place."""
    page = opened(name)
    page.set_viewport_size({"width": 320, "height": 800})
    page.wait_for_function("Number(document.querySelector('svg').getAttribute('width')) < 320")
    sliders = page.get_by_role("slider")
    for number in range(sliders.count()):
        one, value = sliders.nth(number), sliders.nth(number).input_value()
        for key in ("Home", "End"):
            one.press(key)
            assert page.evaluate(STRUCK) == [], (one.get_attribute("id"), key)
        one.fill(value)


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_in_it(name: str, opened: Callable[[str], Page]) -> None:
    """No violation of any weight, in a page without the book's own styles."""
    assert axe.violations(opened(name)) == []


def test_a_tip_can_be_dragged(opened: Callable[[str], Page]) -> None:
    """The pointer takes the nearer tip along, and the sliders follow."""
    page = opened("cosine")
    a = page.get_by_label("Length of A")
    box = page.locator("svg").bounding_box()
    assert box is not None
    unit = (box["width"] - 40) / 4.3
    left, low = box["x"] + box["width"] / 2, box["y"] + 2.1 * unit + 12
    page.mouse.move(left + 1.9 * unit * 0.469, low - 1.9 * unit * 0.883)  # 62 degrees
    page.mouse.down()
    page.mouse.move(left - unit, low)
    page.mouse.up()
    assert a.input_value() == "1"
    assert page.get_by_label("Direction of A").input_value() == "180"
    assert page.get_by_label("Length of B").input_value() == "0.8"


def test_the_widgets_carry_the_pages_modules() -> None:
    """In JupyterLab runs what a page loads, byte by byte, with the same style sheet."""
    made = {name: getattr(interactives, name)() for name in NAMES}
    assert {name: one._esm for name, one in made.items()} == {name: module(name) for name in NAMES}
    assert {one._css for one in made.values()} == {style()}
    data = {name: one.data for name, one in made.items() if one.data}
    assert data == {name: text_of(name) for name in DATA}


@pytest.mark.parametrize("name", NAMES)
def test_keys_in_it_are_not_jupyterlabs(name: str, opened: Callable[[str], Page]) -> None:
    """JupyterLab takes arrow keys and letters from all but text fields, unless this is set."""
    found = opened(name).locator("[data-lm-suppress-shortcuts]")
    assert found.locator("input").count() == found.page.locator("input").count() > 0
