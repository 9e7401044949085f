"""The rule on probes: no step may rest on the probe's word alone.

A probe runs in the learner's process, so the learner can make it say
anything. What it says may still be compared with a value that the judge
recomputes from the secret seed, because saying the right thing then takes
solving the task. The rule follows, inside each judge and each function of
judge.py that asks a probe, which names come from a probe and which from the
seed, and wants of every step that listens to a probe one of two things: a
check word whose arguments hold both, or a question to the learner's own code.
It errs on the side of a finding: a constant beside a probe's word is no evidence.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from autograder.authoring.lint.finding import Finding
from autograder.authoring.lint.subject import LessonSubject
from autograder.authoring.lint.syntax import (
    Function,
    bindings,
    called,
    functions,
    string_argument,
)

__all__ = ["PROBE_RULES"]

# How many leading arguments of a check word are compared; the rest is only shown.
_COMPARED = {"close": 2, "equal": 2, "ranked": 2, "record": 2, "require": 1, "within": 3}
_COMPARED_KEYWORDS = {"want", "low", "high"}


@dataclass
class _Sources:
    """Which names of a function hold a probe's word, and which were drawn from the seed."""

    askers: frozenset[str]
    probed: set[str] = field(default_factory=set)
    drawn: set[str] = field(default_factory=set)

    def hears_probe(self, node: ast.AST) -> bool:
        return any(
            self._asks(part) or (isinstance(part, ast.Name) and part.id in self.probed)
            for part in ast.walk(node)
        )

    def holds_drawn(self, node: ast.AST) -> bool:
        # What is only handed to a probe is known to the learner: it is no evidence.
        if self._asks(node):
            return False
        if isinstance(node, ast.Name):
            return node.id in self.drawn and node.id not in self.probed
        return any(self.holds_drawn(child) for child in ast.iter_child_nodes(node))

    def _asks(self, node: ast.AST) -> bool:
        if not isinstance(node, ast.Call):
            return False
        return _is_probe(node) or (isinstance(node.func, ast.Name) and node.func.id in self.askers)

    def learn(self, targets: list[ast.AST], value: ast.AST) -> None:
        bound = {name for target in targets for name, _ in bindings(target)}
        if self.hears_probe(value):
            self.probed |= bound
        elif self.holds_drawn(value):
            self.drawn |= bound


def _is_probe(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ) and node.func.attr == "probe"


def _askers(found: dict[str, Function]) -> frozenset[str]:
    asking = {name for name, f in found.items() if any(_is_probe(n) for n in ast.walk(f))}
    while True:
        more = {
            name
            for name, f in found.items()
            if name not in asking
            and any(isinstance(n, ast.Name) and n.id in asking for n in ast.walk(f))
        }
        if not more:
            return frozenset(asking)
        asking |= more


def _sources(function: Function, askers: frozenset[str]) -> _Sources:
    parameters = [a.arg for a in (*function.args.args, *function.args.kwonlyargs)]
    sources = _Sources(askers, drawn=set(parameters) - {"learner", "ladder"})
    for _ in range(3):  # names may flow backwards through a loop
        for node in ast.walk(function):
            if isinstance(node, ast.Assign):
                sources.learn([*node.targets], node.value)
            elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value:
                sources.learn([node.target], node.value)
            elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
                sources.learn([node.target], node.iter)
            elif isinstance(node, ast.withitem) and node.optional_vars is not None:
                sources.learn([node.optional_vars], node.context_expr)
    return sources


def _steps(function: Function) -> list[tuple[str, ast.AST]]:
    found: list[tuple[str, ast.AST]] = []
    for node in ast.walk(function):
        if isinstance(node, ast.With):
            for item in node.items:
                if isinstance(item.context_expr, ast.Call) and called(item.context_expr) == "step":
                    found.append((string_argument(item.context_expr) or "a step", node))
    return found or [("the whole function", function)]


def _rests_on_probe(step: ast.AST, sources: _Sources) -> bool:
    calls = [node for node in ast.walk(step) if isinstance(node, ast.Call)]
    if not sources.hears_probe(step):
        return False
    if any(ast.unparse(c.func) in ("learner.call", "learner.value", "raises") for c in calls):
        return False
    words = (_compared(call) for call in calls if called(call) in _COMPARED)
    return not any(
        any(map(sources.hears_probe, parts)) and any(map(sources.holds_drawn, parts))
        for parts in words
    )


def _compared(word: ast.Call) -> list[ast.AST]:
    parts: list[ast.AST] = [*word.args[: _COMPARED[called(word)]]]
    if called(word) != "require":
        parts += [k.value for k in word.keywords if k.arg in _COMPARED_KEYWORDS]
    return parts


def _probe_alone(subject: LessonSubject) -> Iterator[Finding]:
    """No step of a judge rests on what a probe says alone."""
    found = functions(subject.judge) if subject.judge else {}
    askers = _askers(found)
    for name in sorted(askers):
        sources = _sources(found[name], askers)
        judges = any(
            called(n) in _COMPARED for n in ast.walk(found[name]) if isinstance(n, ast.Call)
        )
        for step, node in _steps(found[name]) if judges else []:
            if _rests_on_probe(node, sources):
                yield Finding(
                    subject.judge_path,
                    getattr(node, "lineno", 1),
                    f"In {name}, {step!r} rests on a probe's word alone, and a learner can "
                    "make a probe say anything.",
                    "Compare it with a value recomputed from the seed, or ask learner.call.",
                )


def _probes_exist(subject: LessonSubject) -> Iterator[Finding]:
    """Every probe a judge names is a public function of probe.py."""
    known = functions(subject.probe) if subject.probe else {}
    for node in ast.walk(subject.judge or ast.Module([], [])):
        if isinstance(node, ast.Call) and _is_probe(node):
            name = string_argument(node)
            if name is not None and (name not in known or name.startswith("_")):
                yield Finding(
                    subject.judge_path,
                    node.lineno,
                    f"probe.py has no public function {name}.",
                    "Add it, or mend the name.",
                )


PROBE_RULES = (_probe_alone, _probes_exist)
