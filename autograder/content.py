"""Find and read the course's content: lessons, manifest and datasets.

In a checkout the content lies beside the package (`notebooks/`, `datasets/`);
in an installed wheel it is package data under `autograder/_data/`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from autograder.errors import ContentError, UnknownDataset
from autograder.manifest import Course, read_course

__all__ = [
    "course",
    "dataset_files",
    "dataset_path",
    "lesson_dir",
    "lessons_root",
    "load",
    "repository_root",
    "use_root",
]

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "_data"
# For a process that a test or a tool starts; within one, `use_root` does the same.
_named = os.environ.get("RUNGS_ROOT")
_root: Path | None = Path(_named).resolve() if _named else None


@contextmanager
def use_root(root: Path) -> Iterator[None]:
    """Read the content of another checkout, such as a test's tiny course, within a `with` block."""
    global _root
    before, _root = _root, root.resolve()
    _forget()
    try:
        yield
    finally:
        _root = before
        _forget()


def repository_root() -> Path:
    """Return the checkout's root; raise `ContentError` in an installed wheel."""
    root = _root or _PACKAGE.parent
    if (root / "notebooks" / "course.yaml").is_file():
        return root
    raise ContentError(
        "This command needs the course's repository, and Rungs is installed without it. "
        "Clone the repository and run `make start` there."
    )


def _home(in_checkout: str, in_wheel: str) -> Path:
    if _root is not None:
        return _root / in_checkout
    shipped = _SHIPPED / in_wheel
    return shipped if _SHIPPED.is_dir() else _PACKAGE.parent / in_checkout


def lessons_root() -> Path:
    """Return the folder that holds every lesson's judge and corpus."""
    return _home("notebooks/lessons", "lessons")


def lesson_dir(lesson_id: str) -> Path:
    """Return one lesson's folder, checked against the manifest."""
    return lessons_root() / course().lesson(lesson_id).id


@lru_cache(maxsize=1)
def course() -> Course:
    """Read the manifest once."""
    return read_course(_home("notebooks/course.yaml", "course.yaml"))


def dataset_path(slug: str) -> Path:
    """Return a dataset's folder; raise `UnknownDataset` naming the ones there are."""
    root = _home("datasets", "datasets")
    folder = root / slug
    if "/" not in slug and (folder / "dataset.yaml").is_file():
        return folder
    known = ", ".join(sorted(p.parent.name for p in root.glob("*/dataset.yaml")))
    raise UnknownDataset(f"There is no dataset {slug!r}. The datasets are: {known}.")


@lru_cache(maxsize=64)
def _files(slug: str) -> dict[str, str]:
    described = yaml.safe_load((dataset_path(slug) / "dataset.yaml").read_text(encoding="utf-8"))
    return {entry["name"]: entry["path"] for entry in described["files"]}


def dataset_files(slug: str) -> list[Path]:
    """Return a dataset's description and the files it describes: all that `load` can read."""
    folder = dataset_path(slug)
    return [folder / "dataset.yaml", *(folder / path for path in _files(slug).values())]


def load(name: str) -> Any:
    """Read a dataset's file by `"slug/name"`, or by `"slug"` where it has only one.

    CSV gives a pandas DataFrame, JSON the parsed value, JSON Lines a list of
    dicts, Markdown and plain text a string. Every call reads afresh, so a
    caller may change what it gets.
    """
    slug, _, wanted = name.partition("/")
    files = _files(slug)
    if not wanted and len(files) == 1:
        wanted = next(iter(files))
    if wanted not in files:
        choice = ", ".join(f"{slug}/{known}" for known in files)
        raise UnknownDataset(f"There is no {name!r}. Load one of: {choice}.")
    path = dataset_path(slug) / files[wanted]
    if path.suffix == ".csv":
        import pandas as pd

        return pd.read_csv(path)
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return json.loads(text)
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in text.splitlines() if line]
    return text


def _forget() -> None:
    course.cache_clear()
    _files.cache_clear()
