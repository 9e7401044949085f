"""The copy of CWE 4.14 is what its datasheet says it is."""

from __future__ import annotations

import hashlib
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.content import load

HERE = Path(__file__).resolve().parents[2] / "datasets" / "cwe"
DESCRIBED: dict[str, Any] = yaml.safe_load((HERE / "dataset.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def weaknesses() -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in load("cwe/weaknesses")}


def test_make_rebuilds_the_file_bit_for_bit(capsys: pytest.CaptureFixture[str]) -> None:
    """The committed file is exactly what make.py writes from the package's XML."""
    make = runpy.run_path(str(HERE / "make.py"))
    assert make["main"](["--check"]) == 0
    assert "as built" in capsys.readouterr().out


def test_hash_rows_and_fields_are_as_described(weaknesses: dict[str, dict[str, Any]]) -> None:
    """dataset.yaml states the digest, the number of rows and every field."""
    [entry] = DESCRIBED["files"]
    raw = (HERE / entry["path"]).read_bytes()
    assert hashlib.sha256(raw).hexdigest() == entry["sha256"]
    assert len(weaknesses) == entry["rows"] == 963
    assert len(raw) <= 1_000_000
    assert all(set(row) == set(entry["fields"]) for row in weaknesses.values())


def test_links_and_deprecated_entries_are_all_there(weaknesses: dict[str, dict[str, Any]]) -> None:
    """There are 1,076 ChildOf links, all to entries of the file, and 25 deprecated entries."""
    links = [parent for entry in weaknesses.values() for parent in entry["parents"]]
    assert len(links) == 1076
    assert set(links) <= set(weaknesses)
    assert sum(entry["deprecated"] for entry in weaknesses.values()) == 25
    assert all(
        entry["deprecated"] == entry["name"].startswith("DEPRECATED: ")
        for entry in weaknesses.values()
    )


def test_mitres_copyright_and_terms_are_reproduced() -> None:
    """Every copy carries MITRE's copyright line and licence, as its terms ask."""
    notice = (HERE / "NOTICE.md").read_text(encoding="utf-8")
    line = "Copyright © 2006–2022, The MITRE Corporation"
    assert line in notice
    assert "MITRE hereby grants you a non-exclusive, royalty-free license" in notice
    assert line in (HERE / "README.md").read_text(encoding="utf-8")
    assert any(line in text for text in DESCRIBED["notices"])
