"""Walk from every moved signal up to where it ends.

task: diagnose
"""


def diagnose(view):
    states = {name: moved(view, name) for name in view["signals"]}
    roots, todo = set(), [name for name, state in states.items() if state]
    while todo:
        name = todo.pop()
        above = [f for f in view["follows"][name] if states[f]]
        if above:
            continue
        if any(states[f] is None for f in view["follows"][name]):
            return {"cause": "unknown", "roots": []}
        roots.add(name)
    causes = {view["signals"][name]["cause"] for name in roots}
    if len(causes) == 1:
        return {"cause": min(causes), "roots": list(roots)}
    return {"cause": "unknown", "roots": []}
