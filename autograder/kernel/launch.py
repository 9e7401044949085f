"""Start an ipykernel with an agent beside it: the program inside the sandbox."""

from __future__ import annotations

import argparse
import runpy
import socket
from collections.abc import Callable
from typing import Any

from autograder.channel.agent import Agent

__all__ = ["main"]


def main() -> None:
    """Run the kernel until it is told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--agent", type=int, required=True)
    parser.add_argument("--probe", default="")
    options, kernel_arguments = parser.parse_known_args()

    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance()
    # A submission brings no history, and its tracebacks go into a report.
    history = "--HistoryManager.enabled=False"
    app.initialize([*kernel_arguments, history, "--InteractiveShell.colors=nocolor"])
    control = socket.socket(fileno=options.agent)
    shell: Any = app.shell
    Agent(control, lambda: shell.user_ns, _probes(options.probe)).start()
    app.start()


def _probes(path: str) -> dict[str, Callable[..., Any]]:
    if not path:
        return {}
    found = runpy.run_path(path, run_name="probe")
    return {
        name: value
        for name, value in found.items()
        if not name.startswith("_") and getattr(value, "__module__", "") == "probe"
    }


if __name__ == "__main__":
    main()
