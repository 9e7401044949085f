"""Cards: complete, in range, and refused where they are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from autograder.errors import ContentError
from autograder.provider import card as module
from autograder.provider.card import aliases, card, cards, parameter_table, parameters


def test_every_card_is_dated_and_has_every_parameter() -> None:
    """A chat card has a value in range for each parameter; an embedding card has none."""
    for version, one in cards().items():
        assert version == f"{one.name}-{date.fromisoformat(one.released)}"
        wanted = set(parameters()) if one.kind == "chat" else set()
        assert set(one.parameters) == wanted
        assert one.context_window > one.max_output >= 0


def test_the_cast() -> None:
    """Small and its regressed successor, a large one that reasons, a judge, a seedless, vectors."""
    small, newer = card("practice-small"), card("practice-small-2026-11-01")
    changed = {name for name in parameters() if small[name] != newer[name]}
    worse = {n for n in changed if newer[n] < small[n] and n.startswith(("skill", "slice"))}
    assert worse == {"slice.table"}
    assert {n for n in changed if n.startswith("skill")} == {
        n for n in parameters() if "skill." in n
    }
    assert card("practice-large").reasons
    assert not small.reasons
    assert [one.name for one in cards().values() if not one.honours_seed] == ["practice-swift"]
    assert card("practice-embed").dimensions == 384
    assert set(aliases().values()) < set(cards())


def test_fingerprints_tell_versions_apart() -> None:
    """No two versions share one."""
    assert len({one.fingerprint for one in cards().values()}) == len(cards())


def test_an_unknown_model_is_named_with_the_known_ones() -> None:
    """The error lists aliases and versions."""
    with pytest.raises(
        ContentError, match=r"no model 'gpt'.*practice-small, .*practice-embed-2026"
    ):
        card("gpt")


def test_the_table_has_a_row_a_parameter() -> None:
    """Plain data for a page: name, unit, meaning, and each chat version's value."""
    table = parameter_table()
    assert [row["parameter"] for row in table] == list(parameters())
    chat = [one for one in cards().values() if one.kind == "chat"]
    for row in table:
        assert row["meaning"]
        assert row["unit"]
        assert [row[one.version] for one in chat] == [one[str(row["parameter"])] for one in chat]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Give the cards' file to change before it is read."""
    held = module._read("models.json")
    known = module._read("parameters.json")
    monkeypatch.setattr(module, "_read", lambda name: held if name == "models.json" else known)
    module.cards.cache_clear()
    yield held
    module.cards.cache_clear()


def test_a_value_out_of_range_is_refused(written: dict[str, Any]) -> None:
    """The error names the version, the parameter, its value and its range."""
    written["models"][0]["parameters"]["judge.tpr"] = 1.5
    with pytest.raises(ContentError, match=r"practice-small-2026-08-01: judge.tpr is 1.5, not 0.0"):
        cards()


def test_a_missing_parameter_is_refused(written: dict[str, Any]) -> None:
    """The error names it."""
    del written["models"][1]["parameters"]["judge.tpr"]
    with pytest.raises(ContentError, match=r"2026-11-01: parameters missing or unknown: judge.tpr"):
        cards()


def test_an_unknown_field_is_refused(written: dict[str, Any]) -> None:
    """The error names it."""
    written["models"][0]["colour"] = "red"
    with pytest.raises(ContentError, match="fields missing or unknown: colour"):
        cards()
