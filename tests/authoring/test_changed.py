"""The day a file last changed, from a real git, and silence where git cannot know."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from autograder.authoring.changed import last_changed, latest

AUTHOR = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")


def git(root: Path, *arguments: str, day: str = "2026-01-01") -> None:
    """Run git as somebody, on a day."""
    when = {"GIT_AUTHOR_DATE": f"{day}T12:00:00Z", "GIT_COMMITTER_DATE": f"{day}T12:00:00Z"}
    subprocess.run(
        ["git", "-C", str(root), *AUTHOR, *arguments],
        check=True,
        capture_output=True,
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(root), **when},
    )


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Commit two files on one day and change one of them on another."""
    root = tmp_path / "origin"
    (root / "book").mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    for name, day in (("old.md", "2026-01-01"), ("new ä.md", "2026-01-01")):
        (root / "book" / name).write_text(day, encoding="utf-8")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "one")
    (root / "book" / "new ä.md").write_text("changed", encoding="utf-8")
    git(root, "commit", "-q", "-a", "-m", "two", day="2026-02-03")
    return root


def test_each_file_has_the_day_of_its_last_commit(history: Path) -> None:
    """Also one whose name is not ASCII; a folder has that of its newest file."""
    days = last_changed(history)
    assert days == {"book/old.md": "2026-01-01", "book/new ä.md": "2026-02-03"}
    assert latest(days, "book/old.md") == "2026-01-01"
    assert latest(days, "book") == "2026-02-03"


def test_a_shallow_clone_claims_only_what_it_saw(history: Path, tmp_path: Path) -> None:
    """Its oldest commit seems to have made every file: that is no day to print."""
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{history}", "copy")
    assert last_changed(tmp_path / "copy") == {}
    assert latest({}, "book") == ""


def test_a_copy_without_git_claims_nothing(tmp_path: Path) -> None:
    """A zip of the course has no history."""
    (tmp_path / "page.md").write_text("text", encoding="utf-8")
    assert last_changed(tmp_path) == {}
