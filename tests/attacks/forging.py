"""Attacks on the mark from inside a called function: values, patches, messages, answers."""

from __future__ import annotations

import math
from random import Random

from autograder.judging.seeds import practice_seeds
from tests.attacks.attack import LESSON, Attack

__all__ = ["ATTACKS"]

YES = """
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __gt__ = __le__ = __ge__ = __lt__
    def __bool__(self): return True
    __hash__ = None
"""
NUMBER = """
    def __float__(self): return 1.0
    def __sub__(self, other): return 0.0
    __rsub__ = __add__ = __radd__ = __mul__ = __truediv__ = __sub__
    def __abs__(self): return 0.0
    def __index__(self): return 0
"""


def _sub(base: str, made: str) -> str:
    return f"class Fake({base}):{YES}{NUMBER}\ndef total(values): return {made}"


VALUES = {
    "an object equal to everything": f"class Fake:{YES}{NUMBER}\ndef total(values): return Fake()",
    "a subclass of int": _sub("int", "Fake(0)"),
    "a subclass of float": _sub("float", "Fake(0)"),
    "a subclass of str": _sub("str", "Fake('0')"),
    "a subclass of dict": _sub("dict", "Fake()"),
    "a subclass of list": _sub("list", "Fake()"),
    "a subclass of tuple": _sub("tuple", "Fake()"),
    "a subclass of ndarray": "import numpy as np\n"
    + _sub("np.ndarray", "np.zeros(1).view(Fake)").replace(
        "    def __float__",
        "    def __array_ufunc__(self, *a, **k): return True\n    def __float__",
    ),
    "a class that says it is numpy's": _sub("float", "Fake(0)")
    + "\nFake.__module__, Fake.__name__ = 'numpy', 'float64'\nFake.item = lambda self: Fake(0)",
    "a class that says it is pandas'": _sub("object", "Fake()")
    + "\nFake.__module__, Fake.__name__ = 'pandas', 'Series'\nFake.tolist = lambda self: Fake()",
    "an enum member": "import enum\nclass E(enum.Enum): A = float\ndef total(values): return E.A",
    "a record whose dump is itself": "class Fake:\n    model_fields = {}\n"
    "    def model_dump(self): return self\ndef total(values): return Fake()",
    "a mock": "from unittest.mock import MagicMock\ndef total(values): return MagicMock()",
    "not a number": "def total(values): return math.nan",
    "infinity": "def total(values): return math.inf",
    "an endless int": "def total(values): return 10 ** 400",
    "True": "def total(values): return True",
    "None": "def total(values): return None",
    "a complex number": "def total(values): return complex(sum(values), 1)",
    "every sum at once": "import numpy as np\ndef total(values): return np.linspace(0, 50, 50001)",
    "a generator of guesses": "def total(values):\n    yield from (n / 100 for n in range(5000))",
    "its own argument": "def total(values): return values",
    "a list that holds itself": "def total(values):\n    a = []\n    a.append(a)\n    return a",
    "a coroutine that never ends": "import asyncio\nasync def total(values):\n"
    "    await asyncio.sleep(99)",
    "an exception of the judge's": "from autograder.errors import LearnerFault, JudgeBroken\n"
    "def total(values): raise JudgeBroken('full marks')",
    "an exit that looks like success": "def total(values): raise SystemExit(0)",
    "an interrupt": "def total(values): raise KeyboardInterrupt",
    "an exception that cannot be printed": "class Fake(BaseException):\n"
    "    def __str__(self): raise self\n    __repr__ = __str__\n"
    "def total(values): raise Fake",
    "a class with an evil metaclass": "class Meta(type):\n"
    "    def __eq__(cls, other): return True\n    __hash__ = type.__hash__\n"
    "    def __instancecheck__(cls, other): return True\n"
    "class Fake(metaclass=Meta): pass\ndef total(values): return Fake()",
    "a value that pickles into code": "class Fake:\n"
    "    def __reduce__(self): return os.system, ('touch <OUTSIDE>/<MARKER>',)\n"
    "def total(values): return Fake()",
    "an array of objects": "import numpy as np\nclass Fake:\n"
    "    def __reduce__(self): return os.system, ('touch <OUTSIDE>/<MARKER>',)\n"
    "def total(values): return np.array([Fake()], dtype=object)",
}

