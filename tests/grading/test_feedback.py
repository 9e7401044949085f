"""What a feedback page says, what it never says, and how large it gets."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.grading.feedback import CellMark, Feedback
from autograder.grading.feedback_page import LARGEST_PAGE, feedback_page
from autograder.grading.sanitized import clean_html, clean_markdown, clean_outputs, plain

PNG = base64.b64encode(b"\x89PNG\r\n" + bytes(300_000)).decode()


def page(*cells, comments=None, notes=()):
    """Write a page on one task and these cells."""
    names = {"nbgrader": {"grade_id": "check-add", "grade": True, "solution": False}}
    check = new_code_cell("", metadata=names)
    marks = {"check-add": CellMark(1.0, 4.0, False)}
    said = Feedback("Sums", "ada", marks, comments or {}, 1.0, 4.0, 0.0, notes)
    return feedback_page(new_notebook(cells=[*cells, check]), said)


def answer(source, *outputs):
    """Make the answer cell of the task."""
    names = {"nbgrader": {"grade_id": "answer-add", "grade": False, "solution": True}}
    return new_code_cell(source, outputs=list(outputs), metadata=names)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("<p onclick=x>a<script>b</script></p>", "<p>a</p>"),
        ('<a href="javascript:x">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
        ('<a href="//evil.example">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
        ("<img src='https://x.example/a.png'>", "<em>[picture left out]</em>"),
        ("<img src='data:image/svg+xml;base64,PHN2Zz4='>", "<em>[picture left out]</em>"),
        ("<img src='data:image/png;base64,PHN2Zz4='>", "<em>[picture left out]</em>"),
        ("<div id=a class=b style='color:red'>a</div>", "<div>a</div>"),
        ("<td title='<img src=x>'>a", "a"),
        ("<svg><title>a</title></svg>b", "b"),
    ],
)
def test_only_what_is_listed_is_left(given, kept):
    """Elements, attributes and addresses that are not on the list are gone."""
    assert clean_html(given) == kept


def test_no_attribute_can_look_like_an_element():
    """Whatever a value holds, no < or > of it is left: later steps may trust each < they see."""
    cleaned = clean_html('<a title="<img onerror=x>" href="https://a.example/?<b>">a</a>')
    assert cleaned.count("<") == 2


def test_headings_fit_under_the_page_they_are_put_in():
    """A learner's highest heading becomes the level that the page asks for."""
    assert clean_markdown("## a\n\n### b", None, 4) == "<h4>a</h4>\n<h5>b</h5>\n"
    assert clean_markdown("# a\n\n###### b", None, 4) == "<h4>a</h4>\n<h6>b</h6>\n"


def test_attached_pictures_are_shown_if_they_are_pictures():
    """A PNG is put into the page; what only says that it is one is left out."""
    assert "data:image/png;base64,iVBORw0KGgo=" in clean_markdown(
        "![plot](attachment:p.png)", {"p.png": {"image/png": "iVBORw0KGgo=\n"}}
    )
    assert "left out" in clean_markdown("![x](attachment:p.png)", {"p.png": {"image/png": "PHM+"}})


def test_terminal_colours_and_control_characters_are_dropped():
    """Text is what a person would read in a terminal."""
    assert plain("\x1b[1;31mred\x1b[0m\x00\x07 \x1b]8;;https://x\x07link\x1b]8;;\x07") == "red link"


def test_outputs_keep_pictures_tables_and_text_only():
    """Grading writes nothing into a notebook that formgrader could run."""
    data = {
        "text/html": "<b>1</b><script>x</script>",
        "application/javascript": "x",
        "image/svg+xml": "<svg/>",
        "image/png": "iVBORw0KGgo=\n",
        "text/latex": "$x$",
    }
    nb = new_notebook(cells=[new_code_cell("", outputs=[new_output("display_data", data=data)])])
    clean_outputs(nb)
    assert nb.cells[0].outputs[0].data == {
        "text/html": "<b>1</b>",
        "image/png": "iVBORw0KGgo=",
        "text/plain": "$x$",
    }


def test_the_policy_lets_in_one_stylesheet_and_pictures_inside_the_page():
    """The policy names the one style by its hash; the page has no other and no script."""
    text = page(answer("def add(a, b): return a + b"))
    assert "default-src 'none'; style-src 'sha256-" in text
    assert "img-src data:; base-uri 'none'; form-action 'none'" in text
    assert text.count("<style") == 1
    assert "<script" not in text
    assert "style=" not in text


def test_a_mark_a_comment_and_a_note_are_said():
    """A page names the points, renders a comment's Markdown and lists what happened."""
    text = page(
        answer("x = 1"),
        comments={"answer-add": "Nearly: see **line 1**."},
        notes=("It <was> cut.",),
    )
    for words in ("1 of 4 points", "see <strong>line 1</strong>", "It &lt;was&gt; cut."):
        assert words in text


@pytest.mark.parametrize(
    "cells",
    [
        [answer("x = '" + "&\"<'" * 400_000 + "'")],
        [answer("1", *(new_output("display_data", data={"image/png": PNG}) for _ in range(9)))],
        [answer("1", *(new_output("stream", text="&" * 50_000) for _ in range(99)))],
        [answer("1", new_output("display_data", data={"text/html": "<td>&amp;" * 20_000}))],
        [new_code_cell("<&>\n" * 5_000) for _ in range(400)],
        [new_markdown_cell("# " + "\U0001f600" * 300_000) for _ in range(40)],
    ],
    ids=["code", "pictures", "streams", "table", "cells", "prose"],
)
def test_no_page_is_larger_than_a_megabyte(cells):
    """However much a learner shows, the page is cut to its limit and says that it was."""
    text = page(*cells)
    assert len(text.encode()) <= LARGEST_PAGE
    assert "1 of 4 points" in text
    assert any(words in text for words in ("were cut", "was cut", "left out", "not shown"))


def test_the_stylesheet_is_part_of_the_package():
    """The one file that a page needs lies beside the module that reads it."""
    from autograder.grading import feedback_page as module

    assert Path(module.__file__).with_name("feedback.css").is_file()
