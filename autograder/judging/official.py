"""The official seat's transport: a forked copy of the learner's process behind a socket."""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from autograder.channel import FrameError, Reply, Request, receive, send
from autograder.errors import ChannelBroken, SandboxUnavailable, TooSlow

if TYPE_CHECKING:
    from autograder.provider.engine import Provider
    from autograder.provider.server import Server

__all__ = ["AgentGone", "ForkedLearner", "OfficialSeat"]

_FORK_SECONDS = 10.0
_KILL_SECONDS = 2.0


class AgentGone(ChannelBroken):
    """The agent in the submission's process no longer answers; a fresh process is needed."""


class ForkedLearner:
    """Send requests to one forked child; a breach or a time-out ends it for good.

    `call_seconds` bounds each call, `deadline` (monotonic) the whole
    submission. `door` listens on a loopback port inside the sandbox. `overrun`
    says which limit of the sandbox was gone over, or "".
    """

    def __init__(
        self,
        sock: socket.socket,
        call_seconds: float,
        deadline: float,
        door: socket.socket | None = None,
        overrun: Callable[[], str] = str,
    ) -> None:
        self._sock = sock
        self._door = door
        self._overrun = overrun
        self._server: Server | None = None
        self._call_seconds = call_seconds
        self._deadline = deadline
        self.ended: ChannelBroken | TooSlow | None = None

    def ask(self, request: Request) -> Reply:
        """Return the child's reply to exactly this request."""
        if self.ended is not None:
            raise self.ended
        left = min(self._call_seconds, self._deadline - time.monotonic())
        try:
            # A child that does not read must not hold this process either.
            self._sock.settimeout(max(left, 0.001))
            send(self._sock, request)
            reply = receive(self._sock, max(left, 0.001))
        except TimeoutError:
            raise self._end(self._too_slow(request["name"], left)) from None
        except FrameError:
            why = self._overrun() or "ended its process or sent too much"
            text = f"{request['name']} {why}; nothing came back."
            raise self._end(ChannelBroken(text)) from None
        if not isinstance(reply, dict) or reply.get("id") != request["id"]:
            text = "The submission's process sent a message nobody asked for."
            raise self._end(ChannelBroken(text))
        if self._server:
            try:
                self._server.settle()
            except TimeoutError:
                text = f"{request['name']} left the provider more to answer than it could."
                raise self._end(TooSlow(text)) from None
        return _as_reply(reply)

    @contextmanager
    def serve(self, provider: Provider) -> Iterator[str]:
        """Serve on the sandbox's own loopback, from this process; the ledger stays here."""
        from autograder.provider.server import serve

        if self._door is None:
            raise SandboxUnavailable("This sandbox was started without a port for the provider.")
        with serve(provider, self._door.dup()) as self._server:
            try:
                yield self._server.base_url
            finally:
                self._server = None

    def _too_slow(self, name: str, left: float) -> TooSlow:
        if left < self._call_seconds:
            return TooSlow(f"{name} was stopped: the time for the whole submission was used up.")
        return TooSlow(f"{name} gave no answer within {self._call_seconds:g} seconds.")

    def _end(self, fault: ChannelBroken | TooSlow) -> ChannelBroken | TooSlow:
        self.ended = fault
        return fault


def _as_reply(reply: dict[str, Any]) -> Reply:
    """Keep a reply's known fields; `Learner` validates what is in them."""
    known: Reply = {"id": reply["id"]}
    if "ok" in reply:
        known["ok"] = reply["ok"]
    if "fault" in reply:
        known["fault"] = reply["fault"]
    return known


class OfficialSeat:
    """Hold the control socket of one submission's process and fork it once a task."""

    def __init__(
        self,
        control: socket.socket,
        deadline: float,
        call_seconds: float = 10.0,
        door: socket.socket | None = None,
        overrun: Callable[[], str] = str,
    ) -> None:
        self._control = control
        self._door = door
        self._overrun = overrun
        self._deadline = deadline
        self._call_seconds = call_seconds

    @contextmanager
    def fork(self) -> Iterator[ForkedLearner]:
        """Give a transport to a fresh copy of the process; raise `AgentGone` where none starts."""
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                pid = self._order({"op": "fork"}, _FORK_SECONDS, theirs)
            learner = ForkedLearner(
                ours, self._call_seconds, self._deadline, self._door, self._overrun
            )
            try:
                yield learner
            finally:
                # A dead agent shows itself at the next fork.
                with suppress(AgentGone):
                    self._order({"op": "kill", "pid": pid}, _KILL_SECONDS)

    def hold(self, cases: Mapping[str, str]) -> None:
        """Let `load` give these cases (name to JSON) inside; raise `AgentGone` where it cannot."""
        if cases:
            self._order({"op": "hold", "cases": dict(cases)}, _FORK_SECONDS)

    def _order(
        self, order: dict[str, Any], seconds: float, handle: socket.socket | None = None
    ) -> int:
        order = {"id": secrets.token_hex(8), **order}
        left = min(seconds, self._deadline - time.monotonic())
        if left <= 0:
            raise AgentGone("The time for the whole submission was used up.")
        try:
            self._control.settimeout(left)
            send(self._control, order)
            if handle is not None:
                socket.send_fds(self._control, [b"f"], [handle.fileno()])
            reply = receive(self._control, left)
        except (FrameError, OSError) as err:
            raise AgentGone("The submission's process stopped answering.") from err
        if not isinstance(reply, dict) or reply.get("id") != order["id"]:
            raise AgentGone("The submission's process sent a message nobody asked for.")
        pid = reply.get("pid", 0)
        return pid if type(pid) is int and 0 <= pid < 2**31 else 0
