"""How much of the machine and of time one submission may take."""

from __future__ import annotations

from dataclasses import dataclass, fields

from autograder.kernel import Bounds

__all__ = ["Limits"]


@dataclass(frozen=True)
class Limits:
    """Bound one submission: seconds for a cell, for a judge's call, and for everything.

    The rest bounds what all its processes take together (see
    `autograder.kernel.Bounds`). `unsafe` runs it with no sandbox around it,
    where none can be had; its notes then say so first.
    """

    cell_seconds: int = 30
    call_seconds: float = 10.0
    submission_seconds: float = 300.0
    memory_bytes: int = 2 << 30
    cpu_seconds: int = 600
    processes: int = 256
    file_bytes: int = 256 << 20
    open_files: int = 512
    disk_bytes: int = 256 << 20
    unsafe: bool = False

    @property
    def bounds(self) -> Bounds:
        """Return what the sandbox enforces."""
        return Bounds(**{field.name: getattr(self, field.name) for field in fields(Bounds)})
