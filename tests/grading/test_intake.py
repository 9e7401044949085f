"""Submissions come in without what their links point at."""

import io
import os

import pytest
from rich.console import Console

from autograder.cli.grade import show
from autograder.grading.batch import Report
from autograder.grading.classroom import Mark
from autograder.grading.intake import copy_regular_files, drop_links


@pytest.fixture
def folder(tmp_path):
    """Make a submission with a notebook, and links to a secret, in and around it."""
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key").write_text("the key")
    made = tmp_path / "inbound"
    (made / "inner").mkdir(parents=True)
    (made / "lesson.ipynb").write_text("{}")
    (made / "inner" / "data.csv").write_text("a,b")
    (made / "notes.txt").symlink_to(secret / "key")
    (made / "folder").symlink_to(secret)
    (made / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(made / "pipe")
    return made


def contents(place):
    """List the files below a folder."""
    return sorted(str(p.relative_to(place)) for p in place.rglob("*") if p.is_file())


def test_only_regular_files_are_collected(folder, tmp_path):
    """Links, pipes and what they lead to stay outside, and are named."""
    left_out = copy_regular_files(folder, tmp_path / "in", largest=1000)
    assert contents(tmp_path / "in") == ["inner/data.csv", "lesson.ipynb"]
    assert sorted(left_out) == ["dangling", "folder", "notes.txt", "pipe"]


def test_a_submission_that_is_itself_a_link_brings_nothing(folder, tmp_path):
    """The inbound entry may be a link to somebody else's work."""
    (tmp_path / "thief").symlink_to(folder)
    copy_regular_files(tmp_path / "thief", tmp_path / "in", largest=1000)
    assert contents(tmp_path / "in") == []


def test_large_and_deep_things_are_left_out(folder, tmp_path):
    """A size limit for each file and a depth for the tree bound what is copied."""
    (folder / "big").write_text("x" * 2000)
    (folder / "/".join("d" * 12)).mkdir(parents=True)
    left_out = copy_regular_files(folder, tmp_path / "in", largest=1000)
    assert "big" in left_out
    assert any(name.count("d/d") for name in left_out)


def test_links_that_arrived_another_way_are_removed(folder, tmp_path):
    """A folder unpacked from an archive may hold links too; what they name is untouched."""
    assert sorted(drop_links(folder)) == ["dangling", "folder", "notes.txt", "pipe"]
    assert contents(folder) == ["inner/data.csv", "lesson.ipynb"]
    assert (tmp_path / "secret" / "key").read_text() == "the key"


def test_a_learners_words_are_printed_as_they_are():
    """Brackets in a reason are text to the terminal, not markup."""
    reasons = {"add": "raised ValueError: [/red] [bold]"}
    mark = Mark("eve[/x]", 0, 0, 1, 0, reasons)
    console = Console(record=True, width=200, file=io.StringIO())
    show([mark], [Report("11_x", "eve[/x]", "graded", reasons=reasons)], console)
    assert "[/red] [bold]" in console.export_text()


def test_a_note_for_everybody_is_said_once():
    """Below the table, counting whom it is about; a note of one learner stays in that row."""
    names = ("ada", "ben", "eve")
    notes = dict.fromkeys(names, ("no case was handed out.",)) | {
        "ben": ("a cell was restored.", "no case was handed out.")
    }
    reports = [Report("26_x", name, "graded", notes=notes[name]) for name in names]
    reports.append(Report("26_x", "zoe", "refused", error="empty folder"))
    console = Console(record=True, width=200, file=io.StringIO())
    show([Mark(name, 1, 0, 1, 0, {}) for name in names], reports, console)
    said = console.export_text()
    assert said.count("no case was handed out.") == 1
    assert said.rstrip().endswith("For all 3: no case was handed out.")
    assert next(line for line in said.splitlines() if "restored" in line)
