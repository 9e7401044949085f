"""Write CWE 4.14's weaknesses as JSON Lines, from the XML inside the cwe2 package.

python datasets/cwe/make.py            write weaknesses.jsonl
python datasets/cwe/make.py --check    exit 1 if the committed file differs
"""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE / "weaknesses.jsonl"
RESEARCH_VIEW = "1000"


def catalogue() -> Path:
    """Find the XML that cwe2 3.0.0 ships; its own lookup re-reads files for every entry."""
    spec = find_spec("cwe2")
    if spec is None or spec.origin is None:
        raise SystemExit("cwe2 is missing. Install it with `pip install cwe2==3.0.0`.")
    return Path(spec.origin).parent / "database_v49" / "cwec_v4.14.xml"


def entries(xml: Path) -> list[dict[str, object]]:
    """Read every weakness (not the categories and views), ordered by number."""
    root = ET.parse(xml).getroot()
    space = {"c": root.tag[1:].partition("}")[0]}
    found = []
    for weakness in root.iterfind("c:Weaknesses/c:Weakness", space):
        described = weakness.find("c:Description", space)
        assert described is not None, "every weakness of the schema has a description"
        parents = {
            int(link.attrib["CWE_ID"])
            for link in weakness.iterfind("c:Related_Weaknesses/c:Related_Weakness", space)
            if link.attrib["Nature"] == "ChildOf" and link.attrib["View_ID"] == RESEARCH_VIEW
        }
        status = weakness.attrib["Status"]
        found.append(
            {
                "id": f"CWE-{weakness.attrib['ID']}",
                "name": weakness.attrib["Name"],
                "description": " ".join("".join(described.itertext()).split()),
                "abstraction": weakness.attrib["Abstraction"],
                "status": status,
                "deprecated": status == "Deprecated",
                "parents": [f"CWE-{number}" for number in sorted(parents)],
            }
        )
    return sorted(found, key=lambda entry: int(str(entry["id"]).removeprefix("CWE-")))


def rendered() -> str:
    """Give the file's text: one entry a line."""
    lines = (json.dumps(entry, ensure_ascii=False) for entry in entries(catalogue()))
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the file, or compare it."""
    text = rendered()
    if "--check" in arguments:
        same = TARGET.is_file() and TARGET.read_bytes() == text.encode()
        print(f"{TARGET.name}: {'as built' if same else 'differs; run make.py'}")
        return 0 if same else 1
    TARGET.write_bytes(text.encode())
    print(f"{TARGET.name}: {text.count(chr(10))} entries")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
