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
from autograder.tryouts.definitions import names_in, taken
from autograder.tryouts.pyodide import FILES, NAME, folder
from autograder.tryouts.tasks import Task, read_tasks

__all__ = [
    "Tryout",
    "beside_the_checks",
    "box",
    "mark",
    "read_list",
    "read_tryouts",
    "write_tryouts",
]

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
    """Read which tasks notebooks/tryouts.yaml offers, in its order."""
    return tuple(_tryout(root, entry) for entry in read_list(root)["offered"])


@cache
def read_list(root: Path) -> Mapping[str, Any]:
    """Read notebooks/tryouts.yaml: what is `offered`, and what is `left_out` and why."""
    path = root / "notebooks" / "tryouts.yaml"
    found: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def _tryout(root: Path, entry: Mapping[str, Any]) -> Tryout:
    lesson, name = entry["lesson"], entry["task"]
    if lesson not in {ready.id for ready in course().ready}:
        raise ContentError(
            f"notebooks/tryouts.yaml: {lesson} is no lesson that readers have. "
            "Take the entry out, or release the lesson first."
        )
    task = read_tasks(root, lesson, "release").get(name)
    if task is None:
        raise ContentError(
            f"notebooks/tryouts.yaml: {lesson} has no task {name!r}. Name one of its tasks."
        )
    before, shown = _before(entry, task), tuple(entry["examples"])
    return Tryout(lesson, name, task.title, before, task.cell, shown)


def _before(entry: Mapping[str, Any], task: Task) -> str:
    """Return what the lesson defines above a task, so far as it is needed, and the entry's own."""
    own = entry.get("before", "")
    said = [one.get(key, "") for one in entry["examples"] for key in ("call", "gives")]
    # Of a starter, types and constants; its variables are for the learner's lines to bind.
    names = {name for name in names_in(task.cell) if name[0].isupper()}
    names |= names_in("\n".join([own, *said])) - _defined(task) | set(entry.get("uses", []))
    found = taken(task.above, names)
    if lacking := sorted(found.elsewhere | found.unknown):
        raise ContentError(
            f"notebooks/tryouts.yaml: {task.id} needs {', '.join(lacking)}, which no page has. "
            "Define it in `before`, or leave the task out."
        )
    return "\n\n".join(part for part in (found.code, own.strip()) if part)


def _defined(task: Task) -> set[str]:
    """Return the functions that the learner is to write; a task may have two."""
    return set(re.findall(r"^(?:async )?def (\w+)", task.cell, re.MULTILINE))


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
