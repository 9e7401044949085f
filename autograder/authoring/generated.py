"""The generated files of the repository: one list of who writes what, for build and for --check.

A generator is a function from the repository's root to `{path: content}`, with
paths relative to the root, and owns every file that its patterns match: what
matches and is not made any more is stale. To add one, list it in `GENERATORS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path, PurePosixPath

from autograder.authoring.lesson import read_lesson
from autograder.authoring.notebooks import release_notebooks, source_notebook
from autograder.manifest import Course, read_course

__all__ = ["GENERATORS", "Difference", "Generator", "differences", "notebooks", "render", "write"]

Generator = Callable[[Path], Mapping[PurePosixPath, bytes]]

# "module:function", imported when asked for, and the patterns of what it owns.
GENERATORS = {
    "autograder.authoring.addresses:generated": ("book/urls.txt",),
    "autograder.authoring.bibliography_page:generated": ("book/bibliography.md",),
    # Any other notebook in these folders is somebody's, and the linter's to report.
    "autograder.authoring.generated:notebooks": (
        "notebooks/source/*/*.ipynb",
        "notebooks/release/*/*.ipynb",
    ),
    "autograder.authoring.misconceptions:generated": ("notebooks/lessons/*/misconceptions.json",),
    "autograder.authoring.provider_pages:generated": ("book/provider/*.md",),
    "autograder.authoring.scenario_pages:generated": ("book/scenarios/*.md",),
    "autograder.career.pages:render_pages": ("book/ladder/*.md", "book/paths/*.md"),
}
_SOURCE, _RELEASE = PurePosixPath("notebooks/source"), PurePosixPath("notebooks/release")


@dataclass(frozen=True)
class Difference:
    """One committed file that is not what its sources say: missing, changed or stale."""

    path: PurePosixPath
    kind: str


def notebooks(root: Path, only: Iterable[str] = ()) -> dict[PurePosixPath, bytes]:
    """Render source and release notebooks of every lesson, or of those in `only`."""
    course = read_course(root / "notebooks" / "course.yaml")
    wanted = _wanted(course, only)
    sources = {
        lesson: source_notebook(
            read_lesson(root / "notebooks" / "lessons" / lesson / "lesson.py"),
            course.course.version,
        )
        for lesson in wanted
    }
    made = {_place(_SOURCE, lesson): content for lesson, content in sources.items()}
    for lesson, content in release_notebooks(sources).items():
        made[_place(_RELEASE, lesson)] = content
    return made


def render(root: Path, only: Iterable[str] = ()) -> dict[PurePosixPath, bytes]:
    """Render every generated file; with `only`, the notebooks of those lessons alone."""
    chosen = tuple(only)
    if chosen:
        return notebooks(root, chosen)
    made: dict[PurePosixPath, bytes] = {}
    for name in GENERATORS:
        module, _, function = name.partition(":")
        generator: Generator = getattr(import_module(module), function)
        made |= generator(root)
    return made


def differences(root: Path, made: Mapping[PurePosixPath, bytes]) -> list[Difference]:
    """Name what differs between the tree and a full render, in order of path."""
    found = [Difference(path, "stale") for path in _owned(root) if path not in made]
    for path, content in made.items():
        place = root / path
        if not place.is_file():
            found.append(Difference(path, "missing"))
        elif place.read_bytes() != content:
            found.append(Difference(path, "changed"))
    return sorted(found, key=lambda difference: str(difference.path))


def write(root: Path, made: Mapping[PurePosixPath, bytes], found: Iterable[Difference]) -> None:
    """Make the tree agree: write what is missing or changed, remove what is stale."""
    for difference in found:
        place = root / difference.path
        if difference.kind != "stale":
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(made[difference.path])
            continue
        place.unlink()
        if not any(place.parent.iterdir()):
            place.parent.rmdir()


def _owned(root: Path) -> list[PurePosixPath]:
    found = (path for patterns in GENERATORS.values() for p in patterns for path in root.glob(p))
    return [
        PurePosixPath(path.relative_to(root).as_posix())
        for path in found
        if path.suffix != ".ipynb" or path.stem == path.parent.name
    ]


def _wanted(course: Course, only: Iterable[str]) -> list[str]:
    chosen = [course.lesson(name).id for name in only]
    return chosen or [lesson.id for lesson in course.lessons]


def _place(tree: PurePosixPath, lesson: str) -> PurePosixPath:
    return tree / lesson / f"{lesson}.ipynb"
