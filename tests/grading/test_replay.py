"""The official seat on whole notebooks: what a submission does costs at most itself."""

import logging
import time
from pathlib import Path
from random import Random

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.checks import Ladder, close, raises
from autograder.grading import submission
from autograder.grading.limits import Limits
from autograder.grading.replay import Replay, run_apart
from autograder.judging.judge import Judge
from autograder.manifest import Lesson, Task

RIGHT = """
def add(a, b):
    if isinstance(a, str):
        raise ValueError("numbers only")
    return a + b
"""
DOUBLE = "def double(x): return 2 * x"
SEEDS = [1, 2, 3]
LESSON = Lesson(id="99_tiny", title="Tiny", rung="onramp", minutes=1)


def add(learner, seed):
    """Judge a sum and a refusal."""
    draw, ladder = Random(seed), Ladder(learner)
    with ladder.step("adds", 3):
        a, b = draw.random(), draw.random()
        close(learner.call("add", a, b), a + b, what="the sum")
    with ladder.step("refuses text", 1):
        raises(learner, "ValueError", "add", "x", 1)
    return ladder.score()


def double(learner, seed):
    """Judge a second, independent task."""
    ladder = Ladder(learner)
    with ladder.step("doubles", 1):
        close(learner.call("double", seed), 2 * seed)
    return ladder.score()


JUDGES = [Judge(LESSON, Task(id=f.__name__, points=4), f) for f in (add, double)]


def grade(*sources, limits=None):
    """Grade these code cells and return verdicts, notes and the notebook."""
    nb = new_notebook(cells=[new_markdown_cell("#"), *map(new_code_cell, sources)])
    replay = Replay(nb, submission.replayed_cells(nb), limits or Limits())
    verdicts = run_apart(submission._grade(replay, JUDGES, lambda task: SEEDS))
    return verdicts, replay.notes, nb


def test_a_right_function_earns_full_marks():
    """Prints and warnings cost nothing, and outputs are kept for the reader."""
    noisy = (
        RIGHT + 'import warnings, sys\nwarnings.warn("careful")\nprint("hello", file=sys.stderr)'
    )
    verdicts, notes, nb = grade(noisy)
    assert verdicts["add"].full
    assert notes == []
    assert any("hello" in o.get("text", "") for o in nb.cells[1].outputs)


def test_a_missing_function_costs_only_its_task():
    """Each task is judged by itself."""
    verdicts, _, _ = grade(RIGHT)
    assert verdicts["add"].mark == 4
    assert verdicts["double"].mark == 0
    assert "no double yet" in verdicts["double"].reason


def test_a_crash_inside_a_call_ends_that_task_only():
    """A function that kills its process loses its own task; the next starts clean."""
    verdicts, _, _ = grade(
        "def add(a, b):\n    import os; os._exit(1)", "def double(x): return 2*x"
    )
    assert verdicts["add"].mark == 0
    assert "ended its process" in verdicts["add"].reason
    assert verdicts["double"].full


def test_a_hang_inside_a_call_ends_that_task_only():
    """A call over its limit is stopped, with the limit in the reason."""
    source = "def add(a, b):\n    while True: pass\ndef double(x): return 2*x"
    verdicts, _, _ = grade(source, limits=Limits(call_seconds=1))
    assert "no answer within 1 seconds" in verdicts["add"].reason
    assert verdicts["double"].full


def test_a_global_changed_in_one_task_is_back_in_the_next():
    """Tasks run in separate forks of the same replay."""
    source = """
calls = 0
def add(a, b):
    global calls, double
    calls += 1
    double = None
    if isinstance(a, str): raise ValueError("x")
    return a + b
def double(x): return 2 * x if calls == 0 else 0
"""
    verdicts, _, _ = grade(source)
    assert verdicts["add"].full
    assert verdicts["double"].full


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("import os\nos._exit(0)", "ended the kernel"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "ended the kernel"),
        ("while True: pass", "ran longer than 2 seconds"),
        (
            "import time\nwhile True:\n  try: time.sleep(9)\n  except KeyboardInterrupt: pass",
            "ran longer than 2 seconds",
        ),
        ("import json\njson.dumps = lambda *a, **k: '{}'", "broke the kernel's messages"),
    ],
    ids=["exit", "kill", "loop", "stubborn-loop", "json"],
)
def test_a_cell_that_ends_the_replay_is_left_out(cell, said):
    """The others are replayed without it, earn their marks, and the notes say so."""
    verdicts, notes, _ = grade(
        RIGHT, cell, "def double(x): return 2*x", limits=Limits(cell_seconds=2)
    )
    assert verdicts["add"].full
    assert verdicts["double"].full
    assert len(notes) == 1
    assert said in notes[0]
    assert "Cell 3" in notes[0]


def test_a_flood_of_output_is_cut():
    """50 MB on one line neither stop the replay nor fill the report."""
    verdicts, _, nb = grade(RIGHT, 'print("x" * 50_000_000)')
    assert verdicts["add"].full
    assert len(str(nb.cells[2].outputs)) < 50_000


def test_the_time_for_the_whole_submission_is_bounded():
    """Cells that each stay under their limit cannot add up without end."""
    limits = Limits(cell_seconds=30, submission_seconds=6)
    sleeps = ["import time\ntime.sleep(4)"] * 5
    verdicts, notes, _ = grade(RIGHT, *sleeps, limits=limits)
    assert any("whole submission" in note or "ran longer" in note for note in notes)
    assert verdicts["double"].mark == 0


