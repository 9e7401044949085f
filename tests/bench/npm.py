"""Tools from npm that are no part of the course: fetched once into .rungs/npm, for benches."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

__all__ = ["tool"]

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".rungs" / "npm"


def tool(name: str, version: str) -> Path:
    """Return the command of an npm package of exactly this version; fail where npm is missing."""
    home = HOME / f"{name}-{version}"
    command = home / "node_modules" / ".bin" / name
    if command.exists():
        return command
    if shutil.which("npm") is None:
        pytest.fail(f"{name} needs npm: install Debian's packages `nodejs` and `npm`.")
    home.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["npm", "install", "--prefix", str(home), "--no-audit", "--no-fund", f"{name}@{version}"],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode or not command.exists():
        pytest.fail(f"npm could not install {name} {version}: {done.stderr.strip()[-300:]}")
    return command
