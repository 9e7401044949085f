"""A bundle on disk: written in one step, and read as something a stranger sent."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat

from autograder import content
from autograder.grading.reading import read_submission
from autograder.manifest import Lesson
from autograder.portfolio.credential import (
    Claims,
    LessonClaim,
    claims_of,
    document,
    lesson_claim,
    now_text,
)
from autograder.portfolio.page import page
from autograder.portfolio.regrade import fresh_seeds, regrade
from autograder.portfolio.signing import PortfolioError, Signer, canonical, signers

__all__ = ["CREDENTIAL", "Bundle", "countersign", "make_bundle", "open_bundle"]

CREDENTIAL, PAGE = "portfolio.json", "index.html"
_LARGEST = 8 * 2**20  # bytes of one file
_MOST_FILES = 300


@dataclass(frozen=True)
class Bundle:
    """An opened bundle: its folder, what it claims, and who signed (did:key), the maker first."""

    folder: Path
    claims: Claims
    credential: Mapping[str, Any]
    signers: tuple[str, ...]

    def lesson_folder(self, lesson: str) -> Path:
        """Return where a lesson's notebook lies."""
        return self.folder / "lessons" / lesson


def make_bundle(
    notebooks: Mapping[str, Path],
    target: Path,
    signer: Signer,
    name: str,
    say: Callable[[str], None] = lambda sentence: None,
) -> Bundle:
    """Grade each notebook on fresh cases and write the signed bundle into a new folder.

    `notebooks` maps a lesson's id to the learner's file. Outputs are left out:
    what the code does is what counts. Raise `PortfolioError` where the folder
    exists and is no bundle, `SandboxUnavailable` where there is no sandbox.
    """
    if target.exists() and not (target / CREDENTIAL).is_file():
        raise PortfolioError(f"{target} exists and is no portfolio. Name another folder with --to.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".portfolio-") as made:
        folder = Path(made) / "portfolio"
        lessons = [_put(folder, lesson, path, say) for lesson, path in _in_order(notebooks)]
        about = Claims(
            version=content.course().course.version,
            made=now_text(),
            name=name,
            lessons=tuple(lessons),
            files={},
        )
        (folder / PAGE).write_text(page(about, _answers(folder, about)), encoding="utf-8")
        about = about.model_copy(update={"files": dict(_digests(folder))})
        signed = signer.sign(document(about, signer.did))
        (folder / CREDENTIAL).write_text(_readable(signed), encoding="utf-8")
        if target.exists():
            shutil.rmtree(target)
        folder.rename(target)
    return open_bundle(target)


def open_bundle(folder: Path) -> Bundle:
    """Read a bundle and check its signatures, its files and its page.

    Nothing in it is run, no link is followed, and a file too many or too few
    is an error: raise `PortfolioError` with the first thing that does not fit.
    """
    credential = _credential(folder)
    signed = signers(credential)
    claims = claims_of(credential)
    if signed[0] != credential["issuer"]["id"]:
        raise PortfolioError("The first signature is not that of the maker whom it names.")
    found = dict(_digests(folder))
    for name in sorted(found.keys() | claims.files.keys()):
        if found.get(name) != claims.files.get(name):
            state = "is missing" if name not in found else "was changed"
            state = "is not part of it" if name not in claims.files else state
            raise PortfolioError(f"{folder.name}: the file {name} {state}.")
    bundle = Bundle(folder, claims, credential, tuple(signed))
    if claims.version == content.course().course.version:
        _same_page(bundle)
    return bundle


def countersign(bundle: Bundle, signer: Signer) -> Bundle:
    """Add somebody else's signature to the same claims."""
    if signer.did in bundle.signers:
        raise PortfolioError("This key has signed the bundle already.")
    signed = signer.sign(bundle.credential)
    path = bundle.folder / CREDENTIAL
    beside = path.with_name(f".{CREDENTIAL}.new")
    beside.write_text(_readable(signed), encoding="utf-8")
    os.replace(beside, path)
    return open_bundle(bundle.folder)


def _in_order(notebooks: Mapping[str, Path]) -> Iterator[tuple[Lesson, Path]]:
    for lesson in content.course().ready:
        if lesson.id in notebooks:
            yield lesson, notebooks[lesson.id]


def _put(folder: Path, lesson: Lesson, path: Path, say: Callable[[str], None]) -> LessonClaim:
    say(f"{lesson.id}: {len(lesson.tasks)} tasks on fresh cases")
    place = folder / "lessons" / lesson.id
    place.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as kept:
        shutil.copyfile(path, Path(kept) / f"{lesson.id}.ipynb")
        notebook = read_submission(Path(kept), lesson.id).nb
    (place / f"{lesson.id}.ipynb").write_text(nbformat.writes(notebook, version=4), "utf-8")
    return lesson_claim(lesson.id, lesson.title, regrade(place, lesson, fresh_seeds(lesson)))


def _answers(folder: Path, claims: Claims) -> dict[tuple[str, str], str]:
    """Map each task to the text of its answer cell."""
    found = {}
    for lesson in claims.lessons:
        notebook = read_submission(folder / "lessons" / lesson.lesson, lesson.lesson).nb
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if isinstance(name, str) and name.startswith("answer-"):
                found[lesson.lesson, name.removeprefix("answer-")] = str(cell.source)
    return found


def _same_page(bundle: Bundle) -> None:
    """Compare the page with what these claims and this code make, to the byte."""
    bare = bundle.claims.model_copy(update={"files": {}})
    written = page(bare, _answers(bundle.folder, bare)).encode()
    if (bundle.folder / PAGE).read_bytes() != written:
        raise PortfolioError(f"{PAGE} says something else than the code and its marks.")


def _credential(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads(_read(folder, CREDENTIAL))
    except (ValueError, RecursionError) as error:
        raise PortfolioError(f"{folder / CREDENTIAL} is not JSON: {str(error)[:80]}.") from error
    if not isinstance(found, dict):
        raise PortfolioError(f"{folder / CREDENTIAL} is no credential.")
    canonical(found)
    return found


def _read(folder: Path, name: str) -> bytes:
    path = folder / name
    try:
        about = path.lstat()
        if not stat.S_ISREG(about.st_mode) or about.st_size > _LARGEST:
            raise PortfolioError(f"{path} is no ordinary file, or larger than 8 MB.")
        return path.read_bytes()
    except OSError as error:
        raise PortfolioError(f"{path} cannot be read: {error.strerror}.") from error


def _digests(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield every file but the credential with its SHA-256, by path."""
    for name in _names(folder):
        if name != CREDENTIAL:
            yield name, hashlib.sha256(_read(folder, name)).hexdigest()


def _names(folder: Path) -> Sequence[str]:
    names = []
    for place, folders, files in os.walk(folder, followlinks=False):
        inner = PurePosixPath(Path(place).relative_to(folder).as_posix())
        links = [one for one in folders if (Path(place) / one).is_symlink()]
        names += [(inner / name).as_posix() for name in (*files, *links)]
        if len(names) > _MOST_FILES:
            raise PortfolioError(f"{folder} holds more than {_MOST_FILES} files.")
    return sorted(names)


def _readable(credential: Mapping[str, Any]) -> str:
    return json.dumps(credential, indent=1, ensure_ascii=False) + "\n"
