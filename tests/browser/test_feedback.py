"""Feedback pages in a real browser: nothing of a learner's runs, and everybody can read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError
from traitlets.config.loader import PyFileConfigLoader

from autograder.checks import Score, Step
from autograder.grading.feedback import CellMark, Feedback
from autograder.grading.feedback_page import feedback_page
from autograder.grading.sanitized import clean_outputs
from autograder.judging import card
from autograder.judging.verdict import Verdict
from tests.browser import axe
from tests.browser.desktop import chromium
from tests.browser.payloads import PAYLOADS

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
ROOT = Path(__file__).resolve().parents[2]
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)
TAGS = """html head meta title style body header main footer section table caption thead tbody tfoot
    tr th td h1 h2 h3 h4 h5 h6 p a div span pre code ul ol li dl dt dd em strong b i u s sub sup del
    ins kbd samp mark small q cite abbr blockquote br hr img figure figcaption"""
ATTRIBUTES = """lang charset http-equiv content name id class href title rel src alt scope colspan
    rowspan start tabindex aria-labelledby"""
AUDIT = """() => [...document.querySelectorAll('*')].map(e => [e.tagName.toLowerCase(),
    [...e.attributes].map(a => a.name), e.getAttribute('href'), e.getAttribute('src')])"""
QUIET = "() => new Promise(done => setTimeout(() => done(window.HIT || 0), 40))"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium once."""
    with chromium() as started:
        yield started


def graded(name: str, points: float, role: str) -> dict[str, Any]:
    """Make nbgrader's metadata for a cell."""
    grade = role != "answer"
    return {
        "nbgrader": {
            "grade_id": name,
            "grade": grade,
            "solution": role != "check",
            "locked": role == "check",
            "points": points,
            "schema_version": 3,
            "task": False,
        }
    }


def hostile(payload: str) -> NotebookNode:
    """Put a payload into every place of an autograded notebook that a learner can reach."""
    data = {
        "text/html": payload,
        "text/plain": payload,
        "text/markdown": payload,
        "text/latex": payload,
        "image/svg+xml": payload,
        "application/javascript": "HIT=1;alert(1)",
        "text/vnd.mermaid": payload,
        "image/png": payload,
        "image/jpeg": f'x" onerror="{payload}',
        "application/vnd.jupyter.widget-view+json": {"model_id": payload},
        "application/vnd.vegalite.v5+json": {"usermeta": payload},
        payload: payload,
    }
    outputs = [
        new_output("stream", name="stdout", text=payload),
        new_output("stream", name="stderr", text=payload),
        new_output("error", ename=payload, evalue=payload, traceback=[payload, payload]),
        new_output(
            "display_data", data=data, metadata={"text/html": {"isolated": True}, payload: 1}
        ),
        *(new_output("display_data", data={kind: body}) for kind, body in data.items()),
        new_output("execute_result", data={"text/html": payload}, execution_count=1),
    ]
    memo = new_markdown_cell(payload, metadata=graded("written-memo", 6, "written"))
    memo.attachments = {
        "evil.png": {"image/png": payload, "image/svg+xml": payload, "text/html": payload},
        "evil.svg": {"image/svg+xml": payload},
        payload: {"image/png": PIXEL},
    }
    code = new_code_cell(payload, outputs=outputs, metadata=graded("answer-add", 0, "answer"))
    check = new_code_cell('check("add")', metadata=graded("check-add", 4, "check"))
    own = new_code_cell(payload, outputs=[NotebookNode(one) for one in outputs])
    own.metadata = NotebookNode({"tags": [payload], "collapsed": payload, "jupyter": payload})
    heading = new_markdown_cell(f"## {payload.splitlines()[0]}")
    widgets = {"application/vnd.jupyter.widget-state+json": {"state": {"x": payload}}}
    nb = new_notebook()
    nb.cells = [heading, new_markdown_cell(payload), code, check, memo, own]
    nb.metadata = NotebookNode(title=payload, widgets=widgets, authors=[{"name": payload}])
    nb.metadata["language_info"] = {"name": "python", "pygments_lexer": payload}
    # As grading does it: the learner's outputs are cleaned, then the card is put in.
    clean_outputs(nb)
    step = Step("adds", 1, passed=False, reason=payload, call=payload, got=payload, want=payload)
    verdict = Verdict("add", 4.0, 0.0, (Score(0.0, (step,)),), (1,), note=payload)
    shown = {"text/html": card.html(verdict, seat="official")}
    check.outputs = [new_output("display_data", data=shown)]
    return nb


