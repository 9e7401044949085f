"""Rebuild the practice models, their dated prices and their usage export.

`python make.py` writes the files beside this script; `--check` writes nothing
and exits 1 where a file differs from what this script would write.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

SEED = 11
HERE = Path(__file__).resolve().parent
CALLS = 240
FIRST = datetime(2026, 10, 1, tzinfo=UTC)
PERIOD = timedelta(days=31)

# What a call can end as, how often in 100 calls, and whether the provider metered it.
STATUSES = (
    ("ok", 84, True),
    ("length", 5, True),
    ("client_timeout", 4, True),
    ("content_filter", 2, True),
    ("rate_limited", 3, False),
    ("server_error", 2, False),
)

MODELS: list[dict[str, Any]] = [
    {
        "id": "practice-small",
        "kind": "chat",
        "context_window": 128_000,
        "max_output": 16_384,
        "cache_min_tokens": 1_024,
        "cache_ttl_minutes": 5,
        "describes": "fast and cheap; the default for a first version",
    },
    {
        "id": "practice-large",
        "kind": "chat",
        "context_window": 1_000_000,
        "max_output": 65_536,
        "cache_min_tokens": 1_024,
        "cache_ttl_minutes": 5,
        "describes": "reasons before it answers; dearer above 200,000 prompt tokens",
    },
    {
        "id": "practice-judge",
        "kind": "chat",
        "context_window": 200_000,
        "max_output": 8_192,
        "cache_min_tokens": 2_048,
        "cache_ttl_minutes": 5,
        "describes": "grades other models' answers",
    },
    {
        "id": "practice-embed",
        "kind": "embedding",
        "context_window": 8_192,
        "dimensions": 384,
        "describes": "384 numbers for each text",
    },
]


def price(
    model: str,
    start_date: str,
    rates: tuple[str, str | None, str | None, str | None],
    batch: str,
    long: tuple[int, str, str] | None = None,
) -> dict[str, Any]:
    """Return one dated price row; rates are USD per million tokens, as exact strings."""
    names = ("input_mtok", "cache_read_mtok", "cache_write_mtok", "output_mtok")
    start, long_input, long_output = long or (None, None, None)
    return {
        "model": model,
        "start_date": start_date,
        **dict(zip(names, rates, strict=True)),
        "batch_factor": batch,
        "long_from": start,
        "long_input_factor": long_input,
        "long_output_factor": long_output,
    }


LONG = (200_000, "2", "1.5")
PRICES = [
    price("practice-small", "2026-01-01", ("0.40", "0.10", "0.40", "1.60"), "0.5"),
    price("practice-small", "2026-05-12", ("0.20", "0.02", "0.25", "0.80"), "0.5"),
    price("practice-small", "2026-10-15", ("0.15", "0.015", "0.1875", "0.60"), "0.5"),
    price("practice-large", "2026-01-01", ("3.00", "0.30", "3.75", "15.00"), "0.5", LONG),
    price("practice-large", "2026-08-01", ("2.50", "0.25", "3.125", "12.50"), "0.5", LONG),
    price("practice-large", "2027-01-01", ("2.75", "0.275", "3.4375", "13.75"), "0.5", LONG),
    price("practice-judge", "2026-03-01", ("1.00", "0.10", "1.25", "5.00"), "0.6"),
    price("practice-judge", "2026-11-01", ("0.80", "0.08", "1.00", "4.00"), "0.6"),
    price("practice-embed", "2026-01-01", ("0.05", None, None, None), "0.5"),
    price("practice-embed", "2026-06-01", ("0.02", None, None, None), "0.5"),
]


def tokens(draw: Random, model: str, attempt: int) -> dict[str, int]:
    """Draw a call's disjoint token counts; `reasoning` is the hidden part of `output`."""
    long = model == "practice-large" and draw.random() < 0.12
    prompt = draw.randint(190_000, 260_000) if long else draw.randint(700, 9_000)
    read = prompt * draw.choice((0, 0, 50, 80)) // 100 if attempt == 1 else 0
    write = (prompt - read) * draw.choice((0, 0, 60)) // 100
    answer = draw.randint(40, 900)
    reasoning = draw.randint(200, 3_000) if model == "practice-large" else 0
    return {
        "input": prompt - read - write,
        "cache_read": read,
        "cache_write": write,
        "output": answer + reasoning,
        "reasoning": reasoning,
    }


