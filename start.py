#!/usr/bin/env python3
"""Set up Rungs and open it: `python start.py`, on Linux, macOS, Windows and WSL.

    python start.py          JupyterLab with your notebooks, in work/
    python start.py teach    JupyterLab at the course's root, with formgrader
    python start.py tools    set up what checks the code and builds the book, open nothing
    python start.py test     set up everything, models too, open nothing

Standard library only. This file also parses on old Pythons, so that it can say what to install.

NO_BROWSER=1         print the address, open no browser
RUNGS_VENV=<folder>  use that environment as it is, install nothing
"""

from __future__ import annotations

import argparse
import glob
import hashlib
import json
import math
import os
import platform
import queue
import re
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
import webbrowser
from datetime import date
from pathlib import Path
from types import FrameType
from typing import IO, Any, Callable, Container, Iterator, Mapping, NamedTuple, Sequence

ROOT = Path(__file__).resolve().parent
RELEASE = ROOT / "notebooks" / "release"
WORK = ROOT / "work"
PYTHONS = ((3, 13), (3, 12), (3, 11))
PIP = "26.3"  # shows its progress in a form we can read, and resumes a download that broke off


class Size(NamedTuple):
    """What one part of requirements.txt costs."""

    download_mb: int
    disk_mb: int
    minutes: float


# Measured 2026-11-21 with CPython 3.11.7, Linux x86-64, two shared cores, pip 26.3, nothing cached,
# torch's CPU wheel, on a line that was not the limit: from `git clone` to JupyterLab's answer 54 s,
# to the first passed check 60 s, to the models 85 s. Download: the sum of the wheels. Disk: growth
# of .venv, bytecode included. Minutes: that wall time, plus the download at 50 Mbit/s.
SIZES = {1: Size(209, 955, 1.5), 2: Size(293, 1110, 1.5), 3: Size(120, 430, 0.5)}
WIDTH = 70  # of the line that shows progress
AT_A_TIME = 24  # packages in one call of pip
SPARE_MB = 500  # pip unpacks in a temporary folder, and a full disk helps nobody

PARTS_OF = {"learn": (1,), "teach": (1,), "tools": (1, 3), "test": (1, 3, 2)}


class SetUpError(Exception):
    """Something a person can act on; its text is one sentence and what to do next."""


class Interpreter(NamedTuple):
    """A Python that was found: can it make environments, is it the usual 64-bit build."""

    path: str
    version: tuple[int, ...]
    venv: bool
    usual: bool


# --- requirements.txt -------------------------------------------------------------------------


def parts_of(requirements: str) -> dict[int, list[str]]:
    """Split requirements.txt at its "# --- part N" lines into pins, comments dropped."""
    parts: dict[int, list[str]] = {}
    current: list[str] = []
    for line in requirements.splitlines():
        mark = re.match(r"# --- part (\d+)", line)
        if mark:
            current = parts.setdefault(int(mark.group(1)), [])
        pin = line.split("#")[0].strip()
        if pin:
            current.append(pin)
    return parts


def stamp_of(pins: Sequence[str]) -> str:
    """Return a short hash that changes when any pin of a part changes."""
    return hashlib.sha256("\n".join(pins).encode()).hexdigest()[:16]


# --- a Python that fits -----------------------------------------------------------------------

PROBE = (
    "import json, struct, sys, sysconfig\n"
    "from importlib.util import find_spec\n"
    "usual = struct.calcsize('P') == 8 and not sysconfig.get_config_var('Py_GIL_DISABLED')\n"
    "venv = bool(find_spec('venv') and find_spec('ensurepip'))\n"
    "print(json.dumps([sys.executable, list(sys.version_info[:2]), venv, usual]))\n"
)


def candidates() -> Iterator[list[str]]:
    """Yield the commands that may start a Python, the one that runs this file first."""
    yield [sys.executable]
    for major, minor in PYTHONS:
        yield [f"python{major}.{minor}"]
        if os.name == "nt":
            yield ["py", f"-{major}.{minor}"]
    yield ["python3"]
    yield ["python"]
    home = os.path.expanduser("~")
    pyenv = os.environ.get("PYENV_ROOT", os.path.join(home, ".pyenv"))
    for major, minor in PYTHONS:
        for pattern in (
            f"{pyenv}/versions/{major}.{minor}.*/bin/python",
            f"{pyenv}/pyenv-win/versions/{major}.{minor}.*/python.exe",
            f"{home}/.local/share/uv/python/cpython-{major}.{minor}.*/bin/python3",
            f"/Library/Frameworks/Python.framework/Versions/{major}.{minor}/bin/python3",
            f"/opt/homebrew/bin/python{major}.{minor}",
            f"/usr/local/bin/python{major}.{minor}",
        ):
            for found in sorted(glob.glob(pattern), reverse=True):
                yield [found]


