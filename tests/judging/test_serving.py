"""A judge serves the practice provider: the learner's code reaches it, the ledger stays."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.authoring.recordings import CaseChanged, Played, Recording, _Tap
from autograder.channel import receive, send
from autograder.checks import Ladder, Score, equal
from autograder.errors import SandboxUnavailable, TooSlow
from autograder.grading import submission
from autograder.grading.limits import Limits
from autograder.grading.replay import Replay, run_apart
from autograder.judging import InProcess, Judge, Learner
from autograder.judging.official import ForkedLearner
from autograder.manifest import Lesson, Task
from autograder.provider import server as serving
from autograder.provider.clock import WallClock
from autograder.provider.engine import Provider
from autograder.provider.faults.plan import FaultPlan

LESSON = Lesson(id="99_served", title="Served", rung="onramp", minutes=1)
SEEDS = [1, 2, 3]
CAREFUL = """
from openai import OpenAI

def ask_all(base_url, prompts):
    with OpenAI(base_url=base_url, api_key="practice", max_retries=4) as client:
        return [
            client.chat.completions.create(
                model="practice-small", messages=[{"role": "user", "content": prompt}], seed=1
            ).choices[0].message.content
            for prompt in prompts
        ]
"""
INVENTED = """
def ask_all(base_url, prompts):
    return ["Yes." for prompt in prompts]
"""
GIVES_UP = CAREFUL.replace("max_retries=4", "max_retries=0")
PEEKS = """
import urllib.request

def ask_all(base_url, prompts):
    found = []
    for place in ("ledger", "practice/ledger", "practice/truth"):
        try:
            found.append(urllib.request.urlopen(base_url.replace("v1", place)).read().decode())
        except OSError as err:
            found.append(str(err))
    return found
"""


def ask_all(learner: Learner, seed: int) -> Score:
    """Want one good reply a prompt, as the ledger has it, although the first call fails."""
    ladder = Ladder(learner)
    provider = Provider(seed, WallClock(0), FaultPlan.parse("500@1"))
    prompts = [f"Say hello, number {seed + n}." for n in range(3)]
    with ladder.step("replies"), learner.serving(provider) as base_url:
        replies = learner.call("ask_all", base_url, prompts)
        said = [call.completions[0].text for call in provider.ledger if call.status == 200]
        equal(replies, said, "the replies")
    with ladder.step("one call more than prompts"):
        equal(provider.ledger.totals.calls, len(prompts) + 1, "calls that arrived")
    return ladder.score()


JUDGE = Judge(LESSON, Task(id="ask_all", points=2), ask_all)


def in_practice(source: str) -> list[Score]:
    """Judge a definition in this process."""
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    return [JUDGE.score(InProcess(namespace), seed) for seed in SEEDS]


def officially(source: str) -> tuple[Score, ...]:
    """Judge a definition in the sandbox."""
    nb = new_notebook(cells=[new_code_cell(source)])
    replay = Replay(nb, submission.replayed_cells(nb), Limits())
    verdicts = run_apart(submission._grade(replay, [JUDGE], lambda task: SEEDS))
    return tuple(verdicts["ask_all"].scores)


def told(scores: Any) -> list[Any]:
    """Keep values and reasons."""
    return [(score.value, [step.reason for step in score.steps]) for score in scores]


@pytest.mark.parametrize(
    ("source", "value"), [(CAREFUL, 1.0), (GIVES_UP, 0.0), (INVENTED, 0.0), (PEEKS, 0.0)]
)
def test_both_seats_see_what_the_code_really_sent(source: str, value: float) -> None:
    """Values and reasons agree, and only real calls count."""
    practice = in_practice(source)
    assert {score.value for score in practice} == {value}
    if source is not PEEKS:  # what it was told differs by port and process
        assert told(officially(source)) == told(practice)
    else:
        assert [score.value for score in officially(source)] == [0.0] * len(SEEDS)


def test_a_recording_brings_the_calls_back() -> None:
    """Played back without a server, a judge finds the ledger as it was and scores the same."""
    namespace: dict[str, Any] = {}
    exec(CAREFUL, namespace)
    tap = _Tap(InProcess(namespace))
    recorded = JUDGE.score(tap, 1)
    exchanges = tuple((q, r) for q, r in tap.exchanges)
    recording = Recording(1, exchanges, [], tuple(tap.calls), tuple(tap.base_urls))
    assert [len(calls) for calls in tap.calls] == [4]
    played = Played(recording)
    assert JUDGE.score(played, 1) == recorded
    assert played.exhausted


def test_a_recording_knows_how_often_it_was_served() -> None:
    """A mutant that serves once more than the judge did changes the case."""
    played = Played(Recording(1, (), []))
    with pytest.raises(CaseChanged), Learner(played).serving(Provider(1)):
        pass


def test_a_sandbox_without_a_door_says_so() -> None:
    """A transport that was given no listening socket refuses to serve."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        learner = Learner(ForkedLearner(ours, 1.0, 1e12))
        with pytest.raises(SandboxUnavailable, match="without a port"), learner.serving(Provider()):
            pass


def test_a_provider_that_is_kept_too_busy_is_the_learners_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the ledger cannot settle after a call, that call failed; the judge did not."""
    ours, theirs = socket.socketpair()
    monkeypatch.setattr(serving, "_LONGEST_END", 0.05)

    def reply() -> None:
        request = receive(theirs)
        learner._server._loop.call_soon_threadsafe(time.sleep, 0.5)
        send(theirs, {"id": request["id"], "ok": 1})

    with ours, theirs, socket.create_server(("127.0.0.1", 0)) as door:
        learner = ForkedLearner(ours, 5.0, time.monotonic() + 60, door)
        with learner.serve(Provider()):
            answering = threading.Thread(target=reply)
            answering.start()
            with pytest.raises(TooSlow, match="more to answer than it could"):
                Learner(learner).call("ask_all")
            answering.join()
