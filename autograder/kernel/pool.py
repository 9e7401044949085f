"""Warm parents, found or started by whoever grades; one for each plan."""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import SandboxUnavailable
from autograder.kernel.sandbox import Sandbox
from autograder.kernel.started import TAKE, Plan, StartedKernel

__all__ = ["PLACE", "WarmPool", "shared"]

PLACE = "RUNGS_WARM"  # the variable by which processes that this one starts find its warm parents
_PREFIX = "rungs-warm-"
_PARENTS = 3
_IMPORT_SECONDS = 180.0
_SPARE = min(os.cpu_count() or 1, 4)


@dataclass(frozen=True)
class _Line:
    """A connection to a warm parent, and the parent itself where this process started it."""

    sock: socket.socket
    folder: Path
    process: subprocess.Popen[bytes] | None


class WarmPool:
    """Take ready kernels from warm parents; share these with the processes that this one starts.

    A few parents are kept, the one longest unused is hung up on first. Made for
    several threads; a fork of this process connects anew.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: OrderedDict[str, _Line] = OrderedDict()
        self._owner = os.getpid()
        self._made: Path | None = None
        self._leaving: list[subprocess.Popen[bytes]] = []

    def take(self, plan: Plan) -> StartedKernel:
        """Return a kernel that starts or has started by this plan; it may not be ready yet."""
        with self._lock:
            self._forget_after_fork()
            try:
                return self._take(plan)
            except OSError:
                # It ended, perhaps just when it was found: a new one gets one try.
                self._hang_up(_name(plan))
            try:
                return self._take(plan)
            except OSError as err:
                self._hang_up(_name(plan))
                said = _last_words(self._place() / _name(plan))
                raise SandboxUnavailable(
                    f"The process that prepares kernels ended{said}. Is there memory left?"
                ) from err

    def prepare(self, plan: Plan) -> None:
        """Have the parent of this plan import, without waiting for it or taking a kernel."""
        with self._lock:
            self._forget_after_fork()
            if plan.forks:
                with suppress(OSError):  # whoever takes a kernel hears why not
                    self._line(plan)

    def place(self) -> Path:
        """Return the folder by which processes that this one starts find the same parents."""
        with self._lock:
            self._forget_after_fork()
            return self._place()

    def close(self) -> None:
        """Hang up on every parent; each ends when nobody else is connected.

        Where the place is this process's own, who else shares it descends from
        this process and is done: nothing is waited for, not even an import.
        """
        with self._lock:
            self._forget_after_fork()
            for name in list(self._lines):
                self._hang_up(name)
            for process in self._leaving:
                if self._made is not None:
                    process.kill()
                with suppress(subprocess.TimeoutExpired):  # others may still be connected
                    process.wait(2)
            if self._made is not None:
                os.environ.pop(PLACE, None)
                shutil.rmtree(self._made, ignore_errors=True)
                self._made = None

    def _take(self, plan: Plan) -> StartedKernel:
        return _take(self._line(plan))

    def _line(self, plan: Plan) -> _Line:
        name = _name(plan)
        if name not in self._lines:
            while len(self._lines) >= _PARENTS:
                self._hang_up(next(iter(self._lines)))
            self._lines[name] = _connect(self._place(), name, plan)
        self._lines.move_to_end(name)
        return self._lines[name]

    def _place(self) -> Path:
        named = os.environ.get(PLACE, "")
        if named and os.path.isdir(named) and os.stat(named).st_uid == os.geteuid():
            return Path(named)
        _sweep()
        self._made = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        os.environ[PLACE] = str(self._made)
        return self._made

    def _hang_up(self, name: str) -> None:
        line = self._lines.pop(name, None)
        if line is not None:
            line.sock.close()
            if line.process is not None:
                self._leaving.append(line.process)
        self._leaving = [process for process in self._leaving if process.poll() is None]

    def _forget_after_fork(self) -> None:
        if self._owner != os.getpid():
            for line in self._lines.values():
                line.sock.close()
                if line.process is not None:
                    line.process.returncode = 0  # not this process's child
            for process in self._leaving:
                process.returncode = 0
            self._lines.clear()
            self._leaving.clear()
            self._owner, self._made = os.getpid(), None


def _sweep() -> None:
    """Remove the places of this user's processes that were killed and could not do it."""
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        with suppress(OSError, ValueError):
            owner = int(path.name.removeprefix(_PREFIX).partition("-")[0])
            if path.stat().st_uid == os.geteuid() and not Path(f"/proc/{owner}").exists():
                shutil.rmtree(path, ignore_errors=True)


def _name(plan: Plan) -> str:
    """Name a plan by its content, and by its probe's text as it is now."""
    said = plan.describe()
    if plan.probe:
        said["text"] = plan.probe.read_text(encoding="utf-8")
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def _connect(place: Path, name: str, plan: Plan) -> _Line:
    """Connect to the parent of this name; start it where there is none."""
    address, folder = str(place / f"{name}.sock"), place / name
    with open(place / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with suppress(OSError):
            return _Line(_dial(address), folder, None)
        with suppress(FileNotFoundError):
            os.unlink(address)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door:
            door.bind(address)
            door.listen(64)
            # Before anybody can hang up: the parent then hears from one client at least.
            sock = _dial(address)
            return _Line(sock, folder, _start(folder, plan, door.fileno()))


def _dial(address: str) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    return sock


def _start(folder: Path, plan: Plan, door: int) -> subprocess.Popen[bytes]:
    said = {"folder": str(folder), "door": door, "spare": _SPARE, "plan": plan.describe()}
    with open(folder.with_suffix(".log"), "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "autograder.kernel.warm"],
            env=Sandbox(environment=plan.sandbox.environment).variables(),
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=log,
            pass_fds=(door,),
            start_new_session=True,
        )
    assert process.stdin is not None
    with process.stdin as words:
        words.write(json.dumps(said).encode())
    return process


def _take(line: _Line) -> StartedKernel:
    line.sock.settimeout(_IMPORT_SECONDS)
    line.sock.send(TAKE)
    said, handles, _, _ = socket.recv_fds(line.sock, 4096, 2)
    if not said or len(handles) != 2:
        raise ConnectionError("It hung up.")
    control, life = (socket.socket(fileno=handle) for handle in handles)
    return StartedKernel(control, line.folder / json.loads(said)["name"], life=life)


def _last_words(folder: Path) -> str:
    with suppress(OSError):
        said = folder.with_suffix(".log").read_text(errors="replace").strip().splitlines()
        return f" ({said[-1]})" if said else ""
    return ""


_pool = WarmPool()
atexit.register(_pool.close)


def shared() -> WarmPool:
    """Return this process's pool."""
    return _pool