@pytest.mark.parametrize(
    "source",
    [
        "class Yes:\n    def __eq__(self, o): return True\n    def __float__(self): return 1.0\n"
        "def add(a, b): return Yes()",
        "class F(float):\n    def __eq__(self, o): return True\n    __hash__ = None\n"
        "def add(a, b): return F(0)",
        "import builtins\nbuiltins.isinstance = lambda *a: True\ndef add(a, b): return None",
        "import ast\n"
        "get_ipython().ast_transformers.append(type('T', (ast.NodeTransformer,), {})())\n"
        "def add(a, b): return 0",
        "def add(a, b):\n    raise NotImplementedError",
        "def add(a, b):\n    raise SystemExit(0)",
        "def add(a, b):\n    raise KeyboardInterrupt",
    ],
    ids=["eq-object", "float-subclass", "isinstance", "ast", "stub", "exit", "interrupt"],
)
def test_forgery_earns_nothing(source):
    """What is printed, patched or compared in the learner's process decides nothing."""
    verdicts, _, _ = grade(source)
    assert verdicts["add"].mark == 0


def test_a_forged_reply_on_the_socket_ends_the_task():
    """Code that speaks on the channel itself breaks the task it speaks in."""
    source = """
import os, socket
def add(a, b):
    for fd in range(3, 64):
        try:
            s = socket.socket(fileno=os.dup(fd))
            s.sendall(b"\\x00\\x00\\x00\\x12" + b'{"id":"x","ok":1.0}')
        except OSError:
            pass
    return a + b
"""
    verdicts, _, _ = grade(source)
    assert verdicts["add"].mark == 0
    assert (
        "nobody asked for" in verdicts["add"].reason
        or "nothing came back" in verdicts["add"].reason
    )


def test_a_coroutine_is_awaited():
    """An async answer counts like any other."""
    verdicts, _, _ = grade("async def double(x): return 2 * x")
    assert verdicts["double"].full


def test_replaying_writes_no_log(caplog):
    """What submissions do is in their notes, not on the grader's terminal."""
    with caplog.at_level(logging.WARNING):
        grade(RIGHT, "1/0")
    assert caplog.records == []


def test_a_judge_that_fails_leaves_its_task_to_a_person():
    """A fault of the course is no zero for the learner, and the other tasks are judged."""

    def broken(learner, seed):
        raise KeyError("oracle")

    judge = Judge(LESSON, Task(id="broken", points=1), broken)
    nb = new_notebook(cells=[new_code_cell(RIGHT)])
    replay = Replay(nb, [0], Limits())
    judges = [judge, JUDGES[0]]
    verdicts = run_apart(submission._grade(replay, judges, lambda task: SEEDS))
    assert verdicts["broken"].broken
    assert "fault of the course" in verdicts["broken"].note
    assert verdicts["add"].full


def test_an_array_of_many_empty_rows_costs_the_judge_nothing():
    """A reply of a few bytes cannot unfold into millions of rows in the trusted process."""
    source = (
        "import numpy as np\ndef add(a, b): return np.zeros((2**22, 0))\ndef double(x): return 2*x"
    )
    verdicts, _, _ = grade(source)
    assert "return a smaller one" in verdicts["add"].reason
    assert verdicts["double"].full


def test_an_unprintable_exception_is_a_reason_like_any_other():
    """A lone surrogate in a message would make every report of it fail."""
    verdicts, _, _ = grade("def add(a, b): raise ValueError('\\ud800')")
    reason = verdicts["add"].reason
    assert reason.encode()
    assert "ValueError" in reason


def test_outputs_changed_by_a_later_cell_are_cut_too():
    """Updating an earlier display, padding metadata or mime types cannot fill the report."""
    show = """
from IPython.display import display
handle = display("x", display_id="d")
display({f"application/x-{i}": "y" * 100 for i in range(1500)}, raw=True)
display({"text/plain": "z"}, raw=True, metadata={"pad": "m" * 5_000_000})
"""
    _, _, nb = grade(RIGHT, show, 'handle.update("u" * 5_000_000)')
    assert len(str(nb.cells)) < 200_000


def test_a_slowed_agent_cannot_stretch_the_time_for_a_submission():
    """Every wait of the trusted side ends with the submission's own limit."""
    slow = """
import os, time, signal
real_fork, real_kill = os.fork, os.kill
def fork():
    time.sleep(4)
    return real_fork()
def kill(*a):
    time.sleep(9)
    return real_kill(*a)
os.fork, os.kill = fork, kill
"""
    started = time.monotonic()
    grade(RIGHT, DOUBLE, slow, limits=Limits(submission_seconds=10))
    assert time.monotonic() - started < 20


def test_deep_folders_are_removed_with_the_submission():
    """What a submission leaves in its runtime folder is gone, however deep it is nested."""
    deep = """
import os
folder = next(f for f in os.listdir("/tmp") if f.startswith("rungs-"))
os.chdir(f"/tmp/{folder}")
for _ in range(2000):
    os.mkdir("d"); os.chdir("d")
"""
    before = set(Path("/tmp").glob("rungs-*"))
    verdicts, _, _ = grade(RIGHT, deep)
    assert verdicts["add"].full
    assert not [p for p in set(Path("/tmp").glob("rungs-*")) - before if (p / "d").exists()]
