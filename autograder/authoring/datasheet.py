"""A scenario's datasheet: a template of the book, filled with what the code says of itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from autograder.career.markdown import table
from autograder.errors import ContentError

__all__ = ["Datasheet", "code", "percent"]


@dataclass(frozen=True)
class Datasheet:
    """One page of book/scenarios, written by `module` from the template of the same name."""

    name: str
    module: str

    def render(self, **values: object) -> bytes:
        """Fill the template `<name>.md.j2`; a name that it lacks a value for is an error."""
        loader = PackageLoader("autograder.authoring", "templates")
        template = Environment(loader=loader, undefined=StrictUndefined).get_template(
            f"{self.name}.md.j2"
        )
        text = template.render(table=table, **values)
        return f"{text.rstrip()}\n".encode()

    def parameters(
        self,
        function: Callable[..., Any],
        described: Mapping[str, str],
        *,
        every: Iterable[str] = (),
    ) -> list[tuple[str, str, str]]:
        """Return name, default and meaning of a function's parameters.

        The default of those in `every` is everything there is, and shown as `all`.
        """
        found = inspect.signature(function).parameters
        self.agree(found, described)
        defaults = {
            name: "" if p.default in (p.empty, None) else code(str(p.default))
            for name, p in found.items()
        } | dict.fromkeys(every, code("all"))
        return [(code(name), defaults[name], described[name]) for name in found]

    def agree(self, found: Iterable[str], described: Iterable[str]) -> None:
        """Raise a ContentError unless the page describes what the scenario has."""
        if set(found) != set(described):
            raise ContentError(
                f"book/scenarios/{self.name}.md describes {sorted(described)} and the scenario "
                f"has {sorted(found)}. Describe what is new in "
                f"autograder/authoring/{self.module}.py, delete what is gone."
            )


def code(word: str) -> str:
    """Set a word as code; nothing stays nothing."""
    return f"`{word}`" if word else ""


def percent(part: float, whole: float) -> str:
    """Return a share with one decimal."""
    return f"{100 * part / whole:.1f} %"
