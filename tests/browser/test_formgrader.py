"""An instructor at work in formgrader, in a real browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from playwright.sync_api import Page, expect

from autograder.grading.classroom import Classroom
from autograder.kernel import require_sandbox
from tests.browser.desktop import chromium, jupyterlab
from tests.instructor.desk import Desk, answered, corpus, open_desk, right_answers

LESSON = "11_price_an_answer"
WRITTEN = "written-cost_memo"
COMMENT = "Clear; say next time what would change your mind."
PATIENCE = 120_000
HIT = "window.top.HIT = 1"
HOSTILE = f"""
from IPython.display import HTML, Javascript, Markdown, SVG, display
display(HTML("<b>shown</b><script>{HIT}</script><img src=x onerror='{HIT}'>"), Javascript("{HIT}"))
display(Markdown("<script>{HIT}</script>"))
display({{"image/svg+xml": "<svg onload='{HIT}'></svg>"}}, raw=True)
display({{"text/latex": "<script>{HIT}</script>"}}, raw=True)
"""
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Office:
    """Hold the course, a page and the server's address."""

    desk: Desk
    page: Page
    address: str

    def open(self, place: str) -> None:
        """Open one of formgrader's pages."""
        self.page.goto(f"{self.address}formgrader/{place}")

    def picture(self, name: str) -> None:
        """Keep a screenshot where `RUNGS_SCREENSHOTS` names a folder."""
        folder = os.environ.get("RUNGS_SCREENSHOTS")
        if folder:
            self.page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Open a course with one submission, part right, and a browser on it."""
    require_sandbox()
    desk = open_desk(tmp_path_factory.mktemp("course"), LESSON)
    Classroom(desk.course).open_exchange()
    wrong = next(
        entry
        for entry in corpus(desk.lesson)
        if entry.task == "price_call" and entry.kind == "wrong" and entry.exact and entry.low > 0
    )
    answers = right_answers(desk.lesson) | {"price_call": wrong.code.source}
    with desk.gradebook() as gradebook:
        gradebook.update_or_create_student("ada", first_name="Ada", last_name="Bell")
    memo = f"Take **wren-1**: it costs half.\n\n<script>{HIT}</script>"
    notebook = answered(desk.released(), answers, memo)
    notebook.cells += [new_markdown_cell(f"<img src=x onerror='{HIT}'>"), new_code_cell(HOSTILE)]
    desk.hand_in("ada", notebook)
    home = desk.course / "home"
    with jupyterlab(desk.course, home) as address, chromium() as browser:
        page = browser.new_page(viewport={"width": 1300, "height": 1000})
        page.set_default_timeout(30_000)
        yield Office(desk, page, address)


def autograde(office: Office) -> None:
    """Press the button of the one submission and wait for formgrader's word."""
    office.open(f"manage_submissions/{LESSON}")
    office.page.locator("td.autograde a").click()
    done = office.page.locator(".modal-body", has_text="autograd")
    done.wait_for(timeout=PATIENCE)
    office.picture("autograded")
    expect(done).to_contain_text("Successfully autograded")


def open_submission(office: Office) -> None:
    """Go to the submission as a person does, from the list of notebooks to mark."""
    office.open(f"gradebook/{LESSON}/{LESSON}")
    office.page.locator("td.name a", has_text="Submission").first.click()
    office.page.wait_for_function("window.formgrader?.grades?.loaded && formgrader.comments.loaded")


def test_the_instructors_two_screens(office: Office) -> None:
    """Autograde, mark the memo with a comment, regrade: the mark stands; feedback shows both."""
    page = office.page
    autograde(office)

    open_submission(office)
    expect(page.locator(".output_html b", has_text="shown")).to_be_visible()
    assert page.evaluate("window.HIT") is None
    official = page.locator("[role=group][aria-label='Check of price_call']")
    expect(official).to_contain_text("price_call: 4 of 5 points on 5 graded cases")
    expect(page.locator("#check-price_call")).to_have_attribute("placeholder", "4")
    score = page.locator(f"#{WRITTEN}")
    expect(score).to_have_class("score tabbable needs_manual_grade")
    with page.expect_response(lambda r: r.request.method == "PUT" and "/grade/" in r.url) as kept:
        score.fill("6")
        score.press("Tab")
    assert kept.value.ok
    comment = page.locator(f"#{WRITTEN}-comment")
    with page.expect_response(lambda r: r.request.method == "PUT" and "/comment/" in r.url) as said:
        comment.fill(COMMENT)
        comment.press("Tab")
    assert said.value.ok
    office.picture("marked")

    autograde(office)
    open_submission(office)
    expect(page.locator(f"#{WRITTEN}")).to_have_value("6")
    expect(page.locator(f"#{WRITTEN}")).to_have_class("score tabbable")
    expect(page.locator(f"#{WRITTEN}-comment")).to_have_value(COMMENT)

    office.open("manage_assignments")
    page.locator("td.generate-feedback a").first.click()
    page.locator(".modal-body", has_text="feedback").wait_for(timeout=PATIENCE)
    office.picture("feedback_written")
    written = office.desk.course / "feedback" / "ada" / LESSON / f"{LESSON}.html"
    page.goto(written.as_uri())
    office.picture("feedback")
    expect(page.locator("body")).to_contain_text(COMMENT)
    expect(page.locator("body")).to_contain_text("6 of 8 points")
    expect(page.locator("body")).to_contain_text("price_call: 4 of 5 points on 5 graded cases")


def test_formgrader_opens_inside_jupyterlab(office: Office) -> None:
    """Its command shows the assignment, and a status for the class, in a tab of JupyterLab."""
    page = office.page
    page.goto(f"{office.address}lab")
    command = "nbgrader:open-formgrader"
    page.wait_for_function("c => window.jupyterapp?.commands.hasCommand(c)", arg=command)
    page.evaluate("c => { window.jupyterapp.commands.execute(c); }", command)
    frame = page.frame_locator("iframe[src*=formgrader]")
    frame.locator("td.name", has_text=LESSON).wait_for()
    expect(frame.locator("td.release a")).to_have_count(1)
    office.picture("formgrader_in_lab")
