"""What hostile code tries in its sandbox, through both realisations and for both kinds of user."""

from __future__ import annotations

import errno
import platform
import sys
from pathlib import Path

import pytest

from autograder import content
from autograder.kernel.seccomp import _ARCHITECTURES, DENIED
from tests.kernel import driver

ROOT = content.repository_root()
SECRET = "sk-secret-of-the-grader"
COLUMN = _ARCHITECTURES[platform.machine()][0]
PRELUDE = """
import ctypes, errno, json, os, signal, socket, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def call(*a):
    done = libc.syscall(*map(ctypes.c_long, a))
    return 0 if done >= 0 else ctypes.get_errno()
def refused(f, *a, **k):
    try: f(*a, **k)
    except (OSError, ValueError) as err: return True
    return False
def say(x): print(json.dumps(x), flush=True)
"""
PLACES = [
    ROOT / ".git",
    ROOT / ".rungs",
    ROOT / ".rungs/course.key",
    ROOT / "gradebook.db",
    ROOT / "notebooks",
    ROOT / "submitted",
    Path.home() / ".profile",
    Path("/etc/passwd"),
    Path("/etc/shadow"),
    Path("/var"),
    Path("/run"),
    Path("/sys"),
    Path("/boot"),
]
NUMBERS = {name: n[COLUMN] for name, n in DENIED.items() if n[COLUMN] is not None}
CLONE, SOCKET, IOCTL = ((56, 41, 16), (220, 198, 29))[COLUMN]