def probe(command: Sequence[str]) -> Interpreter | None:
    """Run a candidate and return what it is, or None where it does not run."""
    if not (shutil.which(command[0]) or os.path.exists(command[0])):
        return None
    try:
        done = subprocess.run(
            [*command, "-c", PROBE], capture_output=True, text=True, timeout=30, check=False
        )
        path, version, venv, usual = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Interpreter(path, tuple(version), venv, usual)


def find_python(
    commands: Iterator[list[str]] | None = None,
    look: Callable[[Sequence[str]], Interpreter | None] = probe,
) -> Interpreter:
    """Return the first Python of 3.11 to 3.13 that can make an environment."""
    lacking: Interpreter | None = None
    for command in commands or candidates():
        found = look(command)
        if found is None or found.version not in PYTHONS or not found.usual:
            continue
        if found.venv:
            return found
        lacking = lacking or found
    if lacking is not None:
        raise SetUpError(no_venv(lacking, os_release()))
    raise SetUpError(no_python(platform.system(), os_release(), shutil.which("brew") is not None))


def os_release(path: str = "/etc/os-release") -> dict[str, str]:
    """Read which Linux this is; empty elsewhere."""
    try:
        with open(path, encoding="utf-8") as lines:
            pairs = [line.strip().split("=", 1) for line in lines if "=" in line]
    except OSError:
        return {}
    return {name: value.strip("\"'") for name, value in pairs}


def install_line(system: str, release: dict[str, str], brew: bool = True) -> str:
    """Return the command that installs a Python that fits on this system."""
    if system == "Windows":
        return "winget install --id Python.Python.3.13"
    if system == "Darwin":
        line = "brew install python@3.13"
        return line if brew else f"{line} (Homebrew first, from brew.sh)"
    family = f"{release.get('ID', '')} {release.get('ID_LIKE', '')}"
    if re.search(r"\b(debian|ubuntu)\b", family):
        version = _debian_python(release)
        return f"sudo apt install {version} {version}-venv"
    if re.search(r"\b(fedora|rhel|centos)\b", family):
        return "sudo dnf install python3.12"
    if "suse" in family:
        return "sudo zypper install python312"
    return "pyenv install 3.13"


def _debian_python(release: dict[str, str]) -> str:
    known = {
        ("debian", "12"): "python3.11",
        ("debian", "13"): "python3.13",
        ("ubuntu", "22.04"): "python3.11",
        ("ubuntu", "24.04"): "python3.12",
    }
    return known.get((release.get("ID", ""), release.get("VERSION_ID", "")), "python3")


def no_python(system: str, release: dict[str, str], brew: bool) -> str:
    """Say that no Python fits, and the command that installs one here."""
    return (
        "Rungs needs Python 3.11, 3.12 or 3.13 (64-bit), and none was found "
        f"(this one is {platform.python_version()}). Install one with\n"
        f"    {install_line(system, release, brew)}\nand run this again."
    )


def no_venv(found: Interpreter, release: dict[str, str]) -> str:
    """Say that a Python fits but cannot make environments, and the package that is missing."""
    version = ".".join(map(str, found.version))
    family = f"{release.get('ID', '')} {release.get('ID_LIKE', '')}"
    line = (
        f"sudo apt install python{version}-venv"
        if re.search(r"\b(debian|ubuntu)\b", family)
        else install_line(platform.system(), release)
    )
    return (
        f"Python {version} at {found.path} lacks the modules venv and ensurepip. "
        f"Install them with\n    {line}\nand run this again."
    )


def check_builds(system: str, machine: str, compiler: bool, release: dict[str, str]) -> None:
    """Refuse where a pinned package has no build and cannot be made (looked up 2026-11-21)."""
    if system == "Darwin" and machine == "x86_64":
        raise SetUpError(
            "The pinned packages (torch 2.13 among them) have no builds for Macs with an Intel "
            "processor. Use a Linux computer, or Linux in a virtual machine on this one."
        )
    if system == "Linux" and machine == "aarch64" and not compiler:
        family = f"{release.get('ID', '')} {release.get('ID_LIKE', '')}"
        line = (
            "sudo apt install build-essential python3-dev"
            if re.search(r"\b(debian|ubuntu)\b", family)
            else "sudo dnf install gcc python3-devel"
        )
        raise SetUpError(
            "On Linux for ARM one package (pytrec-eval-terrier) has to be compiled and no C "
            f"compiler was found. Install one with\n    {line}\nand run this again."
        )


# --- the environment --------------------------------------------------------------------------


