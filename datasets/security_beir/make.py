"""Lay the security notes out as a BEIR folder, with drawn access rights and MiniLM's vectors.

    python datasets/security_beir/make.py            write the folder
    python datasets/security_beir/make.py --text     the same without the vectors: no model needed
    python datasets/security_beir/make.py --check    exit 1 if a committed file differs
    (--check --text compares the text files only, bit for bit)

A passage is a section of a document; a question's relevant passages are those that
hold any character of its gold spans. Rights are drawn from seed 17, document by document.
"""

from __future__ import annotations

import json
import re
import runpy
import sys
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).resolve().parent
NOTES = HERE.parent / "security_notes"
GROUPS = {
    "runbook": (["operations"], ["operations", "engineering"], ["responders"]),
    "advisory": (["everyone"], ["everyone"], ["support", "engineering"], ["responders"]),
    "reference": (["everyone"], ["operations", "engineering"]),
}


def records(name: str) -> list[dict[str, Any]]:
    """Read a file of the security notes."""
    lines = (NOTES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def sections(text: str) -> list[tuple[int, int]]:
    """Return the spans between second-level headings; code may hold lines that look like one."""
    fences = [m.span() for m in re.finditer(r"(?ms)^```.*?^```$", text)]
    starts = [
        m.start()
        for m in re.finditer(r"(?m)^## ", text)
        if not any(a < m.start() < b for a, b in fences)
    ]
    return list(zip([0, *starts], [*starts, len(text)], strict=True))


def metadata(kind: str, draw: Random) -> dict[str, Any]:
    """Draw who may read a document, and until when; one in eight is withdrawn."""
    expires = draw.choice([None, None, None, "2026-10-01", "2027-03-01"])
    return {
        "kind": kind,
        "groups": draw.choice(GROUPS[kind]),
        "expires": expires,
        "deprecated": draw.random() < 1 / 8,
    }


def passages() -> list[dict[str, Any]]:
    """Return one record a section, titled by its document and its heading."""
    made, draw = [], Random(17)
    for document in records("documents"):
        text, rights = document["text"], metadata(document["kind"], draw)
        title = text.partition("\n")[0].lstrip("# ")
        for number, (start, end) in enumerate(sections(text)):
            head, _, body = text[start:end].partition("\n")
            made.append(
                {
                    "_id": f"{document['id']}#{number}",
                    "title": f"{title}: {head.lstrip('# ')}" if number else title,
                    "text": body.strip(),
                    "metadata": rights,
                    "span": (document["id"], start, end),
                }
            )
    return made


def rendered() -> dict[str, str]:
    """Give the text of every file but the vectors."""
    made = passages()
    rows = ["query-id\tcorpus-id\tscore"]
    for q in records("questions"):
        held = [
            p["_id"]
            for p in made
            if any(
                g["doc"] == p["span"][0] and g["start"] < p["span"][2] and p["span"][1] < g["end"]
                for g in q["gold"]
            )
        ]
        rows += [f"{q['id']}\t{name}\t1" for name in held]
    shown = [{key: p[key] for key in p if key != "span"} for p in made]
    asked = [{"_id": q["id"], "text": q["question"]} for q in records("questions")]
    return {
        "corpus.jsonl": "".join(json.dumps(p, ensure_ascii=False) + "\n" for p in shown),
        "queries.jsonl": "".join(json.dumps(q, ensure_ascii=False) + "\n" for q in asked),
        "qrels/test.tsv": "\n".join(rows) + "\n",
    }


def vectors(check: bool) -> bool:
    """Write or compare the vectors of passages (title and text) and questions."""
    minilm = runpy.run_path(str(HERE.parent / "cwe_vectors" / "make.py"))
    texts = {
        "corpus_vectors": [f"{p['title']}. {p['text']}" for p in passages()],
        "query_vectors": [q["question"] for q in records("questions")],
    }
    same = True
    for name, rows in texts.items():
        exact = minilm["embed"](rows)
        target, record = HERE / f"{name}.json", minilm["packed"](exact)
        if check:
            same &= minilm["near"](json.loads(target.read_text()), record, exact)
        else:
            target.write_text(json.dumps(record) + "\n", encoding="utf-8")
    return same


def main(arguments: list[str]) -> int:
    """Write the files, or compare them."""
    check, worst = "--check" in arguments, 0
    for name, text in rendered().items():
        target = HERE / name
        if check:
            same = target.is_file() and target.read_bytes() == text.encode()
            print(f"{name}: {'as built' if same else 'differs; run make.py'}")
            worst |= not same
        else:
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(text.encode())
            print(f"{name}: {text.count(chr(10))} lines")
    if "--text" not in arguments:
        same = vectors(check)
        print(f"vectors: {'as built' if same else 'differ; run make.py'}")
        worst |= not same
    return int(worst)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
