"""Kernels in a sandbox. Nothing here knows of grading.

The manager is resolved on first use: who only plans a kernel needs no Jupyter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograder.kernel.bounds import Bounds
from autograder.kernel.sandbox import Sandbox, require_sandbox

if TYPE_CHECKING:
    from autograder.kernel.manager import SandboxKernelManager

__all__ = ["Bounds", "Sandbox", "SandboxKernelManager", "require_sandbox"]


def __getattr__(name: str) -> Any:
    if name == "SandboxKernelManager":
        from autograder.kernel.manager import SandboxKernelManager

        return SandboxKernelManager
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
