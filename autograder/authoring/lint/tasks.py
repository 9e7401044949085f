"""Rules that tie manifest, cells and judge together, task by task."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from autograder.authoring.lesson import Cell, Role
from autograder.authoring.lint.finding import Finding
from autograder.authoring.lint.subject import LessonSubject
from autograder.authoring.lint.syntax import (
    Function,
    bindings,
    called,
    functions,
    names,
    string_argument,
)
from autograder.manifest import Task

__all__ = ["TASK_RULES"]

_BEGIN, _END = "### BEGIN SOLUTION", "### END SOLUTION"
_SWALLOWS = ("suppress", "raises")


def _one_of_each(subject: LessonSubject) -> Iterator[Finding]:
    """Each task has one answer and then one check, each written task one cell and one rubric."""
    for key, first, second in (("tasks", "answer", "check"), ("written", "written", "rubric")):
        listed = [task.id for task in getattr(subject.entry, key)]
        for role in (first, second):
            yield from _cells_of(subject, listed, role, key)  # type: ignore[arg-type]  # roles
        for index, task in enumerate(listed):
            line = subject.entry_line(key, index)
            yield from _in_order(subject, task, line, first, second)  # type: ignore[arg-type]  # roles


def _cells_of(subject: LessonSubject, listed: list[str], role: Role, key: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for cell in subject.lesson.with_role(role):
        if cell.task not in listed:
            yield subject.at(
                cell,
                f"course.yaml lists no {cell.task} under {key} of this lesson.",
                "Add it there, or mend the task's name.",
            )
        elif cell.task in seen:
            yield subject.at(cell, f"A second cell is the {role} of {cell.task}.", "Keep one.")
        seen.add(str(cell.task))


def _in_order(
    subject: LessonSubject, task: str, line: int, first: Role, second: Role
) -> Iterator[Finding]:
    places: dict[Role, Cell] = {}
    for cell in subject.lesson.with_role(first, second):
        if cell.task == task:
            places.setdefault(cell.role, cell)
    for role in (first, second):
        if role not in places:
            yield Finding(
                subject.course.manifest,
                line,
                f"{subject.entry.id} has no {role} cell for {task}.",
                f'Add a cell with role="{role}" task="{task}" to lesson.py.',
            )
    if len(places) == 2 and places[first].line > places[second].line:
        yield subject.at(
            places[second], f"The {second} of {task} comes before its {first}.", "Swap them."
        )


def _points(subject: LessonSubject) -> Iterator[Finding]:
    """A marker's points are the manifest's."""
    listed = {task.id: task.points for task in subject.entry.tasks}
    listed |= {task.id: task.points for task in subject.entry.written}
    for cell in subject.lesson.with_role("answer", "written"):
        wanted = listed.get(str(cell.task))
        if wanted is not None and cell.points != wanted:
            yield subject.at(
                cell,
                f"{cell.task} is worth {cell.points:g} here and {wanted:g} in course.yaml.",
                "Make them agree.",
            )


def _order(subject: LessonSubject) -> Iterator[Finding]:
    """The manifest lists tasks in the order a learner meets them."""
    listed = [task.id for task in subject.entry.tasks]
    met = [str(cell.task) for cell in subject.lesson.with_role("answer") if cell.task in listed]
    expected = [task for task in listed if task in met]
    for place, (task, wanted) in enumerate(zip(met, expected, strict=False)):
        if task != wanted:
            yield Finding(
                subject.course.manifest,
                subject.entry_line("tasks", place),
                f"{subject.entry.id} lists {wanted} where the lesson has {task}.",
                "List the tasks in the lesson's order.",
            )
            return


def _checks(subject: LessonSubject) -> Iterator[Finding]:
    """A check cell says `check("task")` and nothing else."""
    for cell in subject.lesson.with_role("check"):
        if cell.source.strip() != f'check("{cell.task}")':
            yield subject.at(
                cell,
                f"The check cell of {cell.task} says something else.",
                f'Write exactly `check("{cell.task}")`.',
                1,
            )


def _regions(subject: LessonSubject) -> Iterator[Finding]:
    """Solution markers pair up, and stand only where nbgrader takes them out."""
    for cell in subject.lesson.cells:
        open_at, regions = 0, 0
        for number, text in enumerate(cell.source.splitlines(), start=1):
            begins, ends = "BEGIN SOLUTION" in text, "END SOLUTION" in text
            if (begins or ends) and cell.role not in ("answer", "written"):
                yield subject.at(
                    cell,
                    "A solution marker stands in a cell that is not an answer.",
                    'Move the solution into a cell with role="answer" or role="written".',
                    number,
                )
            elif (begins and open_at) or (ends and not open_at):
                yield subject.at(
                    cell,
                    "The solution markers do not pair up.",
                    f"Write `{_BEGIN}`, the solution, `{_END}`, and never one inside another.",
                    number,
                )
            elif (begins or ends) and text.strip() not in (_BEGIN, _END):
                yield subject.at(
                    cell, "A solution marker shares its line.", "Give it its own line.", number
                )
            open_at = number if begins else 0 if ends else open_at
            regions += ends
        if open_at:
            yield subject.at(cell, "The solution is never closed.", f"Add `{_END}`.", open_at)
        if cell.role == "answer" and not regions and not open_at:
            yield subject.at(
                cell,
                f"The answer {cell.task} marks no solution, so its release would be empty.",
                f"Put the part a learner writes between `{_BEGIN}` and `{_END}`.",
            )


def _answer_binds(subject: LessonSubject) -> Iterator[Finding]:
    """An answer cell defines the name its judge asks for."""
    for cell, tree in subject.code:
        if cell.role == "answer" and cell.task not in {name for name, _ in bindings(tree)}:
            yield subject.at(
                cell,
                f"The answer cell of {cell.task} defines no {cell.task}.",
                "Name the function (or the value) as the task.",
            )


def _redefined(subject: LessonSubject) -> Iterator[Finding]:
    """No later cell redefines what a judge asks for."""
    asked = _asked_for(subject)
    owned: dict[str, str] = {}
    for cell, tree in subject.code:
        bound = list(bindings(tree))
        for name, line in bound:
            if owned.get(name) not in (None, cell.task):
                yield subject.at(
                    cell,
                    f"This cell redefines {name} after the answer cell of {owned[name]}.",
                    "Use another name: the judge takes the last one.",
                    line,
                )
        if cell.role == "answer" and cell.task is not None:
            owned |= {name: cell.task for name, _ in bound if name in asked | {cell.task}}


def _asked_for(subject: LessonSubject) -> set[str]:
    return {name for name, _ in _questions(subject)}


def _questions(subject: LessonSubject) -> Iterator[tuple[str, int]]:
    # Names that the judge asks a learner for: learner.call("x"), learner.value("x"),
    # raises(learner, "ValueError", "x").
    for node in ast.walk(subject.judge or ast.Module([], [])):
        if isinstance(node, ast.Call):
            by_method = ast.unparse(node.func) in ("learner.call", "learner.value")
            position = 0 if by_method else 2 if called(node) == "raises" else None
            name = None if position is None else string_argument(node, position)
            if name is not None:
                yield name, node.lineno


def _judge_asks(subject: LessonSubject) -> Iterator[Finding]:
    """Every name a judge asks for is defined by an answer cell."""
    defined = {
        name for cell, tree in subject.code if cell.role == "answer" for name, _ in bindings(tree)
    }
    for name, line in _questions(subject):
        if name not in defined:
            yield Finding(
                subject.judge_path,
                line,
                f"The judge asks for {name}, which no answer cell defines.",
                "Mend the name, or ask for what the lesson defines.",
            )


def _judges(subject: LessonSubject) -> Iterator[Finding]:
    """One judge function per task, named as the task, taking (learner, seed) or a case."""
    if subject.judge is None:
        return
    found = functions(subject.judge)
    listed = [task.id for task in subject.entry.tasks]
    for task in subject.entry.tasks:
        second, kind = ("case", "Case") if task.case else ("seed", "int")
        wanted = f"Write `def {task.id}(learner: Learner, {second}: {kind}) -> Score`."
        if task.id not in found:
            what = f"No judge function is named {task.id}."
            yield Finding(subject.judge_path, 1, what, wanted)
        elif [a.arg for a in found[task.id].args.args] != ["learner", second]:
            what = f"The judge {task.id} does not take (learner, {second})."
            yield Finding(subject.judge_path, found[task.id].lineno, what, wanted)
        if task.case:
            yield from _case_task(subject, task, found)
    for name, function in found.items():
        parameters = [a.arg for a in function.args.args]
        if name not in listed and parameters == ["learner", "seed"] and not name.startswith("_"):
            yield Finding(
                subject.judge_path,
                function.lineno,
                f"The judge {name} belongs to no task.",
                "List the task in course.yaml, or begin the name with _.",
            )


def _case_task(subject: LessonSubject, task: Task, found: dict[str, Function]) -> Iterator[Finding]:
    """A case task's judge is decorated with the function that stages its case."""
    if task.case not in found:
        yield Finding(
            subject.judge_path,
            1,
            f"No function stages the case {task.case}.",
            f"Write `def {task.case}(seed: int) -> Case`.",
        )
    decorators = found[task.id].decorator_list if task.id in found else []
    staged = [names(one.args[0]) for one in decorators if isinstance(one, ast.Call) and one.args]
    if task.id in found and {task.case} not in [set(one) for one in staged]:
        yield Finding(
            subject.judge_path,
            found[task.id].lineno,
            f"The judge {task.id} says not which case it is about.",
            f"Write `@case_task({task.case}, sealed=(…))` before it.",
        )


