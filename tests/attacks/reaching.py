"""Attacks on secrets and on the sandbox's walls, from inside a called function."""

from __future__ import annotations

import errno
import platform
from pathlib import Path

from autograder import content
from autograder.kernel.seccomp import _ARCHITECTURES, DENIED
from tests.attacks.attack import Attack

__all__ = ["ATTACKS"]

COLUMN = _ARCHITECTURES[platform.machine()][0]
PACKAGE = Path(content.__file__).parent
DATASETS = PACKAGE.parent / "datasets"
SOCKET = (41, 198)[COLUMN]
NOTHING = "\ndef total(values): return 0.0\n"
PLACES = [
    "gradebook.db",
    ".rungs",
    ".rungs/course.key",
    ".rungs/results",
    "notebooks/lessons",
    "notebooks/source",
    "submitted/victim",
    "autograded",
]


def _denied(*names: str) -> tuple[str, dict[str, int]]:
    """Write an attack that makes these calls, and what it must say."""
    numbers = {n: DENIED[n][COLUMN] for n in names if DENIED[n][COLUMN] is not None}
    code = f"def attack(): return {{n: call(i, 0, 0, 0, 0, 0, 0) for n, i in {numbers}.items()}}"
    return code, dict.fromkeys(numbers, errno.EPERM)


