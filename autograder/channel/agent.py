"""The agent: serves a judge's requests from forked copies of the learner's process.

The trusted side holds the other end of `control`. For each task it sends
`fork` with one end of a fresh socketpair; the agent forks, the child answers
requests on that socket until it closes, and the agent reports the child's
pid. `kill` ends a child. `hold` comes before the first cell and brings the
cases that `load` then gives. A crash, a hang or a changed global thus dies with
its task. Everything here runs beside the learner's code and protects nothing:
whoever tampers with it only changes their own answers.
"""

from __future__ import annotations

import asyncio
import io
import os
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from autograder.channel.answer import Reply, answer
from autograder.channel.frames import FrameError, receive, send

__all__ = ["Agent"]


class Agent:
    """Listen on `control` in a thread; `namespace` is read at each fork."""

    def __init__(
        self,
        control: socket.socket,
        namespace: Callable[[], Mapping[str, Any]],
        probes: Mapping[str, Callable[..., Any]],
    ) -> None:
        self._control = control
        self._namespace = namespace
        self._probes = probes

    def start(self) -> None:
        """Serve in the background until the other side closes."""
        threading.Thread(target=self._serve, name="agent", daemon=True).start()

    def _serve(self) -> None:
        try:
            while True:
                order = receive(self._control)
                if order["op"] == "fork":
                    _, (handle, *_), _, _ = socket.recv_fds(self._control, 1, 1)
                    send(self._control, {"id": order["id"], "pid": self._fork(handle)})
                elif order["op"] == "hold":
                    import_module("autograder.cases").hold(order["cases"])
                    send(self._control, {"id": order["id"]})
                else:
                    _end(order["pid"])
                    send(self._control, {"id": order["id"]})
        except (FrameError, OSError, ValueError, KeyError):
            return  # The trusted side is gone or has given this process up.

    def _fork(self, handle: int) -> int:
        with warnings.catch_warnings():
            # The child never returns to the threads it leaves behind.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid:
            os.close(handle)
            return pid
        try:
            self._control.close()
            _quieten()
            _answer_all(socket.socket(fileno=handle), self._namespace(), self._probes)
        finally:
            os._exit(0)


def _answer_all(
    sock: socket.socket,
    namespace: Mapping[str, Any],
    probes: Mapping[str, Callable[..., Any]],
) -> None:
    while True:
        request = receive(sock)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                reply = answer(request, namespace, probes)
            except KeyboardInterrupt:
                # In practice this is a person's; here only the code itself can raise it.
                fault = ["Raised", "KeyboardInterrupt", "", ""]
                reply = Reply(id=request["id"], fault=fault)
        try:
            send(sock, reply)
        except FrameError:
            text = f"{request['name']} returned more data than may be sent; return less."
            send(sock, {"id": request["id"], "fault": ["NotPortable", text]})


def _quieten() -> None:
    """Cut the child off from the kernel's streams, event loop and signals."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    asyncio._set_running_loop(None)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(), io.StringIO(), io.StringIO()


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError):
        return  # It had ended and was reaped by the learner's own code.
