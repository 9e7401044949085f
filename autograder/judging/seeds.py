"""Where cases come from: seeds for practice and secret seeds for marks."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from autograder.errors import ContentError

__all__ = ["case_seed", "course_secret", "official_seeds", "practice_seeds"]

_BYTES = 32
_CASE_BYTES = 16


def practice_seeds(lesson_id: str, task_id: str, variant: int = 0, count: int = 5) -> list[int]:
    """Return the public seeds of a task's practice cases; `variant` gives fresh ones."""
    return _derive(b"practice", "", lesson_id, task_id, str(variant), count)


def official_seeds(
    secret: bytes, version: str, lesson_id: str, task_id: str, learner: str, count: int
) -> list[int]:
    """Return one learner's secret seeds for a task: stable over resubmission and regrade."""
    return _derive(secret, version, lesson_id, task_id, learner, count)


def case_seed(secret: bytes, lesson_id: str, case: str, learner: str) -> int:
    """Return the seed of one learner's case: 128 bits, since its public view is in their hands.

    The course's version is no part of it: a case that was released stays.
    """
    digest = hmac.digest(secret, _head("case", lesson_id, case, learner), hashlib.sha256)
    return int.from_bytes(digest[:_CASE_BYTES], "big")


def course_secret(root: Path) -> bytes:
    """Read the course's key, `.rungs/course.key`, creating it (mode 0600) on first use."""
    path = root / ".rungs" / "course.key"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_bytes().strip()
    else:
        key = secrets.token_hex(_BYTES).encode()
        with os.fdopen(handle, "wb") as file:
            file.write(key + b"\n")
    if len(key) != 2 * _BYTES:
        raise ContentError(
            f"{path} is damaged: it should hold {2 * _BYTES} hexadecimal characters. Restore it "
            "from your back-up; with a new key every learner gets other cases and marks may move."
        )
    return key


def _derive(key: bytes, version: str, lesson: str, task: str, who: str, count: int) -> list[int]:
    head = _head(version, lesson, task, who)
    digests = (hmac.digest(key, head + b"%d" % i, hashlib.sha256) for i in range(1, count + 1))
    return [int.from_bytes(digest[:8], "big") >> 1 for digest in digests]


def _head(*parts: str) -> bytes:
    # Each part carries its length, so that no two lists of parts give one message.
    return "".join(f"{len(part)}:{part}" for part in parts).encode()
