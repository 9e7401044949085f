"""Draw one week of usage and cost as OpenAI's organisation exports write them.

    python datasets/usage_exports/make.py            write the four files
    python datasets/usage_exports/make.py --check    exit 1 if a committed file differs

The API's pages and the dashboard's CSVs hold the same numbers. Models and prices
are those of datasets/practice_models; a contract takes 12 % off the list.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).resolve().parent
SEED = 24
FIRST = datetime(2026, 10, 12, tzinfo=UTC)  # practice-small becomes cheaper on the 15th
IDLE = 5  # the day without a call
PROJECTS = ("proj_ask", "proj_digest", "proj_extract", "proj_review")
KEYS = ("key_alder", "key_cobalt", "key_dunmore", "key_foxglove")
PAID = Decimal("0.88")
COUNTS = ("input_tokens", "output_tokens", "input_cached_tokens", "input_cache_write_tokens")
TIMES = ("start_time", "end_time", "start_time_iso", "end_time_iso")
USAGE = (
    "project_id", "num_model_requests", "user_id", "api_key_id", "model", "batch", "service_tier",
    *COUNTS[:3], "input_uncached_tokens", COUNTS[3],
)  # fmt: skip
COSTS = (
    "amount_value",
    "amount_currency",
    "line_item",
    "project_id",
    "organization_id",
    "organization_name",
)
Row = dict[str, Any]


def usage() -> dict[datetime, list[Row]]:
    """Return each day's rows, grouped by project, key, model and batch."""
    draw = Random(SEED)
    sizes = {(p, k): draw.randint(40, 900) for p in PROJECTS for k in KEYS}
    days: dict[datetime, list[Row]] = {}
    for number in range(7):
        rows = days.setdefault(FIRST + timedelta(days=number), [])
        for (project, key), size in sizes.items():
            if number != IDLE:
                rows += _rows(draw, project, key, size)
        if number == 2:  # somebody used the default project, which the export leaves null
            rows += _rows(draw, None, None, 120)
    return days


def _rows(draw: Random, project: str | None, key: str | None, size: int) -> list[Row]:
    model = "practice-small" if project in ("proj_extract", None) else "practice-large"
    batch = project == "proj_digest"
    requests = round(size * draw.uniform(0.8, 1.2))
    prompt = requests * draw.randint(1_800, 4_200)
    read = round(prompt * draw.uniform(0.2, 0.6)) if project == "proj_ask" else 0
    write = round(prompt * draw.uniform(0.02, 0.1)) if project == "proj_ask" else 0
    counts = (prompt, requests * draw.randint(150, 420), read, write)
    row = {"num_model_requests": requests, "project_id": project, "user_id": None}
    row |= {"api_key_id": key, "model": model, "batch": batch, "service_tier": "default"}
    return [dict(zip(COUNTS, counts, strict=True)) | row]


def costs(days: dict[datetime, list[Row]]) -> dict[datetime, list[Row]]:
    """Return what each day's projects cost, by model."""
    prices = json.loads((HERE.parent / "practice_models/prices.json").read_text(encoding="utf-8"))
    made: dict[datetime, list[Row]] = {}
    for day, rows in days.items():
        sums: dict[tuple[str | None, str], Decimal] = defaultdict(Decimal)
        for row in rows:
            at = day.date().isoformat()
            own = [p for p in prices if p["model"] == row["model"] and p["start_date"] <= at]
            sums[row["project_id"], row["model"]] += _usd(row, max(own, key=_start)) * PAID
        made[day] = [
            {
                "amount": {"value": float(round(usd, 10)), "currency": "usd"},
                "line_item": model,
                "project_id": project,
            }
            for (project, model), usd in sums.items()
        ]
    return made


def _start(price: Row) -> str:
    return str(price["start_date"])


def _usd(row: Row, price: Row) -> Decimal:
    prompt, output, read, write = (row[name] for name in COUNTS)
    tokens = {"input": prompt - read - write, "cache_read": read, "cache_write": write}
    tokens["output"] = output
    usd = sum(Decimal(price[f"{kind}_mtok"]) * count for kind, count in tokens.items()) / 10**6
    return usd * Decimal(price["batch_factor"]) if row["batch"] else Decimal(usd)


def page(days: dict[datetime, list[Row]], kind: str) -> str:
    """Write a page of the API, a bucket a day."""
    data = [
        {
            "object": "bucket",
            "start_time": int(day.timestamp()),
            "end_time": int(day.timestamp()) + 86_400,
            "results": [{"object": kind, **row} for row in rows],
        }
        for day, rows in days.items()
    ]
    return json.dumps(
        {"object": "page", "data": data, "has_more": False, "next_page": None}, indent=1
    )


def table(days: dict[datetime, list[Row]], columns: tuple[str, ...]) -> str:
    """Write the dashboard's CSV: an idle day is a row of times and nothing else."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*TIMES, *columns))
    for day, rows in days.items():
        after = day + timedelta(days=1)
        times = (int(day.timestamp()), int(after.timestamp()), day.isoformat(), after.isoformat())
        for row in rows or [{}]:
            writer.writerow((*times, *(_cell(row, name) for name in columns)))
    return text.getvalue()


def _cell(row: Row, name: str) -> str:
    if row and name == "input_uncached_tokens":
        value: Any = row["input_tokens"] - row["input_cached_tokens"]
    elif row and name.startswith("amount_"):
        value = row["amount"][name.removeprefix("amount_")]
    else:
        value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value}.0" if isinstance(value, int) else str(value)


def files() -> dict[str, str]:
    """Return every file's text."""
    used = usage()
    paid = costs(used)
    return {
        "usage.json": page(used, "organization.usage.completions.result") + "\n",
        "usage.csv": table(used, USAGE),
        "costs.json": page(paid, "organization.costs.result") + "\n",
        "costs.csv": table(paid, COSTS),
    }


def main(arguments: list[str]) -> int:
    """Write the files, or compare them."""
    made = files()
    if "--check" in arguments:
        return int(any((HERE / n).read_text(encoding="utf-8") != t for n, t in made.items()))
    for name, text in made.items():
        (HERE / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
