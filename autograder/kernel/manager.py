"""A kernel manager for sandboxed kernels on IPC transport."""

from __future__ import annotations

import socket
import time
from queue import Empty
from typing import Any

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.client import KernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import Type

from autograder.errors import SandboxUnavailable
from autograder.kernel.provisioner import SandboxProvisioner
from autograder.kernel.started import Plan, StartedKernel

__all__ = ["SandboxClient", "SandboxKernelManager"]

_MESSAGE_BYTES = 64 << 20
_MESSAGES = 20


class SandboxClient(AsyncKernelClient):
    """Talk to a kernel without its heartbeat.

    The heartbeat's thread waits for ever on a kernel that breaks the protocol,
    and stopping the channels waits for that thread: one submission could hold
    up a whole batch. The manager sees by itself whether the process lives.
    """

    def _context_default(self) -> Any:
        """Receive no message without end, and few of them ahead: they wait in the kernel."""
        context = super()._context_default()
        context.setsockopt(zmq.MAXMSGSIZE, _MESSAGE_BYTES)
        context.setsockopt(zmq.RCVHWM, _MESSAGES)
        return context

    def start_channels(
        self,
        shell: bool = True,
        iopub: bool = True,
        stdin: bool = True,
        hb: bool = False,
        control: bool = True,
    ) -> None:
        """Start every channel but the heartbeat."""
        super().start_channels(shell, iopub, stdin, hb=False, control=control)

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until both channels have answered, and not a fixed time for more to come."""
        deadline = time.monotonic() + (timeout or float("inf"))
        self.kernel_info()
        # The first word on iopub is the kernel's welcome to this subscriber.
        await self._first(self.iopub_channel, deadline)
        while (reply := await self._first(self.shell_channel, deadline))[
            "msg_type"
        ] != "kernel_info_reply":
            pass
        self._handle_kernel_info_reply(reply)

    wait_for_ready = _async_wait_for_ready

    async def _first(self, channel: Any, deadline: float) -> dict[str, Any]:
        while time.monotonic() < deadline:
            try:
                message: dict[str, Any] = await channel.get_msg(timeout=1)
                return message
            except Empty:
                if not await self._async_is_alive():
                    raise RuntimeError("The kernel died before it was ready.") from None
        raise RuntimeError("The kernel was not ready in time.")


class SandboxKernelManager(AsyncKernelManager):
    """Start one ipykernel by `plan`, with an agent that answers on `control`.

    The agent offers the public functions of the plan's probe. With `warm` the
    kernel is a fork of a process that has imported the plan's `preload`. With
    the plan's `listen` it has bound a loopback port of its own before any
    learner's code: `listener` is that listening socket, to serve on from here,
    and `port` its number inside. An `unsafe` plan starts it without any
    sandbox, which the caller has to say wherever the results are shown.
    """

    client_factory = Type(SandboxClient, klass=KernelClient)

    def __init__(self, plan: Plan | None = None, *, warm: bool = True) -> None:
        super().__init__()
        self._plan = plan or Plan.official()
        self._warm = warm
        self._kernel_spec = KernelSpec(
            argv=["rungs-grade"],
            display_name="Rungs sandbox",
            language="python",
            interrupt_mode="message",
            metadata={"kernel_provisioner": {"provisioner_name": "rungs-sandbox"}},
        )

    @property
    def control(self) -> socket.socket:
        """Return the trusted end of the socketpair whose other end the agent holds."""
        return self._started.control

    @property
    def listener(self) -> socket.socket:
        """Return the socket that listens inside; only with `listen`."""
        listener = self._started.listener
        assert listener is not None, "the kernel was started without `listen`"
        return listener

    @property
    def port(self) -> int:
        """Return the loopback port of `listener`, as code inside names it."""
        return self._started.port

    @property
    def overrun(self) -> str:
        """Say which limit the kernel went over, as in "took more than 2 GB of memory"; or ""."""
        watchdog = self._sandboxed.watchdog
        return watchdog.said if watchdog is not None else ""

    def forget_overrun(self) -> None:
        """Start anew after a limit that cost less than the kernel."""
        if self._sandboxed.watchdog is not None:
            self._sandboxed.watchdog.said = ""

    @property
    def _sandboxed(self) -> SandboxProvisioner:
        provisioner = self.provisioner
        assert isinstance(provisioner, SandboxProvisioner), "is the package installed?"
        return provisioner

    @property
    def _started(self) -> StartedKernel:
        kernel = self._sandboxed.kernel
        if kernel is None:
            raise SandboxUnavailable("The kernel is not running.")
        return kernel

    async def _async_pre_start_kernel(self, **kw: Any) -> tuple[list[str], dict[str, Any]]:
        command, options = await super()._async_pre_start_kernel(**kw)
        self._sandboxed.plan = self._plan
        self._sandboxed.warm = self._warm
        return command, options

    pre_start_kernel = _async_pre_start_kernel

    def _reconcile_connection_info(self, info: KernelConnectionInfo) -> None:
        """Take the connection as it is, without a file for others to find it by."""
        self.load_connection_info(info)

    async def close(self) -> None:
        """Kill the kernel with everything it started and remove its folder."""
        # Without jupyter_client's farewell: a message to a kernel that no longer reads
        # blocks its sender, here for ever.
        if self.has_kernel:
            await self._async_kill_kernel()
        await self._async_cleanup_resources()
