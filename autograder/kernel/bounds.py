"""How much of the machine the processes of one sandbox may take."""

from __future__ import annotations

import resource
from dataclasses import dataclass

__all__ = ["Bounds"]

_GIB = 1 << 30


@dataclass(frozen=True)
class Bounds:
    """Bound one sandbox: the kernel holds some of these by itself, the watchdog the others.

    `memory_bytes` is what all processes hold together, `cpu_seconds` what they
    compute, `processes` counts threads too. `disk_bytes` is the size of each of
    `/tmp`, `/home` and `/dev/shm`.
    """

    memory_bytes: int = 2 * _GIB
    cpu_seconds: int = 600
    processes: int = 256
    file_bytes: int = 256 << 20
    open_files: int = 512
    disk_bytes: int = 256 << 20

    @property
    def address_space(self) -> int:
        """Return the address space of one process: generous, for torch reserves a lot unused."""
        return 8 * _GIB + 2 * self.memory_bytes

    def resources(self) -> dict[str, int]:
        """Return the limits by their names in `prlimit` and in lower-case `RLIMIT_…`."""
        return {
            "as": self.address_space,
            "core": 0,
            "cpu": self.cpu_seconds,
            "fsize": self.file_bytes,
            "msgqueue": 0,
            "nofile": self.open_files,
            "nproc": self.processes,
        }

    def apply(self) -> None:
        """Limit this process and all that it starts, for good."""
        for name, most in self.resources().items():
            if name != "msgqueue":  # which Python's module does not know
                resource.setrlimit(getattr(resource, f"RLIMIT_{name.upper()}"), (most, most))
        resource.prlimit(0, _MESSAGE_QUEUES, (0, 0))


_MESSAGE_QUEUES = 12  # RLIMIT_MSGQUEUE
