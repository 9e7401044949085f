"""Derive what can be derived in the career data, and describe every file.

The tables and JSON files beside this script are written by hand. Two things
follow from them: the `competencies` column of `lessons.csv` (the rows planned
for that lesson, then those in `also`) and `dataset.yaml` (rows and checksums).
`python make.py` writes both; `--check` writes nothing and exits 1 where a file
differs from what this script would write.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent

HEAD = """\
slug: career
title: The AI engineer's career ladder, its competencies and ways in
licence: CC-BY-4.0
provenance: fact
sources:
  - {what: "S0: career guide 'Senior AI Engineer', DecipherU", date: "2026-04-26"}
  - {what: "S1: career guide 'AI Engineer', DecipherU", date: "2026-04-26"}
  - {what: "S2: role blueprint, enterprise Senior AI Engineer, no site named", date: undated}
  - {what: "S3: article 'What defines a senior AI engineer: skills, impact, growth'", date: "2026"}
  - {what: "S4: hiring guide in the series 'AI-Assisted Development Guide'", date: "2026"}
files:
"""

FILES: dict[str, tuple[str, str]] = {
    "competencies.csv": (
        (
            "{id: str, module: str, module_title: str, competency: str, seed_refs: str, "
            "rung: str, assessed: 'graded, rubric or taught', reason: str, planned_lesson: str}"
        ),
        "one thing a source says the role can do, in our words; reason says what is not graded",
    ),
    "lessons.csv": (
        "{id: str, title: str, rung: str, builds: str, also: str, competencies: str}",
        "one planned lesson; competencies is derived",
    ),
    "sources.json": (
        (
            "{id: str, title: str, publisher: str, kind: str, date: str, date_is: str, "
            "date_ref: str, remark: str}"
        ),
        "one source text",
    ),
    "ladder.json": (
        (
            "{id: str, title: str, order: int, owns: str, in_short: str, remark: str, "
            "years: list, scope: list, good: list, milestones: list}"
        ),
        "one rung, with what each source says of it",
    ),
    "paths.json": (
        (
            "{id: str, title: str, origin: str, goal: str, months: list, bring: list, gap: list, "
            "lessons: list, test_out: list, again: list, artefacts: list, remark: str}"
        ),
        "one way from a role to a rung",
    ),
    "kpis.json": (
        (
            "{id: str, name: str, kind: str, formula: str, unit: str, target: str, "
            "frequency: str, lessons: list, rungs: list, ref: str}"
        ),
        "one indicator; the formula is our reading, the target is the source's example",
    ),
    "interviews.json": (
        "{exercises: list, red_flags: list}",
        "interview exercises with time boxes, and what makes an interviewer stop",
    ),
    "scorecard.json": (
        "{dimension: str, meets_bar: str, weight: int, lessons: list, ref: str}",
        "one dimension of a hiring scorecard; weights are percent and sum to 100",
    ),
    "salaries.json": (
        "{bands: list, headlines: list, disagreements: list}",
        "pay bands in thousands of US dollars a year, as each source gives them",
    ),
    "roles.json": (
        "{roles: list, not_to_hire: list, exception: dict, remarks: list}",
        "the three jobs behind one title, the question that leads to each, when to hire none",
    ),
    "tools.json": (
        "{category: str, tools: list, standing: str, ref: str}",
        "tools the sources name",
    ),
    "certifications.json": (
        "{certifications: list, worth: dict, readings: list}",
        "certificates, books and courses the sources name",
    ),
}


def table(path: Path) -> list[dict[str, str]]:
    """Read a CSV file as a list of rows."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def lessons() -> str:
    """Render lessons.csv with its derived column."""
    planned: dict[str, list[str]] = defaultdict(list)
    for row in table(HERE / "competencies.csv"):
        planned[row["planned_lesson"]].append(row["id"])
    rows = table(HERE / "lessons.csv")
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        serves = dict.fromkeys([*planned[row["id"]], *row["also"].split()])
        writer.writerow({**row, "competencies": " ".join(serves)})
    return out.getvalue()


def count(name: str, text: str) -> int:
    """Count a file's entries: rows of a table, items of a list or of an object's lists."""
    if name.endswith(".csv"):
        return len(list(csv.DictReader(io.StringIO(text))))
    value = json.loads(text)
    if isinstance(value, list):
        return len(value)
    return sum(len(part) for part in value.values() if isinstance(part, list))


def build() -> dict[str, str]:
    """Return every derived file's text by name."""
    derived = {"lessons.csv": lessons()}
    described = HEAD
    for name, (fields, describes) in FILES.items():
        text = derived.get(name) or (HERE / name).read_text(encoding="utf-8")
        described += (
            f"  - name: {name.partition('.')[0]}\n"
            f"    path: {name}\n"
            f"    sha256: {hashlib.sha256(text.encode()).hexdigest()}\n"
            f"    rows: {count(name, text)}\n"
            f"    fields: {fields}\n"
            f"    describes: {describes}\n"
        )
    derived["dataset.yaml"] = described + "made_by: make.py\n"
    return derived


def main(argv: list[str]) -> int:
    """Write the derived files, or compare them under `--check`."""
    stale = []
    for name, text in build().items():
        path = HERE / name
        if path.is_file() and path.read_bytes() == text.encode():
            continue
        stale.append(name)
        if "--check" not in argv:
            path.write_bytes(text.encode())
    if stale and "--check" in argv:
        print(f"differs from what make.py writes: {', '.join(stale)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
