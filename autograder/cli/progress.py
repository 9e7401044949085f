"""`rungs progress`: where you stand, from your own record."""

from __future__ import annotations

import argparse
import json

from autograder.judging.attempts import FILE, Attempts, home
from autograder.progress.dashboard import in_text
from autograder.progress.folder import work_folder
from autograder.progress.rebuild import rebuild
from autograder.progress.standing import standing

HELP = "show your lessons, competencies, predictions and what is due for review"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the export."""
    parser.add_argument("--json", action="store_true", help="write the whole record as JSON")


def run(args: argparse.Namespace) -> int:
    """Print the standing; where the record is lost, rebuild what the notebooks still show."""
    record = Attempts()
    rows = record.everything()
    if args.json:
        print(json.dumps({"version": 1, **rows}, indent=1))
        return 0
    if record.trouble:
        print(record.trouble)
    if not (home() / FILE).is_file() and (found := rebuild(work_folder(), record)):
        print(f"Your record was rebuilt from {found} cards in your notebooks; older ones are gone.")
    print(in_text(standing(record)))
    return 0
