"""`rungs provider`: serve the practice provider to any language or tool, and show every call."""

from __future__ import annotations

import argparse
import queue
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.errors import RungsError
from autograder.provider.activity import SIMULATION, dollars, models, moment, named
from autograder.provider.clock import WallClock
from autograder.provider.engine import Provider
from autograder.provider.faults.kinds import KINDS
from autograder.provider.ledger import Call, Ledger
from autograder.provider.server import LOOPBACK, is_loopback, serve
from autograder.provider.verdict import verdict

HELP = "serve the practice provider, an OpenAI-compatible API with known behaviour"
_PLAIN_WIDTH = 110  # columns where there is no terminal to ask
_LATENCIES = {"real": 1.0, "none": 0.0}


class WrongOption(RungsError):
    """An option's value that cannot be used."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add where to serve, what chance draws from, how time passes, and what goes wrong."""
    parser.add_argument("--port", type=int, default=8000, help="8000; 0 takes any free one")
    parser.add_argument("--host", default=LOOPBACK, help=f"{LOOPBACK}: this computer alone")
    parser.add_argument("--seed", type=int, default=0, help="what everything random is drawn from")
    parser.add_argument(
        "--latency", default="real", metavar="FACTOR", help="real, none, or a factor such as 0.1"
    )
    parser.add_argument(
        "--faults", metavar="PLAN", help="e.g. 429:0.05,drop@7; `list` shows every kind"
    )
    parser.add_argument(
        "--date", metavar="YYYY-MM-DD", help="begin on this day: prices change with the date"
    )
    parser.add_argument(
        "--log", type=Path, metavar="FILE", help="append every call, the hidden truth included"
    )


