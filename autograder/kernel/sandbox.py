"""What a learner's process sees of the machine, and the command that shows it no more.

Nothing is visible but what is listed: the system's libraries, this Python
environment, the package and the datasets, all read-only; a private `/tmp` and
home; its own `/proc`, `/dev`, process ids, hostname and an empty network.

A `Sandbox` describes that once. Two realisations must agree, and every attack
in the tests runs through both: bubblewrap here, for a command that starts
from nothing, and `autograder.kernel.namespaces`, for a fork of a warm process.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from autograder.errors import SandboxUnavailable
from autograder.kernel.bounds import Bounds
from autograder.kernel.seccomp import filter_program

__all__ = ["HOME", "Place", "Sandbox", "require_sandbox", "unprivileged_user"]

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_ETC = ("alternatives", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime")
HOME = "/home/learner"
_INSTALL = "Install it with `make system` (as root: apt-get install bubblewrap)."
_INSIDE = 1000  # the user inside, where a user namespace maps it
# User ids that no system hands out (systemd's UIDS-GIDS leaves 1879048192 and above unused).
_FREE_USERS, _MAPPED_USERS = 1_900_000_000, 65_000

_SWITCHES = Path("/proc/sys/kernel")

Kind = Literal["link", "shown", "private", "empty"]


@dataclass(frozen=True)
class Place:
    """One path inside: a symbolic link to `source`, a mount of the same path, or a file system.

    `shown` is the machine's own path, read-only; `private` is a new tmpfs,
    `empty` one that stays read-only.
    """

    kind: Kind
    path: str
    source: str = ""


@dataclass(frozen=True)
class Sandbox:
    """Describe one sandbox.

    `readable` paths appear at their own place, read-only; a `hidden` folder that
    would be seen with the Python environment is empty inside, but for what is
    readable in it. Nothing that is written inside is seen outside.
    `environment` is added to all of the environment that is passed on.
    `unsafe` means no sandbox at all: the user's own rights, with only the
    limits that a process sets for itself.
    """

    readable: tuple[Path, ...] = ()
    hidden: tuple[Path, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    bounds: Bounds = field(default_factory=Bounds)
    unsafe: bool = False

    def variables(self) -> dict[str, str]:
        """Return the whole environment inside."""
        return {**_environment(), **self.environment}

    def places(self) -> Iterator[Place]:
        """Yield what is seen beside `/proc` and `/dev`, outer paths before inner ones."""
        for system in map(Path, _SYSTEM):
            if system.is_symlink():
                yield Place("link", str(system), os.readlink(system))
            elif system.is_dir():
                yield Place("shown", str(system))
        yield from (Place("private", path) for path in ("/tmp", "/home", "/dev/shm"))
        for path in (Path("/etc", name) for name in _ETC):
            if path.exists():
                yield Place("shown", str(path))
        python = _outermost(_python_paths())
        yield from (Place("shown", str(path)) for path in python)
        yield from (Place("empty", str(path)) for path in self.hidden if _inside(path, python))
        for path in self.readable:
            if not _inside(path, python) or _inside(path, self.hidden):
                yield Place("shown", str(path))

    def start(
        self, argv: list[str], info: int | None = None, **options: Any
    ) -> subprocess.Popen[Any]:
        """Start a command inside, by bubblewrap; `options` are those of `subprocess.Popen`.

        bubblewrap writes the pid of the sandbox's first process to `info`.
        """
        if self.unsafe:
            return self._start_unsafe(argv, **options)
        with open(os.memfd_create("filter"), "w+b") as rules:
            rules.write(filter_program())
            rules.seek(0)
            passed = (*options.pop("pass_fds", ()), rules.fileno())
            command = self._bubblewrap(argv, rules.fileno())
            if info is not None:
                command[1:1] = ["--info-fd", str(info)]
                passed = (*passed, info)
            # bubblewrap's own environment too: its first process can be read from inside.
            return subprocess.Popen(command, pass_fds=passed, env=self.variables(), **options)

    def _start_unsafe(self, argv: list[str], **options: Any) -> subprocess.Popen[Any]:
        """Start a command as this user, with a process group to end it by."""
        # All of this user's processes count, so a limit of theirs would be the wrong one.
        limited = [word for word in _limited(self.bounds) if not word.startswith("--nproc")]
        return subprocess.Popen(
            [*limited, *argv], env=self.variables(), start_new_session=True, **options
        )

    def run(
        self, argv: list[str], timeout: float, **options: Any
    ) -> subprocess.CompletedProcess[Any]:
        """Run a command inside to its end, or kill it after `timeout` seconds."""
        with self.start(argv, **options) as process:
            try:
                out, err = process.communicate(timeout=timeout)
            except BaseException:
                process.kill()
                raise
        return subprocess.CompletedProcess(argv, process.returncode, out, err)

    def _bubblewrap(self, argv: list[str], rules: int) -> list[str]:
        wrapped = [_bubblewrap(), "--die-with-parent", "--new-session", "--hostname", "rungs"]
        wrapped += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
        wrapped += ["--unshare-cgroup-try", "--seccomp", str(rules), "--cap-drop", "ALL"]
        program = [*_limited(self.bounds), *argv]
        if os.geteuid() == 0:
            # Root sets up the mounts by itself and then becomes somebody with no rights at all.
            for capability in ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"):
                wrapped += ["--cap-add", capability]
            program = [*_becoming(unprivileged_user(secrets.randbelow(1 << 22))), *program]
        else:
            wrapped += ["--unshare-user", "--uid", str(_INSIDE), "--gid", str(_INSIDE)]
        wrapped += ["--clearenv"]
        for name, value in self.variables().items():
            wrapped += ["--setenv", name, value]
        wrapped += ["--proc", "/proc", "--dev", "/dev", *self._mounts()]
        return [*wrapped, "--chdir", HOME, "--", *program]

    def _mounts(self) -> Iterator[str]:
        size = str(self.bounds.disk_bytes)
        sealed = ["/dev", "/"]
        made = {"/", "/dev"}
        for place in self.places():
            for above in [str(p) for p in reversed(Path(place.path).parents) if str(p) not in made]:
                # By itself bubblewrap would make them for root alone.
                yield from ("--perms", "0755", "--dir", above)
                made.add(above)
            match place.kind:
                case "link":
                    yield from ("--symlink", place.source, place.path)
                case "shown":
                    yield from ("--ro-bind", place.path, place.path)
                case "private":
                    yield from ("--perms", "1777", "--size", size, "--tmpfs", place.path)
                case "empty":
                    yield from ("--tmpfs", place.path)
                    sealed.insert(0, place.path)
        yield from ("--perms", "0777", "--dir", HOME)
        for path in sealed:
            yield from ("--remount-ro", path)


def unprivileged_user(number: int) -> int:
    """Return a user id that owns nothing; another for another `number` below 2 ** 22."""
    with open("/proc/self/uid_map") as mapped:
        highest = max(int(first) + int(count) for first, _, count in map(str.split, mapped))
    if highest > _FREE_USERS + (1 << 22):
        return _FREE_USERS + number
    return _MAPPED_USERS + number % 500


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
    trial = Sandbox().run([sys.executable, "-c", ""], 60, stderr=subprocess.PIPE, text=True)
    if trial.returncode == 0:
        return ""
    said = trial.stderr.strip().splitlines()
    return (
        f"bubblewrap cannot make a sandbox here ({said[-1] if said else 'no message'}). {_remedy()}"
    )


def _remedy() -> str:
    """Name what most likely stands in the way, from what this system says of itself."""
    apparmor = _SWITCHES / "apparmor_restrict_unprivileged_userns"
    switch = _SWITCHES / "unprivileged_userns_clone"
    if os.geteuid() == 0:
        return (
            "Start this container with the right to make namespaces (docker run --cap-add "
            "SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined), or "
            "grade outside it."
        )
    if apparmor.is_file() and apparmor.read_text().strip() == "1":
        return (
            "Ubuntu's AppArmor keeps programs from making user namespaces: allow them with `sudo "
            "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`, or grade as root."
        )
    if switch.is_file() and switch.read_text().strip() == "0":
        return "Allow user namespaces with `sudo sysctl -w kernel.unprivileged_userns_clone=1`."
    return "Allow user namespaces (user.max_user_namespaces must not be 0), or grade as root."


def _bubblewrap() -> str:
    found = shutil.which("bwrap")
    if found is None:
        raise SandboxUnavailable(f"The sandbox needs bubblewrap. {_INSTALL}")
    return found


def _limited(bounds: Bounds) -> list[str]:
    """Return the command that limits itself and becomes the one behind it."""
    return ["/usr/bin/prlimit", *(f"--{n}={most}" for n, most in bounds.resources().items())]


def _becoming(user: int) -> list[str]:
    """Return the command that becomes `user`, who has no rights and can gain none."""
    return [
        "/usr/bin/setpriv",
        f"--reuid={user}",
        f"--regid={user}",
        "--clear-groups",
        "--inh-caps=-all",
        "--bounding-set=-all",
        "--no-new-privs",
    ]


def _environment() -> dict[str, str]:
    # One thread a library: forked copies of a process that has used more can hang.
    threads = dict.fromkeys(
        (
            "MKL_NUM_THREADS",
            "NUMEXPR_NUM_THREADS",
            "OMP_NUM_THREADS",
            "OPENBLAS_NUM_THREADS",
            "RAYON_NUM_THREADS",
            "TORCH_NUM_THREADS",
            "VECLIB_MAXIMUM_THREADS",
        ),
        "1",
    )
    return threads | {
        "HF_HUB_OFFLINE": "1",
        "HOME": HOME,
        "IPYTHONDIR": f"{HOME}/.ipython",
        "LANG": "C.UTF-8",
        "LOGNAME": "learner",
        "MPLCONFIGDIR": f"{HOME}/.matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PATH": f"{sysconfig.get_path('scripts')}:/usr/bin:/bin",
        "PWD": HOME,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "TOKENIZERS_PARALLELISM": "false",
        "TZ": "UTC",
        "USER": "learner",
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
