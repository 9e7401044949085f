"""The system calls that make a sandbox, for Pythons whose `os` lacks them."""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct

__all__ = [
    "attach",
    "bind_tree",
    "die_with_parent",
    "drop_capabilities",
    "loopback_up",
    "mount",
    "pivot_root",
    "seccomp",
    "set_dumpable",
    "set_hostname",
    "unmount",
    "unshare",
]

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long

# <linux/prctl.h>, <linux/mount.h>, <linux/if.h>; the numbers of the newer calls are the same on
# every architecture.
_PDEATHSIG, _DUMPABLE, _BOUNDING_READ, _BOUNDING_DROP = 1, 4, 23, 24
_SECCOMP, _NO_NEW_PRIVS, _AMBIENT, _AMBIENT_CLEAR = 22, 38, 47, 4
_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442
_AT_FDCWD, _AT_EMPTY_PATH, _AT_RECURSIVE = -100, 0x1000, 0x8000
_CAPABILITIES_V3 = 0x20080522
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1


def _check(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def _call(number: int, what: str, *arguments: int | bytes | ctypes.Array[ctypes.c_char]) -> int:
    given = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _check(int(_libc.syscall(ctypes.c_long(number), *given)), what)


def _prctl(what: str, option: int, *arguments: int | ctypes.c_void_p) -> int:
    given = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in arguments]
    given += [ctypes.c_ulong(0)] * (4 - len(given))
    return _check(int(_libc.prctl(ctypes.c_int(option), *given)), what)


def unshare(flags: int) -> None:
    """Leave the namespaces named by `flags` for new ones."""
    _check(_libc.unshare(ctypes.c_int(flags)), "unshare")


def mount(source: str, target: str, kind: str | None, flags: int, data: str = "") -> None:
    """Call mount(2)."""
    name = None if kind is None else kind.encode()
    done = _libc.mount(
        source.encode(), os.fsencode(target), name, ctypes.c_ulong(flags), data.encode() or None
    )
    _check(done, f"mount {target}")


def bind_tree(source: str, attributes: int) -> int:
    """Return a handle on a copy of the mounts at `source`, with these `MOUNT_ATTR_…`s set."""
    flags = 1 | os.O_CLOEXEC | _AT_RECURSIVE  # OPEN_TREE_CLONE
    tree = _call(_OPEN_TREE, f"open_tree {source}", _AT_FDCWD, os.fsencode(source), flags)
    wanted = ctypes.create_string_buffer(struct.pack("=4Q", attributes, 0, 0, 0), 32)
    where = _AT_EMPTY_PATH | _AT_RECURSIVE
    _call(_MOUNT_SETATTR, f"mount_setattr {source}", tree, b"", where, wanted, 32)
    return tree


def attach(tree: int, target: str) -> None:
    """Mount what `bind_tree` returned at `target`, and close the handle."""
    itself = 0x4  # MOVE_MOUNT_F_EMPTY_PATH
    path = os.fsencode(target)
    _call(_MOVE_MOUNT, f"move_mount {target}", tree, b"", _AT_FDCWD, path, itself)
    os.close(tree)


def unmount(target: str) -> None:
    """Detach what is mounted at `target`."""
    _check(_libc.umount2(os.fsencode(target), 2), f"umount {target}")


def pivot_root(new: str, old: str) -> None:
    """Make `new` the root and put the former one at `old`."""
    number = {"x86_64": 155, "aarch64": 41}[os.uname().machine]
    _call(number, "pivot_root", os.fsencode(new), os.fsencode(old))


def set_hostname(name: str) -> None:
    """Name this machine, in its own uts namespace."""
    _check(_libc.sethostname(name.encode(), len(name)), "sethostname")


def loopback_up() -> None:
    """Switch on the loopback device of this network namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        asked = struct.pack("16sH14s", b"lo", 0, b"")
        (flags,) = struct.unpack("16xH14x", fcntl.ioctl(sock, _GET_FLAGS, asked))
        fcntl.ioctl(sock, _SET_FLAGS, struct.pack("16sH14s", b"lo", flags | _UP, b""))


def die_with_parent(signal: int) -> None:
    """Have `signal` sent to this process when its parent ends."""
    _prctl("prctl PDEATHSIG", _PDEATHSIG, signal)


def set_dumpable(dumpable: bool) -> None:
    """Let this process's /proc entries be opened by its own user, or only by root."""
    _prctl("prctl DUMPABLE", _DUMPABLE, int(dumpable))


def drop_capabilities(user: int | None) -> None:
    """Give up every capability for good; become `user` first where one is given."""
    last = int(open("/proc/sys/kernel/cap_last_cap").read())  # noqa: SIM115 - the process goes on
    for capability in range(last + 1):
        if _prctl("prctl CAPBSET", _BOUNDING_READ, capability):
            _prctl("prctl CAPBSET", _BOUNDING_DROP, capability)
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    _prctl("prctl AMBIENT", _AMBIENT, _AMBIENT_CLEAR)
    header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITIES_V3, 0), 8)
    _check(_libc.capset(header, ctypes.create_string_buffer(24)), "capset")
    _prctl("prctl NO_NEW_PRIVS", _NO_NEW_PRIVS, 1)


def seccomp(program: bytes) -> None:
    """Filter this process's system calls by a BPF program, for good."""
    code = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    held = ctypes.create_string_buffer(described, len(described))
    address = ctypes.c_void_p(ctypes.addressof(held))
    _prctl("prctl SECCOMP", _SECCOMP, 2, address)
