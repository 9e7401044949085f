"""Who may import whom, and what `import autograder` loads."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import autograder
import autograder.provider
import autograder.scenarios

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "autograder"
LESSONS = ROOT / "notebooks" / "lessons"
DOORS = {"cli", "plugins", "authoring"}
LESSON_NAMES = {"check", "load", "predict", "reveal"}
PROGRESS_NAMES = {"dashboard", "itinerary", "path_picker"}
PROVIDER_NAMES = {"async_client", "async_sleeper", "client", "provider_of", "sleeper", "talking_to"}
HEAVY = {"IPython", "nbgrader", "numpy", "pandas", "pydantic", "scipy", "torch", "yaml"}


def imports(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield line, module and name ("" for a plain import) of every import in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, node.module or "", alias.name) for alias in node.names)


def ours(path: Path) -> Iterator[tuple[str, str]]:
    """Yield place and part for every import of ours, e.g. `checks` for autograder.checks."""
    for line, module, name in imports(path):
        if module == "autograder":
            yield f"{path.relative_to(ROOT)}:{line}", name
        elif module.startswith("autograder."):
            yield f"{path.relative_to(ROOT)}:{line}", module.split(".")[1]


def modules(part: str) -> list[Path]:
    """List the files of one part of the package."""
    folder = PACKAGE / part
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def forbidden(paths: list[Path], allowed: set[str]) -> list[str]:
    """List the imports of ours that are not among `allowed`."""
    return [f"{at} imports {p}" for path in paths for at, p in ours(path) if p not in allowed]


def present(part: str) -> bool:
    return (PACKAGE / part).is_dir() or (PACKAGE / f"{part}.py").is_file()


@pytest.mark.parametrize(
    ("part", "allowed"),
    [
        ("errors", set[str]()),
        ("checks", {"errors", "checks"}),
        ("provider", {"errors", "content", "models", "provider"}),
        ("scenarios", {"errors", "content", "scenarios"}),
        ("feeds", {"errors", "feeds"}),
    ],
)
def test_the_foundations_lean_on_little(part: str, allowed: set[str]) -> None:
    """`errors` imports nothing of ours, `checks` only it; the others find data and models."""
    if present(part):
        assert forbidden(modules(part), allowed) == []


def test_nobody_imports_the_doors() -> None:
    """`cli`, `plugins` and `authoring` are entered from outside; a door may use `authoring`.

    The command line renders what `authoring` does, and a plugin may build; the
    rest of the package never depends on either.
    """
    parts = {p.name.removesuffix(".py") for p in PACKAGE.iterdir() if not p.name.startswith("_")}
    found = [
        f"{at} imports {part}"
        for name in sorted(parts - DOORS)
        for path in modules(name)
        for at, part in ours(path)
        if part in DOORS
    ]
    assert found == []
    inner = [path for door in ("authoring", "plugins") for path in modules(door)]
    assert [f"{at} imports {p}" for path in inner for at, p in ours(path) if p == "cli"] == []


def test_the_kernel_knows_nothing_of_grading() -> None:
    """`kernel` imports neither nbgrader nor `grading` nor `judging`."""
    nbgrader = [
        f"{path}:{line}"
        for path in modules("kernel")
        for line, module, _ in imports(path)
        if module.split(".")[0] == "nbgrader"
    ]
    assert nbgrader == []
    known = {"kernel", "channel", "errors", "content"}
    assert forbidden(modules("kernel"), known) == []


@pytest.mark.parametrize("path", sorted(LESSONS.glob("*/lesson.py")), ids=lambda p: p.parent.name)
def test_a_lesson_imports_only_the_front_door(path: Path) -> None:
    """`from autograder import …` with public names, and the views meant for lessons."""
    for line, module, name in imports(path):
        if module == "autograder":
            assert name in LESSON_NAMES, f"{path}:{line}"
        elif module == "autograder.provider":
            assert name in PROVIDER_NAMES, f"{path}:{line}"
        elif module == "autograder.progress":
            assert name in PROGRESS_NAMES, f"{path}:{line}"
        elif module == "autograder.placement":
            assert name == "placement", f"{path}:{line}"
        elif module == "autograder.scenarios":
            assert name in autograder.scenarios.__all__, f"{path}:{line}"
        else:
            assert not module.startswith("autograder."), f"{path}:{line}"


@pytest.mark.parametrize(
    "path",
    sorted([*LESSONS.glob("*/judge.py"), *LESSONS.glob("*/probe.py")]),
    ids=lambda p: f"{p.parent.name}-{p.stem}",
)
def test_a_judge_stays_out_of_the_doors(path: Path) -> None:
    """A judge imports anything of ours but `cli`, `plugins` and `authoring`."""
    assert [at for at, part in ours(path) if part in DOORS] == []


def loaded_after(statement: str) -> set[str]:
    """Run a statement in a bare Python and return the top-level modules it loads."""
    program = f"{statement}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return {name.split(".")[0] for name in done.stdout.split()}


def test_importing_the_package_loads_nothing_heavy() -> None:
    """`import autograder` costs nothing: not even the manifest's reader."""
    assert loaded_after("import autograder") & HEAVY == set()


def test_importing_check_loads_no_data_libraries() -> None:
    """A lesson without arrays or tables never pays for numpy, pandas or a shell."""
    light = HEAVY - {"pydantic", "yaml"}
    assert loaded_after("from autograder import check, predict, reveal") & light == set()


def test_importing_the_provider_loads_neither_a_server_nor_a_client() -> None:
    """A lesson that never asks a model pays for none of it."""
    costly = HEAVY | {"openai", "pydantic", "starlette", "tokenizers", "uvicorn"}
    assert loaded_after("import autograder.provider; autograder.provider.__all__") & costly == set()
    assert loaded_after("from autograder.provider import talking_to") & costly == set()


def test_the_provider_has_the_names_that_lessons_may_use() -> None:
    """Its `__all__` is what the lint allows, and every name is there."""
    assert set(autograder.provider.__all__) == PROVIDER_NAMES
    for name in autograder.provider.__all__:
        assert callable(getattr(autograder.provider, name))
        assert name in dir(autograder.provider)
    with pytest.raises(AttributeError, match="no attribute 'Provider'"):
        _ = autograder.provider.Provider


def test_importing_a_scenario_loads_no_data_libraries() -> None:
    """A judge that composes a world pays for the world alone."""
    composed = "from autograder.scenarios.corpus import compose; compose(1)"
    assert loaded_after(composed) & HEAVY == set()
    assert loaded_after("import autograder.scenarios") & HEAVY == set()


def test_the_scenarios_have_the_names_that_lessons_may_use() -> None:
    """Every name is there, and what makes a judge's worlds is not among them."""
    assert sorted(autograder.scenarios.__all__) == autograder.scenarios.__all__
    for name in autograder.scenarios.__all__:
        assert callable(getattr(autograder.scenarios, name))
        assert name in dir(autograder.scenarios)
    with pytest.raises(AttributeError, match="no attribute 'compose'"):
        _ = autograder.scenarios.compose


def test_every_public_name_resolves() -> None:
    """What `__all__` and `dir` promise is there."""
    assert sorted(autograder.__all__) == autograder.__all__
    for name in autograder.__all__:
        assert callable(getattr(autograder, name))
        assert name in dir(autograder)
    with pytest.raises(AttributeError, match="no attribute 'grade'"):
        _ = autograder.grade
