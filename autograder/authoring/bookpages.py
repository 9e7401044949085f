"""Put what a reference run showed beside the stubs, for the pages of the book.

A reader sees every table and plot of a lesson and no answer: the source
notebook (with solutions) runs once, and only the outputs of its open cells
travel, by cell id, into the release notebook (without solutions). An output
of an answer or a check cell never travels.
"""

from __future__ import annotations

import hashlib
import json
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

__all__ = ["ReferenceRun", "alt_texts", "beside_the_stubs", "content_key", "run_reference"]

# What a lesson can import; the rest of the package cannot change an output.
_BEHIND_LESSONS = ("*.py", "channel", "checks", "judging", "provider", "scenarios")
_SILENT_ROLES = frozenset({"answer", "check", "written", "rubric"})
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

    def words(axes):
        named = [axes.get_title() or axes.get_title("left") or axes.get_title("right")]
        named += [f"horizontal axis: {axes.get_xlabel()}"] if axes.get_xlabel() else []
        named += [f"vertical axis: {axes.get_ylabel()}"] if axes.get_ylabel() else []
        return "; ".join(part for part in named if part)

    def described(figure):
        drawn = draw(figure)
        image, known = drawn if isinstance(drawn, tuple) else (drawn, {})
        parts = [figure.get_suptitle(), *map(words, figure.axes)]
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
    outputs = _execute(notebook, lesson)
    cache.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part")
    part.write_text(json.dumps(outputs), encoding="utf-8")
    part.replace(kept)
    return ReferenceRun(lesson, outputs, cached=False)


def content_key(root: Path, source: Path) -> str:
    """Hash what an output can depend on: notebook, datasets, package and pinned packages."""
    digest = hashlib.sha256(_PRELUDE.encode())
    for path in (source, *_behind(root)):
        digest.update(f"\0{path.relative_to(root)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def beside_the_stubs(release: str, outputs: Mapping[str, list[dict[str, Any]]]) -> str:
    """Return the release notebook's text with these outputs on its open cells."""
    notebook = _read(release)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.from_dict(o) for o in outputs.get(cell.id, [])]
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
    if (root / "requirements.txt").is_file():
        yield root / "requirements.txt"


def _read(text: str) -> Any:
    return nbformat.reads(text, as_version=4)


def _role(cell: Any) -> str:
    return str(cell.metadata.get("rungs", {}).get("role", "code"))


def _execute(notebook: Any, lesson: str) -> dict[str, list[dict[str, Any]]]:
    # Check cells are left out: their cards would show the reference's marks.
    cells = [c for c in notebook.cells if c.cell_type == "code" and _role(c) != "check"]
    prelude = nbformat.v4.new_code_cell(_PRELUDE)
    run = nbformat.v4.new_notebook(cells=[prelude, *cells], metadata=notebook.metadata)
    with tempfile.TemporaryDirectory(prefix="rungs-book-") as folder:
        client = NotebookClient(
            run,
            timeout=_LONGEST_CELL,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
        )
        try:
            client.execute()
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as err:
            raise ContentError(_failure(lesson, run, err)) from err
    return {c.id: list(_shown(c.outputs)) for c in cells if _role(c) not in _SILENT_ROLES}


def _failure(lesson: str, run: Any, err: Exception) -> str:
    begun = [c for c in run.cells if c.get("execution_count") or c.outputs]
    where = begun[-1].id if begun else "the first cell"
    reason = str(err).strip().splitlines() or [type(err).__name__]
    return (
        f"{lesson}: the reference fails in the cell {where}: {reason[-1]} "
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
        yield {**output, "data": data, "execution_count": None} if (
            output.output_type == "execute_result"
        ) else {**output, "data": data}


def _accessible(html: str) -> str:
    """Give pandas' tables what a screen reader needs: no empty header, no inline style."""
    html = re.sub(r"<style scoped>.*?</style>", "", html, flags=re.DOTALL)
    return re.sub(r"<th([^>]*)></th>", r"<td\1></td>", html)
