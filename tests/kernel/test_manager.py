"""A kernel that breaks the protocol holds nobody up."""

from contextlib import suppress

import pytest

from autograder.grading.replay import run_apart
from autograder.kernel import SandboxKernelManager

# Bytes that are no ZeroMQ frame, on every open socket and pipe of the kernel.
GARBAGE = r"""
import os
for fd in range(3, 80):
    try:
        os.set_blocking(fd, False)
        os.write(fd, b"\x00\x00\x00\x11{'id': 1}")
    except OSError:
        pass
"""


@pytest.mark.timeout(60)
def test_closing_waits_for_nothing_that_a_kernel_could_withhold() -> None:
    """A kernel that spoils its own sockets is ended at once; nothing waits for its heartbeat."""

    async def start_and_close() -> tuple[bool, bool]:
        manager = SandboxKernelManager()
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        beating = client.hb_channel.is_alive()
        await client.wait_for_ready(timeout=50)
        client.execute(GARBAGE)
        with suppress(Exception):  # an answer, silence or nonsense: all may come
            await client.get_shell_msg(timeout=2)
        client.stop_channels()
        await manager.close()
        return beating, await manager.is_alive()

    assert run_apart(start_and_close()) == (False, False)
