"""The sandbox made by a process for itself: what a fork of a warm process enters.

Three processes stand between the warm parent and a learner's code: one that
makes the namespaces and waits, outside; the first process inside, which
mounts what `Sandbox` lists, reaps orphans and waits; and its child, which runs
the kernel. When the child ends, so does the first process, and with it, by
the kernel's hand, every process inside.

As root the mounts are made with root's rights and the two inner processes then
become a user who owns nothing. Anybody else makes a user namespace first.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

from autograder.channel import send
from autograder.kernel import syscalls
from autograder.kernel.sandbox import HOME, Place, Sandbox, unprivileged_user
from autograder.kernel.seccomp import filter_program

__all__ = ["possible", "spawn"]

_NEW = 0x20000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x20000000 | 0x40000000
_NEW_USER = 0x10000000
_NO_SUID, _NO_DEVICES, _NO_EXEC = 2, 4, 8
_READ_ONLY, _REMOUNT, _BIND, _RECURSIVE, _PRIVATE = 1, 32, 4096, 16384, 1 << 18
_INSIDE = 1000
_DEVICES = ("full", "null", "random", "tty", "urandom", "zero")
_STANDARD = {"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1"}
_LINKS = {**_STANDARD, "stderr": "/proc/self/fd/2", "core": "/proc/kcore", "ptmx": "pts/ptmx"}
_ROOT = "/tmp"


def possible() -> bool:
    """Tell whether this kernel has the mount calls used here: Linux 5.12 or newer."""
    release = os.uname().release.split("-")[0].split(".")
    return (int(release[0]), int(release[1])) >= (5, 12)


def spawn(
    sandbox: Sandbox,
    control: socket.socket,
    life: socket.socket,
    keep: Iterable[int],
    program: Callable[[], None],
) -> int:
    """Fork a process that runs `program` inside `sandbox`, and return the waiting one's pid.

    The far end of `control` first gets a frame with the pid of the first
    process inside, accompanied by a pidfd of it, or a frame with an `error`.
    Everything ends when the far end of `life` closes. Of this process's
    descriptors only `keep` and `control` go in.
    """
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        _become_apart(parent, {control.fileno(), life.fileno(), *keep})
        _outside(sandbox, control, life, program)
    except BaseException as err:
        _report(control, err)
    finally:
        os._exit(1)


def _report(control: socket.socket, err: BaseException) -> None:
    try:
        send(control, {"error": f"{type(err).__name__}: {err}"})
    except Exception:
        os._exit(1)  # Nobody is there to tell.


def _become_apart(parent: int, keep: set[int]) -> None:
    syscalls.die_with_parent(signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    _close_all_but(keep | {0, 1, 2})
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)


def _close_all_but(keep: set[int]) -> None:
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in keep:
            try:
                os.close(int(name))
            except OSError:
                continue  # the listing's own


def _outside(
    sandbox: Sandbox, control: socket.socket, life: socket.socket, program: Callable[[], None]
) -> NoReturn:
    """Make the namespaces, fork their first process, and wait for its end or for `life`'s."""
    user = unprivileged_user(os.getpid()) if os.geteuid() == 0 else None
    if user is None:
        _new_user_namespace()
    else:
        syscalls.unshare(_NEW)
    syscalls.die_with_parent(signal.SIGKILL)  # forgotten with each change of rights
    go, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(told)
        life.close()
        os.read(go, 1)
        os.close(go)
        _inside(sandbox, control, user, program)
    handle = os.pidfd_open(pid)
    send(control, {"pid": pid})
    socket.send_fds(control, [b"p"], [handle])
    _close_all_but({0, 1, 2, told, handle, life.fileno()})
    os.write(told, b"g")
    os.close(told)
    events = select.poll()
    events.register(handle, select.POLLIN)
    events.register(life.fileno(), 0)  # a hang-up is always told
    if handle not in dict(events.poll()):
        os.kill(pid, signal.SIGKILL)
    os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 0xFF)


