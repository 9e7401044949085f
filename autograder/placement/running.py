"""Run a learner's function apart and within a time: in a fork on Linux, in a thread elsewhere.

A fork keeps an endless loop and a changed global away from the learner's
session. It protects nobody from the code, which is the learner's own.
"""

from __future__ import annotations

import contextlib
import io
import os
import queue
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any

from autograder.channel.frames import FrameError, receive, send

__all__ = ["Late", "limited"]

_LOST = (False, "It ended the process it ran in.", True)


class Late(Exception):
    """Report work that had not ended in time."""


def limited(work: Callable[[], Any], seconds: float) -> Any:
    """Return what `work` returns, as JSON has it; raise `Late` after so many seconds."""
    # Elsewhere a fork of a process with threads is not safe.
    return _forked(work, seconds) if sys.platform == "linux" else _threaded(work, seconds)


def _forked(work: Callable[[], Any], seconds: float) -> Any:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        with warnings.catch_warnings():
            # The child never returns to the threads it leaves behind.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if not child:
            _tell(work, seconds, theirs)
        theirs.close()
        try:
            return receive(ours, seconds)
        except TimeoutError:
            raise Late from None
        except FrameError:
            return list(_LOST)
        finally:
            _end(child)


def _tell(work: Callable[[], Any], seconds: float, where: socket.socket) -> None:
    """Send the result from the child, and end it here whatever happens."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
        send(where, _threaded(work, seconds + 1))
    finally:
        os._exit(0)


def _threaded(work: Callable[[], Any], seconds: float) -> Any:
    # A new thread has no running event loop, as a notebook's main thread has.
    done: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_put, args=(work, done), daemon=True).start()
    try:
        return done.get(timeout=seconds)
    except queue.Empty:
        raise Late from None


def _put(work: Callable[[], Any], done: queue.SimpleQueue[Any]) -> None:
    result: Any = _LOST
    with contextlib.suppress(BaseException):  # An exit ends this thread and nothing else.
        result = work()
    done.put(result)


def _end(child: int) -> None:
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
