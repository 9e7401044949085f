"""Blame the model whenever one of its signals moved.

task: diagnose
score: 0..0.75
says: What the model shows it was often handed: look upstream first.
"""


def diagnose(view):
    states = {name: moved(view, name) for name in view["signals"]}
    went = [name for name, state in states.items() if state]
    for cause in ("model", "prompt", "retrieval", "data", "infrastructure"):
        mine = [name for name in went if view["signals"][name]["cause"] == cause]
        if mine:
            return {"cause": cause, "roots": mine}
    return {"cause": "unknown", "roots": []}
