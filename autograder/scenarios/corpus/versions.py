"""Version ranges of an advisory: how they are drawn, said, moved and tested."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.scenarios.draws import Stream

__all__ = ["STYLES", "VersionStyle", "Versions", "draw_versions", "earlier", "inside", "outside"]


@dataclass(frozen=True)
class Versions:
    """What is affected on one branch, borders included, and the first fixed version."""

    branch: str
    low: str
    high: str
    fixed: str

    @property
    def range(self) -> str:
        """Return the affected range in normal form."""
        return f"{self.low} to {self.high}"


@dataclass(frozen=True)
class VersionStyle:
    """One way to say versions: `{p}` advisory, `{q}` product, `{i}` branch, `{x}` a version."""

    lead: str
    each: str
    silent: str
    range: str
    fixed: str
    member: str
    spared: str
    ask_range: str
    ask_fixed: str


STYLES = (
    VersionStyle(
        "{p} concerns these versions of {q} and no others on their branches: ",
        "on branch {i}, {low} up to and including {high} are affected and {fixed} is fixed",
        "branch {i} was not tested",
        "On branch {i} of {q}, {low} up to and including {high} are affected by {p}",
        "On branch {i} of {q}, {fixed} is the first version that is fixed against {p}",
        "On branch {i}, version {x} of {q} is among those that are affected by {p}",
        "On branch {i}, version {x} of {q} is not among those affected by {p}",
        "Which versions on branch {i} of {q} does {p} concern?",
        "Which version on branch {i} of {q} is the first that is fixed against {p}?",
    ),
    VersionStyle(
        "Only the following releases of {q} carry the flaw {p}, on any branch listed: ",
        "in {i} it is there from {low} through {high} and gone in {fixed}",
        "for {i} nobody has looked",
        "In {i} of {q}, the flaw {p} is there from {low} through {high}",
        "In {i} of {q}, the first release without the flaw {p} is {fixed}",
        "In {i}, the release {x} of {q} is one that carries the flaw {p}",
        "In {i}, the release {x} of {q} does not carry the flaw {p}",
        "From where to where is {p} present in {i} of {q}?",
        "With which release is {p} gone in {i} of {q}?",
    ),
    VersionStyle(
        "Check your build of {q} against {p}; each line is complete: ",
        "line {i} is vulnerable at {low} and every build up to {high}, and {fixed} repairs it",
        "line {i} is out of support and was left out",
        "Line {i} of {q} is vulnerable to {p} at {low} and every build up to {high}",
        "For line {i} of {q}, it is build {fixed} that first repairs {p}",
        "Of line {i} of {q}, build {x} is one that is vulnerable to {p}",
        "Of line {i} of {q}, build {x} is not vulnerable to {p}",
        "Which builds in line {i} of {q} are vulnerable to {p}?",
        "Which build repairs {p} in line {i} of {q}?",
    ),
    VersionStyle(
        "The exposure of {q} to {p} is bounded on every train named here: ",
        "train {i} is exposed between {low} and {high} inclusive, with the cure in {fixed}",
        "train {i} awaits its examination",
        "Train {i} of {q} is exposed to {p} between {low} and {high} inclusive",
        "Train {i} of {q} got its cure for {p} in {fixed} and no earlier",
        "On train {i} of {q}, one is exposed to {p} when one runs {x}",
        "On train {i} of {q}, one is not exposed to {p} with {x}",
        "How far is train {i} of {q} exposed to {p}?",
        "In what version is the cure for {p} on train {i} of {q}?",
    ),
)


def draw_versions(stream: Stream) -> tuple[list[Versions], Versions]:
    """Draw two neighbouring branches, and what an older, untested one would look like."""
    major = stream.integer(3, 8)
    drawn = [_branch(stream, number) for number in (major, major + 1, major - 1)]
    return drawn[:2], drawn[2]


def _branch(stream: Stream, major: int) -> Versions:
    low, span, patch = stream.integer(1, 4), stream.integer(2, 4), stream.integer(3, 7)
    high = low + span
    return Versions(
        f"{major}.x", f"{major}.{low}.0", f"{major}.{high}.{patch}", f"{major}.{high}.{patch + 1}"
    )


def earlier(versions: Versions) -> Versions:
    """Return what an older revision said, before an earlier version was found to be fixed.

    The border moves up, not down: to say that fewer versions are affected than
    are would not be wrong about any of them.
    """
    high, fixed = _patch(versions.high, 2), _patch(versions.fixed, 2)
    return Versions(versions.branch, versions.low, high, fixed)


def _patch(version: str, by: int) -> str:
    front, patch = version.rsplit(".", 1)
    return f"{front}.{int(patch) + by}"


def inside(versions: Versions, stream: Stream) -> str:
    """Draw an affected version: the upper border half of the time."""
    if stream.chance(0.5):
        return versions.high
    major, minor, _ = versions.low.split(".")
    top = int(versions.high.split(".")[1])
    return f"{major}.{stream.integer(int(minor) + 1, top - 1)}.{stream.integer(0, 9)}"


def outside(versions: Versions, stream: Stream) -> str:
    """Draw a version of the branch that is not affected: the fixed one half of the time."""
    if stream.chance(0.5):
        return versions.fixed
    major, minor, _ = versions.low.split(".")
    if stream.chance(0.5):
        return f"{major}.{int(minor) - 1}.{stream.integer(0, 9)}"
    top = int(versions.high.split(".")[1])
    return f"{major}.{top + 1}.{stream.integer(0, 9)}"
