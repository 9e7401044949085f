"""Where the browser's Python comes from, without asking anybody for it."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from autograder.tryouts import pyodide
from autograder.tryouts.pyodide import FILES, NoPython, fetch, folder
from autograder.tryouts.tryout import box, read_tryouts, write_tryouts

ROOT = Path(__file__).resolve().parents[2]


def kept(root: Path) -> Path:
    """Lay down files as a fetch would."""
    home = folder(root)
    home.mkdir(parents=True)
    for name in FILES:
        (home / name).write_bytes(name.encode())
    return home


def test_what_was_fetched_once_is_not_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the files there, neither npm nor pip is needed."""
    monkeypatch.setenv("PATH", "")
    home = kept(tmp_path)
    assert fetch(tmp_path) == home


def test_other_bytes_are_refused(tmp_path: Path) -> None:
    """An archive that is not the pinned one leaves nothing behind, and the error names its sum."""
    archive = tmp_path / "other.tgz"
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "pyodide.mjs").write_text("export {}")
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(tmp_path / "package", "package")
    with pytest.raises(NoPython, match=r"not the pinned one \(sha512-"):
        pyodide._unpack(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_registry_out_of_reach_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is half there afterwards, and the sentence says how the book goes on."""
    monkeypatch.setattr(pyodide, "_pack", lambda into: pyodide._run(["npm-of-nobody"], into))
    with pytest.raises(NoPython, match="npm-of-nobody did not answer.* The book is built without"):
        fetch(tmp_path)
    assert list((tmp_path / ".rungs").iterdir()) == []


def test_the_site_takes_the_files_and_no_answer(tmp_path: Path) -> None:
    """Without Python the rest is written all the same; a task's file holds its starter only."""
    assert write_tryouts(tmp_path, ROOT) is folder(ROOT).is_dir()
    for one in read_tryouts(ROOT):
        given = json.loads((tmp_path / "tryouts" / f"{one.task}.json").read_text("utf-8"))
        assert "NotImplementedError" in given["starter"]
        assert set(given) == {"lesson", "task", "title", "before", "starter", "examples"}


def test_a_closed_try_out_loads_nothing() -> None:
    """Before the click the page has a button, which scripts reveal, and no address to fetch."""
    shown = box("fuse", "../", ROOT)
    assert '<button type="button" hidden>' in shown
    assert "src=" not in shown
    assert "<link" not in shown
