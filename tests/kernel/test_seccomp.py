"""The system call filter, decided instruction by instruction for both architectures."""

from __future__ import annotations

import errno
import struct

import pytest

from autograder.errors import SandboxUnavailable
from autograder.kernel.seccomp import DENIED, filter_program

AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOW, KILL = 0x7FFF0000, 0x80000000
EPERM, ENOSYS = 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS
# read, write, mmap, close, futex, openat, wait4, execve, kill, exit_group, socketpair's own
USUAL = {
    "x86_64": (0, 1, 9, 3, 202, 257, 61, 59, 62, 231, 57, 318),
    "aarch64": (63, 64, 222, 57, 98, 56, 260, 221, 129, 94, 278),
}
CLONE, SOCKET = {"x86_64": 56, "aarch64": 220}, {"x86_64": 41, "aarch64": 198}
IOCTL = {"x86_64": 16, "aarch64": 29}


def decide(machine, number, *arguments, audit=None):
    """Run the filter on one call, as the kernel's own interpreter would, and return its action."""
    program = filter_program(machine)
    lines = [struct.unpack_from("=HBBI", program, at) for at in range(0, len(program), 8)]
    padded = (*arguments, *(0,) * (6 - len(arguments)))
    data = struct.pack("=iIQ6Q", number, audit or AUDIT[machine], 0, *padded)
    at, held = 0, 0
    while True:
        code, jump, skip, value = lines[at]
        at += 1
        if code == 0x20:
            (held,) = struct.unpack_from("=I", data, value)
        elif code == 0x06:
            return value
        else:
            test = {0x15: held == value, 0x35: held >= value, 0x45: bool(held & value)}[code]
            at += jump if test else skip


@pytest.fixture(params=AUDIT)
def machine(request):
    return request.param


def test_what_is_listed_is_refused(machine):
    """Every denied call gives EPERM, whatever its arguments."""
    column = list(AUDIT).index(machine)
    numbers = [pair[column] for pair in DENIED.values() if pair[column] is not None]
    assert {decide(machine, n, 1, 2, 3) for n in numbers} == {EPERM}


def test_no_two_names_share_a_number():
    """A slip in the table would deny one call twice and another never."""
    for column in range(2):
        numbers = [pair[column] for pair in DENIED.values() if pair[column] is not None]
        assert len(numbers) == len(set(numbers))


def test_what_programs_live_on_is_allowed(machine):
    """Reading, mapping, threads, processes and signals go through."""
    assert {decide(machine, n, 3) for n in USUAL[machine]} == {ALLOW}
    assert decide(machine, CLONE[machine], 0x3D0F00) == ALLOW  # a thread
    assert decide(machine, CLONE[machine], 0x1200011) == ALLOW  # a fork


def test_new_namespaces_are_refused(machine):
    """By clone with its flags in sight; clone3 hides them and is said not to exist."""
    for flag in (0x20000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000):
        assert decide(machine, CLONE[machine], flag | 17) == EPERM
    assert decide(machine, 435, 0) == ENOSYS


def test_only_ordinary_sockets_are_made(machine):
    """Unix, IPv4, IPv6, and netlink's routing table alone."""
    kinds = {(1, 0): ALLOW, (2, 0): ALLOW, (10, 0): ALLOW, (16, 0): ALLOW, (16, 9): EPERM}
    kinds |= dict.fromkeys([(17, 0), (38, 0), (40, 0), (44, 0), (29, 0)], EPERM)
    found = {kind: decide(machine, SOCKET[machine], kind[0], 1, kind[1]) for kind in kinds}
    assert found == kinds


def test_terminals_cannot_be_typed_into(machine):
    """TIOCSTI and TIOCLINUX are refused; other requests go through."""
    asked = (0x5412, 0x541C, 0x5401)
    assert [decide(machine, IOCTL[machine], 0, n) for n in asked] == [EPERM, EPERM, ALLOW]


def test_another_architecture_is_killed(machine):
    """A 32-bit program numbers its calls otherwise; so does x32, which is refused."""
    assert decide(machine, 0, audit=0x40000003) == KILL
    if machine == "x86_64":
        assert decide(machine, 0x40000000 | 101) == EPERM


def test_an_unknown_machine_is_named():
    """Where there is no filter there is no grading."""
    with pytest.raises(SandboxUnavailable, match="riscv64"):
        filter_program("riscv64")
