"""A sandboxed kernel as the trusted side holds it, and how one starts from nothing."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.channel import FrameError, receive
from autograder.errors import SandboxUnavailable
from autograder.kernel.bounds import Bounds
from autograder.kernel.namespaces import possible
from autograder.kernel.sandbox import Sandbox

if TYPE_CHECKING:
    from jupyter_client.connect import KernelConnectionInfo

__all__ = ["TAKE", "Plan", "StartedKernel", "listening_sockets", "start_cold"]

TAKE = b"take"  # what is said to a warm parent
_PORTS = 5
_START_SECONDS = 60.0


@dataclass(frozen=True)
class Plan:
    """Say what kernel to start: where, with which probe, after which imports.

    `preload` names modules, or `module:attribute`, that a warm parent imports
    once. With `listen` the kernel binds a loopback port in its sandbox before
    any learner's code and passes the listening socket out.
    """

    sandbox: Sandbox
    probe: Path | None = None
    preload: tuple[str, ...] = ()
    listen: bool = False

    @classmethod
    def official(
        cls,
        readable: tuple[Path, ...] = (),
        probe: Path | None = None,
        hidden: tuple[Path, ...] = (),
        *,
        bounds: Bounds | None = None,
        preload: tuple[str, ...] = (),
        listen: bool = False,
        unsafe: bool = False,
    ) -> Plan:
        """Plan a kernel whose code knows that it is in the official seat; see `Sandbox`."""
        sandbox = Sandbox(
            readable=(*readable, *((probe,) if probe else ())),
            hidden=hidden,
            environment={"RUNGS_SEAT": "official"},
            bounds=bounds or Bounds(),
            unsafe=unsafe,
        )
        return cls(sandbox, probe, preload, listen)

    @property
    def forks(self) -> bool:
        """Tell whether a warm parent can start it: `--unsafe` and an old Linux need another way."""
        return possible() and not self.sandbox.unsafe

    def describe(self) -> dict[str, Any]:
        """Write the plan as plain data."""
        box = self.sandbox
        return {
            "bounds": vars(box.bounds),
            "environment": box.environment,
            "hidden": list(map(str, box.hidden)),
            "listen": self.listen,
            "preload": list(self.preload),
            "probe": str(self.probe or ""),
            "readable": list(map(str, box.readable)),
        }

    @classmethod
    def read(cls, said: dict[str, Any]) -> Plan:
        """Read what `describe` wrote."""
        box = Sandbox(
            readable=tuple(map(Path, said["readable"])),
            hidden=tuple(map(Path, said["hidden"])),
            environment=said["environment"],
            bounds=Bounds(**said["bounds"]),
        )
        probe = Path(said["probe"]) if said["probe"] else None
        return cls(box, probe, tuple(said["preload"]), said["listen"])


@dataclass
class StartedKernel:
    """Hold one kernel: its `control` socket, its Jupyter sockets' folder, and its processes.

    `watched` is the process from which the tree of its processes descends, as
    this side numbers them. `listener` listens inside the sandbox.
    """

    control: socket.socket
    folder: Path
    process: subprocess.Popen[bytes] | None = None
    life: socket.socket | None = None
    key: bytes = b""
    watched: int = 0
    listener: socket.socket | None = None
    port: int = 0
    _handle: int = field(default=-1, repr=False)

    def arrive(self, seconds: float = _START_SECONDS) -> None:
        """Wait until the kernel is ready; raise `SandboxUnavailable` where it says why not.

        Nothing of a learner's has run yet, so what it says is our own word.
        """
        try:
            while True:
                said = receive(self.control, seconds)
                if "error" in said:
                    raise SandboxUnavailable(f"No sandbox could be made: {said['error']}.")
                if "pid" in said:
                    self.watched, self._handle = int(said["pid"]), self._descriptor()
                if "key" in said:
                    self.key, self.port = said["key"].encode(), int(said["port"])
                    if self.port:
                        self.listener = socket.socket(fileno=self._descriptor())
                    return
        except (FrameError, TimeoutError) as err:
            raise SandboxUnavailable(f"A kernel did not start in its sandbox: {err}.") from err

    def _descriptor(self) -> int:
        _, (descriptor, *_), _, _ = socket.recv_fds(self.control, 1, 1)
        return descriptor

    def watch(self, pid: int) -> None:
        """Hold a process that was started from here; its end is the kernel's."""
        self.watched, self._handle = pid, os.pidfd_open(pid)

    @property
    def connection(self) -> KernelConnectionInfo:
        """Return what Jupyter's messages need: where, and under which key."""
        found: KernelConnectionInfo = {
            "transport": "ipc",
            "ip": str(self.folder / "k"),
            "key": self.key,  # type: ignore[typeddict-item]  # bytes, as its own managers give it
            "signature_scheme": "hmac-sha256",
            "shell_port": 1,
            "iopub_port": 2,
            "stdin_port": 3,
            "hb_port": 4,
            "control_port": 5,
        }
        return found

    @property
    def alive(self) -> bool:
        """Tell whether the kernel's first process is still there."""
        return self._handle >= 0 and not self.ended(0)

    def ended(self, seconds: float) -> bool:
        """Wait for the end of the first process, and so of all; tell whether it came."""
        if self._handle < 0:
            return True
        waiting = select.poll()
        waiting.register(self._handle, select.POLLIN)
        return bool(waiting.poll(int(1000 * seconds)))

    def kill(self) -> None:
        """Have the system end every process of the kernel."""
        if self._handle >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        if self.process is not None and self.process.pid == self.watched:
            with suppress(ProcessLookupError):  # without a sandbox only its group is left of it
                os.killpg(self.process.pid, signal.SIGKILL)

    def release(self) -> None:
        """Close what is held and remove the folder; the kernel is killed first."""
        self.kill()
        self.ended(10)
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
        for sock in (self.control, self.life, self.listener):
            if sock is not None:
                sock.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def listening_sockets(folder: Path) -> list[socket.socket]:
    """Make the sockets that a kernel serves on, in a folder of the trusted side's own."""
    sockets = []
    for number in range(1, _PORTS + 1):
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.bind(str(folder / f"k-{number}"))
        sock.listen(16)
        sock.setblocking(False)  # as ZeroMQ makes its own
        sockets.append(sock)
    return sockets


