"""Get a notebook's cells out of a file's bytes, however damaged the file is.

Editors, clouds, merges and full disks leave notebooks that no library reads.
What a person could still point at as a cell is found here. Nothing is run,
nothing is guessed: a cell comes out with the text it has in the file.
`python -m autograder.grading.salvage` does the same under limits of memory and
time, for files too large to be read in the grading process.
"""

from __future__ import annotations

import codecs
import json
import re
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice, pairwise
from typing import Any

from autograder.errors import SubmissionError

__all__ = ["LONGEST_CELL", "FoundCell", "Salvaged", "salvage", "salvage_apart"]

LONGEST_CELL = 1_000_000  # characters of one cell's text
_LONGEST_PICTURE = 1_400_000  # base64 characters of one attachment, about 1 MB
_MOST_CELLS = 5_000
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_CHILD_BYTES = 3 * 2**29
_CHILD_SECONDS = 30

_CELL_START = re.compile(
    r'\{\s*"(?:attachments|cell_type|collapsed|execution_count|id|input|language|metadata|outputs'
    r'|prompt_number|source)"\s*:'
)
# nbgrader's metadata open with a cell_type too, so the next field decides.
_USUAL_START = re.compile(
    r'\{\s*"(?:attachments"|cell_type"\s*:\s*"\w+"\s*,\s*"(?:execution_count|id|metadata|source)")'
)
_OPENINGS = (
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a compressed file"),
    (b"%PDF", "a PDF"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"version https://git-lfs", "a pointer of Git LFS, without the file itself"),
)


@dataclass(frozen=True)
class FoundCell:
    """Hold one cell as found: `kind` is code, markdown or raw; the rest may be empty.

    `grade_id` and `checksum` are what nbgrader's metadata claims; `attachments`
    maps names to {media type: base64}, raster images only.
    """

    kind: str
    source: str
    id: str = ""
    grade_id: str = ""
    checksum: str = ""
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Salvaged:
    """Hold the cells of a file, and one sentence for whatever was mended or given up."""

    cells: tuple[FoundCell, ...]
    notes: tuple[str, ...]


def salvage(data: bytes) -> Salvaged:
    """Find the cells in a file; raise `SubmissionError` where it holds none that can be read.

    An empty notebook has no cells and is no error.
    """
    if not data.strip(b"\x00 \t\r\n"):
        size = f"{len(data):,} bytes of nothing" if data else "0 bytes"
        raise SubmissionError(f"is empty ({size})")
    for opening, what in _OPENINGS:
        if data[:64].lstrip().lower().startswith(opening.lower()):
            raise SubmissionError(f"is {what}, not a notebook")
    notes: list[str] = []
    found = list(_raw_cells(_decode(data, notes), notes))
    kept = [cell for cell in found if isinstance(cell, dict)]
    if len(kept) < len(found):
        notes.append(f"{_count(len(found) - len(kept), 'entry', 'entries')} were no cells.")
    if len(kept) > _MOST_CELLS:
        notes.append(f"Only the first {_MOST_CELLS:,} of {len(kept):,} cells were read.")
    cells = [_cell(raw, n, notes) for n, raw in enumerate(kept[:_MOST_CELLS], 1)]
    return Salvaged(tuple(cells), tuple(notes))


def salvage_apart(path: str) -> Salvaged:
    """Do the same for a file in a process of its own, which may fill its memory and no more."""
    command = [sys.executable, "-m", "autograder.grading.salvage", path]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_CHILD_SECONDS, check=False)
        said = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise SubmissionError("is too large to be read within the limits") from None
    if "error" in said:
        raise SubmissionError(said["error"])
    return Salvaged(tuple(FoundCell(**cell) for cell in said["cells"]), tuple(said["notes"]))


def _decode(data: bytes, notes: list[str]) -> str:
    try:
        text = data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig", errors="rungs.western")
        notes.append("The file is not UTF-8; its odd bytes were read as Western European letters.")
    if "\x00" in text:
        text = text.replace("\x00", "")
        notes.append("NUL characters in the file were dropped.")
    return text