def _new_user_namespace() -> None:
    user, group = os.geteuid(), os.getegid()
    syscalls.unshare(_NEW | _NEW_USER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{_INSIDE} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{_INSIDE} {group} 1")


def _inside(
    sandbox: Sandbox, control: socket.socket, user: int | None, program: Callable[[], None]
) -> NoReturn:
    """Set up this first process's world, give up every right, and fork the program."""
    try:
        syscalls.loopback_up()
        syscalls.set_hostname("rungs")
        _mount_all(sandbox)
        sandbox.bounds.apply()
        syscalls.drop_capabilities(user)
        syscalls.die_with_parent(signal.SIGKILL)
        syscalls.seccomp(filter_program())
        pid = os.fork()
        if pid == 0:
            # Becoming another user had made /proc/self root's, which Python's own modules read.
            syscalls.set_dumpable(True)
            os.setsid()
            program()
            os._exit(0)
        syscalls.set_dumpable(False)
        _close_all_but({0, 1, 2})
        _reap(pid)
    except BaseException as err:
        _report(control, err)
    finally:
        os._exit(1)


def _reap(child: int) -> NoReturn:
    """Wait for orphans until the child ends."""
    while True:
        pid, status = os.wait()
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)


def _mount_all(sandbox: Sandbox) -> None:
    """Build a new root on a tmpfs, of handles on the old one's folders, and leave the old one."""
    os.umask(0o022)
    syscalls.mount("none", "/", None, _RECURSIVE | _PRIVATE)
    places = list(sandbox.places())
    sealed = _NO_SUID | _NO_DEVICES | _READ_ONLY
    trees = {p.path: syscalls.bind_tree(p.path, sealed) for p in places if p.kind == "shown"}
    devices = {name: syscalls.bind_tree(f"/dev/{name}", _NO_SUID) for name in _DEVICES}
    # Any folder would do: what it held is reached by the handles.
    syscalls.mount("tmpfs", _ROOT, "tmpfs", _NO_SUID | _NO_DEVICES, "mode=0755,size=1m")
    _proc_and_dev(devices)
    for place in places:
        _put(place, trees, sandbox.bounds.disk_bytes)
    os.makedirs(_ROOT + HOME, exist_ok=True)
    os.chmod(_ROOT + HOME, 0o777)
    for path in (*(p.path for p in places if p.kind == "empty"), "/dev", "/"):
        _seal(path)
    os.chdir(_ROOT)
    syscalls.pivot_root(".", ".")
    syscalls.unmount(".")
    os.chdir(HOME)


def _put(place: Place, trees: dict[str, int], size: int) -> None:
    target = _ROOT + place.path
    os.makedirs(os.path.dirname(target), exist_ok=True)
    match place.kind:
        case "link":
            os.symlink(place.source, target)
        case "shown":
            _attach(trees[place.path], target)
        case "private":
            # A number of files too: an empty one takes a kilobyte that no size counts.
            _tmpfs(target, f"mode=1777,size={size},nr_inodes={max(size // 4096, 64)}")
        case "empty":
            _tmpfs(target, "mode=0755,size=1m")


def _tmpfs(target: str, options: str) -> None:
    os.makedirs(target, exist_ok=True)
    syscalls.mount("tmpfs", target, "tmpfs", _NO_SUID | _NO_DEVICES, options)


def _attach(tree: int, target: str) -> None:
    if stat.S_ISDIR(os.fstat(tree).st_mode):
        os.makedirs(target, exist_ok=True)
    else:
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o444))
    syscalls.attach(tree, target)


def _proc_and_dev(devices: dict[str, int]) -> None:
    proc, dev = f"{_ROOT}/proc", f"{_ROOT}/dev"
    os.mkdir(proc)
    kept = _NO_SUID | _NO_DEVICES | _NO_EXEC
    syscalls.mount("proc", proc, "proc", kept)
    for place in (f"{proc}/{name}" for name in ("sys", "sysrq-trigger", "irq", "bus")):
        if os.access(place, os.W_OK):
            syscalls.attach(syscalls.bind_tree(place, kept | _READ_ONLY), place)
    os.mkdir(dev)
    syscalls.mount("tmpfs", dev, "tmpfs", _NO_SUID, "mode=0755,size=1m")
    for name, device in devices.items():
        _attach(device, f"{dev}/{name}")
    for name, goal in _LINKS.items():
        os.symlink(goal, f"{dev}/{name}")
    for name in ("pts", "shm"):
        os.mkdir(f"{dev}/{name}")
    terminals = "newinstance,ptmxmode=0666,mode=620"
    syscalls.mount("devpts", f"{dev}/pts", "devpts", _NO_SUID | _NO_EXEC, terminals)


def _seal(path: str) -> None:
    """Make read-only what was written to only while it was set up."""
    flags = _BIND | _REMOUNT | _READ_ONLY | _NO_SUID | _NO_DEVICES
    syscalls.mount("none", _ROOT + path, None, flags)
