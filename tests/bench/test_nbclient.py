"""nbclient's own test-suite, with our provisioner's kernel as the one that it tests."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

from autograder import content

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]
NEEDED = ("flaky", "testpath", "xmltodict")
SPEC = {
    "argv": ["rungs-grade"],
    "display_name": "Rungs sandbox",
    "language": "python",
    "interrupt_mode": "message",
    "metadata": {
        "kernel_provisioner": {
            "provisioner_name": "rungs-sandbox",
            "config": {"environment": {"IPYKERNEL_CELL_NAME": "<IPY-INPUT>"}},
        }
    },
}
# These two read and write a folder of this machine, which a sandbox keeps out of sight.
OUTSIDE = {
    "test_run_all_notebooks[Inline Image.ipynb-opts5]",
    "test_async_parallel_notebooks",
}


def pip(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "-q", *arguments], check=True, timeout=300)


@pytest.fixture(scope="module")
def suite() -> Path:
    """Fetch the released source of the installed nbclient once, and what its tests need."""
    release = f"nbclient-{version('nbclient')}"
    folder = content.repository_root() / ".rungs" / "sdist"
    if not (folder / release / "tests").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        wanted = release.replace("-", "==")
        pip("download", "--no-deps", "--no-binary", ":all:", "-d", str(folder), wanted)
        with tarfile.open(folder / f"{release}.tar.gz") as archive:
            archive.extractall(folder, filter="data")
    if not (folder / "needed").is_dir():
        pip("install", "--no-deps", "--target", str(folder / "needed"), *NEEDED)
    return folder / release / "tests"


def test_nbclient_runs_notebooks_in_our_kernel(suite, tmp_path, capsys):
    """All of its client tests pass but the two that need the machine's own folders."""
    spec = tmp_path / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps(SPEC))
    env = os.environ | {
        "JUPYTER_PATH": str(tmp_path),
        "PYTHONPATH": str(suite.parent.parent / "needed"),
    }
    options = ["-q", "-c", os.devnull, f"--rootdir={suite.parent}", "-p", "no:cacheprovider"]
    options += ["-W", "ignore", "--tb=no", "-rf", "--timeout", "60"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(suite / "test_client.py")],
        cwd=suite.parent,
        env=env,
        capture_output=True,
        text=True,
        timeout=550,
        check=False,
    )
    failed = set(re.findall(r"^FAILED \S*?::(?:TestExecute::)?(.*?)(?: - .*)?$", done.stdout, re.M))
    last = done.stdout.strip().splitlines()[-1]
    with capsys.disabled():
        print(f"\nnbclient {version('nbclient')}: {last.strip('= ')}; by design {len(OUTSIDE)}")
    assert failed == OUTSIDE, done.stdout[-3000:]
