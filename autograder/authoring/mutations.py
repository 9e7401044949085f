"""Small changes to a function's syntax tree, generated in a fixed order.

| operator  | change                                                              |
|-----------|---------------------------------------------------------------------|
| compare   | `<` to `<=` and to `>=`, `==` to `!=`, `in` to `not in`, and back    |
| arithmetic| `+` and `-`, `*` and `/` swapped; `//` to `/`; `%` and `**` to `*`    |
| boolean   | `and` and `or` swapped; `not` dropped; a condition negated           |
| sign      | a minus sign dropped                                                |
| constant  | an int plus 1, doubled above 10; a float plus 1; booleans swapped    |
| removed   | a call, raise, loop, `with` block, augmented or item assignment gone |
| result    | `return value` to `return None`                                     |
| argument  | the first two arguments swapped; a keyword dropped                   |
| function  | `min` and `max`, `any` and `all` swapped; `sorted` to `list`          |
| slice     | a bound dropped                                                     |
| filter    | an `if` of a comprehension dropped                                  |

Strings stay as they are, and so does what a message alone is made of: texts
are for people, and no entry can prove a wording right. `zip`'s `strict` stays
too, which can only matter where the judge is already broken.
"""

from __future__ import annotations

import ast
import copy
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["Mutant", "mutants_of"]

_BOUNDARY: dict[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_OPPOSITE: dict[type, type] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
}
_ARITHMETIC: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
}
_FUNCTION = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list"}
_REMOVED = (ast.AugAssign, ast.Raise, ast.For, ast.With)
# Swapped arguments change nothing here, or no more than the call's removal does.
_UNSWAPPED = frozenset({"min", "max", "require"})
# One more at the far end of a range that numbers are drawn from is seldom drawn.
_SMALL = 10
# Texts for a learner, values shown beside one, and zip's guard against the author's own slips.
_LEFT_ALONE = frozenset({"what", "got", "want", "strict"})
_BODIES = ("body", "orelse", "finalbody", "handlers")

Edit = Callable[[Any], ast.AST]


@dataclass(frozen=True)
class Mutant:
    """One change: where it is, what it does, and the changed statement.

    `id` depends on the function's name and the line's text, not on its
    number; `line` is the line in the judge's file.
    """

    id: str
    function: str
    line: int
    operator: str
    change: str
    statement: ast.stmt


def mutants_of(statement: ast.stmt, function: str) -> Iterator[Mutant]:
    """Generate every mutant of a top-level function or class."""
    skipped = _skipped(statement)
    seen: Counter[str] = Counter()
    header = ""
    for index, (node, owner) in enumerate(_walk(statement)):
        if id(node) in skipped:
            continue
        for operator, edit in _edits(node):
            changed = copy.deepcopy(statement)
            target = next(n for i, (n, _) in enumerate(_walk(changed)) if i == index)
            before = _text(target)
            replaced = edit(target)
            if replaced is not target:
                _replace(changed, target, replaced)
            change = f"{before}  =>  {_text(replaced)}"
            header = _header(owner)
            name = "|".join((function, header, operator, change))
            seen[name] += 1
            key = hashlib.sha256(f"{name}|{seen[name]}".encode()).hexdigest()[:8]
            line = getattr(node, "lineno", owner.lineno)
            yield Mutant(key, function, line, operator, change, ast.fix_missing_locations(changed))


def _walk(statement: ast.stmt) -> Iterator[tuple[ast.AST, ast.stmt]]:
    """Yield every node with the innermost statement it belongs to, in source order."""
    waiting: list[tuple[ast.AST, ast.stmt]] = [(statement, statement)]
    while waiting:
        node, owner = waiting.pop()
        yield node, owner
        children = list(ast.iter_child_nodes(node))
        waiting += [(c, c if isinstance(c, ast.stmt) else owner) for c in reversed(children)]


def _skipped(statement: ast.stmt) -> set[int]:
    """Collect annotations, decorators, docstrings and whatever only makes up a message."""
    parts: list[ast.AST] = []
    for node in ast.walk(statement):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            parts += node.decorator_list
            parts += node.body[:1] if ast.get_docstring(node) else []
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns:
            parts.append(node.returns)
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation:
            parts.append(node.annotation)
        if isinstance(node, ast.keyword) and node.arg in _LEFT_ALONE:
            parts.append(node)
        if isinstance(node, ast.JoinedStr):
            parts.append(node)
    return {id(inner) for part in parts for inner in ast.walk(part)}