GUESS = "\ndef total(values): return 0.0"
PATCHES = {
    "assert is always true": "import builtins\nclass Never(Exception): pass\n"
    "builtins.AssertionError = Never\nimport ast\nast.Assert = ast.Pass" + GUESS,
    "builtins compare everything as equal": "import builtins\nfor n in 'abs sum min max round'"
    ".split():\n    setattr(builtins, n, lambda *a, **k: 0.0)\n"
    "builtins.all = builtins.any = builtins.isinstance = lambda *a: True" + GUESS,
    "numpy compares everything as equal": "import numpy as np\nfor n in ('allclose', 'isclose', "
    "'array_equal', 'array_equiv', 'isfinite'):\n    setattr(np, n, lambda *a, **k: np.True_)\n"
    "np.testing.assert_allclose = lambda *a, **k: None" + GUESS,
    "math compares everything as equal": "math.isclose = lambda *a, **k: True\n"
    "math.isfinite = lambda x: True\nmath.fsum = lambda x: 0.0" + GUESS,
    "json writes full marks": "import json\n"
    'json.JSONEncoder.encode = lambda self, o: \'{"mark": 2, "ok": true}\'\n'
    'json.dumps = lambda *a, **k: \'{"mark": 2, "ok": true}\'' + GUESS,
    "the checks are other modules": "import types\nfake = types.ModuleType('autograder.checks')\n"
    "fake.close = fake.equal = fake.ranked = lambda *a, **k: None\n"
    "for n in ('autograder.checks', 'autograder.judging', 'autograder.checks.words'):\n"
    "    sys.modules[n] = fake" + GUESS,
    "the channel says yes": "import autograder.channel.agent as a, autograder.channel.answer as b\n"
    "a.answer = b.answer = lambda request, *r: {'id': request['id'], 'ok': True, 'mark': 2}"
    + GUESS,
    "the codec encodes nothing else": "import autograder.channel.codec as c, "
    "autograder.channel.answer as b\nc.encode = b.encode = c._encode = lambda *a, **k: 'full marks'"
    + GUESS,
    "the sender adds a mark": "import autograder.channel.agent as a\nreal = a.send\n"
    "a.send = lambda sock, m: real(sock, {**m, 'mark': 2.0, 'passed': True, 'score': 1.0})" + GUESS,
    "the judge is looked for in frames": """
def total(values):
    frame, found = sys._getframe(), []
    while frame is not None:
        found += [v for k, v in frame.f_locals.items() if k in ("want", "expected", "seed", "judge")
                  and isinstance(v, (int, float))]
        frame = frame.f_back
    return found[0] if found else 0.0""",
    "the judge is looked for by gc": """
def total(values):
    kinds = ("Judge", "Ladder", "Score", "Step", "Verdict", "ForkedLearner", "OfficialSeat")
    held = [o for o in gc.get_objects() if type(o).__name__ in kinds]
    for o in held:
        for name in ("value", "passed", "fraction"):
            hidden(lambda: object.__setattr__(o, name, 1.0))
    return 0.0""",
    "a tracer changes the reply": """
def tracer(frame, event, arg):
    if event == "return" and frame.f_code.co_name in ("answer", "_answer_all", "send"):
        for v in frame.f_locals.values():
            if isinstance(v, dict) and "ok" in v: v.update(ok=True, mark=2.0)
    return tracer
def total(values):
    sys.settrace(tracer); sys.setprofile(tracer); threading.settrace(tracer)
    return 0.0""",
    "an exit handler answers again": """
import atexit
atexit.register(lambda: raw(b'{"id":"@","ok":1.0}'))
signal.signal(signal.SIGTERM, lambda *a: raw(b'{"id":"@","ok":1.0}'))"""
    + GUESS,
    "hash and import hooks": """
class Finder:
    def find_spec(self, *a): return None
sys.meta_path.insert(0, Finder()); sys.path_hooks.clear(); sys.path.insert(0, "/tmp")
sys.dont_write_bytecode = False; sys.setrecursionlimit(10**6)"""
    + GUESS,
    "warnings and tracebacks lie": """
import traceback, warnings
traceback.walk_tb = traceback.format_exception = lambda *a, **k: ["full marks"]
sys.excepthook = threading.excepthook = lambda *a: None
def total(values): raise ValueError("full marks: 2 of 2")""",
}

