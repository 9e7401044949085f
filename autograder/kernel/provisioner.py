"""A kernel provisioner that starts kernels inside a sandbox."""

from __future__ import annotations

from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Any as AnyTrait
from traitlets import List

__all__ = ["SandboxProvisioner"]


class SandboxProvisioner(LocalProvisioner):
    """Wrap the kernel's command in `sandbox` and hand it the listed file descriptors.

    jupyter_client creates it for a kernelspec whose metadata names
    `rungs-sandbox`; the kernel manager sets the two traits before launch.
    """

    sandbox = AnyTrait(help="The `autograder.kernel.Sandbox` to start the kernel in.")
    inherited: List[int] = List(help="File descriptors that the kernel keeps.")

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the wrapped command; called by the kernel manager after `pre_launch`."""
        kwargs["pass_fds"] = tuple(self.inherited)
        # What a learner's process says on its terminal belongs to no report.
        wrapped = self.sandbox.command(cmd)
        return await super().launch_kernel(wrapped, **kwargs)
