"""Which pages count as changed, told from git in repositories made for it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.book.changed import changed_files, pages_of


def git(root: Path, *arguments: str) -> None:
    """Run git as somebody, without the settings of whoever runs the tests."""
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(root), *who, *arguments], check=True, capture_output=True)


def commit(root: Path, name: str) -> None:
    """Write a file anew and commit it."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{path.read_text() if path.is_file() else ''}more\n", encoding="utf-8")
    git(root, "add", name)
    git(root, "commit", "-q", "-m", name)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a repository with three commits."""
    made = tmp_path / "made"
    made.mkdir()
    git(made, "init", "-q", "-b", "main")
    for name in ("book/old.md", "book/older.md", "book/last.md"):
        commit(made, name)
    return made


def test_without_an_upstream_the_last_commit_is_the_change(root: Path) -> None:
    """What is not committed yet belongs to it, also a file that git does not know."""
    assert changed_files(root) == {"book/last.md"}
    (root / "book" / "old.md").write_text("edited", encoding="utf-8")
    (root / "book" / "new.md").write_text("new", encoding="utf-8")
    assert changed_files(root) == {"book/last.md", "book/old.md", "book/new.md"}


def test_with_an_upstream_all_that_it_lacks_is_the_change(root: Path, tmp_path: Path) -> None:
    """A clone that is level asks the last commit; two commits later both are the change."""
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(root), str(clone)], check=True, capture_output=True)
    assert changed_files(clone) == {"book/last.md"}
    commit(clone, "book/old.md")
    commit(clone, "book/older.md")
    assert changed_files(clone) == {"book/old.md", "book/older.md"}


def test_where_git_knows_nothing_nothing_is_claimed(tmp_path: Path) -> None:
    """Neither outside a repository nor with a single commit."""
    assert changed_files(tmp_path) == set()
    git(tmp_path, "init", "-q")
    commit(tmp_path, "book/only.md")
    assert changed_files(tmp_path) == set()


def test_files_lead_to_their_pages(tmp_path: Path) -> None:
    """A text, a lesson and what moves have pages; a page that the site lacks is not named."""
    lesson = "notebooks/release/11_a/11_a.html"
    for name in ("book/index.html", "book/play/bill.html", "book/play/gate.html", lesson):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = {
        ("book/index.md", "book/gone.md", "README.md", "start.py"): ["book/index.html"],
        ("notebooks/lessons/11_a/judge.py", "notebooks/release/11_a/11_a.ipynb"): [lesson],
        ("autograder/interactives/frame.js",): ["book/play/bill.html", "book/play/gate.html"],
    }
    assert {files: pages_of(files, tmp_path) for files in found} == found
