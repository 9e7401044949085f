"""Ask Python source the questions the rules need: what it binds, calls and imports."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

__all__ = [
    "Function",
    "bindings",
    "called",
    "functions",
    "imports",
    "names",
    "parse_cell",
    "string_argument",
]

Function = ast.FunctionDef | ast.AsyncFunctionDef
_OWN_SCOPE = ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def parse_cell(source: str) -> ast.Module:
    """Parse a code cell as IPython would compile it; raise `SyntaxError`."""
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    tree = compile(source, "<cell>", "exec", flags, dont_inherit=True)
    assert isinstance(tree, ast.Module)
    return tree


def bindings(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield each name the node binds or deletes in its own scope, with its line."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name, node.lineno
        return
    if isinstance(node, _OWN_SCOPE):
        return
    if isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            yield (alias.asname or alias.name.partition(".")[0]), node.lineno
    elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id, node.lineno
    for child in ast.iter_child_nodes(node):
        yield from bindings(child)


def names(node: ast.AST, skip: Iterable[ast.AST] = ()) -> set[str]:
    """Collect the names a node reads, leaving out some of its parts."""
    left_out = set(skip)
    if node in left_out:
        return set()
    own = {node.id} if isinstance(node, ast.Name) else set()
    return own.union(*(names(child, left_out) for child in ast.iter_child_nodes(node)))


def called(node: ast.AST) -> str:
    """Give the last word of what a call calls: `load` for `load(…)` and `x.load(…)`."""
    target = node.func if isinstance(node, ast.Call) else node
    if isinstance(target, ast.Attribute):
        return target.attr
    return target.id if isinstance(target, ast.Name) else ""


def string_argument(call: ast.Call, position: int = 0) -> str | None:
    """Give a call's positional argument where it is a plain string."""
    if len(call.args) <= position:
        return None
    argument = call.args[position]
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    return None


def imports(tree: ast.AST) -> Iterator[tuple[str, str, int]]:
    """Yield (module, imported name or "", line) of every import; relative ones begin with "."."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "", node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from ((module, alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.Call) and called(node) in ("__import__", "import_module"):
            literal = string_argument(node)
            if literal is not None:
                yield literal, "", node.lineno


def functions(tree: ast.Module) -> dict[str, Function]:
    """Map the names of top-level functions to them."""
    return {
        node.name: node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
