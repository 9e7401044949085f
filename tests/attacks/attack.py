"""What an attack is: code to run, what it tries, and what must be true afterwards."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

__all__ = ["CANARY", "KINDS", "LESSON", "MARKER", "PRELUDE", "Attack", "counted", "filled"]

LESSON = "92_sum_and_rank"
# New in each run, so that no file holds them but those in which the tests plant them.
CANARY = f"rungs-canary-{secrets.token_hex(8)}"
MARKER = f"rungs-marker-{secrets.token_hex(8)}"
KINDS = {
    "values": "values that pretend to be right",
    "patches": "patched libraries, interpreters and notebooks",
    "messages": "forged and damaged messages to the judge",
    "answers": "answers taken from tables, caches, timing or other learners",
    "secrets": "reading hidden cases, keys, the gradebook and other work",
    "walls": "leaving the sandbox by system calls, files or the network",
    "resources": "taking time, memory, processes, disk or output without end",
    "lasting": "outliving the run or reaching the next one",
    "provider": "misusing the practice provider's port",
    "files": "what is handed in: links, archives, names, metadata",
}

# In scope of every attack that runs in a fork. `patterns` never match themselves.
PRELUDE = """
import ctypes, errno, gc, json, math, os, re, signal, socket, struct, sys, threading, time
PATTERN = rb"rungs-canary-[0-9a-f]{16}"
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *a):
    done = libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, a))
    return 0 if done >= 0 else ctypes.get_errno()
def refused(function, *a, **k):
    try: function(*a, **k)
    except Exception as err: return True
    return False
def channel():
    frame = sys._getframe()
    while frame is not None:
        if {"request", "sock"} <= frame.f_locals.keys():
            return frame.f_locals["sock"], frame.f_locals["request"]
        frame = frame.f_back
def raw(body, size=None):
    sock, request = channel()
    body = body.replace(b"@", request["id"].encode())
    sock.sendall(struct.pack(">I", len(body) if size is None else size) + body)
def hidden(function):
    try: return function()
    except Exception: return None
"""


@dataclass(frozen=True)
class Attack:
    """One case: `code` defines what the judge calls, after `PRELUDE`.

    `says` is what its function `attack` returns when called through the seat,
    where it `tells`; `mark` is what the attacked `task` earns, and `rest` what the
    honest task after it does. With `control` the same code must say something
    else where there is no sandbox: proof that it would find what it looks for.
    """

    name: str
    kind: str
    code: str
    says: Any = None
    tells: bool = False
    task: str = "total"
    mark: float = 0.0
    rest: float = 2.0
    control: bool = False
    same_reason: bool = True


def filled(code: str, **places: object) -> str:
    """Put run-time places for `<NAME>`s into an attack's code."""
    for name, place in {"MARKER": MARKER, **places}.items():
        code = code.replace(f"<{name}>", str(place))
    return code


def counted(kinds: list[str]) -> str:
    """Write a table of how many cases there are of each kind."""
    rows = [f"| {what} | {kinds.count(kind)} |" for kind, what in KINDS.items()]
    return "\n".join(["| attack | cases |", "|---|---|", *rows, f"| all | {len(kinds)} |"])