def start_cold(plan: Plan) -> StartedKernel:
    """Start a kernel by bubblewrap, from nothing; it is not ready yet."""
    folder = Path(tempfile.mkdtemp(prefix="rungs-"))
    sandbox, options = plan.sandbox, dict[str, Any]()
    if sandbox.unsafe:
        (folder / "home").mkdir()
        home = {"HOME": str(folder / "home"), "IPYTHONDIR": str(folder / "home")}
        sandbox = replace(sandbox, environment={**sandbox.environment, **home})
        options["cwd"] = folder / "home"
    ours, theirs = socket.socketpair()
    listening = listening_sockets(folder)
    command = [sys.executable, "-m", "autograder.kernel.launch"]
    command += ["--control", str(theirs.fileno()), "--listening"]
    command += [str(sock.fileno()) for sock in listening]
    command += ["--probe", str(plan.probe)] if plan.probe else []
    command += ["--listen"] if plan.listen else []
    passed = [sock.fileno() for sock in (theirs, *listening)]
    # What a learner's process says on its terminal belongs to no report.
    options |= dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    info, told = os.pipe()
    try:
        process = sandbox.start(command, info=told, pass_fds=passed, **options)
    finally:
        os.close(told)
        for sock in (theirs, *listening):
            sock.close()
        with open(info, encoding="utf-8") as file:
            said = file.read()
    started = StartedKernel(ours, folder, process)
    started.watch(json.loads(said)["child-pid"] if said else process.pid)
    return started
