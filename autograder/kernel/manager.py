"""A kernel manager for sandboxed kernels on IPC transport."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.client import KernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import Type

from autograder.kernel.provisioner import SandboxProvisioner
from autograder.kernel.sandbox import Sandbox

__all__ = ["SandboxClient", "SandboxKernelManager"]


class SandboxClient(AsyncKernelClient):
    """Talk to a kernel without its heartbeat.

    The heartbeat's thread waits for ever on a kernel that breaks the protocol,
    and stopping the channels waits for that thread: one submission could hold
    up a whole batch. The manager sees by itself whether the process lives.
    """

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


class SandboxKernelManager(AsyncKernelManager):
    """Start one ipykernel in a sandbox, with an agent that answers on `control`.

    `control` is the trusted end of a socketpair made here; the other end goes
    to the kernel and to nobody else. `probe` is a Python file whose public
    functions the agent offers.
    """

    client_factory = Type(SandboxClient, klass=KernelClient)

    def __init__(
        self,
        readable: tuple[Path, ...] = (),
        probe: Path | None = None,
        hidden: tuple[Path, ...] = (),
    ) -> None:
        self._folder = runtime = Path(tempfile.mkdtemp(prefix="rungs-"))
        super().__init__(
            transport="ipc", ip=str(runtime / "k"), connection_file=str(runtime / "kernel.json")
        )
        self.control, self._theirs = socket.socketpair()
        self._sandbox = Sandbox(
            readable=(*readable, *((probe,) if probe else ())),
            writable=(runtime,),
            hidden=hidden,
            environment={"RUNGS_SEAT": "official"},
        )
        launch = ["-m", "autograder.kernel.launch", "--agent", str(self._theirs.fileno())]
        if probe:
            launch += ["--probe", str(probe)]
        self._kernel_spec = KernelSpec(
            argv=[sys.executable, *launch, "-f", "{connection_file}"],
            display_name="Rungs sandbox",
            language="python",
            interrupt_mode="message",
            metadata={"kernel_provisioner": {"provisioner_name": "rungs-sandbox"}},
        )

    async def _async_pre_start_kernel(self, **kw: Any) -> tuple[list[str], dict[str, Any]]:
        kw.update(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        command, options = await super()._async_pre_start_kernel(**kw)
        provisioner = self.provisioner
        assert isinstance(provisioner, SandboxProvisioner), "is the package installed?"
        provisioner.sandbox = self._sandbox
        provisioner.inherited = [self._theirs.fileno()]
        return command, options

    pre_start_kernel = _async_pre_start_kernel

    async def close(self) -> None:
        """Kill the kernel with everything it started and remove its folder."""
        if self.has_kernel:
            # Without jupyter_client's farewell: a message to a kernel that no longer reads
            # blocks its sender, here for ever.
            await self._async_kill_kernel()
            await self._async_cleanup_resources()
        self.control.close()
        self._theirs.close()
        # Not Python's own removal: it recurses, and a submission may have nested folders deep.
        subprocess.run(["rm", "-rf", "--", str(self._folder)], check=False)