def page_of(payload: str) -> str:
    """Write the page of a learner whose every word is a payload."""
    said = Feedback(
        payload,
        payload,
        {"check-add": CellMark(0.0, 4.0, False), "written-memo": CellMark(0.0, 6.0, True)},
        {"answer-add": payload, "written-memo": payload},
        0.0,
        10.0,
        1.0,
        (payload, payload),
    )
    return feedback_page(hostile(payload), said)


def without_policy(page: str) -> str:
    """Take the content security policy out of a page."""
    before, _, rest = page.partition('<meta http-equiv="Content-Security-Policy"')
    assert rest
    return before + rest.partition(">\n")[2]


class Watch:
    """Note whatever a page does beyond being read."""

    def __init__(self, page: Page) -> None:
        self.page, self.seen = page, list[str]()
        self.address = ""
        page.on("dialog", lambda dialog: (self.seen.append("a dialog"), dialog.dismiss()))
        page.on("request", lambda request: self.request(request.url))
        page.on("popup", lambda popup: self.seen.append("a window"))
        page.context.route(re.compile("^https?:"), lambda route: route.abort())

    def request(self, url: str) -> None:
        """Note a request for anything but the page itself and pictures inside it."""
        if url != self.address and not url.startswith("data:image/png"):
            self.seen.append(f"asked for {url[:80]}")

    def open(self, file: Path) -> list[str]:
        """Open a file and tell what happened."""
        self.seen, self.address = [], file.as_uri()
        try:
            self.page.goto(self.address)
            if self.page.evaluate(QUIET):
                self.seen.append("ran a script")
        except PlaywrightError:
            self.seen.append("went elsewhere while it was read")
        if len(self.page.frames) > 1 or self.page.url != self.address:
            self.seen.append("went elsewhere")
        return self.seen


def test_the_canary_sings(browser: Browser, tmp_path: Path) -> None:
    """Opened as they are, most payloads do run: the tests below could fail."""
    watch, file, sang = Watch(browser.new_page()), tmp_path / "raw.html", 0
    for payload in PAYLOADS.values():
        file.write_text(f"<!DOCTYPE html><meta charset=utf-8><p>{payload}", "utf-8")
        sang += bool(watch.open(file))
    watch.page.context.close()
    assert len(PAYLOADS) >= 40
    assert sang >= 25


def together(size: int) -> list[tuple[str, str]]:
    """Put several payloads into one, where each alone would cost too much time."""
    items = list(PAYLOADS.items())
    groups = [items[at : at + size] for at in range(0, len(items), size)]
    return [(" ".join(n for n, _ in group), "\n\n".join(p for _, p in group)) for group in groups]


@pytest.mark.parametrize("policy", [True, False], ids=["with the policy", "without it"])
def test_no_payload_runs_in_a_feedback_page(browser: Browser, tmp_path: Path, policy: bool) -> None:
    """With scripts on, no payload in any place runs, asks a host or leaves its element behind."""
    watch, file = Watch(browser.new_page()), tmp_path / "feedback.html"
    wrong = []
    for name, payload in together(8) if policy else PAYLOADS.items():
        page = page_of(payload)
        file.write_text(page if policy else without_policy(page), "utf-8")
        wrong += [(name, what) for what in watch.open(file)]
        for tag, attributes, href, src in watch.page.evaluate(AUDIT):
            wrong += [(name, tag)] if tag not in TAGS.split() else []
            wrong += [(name, tag, a) for a in attributes if a not in ATTRIBUTES.split()]
            if href and not href.startswith(("https://", "http://", "mailto:", "#")):
                wrong.append((name, "href", href))
            if src and not src.startswith("data:image/png;base64,"):
                wrong.append((name, "src", src))
        assert watch.page.locator("style").count() == 1
    watch.page.context.close()
    assert wrong == []


def formgrader() -> HTMLExporter:
    """Make formgrader's exporter as its extension does, with this course's settings."""
    from nbgrader.server_extensions.formgrader import handlers

    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    return HTMLExporter(config=config)


