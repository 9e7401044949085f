"""A light stand-in for grading a notebook, for tests of what happens around it.

It runs in real worker processes and answers as they do, but starts no kernel:
the marks come from the text of the notebook. What a learner is called decides
what else happens.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import time
from pathlib import Path

STRICT = "strict"  # a judge of this name gives nothing for half an answer
LOG = "RUNGS_TEST_LOG"  # names a file that gets a line for every order that is worked on


def answer(packed: bytes) -> bytes:
    """Mark a packed order as `autograder.grading.worker.answer` would."""
    line, _, notebook = packed.partition(b"\n")
    order = json.loads(line)
    learner = order["learner"]
    log = Path(os.environ[LOG])
    with log.open("a") as file:
        file.write(f"{learner}\n")
    first = learner.startswith("once") and log.read_text().split().count(learner) == 1
    if learner.startswith("dies") or first:
        os.kill(os.getpid(), signal.SIGKILL)
    if learner.startswith("hangs"):
        time.sleep(600)
    if learner.startswith("says"):
        return b"!it says no."
    time.sleep(float(os.environ.get("RUNGS_TEST_SECONDS", "0")))
    return marked(order, json.loads(notebook))


def marked(order: dict, notebook: dict) -> bytes:
    """Give every task one point for each time the notebook says its name after `solved:`."""
    sources = {
        cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in notebook["cells"]
    }
    graded = [cell for cell in order["released"] if cell["points"] is not None]
    marks = {cell["name"]: mark(cell, sources, order["judge"]) for cell in graded}
    written = {c["name"]: sources.get(c["name"], c)["source"] for c in graded if c["solution"]}
    tasks = {
        name.removeprefix("check-"): {
            "mark": marks[name],
            "points": points,
            "fraction": marks[name] / points,
            "reason": "" if marks[name] == points else "not solved",
            "card": "card of " + name,
            "seeds": order["seeds"].get(name.removeprefix("check-"), []),
            "steps": [],
        }
        for name, points in ((c["name"], c["points"]) for c in graded if not c["solution"])
    }
    record = {
        "learner": order["learner"],
        "lesson": order["lesson_id"],
        "key": key_of(order),
        "submission": order["submission"],
        "judge": order["judge"],
        "seconds": 0.1,
        "mark": sum(task["mark"] for task in tasks.values()),
        "notes": [*order["notes"]],
        "unsafe": order["limits"].get("unsafe", False),
        "partial": [],
        "tasks": tasks,
    }
    notebook["metadata"]["rungs"] = {"notes": order["notes"], "submission": order["submission"]}
    header = {
        "lesson_id": order["lesson_id"],
        "learner": order["learner"],
        "marks": marks,
        "comments": {},
        "answers": {name: str(text) for name, text in written.items()},
        "record": record,
    }
    return json.dumps(header).encode() + b"\n" + json.dumps(notebook).encode()


def mark(cell: dict, sources: dict, judge: str) -> float | None:
    """Give full points where the task's answer says `solved`, half for `half`, None by hand."""
    if cell["solution"]:
        return None
    half = 0.0 if STRICT in judge else 0.5
    answer = sources.get(cell["name"].replace("check-", "answer-"), {"source": ""})
    text = "".join(answer["source"])
    return cell["points"] * (1.0 if "solved" in text else half if "half" in text else 0.0)


def key_of(order: dict) -> str:
    """Name the order as `Order.key` does, without loading what that would load."""
    header = {k: v for k, v in order.items() if k not in ("notes", "kernelspec")}
    return hashlib.sha256(json.dumps(header, sort_keys=True).encode()).hexdigest()
