"""Blame the part that changed closest to the onset.

task: diagnose
score: 0..0.4
says: The change closest to the onset is mostly innocent: look at what moved.
"""


def diagnose(view):
    states = {name: moved(view, name) for name in view["signals"]}
    went = [name for name, state in states.items() if state]
    causes = {"gateway": "infrastructure", "cache": "infrastructure", "reranker": "retrieval"}
    causes |= {"index": "data", "feed": "data", "fallback": "model"}
    if not view["events"]:
        return {"cause": "unknown", "roots": []}
    near = min(view["events"], key=lambda e: abs(e["minute"] - view["onset"]))["part"]
    cause = causes.get(near, near)
    return {"cause": cause, "roots": [n for n in went if view["signals"][n]["cause"] == cause]}
