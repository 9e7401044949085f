"""Grade on other machines: the same tasks on a Dask cluster."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from importlib import import_module
from typing import Any

from autograder.errors import SubmissionError
from autograder.grading.pool import Answer, Lost, Task
from autograder.grading.worker import ANSWER_ELSEWHERE

__all__ = ["Cluster"]

_WAIT_SECONDS = 30
_AHEAD = 2


class Cluster:
    """Answer tasks on the workers of the Dask scheduler at `address`.

    The scheduler gives a task of a worker that died to another one. Workers
    need the same Rungs and the same lessons; they get derived seeds, never the
    course's secret. Raise `SubmissionError` where nobody answers.
    """

    def __init__(self, address: str, function: str = ANSWER_ELSEWHERE) -> None:
        self._address = address
        module, _, name = function.partition(":")
        self._function = getattr(import_module(module), name)

    def answers(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        """Yield answers as they come; see `Pool`."""
        distributed = _distributed()
        with warnings.catch_warnings(), self._client(distributed) as client:
            # A notebook of some megabytes travels once; there is nothing to spread before.
            warnings.simplefilter("ignore")
            yield from self._stream(distributed, client, iter(tasks))

    def _stream(self, distributed: Any, client: Any, tasks: Iterator[Task]) -> Iterator[Answer]:
        room = max(1, _AHEAD * sum(client.nthreads().values()))
        names: dict[Any, str] = {}
        done = distributed.as_completed(loop=client.loop)

        def send(task: Task | None) -> None:
            if task is not None:
                future = client.submit(self._function, task.packed, pure=False, retries=1)
                names[future] = task.name
                done.add(future)

        for _ in range(room):
            send(next(tasks, None))
        while names:
            future = next(done)
            name = names.pop(future)
            try:
                yield name, future.result()
            except distributed.scheduler.KilledWorker as err:
                yield name, Lost(f"grading it ended its workers ({_first_line(err)}).")
            except (CancelledError, OSError) as err:
                raise self._gone(err) from err
            except Exception as err:
                yield name, Lost(f"grading it failed on its worker ({_first_line(err)}).")
            future.release()
            send(next(tasks, None))

    def _client(self, distributed: Any) -> Any:
        try:
            client = distributed.Client(self._address, timeout=_WAIT_SECONDS, set_as_default=False)
            client.wait_for_workers(1, timeout=_WAIT_SECONDS)
        except (OSError, TimeoutError, ValueError) as err:
            raise self._gone(err) from err
        return client

    def _gone(self, err: Exception) -> SubmissionError:
        return SubmissionError(
            f"The scheduler {self._address} or its workers do not answer ({_first_line(err)}). "
            "Start them with `dask scheduler` and `dask worker ADDRESS --nthreads 1`; what was "
            "graded so far is kept."
        )


def _distributed() -> Any:
    try:
        return import_module("distributed")
    except ModuleNotFoundError as err:
        raise SubmissionError(
            "`--scheduler` needs Dask, which is not installed here. Install it with "
            "`pip install distributed`, in the same version as on the workers."
        ) from err


def _first_line(err: Exception) -> str:
    return (str(err).strip().splitlines() or [type(err).__name__])[0][:200]
