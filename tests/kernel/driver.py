"""Run code in sandboxed kernels, started either way; as a program, as an ordinary user."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from autograder.kernel import Bounds, SandboxKernelManager, syscalls
from autograder.kernel.started import Plan

WAYS = {"bubblewrap": False, "namespaces": True}
NOBODY = 65534
SMALL = Bounds(processes=80, disk_bytes=32 << 20, file_bytes=8 << 20)


@asynccontextmanager
async def kernel(way: str, **options: Any):
    """Give a manager and its client, and close both."""
    manager = SandboxKernelManager(Plan.official(**options), warm=WAYS[way])
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=30)
        yield manager, client
    finally:
        client.stop_channels()
        await manager.close()


async def answer(manager: SandboxKernelManager, client: Any, code: str, seconds: float = 30) -> Any:
    """Run a cell and return the JSON it printed last, or a dict with its `error` or `overrun`."""
    said: list[str] = []

    def hear(message: dict[str, Any]) -> None:
        content = message["content"]
        if message["msg_type"] == "stream" and content["name"] == "stdout":
            said.append(content["text"])
        elif message["msg_type"] == "error":
            said.append(json.dumps({"error": f"{content['ename']}: {content['evalue']}"}))

    async def watch() -> None:
        while await manager.is_alive():
            await asyncio.sleep(0.05)

    running = asyncio.ensure_future(
        client.execute_interactive(code, output_hook=hear, timeout=seconds, allow_stdin=False)
    )
    dying = asyncio.ensure_future(watch())
    await asyncio.wait({running, dying}, return_when=asyncio.FIRST_COMPLETED)
    dead = not running.done()
    for task in (running, dying):
        task.cancel()
        with suppress(asyncio.CancelledError, TimeoutError):
            await task
    if dead:
        return {"dead": manager.overrun}
    lines = "".join(said).splitlines()
    return json.loads(lines[-1]) if lines else None


def inside(way: str, code: str, **options: Any) -> Any:
    """Start a kernel, run one cell in it, and return what it printed."""

    async def once() -> Any:
        async with kernel(way, **options) as (manager, client):
            return await answer(manager, client, code)

    return asyncio.run(once())


def inside_one(way: str, codes: list[str]) -> list[Any]:
    """Run cells one after the other in one kernel, or in a new one where one has died."""

    async def all_of() -> list[Any]:
        said: list[Any] = []
        while len(said) < len(codes):
            async with kernel(way, bounds=SMALL) as (manager, client):
                for code in codes[len(said) :]:
                    said.append(await answer(manager, client, code))
                    if not await manager.is_alive():
                        break
        return said

    return asyncio.run(all_of())


def become_ordinary(keep: Iterable[Path]) -> None:
    """Give up root for good, with a view of `keep` where only root may pass.

    A Python under /root is common in containers; the folders above it are
    replaced, for this process alone, by ones that everybody may pass.
    """
    syscalls.unshare(0x20000)
    syscalls.mount("none", "/", None, 16384 | 1 << 18)
    trees = {path: syscalls.bind_tree(str(path), 0) for path in map(Path.resolve, keep)}
    for path, tree in trees.items():
        above = [*reversed(path.parents)]
        closed = next((p for p in above if not p.stat().st_mode & 1), None)
        if closed is None:
            os.close(tree)
            continue
        syscalls.mount("tmpfs", str(closed), "tmpfs", 0, "mode=0755")
        path.mkdir(parents=True)
        syscalls.attach(tree, str(path))
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def as_ordinary_user(codes: list[str]) -> dict[str, list[Any]]:
    """Run the cells either way in another process that is not root; what they printed, by way."""
    env = {k: v for k, v in os.environ.items() if k not in ("RUNGS_WARM", "TMPDIR")}
    done = subprocess.run(
        [sys.executable, __file__],
        input=json.dumps(codes),
        capture_output=True,
        text=True,
        env=env,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def main() -> None:
    codes = json.load(sys.stdin)
    if os.geteuid() == 0:
        repository = Path(__file__).resolve().parents[2]
        become_ordinary([Path(sys.base_prefix), Path(sys.prefix), repository])
    os.environ["HOME"] = "/tmp"
    assert os.geteuid() != 0
    print(json.dumps({way: inside_one(way, codes) for way in WAYS}))


if __name__ == "__main__":
    main()


__all__ = [
    "NOBODY",
    "SMALL",
    "WAYS",
    "answer",
    "as_ordinary_user",
    "inside",
    "inside_one",
    "kernel",
]
