"""Which model a notebook talks to: the practice provider, or a live one that the environment names.

| variable | says |
| --- | --- |
| `OPENAI_BASE_URL` | the address of a live endpoint |
| `OPENAI_API_KEY` | its key; alone it means OpenAI's own address, and then needs `RUNGS_MODEL` |
| `RUNGS_MODEL` | the model asked instead of every practice chat model |
| `RUNGS_EMBED_MODEL` | the model asked instead of the practice embedding model |

A replay (grading, the book, `rungs check --fresh`) always talks to the
practice provider. A key is never shown, kept or sent to the practice provider.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from html import escape
from typing import TextIO
from urllib.parse import urlsplit

__all__ = ["OPENAI", "Live", "announce", "live", "talking_to"]

OPENAI = "https://api.openai.com/v1"
_REPLAYS = ("RUNGS_SEAT", "NBGRADER_EXECUTION", "NBGRADER_VALIDATING")


@dataclass(frozen=True)
class Live:
    """A live endpoint; "" for a model means that names go out as they are written."""

    address: str
    model: str = ""
    embed_model: str = ""

    @property
    def shown(self) -> str:
        """Return the address without what may be secret in it."""
        parts = urlsplit(self.address)
        host = parts.hostname or ""
        host = f"[{host}]" if ":" in host else host
        return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}{parts.path}"


def live() -> Live | None:
    """Read the environment; None where a notebook talks to the practice provider."""
    if any(os.environ.get(name) for name in _REPLAYS):
        return None
    address, key = os.environ.get("OPENAI_BASE_URL", ""), os.environ.get("OPENAI_API_KEY")
    model, embed_model = (os.environ.get(n, "") for n in ("RUNGS_MODEL", "RUNGS_EMBED_MODEL"))
    if not address and key and model:
        address = OPENAI
    return Live(address, model, embed_model) if address else None


def talking_to() -> None:
    """Show which model this notebook's `client()` talks to."""
    title, lines, warn = _words(live())
    _show(title, lines, warn, sys.stdout)


_announced: set[Live] = set()


def announce(endpoint: Live) -> None:
    """Show, once in a process, that calls leave for a live endpoint."""
    if endpoint in _announced:
        return
    _announced.add(endpoint)
    title, lines, warn = _words(endpoint)
    _show(title, lines, warn, sys.stderr)


def _words(endpoint: Live | None) -> tuple[str, list[str], bool]:
    if endpoint is not None:
        return f"Talking to a live model at {endpoint.shown}", _live_words(endpoint), True
    lines = [
        "A simulation of effects, on this computer: no key, no network, no bill. "
        "What it shows about engineering carries over; what a real model would say does not.",
    ]
    if os.environ.get("OPENAI_API_KEY") and not os.environ.get("RUNGS_MODEL"):
        lines.append(
            "`OPENAI_API_KEY` is set and `RUNGS_MODEL` is not, so nothing is sent to OpenAI."
        )
    return "Talking to the practice provider", lines, False


def _live_words(endpoint: Live) -> list[str]:
    chat = f"`{endpoint.model}`" if endpoint.model else "the model that the code names"
    vectors = f"`{endpoint.embed_model}`" if endpoint.embed_model else "the model that it names"
    asked = f"Chat asks {chat}; embeddings ask {vectors}."
    if endpoint.model and not endpoint.embed_model:
        asked = f"Chat asks {chat}. For embeddings, set `RUNGS_EMBED_MODEL`."
    return [
        "Prompts leave for this address and may cost money. "
        "The lesson's numbers are the practice provider's, so yours will differ.",
        asked,
        "Graded tasks and replays still use the practice provider. To come back to it here, "
        "remove `OPENAI_BASE_URL` and `RUNGS_MODEL` and restart the kernel.",
    ]


def _show(title: str, lines: list[str], warn: bool, stream: TextIO) -> None:
    ipython = sys.modules.get("IPython")
    plain = "\n".join([title, *lines]).replace("`", "")
    if ipython is None or ipython.get_ipython() is None:
        print(plain, file=stream)
        return
    from IPython.display import display

    display({"text/plain": plain, "text/html": _card(title, lines, warn)}, raw=True)


_FRAME = (
    "border:1px solid var(--jp-border-color2,var(--pst-color-border,#8888));"
    "border-left:4px solid {edge};border-radius:3px;padding:.5em .9em;margin:.3em 0;"
    "max-width:60em;color:inherit;background:transparent;"
    "font-family:var(--jp-content-font-family,inherit);line-height:1.45"
)
_WARNS = "var(--jp-warn-color1,var(--pst-color-warning,#b26a00))"
_CALM = "var(--jp-brand-color1,var(--pst-color-primary,#14606b))"


def _card(title: str, lines: list[str], warn: bool) -> str:
    body = "".join(f'<p style="margin:.35em 0">{_prose(line)}</p>' for line in lines)
    sign = '<span aria-hidden="true">⚠ </span>' if warn else ""
    head = f'<p style="margin:.35em 0"><strong>{sign}{escape(title)}</strong></p>'
    style = _FRAME.format(edge=_WARNS if warn else _CALM)
    return f'<div role="group" aria-label="{escape(title)}" style="{style}">{head}{body}</div>'


def _prose(words: str) -> str:
    parts = escape(words).split("`")
    return "".join(f"<code>{p}</code>" if n % 2 else p for n, p in enumerate(parts))
