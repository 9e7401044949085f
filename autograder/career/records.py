"""The shapes of the career data, validated where it enters the program."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from autograder.career.citation import cited_lines

__all__ = [
    "Artefact",
    "Band",
    "Certificate",
    "Competency",
    "Criterion",
    "Exercise",
    "Indicator",
    "Months",
    "PlannedLesson",
    "Qualifications",
    "Reading",
    "Role",
    "Roles",
    "Route",
    "Rung",
    "RungId",
    "Salaries",
    "Source",
    "Statement",
    "Tool",
    "Years",
]

RungId = Literal["onramp", "ai_engineer", "senior", "staff"]


def _readable(refs: str) -> str:
    list(cited_lines(refs))
    return refs


LessonId = Annotated[str, Field(pattern=r"^\d\d_[a-z0-9_]+$")]
Refs = Annotated[str, AfterValidator(_readable), Field(min_length=4)]
Words = Annotated[str, Field(min_length=1)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Competency(_Record):
    """One thing a source says the role can do; `reason` says what is not graded, and why."""

    id: str = Field(pattern=r"^C\d{3}$")
    module: str = Field(pattern=r"^M\d\d$")
    module_title: Words
    competency: Words
    seed_refs: Refs
    rung: RungId
    assessed: Literal["graded", "rubric", "taught"]
    reason: str
    planned_lesson: LessonId

    @model_validator(mode="after")
    def _explained(self) -> Competency:
        if self.assessed != "graded" and not self.reason:
            raise ValueError(f"{self.id} is not graded and gives no reason")
        return self


class PlannedLesson(_Record):
    """One lesson of the plan, whether or not it stands."""

    id: LessonId
    title: Words
    rung: RungId
    builds: Words
    also: str
    competencies: str

    @property
    def number(self) -> str:
        """Return the two digits by which lessons are ordered."""
        return self.id[:2]


class Source(_Record):
    """One source text; `date_is` says what its date means."""

    id: str = Field(pattern=r"^S\d$")
    title: Words
    publisher: str
    kind: Words
    date: str
    date_is: Words
    date_ref: str
    remark: str


class Statement(_Record):
    """What a source says, in our words; `rungs` limits where it is shown."""

    text: Words
    ref: Refs
    rungs: tuple[RungId, ...] = ()


class Years(_Record):
    """Years of experience as one place states them; `high` is None where it has no end.

    Both ends are None where the statement counts from elsewhere than the first job.
    """

    text: Words
    low: int | None
    high: int | None
    ref: Refs


class Rung(_Record):
    """One rung of the ladder as the sources describe it."""

    id: RungId
    title: Words
    order: int
    owns: Words
    in_short: Words
    remark: str
    years: tuple[Years, ...]
    scope: tuple[Statement, ...]
    good: tuple[Statement, ...]
    milestones: tuple[Statement, ...]


class Months(_Record):
    """How long one place in a source says a move takes, in months."""

    where: Literal["heading", "text"]
    low: int = Field(gt=0)
    high: int = Field(gt=0)
    stated: str = ""
    ref: Refs


class Artefact(_Record):
    """Something a person on a path can show, and the lessons that build it."""

    text: Words
    lessons: tuple[LessonId, ...]
    ref: Refs


class Route(_Record):
    """One way from a role to a rung; `lessons` are in order, `again` on new cases."""

    id: str = Field(pattern=r"^[a-z_]+$")
    title: Words
    origin: Words
    goal: RungId
    months: tuple[Months, ...]
    bring: tuple[Statement, ...]
    gap: tuple[Statement, ...]
    lessons: tuple[LessonId, ...]
    test_out: tuple[LessonId, ...]
    again: tuple[LessonId, ...] = ()
    artefacts: tuple[Artefact, ...]
    remark: str


class Indicator(_Record):
    """One KPI: our formula, the source's example target."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    name: Words
    kind: Words
    formula: Words
    unit: Words
    target: Words
    frequency: Words
    lessons: tuple[LessonId, ...]
    rungs: tuple[RungId, ...]
    ref: Refs


class Exercise(_Record):
    """One interview exercise; `minutes` is its time box, if a source sets one."""

    id: str = Field(pattern=r"^[a-z_]+$")
    title: Words
    minutes: tuple[int, int] | None
    rungs: tuple[RungId, ...]
    task: Words
    bar: Words
    lessons: tuple[LessonId, ...]
    ref: Refs


class Criterion(_Record):
    """One weighted dimension of the hiring scorecard, in percent."""

    dimension: Words
    meets_bar: Words
    weight: int = Field(gt=0)
    lessons: tuple[LessonId, ...]
    ref: Refs


class Band(_Record):
    """One pay band of one source, in thousands of US dollars a year."""

    source: str = Field(pattern=r"^S\d$")
    role: Words
    level: Words
    years: str
    market: Words
    low_kusd: int
    high_kusd: int
    measure: Words
    year: Words
    rung: RungId
    note: str = ""
    ref: Refs

    @model_validator(mode="after")
    def _ordered(self) -> Band:
        if self.low_kusd >= self.high_kusd:
            raise ValueError(f"{self.ref}: the band ends below its beginning")
        return self


class Salaries(_Record):
    """All bands, the headline figures, and where the sources disagree."""

    bands: tuple[Band, ...]
    headlines: tuple[Statement, ...]
    disagreements: tuple[Statement, ...]


class Tool(_Record):
    """Tools of one kind that a source names."""

    category: Words
    tools: tuple[Words, ...]
    standing: Words
    ref: Refs


class Certificate(_Record):
    """A certificate that a source names for a rung."""

    name: Words
    by: str
    rungs: tuple[RungId, ...]
    ref: Refs


class Reading(_Record):
    """A book or course that a source names; `ours` is a remark of our own."""

    name: Words
    by: Words
    year: int | None = None
    ours: str = ""
    ref: Refs


class Qualifications(_Record):
    """Certificates, what they are worth, and what to read."""

    certifications: tuple[Certificate, ...]
    worth: Statement
    readings: tuple[Reading, ...]


class Role(_Record):
    """One of the jobs behind the title; `asked` is the question that leads to it."""

    title: Words
    does: Statement
    interview: Statement
    asked: Words


class Roles(_Record):
    """The roles in the order of their questions, and when none should be hired."""

    roles: tuple[Role, ...]
    not_to_hire: tuple[Statement, ...]
    exception: Statement
    remarks: tuple[Statement, ...]