# name: (code, what it says, whether it says something else where there is no sandbox)
SECRETS: dict[str, tuple[str, object, bool]] = {
    "files at their known places": (
        f"def attack(): return [p for p in {PLACES} if os.path.exists('<COURSE>/' + p)]",
        [],
        True,
    ),
    "files by their names, anywhere": (
        f"""
def attack():
    open("/tmp/gradebook.db", "w").close()
    skip = {{"/proc", "/usr", "/sys", "/dev/fd", sys.prefix, sys.base_prefix, {str(PACKAGE)!r}}}
    found = []
    for place, folders, files in os.walk("/"):
        folders[:] = [f for f in folders if os.path.join(place, f) not in skip]
        found += [os.path.join(place, f) for f in files if f in ("course.key", "gradebook.db",
                  "judge.py", "lesson.py", "progress.sqlite") or f.endswith(".ipynb")]
    return found""",
        ["/tmp/gradebook.db"],
        False,
    ),
    "hidden cases in the gradebook": (
        """
def attack():
    import sqlite3
    try: rows = sqlite3.connect("file:<COURSE>/gradebook.db?mode=ro", uri=True).execute(
        "select source from source_cell").fetchall()
    except sqlite3.OperationalError: return "no gradebook"
    return len(rows)""",
        "no gradebook",
        True,
    ),
    "a mark written into the gradebook": (
        """
def attack():
    import sqlite3
    try:
        with sqlite3.connect("<COURSE>/gradebook.db") as book:
            book.execute("update grade set manual_score = 99")
    except sqlite3.OperationalError: return "no gradebook"
    return "written" """,
        "no gradebook",
        False,
    ),
    "a result written beside the marks": (
        "def attack(): return refused(os.makedirs, '<COURSE>/.rungs/results/evil', exist_ok=False)",
        True,
        False,
    ),
    "judges by way of the package": (
        """
def attack():
    from autograder.judging import load_judge
    return hidden(lambda: load_judge("11_price_an_answer", "invoice").why)""",
        None,
        True,
    ),
    "seeds by way of the package": (
        """
def attack():
    from pathlib import Path
    from autograder.judging.seeds import course_secret
    return hidden(lambda: course_secret(Path("<COURSE>")).decode())""",
        None,
        True,
    ),
    "other processes' environment and command line": (
        """
def attack():
    found = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for name in ("environ", "cmdline"):
            text = hidden(lambda: open(f"/proc/{pid}/{name}", "rb").read()) or b""
            if re.search(PATTERN, text): found.add(name)
    return sorted(found)""",
        [],
        True,
    ),
    "its own environment": (
        "def attack(): return [k for k in os.environ if re.search('KEY|_TOKEN|SECRET|RUNGS_', k)]",
        ["RUNGS_SEAT"],
        False,
    ),
    "everything in its memory": (
        """
def attack():
    mine, found = b"rungs-" + b"canary-" + b"f" * 16, set()
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps.read().splitlines():
            where, mode, *_ = line.split()
            first, last = (int(x, 16) for x in where.split("-"))
            if "r" in mode and "[v" not in line and last - first < 1 << 27:
                memory.seek(first)
                found.update(re.findall(PATTERN, hidden(lambda: memory.read(last - first)) or b""))
    return sorted(t.decode() for t in found)""",
        ["rungs-canary-" + "f" * 16],
        False,
    ),
    "the roots of other processes": (
        """
def attack():
    return sorted({via for pid in filter(str.isdigit, os.listdir("/proc"))
                   for via in ("root", "cwd")
                   if os.path.exists(f"/proc/{pid}/{via}<COURSE>/gradebook.db")})""",
        [],
        True,
    ),
    "a symbolic link to the key": (
        """
def attack():
    if not os.path.lexists("/tmp/<MARKER>-link"):
        os.symlink("<COURSE>/.rungs/course.key", "/tmp/<MARKER>-link")
    return refused(open, "/tmp/<MARKER>-link")""",
        True,
        False,
    ),
    "descriptors that lead out": (
        """
def attack():
    found = []
    for fd in range(3, 256):
        if hidden(lambda: os.stat("..", dir_fd=fd)):
            found.append(os.readlink(f"/proc/self/fd/{fd}"))
    return found""",
        [],
        False,
    ),
    "what others left in /tmp and /dev/shm": (
        "def attack(): return [p for p in ('/tmp', '/dev/shm') "
        "if os.path.exists(p + '/<MARKER>-host')]",
        [],
        True,
    ),
    "command history and keys in a home": (
        """
def attack():
    homes = ["/root", *(f"/home/{n}" for n in os.listdir("/home"))]
    return [h for h in homes for n in (".ssh", ".bash_history", ".netrc", ".config", ".profile")
            if os.path.exists(f"{h}/{n}") and h != os.environ["HOME"]]""",
        [],
        False,
    ),
}
WALLS: dict[str, tuple[str, object, bool]] = {
    "new namespaces": (*_denied("unshare", "setns", "chroot", "pivot_root"), False),
    "mounts": (
        *_denied("mount", "umount2", "open_tree", "move_mount", "fsopen", "mount_setattr"),
        False,
    ),
    "bpf": (*_denied("bpf"), False),
    "the kernel's keys": (*_denied("keyctl", "add_key", "request_key"), False),
    "io_uring": (*_denied("io_uring_setup", "io_uring_enter", "io_uring_register"), False),
    "userfaultfd": (*_denied("userfaultfd"), False),
    "files by handle": (*_denied("name_to_handle_at", "open_by_handle_at"), False),
    "perf": (*_denied("perf_event_open"), False),
    "ptrace and other processes' memory": (
        *_denied("ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kcmp"),
        False,
    ),
    "modules, clocks and reboot": (
        *_denied("init_module", "kexec_load", "reboot", "clock_settime", "swapon", "sethostname"),
        False,
    ),
    "hidden memory": (*_denied("memfd_create", "memfd_secret", "shmget", "msgget"), False),
    "raw and packet sockets": (
        f"def attack(): return [call({SOCKET}, *k) for k in ((2, 3, 1), (10, 3, 58), (17, 3, 0))]",
        [errno.EPERM] * 3,
        False,
    ),
    "a server on the machine's loopback": (
        "def attack(): return not refused(socket.create_connection, ('127.0.0.1', <PORT>), 2)",
        False,
        True,
    ),
    "an abstract socket of the machine": (
        "def attack():\n    with socket.socket(socket.AF_UNIX) as s:\n"
        "        return not refused(s.connect, '\\0<MARKER>')",
        False,
        True,
    ),
    "a socket file of the machine": (
        "def attack():\n    with socket.socket(socket.AF_UNIX) as s:\n"
        "        return not refused(s.connect, '<COURSE>/socket')",
        False,
        True,
    ),
    "metadata addresses": (
        """
def attack():
    out = []
    for family, host in ((2, "169.254.169.254"), (2, "100.100.100.200"), (10, "fd00:ec2::254")):
        with socket.socket(family) as s:
            s.settimeout(1)
            if not refused(s.connect, (host, 80)): out.append(host)
    return out""",
        [],
        False,
    ),
    "DNS": (
        """
def attack():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        sent = not refused(s.sendto, b"q", ("1.1.1.1", 53))
    return [sent, not refused(socket.getaddrinfo, "example.org", 80)]""",
        [False, False],
        False,
    ),
    "any other network interface": (
        "def attack(): return sorted(n for _, n in socket.if_nameindex())",
        ["lo"],
        False,
    ),
    "a process of the machine": (
        """
def attack():
    try: return b"<MARKER>" in open("/proc/<PID>/cmdline", "rb").read()
    except OSError: return False""",
        False,
        True,
    ),
    "the rights of root": (
        "def attack(): return [refused(os.setuid, 0), refused(os.setgroups, [0]), "
        "refused(os.chown, '/tmp', 0, 0), refused(os.mknod, '/tmp/d', 0o60666, 2049), "
        "os.geteuid() == 0]",
        [True, True, True, True, False],
        False,
    ),
    "a program that becomes its owner": (
        """
def attack():
    import shutil, subprocess
    path = shutil.copy("/usr/bin/id", "/tmp/<MARKER>-id")
    os.chmod(path, 0o6755)
    mine = subprocess.run([path, "-u"], capture_output=True, text=True).stdout.strip()
    new = open("/proc/self/status").read().split("NoNewPrivs:")[1].split()[0]
    system = [n for n in ("su", "mount", "passwd", "newgrp") if os.path.exists(f"/usr/bin/{n}")]
    flags = {"nosuid" in line.split()[3].split(",") for line in open("/proc/self/mounts")
             if line.split()[1] in ("/usr", "/tmp", "/home")}
    return [mine == str(os.getuid()), new, flags, len(system) >= 0][:2] + [sorted(flags)]""",
        [True, "1", [True]],
        False,
    ),
    "higher limits": (
        """
def attack():
    import resource
    names = ("AS", "CORE", "CPU", "FSIZE", "NOFILE", "NPROC")
    limits = [(getattr(resource, f"RLIMIT_{n}")) for n in names]
    return [refused(resource.setrlimit, n, (resource.RLIM_INFINITY,) * 2) for n in limits]""",
        [True] * 6,
        False,
    ),
    "a core dump": (
        """
def attack():
    pid = os.fork()
    if pid == 0:
        os.chdir("/tmp"); ctypes.string_at(0)
    status = os.waitpid(pid, 0)[1]
    return [os.WTERMSIG(status), os.WCOREDUMP(status), any("core" in n for n in os.listdir("/tmp"))]
""",
        [11, False, False],
        False,
    ),
    "the kernel's parameters": (
        """
def attack():
    places = ("sys/kernel/core_pattern", "sys/kernel/hostname", "sysrq-trigger", "1/oom_score_adj",
              "sys/fs/file-max", "sys/vm/overcommit_memory")
    return [p for p in places if not refused(lambda: open(f"/proc/{p}", "w").write("1"))]""",
        [],
        False,
    ),
    "files of the system, the environment, the package and the datasets": (
        f"""
def attack():
    import autograder, numpy
    places = ["/usr/lib", "/etc", "/", "/dev", "/proc", sys.prefix, sys.base_prefix,
              os.path.dirname(numpy.__file__), {str(PACKAGE)!r}, {str(DATASETS)!r}, "<COURSE>",
              os.path.dirname(os.path.dirname(numpy.__file__))]
    return [p for p in places if not refused(open, p + "/<MARKER>", "w")]""",
        [],
        False,
    ),
}


def _all(kind: str, cases: dict[str, tuple[str, object, bool]]) -> list[Attack]:
    return [
        Attack(name, kind, NOTHING + code, says=says, control=control, tells=True)
        for name, (code, says, control) in cases.items()
    ]


ATTACKS = [*_all("secrets", SECRETS), *_all("walls", WALLS)]
