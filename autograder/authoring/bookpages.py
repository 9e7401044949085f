"""Put what a reference run showed beside the stubs, for the pages of the book.

A reader sees every table and plot of a lesson and no answer: the source
notebook (with solutions) runs once, and only the outputs of its open cells
travel, by cell id, into the release notebook (without solutions). An output
of an answer or a check cell never travels.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from autograder.errors import ContentError

__all__ = [
    "ReferenceRun",
    "alt_texts",
    "beside_the_stubs",
    "content_key",
    "run_card",
    "run_reference",
]

# What a lesson can import; the rest of the package cannot change an output.
_BEHIND_LESSONS = (
    "*.py", "career", "cases", "channel", "checks", "judging", "placement", "progress", "provider",
    "scenarios",
)  # fmt: skip
_SILENT_ROLES = frozenset({"answer", "check", "written", "rubric"})
_UNANSWERED = re.compile(r"predict\([^()]*,\s*\.\.\.\s*\)")  # says only that it waits
_LONGEST_CELL = 120  # seconds; a whole lesson is meant to take less than 60

# Runs before the lesson. A plot's title states its finding, so its words are its alternative
# text; they travel in the output's metadata, which JupyterLab and the book both read.
_PRELUDE = """\
def _describe_figures():
    shell = get_ipython()
    shell.run_line_magic("matplotlib", "inline")
    from matplotlib.figure import Figure

    png = shell.display_formatter.formatters["image/png"]
    draw = png.lookup_by_type(Figure)

    def words(axes, said):
        named = [axes.get_title() or axes.get_title("left") or axes.get_title("right")]
        named += [f"horizontal axis: {axes.get_xlabel()}"] if axes.get_xlabel() else []
        named += [f"vertical axis: {axes.get_ylabel()}"] if axes.get_ylabel() else []
        # Panels often share an axis: once is enough.
        new = [part for part in named if part and part not in said]
        said.update(new)
        return "; ".join(new)

    def described(figure):
        drawn = draw(figure)
        image, known = drawn if isinstance(drawn, tuple) else (drawn, {})
        said = set()
        parts = [figure.get_suptitle(), *(words(axes, said) for axes in figure.axes)]
        text = ". ".join(part for part in parts if part).replace("\\n", " ")
        return image, {**known, "alt": f"Plot. {text}." if text else ""}

    png.for_type(Figure, described)


_describe_figures()
del _describe_figures
"""


@dataclass(frozen=True)
class ReferenceRun:
    """Hold a lesson's outputs by cell id, and whether they came from the cache."""

    lesson: str
    outputs: Mapping[str, list[dict[str, Any]]]
    cached: bool


def run_reference(source: Path, cache: Path, key: str) -> ReferenceRun:
    """Return the outputs of one source notebook, run at most once for each `key`.

    `cache` is a folder. Raises `ContentError` naming the cell where the reference fails.
    """
    lesson = source.stem
    kept = cache / f"{lesson}-{key}.json"
    if kept.is_file():
        return ReferenceRun(lesson, json.loads(kept.read_text(encoding="utf-8")), cached=True)
    notebook = _read(source.read_text(encoding="utf-8"))
    cells = _open_cells(notebook)
    _execute(lesson, cells, notebook.metadata)
    outputs = {c.id: list(_shown(c.outputs)) for c in cells if _speaks(c)}
    _keep(kept, outputs)
    return ReferenceRun(lesson, outputs, cached=False)


def run_card(source: Path, answer: Path, task: str, cache: Path, key: str) -> str:
    """Return the card (HTML) that a check of `task` shows for the code in the file `answer`.

    The code runs on top of the lesson's reference, as a corpus entry does.
    """
    lesson = source.stem
    said = answer.read_text(encoding="utf-8")
    mark = hashlib.sha256(said.encode()).hexdigest()[:8]
    kept = cache / f"{lesson}-{key}-{answer.stem}-{mark}.json"
    if kept.is_file():
        return str(json.loads(kept.read_text(encoding="utf-8")))
    notebook = _read(source.read_text(encoding="utf-8"))
    check = f"from autograder import check as _check\n_check({task!r}, lesson={lesson!r})"
    asked = [_code(text) for text in (said, check)]
    _execute(lesson, [*_open_cells(notebook), *asked], notebook.metadata)
    cards = [o.data["text/html"] for o in asked[-1].outputs if "text/html" in o.get("data", {})]
    if len(cards) != 1:
        raise ContentError(f"{lesson}: checking {answer.name} showed {len(cards)} cards, not one.")
    _keep(kept, cards[0])
    return str(cards[0])


