"""Blame everything that moved.

task: diagnose
score: 0.05..0.85
says: What follows from another signal that moved is no root.
"""


def diagnose(view):
    states = {name: moved(view, name) for name in view["signals"]}
    went = [name for name, state in states.items() if state]
    causes = {view["signals"][name]["cause"] for name in went}
    cause = causes.pop() if len(causes) == 1 else "unknown"
    return {"cause": cause, "roots": went if cause != "unknown" else []}