class Environment:
    """The virtual environment: where its programs are, and what it already holds."""

    def __init__(self, folder: Path, managed: bool = True) -> None:
        self.folder = folder
        self.managed = managed  # False: somebody else's, used as it is
        self.bin = folder / ("Scripts" if os.name == "nt" else "bin")
        self.python = self.bin / ("python.exe" if os.name == "nt" else "python")
        self.stamps = folder / "rungs"
        self.models = folder / "models.json"

    def works(self) -> bool:
        """Return whether its Python runs, is one that fits, and the folder was not moved."""
        found = probe([str(self.python)])
        return found is not None and found.version in PYTHONS and not self._moved()

    def _moved(self) -> bool:
        # Programs of an environment name its path in their first line.
        home = self.stamps / "home"
        return home.exists() and home.read_text(encoding="utf-8") != str(self.folder)

    def holds(self, name: str, stamp: str) -> bool:
        """Return whether a step was finished with exactly this stamp."""
        try:
            return (self.stamps / name).read_text(encoding="utf-8") == stamp
        except OSError:
            return False

    def finish(self, name: str, stamp: str) -> None:
        """Remember that a step is finished."""
        self.stamps.mkdir(parents=True, exist_ok=True)
        (self.stamps / name).write_text(stamp, encoding="utf-8")

    def variables(self) -> dict[str, str]:
        """Return the process environment with this environment's programs first."""
        own = dict(os.environ, VIRTUAL_ENV=str(self.folder))
        own["PATH"] = os.pathsep.join([str(self.bin), own.get("PATH", "")])
        own.pop("PYTHONHOME", None)
        if not self.managed:  # its own `autograder`, if it has one, is another checkout's
            own["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), own.get("PYTHONPATH")]))
        return own

    def present(self, pins: Sequence[str]) -> set[str]:
        """Return which `name==version` pins are installed whole, without starting Python."""
        whole = {
            key_of(*folder.name[: -len(".dist-info")].split("-")[:2])
            for folder in self._dist_infos()
            if (folder / "RECORD").exists()
        }
        return {pin for pin in pins if key_of(*pin.split("==")) in whole}

    def heal(self) -> None:
        """Forget packages whose install broke off, so that pip installs them again.

        pip writes RECORD last: a package without one is not whole, yet pip would call it
        satisfied.
        """
        for folder in self._dist_infos():
            if not (folder / "RECORD").exists():
                shutil.rmtree(folder, ignore_errors=True)

    def _dist_infos(self) -> list[Path]:
        pattern = "Lib/site-packages" if os.name == "nt" else "lib/python3.*/site-packages"
        return list(self.folder.glob(f"{pattern}/*.dist-info"))


def key_of(name: str, version: str) -> tuple[str, str]:
    """Return a package and its version as they compare: 2.13.0+cpu is a 2.13.0."""
    return re.sub(r"[-_.]+", "-", name).lower(), version.split("+")[0]


def environment() -> Environment:
    """Return the environment that RUNGS_VENV names, or the clone's own."""
    other = os.environ.get("RUNGS_VENV")
    return Environment(Path(other).absolute(), managed=False) if other else own_environment()


def own_environment() -> Environment:
    """Return the clone's own environment, .venv, whether it exists or not."""
    return Environment(ROOT / ".venv")


def create(env: Environment) -> None:
    """Make .venv, or make it again where it was moved or its Python is gone or does not fit."""
    if env.works():
        return
    found = find_python()
    if env.folder.exists():
        say("This .venv was moved, or its Python is gone or does not fit: making it again.")
    version = ".".join(map(str, found.version))
    say(f"Making .venv with Python {version} ({found.path}).")
    command = [found.path, "-m", "venv", "--clear", str(env.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        if "ensurepip" in done.stdout + done.stderr:
            raise SetUpError(no_venv(found, os_release()))
        raise SetUpError(
            f"Python could not make {env.folder}: {last_line(done.stderr or done.stdout)}. "
            "See that the folder is writable and the disk not full, then run this again."
        )
    env.finish("home", str(env.folder))


# --- pip --------------------------------------------------------------------------------------


# A person's own pip settings may install for the user or in colour; neither fits here.
PIP_VARIABLES = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_COLOR": "1",
    "PIP_USER": "0",
    "PYTHONUNBUFFERED": "1",
}


class Progress:
    """Turn pip's lines into "n of N packages, x MB", over all calls of pip for one part."""

    def __init__(self, total: int, megabytes: int) -> None:
        self.total = total
        self.megabytes = megabytes  # what the whole part was when it was measured
        self.bytes_done = 0
        self.bytes_now = 0
        self.errors: list[str] = []

    def read(self, line: str) -> None:
        """Take one line of pip's output."""
        moved = re.match(r"Progress (\d+) of (\d+)", line)
        if moved:
            done, whole = int(moved.group(1)), int(moved.group(2))
            self.bytes_now = done
            if done >= whole:
                self.bytes_done, self.bytes_now = self.bytes_done + whole, 0
        elif "ERROR" in line or "No space left" in line or "connection" in line.lower():
            self.errors.append(line.strip())

    def fetched(self) -> float:
        """Return the megabytes fetched by now; what pip had already is not among them."""
        return (self.bytes_done + self.bytes_now) / 1e6

    def text(self, installed: int) -> str:
        """Return the progress line; `installed` counts the packages now in place."""
        return f"{installed} of {self.total} packages in place, {self.fetched():.0f} MB fetched"

    def percent(self, installed: int) -> int:
        """Return how far the part is: by packages or by bytes, whichever is further."""
        by_count = 100 * installed // max(self.total, 1)
        return max(by_count, min(99, int(100 * self.fetched() / self.megabytes)))


Report = Callable[[Progress, int], None]


def pip(
    env: Environment,
    arguments: Sequence[str],
    progress: Progress,
    tick: Callable[[], None],
) -> None:
    """Run pip, hand its lines to `progress`, tick twice a second, and say why where it failed."""
    command = [str(env.python), "-m", "pip", "install", "--no-input", "--prefer-binary"]
    log = env.folder / "pip.log"
    with open(log, "w", encoding="utf-8") as kept:
        process = subprocess.Popen(
            [*command, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=dict(env.variables(), **PIP_VARIABLES),
            cwd=str(ROOT),
        )
        try:
            for line in lines_or_ticks(process.stdout):
                if line:
                    progress.read(line)
                    if not line.startswith("Progress "):
                        kept.write(line)
                tick()
            code = process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if code == -signal.SIGTERM:
        raise KeyboardInterrupt
    if code != 0:
        raise SetUpError(why_pip_failed(progress.errors, log, code))


def lines_or_ticks(stream: IO[str] | None, every: float = 0.5) -> Iterator[str]:
    """Yield a stream's lines, and an empty string where none came for a while."""
    waiting: queue.Queue[str | None] = queue.Queue()

    def pump() -> None:
        for line in stream or ():
            waiting.put(line)
        waiting.put(None)

    threading.Thread(target=pump, daemon=True).start()
    while True:
        try:
            line = waiting.get(timeout=every)
        except queue.Empty:
            yield ""
            continue
        if line is None:
            return
        yield line


def why_pip_failed(errors: Sequence[str], log: Path, code: int = 1) -> str:
    """Say in one sentence why pip failed and what to do next."""
    text = "\n".join(errors)
    again = "Run this again: what was already fetched is kept."
    if "No space left" in text:
        return f"The disk is full. Make room, then: {again}"
    offline = r"(connection|name resolution|timed out|getaddrinfo|unreachable|ProxyError|SSLError)"
    if re.search(offline, text, re.IGNORECASE):
        return (
            "The package index could not be reached. See that this computer is online (behind a "
            f"proxy, set HTTPS_PROXY). {again}"
        )
    if "No matching distribution" in text:
        first = next(line for line in errors if "No matching" in line or "Could not find" in line)
        return (
            f"pip found no package that fits: {first}. See that this computer is online and that "
            f"its Python is the usual 64-bit build. {again}"
        )
    reason = next((line for line in errors if line.startswith("ERROR")), f"it ended with {code}")
    return f"pip failed ({reason}). Its whole output is in {log}. {again}"


# --- set-up -----------------------------------------------------------------------------------


def set_up(env: Environment, wanted: Sequence[int], behind: Sequence[int] = ()) -> None:
    """Bring the environment to what requirements.txt says for these parts, or say why not."""
    if not env.managed:
        if not env.works():
            raise SetUpError(f"RUNGS_VENV names {env.folder}, which holds no Python that fits.")
        return
    parts = parts_of((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    whole = env.works()
    missing = [n for n in wanted if not (whole and env.holds(f"part{n}", stamp_of(parts[n])))]
    later = [n for n in behind if not (whole and env.holds(f"part{n}", stamp_of(parts[n])))]
    if missing or later:
        find_python()
        compiler = shutil.which("cc") is not None
        check_builds(platform.system(), platform.machine(), compiler, os_release())
        announce(missing, later)
        check_disk([*missing, *later])
    create(env)
    for number in missing:
        install_part(env, number, parts[number], show_progress(number))
        say(f"Part {number} of requirements.txt is in place.")
    install_checkout(env)


def announce(missing: Sequence[int], later: Sequence[int]) -> None:
    """Show what will be fetched, how much and how long, before anything is fetched."""
    for numbers, when in ((missing, "now"), (later, "behind, while the course is already open")):
        if numbers:
            total = total_size(numbers)
            say(
                f"To set up {when}: about {total.download_mb} MB to download, "
                f"{total.disk_mb / 1000:.1f} GB on disk, {math.ceil(total.minutes)} min "
                "(measured at 50 Mbit/s on two cores; see the top of start.py)."
            )
    if 2 in (*missing, *later) and would_bring_cuda():
        say(
            "This Linux shows no NVIDIA card, and torch's default wheel brings several GB for one. "
            "To leave them out, stop now (Ctrl-C) and start again with PIP_EXTRA_INDEX_URL set to "
            'the CPU address that PyTorch\'s page "Start locally" shows (Linux, Pip, CPU).'
        )


def total_size(numbers: Sequence[int]) -> Size:
    """Add up what some parts cost."""
    sizes = [SIZES[number] for number in numbers]
    return Size(
        sum(size.download_mb for size in sizes),
        sum(size.disk_mb for size in sizes),
        sum(size.minutes for size in sizes),
    )


def would_bring_cuda() -> bool:
    """Return whether this is a Linux without an NVIDIA card and without a chosen index."""
    chosen = any(os.environ.get(name) for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"))
    card = os.path.exists("/proc/driver/nvidia") or shutil.which("nvidia-smi")
    return platform.system() == "Linux" and not card and not chosen


def check_disk(numbers: Sequence[int], folder: Path = ROOT) -> None:
    """Refuse before anything is fetched where the disk cannot hold it."""
    needed = total_size(numbers).disk_mb + SPARE_MB
    free = shutil.disk_usage(str(folder)).free // 1_000_000
    if free < needed:
        raise SetUpError(
            f"The disk that holds {folder} has {free / 1000:.1f} GB free and the set-up needs "
            f"{needed / 1000:.1f} GB. Make room, or clone onto another disk, and run this again."
        )


def install_part(env: Environment, number: int, pins: Sequence[str], report: Report) -> None:
    """Install one part of requirements.txt and stamp it; torch goes alone and first.

    Every pin is listed, so the rest goes without looking for dependencies, a few at a time: a run
    that breaks off keeps what is in place, and the next one asks only for what is missing.
    """
    upgrade_pip(env)
    env.heal()
    wanted = applicable(env, pins)
    progress = Progress(len(wanted), SIZES[number].download_mb)

    def tick() -> None:
        report(progress, len(env.present(wanted)))

    held = ["--progress-bar", "raw", "-c", str(ROOT / "requirements.txt")]
    present = env.present(wanted)
    for pin in wanted:
        if pin.startswith("torch==") and pin not in present:
            pip(env, [*held, pin], progress, tick)  # with what its own wheel needs, CUDA or not
    present = env.present(wanted)
    missing = [pin for pin in wanted if pin not in present]
    for at in range(0, len(missing), AT_A_TIME):
        few = missing[at : at + AT_A_TIME]
        pip(env, ["--progress-bar", "raw", "--no-deps", *few], progress, tick)
    env.finish(f"part{number}", stamp_of(pins))


def applicable(env: Environment, pins: Sequence[str]) -> list[str]:
    """Return the pins that apply here, without markers; pip's own reading of those decides."""
    script = (
        "import sys; from pip._vendor.packaging.requirements import Requirement as R; "
        "rs = map(R, sys.stdin.read().splitlines()); "
        "print('\\n'.join(f'{r.name}{r.specifier}' for r in rs "
        "if r.marker is None or r.marker.evaluate()))"
    )
    done = subprocess.run(
        [str(env.python), "-c", script],
        input="\n".join(pins),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SetUpError(
            f"pip in {env.folder} cannot read requirements.txt: {last_line(done.stderr)}. "
            "Remove that folder and run this again."
        )
    return done.stdout.split()


def upgrade_pip(env: Environment) -> None:
    """Bring in the pip this file understands; mend the one that is there if it broke."""
    if env.holds("pip", PIP):
        return
    run = [str(env.python), "-m"]
    if subprocess.run([*run, "pip", "--version"], capture_output=True, check=False).returncode:
        subprocess.run([*run, "ensurepip"], capture_output=True, check=False)
    pip(env, ["--progress-bar", "off", f"pip=={PIP}"], Progress(1, 2), lambda: None)
    env.finish("pip", PIP)


def install_checkout(env: Environment) -> None:
    """Install this checkout, editable, so that `rungs` and `import autograder` work."""
    stamp = stamp_of([str(ROOT), (ROOT / "pyproject.toml").read_text(encoding="utf-8")])
    if env.holds("checkout", stamp):
        return
    quiet = ["--progress-bar", "off", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    pip(env, quiet, Progress(1, 1), lambda: None)
    env.finish("checkout", stamp)


def show_progress(number: int) -> Report:
    """Return a reporter: one line that rewrites itself, or a line every few seconds in a log."""
    terminal = sys.stdout.isatty()
    said, at = "", 0.0
    name = {1: "course", 2: "models", 3: "tools"}[number]

    def report(progress: Progress, installed: int) -> None:
        nonlocal said, at
        text = f"{name}: {progress.text(installed)}"
        if text == said or (not terminal and time.monotonic() - at < 10):
            return
        said, at = text, time.monotonic()
        if terminal:
            print(f"\r{text:<{WIDTH}}", end="", flush=True)
        else:
            print(text, flush=True)

    return report


# --- the models, behind -----------------------------------------------------------------------


def write_models(env: Environment, state: str, percent: int, line: str, error: str = "") -> None:
    """Write .venv/models.json whole, for autograder.models to read."""
    record = {"state": state, "percent": percent, "line": line, "error": error, "pid": os.getpid()}
    fresh = env.models.with_suffix(".new")
    fresh.write_text(json.dumps(record), encoding="utf-8")
    os.replace(str(fresh), str(env.models))


def models_missing(env: Environment) -> bool:
    """Return whether the models still have to be installed, and nobody is at it."""
    if not env.managed:
        return False
    parts = parts_of((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    if env.holds("part2", stamp_of(parts[2])):
        return False
    try:
        record = json.loads(env.models.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return True
    return not (record["state"] == "installing" and alive(int(record["pid"])))


def alive(pid: int) -> bool:
    """Return whether a process of that number runs; on Windows, where asking is unsafe, no."""
    if os.name == "nt":
        return False
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def install_models(env: Environment) -> int:
    """Install part 2 and keep models.json true from the first moment to the last."""
    pins = parts_of((ROOT / "requirements.txt").read_text(encoding="utf-8"))[2]

    furthest = 0

    def report(progress: Progress, installed: int) -> None:
        nonlocal furthest  # torch goes alone: the second call of pip starts its count again
        furthest = max(furthest, progress.percent(installed))
        write_models(env, "installing", furthest, progress.text(installed))

    try:
        write_models(env, "installing", 0, "starting")
        install_part(env, 2, pins, report)
    except SetUpError as error:
        write_models(env, "failed", 0, "", str(error))
        return 1
    except KeyboardInterrupt:
        write_models(env, "stopped", 0, "", "The install was stopped before it was finished.")
        return 130
    write_models(env, "ready", 100, "")
    return 0


# --- the learner's notebooks ------------------------------------------------------------------


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def drafts(manifest: str) -> set[str]:
    """Return the lessons that course.yaml marks as drafts: they are built, and not released."""
    entries = re.split(r"^\s*-\s*id:\s*", manifest, flags=re.MULTILINE)[1:]
    written = re.compile(r"^\s*status:\s*draft\b", re.MULTILINE)
    return {entry.split(maxsplit=1)[0] for entry in entries if written.search(entry)}


def arrive(release: Path, work: Path, today: str, but: Container[str] = ()) -> list[str]:
    """Copy released files into `work` and return one sentence for each that changed upstream.

    Lessons in `but` are left where they are.

    A file that is there is never written to. What the release looked like when it arrived is kept
    in work/.rungs/arrived.json; a release that differs from that comes beside, under a new name.
    """
    record = work / ".rungs" / "arrived.json"
    arrived = read_arrived(record)
    sentences = []
    for source in sorted(path for path in release.glob("*/**/*") if path.is_file()):
        name = source.relative_to(release).as_posix()
        if name.partition("/")[0] in but:
            continue
        target, seal = work / name, digest(source)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(source), str(target))
        elif arrived.get(name, digest(target)) != seal:
            beside = place_beside(source, target, today)
            sentences.append(
                f"{name} changed upstream: yours is untouched, the new one is beside it as "
                f"{beside.name}."
            )
        arrived[name] = seal
    record.parent.mkdir(parents=True, exist_ok=True)
    fresh = record.with_suffix(".new")
    fresh.write_text(json.dumps(arrived, indent=1, sort_keys=True), encoding="utf-8")
    os.replace(str(fresh), str(record))
    return sentences


def own_secret(work: Path) -> None:
    """Make the secret from which the cases of somebody who studies alone are drawn, once."""
    key = work / ".rungs" / "case.key"
    key.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(str(key), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as kept:
        kept.write(f"{secrets.token_hex(32)}\n")


def read_arrived(record: Path) -> dict[str, str]:
    """Read which release each file came from; a lost or broken record is an empty one."""
    try:
        known = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def place_beside(source: Path, target: Path, today: str) -> Path:
    """Copy a changed release beside the learner's file, under a name that is free."""
    beside, turn = target.with_name(f"{target.stem}.new-{today}{target.suffix}"), 2
    while beside.exists() and digest(beside) != digest(source):
        beside = target.with_name(f"{target.stem}.new-{today}-{turn}{target.suffix}")
        turn += 1
    shutil.copyfile(str(source), str(beside))
    return beside


def first_notebook(release: Path, manifest: str) -> str | None:
    """Return the first released lesson's notebook, in the order of course.yaml; no draft's."""
    ordered = re.findall(r"^\s*-\s*\{?\s*id:\s*[\"']?([\w-]+)", manifest, re.MULTILINE)
    unready = drafts(manifest)
    there = sorted(p.name for p in release.glob("*") if p.is_dir() and p.name not in unready)
    for lesson in [*(name for name in ordered if name in there), *there]:
        if (release / lesson / f"{lesson}.ipynb").exists():
            return f"{lesson}/{lesson}.ipynb"
    return None


# --- JupyterLab -------------------------------------------------------------------------------


class Lab:
    """One JupyterLab on loopback, with its log in a file and its address in hand."""

    def __init__(self, env: Environment, root: Path, mode: str) -> None:
        self.token = secrets.token_hex(24)
        self.log = ROOT / ".rungs" / "jupyter.log"
        self.runtime = ROOT / ".rungs" / "runtime"
        self.runtime.mkdir(parents=True, exist_ok=True)
        config = ROOT / ".rungs" / "jupyter" / mode
        settings(config, mode == "learn", self.token)
        variables = env.variables()
        variables.pop("JUPYTER_TOKEN", None)
        variables["JUPYTER_RUNTIME_DIR"] = str(self.runtime)
        paths = [str(config), variables.get("JUPYTER_CONFIG_PATH", "")]
        variables["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
        command = [str(env.python), "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1"]
        command += [f"--ServerApp.root_dir={root}", "--LabApp.extension_manager=readonly"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--allow-root")  # containers; the server stays on loopback
        self.process = spawn(command, variables, root, self.log)

    def url(self, seconds: float = 120) -> str:
        """Wait until the server answers, and return its address without a token."""
        end = time.monotonic() + seconds
        record = self.runtime / f"jpserver-{self.process.pid}.json"
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                url = str(json.loads(record.read_text(encoding="utf-8"))["url"])
                with self.ask(f"{url}api/status"):
                    return url
            except (OSError, ValueError, KeyError):
                time.sleep(0.2)
        raise SetUpError(
            f"JupyterLab did not start: {last_line(self.log.read_text(encoding='utf-8'))}. "
            f"Its log is {self.log}; run this again once the reason there is gone."
        )

    def ask(self, url: str, method: str = "GET") -> Any:
        """Send one request with this server's token."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(url, method=method, headers=headers)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        return direct.open(request, timeout=5)

    def stop(self) -> None:
        """Ask the server to shut its kernels down and end; end it where it does not."""
        if self.process.poll() is None:
            try:
                with self.ask(f"{self.url(2)}api/shutdown", "POST"):
                    pass
                self.process.wait(timeout=15)
            except (SetUpError, OSError, subprocess.TimeoutExpired):
                end_group(self.process)


def spawn(
    command: Sequence[str], variables: dict[str, str], folder: Path, log: Path
) -> subprocess.Popen[bytes]:
    """Start a child out of reach of the terminal's Ctrl-C, which this file handles."""
    with open(log, "wb") as kept:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=kept,
            stderr=kept,
            env=variables,
            cwd=str(folder),
            start_new_session=os.name != "nt",
            creationflags=0x00000200 if os.name == "nt" else 0,  # CREATE_NEW_PROCESS_GROUP
        )


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a child and its children."""
    if process.poll() is not None:
        return
    if os.name == "nt":
        kill = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(kill, capture_output=True, check=False)
    else:
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


NO_NEWS = {
    "@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"}
}
# What only an instructor uses, and what would offer to pair a notebook with a script.
NOT_FOR_LEARNERS = {
    "labextensions": (
        "@jupyter/nbgrader:formgrader",
        "@jupyter/nbgrader:create-assignment",
        "jupyterlab-jupytext",
    ),
    "servers": ("nbgrader.server_extensions.formgrader", "jupyterlab_jupytext"),
}


def settings(folder: Path, learner: bool, token: str) -> None:
    """Write JupyterLab's settings: nothing is looked up on the network, and no stray menus.

    The token stands in a file that only this user can read: in a variable or on a command line
    every kernel or every process would see it.
    """
    write_json(folder / "labconfig" / "default_setting_overrides.json", NO_NEWS)
    server: dict[str, object] = {"IdentityProvider": {"token": token}}
    if learner:
        disabled = dict.fromkeys(NOT_FOR_LEARNERS["labextensions"], True)
        write_json(folder / "labconfig" / "page_config.json", {"disabledExtensions": disabled})
        servers = dict.fromkeys(NOT_FOR_LEARNERS["servers"], False)
        server["ServerApp"] = {"jpserver_extensions": servers}
    write_json(folder / "jupyter_server_config.json", server)


def write_json(path: Path, value: object) -> None:
    """Write a small file for this user's eyes only, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.unlink()
    with os.fdopen(os.open(str(path), os.O_WRONLY | os.O_CREAT, 0o600), "w") as kept:
        json.dump(value, kept, indent=1)


# --- the front doors --------------------------------------------------------------------------


def learn(env: Environment) -> int:
    """Open JupyterLab on the learner's notebooks while the models arrive behind."""
    set_up(env, PARTS_OF["learn"], behind=(2,))
    manifest = (ROOT / "notebooks" / "course.yaml").read_text("utf-8")
    for sentence in arrive(RELEASE, WORK, date.today().isoformat(), drafts(manifest)):
        say(sentence)
    own_secret(WORK)
    first = first_notebook(RELEASE, manifest)
    if first is None:
        say("No lesson is released yet: `.venv/bin/rungs build` makes notebooks/release/.")
    page = f"lab/tree/{first}" if first else "lab"
    return serve(env, Lab(env, WORK, "learn"), page, "Your notebooks are saved in work/.")


def teach(env: Environment) -> int:
    """Open JupyterLab at the course's root, gradebook in order, with formgrader."""
    set_up(env, PARTS_OF["teach"], behind=(2,))
    if fill_gradebook(env) != 0:
        raise SetUpError("`rungs build --gradebook` failed; its reason is above.")
    say("Formgrader is in the menu Nbgrader, and at /formgrader of the address below.")
    return serve(env, Lab(env, ROOT, "teach"), "lab", "The gradebook is as you left it.")


def fill_gradebook(env: Environment) -> int:
    """Make gradebook and release agree, without touching marks; return the exit status."""
    rungs = "import sys; from autograder.cli import main; sys.exit(main())"
    command = [str(env.python), "-c", rungs, "build", "--gradebook"]
    return subprocess.run(command, env=env.variables(), cwd=str(ROOT), check=False).returncode


def work_behind(env: Environment) -> int:
    """Do what can wait until JupyterLab is open: the gradebook, then the models."""
    signal.signal(signal.SIGTERM, interrupt)
    fill_gradebook(env)
    return install_models(env) if models_missing(env) else 0


def serve(env: Environment, lab: Lab, page: str, farewell: str) -> int:
    """Print the address, open the browser unless told not to, and stay until Ctrl-C."""
    behind: subprocess.Popen[bytes] | None = None
    try:
        address = f"{lab.url()}{page}?token={lab.token}"
        command = [str(env.python), str(ROOT / "start.py"), "behind"]
        behind = spawn(command, env.variables(), ROOT, lab.log.with_name("behind.log"))
        say(f"JupyterLab is open at\n    {address}\nStop it with Ctrl-C here.")
        if wants_browser(os.environ, platform.system(), platform.release()):
            webbrowser.open(address)
        lab.process.wait()
    except KeyboardInterrupt:
        say(f"Stopping. {farewell}")
    finally:
        lab.stop()
        if behind is not None:
            end_group(behind)
        if models_missing(env):
            say("The models were not all there yet; the next start goes on with them.")
    return 0


def wants_browser(variables: Mapping[str, str], system: str, kernel: str) -> bool:
    """Return whether to open a browser: not where told not to, nor where there is no screen."""
    if variables.get("NO_BROWSER", "") not in ("", "0"):
        return False
    screen = variables.get("DISPLAY") or variables.get("WAYLAND_DISPLAY")
    # Without a screen Python would start a text browser in this terminal; WSL opens Windows' own.
    return system != "Linux" or bool(screen) or "microsoft" in kernel.lower()


def prepare(env: Environment, mode: str) -> int:
    """Set up for the tools or the tests, in the foreground, and return."""
    began = time.monotonic()
    set_up(env, PARTS_OF[mode])
    if mode == "test" and env.managed:
        write_models(env, "ready", 100, "")
        record = {"seconds": time.monotonic() - began, "at": time.time()}
        write_json(ROOT / ".rungs" / "set_up.json", record)  # the tests' time budget counts it
    return 0


def main(arguments: Sequence[str]) -> int:
    """Run one front door; a failure is one sentence and exit status 1."""
    parser = argparse.ArgumentParser(description="Set up Rungs and open it.")
    modes = ["learn", "teach", "tools", "test", "behind"]
    parser.add_argument("mode", nargs="?", default="learn", choices=modes)
    mode = parser.parse_args(arguments).mode
    env = environment()
    try:
        if mode == "behind":
            return work_behind(env)
        signal.signal(signal.SIGTERM, interrupt)
        signal.signal(signal.SIGINT, interrupt)  # a shell's background jobs start with it ignored
        if mode in ("tools", "test"):
            return prepare(env, mode)
        return learn(env) if mode == "learn" else teach(env)
    except SetUpError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"\nThe set-up stopped: {error}. See that this folder is yours to write and the disk "
            "not full, then run this again.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run this again to go on from here.", file=sys.stderr)
        return 130


def interrupt(number: int, frame: FrameType | None) -> None:
    """Treat a request to end like Ctrl-C, so that children end too."""
    raise KeyboardInterrupt


def last_line(text: str) -> str:
    """Return the last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


def say(sentence: str) -> None:
    """Print for a person, at once, on a line of its own."""
    print(f"\r{sentence:<{WIDTH}}" if sys.stdout.isatty() else sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