def run(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C, then sum up."""
    console = Console(width=None if sys.stdout.isatty() else _PLAIN_WIDTH, highlight=False)
    if args.faults == "list":
        console.print(_kinds())
        return 0
    provider = _provider(args)
    calls: queue.SimpleQueue[Call] = queue.SimpleQueue()
    provider.ledger.watch(calls.put)
    notice = f"Faults are on: {args.faults}" if args.faults else ""
    with (
        _ends_politely(),
        serve(provider, host=args.host, port=args.port, notice=notice) as server,
    ):
        _introduce(console, server.address, provider, args)
        try:
            for call in _forever(calls):
                console.print(_line(call), soft_wrap=True)
        except KeyboardInterrupt:
            console.print()
    provider.ledger.close()
    _sum_up(console, provider)
    return 0


def _provider(args: argparse.Namespace) -> Provider:
    clock = WallClock(_factor(args.latency), _start(args.date))
    provider = Provider(seed=args.seed, clock=clock, faults=args.faults)
    if args.log:
        try:
            provider.ledger = Ledger(sink=args.log)
        except OSError as err:
            raise WrongOption(f"{args.log} cannot be written: {err.strerror}.") from err
    return provider


def _factor(latency: str) -> float:
    try:
        factor = _LATENCIES[latency] if latency in _LATENCIES else float(latency)
    except ValueError:
        factor = -1.0
    if not 0 <= factor <= 1000:
        raise WrongOption(f"--latency {latency}: write real, none, or a factor from 0 to 1000.")
    return factor


def _start(date: str | None) -> float | None:
    if date is None:
        return None
    try:
        day = datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as err:
        raise WrongOption(f"--date {date}: write a day as 2026-11-21.") from err
    return day.timestamp()


@contextmanager
def _ends_politely() -> Iterator[None]:
    """Let SIGTERM end a run as Ctrl-C does, with a summary."""

    def end(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _forever(calls: queue.SimpleQueue[Call]) -> Iterator[Call]:
    while True:
        try:
            yield calls.get(timeout=1)  # a wait without end could not be interrupted on Windows
        except queue.Empty:
            continue


def _introduce(
    console: Console, address: str, provider: Provider, args: argparse.Namespace
) -> None:
    console.print(f"[bold]Practice provider at {address}[/]  (open it in a browser, too)")
    console.print(SIMULATION)
    if not is_loopback(args.host):
        console.print(
            f"\n[bold red]Not only this computer: {escape(args.host)} lets everybody who reaches "
            "it ask the models and read the latest prompts on the page above. It has no password."
            "[/]"
        )
    console.print()
    console.print(_models(provider))
    console.print(_pointers(address))
    if args.faults:
        console.print(f"Faults: {escape(args.faults)}  (seed {args.seed})")
    console.print("\n[bold]Calls[/]; Ctrl-C ends. Prices are what they would cost.", end="\n")
    console.print(f"[dim]{_HEAD}[/]", soft_wrap=True)


def _models(provider: Provider) -> Table:
    at = provider.clock.now()
    table = Table(title=f"Models, with prices of {moment(at, '%Y-%m-%d')}", title_justify="left")
    table.add_column("Model", no_wrap=True)
    table.add_column("What it is for")
    for title in ("Context", "$/M in", "$/M out"):
        table.add_column(title, justify="right", no_wrap=True)
    for row in models(at):
        name = f"{row['version']}" + (f"\n  [dim]as {row['name']}[/]" if row["name"] else "")
        table.add_row(name, row["what"], row["context"], row["input"], row["output"])
    return table


def _pointers(address: str) -> Table:
    url = f"{address}/v1"
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    table.add_row("bash", f"export OPENAI_BASE_URL={url} OPENAI_API_KEY=practice")
    table.add_row("PowerShell", f'$env:OPENAI_BASE_URL = "{url}"; $env:OPENAI_API_KEY = "practice"')
    table.add_row("Python", f'openai.OpenAI(base_url="{url}", api_key="practice")')
    return table


_COLUMNS = "{:<8}  {:<26}  {:>7}  {:>6}  {:>11}  {:>7}  {:>7}  {:>7}  {}"
_HEAD = _COLUMNS.format(
    "time", "model", "in", "out", "price", "first", "total", "status", "fault"
).rstrip()


def _line(call: Call) -> str:
    usage = call.usage
    first = "" if call.first_token is None else f"{call.first_token:.2f}s"
    text = _COLUMNS.format(
        moment(call.received, "%H:%M:%S"),
        call.version or named(call)[:26],
        usage.prompt if usage else "",
        usage.completion if usage else "",
        dollars(call.price) if call.price is not None else "",
        first,
        f"{call.latency:.2f}s",
        call.status or "dropped",
        call.fault,
    ).rstrip()
    good = 200 <= call.status < 400 and not call.fault
    return escape(text) if good else f"[{'yellow' if call.fault else 'red'}]{escape(text)}[/]"


def _sum_up(console: Console, provider: Provider) -> None:
    ledger = provider.ledger
    totals = ledger.totals
    table = Table(title=f"{totals.calls} calls", title_justify="left")
    table.add_column("Model")
    for title in ("Calls", "Tokens in", "Tokens out", "Price"):
        table.add_column(title, justify="right")
    for version, count in sorted(totals.models.items()):
        usage, spent = totals.usage.get(version), totals.spend.get(version)
        table.add_row(
            version,
            f"{count:,}",
            f"{usage.prompt:,}" if usage else "",
            f"{usage.completion:,}" if usage else "",
            dollars(spent) if spent is not None else "",
        )
    console.print(table if totals.models else f"{totals.calls} calls")
    if totals.faults:
        faults = ", ".join(f"{name} {count}" for name, count in sorted(totals.faults.items()))
        console.print(f"Faults acted out: {escape(faults)}")
    for finding in verdict(ledger, plan=provider.faults).findings:
        console.print(f"[yellow]{escape(finding.sin)}[/]: {escape(finding.sentence)}")


def _kinds() -> Table:
    table = Table(title="Kinds of faults, for --faults", title_justify="left")
    table.add_column("Kind", no_wrap=True)
    table.add_column("What happens")
    for kind in KINDS.values():
        table.add_row(kind.name, kind.effect)
    return table
