"""The wheel alone: what a learner gets who installs Rungs without its repository."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TRACKED = ("notebooks/lessons", "notebooks/course.yaml", "datasets")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the checkout, with the build tools already installed."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    done = subprocess.run([*command, str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the wheel into a folder of its own, as pip would."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run_alone(installed: Path, folder: Path, code: str, *arguments: str) -> str:
    """Run code against the unpacked wheel, away from the checkout, and return its output."""
    variables = dict(os.environ, PYTHONPATH=str(installed))
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_judge_and_dataset_is_in_the_wheel(wheel: Path) -> None:
    """Each tracked file of the lessons, the manifest and the datasets ships under `_data`."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", *TRACKED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    tracked = {name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}
    want = {f"autograder/_data/{name.removeprefix('notebooks/')}" for name in tracked}
    assert want - set(zipfile.ZipFile(wheel).namelist()) == set()


def test_nothing_private_or_generated_is_in_the_wheel(wheel: Path) -> None:
    """No cache, no secret, no notebook of a learner, no built page."""
    parts = {part for name in zipfile.ZipFile(wheel).namelist() for part in name.split("/")}
    assert parts & {"__pycache__", ".rungs", "work", "_build", "gradebook.db", "tests"} == set()


def test_the_package_is_the_wheels_own(installed: Path, tmp_path: Path) -> None:
    """The runs below really use the unpacked wheel, not the checkout."""
    where = run_alone(installed, tmp_path, "import autograder; print(autograder.__file__)")
    assert Path(where.strip()).is_relative_to(installed)


def test_a_lesson_finds_its_judges_and_data(installed: Path, tmp_path: Path) -> None:
    """`check`, `load` and every judge of the manifest work with the wheel alone."""
    code = (
        "from autograder import check, load, predict, reveal\n"
        "from autograder.content import course, dataset_path, lesson_dir\n"
        "for lesson in course().ready:\n"
        "    assert (lesson_dir(lesson.id) / 'judge.py').is_file(), lesson.id\n"
        "    for slug in lesson.datasets:\n"
        "        assert dataset_path(slug).exists(), slug\n"
        "print(len(load('practice_models/prices')) > 0)\n"
    )
    assert run_alone(installed, tmp_path, code).strip() == "True"


PLAY = """
import sys
import nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], 4)
# The kernel's own start-up remarks about transport go to its log, not here.
NotebookClient(notebook, timeout=90, kernel_name="python3").execute(cwd=".")
for cell in notebook.cells:
    if cell.cell_type == "code" and cell.source.startswith("check("):
        (card,) = [output for output in cell.outputs if output.output_type == "display_data"]
        print(card["data"]["text/plain"].splitlines()[0])
"""


@pytest.mark.slow
def test_checks_answer_in_a_notebook_beside_the_wheel(installed: Path, tmp_path: Path) -> None:
    """With the wheel and one notebook, every check of the reference says full marks."""
    notebook = min((ROOT / "notebooks" / "source").glob("*/*.ipynb"))
    (tmp_path / "lesson.ipynb").write_bytes(notebook.read_bytes())
    said = run_alone(installed, tmp_path, PLAY, "lesson.ipynb").splitlines()
    assert said
    assert [line for line in said if ": all " not in line] == []
