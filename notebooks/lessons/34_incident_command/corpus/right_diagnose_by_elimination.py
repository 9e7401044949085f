"""Strike out what follows from anything that moved.

task: diagnose
"""


def diagnose(view):
    states = {name: moved(view, name) for name in view["signals"]}
    went = {name for name, state in states.items() if state is True}
    dark = {name for name, state in states.items() if state is None}
    roots = {name for name in went if not went.intersection(view["follows"][name])}
    by_cause = {}
    for name in roots:
        by_cause.setdefault(view["signals"][name]["cause"], []).append(name)
    doubtful = any(dark.intersection(view["follows"][name]) for name in roots)
    if len(by_cause) == 1 and not doubtful:
        [(cause, names)] = by_cause.items()
        return {"cause": cause, "roots": sorted(names)}
    return {"cause": "unknown", "roots": []}