def _western(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    odd = error.object[error.start : error.end]
    return odd.decode("cp1252", errors="replace"), error.end


codecs.register_error("rungs.western", _western)


def _raw_cells(text: str, notes: list[str]) -> list[Any]:
    """Return the list of cells; from the whole where it parses, else one by one."""
    for version, said in _versions(text):
        try:
            reader = _Reader()
            whole = reader.decode(version)
        except (ValueError, RecursionError):
            continue
        cells = _listed(whole)
        if cells is None:
            break
        notes += [*said, *reader.notes]
        return cells
    last, said = list(_versions(text))[-1]
    cells = list(_one_by_one(last))
    if not cells:
        raise SubmissionError("is not a notebook: it holds no list of cells that can be read")
    notes += said
    notes.append("The file is damaged: it was read cell by cell, and what is left was graded.")
    return cells


def _versions(text: str) -> Iterator[tuple[str, list[str]]]:
    """Give the text as it is and, where a merge left its marks, one side of it."""
    yield text, []
    if "<<<<<<<" in text and ">>>>>>>" in text:
        said = "An unfinished merge had left two versions in the file; the first was graded."
        yield _first_side(text), [said]


def _first_side(text: str) -> str:
    kept, side = [], ""
    for line in text.splitlines(keepends=True):
        mark = line[:7]
        if mark == "<<<<<<<":
            side = "first"
        elif side and mark in ("|||||||", "======="):
            side = "other"
        elif side and mark == ">>>>>>>":
            side = ""
        elif side != "other":
            kept.append(line)
    return "".join(kept)


class _Reader(json.JSONDecoder):
    """Read JSON as leniently as its grammar allows, without numbers that cost time or memory."""

    def __init__(self) -> None:
        super().__init__(
            strict=False,
            object_pairs_hook=self._object,
            parse_int=lambda digits: int(digits) if len(digits) < 9 else 0,
            parse_float=lambda _: 0.0,
            parse_constant=lambda _: None,
        )
        self.notes: list[str] = []

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        if not self.notes:
            self.notes.append("A field was there twice; the last that is not empty was read.")
        found = {}
        for key, value in pairs:
            if value or key not in found:
                found[key] = value
        return found


def _listed(whole: Any, depth: int = 0) -> list[Any] | None:
    """Find the list of cells in formats 1 to 4, a server's reply, a bare list or a quoted text."""
    match whole:
        case {"cells": list(cells)}:
            return cells
        case {"cells": dict(by_key)}:
            return list(by_key.values())
        case {"worksheets": list(sheets)}:
            inner = (sheet.get("cells") for sheet in sheets if isinstance(sheet, dict))
            return [cell for cells in inner if isinstance(cells, list) for cell in cells]
        case {"content": dict(inner)} if depth < 2:
            return _listed(inner, depth + 1)
        case list() if any(_is_cell(one) for one in whole):
            return whole
        case str() if depth < 2:
            try:
                return _listed(_Reader().decode(whole), depth + 1)
            except (ValueError, RecursionError):
                return None
    return None


def _is_cell(found: Any) -> bool:
    return isinstance(found, dict) and isinstance(found.get("cell_type"), str)


def _one_by_one(text: str) -> Iterator[dict[str, Any]]:
    """Yield each cell that parses by itself, and what is left of those that do not."""
    reader, broken, after = _Reader(), None, 0
    # A failed attempt costs what it read, and json counts all lines before it: both are bounded.
    effort = 40 * len(text) + 10_000_000
    for match in _CELL_START.finditer(text):
        start = match.start()
        if start < after or effort < 0:
            continue
        try:
            found, after = reader.raw_decode(text, start)
        except ValueError as err:
            effort -= getattr(err, "pos", len(text)) + 1_000
        except RecursionError:
            effort -= 100_000
        else:
            if _is_cell(found) and ("source" in found or "input" in found):
                if broken is not None:
                    yield from _pieces(reader, text[broken:start])
                    broken = None
                yield found
            continue
        broken = start if broken is None else broken
    if broken is not None:
        yield from _pieces(reader, text[broken:])


def _pieces(reader: _Reader, text: str) -> Iterator[dict[str, Any]]:
    """Yield broken cells from those of their fields that are whole."""
    # Written by Jupyter, VS Code or a cloud, a cell opens with one of these.
    starts = [match.start() for match in _USUAL_START.finditer(text)]
    bounds = [0, *starts[1:_MOST_CELLS], len(text)]
    for start, end in pairwise(bounds):
        kind = _field(reader, text[start:end], "cell_type")
        source = _field(reader, text[start:end], "source", last=True)
        if isinstance(kind, str) and isinstance(source, str | list):
            fields = {name: _field(reader, text[start:end], name) for name in ("id", "metadata")}
            yield {"cell_type": kind, "source": source, **fields}


def _field(reader: _Reader, text: str, name: str, last: bool = False) -> Any:
    found = re.finditer(rf'(?<!\\)"{name}"\s*:\s*', text)
    for match in reversed(deque(found, maxlen=50)) if last else islice(found, 50):
        try:
            return reader.raw_decode(text, match.end())[0]
        except (ValueError, RecursionError):
            continue
    return None


def _cell(raw: dict[str, Any], number: int, notes: list[str]) -> FoundCell:
    metadata = raw.get("metadata")
    claims = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    claims = claims if isinstance(claims, dict) else {}
    kind = _kind(raw)
    return FoundCell(
        kind,
        _source(raw, number, notes),
        id=_text(raw.get("id")),
        grade_id=_text(claims.get("grade_id")),
        checksum=_text(claims.get("checksum")),
        attachments=_attachments(raw.get("attachments")) if kind == "markdown" else {},
    )


def _kind(raw: dict[str, Any]) -> str:
    kind = raw.get("cell_type")
    if kind in ("code", "markdown", "raw"):
        return str(kind)
    return "code" if "outputs" in raw or "input" in raw else "markdown"


def _source(raw: dict[str, Any], number: int, notes: list[str]) -> str:
    found = raw.get("source", raw.get("input", ""))
    if isinstance(found, list):
        found = "".join(part for part in found if isinstance(part, str))
    if not isinstance(found, str):
        notes.append(f"Cell {number} has no text that can be read.")
        return ""
    if len(found) > LONGEST_CELL:
        notes.append(
            f"Cell {number} holds {len(found):,} characters and was left out; "
            f"a cell of up to {LONGEST_CELL:,} is read."
        )
        return ""
    level = raw.get("level", 1)
    if raw.get("cell_type") == "heading" and isinstance(level, int):
        found = f"{'#' * max(1, min(level, 6))} {found}"
    return _text(found.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", ""))


def _text(found: Any) -> str:
    """Return a string that can be written as UTF-8, "" for anything else."""
    if not isinstance(found, str):
        return ""
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _attachments(found: Any) -> dict[str, dict[str, str]]:
    kept: dict[str, dict[str, str]] = {}
    for name, bundle in found.items() if isinstance(found, dict) else ():
        pictures = {
            kind: body
            for kind, body in (bundle.items() if isinstance(bundle, dict) else ())
            if kind in _PICTURES and isinstance(body, str) and len(body) <= _LONGEST_PICTURE
        }
        if pictures and len(kept) < 20:
            kept[_text(name)] = pictures
    return kept


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _main(path: str) -> None:
    import resource  # not on Windows, where this module is only imported

    resource.setrlimit(resource.RLIMIT_AS, (_CHILD_BYTES, _CHILD_BYTES))
    said: dict[str, Any]
    try:
        with open(path, "rb") as file:
            found = salvage(file.read())
        said = {"cells": [asdict(cell) for cell in found.cells], "notes": found.notes}
    except SubmissionError as err:
        said = {"error": str(err)}
    except MemoryError:
        said = {"error": "takes more memory to read than a notebook may"}
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    _main(sys.argv[1])
