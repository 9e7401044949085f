"""Let the signals that moved vote.

task: diagnose
score: 0..0.75
says: Most signals follow: one root can move five others.
"""


def diagnose(view):
    states = {name: moved(view, name) for name in view["signals"]}
    went = [name for name, state in states.items() if state]
    votes = [view["signals"][name]["cause"] for name in went]
    if not votes:
        return {"cause": "unknown", "roots": []}
    cause = max(sorted(set(votes)), key=votes.count)
    return {"cause": cause, "roots": [n for n in went if view["signals"][n]["cause"] == cause]}
