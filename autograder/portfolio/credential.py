"""The credential: what is claimed, in the shape of Open Badges 3.0.

Source: 1EdTech *Open Badges Specification 3.0*, AchievementCredential. Own
terms stand under `rungs`. Whoever signs is the issuer: a learner vouches for
what their own computer measured.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autograder.portfolio.regrade import Earned
from autograder.portfolio.signing import PortfolioError

__all__ = [
    "Claim",
    "Claims",
    "LessonClaim",
    "claims_of",
    "document",
    "lesson_claim",
    "now_text",
]

_CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
CRITERIA = (
    "Each lesson's tasks are judged by code on cases drawn anew, in a process that the submitted"
    " code cannot reach. `rungs verify` runs the same code again on other cases."
)


Seed = Annotated[str, Field(pattern=r"^\d{1,19}$")]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Claim(_Record):
    """One task: marks and points, and the cases they were earned on, as decimal texts."""

    task: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    mark: str = Field(pattern=r"^\d{1,4}(\.\d{1,6})?$")
    points: str = Field(pattern=r"^\d{1,4}(\.\d{1,6})?$")
    seeds: tuple[Seed, ...] = Field(min_length=1, max_length=50)

    @property
    def full(self) -> bool:
        """Tell whether all points were earned."""
        return float(self.mark) == float(self.points)


class LessonClaim(_Record):
    """One lesson with its tasks, in the course's order."""

    lesson: str = Field(pattern=r"^\d\d_[a-z0-9_]+$")
    title: str = Field(max_length=200)
    tasks: tuple[Claim, ...] = Field(min_length=1, max_length=40)


class Claims(_Record):
    """What a bundle claims: for which version of the course, and which files it consists of."""

    version: str = Field(max_length=40)
    made: str = Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
    name: str = Field(max_length=200)
    lessons: tuple[LessonClaim, ...] = Field(min_length=1, max_length=100)
    files: Mapping[str, str]


@dataclass(frozen=True)
class _Result:
    id: str
    name: str
    claim: Claim


def lesson_claim(lesson: str, title: str, earned: Sequence[Earned]) -> LessonClaim:
    """Write what was earned as texts, which every reader takes for the same digits."""
    tasks = tuple(
        Claim(
            task=one.task,
            mark=f"{one.mark:.6f}".rstrip("0").rstrip("."),
            points=f"{one.points:.6f}".rstrip("0").rstrip("."),
            seeds=tuple(map(str, one.seeds)),
        )
        for one in earned
    )
    return LessonClaim(lesson=lesson, title=title, tasks=tasks)


def document(claims: Claims, did: str) -> dict[str, Any]:
    """Write the unsigned credential of a learner whose key has this name."""
    results = [
        _Result(f"urn:rungs:{lesson.lesson}:{claim.task}", f"{lesson.title}: {claim.task}", claim)
        for lesson in claims.lessons
        for claim in lesson.tasks
    ]
    achievement = {
        "id": f"urn:rungs:{claims.version}",
        "type": ["Achievement"],
        "name": f"Rungs {claims.version}",
        "description": "Tasks of the course that this code solves on cases it had not seen.",
        "criteria": {"narrative": CRITERIA},
        "resultDescription": [
            {
                "id": one.id,
                "type": ["ResultDescription"],
                "name": one.name,
                "resultType": "RawScore",
                "valueMin": "0",
                "valueMax": one.claim.points,
            }
            for one in results
        ],
    }
    return {
        "@context": list(_CONTEXTS),
        "id": f"urn:uuid:{uuid.uuid4()}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": did, "type": ["Profile"], "name": claims.name},
        "validFrom": claims.made,
        "name": f"Rungs {claims.version}: {claims.name}",
        "credentialSubject": {
            "id": did,
            "type": ["AchievementSubject"],
            "achievement": achievement,
            "result": [
                {"type": ["Result"], "resultDescription": one.id, "value": one.claim.mark}
                for one in results
            ],
        },
        "evidence": [
            {
                "id": f"urn:sha256:{digest}",
                "type": ["Evidence"],
                "name": name,
                "genre": "source code" if name.endswith(".ipynb") else "page",
            }
            for name, digest in claims.files.items()
        ],
        "rungs": claims.model_dump(mode="json"),
    }


def claims_of(credential: Mapping[str, Any]) -> Claims:
    """Read the claims; raise `PortfolioError` where the credential says anything else.

    The standard fields are written again from the claims and compared, so that
    no reader of a badge sees other marks than are checked here.
    """
    try:
        claims = Claims.model_validate(credential.get("rungs"))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise PortfolioError(f"portfolio.json: rungs.{place}: {first['msg']}.") from error
    issuer = credential.get("issuer")
    did = str(issuer.get("id", "")) if isinstance(issuer, dict) else ""
    said = {name: value for name, value in credential.items() if name not in ("proof", "id")}
    written = document(claims, did)
    del written["id"]
    if said != written:
        differs = sorted(n for n in said.keys() | written.keys() if said.get(n) != written.get(n))
        raise PortfolioError(
            f"portfolio.json: {', '.join(differs)} does not agree with its claims."
        )
    return claims


def now_text(now: datetime | None = None) -> str:
    """Write a moment as the credential does: UTC, to the second."""
    return (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
