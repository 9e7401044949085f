"""Length-prefixed JSON frames on a socket."""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any, NoReturn

__all__ = ["MAX_FRAME", "FrameError", "receive", "send"]

MAX_FRAME = 16 * 1024 * 1024
_HEADER = struct.Struct(">I")
# Bound now: code that runs later in this process may replace json's functions.
_write = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
_read = json.JSONDecoder(parse_constant=lambda name: _no_constant(name)).decode


class FrameError(Exception):
    """Report bytes that are not one whole, timely, well-formed frame."""


def send(sock: socket.socket, message: Any) -> None:
    """Write one frame; raise `FrameError` where it is too large or the peer is gone.

    A time-out set on the socket raises `TimeoutError`.
    """
    body = _write(message).encode()
    if len(body) > MAX_FRAME:
        raise FrameError(f"a message of {len(body)} bytes is over the limit of {MAX_FRAME}")
    try:
        sock.sendall(_HEADER.pack(len(body)) + body)
    except TimeoutError:
        raise
    except OSError as err:
        raise FrameError("the other side is gone") from err


def receive(sock: socket.socket, timeout: float | None = None) -> Any:
    """Read one frame within `timeout` seconds in all; raise `FrameError` on anything else."""
    deadline = None if timeout is None else time.monotonic() + timeout
    (length,) = _HEADER.unpack(_exactly(sock, _HEADER.size, deadline))
    if length > MAX_FRAME:
        raise FrameError(f"a frame of {length} bytes is over the limit of {MAX_FRAME}")
    body = _exactly(sock, length, deadline)
    try:
        return _read(body.decode())
    except (ValueError, RecursionError) as err:
        raise FrameError("a frame that is not JSON") from err


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _exactly(sock: socket.socket, size: int, deadline: float | None) -> bytes:
    chunks: list[bytes] = []
    missing = size
    while missing:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("no whole frame in time")
            sock.settimeout(left)
        else:
            sock.settimeout(None)
        try:
            chunk = sock.recv(min(missing, 1 << 20))
        except TimeoutError:
            raise
        except OSError as err:
            raise FrameError("the other side is gone") from err
        if not chunk:
            raise FrameError("the other side is gone")
        chunks.append(chunk)
        missing -= len(chunk)
    return b"".join(chunks)
