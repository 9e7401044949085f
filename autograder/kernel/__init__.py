"""Kernels in a sandbox. Nothing here knows of grading."""

from autograder.kernel.bounds import Bounds
from autograder.kernel.manager import SandboxKernelManager
from autograder.kernel.sandbox import Sandbox, require_sandbox

__all__ = ["Bounds", "Sandbox", "SandboxKernelManager", "require_sandbox"]