def _edits(node: ast.AST) -> Iterator[tuple[str, Edit]]:
    if isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            for table in (_BOUNDARY, _OPPOSITE):
                if type(op) in table:
                    yield "compare", _set_item("ops", place, table[type(op)])
    elif isinstance(node, ast.BinOp):
        if type(node.op) in _ARITHMETIC:
            yield "arithmetic", _set("op", _ARITHMETIC[type(node.op)])
    elif isinstance(node, ast.BoolOp):
        yield "boolean", _set("op", ast.Or if isinstance(node.op, ast.And) else ast.And)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield "boolean" if isinstance(node.op, ast.Not) else "sign", lambda n: n.operand
    elif isinstance(node, ast.Constant):
        yield from _constant(node)
    elif isinstance(node, ast.Call):
        yield from _call(node)
    elif isinstance(node, ast.Slice):
        for bound in ("lower", "upper"):
            if getattr(node, bound) is not None:
                yield "slice", _clear(bound)
    elif isinstance(node, ast.comprehension):
        for place in range(len(node.ifs)):
            yield "filter", _drop("ifs", place)
    else:
        yield from _statement(node)


def _statement(node: ast.AST) -> Iterator[tuple[str, Edit]]:
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield "boolean", _negate
    if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield "result", _set("value", lambda: ast.Constant(None))
    stores = isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name | ast.Tuple)
    calls = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    if isinstance(node, _REMOVED) or stores or calls:
        yield "removed", lambda n: ast.copy_location(ast.Pass(), n)
    if isinstance(node, ast.AugAssign) and type(node.op) in _ARITHMETIC:
        yield "arithmetic", _set("op", _ARITHMETIC[type(node.op)])


def _constant(node: ast.Constant) -> Iterator[tuple[str, Edit]]:
    if isinstance(node.value, bool):
        yield "constant", _set("value", lambda: not node.value)
    elif isinstance(node.value, int):
        bigger = node.value + 1 if abs(node.value) <= _SMALL else node.value * 2
        yield "constant", _set("value", lambda: bigger)
    elif isinstance(node.value, float):
        more = node.value + 1.0
        yield "constant", _set("value", lambda: more)


def _call(node: ast.Call) -> Iterator[tuple[str, Edit]]:
    # The first argument of learner.call is a name; swapping that would prove nothing.
    asks = isinstance(node.func, ast.Attribute) and node.func.attr in ("call", "probe")
    pair = node.args[asks : asks + 2]
    starred = any(isinstance(argument, ast.Starred) for argument in pair)
    told = isinstance(node.func, ast.Name) and node.func.id in _UNSWAPPED
    fits = len(pair) == 2 and not starred and not told
    if fits and ast.dump(pair[0]) != ast.dump(pair[1]):
        yield "argument", _swap(int(asks))
    for place, keyword in enumerate(node.keywords):
        if keyword.arg is not None and keyword.arg not in _LEFT_ALONE:
            yield "argument", _drop("keywords", place)
    if isinstance(node.func, ast.Name) and node.func.id in _FUNCTION:
        other = _FUNCTION[node.func.id]
        yield "function", _set("func", lambda: ast.Name(other, ast.Load()))


def _set(name: str, make: Callable[[], Any]) -> Edit:
    def edit(node: Any) -> ast.AST:
        setattr(node, name, make())
        return node  # type: ignore[no-any-return]  # an edit takes whichever node it was made for

    return edit


def _set_item(name: str, place: int, make: Callable[[], Any]) -> Edit:
    def edit(node: Any) -> ast.AST:
        getattr(node, name)[place] = make()
        return node  # type: ignore[no-any-return]  # likewise

    return edit


def _clear(name: str) -> Edit:
    return _set(name, lambda: None)


def _drop(name: str, place: int) -> Edit:
    def edit(node: Any) -> ast.AST:
        del getattr(node, name)[place]
        return node  # type: ignore[no-any-return]  # likewise

    return edit


def _negate(node: Any) -> ast.AST:
    node.test = ast.UnaryOp(ast.Not(), node.test)
    return node  # type: ignore[no-any-return]  # likewise


def _swap(place: int) -> Edit:
    def edit(node: Any) -> ast.AST:
        node.args[place], node.args[place + 1] = node.args[place + 1], node.args[place]
        return node  # type: ignore[no-any-return]  # likewise

    return edit


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
                return
            if isinstance(value, list) and any(item is old for item in value):
                value[next(i for i, item in enumerate(value) if item is old)] = new
                return


def _header(statement: ast.stmt) -> str:
    """Print a statement without the blocks it holds."""
    bare = copy.copy(statement)
    for name in _BODIES:
        if hasattr(bare, name):
            setattr(bare, name, [ast.Pass()] if name == "body" else [])
    return ast.unparse(ast.fix_missing_locations(bare))


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.stmt):
        text = _header(node).removesuffix("\n    pass")
    elif isinstance(node, ast.comprehension):
        text = ast.unparse(node).strip()
    else:
        text = ast.unparse(node)
    first = text.strip().splitlines()[0]
    return first if len(first) <= 90 else first[:89] + "…"
