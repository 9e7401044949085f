"""Read which tasks can be tried in a page, and put each beside its task."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from autograder.content import course, repository_root
from autograder.errors import ContentError
from autograder.tryouts import examples
from autograder.tryouts.pyodide import FILES, NAME, folder

__all__ = ["Tryout", "beside_the_checks", "box", "mark", "read_tryouts", "write_tryouts"]

_PAGE = Path(__file__).parent / "page"


@dataclass(frozen=True)
class Tryout:
    """One task to try: what comes before it, its starter, and the statement's examples."""

    lesson: str
    task: str
    title: str
    before: str
    starter: str
    examples: tuple[Mapping[str, Any], ...]

    @property
    def place(self) -> str:
        """Return the address of its lesson's page, from the site's root."""
        return f"notebooks/release/{self.lesson}/{self.lesson}.html"


@cache
def read_tryouts(root: Path) -> tuple[Tryout, ...]:
    """Read notebooks/tryouts.yaml; the starter is the release notebook's own cell."""
    path = root / "notebooks" / "tryouts.yaml"
    ready = {lesson.id for lesson in course().ready}
    found = []
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        if entry["lesson"] not in ready:
            raise ContentError(
                f"notebooks/tryouts.yaml: {entry['lesson']} is no lesson that readers have. "
                "Take the entry out, or release the lesson first."
            )
        shown = tuple(entry.pop("examples"))
        title, starter = _starter(root, entry["lesson"], entry["task"])
        found.append(Tryout(**entry, title=title, starter=starter, examples=shown))
    return tuple(found)


def _starter(root: Path, lesson: str, task: str) -> tuple[str, str]:
    """Return the heading above a task and its answer cell, as the learner is given it."""
    home = root / "notebooks" / "release" / lesson
    title = ""
    for cell in json.loads((home / f"{lesson}.ipynb").read_text(encoding="utf-8"))["cells"]:
        text = "".join(cell["source"])
        if cell["id"] == f"answer-{task}":
            return title, text
        if headings := re.findall(r"^## Task \d+: (.+)", text, re.MULTILINE):
            title = headings[-1]
    raise ContentError(
        f"notebooks/tryouts.yaml: {lesson} has no task {task!r}. Name one of its tasks."
    )


def beside_the_checks(notebook: str, lesson: str, root: Path) -> str:
    """Put a try-out's directive under the check cell of each task that has one."""
    offered = {f"check-{one.task}": one.task for one in read_tryouts(root) if one.lesson == lesson}
    if not offered:
        return notebook
    made = json.loads(notebook)
    cells = []
    for cell in made["cells"]:
        cells.append(cell)
        if cell["id"] in offered:
            task = offered[cell["id"]]
            text = f"```{{rungs-try}} {task}\n```"
            cells.append(
                {"cell_type": "markdown", "id": f"try-{task}", "metadata": {}, "source": text}
            )
    return json.dumps(made | {"cells": cells})


def box(task: str, up: str, root: Path) -> str:
    """Return a closed try-out: a button, which loads everything, and what to know first.

    Without scripts the button stays hidden. `up` leads to the site's root.
    """
    if task not in {one.task for one in read_tryouts(root)}:
        raise ContentError(f"notebooks/tryouts.yaml has no task {task!r}. Add it there first.")
    home = f"{up}_static/tryouts"
    return f"""<section id="try-{task}" class="rungs-try" aria-label="Try {task} here">
<button type="button" hidden>Try <code>{task}</code> here</button>
<p>In the page it meets the statement's examples and no others; hidden cases and marks are in
<a href="{up}book/learners/index.html">your own notebook</a>.</p>
</section>
<script type="module">
const box = document.getElementById("try-{task}");
const door = box.querySelector("button");
door.hidden = false;
door.addEventListener("click", async () => {{
  const {{ open }} = await import("{home}/tryout.js?v={mark()}");
  open(box, "{task}", "{mark()}");
}}, {{ once: true }});
</script>"""


@cache
def mark() -> str:
    """Return what changes whenever a file that a try-out loads does, for its address."""
    everything = [*_page_files().values(), *map(_payload, read_tryouts(repository_root())), NAME]
    return sha256("".join(everything).encode()).hexdigest()[:8]


def write_tryouts(static: Path, root: Path) -> bool:
    """Write what the pages load on a click; say whether Python is there too."""
    home = static / "tryouts"
    home.mkdir(parents=True, exist_ok=True)
    for name, text in _page_files().items():
        (home / name).write_text(text, encoding="utf-8")
    for one in read_tryouts(root):
        (home / f"{one.task}.json").write_text(_payload(one), encoding="utf-8")
    core = folder(root)
    if not core.is_dir():
        return False
    (home / NAME).mkdir(exist_ok=True)
    for name in FILES:
        (home / NAME / name).write_bytes((core / name).read_bytes())
    return True


def _page_files() -> dict[str, str]:
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(_PAGE.iterdir())}
    texts["worker.js"] = texts["worker.js"].replace("PYODIDE", NAME)
    return texts | {"examples.py": Path(examples.__file__).read_text(encoding="utf-8")}


def _payload(one: Tryout) -> str:
    return json.dumps(asdict(one), indent=1)