def openai_usage(t: dict[str, int]) -> dict[str, Any]:
    """Report as OpenAI's Chat Completions do: details are parts of their totals."""
    prompt = t["input"] + t["cache_read"] + t["cache_write"]
    usage: dict[str, Any] = {
        "prompt_tokens": prompt,
        "completion_tokens": t["output"],
        "total_tokens": prompt + t["output"],
    }
    if t["cache_read"] or t["cache_write"]:
        usage["prompt_tokens_details"] = {
            "cached_tokens": t["cache_read"],
            "cache_write_tokens": t["cache_write"],
        }
    if t["reasoning"]:
        usage["completion_tokens_details"] = {"reasoning_tokens": t["reasoning"]}
    return usage


def anthropic_usage(t: dict[str, int]) -> dict[str, Any]:
    """Report as Anthropic's Messages do: three input counts beside each other."""
    usage: dict[str, Any] = {
        "input_tokens": t["input"],
        "cache_creation_input_tokens": t["cache_write"],
        "cache_read_input_tokens": t["cache_read"],
        "output_tokens": t["output"],
    }
    if t["cache_write"]:
        usage["cache_creation"] = {
            "ephemeral_5m_input_tokens": t["cache_write"],
            "ephemeral_1h_input_tokens": 0,
        }
    if t["reasoning"]:
        usage["output_tokens_details"] = {"thinking_tokens": t["reasoning"]}
    return usage


def gemini_usage(t: dict[str, int]) -> dict[str, int]:
    """Report as Gemini does: cached inside the prompt, thoughts outside, zeros left out."""
    prompt = t["input"] + t["cache_read"] + t["cache_write"]
    counts = {
        "promptTokenCount": prompt,
        "cachedContentTokenCount": t["cache_read"],
        "candidatesTokenCount": t["output"] - t["reasoning"],
        "thoughtsTokenCount": t["reasoning"],
        "totalTokenCount": prompt + t["output"],
    }
    return {name: count for name, count in counts.items() if count}


DIALECTS = {"openai": openai_usage, "anthropic": anthropic_usage, "gemini": gemini_usage}


def usage_export(draw: Random) -> list[dict[str, Any]]:
    """Draw a month of calls, with retries, and some rows delivered twice."""
    rows: list[dict[str, Any]] = []
    request, attempt, status = 0, 1, "ok"
    at = FIRST
    dialect, model, mode = "openai", "practice-small", "live"
    names, weights = [s[0] for s in STATUSES], [s[1] for s in STATUSES]
    metered = {s[0] for s in STATUSES if s[2]}
    for number in range(CALLS):
        again = rows and status != "ok" and attempt < 3 and mode == "live"
        if again:
            attempt += 1
            at += timedelta(seconds=draw.randint(1, 40))
        else:
            request, attempt = request + 1, 1
            at = FIRST + PERIOD * (request / 220) + timedelta(seconds=draw.randint(0, 3_000))
            at = at.replace(microsecond=0)
            dialect = draw.choice(list(DIALECTS))
            model = draw.choices(
                ["practice-small", "practice-large", "practice-judge"], [60, 25, 15]
            )[0]
            mode = "batch" if draw.random() < 0.2 else "live"
        counts = tokens(draw, model, attempt)
        # Long prompts are slow, and slow calls are the ones a client stops waiting for.
        slow = sum(counts.values()) > 100_000
        odds = [
            15 if slow and s == "client_timeout" else w for s, w in zip(names, weights, strict=True)
        ]
        status = draw.choices(names, odds)[0]
        if dialect == "gemini":
            # Gemini's usage metadata has no field for cache writes.
            counts["input"] += counts["cache_write"]
            counts["cache_write"] = 0
        rows.append(
            {
                "call_id": f"call_{number:04d}",
                "request_id": f"req_{request:04d}",
                "attempt": attempt,
                "at": at.isoformat(),
                "dialect": dialect,
                "model": model,
                "mode": mode,
                "status": status,
                "usage": DIALECTS[dialect](counts) if status in metered else None,
            }
        )
    for index in sorted(draw.sample(range(20, CALLS), 6), reverse=True):
        rows.insert(index + draw.randint(1, 5), dict(rows[index]))
    return rows


def files() -> dict[str, str]:
    """Return every data file's name and text."""
    lines = (json.dumps(row) for row in usage_export(Random(SEED)))
    return {
        "models.json": json.dumps(MODELS, indent=2) + "\n",
        "prices.json": json.dumps(PRICES, indent=2) + "\n",
        "usage.jsonl": "".join(line + "\n" for line in lines),
    }


def main(arguments: list[str]) -> int:
    """Write the files, or compare them with `--check`."""
    different = []
    for name, text in files().items():
        path = HERE / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            different.append(name)
            if "--check" not in arguments:
                path.write_text(text, encoding="utf-8")
    if "--check" in arguments and different:
        print(f"differ from make.py: {', '.join(different)}; run `python {Path(__file__).name}`")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