def test_no_payload_runs_in_formgraders_page(browser: Browser, tmp_path: Path) -> None:
    """Formgrader's own template, fed what grading writes, runs nothing of a learner's."""
    watch, file, exporter = Watch(browser.new_page()), tmp_path / "formgrader.html", formgrader()
    resources = {
        "base_url": "/base",
        "submission_id": "1",
        "notebook_id": "n",
        "index": 0,
        "assignment_id": "a",
        "total": 1,
        "student": "ada",
        "notebook_path": "x",
    }
    wrong = []
    for name, payload in together(3):
        nb = hostile(payload)
        # What reading a submission leaves of these, whatever was in them.
        nb.metadata = NotebookNode(language_info={"name": "python"})
        for cell in nb.cells:
            cell.metadata = NotebookNode(nbgrader=cell.metadata.get("nbgrader", {}))
        html, _ = exporter.from_notebook_node(nb, resources=dict(resources))
        file.write_text(html, "utf-8")
        seen = [
            what
            for what in watch.open(file)
            if "/base/formgrader/" not in what and "cdnjs.cloudflare.com" not in what
        ]
        wrong += [(name, what) for what in seen]
    watch.page.context.close()
    assert wrong == []


def ordinary() -> str:
    """Write a page with one of everything a learner sees."""
    table = (
        "<table><thead><tr><th>model</th><th>cents</th></tr></thead><tr><td>a</td><td>1</td></tr>"
    )
    outputs = [
        new_output("stream", name="stdout", text="checked by hand\n" * 3),
        new_output("display_data", data={"text/html": f"{table}</table>"}),
        new_output("display_data", data={"image/png": PIXEL, "text/plain": "<Figure>"}),
        new_output(
            "error", ename="ValueError", evalue="no", traceback=["\x1b[31mValueError\x1b[0m"]
        ),
    ]
    code = "import math\n\n\n# Add.\ndef add(a: int, b: int) -> int:\n    return a + 41_000 or 'x'"
    cells = [
        new_markdown_cell("## Task 1: Add"),
        new_code_cell(code, outputs=outputs, metadata=graded("answer-add", 0, "answer")),
        new_code_cell('check("add")', metadata=graded("check-add", 4, "check")),
        new_markdown_cell("## Task 2: Take away"),
        new_code_cell("def less(a, b): ...", metadata=graded("answer-less", 0, "answer")),
        new_code_cell('check("less")', metadata=graded("check-less", 4, "check")),
        new_markdown_cell("## Write it down"),
        new_markdown_cell("### Mine\n\nA *sum*.", metadata=graded("written-memo", 6, "written")),
        new_markdown_cell("## And this"),
        new_markdown_cell("Later.", metadata=graded("written-plan", 6, "written")),
        new_code_cell("1 + 1"),
    ]
    for cell, passed in ((cells[2], True), (cells[5], False)):
        score = Score(float(passed), (Step("adds up", 1, passed, "" if passed else "it did not"),))
        verdict = Verdict(cell.source[7:-2], 4.0, float(passed), (score,), (1,))
        shown = {"text/html": card.html(verdict, seat="official")}
        cell.outputs = [new_output("display_data", data=shown)]
    marks = {
        "check-add": CellMark(4.0, 4.0, False),
        "check-less": CellMark(0.0, 4.0, False),
        "written-memo": CellMark(3.0, 6.0, False),
        "written-plan": CellMark(0.0, 6.0, True),
    }
    said = {"written-memo": "Names it: **2**. Gives a case: **1**.", "check-less": "Try 0."}
    notes = ("The cell setup was not in the submission and is back.",)
    return feedback_page(
        new_notebook(cells=cells), Feedback("Sums", "Ada (ada)", marks, said, 6.0, 20.0, 1.0, notes)
    )


