"""The forgeries on every real lesson: they earn what an untouched answer cell earns."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from autograder import content
from autograder.checks import Score
from autograder.errors import LearnerFault
from autograder.grading import submission
from autograder.grading.preload import imports_of, kernel_plan, readable
from autograder.grading.replay import Replay, run_apart
from autograder.grading.staged import stage_cases
from autograder.judging import Learner, load_judge
from autograder.judging.judge import Judge
from autograder.judging.seeds import practice_seeds
from autograder.kernel import require_sandbox
from autograder.manifest import Lesson
from tests.attacks import seat
from tests.attacks.attack import PRELUDE
from tests.attacks.forging import PATCHES, VALUES
from tests.attacks.replayed import NOTEBOOKS, WRONG

HEADER = "def total(values)"
# Of the values, those that a careless comparison takes; what only breaks is attacked elsewhere.
CARELESS = ("equal", "subclass", "says it is", "mock", "metaclass", "objects", "None", "argument")
FORGED = {
    **{name: code for name, code in VALUES.items() if any(word in name for word in CARELESS)},
    **PATCHES,
}
LIES = [one.cells[1] for one in NOTEBOOKS if one.cells[-1] == WRONG]
# A busy machine, and a lesson's own imports, take their time; no forgery here waits for a limit.
LIMITS = replace(seat.LIMITS, cell_seconds=60, call_seconds=20, memory_bytes=2 << 30)


def case(judge: Judge) -> int:
    """Draw the one case that everything is judged on."""
    return practice_seeds(judge.lesson.id, judge.task.id, count=1)[0]


def asked_for(lesson: Lesson, notebook: nbformat.NotebookNode) -> list[str]:
    """Name the functions that answers define: a judge may ask for others beside its task's own."""
    answers = [
        cell.source for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")
    ]
    defined = re.findall(r"^(?:async )?def (\w+)", "\n".join(answers), flags=re.MULTILINE)
    return list(dict.fromkeys([*(task.id for task in lesson.tasks), *defined]))


def judged(replay: Replay, judge: Judge, forgery: str = "", names: Sequence[str] = ()) -> Score:
    """Judge a task in a fork, as it stands or as a forgery left it under all of `names`."""
    with replay.seat.fork() as transport:
        if forgery:
            code = forgery.replace(HEADER, f"def {judge.task.id}(*values, **more)")
            code += "".join(f"\n{name} = {judge.task.id}" for name in names)
            with contextlib.suppress(LearnerFault):
                Learner(transport).probe("adopt", PRELUDE + code)
        return judge.score(transport, case(judge))


def earned(lesson: Lesson, probe: Path) -> dict[str, dict[str, Score]]:
    """Judge every task with its stub, then with each forgery, then in a notebook full of lies."""
    probe.write_text(seat.ADOPT, encoding="utf-8")
    path = content.repository_root() / "notebooks" / "release" / lesson.id / f"{lesson.id}.ipynb"
    nb = nbformat.read(path, as_version=4)
    lying = nbformat.read(path, as_version=4)
    yes = VALUES["an object equal to everything"].replace(HEADER, "def total(*values, **more)")
    asked = asked_for(lesson, nb)
    names = "\n".join(f"{name} = total" for name in asked)
    # Behind the stubs, and the lies last: one of them rewrites every cell that comes after it.
    lying.cells += [new_code_cell(source) for source in (yes, names, *LIES)]
    judges = [load_judge(lesson.id, task.id) for task in lesson.tasks]
    released = stage_cases(lesson, lambda task: practice_seeds(lesson.id, task, count=1), {})

    async def each() -> dict[str, dict[str, Score]]:
        found: dict[str, dict[str, Score]] = {}
        for notebook in (nb, lying):
            cells = submission.replayed_cells(notebook)
            plan = kernel_plan(chosen, readable(lesson.id), probe, preload=imports_of(lesson.id))
            replay = Replay(notebook, cells, chosen, plan, cases=released.texts)
            try:
                await replay.run()
                if notebook is lying:
                    found["lies"] = {j.task.id: judged(replay, j) for j in judges}
                    continue
                found["stub"] = {j.task.id: judged(replay, j) for j in judges}
                for name, code in FORGED.items():
                    found[name] = {j.task.id: judged(replay, j, code, asked) for j in judges}
            finally:
                await replay.close()
        return found

    with seat.started("warm", LIMITS) as chosen:
        return run_apart(each())


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("lesson", content.course().ready, ids=lambda lesson: lesson.id)
def test_a_forgery_earns_what_a_stub_earns(lesson: Lesson, tmp_path: Path) -> None:
    """Equal objects, subclasses, patches, transformers and forged outputs: no point on any task."""
    require_sandbox()
    found = earned(lesson, tmp_path / "probe.py")
    stub = found.pop("stub")
    assert set(stub) == {task.id for task in lesson.tasks}
    for name, scores in found.items():
        assert {t: s.value for t, s in scores.items()} == {t: s.value for t, s in stub.items()}, (
            name
        )
    # Each was really called in the stub's place: the judge saw something else.
    for name in ("an object equal to everything", "lies"):
        assert not [t for t, s in found[name].items() if s.steps == stub[t].steps]
