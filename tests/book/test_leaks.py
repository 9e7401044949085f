"""What no file of the site may hold: solutions, judges, third hints, right answers."""

from __future__ import annotations

import ast
import builtins
import html
import json
import keyword
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder import content
from autograder.authoring.corpus import read_corpus

pytestmark = pytest.mark.timeout(400)  # the first test here may build the whole site

ROOT = Path(__file__).resolve().parent.parent.parent
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
TRIVIAL = 24  # a shorter line, such as `for row in rows:`, is anybody's


def secrets(root: Path, lesson: str) -> dict[str, str]:
    """Map each secret line of a lesson to where it stands."""
    home = root / "notebooks" / "lessons" / lesson
    source = cells(root / "notebooks" / "source" / lesson / f"{lesson}.ipynb")
    found = {line: "a solution" for cell in source for line in solution(cell)}
    found |= dict.fromkeys(code_lines(home / "judge.py"), "judge.py")
    for answer in sorted((home / "corpus").glob("right_*.py")):
        found |= dict.fromkeys(code_lines(answer), answer.name)
    found |= dict.fromkeys(hints(home / "judge.py"), "HINTS or WHY")
    return {line: place for line, place in found.items() if len(line) >= TRIVIAL}


def shown(root: Path, lesson: str) -> str:
    """Return the text a learner is given, which is no secret, as written and as rendered."""
    text = "\n".join(cells(root / "notebooks" / "release" / lesson / f"{lesson}.ipynb"))
    return text + html.unescape(re.sub(r"<[^>]*>", "", text))


def cells(path: Path) -> list[str]:
    """Return the text of each cell of a notebook."""
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"]]


def solution(cell: str) -> Iterator[str]:
    """Yield the lines between the solution markers."""
    inside = False
    for line in cell.splitlines():
        if END in line:
            inside = False
        if inside:
            yield squeezed(line)
        if BEGIN in line:
            inside = True


def code_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a program, its imports, comments and docstrings aside."""
    text = path.read_text(encoding="utf-8")
    prose = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import | ast.ImportFrom) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        ):
            prose |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    for number, line in enumerate(text.splitlines(), start=1):
        if number not in prose and not line.lstrip().startswith("#"):
            yield squeezed(line)


def hints(path: Path) -> Iterator[str]:
    """Yield the texts of HINTS and WHY."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        target = node.target if isinstance(node, ast.AnnAssign) else None
        if isinstance(node, ast.Assign):
            target = node.targets[0]
        if isinstance(target, ast.Name) and target.id in ("HINTS", "WHY"):
            assert isinstance(node, ast.Assign | ast.AnnAssign)
            assert node.value is not None
            for text in ast.literal_eval(node.value).values():
                yield squeezed(text)


def names(lines: Iterable[str]) -> set[str]:
    """Return the names that code mentions, short ones aside."""
    return {name for line in lines for name in re.findall(r"[A-Za-z_]{5,}", line)}


def squeezed(text: str) -> str:
    """Collapse white space, as the pages are compared."""
    return " ".join(text.split())


def readable(path: Path) -> str:
    """Return a file's text as a search would find it: no tags, no escapes, single spaces."""
    text = path.read_bytes().decode("utf-8", errors="replace")
    if path.suffix == ".inv":
        text = zlib.decompress(path.read_bytes().split(b"zlib.\n", 1)[1]).decode()
    if path.suffix in (".ipynb", ".json"):
        text = "\n".join(strings(json.loads(text)))
    if path.suffix in (".html", ".svg", ".xml"):
        text = html.unescape(re.sub(r"<[^>]*>", "", text))
    return squeezed(text)


def strings(value: Any) -> Iterator[str]:
    """Yield every string in a JSON value, lists of lines joined."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        yield "".join(value)
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def built_texts(site: Any) -> Iterator[tuple[Path, str]]:
    """Yield every file of the build that can hold words, with what it says."""
    for path in sorted(p for p in site.build.rglob("*") if p.is_file()):
        known = path.suffix in (".html", ".js", ".json", ".txt", ".ipynb", ".inv", ".md", ".svg")
        if known and ".doctrees" not in path.parts and "scripts" not in path.parts:
            yield path, readable(path)


def test_no_solution_judge_or_hint_is_anywhere_in_the_build(site: Any) -> None:
    """No line of a solution, a judge, a right answer or a third hint is in any built file."""
    hidden = {}
    # What one lesson prints for everybody is no secret where a later one asks for it again.
    given = " ".join(squeezed(shown(ROOT, lesson.id)) for lesson in content.course().ready)
    # Nor is what the authors' guide prints for whoever writes a judge.
    given += squeezed((ROOT / "book" / "authors" / "index.md").read_text(encoding="utf-8"))
    for lesson in content.course().ready:
        found = secrets(ROOT, lesson.id)
        assert len(found) > 20, f"{lesson.id} has almost no secrets: is this test reading it?"
        hidden |= {
            line: f"{lesson.id} {place}" for line, place in found.items() if line not in given
        }
    told = [
        f"{path.relative_to(site.build)} holds {place}: {line}"
        for path, text in built_texts(site)
        for line, place in hidden.items()
        if line in text
    ]
    assert told == []


def test_no_solution_marker_is_in_a_lesson_page(site: Any) -> None:
    """nbgrader's markers, which stand around every solution, appear in no lesson page."""
    marked = [p.path.name for p in site.lessons() if BEGIN in p.words or END in p.words]
    assert marked == []


def test_the_search_index_knows_no_name_that_only_solutions_use(site: Any) -> None:
    """A name that occurs only in solutions cannot be searched for."""
    index = (site.html / "searchindex.js").read_text(encoding="utf-8").lower()
    # What one lesson shows, or a person wrote, is anybody's word.
    public = "\n".join(p.read_text(encoding="utf-8") for p in authored()).lower()
    public += "".join(shown(ROOT, lesson.id).lower() for lesson in content.course().ready)
    # The truth table's titles are sentences that people wrote.
    for lesson in content.course().ready:
        tasks = tuple(task.id for task in lesson.tasks)
        corpus = read_corpus(content.lesson_dir(lesson.id) / "corpus", tasks)
        public += "\n".join(entry.title for entry in corpus).lower()
    known = set()
    for lesson in content.course().ready:
        source = cells(ROOT / "notebooks" / "source" / lesson.id / f"{lesson.id}.ipynb")
        mine = names([line for cell in source for line in solution(cell)])
        ours = mine - set(keyword.kwlist) - set(dir(builtins))
        known |= {name for name in ours if name.lower() not in public}
    assert known, "no solution has a name of its own: is this test reading them?"
    assert {name for name in known if f'"{name.lower()}"' in index} == set()


def test_of_sources_only_release_notebooks_are_published(site: Any) -> None:
    """A lesson's download is its release notebook byte by byte; no page has another source."""
    assert not (site.html / "_sources").exists()
    assert list(site.html.rglob("*.md")) == []
    downloads = {path.stem: path.read_bytes() for path in site.html.rglob("*.ipynb")}
    assert downloads == {
        lesson.id: (ROOT / f"notebooks/release/{lesson.id}/{lesson.id}.ipynb").read_bytes()
        for lesson in content.course().ready
    }


def authored() -> list[Path]:
    """List the pages that people wrote or that are generated without a judge."""
    return [p for p in (ROOT / "book").rglob("*.md") if p.name != "truth.md"]
