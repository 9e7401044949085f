"""Take submissions in without following what a learner's folder points at.

A link in a submission may name another learner's notebook or the course's
key. Only regular files come in, each opened without following links.
"""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

__all__ = ["copy_regular_files", "drop_links"]

_DEEPEST = 8


def copy_regular_files(source: Path, target: Path, largest: int) -> list[str]:
    """Copy a folder's regular files of at most `largest` bytes; return what was left out.

    Folders nested deeper than eight levels are left out too. The folder may
    change while it is read: each entry is opened once, never through a link.
    """
    left_out: list[str] = []
    target.mkdir(parents=True)
    for place, folders, files, handle in os.fwalk(source, follow_symlinks=False):
        inner = Path(place).relative_to(source)
        if len(inner.parts) >= _DEEPEST:
            left_out += [str(inner / name) for name in folders]
            folders.clear()
        (target / inner).mkdir(exist_ok=True)
        for name in files:
            if not _copy(name, handle, target / inner / name, largest):
                left_out.append(str(inner / name))
        left_out += [str(inner / name) for name in folders if _is_link(name, handle)]
    return left_out


def drop_links(folder: Path) -> list[str]:
    """Remove links and special files from a collected submission; return their names."""
    dropped = []
    for place, folders, files in os.walk(folder, followlinks=False):
        for name in [*folders, *files]:
            path = Path(place, name)
            if not stat.S_ISREG(path.lstat().st_mode) and not stat.S_ISDIR(path.lstat().st_mode):
                path.unlink()
                dropped.append(str(path.relative_to(folder)))
    return dropped


def _copy(name: str, folder: int, target: Path, largest: int) -> bool:
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        return False
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > largest:
            return False
        with target.open("xb") as copy:
            shutil.copyfileobj(file, copy)
    return True


def _is_link(name: str, folder: int) -> bool:
    return stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
