"""`rungs review`: three tasks that are due, to write again on fresh cases."""

from __future__ import annotations

import argparse
from datetime import date

from autograder.judging.attempts import Attempts
from autograder.progress.folder import work_folder
from autograder.progress.review import AT_ONCE, choose, serve
from autograder.progress.standing import standing

HELP = "write a notebook of the tasks that are due for review"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add how many, and whether open ones may wait."""
    parser.add_argument("--most", type=int, default=AT_ONCE, help=f"tasks at once ({AT_ONCE})")
    parser.add_argument("--new", action="store_true", help="even while an older review is open")


def run(args: argparse.Namespace) -> int:
    """Serve what is due, or say when something will be."""
    record = Attempts()
    now = standing(record)
    folder = work_folder() / "review"
    waiting = [task.task.id for task in now.tasks() if task.open_review]
    if waiting and not args.new:
        print(f"A review is open: {', '.join(waiting)}. Look in {folder}, or ask with --new.")
        return 0
    chosen = choose(now, args.most)
    if not chosen:
        coming = now.next_due()
        when = f"Nothing is due before {coming:%Y-%m-%d}." if coming else "No lesson is finished."
        print(f"{when} Reviews ask for the tasks of finished lessons, once they fade.")
        return 0
    path = serve(chosen, folder, date.today(), record)
    print(f"{path}: {', '.join(task.task.id for task in chosen)}. Open it in JupyterLab.")
    return 0
