"""`GET /`: what the provider is, its models, its latest calls and what they cost.

One page without a request to any other host; it reads without JavaScript. A
script of sixty lines fetches `/practice/state` and shows what came in since.
Both hold only what the callers themselves could know.
"""

from __future__ import annotations

import ipaddress
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from autograder.provider.activity import SIMULATION, models, moment, state
from autograder.provider.card import cards, parameters

if TYPE_CHECKING:
    from autograder.provider.engine import Provider

__all__ = ["Page"]

_CALLS = (
    ("time", "Time (UTC)"),
    ("request", "Request"),
    ("model", "Model"),
    ("asked", "Asked"),
    ("status", "Status"),
    ("prompt", "Tokens in"),
    ("completion", "Tokens out"),
    ("seconds", "Seconds"),
    ("price", "Price"),
)
_SPEND = (
    ("name", "Model"),
    ("calls", "Calls"),
    ("prompt", "Tokens in"),
    ("completion", "Tokens out"),
    ("price", "Price"),
    ("share", "Share"),
)
_MODELS = (
    ("name", "Model"),
    ("version", "Version"),
    ("what", "What it is for"),
    ("context", "Context window"),
    ("input", "$ per million in"),
    ("output", "$ per million out"),
)
_NUMBERS = {"prompt", "completion", "seconds", "price", "calls", "context", "input", "output"}


class Page:
    """Answer `GET /` and `GET /practice/state` itself, and leave the rest to the application.

    These two are not calls of the API: no ledger, no faults, no key. `notice`
    is a line for whoever opens the page, such as which faults are on. Nothing
    is answered to a foreign name: a site can point one of its own at this
    computer, and would read along. On an address that others reach, the API is.
    """

    def __init__(self, application: ASGIApp, provider: Provider, notice: str = "") -> None:
        self._application = application
        self._provider = provider
        self._notice = notice

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        ours = scope["method"] in ("GET", "HEAD") and scope["path"] in ("/", "/practice/state")
        answer: ASGIApp = self._application
        if (ours or _on_loopback(scope)) and not _addressed_by_number(_named(scope)):
            answer = PlainTextResponse("Address this by its number, e.g. http://127.0.0.1.", 403)
        elif ours:
            answer = self._reply(Request(scope))
        await answer(scope, receive, send)

    def _reply(self, request: Request) -> Response:
        if request.url.path == "/":
            base = str(request.base_url).rstrip("/")
            return HTMLResponse(_document(self._provider, base, self._notice), headers=_headers())
        return JSONResponse(state(self._provider), headers=_headers())


def _on_loopback(scope: Scope) -> bool:
    host = (scope.get("server") or ("", 0))[0]
    return host.startswith("127.") or host == "::1"


def _named(scope: Scope) -> str:
    """Return the host that a request names, without its port."""
    headers: dict[bytes, bytes] = dict(scope["headers"])
    named = headers.get(b"host", b"").decode("latin-1")
    return named[1:].partition("]")[0] if named[:1] == "[" else named.partition(":")[0]


def _addressed_by_number(host: str) -> bool:
    if "." not in host and ":" not in host:
        return True  # localhost, or a name of this network
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.endswith((".localhost", ".local"))
    return True


@lru_cache(maxsize=1)
def _assets() -> tuple[str, str]:
    folder = files("autograder.provider")
    style, script = (folder / name for name in ("page.css", "page.js"))
    return style.read_text(encoding="utf-8"), script.read_text(encoding="utf-8")


def _headers() -> dict[str, str]:
    style, script = (_digest(text) for text in _assets())
    policy = (
        f"default-src 'none'; style-src '{style}'; script-src '{script}'; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "content-security-policy": policy,
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


_LADDER = (
    '<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7" '
    'fill="currentColor"/><path d="M11 5v22M21 5v22M11 10h10M11 16h10M11 22h10" '
    'stroke="Canvas" stroke-width="2.6" stroke-linecap="round" fill="none"/></svg>'
)
_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E"
    "%3Crect width='32' height='32' rx='7' fill='%2314606b'/%3E%3Cpath d='M11 5v22M21 5v22M11 "
    "10h10M11 16h10M11 22h10' stroke='%23fff' stroke-width='2.6' fill='none'/%3E%3C/svg%3E"
)


def _document(provider: Provider, base: str, notice: str) -> str:
    style, script = _assets()
    shown = state(provider)
    at = provider.clock.now()
    note = f"<p>{escape(notice)}</p>" if notice else ""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Practice provider</title>