def _runs_unsolved(subject: LessonSubject) -> Iterator[Finding]:
    """Cells outside the answers run before a learner has solved anything."""
    unsolved: dict[str, str] = {}
    for cell, tree in subject.code:
        if cell.role != "answer":
            for node in _at_once(tree):
                if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
                    continue
                if node.id in unsolved:
                    yield subject.at(
                        cell,
                        f"This cell needs {node.id}, the answer of {unsolved[node.id]}.",
                        "Put the use inside `try`, or solve it here under another name.",
                        node.lineno,
                    )
                    break
        elif cell.task is not None:
            for statement in tree.body:
                if _inside_region(cell, statement):
                    unsolved |= {name: cell.task for name, _ in bindings(statement)}


def _inside_region(cell: Cell, statement: ast.stmt) -> bool:
    # A statement that holds or lies in a solution region is not there in the release.
    inside = False
    for number, text in enumerate(cell.source.splitlines(), start=1):
        inside = (inside or "BEGIN SOLUTION" in text) and "END SOLUTION" not in text
        if inside and statement.lineno <= number <= (statement.end_lineno or number):
            return True
    return False


def _at_once(node: ast.AST) -> Iterator[ast.AST]:
    # What runs when the cell runs, leaving out function bodies and what a `try` catches.
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return
    if isinstance(node, ast.Try) and node.handlers:
        children: list[ast.AST] = [*node.handlers, *node.orelse, *node.finalbody]
    elif isinstance(node, ast.With) and any(
        called(item.context_expr) in _SWALLOWS for item in node.items
    ):
        return
    else:
        children = list(ast.iter_child_nodes(node))
    yield node
    for child in children:
        yield from _at_once(child)


