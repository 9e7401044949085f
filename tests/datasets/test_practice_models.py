"""The practice models' files are what they say they are."""

from __future__ import annotations

import hashlib
import runpy
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from genai_prices import Usage, extract_usage
from genai_prices.types import ModelPrice, Tier, TieredPrices

from autograder.content import load

HERE = Path(__file__).resolve().parents[2] / "datasets" / "practice_models"
MAKE: dict[str, Any] = runpy.run_path(str(HERE / "make.py"))
FLAVOURS = {
    "openai": ("openai", "chat"),
    "anthropic": ("anthropic", "default"),
    "gemini": ("google", "default"),
}


def described() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((HERE / "dataset.yaml").read_text(encoding="utf-8"))
    return loaded


def test_make_rebuilds_every_file_bit_for_bit() -> None:
    """The committed files are exactly what make.py writes."""
    for name, text in MAKE["files"]().items():
        assert (HERE / name).read_text(encoding="utf-8") == text


def test_check_names_a_file_that_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--check` exits 1 and names the files where they are absent or changed."""
    (tmp_path / "make.py").write_text((HERE / "make.py").read_text(encoding="utf-8"))
    fresh = runpy.run_path(str(tmp_path / "make.py"))
    assert fresh["main"](["--check"]) == 1
    assert "prices.json" in capsys.readouterr().out
    assert fresh["main"]([]) == 0
    assert fresh["main"](["--check"]) == 0


@pytest.mark.parametrize("entry", described()["files"], ids=lambda entry: entry["name"])
def test_hash_and_row_count_are_as_described(entry: dict[str, Any]) -> None:
    """dataset.yaml states each file's digest and number of rows."""
    raw = (HERE / entry["path"]).read_bytes()
    assert hashlib.sha256(raw).hexdigest() == entry["sha256"]
    assert len(load(f"practice_models/{entry['name']}")) == entry["rows"]


def test_every_field_is_described() -> None:
    """A row has no field that dataset.yaml does not name."""
    for entry in described()["files"]:
        for row in load(f"practice_models/{entry['name']}"):
            assert set(row) <= set(entry["fields"])


def test_prices_have_two_dated_changes_and_one_to_come() -> None:
    """At least two models change price, and one change lies after the export."""
    starts = [date.fromisoformat(row["start_date"]) for row in load("practice_models/prices")]
    models = {row["model"] for row in load("practice_models/prices")}
    assert len(starts) - len(models) >= 2
    assert max(starts) > date(2026, 11, 21)


def in_force(model: str, at: datetime) -> dict[str, Any]:
    rows = [r for r in load("practice_models/prices") if r["model"] == model]
    day = at.astimezone(UTC).date().isoformat()
    found: dict[str, Any] = max(
        (r for r in rows if r["start_date"] <= day), key=lambda r: r["start_date"]
    )
    return found


def our_price(tokens: dict[str, int], row: dict[str, Any]) -> Decimal:
    prompt = tokens["input"] + tokens["cache_read"] + tokens["cache_write"]
    long = row["long_from"] is not None and prompt > row["long_from"]
    total = Decimal(0)
    for kind, count in tokens.items():
        side = "long_output_factor" if kind == "output" else "long_input_factor"
        total += Decimal(row[f"{kind}_mtok"]) * count * (Decimal(row[side]) if long else 1)
    return total / 1_000_000


def library_price(tokens: dict[str, int], row: dict[str, Any]) -> Decimal:
    rates: dict[str, Any] = {}
    for kind in tokens:
        base = Decimal(row[f"{kind}_mtok"])
        side = "long_output_factor" if kind == "output" else "long_input_factor"
        rates[f"{kind}_mtok"] = (
            base
            if row["long_from"] is None
            else TieredPrices(base, [Tier(row["long_from"], base * Decimal(row[side]))])
        )
    usage = Usage(
        input_tokens=tokens["input"] + tokens["cache_read"] + tokens["cache_write"],
        cache_read_tokens=tokens["cache_read"],
        cache_write_tokens=tokens["cache_write"],
        output_tokens=tokens["output"],
    )
    total: Decimal = ModelPrice(**rates).calc_price(usage)["total_price"]
    return total


def test_genai_prices_agrees_on_200_calls() -> None:
    """Our price rules and genai-prices give equal dollars, tiers and cache included."""
    draw = Random(2)
    for _ in range(200):
        model = draw.choice(("practice-small", "practice-large", "practice-judge"))
        at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=draw.randint(0, 8_000))
        tokens = {
            "input": draw.randint(0, 150_000),
            "cache_read": draw.randint(0, 90_000),
            "cache_write": draw.randint(0, 40_000),
            "output": draw.randint(0, 9_000),
        }
        row = in_force(model, at)
        assert library_price(tokens, row) == our_price(tokens, row)


def test_both_sides_of_the_long_prompt_edge_agree_with_genai_prices() -> None:
    """The dearer rate starts above `long_from`, not at it, in both engines."""
    row = in_force("practice-large", datetime(2026, 10, 1, tzinfo=UTC))
    for prompt in (row["long_from"], row["long_from"] + 1):
        tokens = {"input": prompt - 10, "cache_read": 10, "cache_write": 0, "output": 5}
        assert library_price(tokens, row) == our_price(tokens, row)


@pytest.mark.parametrize("dialect", sorted(FLAVOURS))
def test_usage_shapes_are_what_genai_prices_reads(dialect: str) -> None:
    """Writing counts in a vendor's shape and extracting them again loses nothing."""
    provider, flavour = FLAVOURS[dialect]
    names = {"openai": "gpt-5.6-luna", "anthropic": "claude-sonnet-5-5", "gemini": "gemini-2.5-pro"}
    counts = {"input": 900, "cache_read": 600, "cache_write": 0, "output": 400, "reasoning": 250}
    root = "usageMetadata" if dialect == "gemini" else "usage"
    model = "modelVersion" if dialect == "gemini" else "model"
    response = {model: names[dialect], root: MAKE["DIALECTS"][dialect](counts)}
    usage = extract_usage(response, provider_id=provider, api_flavor=flavour).usage
    assert usage.input_tokens == 1_500
    assert usage.cache_read_tokens == 600
    assert usage.output_tokens == 400


def test_export_holds_what_the_lesson_needs() -> None:
    """Retries, failures, batch calls, second deliveries and a price change are all in it."""
    rows = load("practice_models/usage")
    ids = [row["call_id"] for row in rows]
    assert len(ids) - len(set(ids)) == 6
    assert {row["usage"] is None for row in rows if row["status"] != "ok"} == {True, False}
    assert all(row["usage"] is not None for row in rows if row["status"] == "ok")
    assert {row["mode"] for row in rows} == {"live", "batch"}
    assert max(row["attempt"] for row in rows) >= 2
    assert min(r["at"] for r in rows) < "2026-10-15" < max(r["at"] for r in rows) < "2026-11-01"