# name: (code, what it must say)
ATTACKS = {
    "secrets do not exist": (
        f"say([p for p in {list(map(str, PLACES))} if os.path.exists(p)])",
        [],
    ),
    "nor by way of /proc": (
        f"""
found = []
for pid in filter(str.isdigit, os.listdir("/proc")):
    for via in ("root", "cwd"):
        for place in {[str(p).lstrip("/") for p in PLACES]}:
            if os.path.exists(f"/proc/{{pid}}/{{via}}/{{place}}"): found.append(place)
say(found)""",
        [],
    ),
    "no environment holds a secret": (
        f"""
seen = [v for v in os.environ.values()]
for pid in filter(str.isdigit, os.listdir("/proc")):
    try: seen.append(open(f"/proc/{{pid}}/environ").read() + open(f"/proc/{{pid}}/cmdline").read())
    except OSError: pass
say(any({SECRET[::-1]!r}[::-1] in text for text in seen))""",
        False,
    ),
    "the memory of the process holds no secret": (
        f"""
backwards, found = {("!" + SECRET[::-1]).encode()!r}, []
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
    for line in maps:
        where, mode, *_ = line.split()
        first, last = (int(x, 16) for x in where.split("-"))
        if "r" in mode and "[v" not in line and last - first < 1 << 27:
            memory.seek(first)
            try: text = memory.read(last - first)
            except (OSError, OverflowError): continue
            at = -1  # never holding what is looked for, or this would find itself
            while (at := text.find({SECRET[:4].encode()!r}, at + 1)) >= 0:
                if text[at:at + len(backwards)][::-1] == backwards: found.append(where)
say(found)""",
        [],
    ),
    "other processes are invisible": (
        "say(sorted(map(int, filter(str.isdigit, os.listdir('/proc')))) == [1, os.getpid()])",
        True,
    ),
    "no rights": (
        """
rows = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines()
            if ":\\t" in line)
names = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp")
say([int(rows[n], 16) for n in names] + [os.getuid() == 0, os.geteuid() == 0, os.getgroups()
    in ([], [65534])])""",
        [0, 0, 0, 0, 0, 1, 2, False, False, True],
    ),
    "no way back to root": (
        "say([refused(os.setuid, 0), refused(os.setgid, 0), refused(os.setgroups, [0]), "
        "refused(os.chown, '/tmp', 0, 0), refused(os.mknod, '/tmp/d', 0o60666, 2049)])",
        [True] * 5,
    ),
    "denied system calls": (
        f"say({{n: call(i, 0, 0, 0, 0, 0, 0) for n, i in {NUMBERS}.items()}})",
        dict.fromkeys(NUMBERS, errno.EPERM),
    ),
    "no new namespaces by clone": (
        f"""
got = [call({CLONE}, flag | signal.SIGCHLD, 0, 0, 0, 0) for flag in
       (0x20000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)]
say(got + [call(435, 0, 0)])""",
        [errno.EPERM] * 7 + [errno.ENOSYS],
    ),
    "only ordinary sockets": (
        f"""
kinds = [(1, 1, 0), (2, 1, 0), (10, 1, 0), (16, 3, 0), (16, 3, 9), (17, 3, 0), (38, 5, 0),
         (40, 1, 0), (31, 5, 1), (44, 3, 0)]
say([call({SOCKET}, *kind) for kind in kinds])""",
        [0, 0, 0, 0] + [errno.EPERM] * 6,
    ),
    "no typing into a terminal": (
        f"say([call({IOCTL}, 0, request, 0) for request in (0x5412, 0x541C)])",
        [errno.EPERM] * 2,
    ),
    "nothing can be written but what is private": (
        f"""
places = ["/usr/x", "/x", "/etc/x", "/dev/x", "/proc/sys/kernel/core_pattern",
          "/proc/sysrq-trigger", "/proc/sys/kernel/hostname", {sys.prefix + "/x"!r},
          {str(Path(content.__file__).parent / "x")!r}]
say([p for p in places if not refused(open, p, "w")])""",
        [],
    ),
    "no file system of the machine is writable": (
        """
rows = [line.split() for line in open("/proc/self/mounts")]
say(sorted({kind for _, _, kind, flags, *_ in rows if "rw" in flags.split(",")}
           - {"tmpfs", "proc", "devpts", "devtmpfs"}))""",
        [],
    ),
    "devices": (
        "say(sorted(os.listdir('/dev')))",
        [
            *("core", "fd", "full", "null", "ptmx", "pts", "random", "shm"),
            *("stderr", "stdin", "stdout", "tty", "urandom", "zero"),
        ],
    ),
    "no descriptor leads out": (
        """
import stat
kinds = []
for fd in os.listdir("/proc/self/fd"):
    try: at = os.fstat(int(fd))
    except OSError: continue
    goal = os.readlink(f"/proc/self/fd/{fd}")
    if stat.S_ISDIR(at.st_mode) or stat.S_ISREG(at.st_mode) or goal.startswith("/"):
        if goal not in ("/dev/null", "/proc/self/fd") and not goal.startswith("/proc/"):
            kinds.append(goal)
say(kinds)""",
        [],
    ),
    "the first process has no more rights and cannot be ended": (
        """
for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT): refused(os.kill, 1, number)
time.sleep(0.05)
rows = dict(line.split(":\t", 1) for line in open("/proc/1/status").read().splitlines()
            if ":\t" in line)
say([int(rows[n], 16) for n in ("CapEff", "CapPrm", "NoNewPrivs", "Seccomp")])""",
        [0, 0, 1, 2],
    ),
    "no network beyond loopback": (
        """
import fcntl, struct
names = sorted(name for _, name in socket.if_nameindex())
out = []
for host in ("169.254.169.254", "1.1.1.1", "10.0.0.1"):
    s = socket.socket(); s.settimeout(2)
    try: s.connect((host, 80)); out.append(host)
    except OSError: pass
try: socket.getaddrinfo("example.org", 80); out.append("dns")
except OSError: pass
say([names, out])""",
        [["lo"], []],
    ),
    "limits cannot be raised": (
        """
import resource
out = []
for name in ("AS", "CORE", "CPU", "FSIZE", "NOFILE", "NPROC"):
    number = getattr(resource, f"RLIMIT_{name}")
    soft, hard = resource.getrlimit(number)
    out.append(soft == hard != resource.RLIM_INFINITY
               and refused(resource.setrlimit, number, (hard + 1, hard + 1)))
say(out)""",
        [True] * 6,
    ),
    "a fork bomb is a small one": (
        """
made = []
try:
    while len(made) < 2000:
        pid = os.fork()
        if pid == 0: time.sleep(60); os._exit(0)
        made.append(pid)
except OSError: pass
for pid in made: os.kill(pid, 9); os.waitpid(pid, 0)
say(20 < len(made) < 80)""",
        True,
    ),
    "a full disk is a small one": (
        """
written = 0
for folder in ("/tmp", "/home/learner", "/dev/shm"):
    for number in range(9):
        try:
            with open(f"{folder}/{number}", "wb") as file:
                while True: written += file.write(bytes(1 << 20))
        except OSError: pass
    for number in range(9): os.path.exists(f"{folder}/{number}") and os.unlink(f"{folder}/{number}")
say(written <= 3 * (32 << 20))""",
        True,
    ),
    "too much memory at once is a MemoryError": (
        """
try: bytearray(1 << 36)
except MemoryError: say("refused")""",
        "refused",
    ),
    "the loopback works": (
        """
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname(), timeout=2).close()
say("reached")""",
        "reached",
    ),
    "ordinary programs run": (
        """
import subprocess, multiprocessing, threading
t = threading.Thread(target=lambda: None); t.start(); t.join()
with multiprocessing.get_context("fork").Pool(2) as pool: sums = pool.map(abs, [-1, -2])
say([subprocess.run(["echo", "a"], capture_output=True, text=True).stdout, sums])""",
        ["a\n", [1, 2]],
    ),
}
DOORS = [(user, way) for user in ("this user", "ordinary user") for way in driver.WAYS]


@pytest.fixture(scope="module")
def said():
    """What each attack said, behind each door."""
    codes = [PRELUDE + code for code, _ in ATTACKS.values()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", SECRET + "!")
        found = {("this user", way): driver.inside_one(way, codes) for way in driver.WAYS}
        others = driver.as_ordinary_user(codes)
    found |= {("ordinary user", way): others[way] for way in driver.WAYS}
    return {door: dict(zip(ATTACKS, answers, strict=True)) for door, answers in found.items()}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize(("user", "way"), DOORS)
def test_an_attack_finds_a_wall(said, attack, user, way):
    """The same answer behind every door."""
    assert said[user, way][attack] == ATTACKS[attack][1]
