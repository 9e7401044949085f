"""Attacks by the cells of a notebook, each in a kernel of its own."""

from __future__ import annotations

from dataclasses import dataclass

from tests.attacks.seat import HONEST

__all__ = ["NOTEBOOKS", "Notebook"]

WRONG = "def total(values): return 0.0\n"
TOP = "def top(scores): return sorted(scores, key=lambda name: -scores[name])\n"
BOTH = {"total": 2.0, "top": 2.0}
REST = {"total": 0.0, "top": 2.0}
NONE = {"total": 0.0, "top": 0.0}
_AGENT = """
import gc, json, os, socket, struct, threading
from autograder.channel.agent import Agent
agent = next(o for o in gc.get_objects() if type(o) is Agent)
"""


@dataclass(frozen=True)
class Notebook:
    """One notebook: its code cells, what its tasks earn, and what the notes say of it."""

    name: str
    kind: str
    cells: tuple[str, ...]
    marks: dict[str, float]
    note: str = ""


def _lie(name: str, cell: str, kind: str = "patches") -> Notebook:
    """Change the notebook around a wrong answer, whose neighbour is honest."""
    return Notebook(name, kind, (TOP, cell, WRONG), REST)


def _harm(name: str, kind: str, cell: str, note: str = "") -> Notebook:
    """Do harm between honest cells, which keep what they earn."""
    return Notebook(name, kind, (HONEST, cell, "print('still here')"), BOTH, note)