_WAIT = "\n    time.sleep(60)"  # until the judge has had enough
_END = "\n    os._exit(0)"  # before a second message of the agent's own
MESSAGES = {
    "a right id and no number": 'raw(b\'{"id":"@","ok":true}\')' + _END,
    "an invented score": 'raw(b\'{"id":"@","ok":1,"score":1,"mark":2,"passed":true}\')' + _END,
    "both a value and a fault": 'raw(b\'{"id":"@","ok":1,"fault":["Missing","x"]}\')' + _END,
    "a fault of an invented kind": 'raw(b\'{"id":"@","fault":["FullMarks","x"]}\')' + _END,
    "a fault with texts that are none": 'raw(b\'{"id":"@","fault":[["Raised"],{},1]}\')' + _END,
    "another id": 'raw(b\'{"id":"0123456789abcdef","ok":1.0}\')' + _END,
    "no id": "raw(b'{\"ok\":1.0}')" + _END,
    "a reply to the next question": 'raw(b\'{"id":"@","ok":1.0}\')\n    return 1.0',
    "a list in place of a message": "raw(b'[\"@\",1.0]')" + _END,
    "not JSON": "raw(b'\\x80\\x04\\x95full marks')" + _END,
    "not Unicode": 'raw(b\'{"id":"@","ok":"\\xff\\xfe"}\')' + _END,
    "a lone surrogate": 'raw(b\'{"id":"@","ok":"\\\\ud800"}\')' + _END,
    "not a number on the wire": 'raw(b\'{"id":"@","ok":NaN}\')' + _END,
    "infinity on the wire": 'raw(b\'{"id":"@","ok":1e999}\')' + _END,
    "an int of 5,000 digits": 'raw(b\'{"id":"@","ok":\' + b"9" * 5000 + b"}")' + _END,
    "nested 100,000 deep": 'raw(b\'{"id":"@","ok":\' + b"[" * 10**5 + b"]" * 10**5 + b"}")' + _END,
    "a million keys": 'raw(b\'{"id":"@","ok":{"d":{\' + b",".join(b\'"%d":0\' % n '
    "for n in range(10**6)) + b'}}}')" + _END,
    "a frame of 4 GB": "raw(b'{}', 2**32 - 1)" + _WAIT,
    "a frame over the limit": "raw(b' ' * (2**24 + 1))" + _END,
    "half a frame": "raw(b'{\"id\":', 100)" + _WAIT,
    "a byte a second": "sock, _ = channel()\n    for b in struct.pack('>I', 50) + b' ' * 50:\n"
    "        sock.sendall(bytes([b])); time.sleep(0.5)",
    "a late reply": "time.sleep(1.2)\n    return math.fsum(values)",
    "a flood of frames": 'for _ in range(2000): hidden(lambda: raw(b\'{"id":"x"}\'))\n'
    "    return math.fsum(values)",
    "an array of negative shape": 'raw(b\'{"id":"@","ok":{"a":["float64",[-1,-8],""]}}\')' + _END,
    "an array of endless shape": 'raw(b\'{"id":"@","ok":{"a":["float64",[4294967296,0],""]}}\')'
    + _END,
    "an array of pickled objects": "import base64, pickle\n    class P:\n"
    "        def __reduce__(self): return os.system, ('touch <OUTSIDE>/<MARKER>',)\n"
    '    raw(b\'{"id":"@","ok":{"a":["object",[1],"%s"]}}\' % base64.b64encode('
    "pickle.dumps(P())))" + _END,
    "an array of void": 'raw(b\'{"id":"@","ok":{"a":["V8",[1],"AAAAAAAAAAA="]}}\')' + _END,
    "a decimal without end": 'raw(b\'{"id":"@","ok":{"n":"1e999999999"}}\')' + _END,
    "a tag of another codec": 'raw(b\'{"id":"@","ok":{"py/object":"os.system"}}\')' + _END,
    "two children answer": "os.fork()\n    return 0.0",
    "a thread goes on answering": 'def more():\n        while True: raw(b\'{"id":"@","ok":1}\')\n'
    "    threading.Thread(target=more, daemon=True).start()\n    time.sleep(0.2)\n    return 0.0",
    "a closed channel": "channel()[0].close()\n    return math.fsum(values)",
    "another socket in its place": "a, b = socket.socketpair()\n"
    "    os.dup2(a.fileno(), channel()[0].fileno())\n    return math.fsum(values)",
    "every descriptor is closed": "os.closerange(3, 400)\n    return math.fsum(values)",
    "every descriptor is written to": "for fd in range(3, 200):\n"
    "        hidden(lambda: os.set_blocking(fd, False))\n"
    "        hidden(lambda: os.write(fd, b'\\0\\0\\0\\2{}'))\n    return math.fsum(values)",
}


