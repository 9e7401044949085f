"""A submitted notebook under another name than its lesson's."""

from __future__ import annotations

import shutil
from pathlib import Path

__all__ = ["give_its_name", "renamed_from"]


def give_its_name(folder: Path, lesson_id: str) -> Path | None:
    """Return the submission's notebook, copied under the lesson's name if it had another.

    The learner's own file stays as it is. None where the folder holds no
    notebook, or several of which none has the name.
    """
    wanted = folder / f"{lesson_id}.ipynb"
    if wanted.is_file():
        return wanted
    found = _notebooks(folder)
    if len(found) != 1 or wanted.exists():
        return None
    shutil.copyfile(found[0], wanted)
    return wanted


def renamed_from(notebook: Path) -> str:
    """Name the file that `give_its_name` copied a notebook from; "" where it did not."""
    others = [path for path in _notebooks(notebook.parent) if path != notebook]
    if not notebook.is_file():
        return ""
    content = notebook.read_bytes()
    return next((path.name for path in others if path.read_bytes() == content), "")


def _notebooks(folder: Path) -> list[Path]:
    return [
        path for path in sorted(folder.glob("*.ipynb")) if path.is_file() and not path.is_symlink()
    ]
