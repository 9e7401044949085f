"""Tell which known mistake a learner's answers look like.

`misconceptions.json` beside a lesson's judge holds, for the practice cases,
short hashes of what every wrong entry of the corpus answered. It is written by
`rungs build`; nothing in it can be turned back into an answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from autograder import content
from autograder.channel import Reply, Request, decode
from autograder.errors import ContentError, NotPortable

__all__ = ["Exchange", "Mistake", "TaskMistakes", "answer_print", "match", "request_print"]

Exchange = tuple[Request, Reply]
_LIKENESS = 0.5


class Mistake(BaseModel):
    """Hold what one wrong entry answered where it differs: request print to answer print."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entry: str
    says: str
    answers: dict[str, str]


class TaskMistakes(BaseModel):
    """Hold a task's mistakes, and by request print the answers that count as right."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    accepted: dict[str, tuple[str, ...]]
    mistakes: tuple[Mistake, ...]


def match(lesson_id: str, task_id: str, trace: Iterable[Exchange]) -> str | None:
    """Return what the corpus says about the mistake that this trace shows, or None.

    `trace` holds the (request, reply) pairs that a practice check's transport
    saw, in any number of cases or steps; requests that are not of a practice
    case of variant 0 count for nothing. A mistake must explain at least half
    of the wrong answers, and better than any mistake with another text.
    """
    table = _table(content.lesson_dir(lesson_id)).get(task_id)
    if table is None:
        return None
    answers = {request_print(request): answer_print(reply) for request, reply in trace}
    return best(table, answers)


def best(table: TaskMistakes, answers: Mapping[str, str]) -> str | None:
    """Return the text of the mistake most like these answers (print to print), or None."""
    wrong = {q: a for q, a in answers.items() if a not in table.accepted.get(q, (a,))}
    likeness: dict[str, float] = {}
    for mistake in table.mistakes:
        found = _likeness(mistake, wrong, answers)
        likeness[mistake.says] = max(found, likeness.get(mistake.says, 0.0))
    most = max(likeness.values(), default=0.0)
    winners = [says for says, found in likeness.items() if found == most]
    return winners[0] if most >= _LIKENESS and len(winners) == 1 else None


def request_print(request: Request) -> str:
    """Hash what was asked; the order of a dict's keys is part of it."""
    parts = [request["op"], request["name"], request["args"], request["kwargs"]]
    return _hash(parts[:2] + [_plain(decode(part)) for part in parts[2:]], False)[:10]


def answer_print(reply: Reply) -> str:
    """Hash what came back: a value with numbers to nine digits, or the kind of fault."""
    if "fault" in reply:
        parts = reply["fault"]
        return _hash(parts[:2] if parts[:1] == ["Raised"] else parts[:1])[:8]
    try:
        return _hash({"ok": _plain(decode(reply.get("ok")))})[:8]
    except NotPortable:
        return _hash(["NotPortable"])[:8]


def _likeness(mistake: Mistake, wrong: Mapping[str, str], answers: Mapping[str, str]) -> float:
    """Return the share of answers, wrong here or in the mistake, that are the same in both."""
    theirs = {q: a for q, a in mistake.answers.items() if q in answers}
    same = sum(theirs.get(q) == a for q, a in wrong.items())
    either = len(wrong.keys() | theirs.keys())
    return same / either if either else 0.0


def _plain(value: Any) -> Any:
    """Reduce a decoded value to JSON in which numbers that print alike are alike."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int) and abs(value) >= 10**9:
        return {"number": str(value)}
    if isinstance(value, int | float | Decimal):
        return {"number": format(float(value) + 0.0, ".9g")}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {"dict": {key: _plain(item) for key, item in value.items()}}
    return _plain(value.tolist())


def _hash(value: Any, any_order: bool = True) -> str:
    text = json.dumps(value, sort_keys=any_order, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=64)
def _table(folder: Path) -> dict[str, TaskMistakes]:
    path = folder / "misconceptions.json"
    if not path.is_file():
        return {}
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return TypeAdapter(dict[str, TaskMistakes]).validate_python(raw["tasks"])
    except (ValueError, KeyError, ValidationError) as err:
        raise ContentError(
            f"{path} is damaged ({type(err).__name__}). Make it anew with `rungs build`."
        ) from err