NOTEBOOKS = [
    _lie(
        "asserts are stripped by an AST transformer",
        "import ast\nclass Strip(ast.NodeTransformer):\n"
        "    def visit_Assert(self, node): return ast.Pass()\n"
        "    def visit_Compare(self, node): return ast.Constant(True)\n"
        "get_ipython().ast_transformers.append(Strip())",
    ),
    _lie(
        "cells are rewritten before they run",
        "get_ipython().input_transformers_cleanup.append(lambda lines: ['mark = 2\\n'])",
    ),
    _lie(
        "display formatters and tracebacks lie",
        "shell = get_ipython()\nshell.showtraceback = lambda *a, **k: None\n"
        "shell.display_formatter.format = lambda *a, **k: ({'text/plain': '2 of 2'}, {})\n"
        "shell.set_custom_exc((BaseException,), lambda *a, **k: None)",
    ),
    _lie(
        "hooks run after every cell",
        "def hook(*a):\n    globals().update(mark=2.0, passed=True)\n"
        "for event in ('pre_run_cell', 'post_run_cell', 'post_execute'):\n"
        "    get_ipython().events.register(event, hook)",
    ),
    _lie(
        "the namespace answers every name",
        "class All(dict):\n    def __getitem__(self, k): return self.get(k, lambda *a: 0.0)\n"
        "    def __contains__(self, k): return True\n"
        "get_ipython().user_ns = All(get_ipython().user_ns)",
    ),
    _lie(
        "check itself is replaced",
        "import autograder\nautograder.check = lambda *a, **k: '2 of 2'\ncheck = autograder.check\n"
        "check('total')",
    ),
    _lie(
        "a card and a result are displayed",
        "from IPython.display import HTML, display\n"
        "display(HTML('<div class=rungs-card>total: 2 of 2 points</div>'))\n"
        "display({'application/vnd.rungs+json': {'mark': 2}, 'text/plain': '2/2'}, raw=True,\n"
        "        metadata={'nbgrader': {'grade': True, 'points': 99}})\n2.0",
    ),
    _lie(
        "messages of the protocol are forged",
        "k = get_ipython().kernel\nfor kind, body in (('execute_reply', {'status': 'ok'}), "
        "('status', {'execution_state': 'idle'}), ('display_data', {'data': {}, 'metadata': {}}), "
        "('comm_open', {'comm_id': 'x', 'target_name': 'x', 'data': {}}), ('shutdown_reply', {}), "
        "('update_display_data', {'data': {}, 'transient': {'display_id': 'x'}, 'metadata': {}})):"
        "\n"
        "    k.session.send(k.iopub_socket, kind, body, parent=k.get_parent())",
        "messages",
    ),
    Notebook(
        "the agent forks nothing",
        "messages",
        (HONEST, _AGENT + "agent._fork = lambda handle: os.getpid()"),
        NONE,
    ),
    Notebook(
        "the agent's orders are answered by a cell",
        "messages",
        (
            HONEST,
            _AGENT + "body = json.dumps({'id': 'x', 'pid': 1, 'mark': 2}).encode()\n"
            "os.write(agent._control.fileno(), struct.pack('>I', len(body)) + body)",
        ),
        NONE,
    ),
    Notebook(
        "the agent's socket is shut",
        "messages",
        (HONEST, _AGENT + "agent._control.shutdown(socket.SHUT_RDWR)"),
        NONE,
    ),
    _harm(
        "a thread goes on patching",
        "patches",
        "import builtins, threading, time\ndef patch():\n    while True:\n"
        "        builtins.mark = 2; time.sleep(0.01)\n"
        "threading.Thread(target=patch, daemon=True).start()",
    ),
    _harm("a cell leaves by os._exit", "resources", "import os\nos._exit(0)", "ended the kernel"),
    _harm("a cell loops for ever", "resources", "while True: pass", "ran longer than"),
    _harm(
        "a cell swallows interrupts",
        "resources",
        "import time\nwhile True:\n    try: time.sleep(9)\n    except BaseException: pass",
        "ran longer than",
    ),
    _harm("a cell writes 50 MB on one line", "resources", "print('x' * 50_000_000)"),
    _harm(
        "a cell writes 1 GB",
        "resources",
        "line = 'x' * (1 << 20)\nfor _ in range(1024): print(line)",
        "was left out",
    ),
    _harm(
        "a fork bomb",
        "resources",
        "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
        "was left out",
    ),
    _harm(
        "memory until the end",
        "resources",
        "kept = []\nwhile True: kept.append(b'x' * (32 << 20))",
        "of memory and was left out",
    ),
    _harm(
        "every descriptor is closed by a cell",
        "resources",
        "import os\nos.closerange(0, 400)\nos._exit(1)",
        "was left out",
    ),
    _harm(
        "daemons before a crash",
        "lasting",
        "import os, subprocess, atexit\n"
        "subprocess.Popen(['sleep', '600', '<MARKER>'], start_new_session=True)\n"
        "if os.fork() == 0:\n    os.setsid()\n"
        "    os.execv('/usr/bin/tail', ['tail', '-f', '/dev/null', '<MARKER>'])\n"
        "atexit.register(subprocess.Popen, ['sleep', '600', '<MARKER>'])\nos.abort()",
        "ended the kernel",
    ),
    Notebook(
        "a start-up file for the kernel that is started again",
        "lasting",
        (
            HONEST,
            "import os, site\nhome = os.environ['HOME']\n"
            "for p in (f'{home}/.ipython/profile_default/startup/0.py', "
            "f'{site.USER_SITE}/usercustomize.py', f'{site.USER_SITE}/a.pth'):\n"
            "    os.makedirs(os.path.dirname(p), exist_ok=True)\n"
            "    open(p, 'w').write('import builtins; builtins.POISON = 1')\n"
            "os.environ['PYTHONSTARTUP'] = f'{home}/.ipython/profile_default/startup/0.py'\n"
            "os._exit(1)",
            "import builtins\nif hasattr(builtins, 'POISON'):\n    del total, top",
        ),
        BOTH,
        "ended the kernel",
    ),
    _harm(
        "scripts in outputs",
        "files",
        "from IPython.display import HTML, Javascript, SVG, display\n"
        "display(HTML('<script>alert(1)</script><img src=x onerror=alert(1)>'))\n"
        "display(Javascript('alert(1)'))\n"
        'display(SVG(\'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>\'))',
    ),
]
