"""Compose the security notes: runbooks, advisories and reference tables, with gold spans.

    python datasets/security_notes/make.py            write documents.jsonl and questions.jsonl
    python datasets/security_notes/make.py --check    exit 1 if a committed file differs

The prose is in runbooks.py, advisories.py and references.py beside this file;
this module draws the numbers, fills them in, and turns `<<1>>...<</1>>` into
character offsets, so that every gold span is exact by construction.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from advisories import FLAWS, FRAME, PRODUCTS  # noqa: E402  # data beside this script
from references import REFERENCES, table  # noqa: E402  # data beside this script
from runbooks import RUNBOOKS  # noqa: E402  # data beside this script

SEED = 16
MARK = re.compile(r"<<(/?)(\d+)>>")
MONTHS = ("March", "April", "May", "June", "July", "August", "September", "October")
HISTORY = (
    "reported by a customer",
    "confirmed in the laboratory",
    "fix written",
    "fix reviewed",
    "regression test added",
    "customers with support told",
)
Span = tuple[int, int]


def slots(draw: Random) -> dict[str, str]:
    """Draw the numbers and names that a text may mention; every address is for documentation."""
    return {
        "month": draw.choice(MONTHS),
        "hours": str(draw.choice((6, 12, 24, 36, 48, 72))),
        "minutes": str(draw.choice((3, 5, 10, 15, 20, 25, 40))),
        "days": str(draw.choice((7, 14, 21, 30))),
        "count": str(draw.choice((20, 25, 40, 50, 80, 120))),
        "percent": str(draw.choice((80, 85, 90, 95))),
        "host": f"{draw.choice(('lt', 'ws', 'srv'))}-{draw.randint(100, 999)}",
        "ip": f"192.0.2.{draw.randint(2, 250)}",
        "net": f"198.51.100.{16 * draw.randint(0, 15)}/28",
        "name": f"{draw.choice(('updates', 'portal', 'files', 'status'))}.example.com",
        "service": draw.choice(("billing", "search", "export", "ingest")),
        "image": draw.choice(("web-front", "report-job", "sync-agent")),
        "share": draw.choice(("finance", "projects", "scans")),
        "user": draw.choice(("m.okafor", "j.lind", "s.haddad", "p.novak")),
        "nodes": str(draw.randint(3, 9)),
        "months": str(draw.choice((18, 24, 30))),
    }


def fill(text: str, values: dict[str, str]) -> str:
    """Replace `{name}` for the names we know, and leave every other brace alone."""
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), text)


def spans(marked: str) -> tuple[str, dict[int, list[Span]]]:
    """Take the marks out and return the text with the character spans they enclosed."""
    pieces: list[str] = []
    found: dict[int, list[Span]] = {}
    opened: dict[int, int] = {}
    at = length = 0
    for mark in MARK.finditer(marked):
        pieces.append(marked[at : mark.start()])
        length += mark.start() - at
        at = mark.end()
        number = int(mark[2])
        if mark[1]:
            found.setdefault(number, []).append((opened.pop(number), length))
        else:
            opened[number] = length
    assert not opened, "every mark is closed"
    return "".join([*pieces, marked[at:]]), found


def runbooks(draw: Random) -> list[tuple[str, str, str, dict[int, str]]]:
    """Fill every runbook once: id, kind, marked text, questions by mark."""
    return [
        (f"runbook-{slug}", "runbook", fill(text, slots(draw)), asked)
        for slug, text, asked in RUNBOOKS
    ]


def advisories(draw: Random) -> list[tuple[str, str, str, dict[int, str]]]:
    """Put every flaw into two products."""
    made = []
    for serial, (flaw, (product, slug, _)) in enumerate(
        ((flaw, product) for flaw in FLAWS for product in draw.sample(PRODUCTS, 2)), 1
    ):
        number = f"TWK-2026-{1000 + 37 * serial + draw.randint(0, 30)}"
        majors = draw.sample((4, 5, 6, 7), 3)
        fixed = {major: draw.randint(4, 19) for major in sorted(majors)}
        asked_branch = draw.choice(sorted(majors))
        rows = []
        for major, patch in fixed.items():
            ends = f"2027-{draw.randint(1, 12):02}-28"
            row = (
                f"| {major}.x | {major}.0.0 to {major}.0.{patch - 1} | {major}.0.{patch} | {ends} |"
            )
            rows.append(f"<<1>>{row}<</1>>" if major == asked_branch else row)
        day = draw.randint(1, 20)
        month = draw.randint(1, 9)
        values = slots(draw) | {
            "number": number,
            "title": flaw["title"],
            "product": product,
            "slug": slug,
            "severity": flaw["severity"],
            "published": f"2026-{month:02}-{day + 7:02}",
            "changed": f"2026-{month + 1:02}-{day:02}",
            "fixed": f"{max(fixed)}.0.{fixed[max(fixed)]}",
            "next": f"{max(fixed) + 1}.0",
            "rows": "\n".join(rows),
        }
        steps = sorted(draw.sample(range(len(HISTORY)), 4))
        values["timeline"] = "\n".join(
            f"| 2026-{month:02}-{day + later:02} | {HISTORY[step]} |"
            for later, step in enumerate(steps)
        )
        prose = ("summary", "impact", "remedy", "detection")
        parts = {name: fill(flaw[name], values) for name in prose}
        asked = {
            1: f"Which release of {product} {asked_branch}.x repairs {number}?",
            2: fill(flaw["ask2"], values),
            3: fill(flaw["ask3"], values),
        }
        made.append((f"advisory-{number}", "advisory", fill(FRAME, values | parts), asked))
    return made


def references(draw: Random) -> list[tuple[str, str, str, dict[int, str]]]:
    """Write every reference document with two tables and two questions a table."""
    made = []
    for slug, title, before, after, captions in REFERENCES:
        lines = [f"# {title}", "", fill(before, slots(draw)), ""]
        asked: dict[int, str] = {}
        for which, caption in enumerate(captions):
            header, rows, question = table(slug, which, draw)
            wanted = draw.sample(range(len(rows)), 2)
            first, second = 2 * which + 1, 2 * which + 2
            lines += [f"## {caption.capitalize()}", "", f"Table {which + 1}: {caption}"]
            lines += [f"<<{first}>><<{second}>>| {' | '.join(header)} |<</{second}>><</{first}>>"]
            lines += ["|" + "---|" * len(header)]
            for number, row in enumerate(rows):
                text = f"| {' | '.join(row)} |"
                if number in wanted:
                    mark = first + wanted.index(number)
                    text = f"<<{mark}>>{text}<</{mark}>>"
                    asked[mark] = question.format(row[0])
                lines.append(text)
            lines += ["", after, ""]
        made.append((f"reference-{slug}", "reference", "\n".join(lines).rstrip() + "\n", asked))
    return made


def rendered() -> dict[str, str]:
    """Give both files' texts."""
    draw = Random(SEED)
    documents, questions = [], []
    for name, kind, marked, asked in [*runbooks(draw), *advisories(draw), *references(draw)]:
        text, found = spans(marked)
        documents.append({"id": name, "kind": kind, "text": text})
        for number, question in sorted(asked.items()):
            gold = [{"doc": name, "start": start, "end": end} for start, end in found[number]]
            questions.append(
                {"id": f"{name}-{number}", "kind": kind, "question": question, "gold": gold}
            )
    return {
        "documents.jsonl": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in documents),
        "questions.jsonl": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in questions),
    }


def main(arguments: list[str]) -> int:
    """Write the files, or compare them."""
    different = 0
    for name, text in rendered().items():
        target = HERE / name
        if "--check" not in arguments:
            target.write_bytes(text.encode())
        elif not target.is_file() or target.read_bytes() != text.encode():
            different += 1
            print(f"{name}: differs; run make.py")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
