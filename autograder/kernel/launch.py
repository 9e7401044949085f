"""Run an ipykernel with an agent beside it: the program inside the sandbox.

Its sockets were made outside and come as open descriptors, so that a learner's
code shares no folder with the machine: what it might put there in the place
of a socket, the trusted side would connect to.
"""

from __future__ import annotations

import argparse
import importlib
import os
import runpy
import secrets
import socket
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import zmq
from ipykernel.heartbeat import Heartbeat
from ipykernel.kernelapp import IPKernelApp
from traitlets.config import Config

from autograder.channel import send
from autograder.channel.agent import Agent

__all__ = ["PORTS", "main", "serve"]

PORTS = ("shell_port", "iopub_port", "stdin_port", "hb_port", "control_port")  # 1 to 5
# A submission brings no history, and its tracebacks go into a report.
_OPTIONS = Config(
    HistoryManager={"enabled": False, "hist_file": ":memory:"},
    InteractiveShell={"colors": "nocolor"},
)
# A debugger has nobody to speak with in a sandbox, and importing it takes longer than all the rest.
sys.modules["debugpy"] = None  # type: ignore[assignment]  # Python's own way to say "not there"
importlib.import_module("ipykernel.debugger")
del sys.modules["debugpy"]


class _Heart(Heartbeat):
    """Beat on a socket that is already listening."""

    descriptor = -1

    def _try_bind_socket(self) -> Any:
        self.socket.setsockopt(zmq.USE_FD, self.descriptor)
        return super()._try_bind_socket()  # type: ignore[no-untyped-call]


class _Kernel(IPKernelApp):
    """Serve on sockets that are already listening, under a fresh key."""

    listening: tuple[int, ...] = ()

    def parse_command_line(self, argv: Any = None) -> None:
        """Take the options that are always the same, without reading any."""
        self.update_config(_OPTIONS)

    def load_config_file(self, *_: Any, **__: Any) -> None:
        """Read no configuration: a new home holds none."""

    def init_connection_file(self) -> None:
        """Take the connection from who started this process: there is no file."""
        self.transport, self.ip = "ipc", "kernel"
        for number, name in enumerate(PORTS, 1):
            setattr(self, name, number)
        self.session.key = secrets.token_hex(16).encode()

    def write_connection_file(self, **_: Any) -> None:
        """Write nothing: who started this process knows the connection."""

    def _try_bind_socket(self, s: Any, port: int) -> int:
        s.setsockopt(zmq.USE_FD, self.listening[port - 1])
        s.bind(f"ipc://{self.ip}-{port}")
        return port

    def init_control(self, context: Any) -> None:
        """Let no socket inside look for another by its path: there is none."""
        context.setsockopt(zmq.RECONNECT_IVL, -1)
        super().init_control(context)  # type: ignore[no-untyped-call]

    def init_heartbeat(self) -> None:
        """Start the heart on its own socket."""
        address = (self.transport, self.ip, self.hb_port)
        heart = _Heart(zmq.Context(), address)  # type: ignore[no-untyped-call]
        heart.descriptor = self.listening[self.hb_port - 1]
        heart.start()
        self.heartbeat = heart


def main() -> None:
    """Run the kernel until it is told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--control", type=int, required=True)
    parser.add_argument("--listening", type=int, nargs=len(PORTS), required=True)
    parser.add_argument("--probe", default="")
    parser.add_argument("--listen", action="store_true")
    given = parser.parse_args()
    control = socket.socket(fileno=given.control)
    serve(control, given.listening, given.probe, listen=given.listen)


def serve(control: socket.socket, listening: Sequence[int], probe: str, *, listen: bool) -> None:
    """Set a kernel up, say on `control` that it is ready and under which key, and run it.

    With `listen`, a socket that listens on a loopback port of this network
    namespace goes out with that word.
    """
    with suppress(OSError):  # a hint for the machine's last resort: a learner's process goes first
        Path("/proc/self/oom_score_adj").write_text("1000")
    _forget_the_parent()
    app: Any = _Kernel.instance()
    app.listening = tuple(listening)
    app.initialize([])
    _show_figures()
    probes = _probes(probe)
    _ready(control, app.session.key.decode(), listen)
    shell: Any = app.shell
    Agent(control, lambda: shell.user_ns, probes).start()
    app.start()


def _ready(control: socket.socket, key: str, listen: bool) -> None:
    if not listen:
        send(control, {"key": key, "port": 0})
        return
    with socket.create_server(("127.0.0.1", 0)) as server:
        send(control, {"key": key, "port": server.getsockname()[1]})
        socket.send_fds(control, [b"l"], [server.fileno()])


def _forget_the_parent() -> None:
    """Draw and look up again what a fork has in common with its siblings."""
    tempfile.tempdir = None
    sys.path[0] = os.getcwd()
    del sys.argv[1:]
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()


def _show_figures() -> None:
    """Do what pyplot and its backend do when imported with a shell: a parent had none."""
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].install_repl_displayhook()
    if "matplotlib_inline.backend_inline" in sys.modules:
        sys.modules["matplotlib_inline.backend_inline"]._enable_matplotlib_integration()


def _probes(path: str) -> dict[str, Callable[..., Any]]:
    if not path:
        return {}
    found = runpy.run_path(path, run_name="probe")
    return {
        name: value
        for name, value in found.items()
        if not name.startswith("_") and getattr(value, "__module__", "") == "probe"
    }


if __name__ == "__main__":
    main()