# Contrast of every piece of text with what is painted behind it, by WCAG 2.2's own formula.
CONTRAST = """() => {
  const parse = c => c.match(/[\\d.]+/g).map(Number);
  const linear = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = c => {
    const [r, g, b] = parse(c).map(v => linear(v / 255));
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = getComputedStyle(e).backgroundColor, p = parse(c);
      if (p.length < 4 || p[3] > 0) return c;
    }
    return 'rgb(255,255,255)';
  };
  const texts = [...document.querySelectorAll('body *')].filter(e =>
      [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.checkVisibility());
  return texts.map(e => {
    const a = light(getComputedStyle(e).color), b = light(behind(e));
    return [e.outerHTML.slice(0, 60), (Math.max(a, b) + .05) / (Math.min(a, b) + .05)];
  });
}"""


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_everybody_can_read_a_page(browser: Browser, tmp_path: Path, mode: Any) -> None:
    """In both colour schemes: contrast, one outline, named tables and pictures, phone width."""
    file = tmp_path / "feedback.html"
    file.write_text(ordinary(), "utf-8")
    context = browser.new_context(color_scheme=mode, viewport={"width": 360, "height": 700})
    page = context.new_page()
    page.goto(file.as_uri())
    texts = page.evaluate(CONTRAST)
    assert len(texts) > 60
    assert [(text, ratio) for text, ratio in texts if ratio < 4.5] == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("h1").count() == 1
    levels = page.locator("h1, h2, h3, h4, h5, h6").evaluate_all(
        "all => all.map(h => +h.tagName[1])"
    )
    assert [(a, b) for a, b in pairwise(levels) if b > a + 1] == []
    assert page.locator("img:not([alt])").count() == 0
    assert page.locator("table.marks th:not([scope])").count() == 0
    ids = page.locator("[id]").evaluate_all("all => all.map(e => e.id)")
    assert len(ids) == len(set(ids))
    names = page.locator("section").evaluate_all(
        "all => all.map(e => e.getAttribute('aria-labelledby'))"
    )
    assert sorted(names) == sorted(ids)
    # What scrolls can be reached by keyboard; everything else wraps.
    wide = page.locator("body *").evaluate_all(
        "all => all.filter(e => e.scrollWidth > e.clientWidth + 1 && e.tabIndex < 0 "
        "&& getComputedStyle(e).overflowX !== 'visible').length"
    )
    assert wide == 0
    context.close()


@pytest.mark.parametrize(("mode", "width"), [("light", 1280), ("dark", 1280), ("light", 360)])
def test_axe_finds_nothing(browser: Browser, tmp_path: Path, mode: Any, width: int) -> None:
    """No violation on an ordinary page; none that is serious whatever a learner writes."""
    file = tmp_path / "feedback.html"
    context = browser.new_context(color_scheme=mode, viewport={"width": width, "height": 700})
    page, found = context.new_page(), []
    for html in (ordinary(), page_of("\n\n".join(PAYLOADS.values()))):
        file.write_text(html, "utf-8")
        page.goto(file.as_uri())
        found.append(axe.violations(page))
    context.close()
    assert found[0] == []
    # A heading that held nothing but what was taken out of it is left empty, which is minor.
    assert [one for one in found[1] if one.startswith(("serious", "critical"))] == []


def test_axe_does_find(browser: Browser, tmp_path: Path) -> None:
    """On a page with two known faults it names both: the test above could fail."""
    file = tmp_path / "bad.html"
    file.write_text(
        "<!DOCTYPE html><html lang=en><title>t</title><main><h1>T</h1><img src='data:,'>"
        "<p style='color:#999;background:#fff'>pale</p></main></html>",
        "utf-8",
    )
    page = browser.new_page()
    page.goto(file.as_uri())
    found = axe.violations(page)
    page.context.close()
    assert found == ["serious color-contrast: p", "critical image-alt: img"]


def test_a_page_is_whole_without_scripts(browser: Browser, tmp_path: Path) -> None:
    """With scripts off and the policy in force the page is styled and everything is visible."""
    file = tmp_path / "feedback.html"
    file.write_text(ordinary(), "utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(file.as_uri())
    for words in (
        "6 of 20",
        "Task 1: Add",
        "4 of 4 points",
        "not marked yet",
        "Late submission",
        "1 answer waits for a person",
        "def add",
        "checked by hand",
        "Gives a case",
        "First step to mend: adds up",
        "What happened on the way",
        "Your other cells",
    ):
        assert page.locator("main", has_text=words).is_visible(), words
    assert page.locator("main img").is_visible()
    assert page.locator("section").first.evaluate("e => getComputedStyle(e).borderRadius") != "0px"
    assert said == []
    context.close()
