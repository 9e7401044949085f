"""What a kernel costs before and after a learner's cells; `make bench` prints the figures."""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import time

import pytest

from autograder.channel import receive
from autograder.kernel import Sandbox
from autograder.kernel.namespaces import spawn
from tests.kernel import driver

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]
ROUNDS = 20


async def seconds(way: str) -> float:
    """Start a kernel, run one empty cell, close it."""
    started = time.perf_counter()
    async with driver.kernel(way) as (manager, client):
        await driver.answer(manager, client, "1")
    return time.perf_counter() - started


def test_a_submission_pays_little_for_its_kernel(capsys):
    """The median of kernels one after the other, as a batch on one core takes them."""

    async def all_of(way):
        await seconds(way)
        return [await seconds(way) for _ in range(ROUNDS)]

    cost = {way: statistics.median(asyncio.run(all_of(way))) for way in driver.WAYS}
    with capsys.disabled():
        print(
            f"\na kernel from start to end: {1000 * cost['namespaces']:.0f} ms warm, "
            f"{1000 * cost['bubblewrap']:.0f} ms cold (median of {ROUNDS})"
        )
    assert cost["namespaces"] < 0.3


def in_a_sandbox() -> float:
    (ours, theirs), (life, end) = socket.socketpair(), socket.socketpair()
    started = time.perf_counter()
    pid = spawn(Sandbox(), theirs, end, (), lambda: None)
    theirs.close()
    said = receive(ours, 10)
    assert "pid" in said, said
    os.waitpid(pid, 0)
    took = time.perf_counter() - started
    for sock in (ours, life, end):
        sock.close()
    return took


def test_the_sandbox_is_a_small_part_of_it(capsys):
    """Namespaces, mounts, limits and filter, against bubblewrap around the same empty program."""
    own = statistics.median(in_a_sandbox() for _ in range(ROUNDS))

    def bubblewrap(box: Sandbox) -> float:
        started = time.perf_counter()
        box.run(["/bin/true"], 10, stdout=subprocess.DEVNULL)
        return time.perf_counter() - started

    other = statistics.median(bubblewrap(Sandbox()) for _ in range(ROUNDS))
    with capsys.disabled():
        print(
            f"\na sandbox: {1000 * own:.0f} ms by our own hand, {1000 * other:.0f} ms by "
            f"bubblewrap (median of {ROUNDS}, {sys.platform})"
        )
    assert own < 0.1
