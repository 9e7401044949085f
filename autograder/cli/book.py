"""`rungs book`: build the site, and say where it is and whether anything is wrong with it."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

from autograder.content import repository_root
from autograder.tryouts.pyodide import NoPython, fetch

HELP = "build the site into _build/html; any warning is an error"

_STRICT = ("-n", "-W", "--keep-going")
_WHOLE = "--all"  # without it, old warnings are not repeated
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_STOPPED = re.compile(r"(error|exception occurred|traceback)\b.*:$", re.IGNORECASE)
# Without a grammar of URIs that jsonschema would build for several seconds; see `rungs` itself.
_BUILDER = (
    "import sys; sys.modules['rfc3987_syntax'] = None; "
    "from jupyter_book.cli.main import main; main()"
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what may be built afresh and where the site goes."""
    parser.add_argument(
        "--clean", action="store_true", help="build every page again; keep the reference runs"
    )
    parser.add_argument(
        "--changed",
        action="store_true",
        help="only pages that changed, while you write; an old warning is not said again",
    )
    parser.add_argument(
        "--pdf", action="store_true", help="also print the whole book into _build/rungs.pdf"
    )
    parser.add_argument(
        "--links",
        action="store_true",
        help="build nothing; ask every address outside the book whether it answers, and report",
    )
    parser.add_argument(
        "--out", type=Path, default=None, help="write _build/ here, not at the root"
    )
    parser.add_argument("--root", type=Path, default=None, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Build, then print the path and the number of warnings; 1 where the site is not clean."""
    root: Path = (args.root or repository_root()).resolve()
    build = (args.out or root).resolve() / "_build"
    if args.links:
        return _ask(root, build / "links")
    if args.clean:
        for part in ("html", ".doctrees", "jupyter_execute"):
            shutil.rmtree(build / part, ignore_errors=True)
    try:
        fetch(root)
    except NoPython as err:
        print(err)
    done = _jupyter_book(root, build.parent, *_STRICT, *([] if args.changed else [_WHOLE]))
    log = _COLOUR.sub("", done.stdout)
    said = [line for line in log.splitlines() if "WARNING:" in line or "ERROR:" in line]
    print("\n".join(said), end="\n" if said else "")
    if done.returncode != 0 and not said:
        print(_reason(log))
        print(f"The build stopped there; {build / 'html'} is no site of this state.")
        return 1
    reports = sorted((build / "html" / "reports").rglob("*.log"))
    for report in reports:
        print(f"{report}: a notebook failed while the book was built.")
    pages = len(list((build / "html").rglob("*.html")))
    print(f"{build / 'html' / 'index.html'}")
    print(f"{pages} pages, {len(said)} warnings")
    if done.returncode or said or reports:
        return 1
    if args.pdf:
        _print(root, build)
    return 0


def _jupyter_book(root: Path, out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [
        *(sys.executable, "-c", _BUILDER, "build", str(root)),
        *("--config", str(root / "_config.yml"), "--toc", str(root / "book" / "_toc.yml")),
        *("--path-output", str(out), *more),
    ]
    return subprocess.run(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


def _ask(root: Path, out: Path) -> int:
    """Report what answers; 1 only where nothing could be asked."""
    from autograder.authoring.outside import read_asked, report

    print("Asking every address outside the book; without a network, minutes.", flush=True)
    found = out / "_build" / "html" / "output.json"  # where Jupyter Book lets linkcheck write
    found.unlink(missing_ok=True)
    done = _jupyter_book(root, out, "--builder", "linkcheck")
    if not found.is_file():
        print(_reason(_COLOUR.sub("", done.stdout)))
        return 1
    print("\n".join(report(read_asked(found))))
    return 0


def _print(root: Path, build: Path) -> None:
    from autograder.authoring.book_pdf import print_book

    target = build / "rungs.pdf"
    pages = print_book(root / "book" / "_toc.yml", build / "html", target)
    print(f"{target}: {pages} pages on paper")


def _reason(log: str) -> str:
    """Return what stopped a build: the lines from the first that names an error on."""
    lines = log.splitlines()
    last = max(len(lines) - 20, 0)
    first = next((n for n, line in enumerate(lines) if _STOPPED.search(line.strip())), last)
    return "\n".join(lines[first : first + 12])
