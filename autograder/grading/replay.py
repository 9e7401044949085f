"""Replay a submission's cells, top to bottom, in a sandboxed kernel."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.errors import SubmissionError
from autograder.grading.limits import Limits
from autograder.grading.preload import kernel_plan
from autograder.judging.official import OfficialSeat
from autograder.kernel import SandboxKernelManager
from autograder.kernel.started import Plan

__all__ = ["Replay"]

_OUTPUT_BYTES = 200_000
_SHOWN_BYTES = 20_000
_REPRESENTATIONS = 6
_RESTARTS = 6
_START_SECONDS = 60
_UNSAFE = "This was run without a sandbox (--unsafe): the submission could have changed anything."
_silent = logging.getLogger("rungs.replay")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False


@dataclass
class Replay:
    """Keep one submission's kernel: `run()` the cells, then fork it from `seat`.

    It is started by `plan`; by default that of a kernel which sees no files.
    `cases` are what `load` gives inside, whatever pack a learner has handed in.

    A cell that kills the kernel, runs over its limit or breaks its messages is
    left out of a second replay in a fresh kernel, and `notes` says so. Outputs
    are written into the notebook's cells, cut to a readable length.
    """

    nb: NotebookNode
    cells: list[int]
    limits: Limits
    plan: Plan | None = None
    notes: list[str] = field(default_factory=list)
    cases: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._left_out: set[int] = set()
        self._deadline = time.monotonic() + self.limits.submission_seconds
        self._km: SandboxKernelManager | None = None
        self._client: _Client | None = None
        if self.limits.unsafe:
            self.notes.insert(0, _UNSAFE)

    @property
    def seat(self) -> OfficialSeat:
        """Return the way to fork the kernel as the last replay left it."""
        if self._km is None:
            raise SubmissionError("The notebook could not be replayed at all.")
        return OfficialSeat(
            self._km.control,
            self._deadline,
            self.limits.call_seconds,
            self._km.listener,
            partial(_overrun, self._km),
        )

    @property
    def out_of_time(self) -> bool:
        """Tell whether the submission has used up its seconds."""
        return time.monotonic() >= self._deadline

    async def run(self) -> None:
        """Replay every cell that can be replayed; never raise for what a cell does."""
        for _ in range(_RESTARTS + 1):
            await self.close()
            await self._start()
            culprit = await self._run_cells()
            if culprit is None:
                break
            self._left_out.add(culprit)
        else:
            self.notes.append(
                "Cells kept ending the kernel, so the rest of the notebook was not run."
            )
        # A later cell may have written into an earlier one's outputs.
        for position in self.cells:
            _shorten(self.nb.cells[position])

    async def close(self) -> None:
        """Kill the kernel and everything it started."""
        if self._client is not None and self._client.kc is not None:
            self._client.kc.stop_channels()
        if self._km is not None:
            await self._km.close()
        self._km = self._client = None

    async def _start(self) -> None:
        self._km = SandboxKernelManager(self.plan or kernel_plan(self.limits))
        self._client = _Client(
            self.nb,
            km=self._km,
            timeout=self.limits.cell_seconds,
            startup_timeout=_START_SECONDS,
            interrupt_on_timeout=False,
            allow_errors=True,
            store_widget_state=False,
            coalesce_streams=True,
            log=_silent,
        )
        self._client.reset_execution_trackers()
        await self._client.async_start_new_kernel()
        await self._client.async_start_new_kernel_client()
        self.seat.hold(self.cases)

    async def _run_cells(self) -> int | None:
        """Run the cells in order; return the index of one that ended the kernel."""
        assert self._client is not None
        for position in self.cells:
            cell = self.nb.cells[position]
            if position in self._left_out:
                continue
            left = self._deadline - time.monotonic()
            if left <= 0:
                self.notes.append(
                    f"The time for the whole submission ({self.limits.submission_seconds:g} s) was "
                    f"used up before cell {position + 1}; the rest was not run."
                )
                return None
            self._client.timeout = max(1, min(self.limits.cell_seconds, int(left)))
            try:
                await self._client.async_execute_cell(cell, position)
            except Exception as err:
                what = self._explain(err)
                cell.outputs = [new_output("stream", name="stdout", text=f"[{what}]")]
                self.notes.append(
                    f"Cell {position + 1} {what} and was left out; the others were run again."
                )
                return position
            finally:
                _shorten(cell)
            if said := _overrun(self._km):
                self.notes.append(
                    f"A process that cell {position + 1} started {said} and was ended."
                )
        return None

    def _explain(self, err: Exception) -> str:
        if said := _overrun(self._km):
            return said
        if isinstance(err, CellTimeoutError | TimeoutError):
            return f"ran longer than {self._client.timeout if self._client else 0} seconds"
        if isinstance(err, DeadKernelError):
            return "ended the kernel"
        return "broke the kernel's messages"


def _overrun(km: SandboxKernelManager | None) -> str:
    """Return, once, which limit was gone over since this was last asked."""
    said = km.overrun if km is not None and km.has_kernel else ""
    if said and km is not None:
        km.forget_overrun()
    return said


class _Client(NotebookClient):
    """Collect outputs up to a limit, so that no cell can fill this process."""

    def output(self, outs: list[Any], msg: Any, display_id: Any, cell_index: int) -> Any:
        """Keep an output, cut short; drop what comes after the cell's share."""
        content = msg["content"]
        if isinstance(content.get("text"), str):
            # Before anything reads it: nbclient's own clean-up is slow on long lines.
            content["text"] = _cut(content["text"])
        size = sum(len(_printed(output)) for output in outs)
        if size > _OUTPUT_BYTES:
            return None
        return super().output(outs, msg, display_id, cell_index)

    def handle_comm_msg(self, outs: list[Any], msg: Any, cell_index: int) -> None:
        """Ignore widget traffic: a report shows none, and a hook would run on its word."""


def _printed(output: NotebookNode) -> str:
    return str(output.get("text") or output.get("data") or output.get("traceback"))


def _shorten(cell: NotebookNode) -> None:
    for output in cell.outputs:
        if output.output_type == "stream":
            output.text = _cut(output.text)
        elif output.output_type == "error":
            output.evalue = _cut(output.evalue)
            output.traceback = [_cut(line) for line in output.traceback[:100]]
        else:
            output.data = _kept(output.data)
            output.metadata = NotebookNode()


def _kept(data: dict[str, Any]) -> NotebookNode:
    """Keep the first few representations of an output, each at a readable length."""
    kept = NotebookNode()
    for kind, body in list(data.items())[:_REPRESENTATIONS]:
        if len(str(body)) <= 4 * _OUTPUT_BYTES:
            text = isinstance(body, str) and kind.startswith("text/")
            kept[kind] = _cut(body) if text else body
    return kept


def _cut(text: str) -> str:
    if len(text) <= _SHOWN_BYTES:
        return text
    return f"{text[:_SHOWN_BYTES]}\n[… {len(text) - _SHOWN_BYTES:,} more characters were cut]"


def run_apart(coroutine: Any) -> Any:
    """Run a coroutine to its end from any thread, whether or not a loop runs there."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, coroutine).result()
