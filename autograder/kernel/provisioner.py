"""A kernel provisioner that starts kernels inside a sandbox, warm or from nothing."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from traitlets import Bool, Dict, Instance, default

from autograder.kernel import cgroup
from autograder.kernel.pool import shared
from autograder.kernel.sandbox import Sandbox
from autograder.kernel.started import Plan, StartedKernel, start_cold
from autograder.kernel.watchdog import Watchdog, processes

__all__ = ["SandboxProvisioner"]

Result = TypeVar("Result")


async def _in_a_thread(wait: Callable[..., Result], *arguments: Any) -> Result:
    """Wait in a thread made for it: the loop's own are not there any more in a fork."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return await asyncio.get_running_loop().run_in_executor(pool, wait, *arguments)


class SandboxProvisioner(KernelProvisionerBase):
    """Start each kernel by a plan, and watch what it takes.

    jupyter_client creates it for a kernelspec whose metadata names
    `rungs-sandbox`. The command in a kernelspec is not run: the kernel is
    always this environment's ipykernel, with the agent beside it. The sockets
    are ours too, so whatever the manager asked for, the transport is `ipc`.
    """

    plan: Instance[Plan] = Instance(Plan, help="What to start; by default a bare sandbox.")
    environment = Dict(config=True, help="Added to the environment of the bare sandbox.")
    warm = Bool(True, config=True, help="Fork a process that has imported the libraries.")
    kernel: StartedKernel | None = None
    watchdog: Watchdog | None = None
    group: cgroup.Group | None = None

    @default("plan")
    def _plan_default(self) -> Plan:
        return Plan(Sandbox(environment=dict(self.environment)))

    @property
    def has_process(self) -> bool:
        """Tell whether a kernel was started and not yet cleaned up."""
        return self.kernel is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Prepare nothing: a sandbox takes neither command, environment nor folder from outside."""
        return {"cmd": []}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start a kernel and wait until it is ready."""
        if self.warm and self.plan.forks:
            kernel = await _in_a_thread(shared().take, self.plan)
        else:
            # In this thread: the sandbox dies with the thread that started it.
            kernel = start_cold(self.plan)
        try:
            await _in_a_thread(kernel.arrive)
        except BaseException:
            kernel.release()
            raise
        self.kernel = kernel
        bounds = self.plan.sandbox.bounds
        self.group = cgroup.hold(processes(kernel.watched), bounds)
        self.watchdog = Watchdog(kernel, bounds, self.group)
        self.watchdog.start()
        self.connection_info = kernel.connection
        return self.connection_info

    async def poll(self) -> int | None:
        """Return None while the kernel lives."""
        return None if self.kernel is not None and self.kernel.alive else 0

    async def wait(self) -> int | None:
        """Wait for the kernel's end and clean up after it."""
        while self.kernel is not None and not await _in_a_thread(self.kernel.ended, 1):
            pass
        self._release()
        return 0

    async def send_signal(self, signum: int) -> None:
        """End the kernel; an interrupt goes by message, for no signal passes the wall."""
        if self.kernel is not None and signum in (signal.SIGTERM, signal.SIGKILL):
            self.kernel.kill()

    async def kill(self, restart: bool = False) -> None:
        """Have the system end every process of the kernel, and wait for that."""
        if self.kernel is not None:
            self.kernel.kill()
            await _in_a_thread(self.kernel.ended, 5)

    async def terminate(self, restart: bool = False) -> None:
        """Do as `kill`: the kernel has nothing to save."""
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        """Close and remove what the kernel was reached by."""
        self._release()

    def _release(self) -> None:
        if self.watchdog is not None:
            self.watchdog.stop()
            self.watchdog = None
        if self.kernel is not None:
            self.kernel.release()
            self.kernel = None
        if self.group is not None:
            self.group.remove()
            self.group = None
