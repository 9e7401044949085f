"""start.py: finding a Python, reading the parts, never overwriting a learner, opening the lab."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from autograder.judging.own_case import make_key

ROOT = Path(__file__).resolve().parent.parent
DEBIAN_12 = {"ID": "debian", "VERSION_ID": "12"}


@pytest.fixture(scope="module")
def start() -> ModuleType:
    """Load start.py, which is no package's module."""
    spec = importlib.util.spec_from_file_location("start", ROOT / "start.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["start"] = module
    spec.loader.exec_module(module)
    return module


# --- requirements.txt


def test_the_three_parts_hold_what_they_promise(start: ModuleType) -> None:
    """JupyterLab opens from part 1; torch is exactly 2.13.0 and in part 2; the tests in part 3."""
    parts = start.parts_of((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    names = {n: {pin.split("==")[0] for pin in pins} for n, pins in parts.items()}
    assert sorted(parts) == [1, 2, 3]
    assert {"jupyterlab", "nbgrader", "jupyter-book", "openai", "bm25s"} <= names[1]
    assert "torch==2.13.0" in parts[2]
    assert {"pytest", "ruff", "mypy"} <= names[3]
    assert not names[1] & names[2]
    assert not names[3] & (names[1] | names[2])


def test_no_pin_forces_cuda_and_every_line_is_exact(start: ModuleType) -> None:
    """A CPU wheel of torch stays one: no CUDA package is listed, and nothing is left to choose."""
    parts = start.parts_of((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    pins = [pin for part in parts.values() for pin in part]
    assert [pin for pin in pins if re.match(r"nvidia|cuda|triton", pin)] == []
    assert [pin for pin in pins if not re.match(r"[\w.-]+==[\w.]+( ; .+)?$", pin)] == []


def test_every_choice_is_pinned_with_its_purpose() -> None:
    """What pyproject.toml chooses is in requirements.txt, inside its bounds, with its comment."""
    from packaging.requirements import Requirement

    from autograder.authoring.pins import chosen, name_of

    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    for choice in (choice for part in chosen(ROOT / "pyproject.toml") for choice in part):
        pinned = [line for line in lines if line.split("==")[0] == name_of(choice.requirement)]
        assert pinned, f"{choice.requirement} is missing: run `rungs pins`"
        for line in pinned:
            pin, _, purpose = line.partition("  # ")
            version = re.split(r"==| ;", pin)[1]
            assert Requirement(choice.requirement).specifier.contains(version)
            assert purpose == choice.purpose


def test_a_comment_changes_no_stamp(start: ModuleType) -> None:
    """A reworded purpose does not make anybody install again; another pin does."""
    before = start.parts_of("# --- part 1: x\na==1  # why\n")
    reworded = start.parts_of("# a remark\n# --- part 1: y\na==1\n")
    moved = start.parts_of("# --- part 1: x\na==2  # why\n")
    assert start.stamp_of(before[1]) == start.stamp_of(reworded[1])
    assert start.stamp_of(before[1]) != start.stamp_of(moved[1])


# --- a Python that fits


def pythons(start: ModuleType, **found: tuple[tuple[int, int], bool, bool]) -> object:
    """Return a `look` that knows only these names."""

    def look(command: Sequence[str]) -> object:
        known = found.get(command[0])
        return None if known is None else start.Interpreter(command[0], *known)

    return look


def commands(*names: str) -> Iterator[list[str]]:
    return iter([[name] for name in names])


def test_the_first_python_that_fits_is_taken(start: ModuleType) -> None:
    """Too old, too new, 32-bit and free-threaded Pythons are passed over."""
    look = pythons(
        start,
        old=((3, 9), True, True),
        new=((3, 14), True, True),
        odd=((3, 13), True, False),
        good=((3, 12), True, True),
        later=((3, 11), True, True),
    )
    found = start.find_python(commands("none", "old", "new", "odd", "good", "later"), look)
    assert found.path == "good"


def test_a_python_without_venv_yields_to_one_with_it(start: ModuleType) -> None:
    """Debian's Python without python3-venv is no reason to stop where another Python is whole."""
    look = pythons(start, bare=((3, 11), False, True), whole=((3, 12), True, True))
    assert start.find_python(commands("bare", "whole"), look).path == "whole"


def test_where_only_venv_is_missing_the_package_is_named(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence names the module and the exact command that brings it."""
    monkeypatch.setattr(start, "os_release", lambda: DEBIAN_12)
    look = pythons(start, bare=((3, 11), False, True))
    with pytest.raises(start.SetUpError, match=r"sudo apt install python3\.11-venv"):
        start.find_python(commands("bare"), look)


def test_where_no_python_fits_the_install_command_is_named(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence says what is needed, what was found, and what to type here."""
    monkeypatch.setattr(start, "os_release", lambda: DEBIAN_12)
    monkeypatch.setattr(start.platform, "system", lambda: "Linux")
    look = pythons(start, old=((3, 9), True, True))
    with pytest.raises(start.SetUpError, match=r"sudo apt install python3\.11 python3\.11-venv"):
        start.find_python(commands("old"), look)


@pytest.mark.parametrize(
    ("system", "release", "line"),
    [
        ("Linux", DEBIAN_12, "sudo apt install python3.11 python3.11-venv"),
        (
            "Linux",
            {"ID": "ubuntu", "VERSION_ID": "24.04", "ID_LIKE": "debian"},
            "sudo apt install python3.12 python3.12-venv",
        ),
        ("Linux", {"ID": "mint", "ID_LIKE": "ubuntu"}, "sudo apt install python3 python3-venv"),
        ("Linux", {"ID": "fedora"}, "sudo dnf install python3.12"),
        ("Linux", {"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "sudo dnf install python3.12"),
        ("Linux", {"ID": "opensuse", "ID_LIKE": "suse"}, "sudo zypper install python312"),
        ("Linux", {}, "pyenv install 3.13"),
        ("Darwin", {}, "brew install python@3.13"),
        ("Windows", {}, "winget install --id Python.Python.3.13"),
    ],
)
def test_each_system_has_its_own_command(
    start: ModuleType, system: str, release: dict[str, str], line: str
) -> None:
    """The install command is the one of the system at hand."""
    assert start.install_line(system, release) == line


@pytest.mark.parametrize(
    ("system", "machine", "says"),
    [("Darwin", "x86_64", "Intel"), ("Linux", "aarch64", "sudo apt install build-essential")],
)
def test_a_computer_without_builds_is_told_so(
    start: ModuleType, system: str, machine: str, says: str
) -> None:
    """Where a pinned package has no build, that is said before anything is fetched."""
    with pytest.raises(start.SetUpError, match=says):
        start.check_builds(system, machine, False, DEBIAN_12)
    start.check_builds("Linux", "x86_64", False, DEBIAN_12)
    start.check_builds("Darwin", "arm64", False, {})


def test_this_python_is_found_as_it_is(start: ModuleType) -> None:
    """The probe tells the truth about the Python that runs the tests."""
    found = start.probe([sys.executable])
    assert found.version == sys.version_info[:2]
    assert found.venv
    assert found.usual


@pytest.mark.parametrize("name", ["no-such-python", os.devnull])
def test_what_does_not_run_is_no_python(start: ModuleType, name: str) -> None:
    """A missing or unusable candidate is passed over, never an error."""
    assert start.probe([name]) is None


# --- pip


def test_the_progress_line_counts_packages_and_megabytes(start: ModuleType) -> None:
    """pip's lines, over several calls, become one line a person can read and one percentage."""
    progress = start.Progress(total=4, megabytes=10)
    for line in ("Collecting a==1", "Progress 0 of 3000000", "Progress 1500000 of 3000000"):
        progress.read(line)
    assert progress.text(installed=0) == "0 of 4 packages in place, 2 MB fetched"
    assert progress.percent(installed=0) == 15
    progress.read("Progress 3000000 of 3000000")
    progress.read("Progress 1000000 of 2000000")
    assert progress.text(installed=3) == "3 of 4 packages in place, 4 MB fetched"
    assert progress.percent(installed=3) == 75
    assert progress.percent(installed=4) == 100


@pytest.mark.parametrize(
    ("errors", "says"),
    [
        (["ERROR: [Errno 28] No space left on device"], "The disk is full"),
        (
            [
                "WARNING: Retrying after connection broken by 'NewConnectionError'",
                "ERROR: No matching distribution found for a==1",
            ],
            "could not be reached",
        ),
        (["ERROR: No matching distribution found for a==1"], "no package that fits"),
        (["ERROR: Failed to build a"], "Failed to build a"),
        ([], "it ended with 1"),
    ],
)
def test_a_failed_pip_is_one_sentence_and_a_next_step(
    start: ModuleType, errors: list[str], says: str
) -> None:
    """Disk, network and everything else each get their own sentence; all say what is kept."""
    sentence = start.why_pip_failed(errors, Path("pip.log"))
    assert says in sentence
    assert "what was already fetched is kept" in sentence


def test_a_package_whose_install_broke_off_is_installed_again(
    start: ModuleType, tmp_path: Path
) -> None:
    """Without RECORD, which pip writes last, a package is forgotten; a whole one stays."""
    env = start.Environment(tmp_path)
    site = tmp_path / ("Lib" if os.name == "nt" else "lib/python3.11") / "site-packages"
    for name in ("whole-1.dist-info", "broken-1.dist-info"):
        (site / name).mkdir(parents=True)
        (site / name / "METADATA").touch()
    (site / "whole-1.dist-info" / "RECORD").touch()
    assert env.present(["whole==1", "broken==1"]) == {"whole==1"}
    env.heal()
    assert [path.name for path in site.iterdir()] == ["whole-1.dist-info"]


def test_what_is_in_place_is_not_asked_for_again(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """After a run that broke off, pip is asked only for what is missing; torch alone and first."""
    env = start.Environment(tmp_path)
    site = tmp_path / ("Lib" if os.name == "nt" else "lib/python3.11") / "site-packages"
    asked: list[list[str]] = []

    def pip(env: object, arguments: list[str], progress: object, tick: object) -> None:
        asked.append([word for word in arguments if "==" in word])
        for word in asked[-1]:
            folder = site / f"{word.replace('==', '-')}.dist-info"
            folder.mkdir(parents=True)
            (folder / "RECORD").touch()

    monkeypatch.setattr(start, "pip", pip)
    monkeypatch.setattr(start, "upgrade_pip", lambda env: None)
    monkeypatch.setattr(start, "applicable", lambda env, pins: list(pins))
    monkeypatch.setattr(start, "AT_A_TIME", 2)
    pip(env, ["b==2"], None, None)
    asked.clear()
    pins = ["a==1", "b==2", "torch==2.13.0", "c==3", "d==4"]
    start.install_part(env, 2, pins, lambda progress, installed: None)
    assert asked == [["torch==2.13.0"], ["a==1", "c==3"], ["d==4"]]
    assert env.holds("part2", start.stamp_of(pins))


def test_names_and_local_versions_compare_as_the_registry_does(start: ModuleType) -> None:
    """However a folder spells it, the package is the same; a CPU build is the version it is of."""
    assert start.key_of("Jupyter_Core", "5.9.1") == start.key_of("jupyter-core", "5.9.1")
    assert start.key_of("torch", "2.13.0+cpu") == start.key_of("torch", "2.13.0")


def test_a_full_disk_is_named_before_anything_is_fetched(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The sentence says what is free, what is needed, and what to do."""
    usage = shutil.disk_usage(tmp_path)._replace(free=300_000_000)
    monkeypatch.setattr(start.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(start.SetUpError, match=r"has 0\.3 GB free and the set-up needs \d\.\d GB"):
        start.check_disk([1, 2], tmp_path)


def test_a_moved_environment_is_made_again(start: ModuleType, tmp_path: Path) -> None:
    """An environment that was copied or moved no longer counts, whatever it holds."""
    made = tmp_path / "made"
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(made)],
        check=True,
        capture_output=True,
    )
    env = start.Environment(made)
    env.finish("home", str(made))
    assert env.works()
    moved = start.Environment(made.rename(tmp_path / "moved"))
    assert not moved.works()


def test_stamps_of_a_broken_environment_do_not_count(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where .venv has to be made again, every part is installed again."""
    env = start.Environment(tmp_path / ".venv")
    parts = start.parts_of((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    env.finish("part1", start.stamp_of(parts[1]))
    installed: list[int] = []
    monkeypatch.setattr(start, "create", lambda env: None)
    monkeypatch.setattr(start, "install_checkout", lambda env: None)
    monkeypatch.setattr(start, "install_part", lambda env, n, pins, report: installed.append(n))
    start.set_up(env, (1,))
    assert installed == [1]


@pytest.mark.parametrize(
    ("variables", "system", "kernel", "opens"),
    [
        ({"DISPLAY": ":0"}, "Linux", "6.1", True),
        ({"DISPLAY": ":0", "NO_BROWSER": "1"}, "Linux", "6.1", False),
        ({}, "Linux", "6.1", False),
        ({}, "Linux", "5.15-microsoft-standard-WSL2", True),
        ({}, "Darwin", "24", True),
        ({"NO_BROWSER": "1"}, "Windows", "11", False),
    ],
)
def test_a_browser_opens_only_where_there_is_a_screen(
    start: ModuleType, variables: dict[str, str], system: str, kernel: str, opens: bool
) -> None:
    """NO_BROWSER and a missing screen keep it shut; the address is printed all the same."""
    assert start.wants_browser(variables, system, kernel) is opens


# --- the learner's notebooks


@pytest.fixture
def course(tmp_path: Path) -> tuple[Path, Path]:
    """Return a release of one lesson and the learner's empty folder."""
    release, work = tmp_path / "release", tmp_path / "work"
    (release / "11_price").mkdir(parents=True)
    (release / "11_price" / "11_price.ipynb").write_text("one", encoding="utf-8")
    work.mkdir()
    return release, work


def texts(work: Path) -> dict[str, str]:
    files = (path for path in (work / "11_price").iterdir())
    return {path.name: path.read_text(encoding="utf-8") for path in files}


def test_a_lesson_arrives_once(start: ModuleType, course: tuple[Path, Path]) -> None:
    """The first start copies; the second changes nothing and says nothing."""
    assert start.arrive(*course, "2026-11-21") == []
    assert start.arrive(*course, "2026-11-22") == []
    assert texts(course[1]) == {"11_price.ipynb": "one"}


def test_the_secret_for_cases_is_made_once(start: ModuleType, tmp_path: Path) -> None:
    """It is this user's alone, of the form that the package makes too, and never changes."""
    start.own_secret(tmp_path)
    key = tmp_path / ".rungs" / "case.key"
    made = key.read_text(encoding="utf-8")
    assert len(bytes.fromhex(made.strip())) == 32
    assert os.name == "nt" or key.stat().st_mode & 0o077 == 0
    start.own_secret(tmp_path)
    assert key.read_text(encoding="utf-8") == made
    assert not make_key(key.parent)


def test_a_draft_does_not_arrive(start: ModuleType, course: tuple[Path, Path]) -> None:
    """What course.yaml marks as a draft stays in the release, and only that."""
    release, work = course
    (release / "12_bad").mkdir()
    (release / "12_bad" / "12_bad.ipynb").write_text("draft", encoding="utf-8")
    listed = "lessons:\n  - id: 11_price\n  - id: 12_bad\n    status: draft  # why\n"
    assert start.drafts(listed) == {"12_bad"}
    assert start.arrive(release, work, "2026-11-21", start.drafts(listed)) == []
    assert [path.name for path in work.iterdir() if path.is_dir() and path.name[0] != "."] == [
        "11_price"
    ]


def test_a_learners_work_is_never_overwritten(start: ModuleType, course: tuple[Path, Path]) -> None:
    """What the learner wrote stays, byte for byte, while the release stands still."""
    start.arrive(*course, "2026-11-21")
    (course[1] / "11_price" / "11_price.ipynb").write_text("mine", encoding="utf-8")
    assert start.arrive(*course, "2026-11-22") == []
    assert texts(course[1]) == {"11_price.ipynb": "mine"}


def test_a_lesson_changed_upstream_arrives_beside_once(
    start: ModuleType, course: tuple[Path, Path]
) -> None:
    """The new one gets a name of its own, one sentence says so, and only the first time."""
    release, work = course
    start.arrive(release, work, "2026-11-21")
    (work / "11_price" / "11_price.ipynb").write_text("mine", encoding="utf-8")
    (release / "11_price" / "11_price.ipynb").write_text("two", encoding="utf-8")
    assert start.arrive(release, work, "2026-11-22") == [
        "11_price/11_price.ipynb changed upstream: yours is untouched, the new one is beside it as "
        "11_price.new-2026-11-22.ipynb."
    ]
    assert start.arrive(release, work, "2026-11-23") == []
    assert texts(work) == {"11_price.ipynb": "mine", "11_price.new-2026-11-22.ipynb": "two"}


def test_two_changes_on_one_day_both_arrive(start: ModuleType, course: tuple[Path, Path]) -> None:
    """A file that arrived beside is the learner's too: the next one takes another name."""
    release, work = course
    start.arrive(release, work, "2026-11-21")
    for text in ("two", "three"):
        (release / "11_price" / "11_price.ipynb").write_text(text, encoding="utf-8")
        start.arrive(release, work, "2026-11-22")
    assert texts(work) == {
        "11_price.ipynb": "one",
        "11_price.new-2026-11-22.ipynb": "two",
        "11_price.new-2026-11-22-2.ipynb": "three",
    }


@pytest.mark.parametrize("broken", ["", "[]", "{"])
def test_a_lost_record_overwrites_nothing(
    start: ModuleType, course: tuple[Path, Path], broken: str
) -> None:
    """Without its record a start takes what differs for the learner's, and puts the rest beside."""
    release, work = course
    start.arrive(release, work, "2026-11-21")
    (work / "11_price" / "11_price.ipynb").write_text("mine", encoding="utf-8")
    (work / ".rungs" / "arrived.json").write_text(broken, encoding="utf-8")
    start.arrive(release, work, "2026-11-22")
    assert texts(work) == {"11_price.ipynb": "mine", "11_price.new-2026-11-22.ipynb": "one"}


def test_a_lesson_the_learner_removed_comes_back(
    start: ModuleType, course: tuple[Path, Path]
) -> None:
    """Deleting a notebook is the way to a fresh one."""
    start.arrive(*course, "2026-11-21")
    (course[1] / "11_price" / "11_price.ipynb").unlink()
    assert start.arrive(*course, "2026-11-22") == []
    assert texts(course[1]) == {"11_price.ipynb": "one"}


@pytest.mark.parametrize(
    ("manifest", "first"),
    [
        ("lessons:\n  - id: 16_find\n  - id: 11_price\n", "16_find/16_find.ipynb"),
        ("lessons:\n  - {id: '11_price', points: 1}\n", "11_price/11_price.ipynb"),
        ("lessons:\n  - id: 99_unwritten\n", "11_price/11_price.ipynb"),
        (
            "lessons:\n  - id: 11_price\n    status: draft\n  - id: 16_find\n",
            "16_find/16_find.ipynb",
        ),
    ],
)
def test_the_first_released_lesson_of_the_manifest_opens(
    start: ModuleType, tmp_path: Path, manifest: str, first: str
) -> None:
    """The manifest's order decides among the lessons that are released; a draft is none."""
    for lesson in ("11_price", "16_find"):
        (tmp_path / lesson).mkdir()
        (tmp_path / lesson / f"{lesson}.ipynb").touch()
    assert start.first_notebook(tmp_path, manifest) == first


def test_without_a_release_there_is_no_first_lesson(start: ModuleType, tmp_path: Path) -> None:
    """An empty release opens the plain lab."""
    assert start.first_notebook(tmp_path / "release", "") is None


# --- the front door


@pytest.mark.parametrize("path", ["start.py"])
def test_old_pythons_can_read_it(path: str) -> None:
    """start.py parses with the grammar of Python 3.8, so that an old one can say what to do."""
    import ast

    ast.parse((ROOT / path).read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Copy the checkout as git would, uncommitted changes included, nothing ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    folder = tmp_path / "a clone"
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    return folder


@pytest.mark.slow
@pytest.mark.budget("set-up")
@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent as a POSIX signal")
def test_start_opens_jupyterlab_and_ctrl_c_ends_it(clone: Path, start: ModuleType) -> None:
    """One command prints an address that answers, only with its token, and Ctrl-C ends it all."""
    variables = dict(os.environ, NO_BROWSER="1", RUNGS_VENV=sys.prefix, PYTHONUNBUFFERED="1")
    process = subprocess.Popen(
        [sys.executable, "start.py"],
        cwd=clone,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if "token=" in line:
                break
        else:
            pytest.fail(f"start.py ended without an address: {''.join(said)}")
        url = said[-1].strip()
        with urllib.request.urlopen(url, timeout=20) as page:
            assert page.status == 200
            assert "jupyter-config-data" in page.read().decode()
        bare = url.split("/lab")[0]
        with pytest.raises(urllib.error.HTTPError, match="403") as refused:
            urllib.request.urlopen(f"{bare}/api/contents", timeout=20)
        refused.value.close()
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Your notebooks are saved" in rest
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(url, timeout=5)
    released = clone / "notebooks" / "release"
    unready = start.drafts((clone / "notebooks" / "course.yaml").read_text("utf-8"))
    names = sorted(
        path.relative_to(released).as_posix()
        for path in released.glob("*/*.ipynb")
        if path.parent.name not in unready
    )
    work = clone / "work"
    assert sorted(path.relative_to(work).as_posix() for path in work.glob("*/*.ipynb")) == names
    if names:
        assert f"/lab/tree/{names[0]}?" in url
        assert json.loads((work / ".rungs" / "arrived.json").read_text("utf-8")).keys() == set(
            names
        )
