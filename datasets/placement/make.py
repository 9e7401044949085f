"""Write the placement test's parameters: items, population, rules and starts.

`python make.py` writes the files beside this script; `--check` writes nothing
and exits 1 where a file differs from what this script would write. Every
number here is our judgement. None was estimated from people.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent

HEAD = ("id", "scale", "discrimination", "difficulty", "minutes", "lesson", "why")
SOFTWARE = (
    ("count_severities", 1.8, -2.2, 1, "01_functions_and_types", "a loop over dicts"),
    ("read_rows", 2.2, -1.5, 3, "01_functions_and_types", "malformed rows are the normal case"),
    ("add_tag", 1.8, -1.3, 2, "01_functions_and_types", "a default that is shared by all calls"),
    ("latest_by_host", 2.2, -1.6, 2, "01_functions_and_types", "a dict as an index"),
    ("batches", 2.0, -0.5, 3, "02_classes_and_injection", "an iterator has no length"),
    ("read_reply", 2.0, -0.1, 2, "03_http_and_json", "status and body can disagree"),
    ("all_pages", 2.2, 0.2, 3, "03_http_and_json", "pages end, or repeat"),
    ("call_with_retries", 2.2, 0.4, 3, "03_http_and_json", "what is worth another try"),
    ("gather_limited", 1.8, 0.8, 4, "04_async_io", "at once, but under a limit and in order"),
    ("finds_bug", 2.0, 0.5, 3, "05_tests_that_catch_bugs", "a test is judged by what it catches"),
)
EVALUATION = (
    ("call_cost", 1.8, -0.5, 2, "11_price_an_answer", "cached tokens are part of the prompt"),
    ("recall_at_k", 2.2, -0.1, 2, "16_find_the_passage", "the denominator of a recall"),
    ("rate_margin", 2.2, 0.0, 2, "09_numbers_you_can_trust", "a rate has an uncertainty"),
    ("mean_reciprocal_rank", 2.0, 0.2, 2, "16_find_the_passage", "a miss counts too"),
    ("zero_failures", 2.0, 0.5, 1, "09_numbers_you_can_trust", "what no failure proves"),
    ("leaked_rows", 1.8, 1.2, 3, "15_baseline_and_leak", "one person on both sides of a split"),
    ("weighted_rate", 2.0, 1.3, 2, "19_build_a_reference_set", "strata are sampled unevenly"),
    ("paired_margin", 2.2, 1.5, 3, "09_numbers_you_can_trust", "the same questions twice"),
    ("corrected_rate", 2.2, 1.7, 3, "21_calibrate_a_judge", "a judge that errs shifts a rate"),
    ("gate", 2.0, 1.9, 4, "30_release_gate", "too little evidence is neither pass nor fail"),
)

# Abilities are on the scale of the difficulties; 0 is the person we expect on average.
MODEL: dict[str, Any] = {
    "population": {
        "software": {"mean": 0.0, "sd": 1.6},
        "evaluation": {"mean": 0.0, "sd": 1.6},
        "correlation": 0.4,
    },
    "rules": {"minutes": 36, "sure": 0.85},
    "starts": [
        {
            "lesson": "01_functions_and_types",
            "path": "soc_analyst_to_ai_engineer",
            "software": [None, -1.4],
            "evaluation": [None, None],
            "words": "the on-ramp, from functions and types on",
        },
        {
            "lesson": "03_http_and_json",
            "path": "soc_analyst_to_ai_engineer",
            "software": [-1.4, 0.3],
            "evaluation": [None, None],
            "words": "services: HTTP, async and tests",
        },
        {
            "lesson": "09_numbers_you_can_trust",
            "path": "software_engineer_to_ai_engineer",
            "software": [0.3, None],
            "evaluation": [None, 0.1],
            "words": "the AI Engineer rung, from its first lesson on",
        },
        {
            "lesson": "16_find_the_passage",
            "path": "software_engineer_to_ai_engineer",
            "software": [0.3, None],
            "evaluation": [0.1, 1.7],
            "words": "retrieval and evaluation, in the middle of the AI Engineer rung",
        },
        {
            "lesson": "30_release_gate",
            "path": "ai_engineer_to_senior",
            "software": [0.3, None],
            "evaluation": [1.7, None],
            "words": "the Senior rung",
        },
    ],
}


def items() -> str:
    """Write the items as CSV, one scale after the other."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for scale, rows in (("software", SOFTWARE), ("evaluation", EVALUATION)):
        writer.writerows((name, scale, *rest) for name, *rest in rows)
    return out.getvalue()


def files() -> dict[str, str]:
    """Return every data file's name and text."""
    return {"items.csv": items(), "model.json": json.dumps(MODEL, indent=2) + "\n"}


def main(arguments: list[str]) -> int:
    """Write the files, or compare them with `--check`."""
    different = []
    for name, text in files().items():
        path = HERE / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            different.append(name)
            if "--check" not in arguments:
                path.write_text(text, encoding="utf-8", newline="\n")
    if "--check" in arguments and different:
        print(f"differ from make.py: {', '.join(different)}; run `python {Path(__file__).name}`")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
