"""A grading process: it takes packed orders from its parent and gives packed answers back.

Started as `python -m autograder.grading.worker HANDLE FUNCTION`; a new process,
never a fork of a threaded one. It ends with its parent, whatever ended that.
"""

from __future__ import annotations

import gc
import os
import queue
import sys
import threading
from importlib import import_module
from multiprocessing.connection import Connection

__all__ = ["ANSWER", "ANSWER_ELSEWHERE", "answer", "answer_elsewhere", "main"]

ANSWER = "autograder.grading.worker:answer"
ANSWER_ELSEWHERE = "autograder.grading.worker:answer_elsewhere"


def answer(packed: bytes) -> bytes:
    """Grade one packed order; an answer that starts with `!` is a refusal's sentence."""
    from autograder.errors import RungsError
    from autograder.grading.marked import mark_order
    from autograder.grading.order import Order

    try:
        return mark_order(Order.unpack(packed)).pack()
    except RungsError as err:
        return f"!{err}".encode()
    except Exception as err:
        text = f"grading it failed with {type(err).__name__}: {err}. This is a fault of ours."
        return f"!{text[:500]}".encode()


def answer_elsewhere(packed: bytes) -> bytes:
    """Grade on another machine, where the lesson and Rungs must be the same as at home."""
    from autograder.errors import RungsError
    from autograder.grading.fingerprint import judge_fingerprint
    from autograder.grading.order import Order

    order = Order.unpack(packed)
    try:
        same = judge_fingerprint(order.lesson_id) == order.judge
    except RungsError as err:
        return f"!{err}".encode()
    if same:
        return answer(packed)
    return (
        f"!the worker on {os.uname().nodename} has another version of this lesson or of Rungs. "
        "Install the same one there and grade again."
    ).encode()


def main() -> None:
    """Answer orders until the parent closes its end."""
    handle, function = int(sys.argv[1]), sys.argv[2]
    # A grammar of URIs that jsonschema builds for a second; no schema here asks for one.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # Python's "not there"
    # Looking for cycles among a judge's large, short-lived cases took a twelfth of its time.
    gc.set_threshold(100_000, 20, 20)
    # What this process starts must not hold the line to the parent open.
    os.set_inheritable(handle, False)
    line, inbox = Connection(handle), queue.SimpleQueue[bytes]()
    threading.Thread(target=_listen, args=(line, inbox), daemon=True).start()
    if function in (ANSWER, ANSWER_ELSEWHERE):
        import_module("autograder.grading.marked")  # while the first order is on its way
    module, _, name = function.partition(":")
    work = getattr(import_module(module), name)
    while True:
        line.send_bytes(work(inbox.get()))


def _listen(line: Connection, inbox: queue.SimpleQueue[bytes]) -> None:
    while True:
        try:
            inbox.put(line.recv_bytes())
        except (EOFError, OSError):
            # The parent is gone: nobody waits for what this process does.
            os._exit(0)


if __name__ == "__main__":
    main()