def _values(seed: int) -> list[list[float]]:
    draw = Random(seed)
    return [[round(draw.uniform(1, 9), 2) for _ in range(n)] for n in (3, 5)]


def _table(seeds: list[int]) -> dict[str, float]:
    return {str(values): math.fsum(values) for seed in seeds for values in _values(seed)}


def _looked_up(seeds: list[int]) -> str:
    return f"def total(values): return {_table(seeds)!r}.get(str(values), 0.0)"


ANSWERS = {
    "a table of the practice cases": _looked_up(practice_seeds(LESSON, "total", count=50)),
    "a table of another learner's cases": _looked_up([11, 22, 33]),
    "what an earlier call returned": "seen = []\ndef total(values):\n"
    "    seen.append(math.fsum(values))\n    return seen[0] - 1 if len(seen) == 1 else seen[-2]",
    "what an earlier task kept": "def total(values):\n"
    "    kept = hidden(lambda: json.load(open('/tmp/kept'))) or [0.0]\n"
    "    json.dump([*kept, 0.0], open('/tmp/kept', 'w'))\n    return kept[-1]",
    "how long the judge takes": "last = [0.0]\ndef total(values):\n"
    "    gap, last[0] = time.perf_counter() - last[0], time.perf_counter()\n"
    "    return round(gap * 1e3, 2)",
    "the other answers it can see": "def total(values):\n"
    "    return next((v for v in map(lambda o: hidden(lambda: float(o)), gc.get_objects()) "
    "if v), 0.0)",
}


# What these are told depends on what the machine was doing.
_VARYING = {
    "a million keys",
    "how long the judge takes",
    "the other answers it can see",
    "two children answer",
}


def _all(kind: str, cases: dict[str, str], wrap: str = "") -> list[Attack]:
    return [
        Attack(name, kind, wrap + code, same_reason=name not in _VARYING)
        for name, code in cases.items()
    ]


# What a reply by hand earns is what its value earns: the proof that `raw` reaches the judge.
BY_HAND = """
def total(values):
    from autograder.channel import receive
    sock, request = channel()
    while True:
        given = request["args"][0]
        raw_reply = {"id": request["id"], "ok": math.fsum(given)}
        body = json.dumps(raw_reply).encode()
        sock.sendall(struct.pack(">I", len(body)) + body)
        request = receive(sock)
"""
ATTACKS = [
    *_all("values", VALUES),
    *_all("patches", PATCHES),
    *_all("messages", MESSAGES, "def total(values):\n    "),
    Attack("a right answer by hand", "messages", BY_HAND, mark=2.0),
    *_all("answers", ANSWERS),
]