def _predictions(subject: LessonSubject) -> Iterator[Finding]:
    """Each prediction is asked once and later shown beside what happened."""
    asked: dict[str, Cell] = {}
    shown: set[str] = set()
    for cell, tree in subject.code:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) == "predict":
                key = string_argument(node) or ""
                if any(keyword.arg == "actual" for keyword in node.keywords):
                    shown.add(key)
                elif cell.role == "predict":
                    asked[key] = cell
    for key, cell in asked.items():
        if key not in shown:
            yield subject.at(
                cell,
                f"The prediction {key!r} is never shown beside what happened.",
                f'Add a cell with `predict("{key}", actual=…)` after the output.',
            )


def _hints_and_reasons(subject: LessonSubject) -> Iterator[Finding]:
    """A judge's HINTS and WHY hold one entry per task."""
    if subject.judge is None:
        return
    listed = {task.id for task in subject.entry.tasks}
    for constant, purpose in (("HINTS", "third hint"), ("WHY", "line of why")):
        line, keys = _keys(subject.judge, constant)
        for task in sorted(listed - keys):
            yield Finding(
                subject.judge_path,
                line,
                f"{constant} has no entry for {task}.",
                f"Add the {purpose} that the card shows.",
            )
        for task in sorted(keys - listed):
            yield Finding(
                subject.judge_path,
                line,
                f"{constant} has an entry for {task}, which is no task.",
                "Remove it, or mend its name.",
            )


def _keys(tree: ast.Module, constant: str) -> tuple[int, set[str]]:
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(constant in names(target) for target in targets):
                keys = (k.value for k in node.value.keys if isinstance(k, ast.Constant))
                return node.lineno, {str(key) for key in keys}
    return 1, set()


_RUBRIC_ROW = re.compile(r"^\s*\|(.*)\|\s*$")


def _rubrics(subject: LessonSubject) -> Iterator[Finding]:
    """A rubric has three or four criteria, each with an anchor at 0, 1 and 2."""
    points = {task.id: task.points for task in subject.entry.written}
    for cell in subject.lesson.with_role("rubric"):
        table = [
            (number, [part.strip() for part in match[1].split("|")])
            for number, text in enumerate(cell.source.splitlines(), start=1)
            if (match := _RUBRIC_ROW.match(text))
        ]
        rows = [row for row in table if not set("".join(row[1])) <= set("-: ")]
        if not rows or [part.lower() for part in rows[0][1]] != ["criterion", "0", "1", "2"]:
            yield subject.at(
                cell,
                f"The rubric of {cell.task} has no header `| criterion | 0 | 1 | 2 |`.",
                "Begin the table with exactly this row.",
            )
            continue
        criteria = rows[1:]
        if len(criteria) not in (3, 4):
            yield subject.at(
                cell,
                f"The rubric of {cell.task} has {len(criteria)} criteria.",
                "Write three or four.",
            )
        elif points.get(str(cell.task)) not in (None, 2.0 * len(criteria)):
            yield subject.at(
                cell,
                f"The rubric of {cell.task} adds up to {2 * len(criteria)} points, and "
                f"course.yaml says {points[str(cell.task)]:g}.",
                "Make them agree: each criterion is worth 2.",
            )
        for number, row in criteria:
            if len(row) != 4 or not all(row):
                yield subject.at(
                    cell,
                    "A criterion lacks an anchor.",
                    "Give one answer for each of 0, 1 and 2.",
                    number,
                )


TASK_RULES = (
    _one_of_each,
    _points,
    _order,
    _checks,
    _regions,
    _answer_binds,
    _redefined,
    _judge_asks,
    _judges,
    _runs_unsolved,
    _predictions,
    _hints_and_reasons,
    _rubrics,
)