<link rel="icon" href="{_ICON}">
<style>{style}</style>
</head>
<body data-seen="{shown["calls"]}">
<header>{_LADDER}<h1>Practice provider</h1></header>
<main>
<div class="simulation"><p><strong>Simulation.</strong> {escape(SIMULATION)}</p></div>
<p>Any OpenAI client talks to it, with any key, and nobody sends a bill.</p>
<pre tabindex="0" aria-label="Variables to set"><code>OPENAI_BASE_URL={escape(base)}/v1
OPENAI_API_KEY=practice</code></pre>
{note}
<dl>
<div><dt>Calls</dt><dd id="total-calls">{shown["calls"]}</dd></div>
<div><dt>Spend, if it were real</dt><dd id="total-spend">{escape(shown["total"])}</dd></div>
<div><dt>Its clock (UTC)</dt><dd>{escape(shown["now"][:16])}</dd></div>
<div><dt>Seed</dt><dd>{escape(str(provider.seed))}</dd></div>
</dl>
<div class="bar"><h2 id="recent">Recent calls</h2>
<button type="button" id="live" hidden>Pause updates</button>
<p id="status" role="status" class="quiet"></p>
<noscript><p><a href="">Refresh</a> to see what came in since.</p></noscript></div>
{_table("calls", "recent", _CALLS, shown["recent"], "No call yet.")}
<h2 id="by-model">Spend by model</h2>
{_table("spend", "by-model", _SPEND, shown["spend"], "Nothing spent yet.")}
<h2 id="models-title">Models</h2>
{_table("models", "models-title", _MODELS, _headed(models(at)), "")}
<p class="quiet">Prices are those of {moment(at, "%Y-%m-%d")} on the provider's clock.
A name without a date stands for the version beside it.</p>
<details><summary>Every parameter of every chat model</summary>
{_parameters()}
</details>
</main>
<footer class="quiet">Rungs practice provider: simulated models, real wire format.
The chapter &ldquo;The practice provider&rdquo; of the book says what each parameter does
and what carries over to real models.</footer>
<script>{script}</script>
</body>
</html>
"""


def _headed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "heads": "version"} for row in rows]


_Columns = tuple[tuple[str, str], ...]


def _table(
    id: str, heading: str, columns: _Columns, rows: Iterable[Mapping[str, Any]], empty: str
) -> str:
    heads = "".join(
        f'<th scope="col" data-key="{key}" class="{_class(key)}">{escape(title)}</th>'
        for key, title in columns
    )
    body = "".join(_row(columns, row) for row in rows)
    body = body or f'<tr><td class="empty quiet" colspan="{len(columns)}">{escape(empty)}</td></tr>'
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-labelledby="{heading}">'
        f'<table id="{id}" class="cards" aria-labelledby="{heading}">'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(columns: _Columns, row: Mapping[str, Any]) -> str:
    return f"<tr>{''.join(_cells(columns, row))}</tr>"


def _cells(columns: _Columns, row: Mapping[str, Any]) -> Iterator[str]:
    for key, title in columns:
        name = "th" if key == row["heads"] else "td"
        scope = ' scope="row"' if name == "th" else ""
        bad = " bad" if key == "status" and row["failed"] else ""
        inner = escape(str(row[key]))
        if key == "share":
            inner = f'<meter value="{row[key]:g}" aria-label="share of all spend"></meter>'
        attributes = f'class="{_class(key)}{bad}" data-label="{escape(title)}"{scope}'
        yield f"<{name} {attributes}>{inner}</{name}>"


def _class(key: str) -> str:
    return f"{key} number" if key in _NUMBERS else key


@lru_cache(maxsize=1)
def _parameters() -> str:
    chat = [card for card in cards().values() if card.kind == "chat"]
    heads = "".join(f'<th scope="col" class="number">{escape(c.version)}</th>' for c in chat)
    groups = groupby(parameters().values(), key=lambda known: known.name.partition(".")[0])
    bodies = []
    for group, members in groups:
        rows = [
            f'<tr><th scope="row"><code>{escape(known.name)}</code></th>'
            + "".join(f'<td class="number">{card[known.name]:g}</td>' for card in chat)
            + f"<td>{escape(known.unit)}</td><td>{escape(known.meaning)}</td></tr>"
            for known in members
        ]
        span = len(chat) + 3
        bodies.append(
            f'<tbody><tr class="group"><th scope="rowgroup" colspan="{span}">{escape(group)}</th>'
            f"</tr>{''.join(rows)}</tbody>"
        )
    return (
        '<div class="scroll" role="region" tabindex="0" aria-label="Parameters">'
        f'<table><thead><tr><th scope="col">Parameter</th>{heads}<th scope="col">Unit</th>'
        f'<th scope="col">Meaning</th></tr></thead>{"".join(bodies)}</table></div>'
    )
