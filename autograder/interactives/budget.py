"""What fills a context budget, what no longer fits, what resending history costs, and its figure.

Each turn sends the system prompt and the tools, fresh passages, a question, and all earlier
questions and answers again, so that the tokens of a conversation grow with the square of its
turns. Prices are those of the dataset `practice_models`, which are simulated.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from autograder.content import dataset_path
from autograder.drawing import figure, text

__all__ = ["IN", "MODEL", "OUT", "SINCE", "START", "compute", "draw", "vocabulary"]

MODEL, SINCE = "practice-small", "2026-10-15"
IN, OUT = 0.15, 0.6  # dollars a million tokens
START = {
    "budget": 8000,
    "turns": 8,
    "always": 1300,
    "passages": 6,
    "size": 400,
    "answer": 500,
    "question": 60,
}


def compute(values: Mapping[str, float]) -> dict[str, float | dict[str, float]]:
    """Return what is used, what is over, how many turns fit, and tokens and prices of four things.

    `values` are named as in `START`. A price is that of a thousand, in dollars.
    """
    budget, turns = values["budget"], int(values["turns"])
    turn = values["question"] + values["answer"]
    alone = values["always"] + turn + values["passages"] * values["size"]
    used = alone + turns * turn
    fits = min(turns, max(0, int((budget - alone) // turn)))
    whole, before = _talk(values, turns + 1, turns), _talk(values, turns, turns)
    return {
        "alone": alone,
        "used": used,
        "over": max(0, used - budget),
        "fits": fits,
        "now": {name: whole[name] - before[name] for name in whole},
        "whole": whole,
        "cut": _talk(values, turns + 1, fits),
        "twice": _talk(values, 2 * turns + 2, 2 * turns + 2),
    }


def _talk(values: Mapping[str, float], turns: int, most: int) -> dict[str, float]:
    """Return the tokens read in so many turns, each with at most so many earlier ones."""
    turn = values["question"] + values["answer"]
    each = values["always"] + values["passages"] * values["size"] + values["question"]
    tokens = sum(each + min(n, most) * turn for n in range(turns))
    return {"tokens": tokens, "price": (tokens * IN + turns * values["answer"] * OUT) / 1000}


def vocabulary() -> dict[str, list[str]]:
    """Return the pieces that MiniLM's tokenizer knows, by their ids."""
    file = dataset_path("practice_provider") / "tokenizer.json"
    known: dict[str, int] = json.loads(file.read_text(encoding="utf-8"))["model"]["vocab"]
    return {"vocabulary": sorted(known, key=known.__getitem__)}


def draw() -> str:
    """Draw what the start sends, part after part, against the budget."""
    found = compute(START)
    whole, twice = found["whole"], found["twice"]
    assert isinstance(whole, dict)
    assert isinstance(twice, dict)
    missing = START["turns"] - int(_number(found["fits"]))
    over, more = _number(found["over"]), twice["price"] / whole["price"]
    parts = {
        "system prompt and tools": START["always"],
        "question": START["question"],
        "room for the answer": START["answer"],
        f"{START['passages']} passages": START["passages"] * START["size"],
        f"{START['turns']} earlier turns": START["turns"] * (START["question"] + START["answer"]),
    }
    listed = ", ".join(f"{name} {tokens:,}" for name, tokens in parts.items())
    return figure(
        "context-figure",
        (620, 250),
        "The history outgrows the budget",
        f"A budget of {START['budget']:,} tokens: {listed}. Together they are {over:,.0f} tokens "
        f"over, and the oldest {missing} turns have no room.",
        _bars(parts, _number(found["used"])),
        f"{_number(found['used']):,.0f} tokens for a budget of {START['budget']:,}: the oldest "
        f"{missing} of {START['turns']} turns do not fit. Twice as many turns cost {more:.1f} "
        "times as much. Computed.",
    )


def _bars(parts: Mapping[str, int], used: float) -> Iterator[str]:
    """Draw each part where the one before it ends, and what is over the budget apart."""
    scale, end, budget = 600 / used, 0, START["budget"]
    for n, (name, tokens) in enumerate(parts.items()):
        y, start, end = 18 + 42 * n, end, end + tokens
        yield text(0, y, f"{name}: {tokens:,}", quiet=False)
        for low, high, colour in (
            (start, min(end, budget), "primary"),
            (max(start, budget), end, "inline-code"),
        ):
            if high > low:
                path = f"M{low * scale:.1f} {y + 7}H{high * scale:.1f}v12H{low * scale:.1f}Z"
                yield f'<path d="{path}" style="fill:var(--pst-color-{colour})"/>'
    edge = f"{budget * scale:.1f}"
    ticks = "".join(f"M{edge} {21 + 42 * n}v20" for n in range(len(parts)))
    yield f'<path d="{ticks}" style="stroke:var(--pst-color-text-base);stroke-width:1.4"/>'
    yield text(float(edge), 232, f"budget, {budget:,} tokens", "end", quiet=False)


def _number(found: float | dict[str, float]) -> float:
    assert isinstance(found, (int, float))
    return found
