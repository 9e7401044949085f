"""The practice provider's data: rebuilt to the byte, described, and the tokenizer untouched."""

from __future__ import annotations

import hashlib
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.content import load

HERE = Path(__file__).resolve().parents[2] / "datasets" / "practice_provider"
MAKE: dict[str, Any] = runpy.run_path(str(HERE / "make.py"))
DESCRIBED: dict[str, Any] = yaml.safe_load((HERE / "dataset.yaml").read_text(encoding="utf-8"))


def test_make_rebuilds_every_file_bit_for_bit() -> None:
    """The committed files are exactly what make.py writes."""
    for name, text in MAKE["files"]().items():
        assert (HERE / name).read_bytes() == text.encode()
    assert MAKE["main"](["--check"]) == 0


def test_check_names_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--check` exits 1 where a file is changed, the tokenizer included."""
    for name in ("make.py", "tokenizer.json", "README.md"):
        (tmp_path / name).write_bytes((HERE / name).read_bytes())
    fresh = runpy.run_path(str(tmp_path / "make.py"))
    assert fresh["main"]([]) == 0
    (tmp_path / "tokenizer.json").write_text("{}")
    (tmp_path / "models.json").write_text("{}")
    assert fresh["main"](["--check"]) == 1
    assert "tokenizer.json differs" in (said := capsys.readouterr().out)
    assert "models.json differs" in said


@pytest.mark.parametrize("entry", DESCRIBED["files"], ids=lambda entry: entry["name"])
def test_hash_rows_and_fields_are_as_described(entry: dict[str, Any]) -> None:
    """dataset.yaml states each file's digest, its rows and their fields."""
    assert hashlib.sha256((HERE / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]
    held = load(f"practice_provider/{entry['name']}")
    if entry["name"] == "tokenizer":
        assert len(held["model"]["vocab"]) == 30_522
        return
    rows = held["models"] if entry["name"] == "models" else held
    assert len(rows) == entry["rows"]
    if entry["name"] != "models":
        assert all(set(row) == set(entry["fields"]) for row in rows)


def test_readme_has_every_parameter_with_its_values() -> None:
    """The datasheet has a row for each parameter, with all five values."""
    text = (HERE / "README.md").read_text(encoding="utf-8")
    chats = [one for one in load("practice_provider/models")["models"] if one["parameters"]]
    for known in load("practice_provider/parameters"):
        (row,) = (line for line in text.splitlines() if line.startswith(f"| `{known['name']}` |"))
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[1:3] == [known["unit"], known["meaning"]]
        assert [float(c) for c in cells[3:]] == [one["parameters"][known["name"]] for one in chats]
