"""The bubblewrap sandbox: what a learner's process sees of the machine.

Nothing is visible but what is listed: the system's libraries, this Python
environment, the package and the datasets, all read-only; a private `/tmp` and
home; its own `/proc`, `/dev`, process ids, hostname and an empty network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from autograder.errors import SandboxUnavailable

__all__ = ["Sandbox", "require_sandbox"]

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_ETC = ("alternatives", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime")
_HOME = "/home/learner"
_INSTALL = "Install it with `make system` (as root: apt-get install bubblewrap)."


@dataclass(frozen=True)
class Sandbox:
    """Describe one sandbox.

    `readable` paths appear read-only and `writable` ones read-write, each at
    its own place; a `hidden` folder that would be seen with the Python
    environment is empty inside, but for what is readable in it.
    `environment` is all of the environment that is passed on.
    """

    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    hidden: tuple[Path, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)

    def command(self, argv: list[str]) -> list[str]:
        """Wrap a command so that it runs inside."""
        wrapped = [_bubblewrap(), "--unshare-all", "--die-with-parent", "--new-session"]
        wrapped += ["--cap-drop", "ALL", "--hostname", "rungs", "--clearenv"]
        for name, value in {**_environment(), **self.environment}.items():
            wrapped += ["--setenv", name, value]
        for place in map(Path, _SYSTEM):
            if place.is_symlink():
                wrapped += ["--symlink", os.readlink(place), str(place)]
            elif place.is_dir():
                wrapped += ["--ro-bind", str(place), str(place)]
        wrapped += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/home"]
        for name in _ETC:
            wrapped += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
        python = _outermost(_python_paths())
        for path in python:
            wrapped += ["--ro-bind", str(path), str(path)]
        for path in self.hidden:
            if _inside(path, python):
                wrapped += ["--tmpfs", str(path)]
        for path in self.readable:
            if not _inside(path, python) or _inside(path, self.hidden):
                wrapped += ["--ro-bind", str(path), str(path)]
        for path in self.writable:
            wrapped += ["--bind", str(path), str(path)]
        return [*wrapped, "--dir", _HOME, "--chdir", _HOME, "--", *argv]


def require_sandbox() -> None:
    """Raise `SandboxUnavailable` with the remedy where no sandbox can be made."""
    problem = _problem()
    if problem:
        raise SandboxUnavailable(f"Nothing was graded: {problem}")


@lru_cache(maxsize=1)
def _problem() -> str:
    if sys.platform != "linux":
        return (
            "official grading needs Linux. Grade in a Linux machine or in WSL; "
            "lessons and practice checks run here."
        )
    if shutil.which("bwrap") is None:
        return f"the sandbox needs bubblewrap, which is not installed. {_INSTALL}"
    trial = subprocess.run(
        Sandbox().command([sys.executable, "-c", ""]), capture_output=True, text=True, check=False
    )
    if trial.returncode == 0:
        return ""
    said = trial.stderr.strip().splitlines()
    return (
        f"bubblewrap cannot make a sandbox here ({said[-1] if said else 'no message'}). "
        "Allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1; on "
        "Ubuntu 24.04 also kernel.apparmor_restrict_unprivileged_userns=0), or run the "
        "container with them."
    )


def _bubblewrap() -> str:
    found = shutil.which("bwrap")
    if found is None:
        raise SandboxUnavailable(f"The sandbox needs bubblewrap. {_INSTALL}")
    return found


def _environment() -> dict[str, str]:
    # One thread a library: forked copies of a process that has used more can hang.
    threads = dict.fromkeys(
        ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
    )
    return threads | {
        "HF_HUB_OFFLINE": "1",
        "HOME": _HOME,
        "IPYTHONDIR": f"{_HOME}/.ipython",
        "LANG": "C.UTF-8",
        "MPLCONFIGDIR": f"{_HOME}/.matplotlib",
        "PATH": f"{sysconfig.get_path('scripts')}:/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "TOKENIZERS_PARALLELISM": "false",
        "TZ": "UTC",
    }


def _python_paths() -> list[Path]:
    here = [Path(p) for p in sys.path if p and Path(p).is_dir()]
    package = Path(__file__).resolve().parents[1]
    standard = [p for p in here if p == Path(sysconfig.get_path("stdlib"))]
    sites = [p for p in here if p.name in ("site-packages", "dist-packages")]
    return [Path(sys.prefix), Path(sys.base_prefix), package, *standard, *sites]


def _inside(path: Path, outer: Iterable[Path]) -> bool:
    return any(path.is_relative_to(place) for place in outer)


def _outermost(paths: list[Path]) -> list[Path]:
    """Drop what lies inside another listed path or inside the system's own."""
    system = [Path(p) for p in _SYSTEM]
    kept: list[Path] = []
    for path in sorted(set(paths), key=lambda p: len(p.parts)):
        if not _inside(path, [*system, *kept]):
            kept.append(path)
    return kept
