"""openai-python's own tests, from the source distribution of the installed version."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

__all__ = ["Outcome", "fetched", "run"]

ROOT = Path(__file__).resolve().parents[3]
SDISTS = ROOT / ".rungs" / "sdist"
_API = "tests/api_resources"
RESOURCES = (
    f"{_API}/chat",
    f"{_API}/responses",
    f"{_API}/test_batches.py",
    f"{_API}/test_embeddings.py",
    f"{_API}/test_files.py",
    f"{_API}/test_models.py",
    f"{_API}/test_moderations.py",
    f"{_API}/test_responses.py",
)


@dataclass(frozen=True)
class Outcome:
    """What became of the tests, and what pytest printed."""

    passed: int
    failed: tuple[str, ...]
    skipped: tuple[str, ...]
    printed: str


def fetched() -> Path:
    """Return the unpacked source distribution; download it where it is not there yet."""
    name = f"openai-{version('openai')}"
    folder = SDISTS / name
    if not folder.is_dir():
        SDISTS.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=SDISTS) as scratch:
            archive = SDISTS / f"{name}.tar.gz"
            if not archive.is_file():
                archive = _download(Path(scratch), name)
            with tarfile.open(archive) as packed:
                packed.extractall(scratch, filter="data")
            Path(scratch, name).rename(folder)
    return folder


def run(folder: Path, base_url: str, scratch: Path, tests: Sequence[str] = RESOURCES) -> Outcome:
    """Run the suite's tests against a provider at `base_url`."""
    report = scratch / "report.xml"
    command = [sys.executable, "-m", "pytest", *tests, "-q", "-o", "addopts=", "--tb=short"]
    command += ["-p", "no:cacheprovider", f"--junitxml={report}"]
    # Its asserts on warnings and its plugins are its own: nothing of ours is inherited.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        command,
        cwd=folder,
        env={**kept, "TEST_API_BASE_URL": base_url},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if not report.is_file():
        raise AssertionError(f"The SDK's tests did not run:\n{done.stdout}\n{done.stderr}")
    return _read(report, done.stdout)


def _download(scratch: Path, name: str) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--no-binary", ":all:", "--dest", str(scratch), name.replace("-", "==", 1)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise AssertionError(
            f"{name}'s source distribution could not be fetched. Its tests are the conformance "
            f"tests: connect once, or put {name}.tar.gz into {SDISTS}.\n{done.stderr}"
        )
    return scratch / f"{name}.tar.gz"


def _read(report: Path, printed: str) -> Outcome:
    cases = ET.parse(report).getroot().findall(".//testcase")
    named = [(f"{one.get('classname')}::{one.get('name')}", one) for one in cases]
    failed = [name for name, one in named if _has(one, "failure", "error")]
    skipped = [name for name, one in named if _has(one, "skipped")]
    passed = len(cases) - len(failed) - len(skipped)
    return Outcome(passed, tuple(failed), tuple(skipped), printed)


def _has(case: ET.Element, *kinds: str) -> bool:
    return any(case.find(kind) is not None for kind in kinds)
