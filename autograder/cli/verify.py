"""`rungs verify`: check a portfolio's signatures and files, and run its code again."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.content import repository_root
from autograder.portfolio.bundle import countersign
from autograder.portfolio.signing import PortfolioError, Signer
from autograder.portfolio.verification import Verification, verify

HELP = "check a portfolio: signatures, files, and its code on fresh cases (Linux)"
_WORDS = {
    "holds": "✓ holds",
    "more": "✓ earns more",
    "less": "✗ earns less",
    "unknown": "? not in this course, or unreadable",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the bundle, which cases, and an instructor's signature."""
    parser.add_argument("bundle", type=Path, help="the portfolio's folder")
    parser.add_argument(
        "--recorded", action="store_true", help="use the cases that the marks were earned on"
    )
    parser.add_argument(
        "--sign", action="store_true", help="as an instructor: add your signature if all holds"
    )


def run(args: argparse.Namespace) -> int:
    """Say task by task what holds; exit with 1 where something does not."""
    outcome = verify(args.bundle, args.recorded, say=lambda text: print(text, flush=True))
    for one in outcome.checked:
        now = "" if one.now is None else f", now {one.now.mark:g}"
        print(
            f"{_WORDS[one.outcome]}: {one.lesson} {one.claim.task}: "
            f"claimed {one.claim.mark} of {one.claim.points}{now}"
        )
    print(_about(outcome))
    if args.sign:
        if not outcome.holds:
            raise PortfolioError("It was not signed: not every claim holds.")
        signer = Signer(repository_root() / ".rungs" / "signing.key")
        countersign(outcome.bundle, signer)
        print(f"Signed by {signer.did}.")
    return 0 if outcome.holds else 1


def _about(outcome: Verification) -> str:
    maker, *others = outcome.bundle.signers
    words = f"Files and signatures are whole. Made by {maker}"
    words += f", also signed by {', '.join(others)}." if others else "."
    if not outcome.same_version:
        words += (
            f" It was made with version {outcome.bundle.claims.version} of the course, which is not"
            " this one: tasks may have changed."
        )
    return words + " Who wrote the code, no program can tell: ask."
