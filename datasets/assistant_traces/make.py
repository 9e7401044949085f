"""Draw the assistant's log and its reviews from the traces scenario.

python datasets/assistant_traces/make.py            write the files
python datasets/assistant_traces/make.py --check    exit 1 if a committed file differs
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

from autograder.scenarios.traces import FEEDBACK, World, draw_team, draw_world, review

HERE = Path(__file__).resolve().parent
SEED = 1989  # the log then holds 48 unsafe answers, 2.0 %
PLAN = {"down": 60, "edited": 60, "abandoned": 60, "up": 20, "none": 100}


def sampled(world: World, draw: Random) -> list[str]:
    """Draw the traces that people read: so many of each feedback, in random order."""
    chosen: list[str] = []
    for feedback in FEEDBACK:
        names = [trace.id for trace in world.traces if trace.feedback == feedback]
        chosen += draw.sample(names, PLAN[feedback])
    draw.shuffle(chosen)
    return chosen


def reviews(world: World, draw: Random) -> Iterable[dict[str, Any]]:
    """Give each read trace the raters' marks, an open note and the modes agreed on later.

    Cleo rated every second trace only.
    """
    team = draw_team(draw)
    for number, row in enumerate(review(world, sampled(world, draw), team, SEED)):
        marks = {name: row.marks[name] for name in row.marks if name != "cleo" or number % 2}
        yield {
            "id": row.trace,
            "marks": marks,
            "note": row.note,
            "family": row.family,
            "agreed": list(world.truth[row.trace]),
        }


def rendered() -> dict[str, str]:
    """Give the files' texts."""
    world = draw_world(SEED)
    planted = {name: list(modes) for name, modes in world.truth.items() if modes}
    rows = {
        "traces.jsonl": [asdict(trace) for trace in world.traces],
        "reviews.jsonl": list(reviews(world, Random(SEED))),
    }
    texts = {name: "".join(json.dumps(row) + "\n" for row in made) for name, made in rows.items()}
    return texts | {"planted.json": json.dumps(planted, indent=0) + "\n"}


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