def content_key(root: Path, source: Path) -> str:
    """Hash what an output can depend on: notebook, datasets, package and pinned packages."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in (source, *_behind(root)):
        digest.update(f"\0{path.relative_to(root)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def beside_the_stubs(release: str, outputs: Mapping[str, list[dict[str, Any]]]) -> str:
    """Return the release notebook's text with these outputs on its open cells.

    Graded cells get a tag, which the page's style sheet knows as a class.
    """
    notebook = _read(release)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = list(map(_node, outputs.get(cell.id, [])))
        if _role(cell) in _SILENT_ROLES:
            cell.metadata.tags = [f"rungs-{_role(cell)}"]
    text: str = nbformat.writes(notebook)
    return text


def alt_texts(outputs: Mapping[str, list[dict[str, Any]]]) -> dict[str, str]:
    """Map the SHA-256 of each image to its alternative text."""
    found = {}
    for output in (o for shown in outputs.values() for o in shown):
        image = output.get("data", {}).get("image/png")
        if image:
            alt = output.get("metadata", {}).get("image/png", {}).get("alt", "")
            found[hashlib.sha256(b64decode(image)).hexdigest()] = alt
    return found


def _behind(root: Path) -> Iterator[Path]:
    package = root / "autograder"
    for entry in _BEHIND_LESSONS:
        yield from sorted(package.glob(entry if "*" in entry else f"{entry}/**/*.py"))
    datasets = (path for path in (root / "datasets").rglob("*") if path.is_file())
    yield from sorted(path for path in datasets if "__pycache__" not in path.parts)
    # Which lessons stand is in a plan of study, and so in the outputs of the first lesson.
    shared = (root / "requirements.txt", root / "notebooks" / "course.yaml")
    yield from (path for path in shared if path.is_file())


def _read(text: str) -> Any:
    return nbformat.reads(text, as_version=4)


def _node(value: Any) -> Any:
    return nbformat.from_dict(value)


def _code(source: str) -> Any:
    return nbformat.v4.new_code_cell(source)


def _role(cell: Any) -> str:
    return str(cell.metadata.get("rungs", {}).get("role", "code"))


def _open_cells(notebook: Any) -> list[Any]:
    # Check cells are left out: their cards would show the reference's marks.
    return [c for c in notebook.cells if c.cell_type == "code" and _role(c) != "check"]


def _speaks(cell: Any) -> bool:
    return _role(cell) not in _SILENT_ROLES and not _UNANSWERED.search(cell.source)


def _execute(lesson: str, cells: list[Any], metadata: Any) -> None:
    """Run cells in one fresh kernel, in an empty folder; their outputs are left on them."""
    prelude = _code(_PRELUDE)
    run = _node({"cells": [], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})
    run.cells = [prelude, *cells]  # the cells themselves, not copies
    with tempfile.TemporaryDirectory(prefix="rungs-book-") as folder:
        # The builder's own attempts and predictions have no place on a page. The kernel's words
        # on its transport go to a file that goes with the folder.
        surroundings = {**os.environ, "RUNGS_SEAT": "book", "RUNGS_HOME": folder}
        client = NotebookClient(
            run,
            timeout=_LONGEST_CELL,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
        )
        try:
            with Path(folder, "kernel.log").open("w") as log:
                client.execute(env=surroundings, stderr=log)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as err:
            raise ContentError(_failure(lesson, run, err)) from err


def _keep(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(value), encoding="utf-8")
    part.replace(path)


def _failure(lesson: str, run: Any, err: Exception) -> str:
    begun = [c for c in run.cells if c.get("execution_count") or c.outputs]
    where = begun[-1].id if begun else "the first cell"
    if isinstance(err, CellExecutionError):
        reason = f"{err.ename}: {err.evalue}"
    else:
        reason = (str(err).strip().splitlines() or [type(err).__name__])[-1]
    return (
        f"{lesson}: the reference fails in the cell {where}: {reason}. "
        f"Mend notebooks/lessons/{lesson}/lesson.py, run `rungs build`, and build the book again."
    )


def _shown(outputs: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Keep what a static page can show: no stderr, no widget that needs a kernel."""
    for output in outputs:
        if output.output_type == "stream":
            if output.name == "stdout":
                yield dict(output)
            continue
        data = {k: v for k, v in output.data.items() if "widget-view" not in k}
        had_widget = len(data) < len(output.data)
        if not data or (had_widget and set(data) == {"text/plain"}):
            continue
        if "text/html" in data:
            data["text/html"] = _accessible(data["text/html"])
        yield (
            {**output, "data": data, "execution_count": None}
            if (output.output_type == "execute_result")
            else {**output, "data": data}
        )


def _accessible(html: str) -> str:
    """Give pandas' tables what a screen reader needs: no empty header, no inline style."""
    html = re.sub(r"<style scoped>.*?</style>", "", html, flags=re.DOTALL)
    return re.sub(r"<th([^>]*)></th>", r"<td\1></td>", html)
