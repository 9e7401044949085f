"""The `rungs` command: one module a command, found by its file name."""

from __future__ import annotations

import argparse
import os
import pkgutil
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from autograder.errors import RungsError

__all__ = ["commands", "main"]


def commands() -> list[str]:
    """List the command names, as typed after `rungs`."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name.replace("_", "-") for name in names if name != "__main__")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; a known error is one sentence on stderr."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    # A grammar of URIs that jsonschema builds for a second; no schema here asks for one.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # Python's "not there"
    parser = argparse.ArgumentParser(prog="rungs", description="Graded notebooks, from the shell.")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND")
    wanted = arguments[0] if arguments and arguments[0] in commands() else None
    for name in commands() if wanted is None else [wanted]:
        module = import_module(f"autograder.cli.{name.replace('-', '_')}")
        command = subparsers.add_parser(name, help=module.HELP, description=module.HELP)
        module.configure(command)
        command.set_defaults(run=module.run)
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 2
    _use_own_environment()
    try:
        return int(options.run(options))
    except RungsError as err:
        print(f"rungs {options.command}: {err}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"rungs {options.command}: stopped. What was finished is kept.", file=sys.stderr)
        return 130


def _use_own_environment() -> None:
    # nbgrader calls `alembic` by bare name, which must be this environment's.
    own = str(Path(sys.executable).parent)
    paths = os.environ.get("PATH", "").split(os.pathsep)
    if paths[0] != own:
        os.environ["PATH"] = os.pathsep.join([own, *paths])
