"""The system calls that a learner's code may not make, as a BPF program.

A list of what is denied, not of what is allowed: numpy, torch and Python need
some two hundred calls, and a new C library would break an allow-list. Denied
is what reaches the kernel's less tested parts or leaves the sandbox's own
namespaces, and memory that no process's size shows. A denied call gives
`EPERM`; a program of another architecture is killed.
"""

from __future__ import annotations

import errno
import platform
import struct
from functools import lru_cache

from autograder.errors import SandboxUnavailable

__all__ = ["DENIED", "filter_program"]

# name: (x86_64, aarch64), from the kernel's unistd.h; None where an architecture lacks it.
DENIED: dict[str, tuple[int | None, int | None]] = {
    # other processes' memory and descriptors
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    # mounts and namespaces
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_tree_attr": (467, 467),
    # files by handle, past the mounts
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    # the kernel's keys, programs, counters, faults and rings
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    # the kernel itself
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "personality": (135, 92),
    "vhangup": (153, 58),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
    "uselib": (134, None),
    "lookup_dcookie": (212, 18),
    # memory that belongs to no process's size
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    # placement on the machine
    "mbind": (237, 235),
    "set_mempolicy": (238, 237),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
}

_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_NEW_NAMESPACES = 0x7E020080  # CLONE_NEW: time, mount, cgroup, uts, ipc, user, pid, net
_FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6
_NETLINK, _ROUTE = 16, 0
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_REFUSE = 0x00050000 | errno.EPERM
_ABSENT = 0x00050000 | errno.ENOSYS
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE = 0, 4
_TYPE_INTO_TERMINAL = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX


@lru_cache(maxsize=4)
def filter_program(machine: str = "") -> bytes:
    """Return the filter for an architecture, by default this one: `struct sock_filter`s."""
    machine = machine or platform.machine()
    if machine not in _ARCHITECTURES:
        known = " and ".join(_ARCHITECTURES)
        raise SandboxUnavailable(
            f"Nothing was graded: there is no system call filter for {machine}. Grade on {known}."
        )
    column, audit = _ARCHITECTURES[machine]
    # Each rule tests the number and jumps over itself where it does not apply.
    lines = [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, audit), _give(_KILL)]
    lines += [(_LOAD, 0, 0, _NUMBER)]
    if machine == "x86_64":
        lines += [(_AT_LEAST, 0, 1, 0x40000000), _give(_REFUSE)]  # the x32 calls
    for numbers in DENIED.values():
        number = numbers[column]
        if number is not None:
            lines += [(_EQUAL, 0, 1, number), _give(_REFUSE)]
    # clone3 keeps its flags in memory, out of the filter's sight: libc then uses clone.
    lines += [(_EQUAL, 0, 1, 435), _give(_ABSENT)]
    lines += _on((56, 220)[column], [*_argument(0), (_ANY_BIT, 0, 1, _NEW_NAMESPACES)], _REFUSE)
    lines += _sockets((41, 198)[column])
    lines += _sockets((53, 199)[column])
    for request in _TYPE_INTO_TERMINAL:
        lines += _on((16, 29)[column], [*_argument(1), (_EQUAL, 0, 1, request)], _REFUSE)
    lines += [_give(_ALLOW)]
    return b"".join(struct.pack("=HBBI", *line) for line in lines)


Line = tuple[int, int, int, int]


def _give(action: int) -> Line:
    return (_RETURN, 0, 0, action)


def _argument(index: int) -> list[Line]:
    """Load an argument's lower half: every one tested here is an int."""
    return [(_LOAD, 0, 0, 16 + 8 * index)]


def _on(number: int, test: list[Line], action: int) -> list[Line]:
    """Give `action` where the call is `number` and its test, which skips one line, holds."""
    body = [*test, _give(action), (_LOAD, 0, 0, _NUMBER)]
    return [(_EQUAL, 0, len(body), number), *body]


def _sockets(number: int) -> list[Line]:
    """Allow the families of ordinary programs, and netlink for asking which addresses there are."""
    allowed: list[Line] = [*_argument(0)]
    for family in _FAMILIES:
        allowed += [(_EQUAL, 0, 1, family), _give(_ALLOW)]
    allowed += [(_EQUAL, 0, 3, _NETLINK), *_argument(2), (_EQUAL, 0, 1, _ROUTE), _give(_ALLOW)]
    body = [*allowed, _give(_REFUSE)]
    return [(_EQUAL, 0, len(body), number), *body]
