"""The security notes' documents and gold spans are what their datasheet says they are."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import runpy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.content import load

HERE = Path(__file__).resolve().parents[2] / "datasets" / "security_notes"


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {d["id"]: d["text"] for d in load("security_notes/documents")}


def test_make_rebuilds_every_file_bit_for_bit() -> None:
    """The committed files are exactly what make.py writes."""
    assert runpy.run_path(str(HERE / "make.py"))["main"](["--check"]) == 0


def test_hash_and_rows_are_as_described() -> None:
    """dataset.yaml states each file's digest, rows and fields."""
    described: dict[str, Any] = yaml.safe_load((HERE / "dataset.yaml").read_text(encoding="utf-8"))
    for entry in described["files"]:
        raw = (HERE / entry["path"]).read_bytes()
        rows = load(f"security_notes/{entry['name']}")
        assert hashlib.sha256(raw).hexdigest() == entry["sha256"]
        assert len(rows) == entry["rows"]
        assert all(set(row) == set(entry["fields"]) for row in rows)


def test_the_three_types_are_there(texts: dict[str, str]) -> None:
    """Ten runbooks, sixteen advisories and six reference documents, no two alike."""
    kinds = Counter(d["kind"] for d in load("security_notes/documents"))
    assert kinds == {"runbook": 10, "advisory": 16, "reference": 6}
    assert len(set(texts.values())) == len(texts)


def test_nothing_is_left_of_the_templates(texts: dict[str, str]) -> None:
    """No mark and no unfilled slot stands in a text or a question."""
    asked = [q["question"] for q in load("security_notes/questions")]
    for text in [*texts.values(), *asked]:
        assert not re.search(r"<<|>>\d|\{[a-z]+\}", re.sub(r"```.*?```", "", text, flags=re.S))


def test_gold_spans_are_sentences_or_rows(texts: dict[str, str]) -> None:
    """A span is stripped text of its document; a table's question has the header and its row."""
    for q in load("security_notes/questions"):
        found = [texts[g["doc"]][g["start"] : g["end"]] for g in q["gold"]]
        assert all(text and text == text.strip() for text in found)
        if found[0].startswith("|"):
            assert len(found) == 2
            assert found[0].count("\n") <= 1
            assert found[1].count("\n") == 0
        else:
            assert found[0].endswith((".", ":"))


def test_every_code_block_and_table_is_closed(texts: dict[str, str]) -> None:
    """Fences pair up, and every row of a table has as many cells as its header."""
    for text in texts.values():
        assert len(re.findall(r"^```", text, flags=re.M)) % 2 == 0
        for table in re.findall(r"(?:^\|.*\n)+", text, flags=re.M):
            assert len({row.count("|") for row in table.splitlines()}) == 1


def test_addresses_and_names_are_for_documentation(texts: dict[str, str]) -> None:
    """Every address is in a documentation range (or is loopback), every host in example.com."""
    ranges = [ipaddress.ip_network(n) for n in ("192.0.2.0/24", "198.51.100.0/24")]
    for text in texts.values():
        for address in re.findall(r"\b\d{1,3}(?:\.\d{1,3}){3}\b", text):
            assert any(ipaddress.ip_address(address) in network for network in ranges)
        for host in re.findall(r"\b[\w-]+\.(?:com|net|org)\b", text):
            assert host == "example.com"
