"""`rungs grade`: grade a lesson's submissions and show the marks."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from autograder.content import course, repository_root
from autograder.errors import SubmissionError
from autograder.grading.classroom import Classroom, Mark, Outcome
from autograder.kernel import require_sandbox

HELP = "grade a lesson's submissions in the sandbox and show marks and reasons"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the lesson and whom to grade."""
    parser.add_argument("lesson", metavar="LESSON", help="id or number, such as 11")
    parser.add_argument("--student", help="grade only this learner")
    add_course(parser)


def run(args: argparse.Namespace) -> int:
    """Grade, show a bar while it lasts, and exit 1 where a submission was refused."""
    require_sandbox()
    lesson = course().lesson(args.lesson).id
    root = course_folder(args)
    classroom = agreed_classroom(root, lesson)
    learners = classroom.submitted(lesson)
    if args.student:
        if args.student not in learners:
            raise SubmissionError(f"{args.student} has not submitted {lesson}.")
        learners = [args.student]
    if not learners:
        raise SubmissionError(
            f"There is no submission of {lesson} under {classroom.root / 'submitted'}. "
            f"Collect them with `rungs collect {lesson}`."
        )
    console = Console()
    outcomes = grade_all(classroom, lesson, learners, console)
    show(classroom.marks(lesson), outcomes, console)
    refused = [outcome for outcome in outcomes if outcome.error]
    waiting = sum(mark.waiting for mark in classroom.marks(lesson))
    console.print(
        f"graded {len(outcomes) - len(refused)}, refused {len(refused)}, "
        f"{waiting} written answers wait for a person"
    )
    return 1 if refused else 0


def add_course(parser: argparse.ArgumentParser) -> None:
    """Add the option that names another folder than the repository."""
    parser.add_argument(
        "--course",
        type=Path,
        metavar="FOLDER",
        help="the folder with nbgrader_config.py; default: this repository",
    )


def course_folder(args: argparse.Namespace) -> Path:
    """Return the course's folder; raise `ContentError` where there is none."""
    chosen: Path | None = args.course
    return chosen or repository_root()


def agreed_classroom(root: Path, lesson: str) -> Classroom:
    """Open the class after making the gradebook agree with the release."""
    from autograder.authoring.gradebook import agree

    refused = agree(root, [lesson]).refused
    if refused:
        raise SubmissionError(" ".join(refused))
    return Classroom(root)


def grade_all(
    classroom: Classroom, lesson: str, learners: list[str], console: Console
) -> list[Outcome]:
    """Grade with a progress bar."""
    columns = (SpinnerColumn(), *Progress.get_default_columns(), TimeElapsedColumn())
    outcomes = []
    with Progress(*columns, TextColumn("{task.fields[who]}"), console=console) as bar:
        job = bar.add_task(lesson, total=len(learners), who=learners[0])
        for outcome in classroom.grade(lesson, learners):
            outcomes.append(outcome)
            bar.update(job, advance=1, who=outcome.learner)
    return outcomes


def show(marks: list[Mark], outcomes: list[Outcome], console: Console) -> None:
    """Print one row a learner: marks, then every reason and note."""
    found = {mark.learner: mark for mark in marks}
    table = Table("learner", "automatic", "by hand", "of", "to mark", "what happened")
    for outcome in outcomes:
        mark = found.get(outcome.learner)
        if outcome.error or mark is None:
            refusal = f"refused: {outcome.error}"
            table.add_row(escape(outcome.learner), "–", "–", "–", "–", escape(refusal))
            continue
        said = [f"{task}: {reason}" for task, reason in mark.reasons.items()]
        table.add_row(
            escape(outcome.learner),
            f"{mark.automatic:g}",
            f"{mark.manual:g}",
            f"{mark.points:g}",
            str(mark.waiting),
            # A learner's words are text, never markup of ours.
            escape("\n".join([*said, *outcome.notes])) or "everything passed",
        )
    console.print(table)
