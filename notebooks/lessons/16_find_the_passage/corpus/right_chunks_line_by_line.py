"""Read the document line by line with a small state machine.

task: chunk_document
"""

import re
from typing import Any


def chunk_document(doc: str, kind: str, limit: int) -> list[dict[str, Any]]:
    def count(a: int, b: int) -> int:
        return len(re.findall(r"\w+|[^\w\s]", doc[a:b]))

    # atoms: [kind, start, end]; kinds are heading, caption, code, table, text, step
    atoms: list[list[Any]] = []
    at, fenced, fresh = 0, False, True
    for line in doc.splitlines(keepends=True):
        here, at = at, at + len(line)
        if fenced:
            atoms[-1][2] = at
            fenced = not line.startswith("```")
        elif line.startswith("```"):
            atoms.append(["code", here, at])
            fenced, fresh = True, True
        elif not line.strip():
            fresh = True
        elif re.match(r"#{1,6} ", line):
            atoms.append(["heading", here, at])
            fresh = True
        elif line.startswith("|"):
            if atoms and atoms[-1][0] == "table" and not fresh:
                atoms[-1][2] = at
            else:
                if atoms and atoms[-1][2] == here and doc.startswith("Table ", atoms[-1][1]):
                    atoms[-1][0] = "caption"
                atoms.append(["table", here, at])
            fresh = False
        elif not fresh and atoms and atoms[-1][0] in ("text", "step"):
            atoms[-1][2] = at
        else:
            atoms.append(["step" if re.match(r"\d+\. ", line) else "text", here, at])
            fresh = False
    # join leads to what follows, then atoms to units
    solid: list[tuple[str, int, int, int]] = []
    lead = None
    for what, a, b in atoms:
        lead = a if lead is None else lead
        if what not in ("heading", "caption"):
            solid.append((what, lead, a, b))
            lead = None
    units: list[list[tuple[str, int, int, int]]] = []
    inside = False
    for atom in solid:
        what, lead, a, _ = atom
        under_heading = doc[lead:a].startswith("#")
        if kind == "runbook":
            inside = what == "step" or (inside and not under_heading)
            new = what == "step" or under_heading or not inside
        else:
            new = kind == "reference" or under_heading
        if new or not units:
            units.append([atom])
        else:
            units[-1].append(atom)
    pieces: list[tuple[int, int]] = []
    for unit in units:
        if count(unit[0][1], unit[-1][3]) <= limit:
            pieces.append((unit[0][1], unit[-1][3]))
            continue
        for what, start, _, b in unit:
            if what in ("code", "table") or count(start, b) <= limit:
                pieces.append((start, b))
                continue
            marks = [m.span() for m in re.finditer(r"\w+|[^\w\s]", doc[start:b])]
            for i in range(0, len(marks), limit):
                last = marks[min(i + limit, len(marks)) - 1][1]
                pieces.append((start + marks[i][0], start + last))
    chunks: list[list[int]] = []
    for a, b in pieces:
        if chunks and count(chunks[-1][0], b) <= limit:
            chunks[-1][1] = b
        else:
            chunks.append([a, b])
    return [{"start": a, "end": b, "text": doc[a:b]} for a, b in chunks]
