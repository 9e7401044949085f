"""Limits: what takes too much is ended, and the reason is plain."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.checks import Ladder, close
from autograder.grading import submission
from autograder.grading.limits import Limits
from autograder.grading.replay import Replay, run_apart
from autograder.judging.judge import Judge
from autograder.kernel import Bounds, Sandbox
from autograder.manifest import Lesson, Task
from tests.kernel import driver

MIB = 1 << 20
GREEDY = "kept = []\nwhile True: kept.append(bytearray(b'x') * (16 << 20))"
CASES = {
    "memory": (GREEDY, Bounds(memory_bytes=300 * MIB), "took more than 300 MB of memory"),
    "memory of many": (
        "import os, time\nfor _ in range(8):\n"
        "  if os.fork() == 0:\n    kept = bytearray(b'x') * (60 << 20)\n    time.sleep(60)\n"
        "time.sleep(60)",
        Bounds(memory_bytes=300 * MIB),
        "took more than 300 MB of memory",
    ),
    "CPU of many": (
        "import os\nfor _ in range(3):\n    if os.fork() == 0:\n        while True: pass\n"
        "while True: pass",
        Bounds(cpu_seconds=1),
        "computed for more than 1 seconds",
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("way", driver.WAYS)
def test_what_takes_too_much_is_ended(way, case):
    """All of a kernel's processes together: a limit of each alone would let many through."""
    code, bounds, reason = CASES[case]

    async def run():
        async with driver.kernel(way, bounds=bounds) as (manager, client):
            asking = asyncio.ensure_future(driver.answer(manager, client, code, 60))
            while not manager.overrun:
                await asyncio.sleep(0.02)
            said = manager.overrun
            asking.cancel()
            return said

    assert asyncio.run(run()) == reason


def test_shared_pages_are_charged_once():
    """Forks of a process that holds 150 MB stay under a limit of 300 MB."""
    code = """
import os, time
kept = bytearray(b"x") * (150 << 20)
made = []
for _ in range(4):
    pid = os.fork()
    if pid == 0: time.sleep(0.5); os._exit(0)
    made.append(pid)
print([os.waitpid(pid, 0)[1] for pid in made])
"""
    bounds = Bounds(memory_bytes=300 * MIB)
    assert driver.inside("namespaces", code, bounds=bounds) == [0, 0, 0, 0]


def grade(*sources, **limits):
    nb = new_notebook(cells=[new_code_cell(source) for source in sources])
    replay = Replay(nb, submission.replayed_cells(nb), Limits(**limits))

    async def run():
        try:
            await replay.run()
        finally:
            await replay.close()

    run_apart(run())
    return replay.notes, nb


def test_a_greedy_cell_is_left_out_with_its_reason():
    """The notes name the cell and the limit, and the other cells are replayed."""
    notes, nb = grade("1 + 1", GREEDY, "2 + 2", memory_bytes=300 * MIB)
    assert notes == [
        "Cell 2 took more than 300 MB of memory and was left out; the others were run again."
    ]
    assert [nb.cells[i].outputs[0].data["text/plain"] for i in (0, 2)] == ["2", "4"]


def test_a_greedy_process_of_a_cell_costs_itself():
    """The largest process is ended first; the notes say so and the kernel goes on."""
    child = (
        f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {GREEDY!r}])\nprint('on')"
    )
    notes, nb = grade(child, memory_bytes=300 * MIB)
    assert notes == ["A process that cell 1 started took more than 300 MB of memory and was ended."]
    assert nb.cells[0].outputs[0].text == "on\n"


def test_a_greedy_answer_costs_its_task_with_the_reason():
    """A call that fills memory dies with its fork; the reason names the limit."""
    lesson = Lesson(id="99_tiny", title="Tiny", rung="onramp", minutes=1)

    def judged(name):
        def judge(learner, seed):
            ladder = Ladder(learner)
            with ladder.step("answers", 1):
                close(learner.call(name, seed), seed)
            return ladder.score()

        return Judge(lesson, Task(id=name, points=1), judge)

    greedy = "def greedy(x):\n    " + GREEDY.replace("\n", "\n    ")
    nb = new_notebook(cells=[new_code_cell(f"{greedy}\ndef modest(x): return x")])
    replay = Replay(nb, [0], Limits(memory_bytes=300 * MIB))
    judges = [judged("greedy"), judged("modest")]
    verdicts = run_apart(submission._grade(replay, judges, lambda task: [1]))
    assert "greedy took more than 300 MB of memory" in verdicts["greedy"].reason
    assert [verdict.mark for verdict in verdicts.values()] == [0, 1]


def test_without_a_sandbox_the_notes_say_so_first():
    """`unsafe` runs as this user, and says it where the results are read."""
    notes, nb = grade("import os\nos.getuid()", unsafe=True)
    assert notes[0].startswith("This was run without a sandbox (--unsafe)")
    assert nb.cells[0].outputs[0].data["text/plain"] == str(os.getuid())


def test_an_unsafe_kernel_leaves_nothing_behind():
    """What it started in its process group ends with it."""

    async def run():
        async with driver.kernel("bubblewrap", unsafe=True) as (manager, client):
            code = "import subprocess\nprint(subprocess.Popen(['sleep', '600']).pid)"
            return await driver.answer(manager, client, code)

    pid = asyncio.run(run())
    assert not Path(f"/proc/{pid}").exists() or " Z " in Path(f"/proc/{pid}/stat").read_text()


def test_files_cannot_grow_without_end():
    """A file ends at its limit with an error of Python's own, in either realisation."""
    code = """
try:
    with open("/tmp/a", "wb") as file:
        while True: file.write(bytes(1 << 20))
except OSError as err:
    print(err.errno)
"""
    bounds = Bounds(file_bytes=8 * MIB)
    box = Sandbox(bounds=bounds)
    cold = box.run([sys.executable, "-c", code], 30, stdout=subprocess.PIPE, text=True)
    assert cold.stdout == "27\n"
    assert driver.inside("namespaces", code, bounds=bounds) == 27


@pytest.mark.slow
def test_messages_that_are_too_large_cost_the_grader_no_memory():
    """100 MB in one message, and again and again, never arrive; the cell behind is replayed."""
    flood = """
kernel = get_ipython().kernel
for _ in range(4):
    text = "x" * (100 << 20)
    kernel.session.send(kernel.iopub_socket, "stream", {"name": "stdout", "text": text})
"""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    notes, nb = grade("1 + 1", flood, "2 + 2", cell_seconds=20, memory_bytes=4 << 30)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 150 * 1024  # kilobytes
    assert notes == []
    assert "shell.execute_reply" in nb.cells[2].metadata.execution
