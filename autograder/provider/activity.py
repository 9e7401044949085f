"""What the provider did so far, as its callers may know it, in words ready to be read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from autograder.errors import ContentError
from autograder.provider.card import Card, aliases, cards
from autograder.provider.ledger import Call, PublicCall
from autograder.provider.prices import price_row

if TYPE_CHECKING:
    from autograder.provider.engine import Provider

__all__ = ["SIMULATION", "dollars", "models", "moment", "named", "state"]

SIMULATION = (
    "This is a simulation of effects, not a language model: a small policy with published "
    "parameters, made to practise engineering and measurement on."
)
_RECENT = 15
_LONGEST = 90  # characters of anything that a caller sent
_SAYS = ("messages", "input", "content", "text", "refusal")


def state(provider: Provider) -> dict[str, Any]:
    """Return what the page shows of the calls, newest first; texts are ready to be read."""
    totals = provider.ledger.totals
    kept = list(provider.ledger)[-_RECENT:]
    return {
        "simulation": SIMULATION,
        "now": moment(provider.clock.now(), "%Y-%m-%d %H:%M:%S"),
        "calls": totals.calls,
        "total": dollars(sum(totals.spend.values(), Decimal(0))),
        "recent": [_call(call.public()) for call in reversed(kept)],
        "spend": _spend(provider),
    }


def models(at: float) -> list[dict[str, Any]]:
    """Return a row a model version: what it is, and its price at `at` seconds since 1970."""
    names = {version: name for name, version in aliases().items()}
    return [
        {
            "name": names.get(card.version, ""),
            "version": card.version,
            "what": card.describes,
            "context": f"{card.context_window:,}",
            **_prices(card, at),
        }
        for card in cards().values()
    ]


def named(call: Call | PublicCall) -> str:
    """Return the model that a call asked for, else its path: one line, safe to show."""
    body = call.body if isinstance(call.body, Mapping) else {}
    return _cut(call.model or str(body.get("model") or call.path))


def dollars(amount: Decimal) -> str:
    """Write an amount in dollars: cents, or as many places as a small one needs."""
    if not amount:
        return "$0"
    places = 2 if amount >= 1 else 6
    return f"${amount:,.{places}f}"


def _prices(card: Card, at: float) -> dict[str, str]:
    try:
        row = price_row(card.version, at)
    except ContentError:  # the clock is set to a day before the model was sold
        return {"input": "not yet", "output": "not yet"}
    return {"input": row["input_mtok"] or "none", "output": row["output_mtok"] or "none"}


def _call(call: PublicCall) -> dict[str, Any]:
    usage = call.usage
    return {
        "heads": "",
        "number": call.number,
        "time": moment(call.received, "%H:%M:%S"),
        "request": _cut(call.path.removeprefix("/v1/")),
        "model": named(call),
        "asked": _cut(_asked(call.body)),
        "status": str(call.status or "dropped"),
        "failed": not 200 <= call.status < 400,
        "prompt": f"{usage.prompt:,}" if usage else "",
        "completion": f"{usage.completion:,}" if usage else "",
        "seconds": f"{call.finished - call.received:.2f}",
        "price": dollars(call.price) if call.price is not None else "",
    }


def _asked(body: Any) -> str:
    """Return the last thing a request says, whatever its shape."""
    if isinstance(body, Mapping):
        return next((_asked(body[k]) for k in _SAYS if body.get(k)), "")
    if isinstance(body, list | tuple) and body:
        return _asked(body[-1])
    return body if isinstance(body, str) else ""


def _spend(provider: Provider) -> list[dict[str, Any]]:
    """Sum by a model's name, which its callers know, and not by the version that answered."""
    totals = provider.ledger.totals
    whole = sum(totals.spend.values(), Decimal(0))
    rows = []
    for name, versions in groupby(cards(), key=lambda version: cards()[version].name):
        used = [v for v in versions if totals.models.get(v)]
        if not used:
            continue
        usages = [totals.usage[v] for v in used if v in totals.usage]
        spent = sum((totals.spend.get(v, Decimal(0)) for v in used), Decimal(0))
        rows.append(
            {
                "heads": "name",
                "name": name,
                "calls": f"{sum(totals.models[v] for v in used):,}",
                "prompt": f"{sum(u.prompt for u in usages):,}",
                "completion": f"{sum(u.completion for u in usages):,}",
                "price": dollars(spent),
                "share": round(float(spent / whole), 4) if whole else 0,
            }
        )
    return rows


def _cut(text: str) -> str:
    shown = " ".join(text[: 4 * _LONGEST].split())
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def moment(seconds: float, form: str) -> str:
    """Write a time in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime(form)
