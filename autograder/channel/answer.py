"""Turn a judge's request into a reply, in the process that holds the learner's code."""

from __future__ import annotations

import asyncio
import inspect
import json
import re
import threading
import traceback
from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from autograder.channel.codec import decode, encode
from autograder.channel.frames import MAX_FRAME
from autograder.errors import LearnerFault, Missing, NotPortable, NotYetWritten, Raised
from autograder.errors import WrongSignature as Signature

__all__ = ["Reply", "Request", "answer", "fault_of"]


class Request(TypedDict):
    """Ask for a call (`call`), a variable (`value`) or a probe (`probe`)."""

    id: str
    op: str
    name: str
    args: Any
    kwargs: Any


class Reply(TypedDict, total=False):
    """Answer a request: `ok` with an encoded value, or `fault` with its parts."""

    id: str
    ok: Any
    fault: list[str]


_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
_LONGEST = 500
_LARGEST = MAX_FRAME - 4096  # what an answer may weigh, so that both seats refuse the same


def answer(
    request: Request,
    namespace: Mapping[str, Any],
    probes: Mapping[str, Callable[..., Any]],
) -> Reply:
    """Perform one request and encode what came of it.

    Whatever the learner's code raises becomes a fault in the reply, except
    KeyboardInterrupt, by which a person stops a check.
    """
    try:
        args = decode(request["args"])
        kwargs = decode(request["kwargs"])
        value = _perform(request["op"], request["name"], args, kwargs, namespace, probes)
        verb = "is" if request["op"] == "value" else "returned"
        wire = encode(value, f"{request['name']} {verb}")
        _small_enough(wire, f"{request['name']} {verb}")
        return {"id": request["id"], "ok": wire}
    except LearnerFault as fault:
        return {"id": request["id"], "fault": _parts(fault)}


def fault_of(parts: list[str]) -> LearnerFault:
    """Rebuild the fault that a reply carries; raise `ValueError` on an unknown kind."""
    kind, *texts = parts
    if kind == "Raised" and len(texts) == 3:
        return Raised(*texts)
    makers = {c.__name__: c for c in (Missing, NotYetWritten, NotPortable, Signature)}
    if kind not in makers or len(texts) != 1:
        raise ValueError(f"unknown fault {kind!r}")
    return makers[kind](texts[0])


def _parts(fault: LearnerFault) -> list[str]:
    if isinstance(fault, Raised):
        return ["Raised", fault.kind, fault.text, fault.where]
    return [type(fault).__name__, str(fault)]


def _small_enough(wire: Any, what: str) -> None:
    size = len(json.dumps(wire))
    if size > _LARGEST:
        raise NotPortable(
            f"{what} {size / 2**20:.0f} MB; at most {_LARGEST / 2**20:.0f} MB may cross. "
            "Return less."
        )


def _perform(
    op: str,
    name: str,
    args: list[Any],
    kwargs: dict[str, Any],
    namespace: Mapping[str, Any],
    probes: Mapping[str, Callable[..., Any]],
) -> Any:
    if op == "value":
        return _value(name, namespace)
    if op == "probe":
        return _run(probes[name], name, [namespace, *args], kwargs)
    if name not in namespace:
        raise Missing(f"There is no {name} yet. Write it in its answer cell and run that cell.")
    function = namespace[name]
    if not callable(function):
        raise Missing(f"{name} is not a function but {type(function).__name__}. Define it again.")
    _fits(function, name, args, kwargs)
    return _run(function, name, args, kwargs)


def _value(name: str, namespace: Mapping[str, Any]) -> Any:
    if name not in namespace:
        raise Missing(f"There is no {name} yet. Set it in its answer cell and run that cell.")
    value = namespace[name]
    if value is None or value is ...:
        raise NotYetWritten(f"{name} is still empty. Put your answer there and run the cell.")
    return value


def _fits(function: Callable[..., Any], name: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    try:
        signature = inspect.signature(function)
    except Exception:
        return  # A builtin without one, or an object that fails to say: the call itself will tell.
    try:
        signature.bind(*args, **kwargs)
    except TypeError as err:
        stated = _safe_text(signature)
        given = [f"{len(args)} argument{'s' if len(args) != 1 else ''}", *map(repr, kwargs)]
        raise Signature(
            f"{name}{stated} cannot be called as the task states, with {' and '.join(given)}: "
            f"{err}. Keep the signature that the answer cell came with."
        ) from None


def _run(function: Callable[..., Any], name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    try:
        result = function(*args, **kwargs)
        return _await(result) if inspect.iscoroutine(result) else result
    except KeyboardInterrupt:
        raise
    except NotImplementedError as err:
        raise NotYetWritten(f"{name} is not written yet.") from err
    except LearnerFault as err:
        raise Raised(type(err).__name__, str(err)[:_LONGEST]) from err
    except BaseException as err:
        text = _ADDRESS.sub("0x…", _safe_text(err))
        raise Raised(type(err).__name__, text, _where(err, function)) from err


def _await(coroutine: Any) -> Any:
    """Run a coroutine to its end in a thread of its own, since a notebook's loop is busy."""
    outcome: list[Any] = []
    failure: list[BaseException] = []

    def work() -> None:
        try:
            outcome.append(asyncio.run(coroutine))
        except BaseException as err:
            failure.append(err)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return outcome[0]


def _safe_text(value: object) -> str:
    try:
        # Lone surrogates cannot be written to any report.
        return str(value)[:_LONGEST].encode("utf-8", "replace").decode()
    except Exception:
        return "(…)"


def _where(err: BaseException, function: Any) -> str:
    """Name the last line of the learner's own code that was running, counted from its `def`."""
    own = getattr(function, "__globals__", None)
    place = ""
    for frame, line in traceback.walk_tb(err.__traceback__):
        if frame.f_globals is own:
            code = frame.f_code
            place = f"in line {line - code.co_firstlineno + 1} of {code.co_name}"
    return place
