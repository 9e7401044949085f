"""The book's generated pages of the scenarios: their datasheets."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from autograder.authoring.candidate_page import candidate_page
from autograder.authoring.corpus_page import corpus_page
from autograder.authoring.incident_page import incident_page
from autograder.authoring.traffic_page import traffic_page

__all__ = ["generated"]

_FOLDER = PurePosixPath("book/scenarios")
_PAGES = {
    "candidates": candidate_page,
    "corpus": corpus_page,
    "incidents": incident_page,
    "traffic": traffic_page,
}


def generated(root: Path) -> dict[PurePosixPath, bytes]:
    """Render the datasheets; `root` decides nothing."""
    return {_FOLDER / f"{name}.md": page() for name, page in _PAGES.items()}
