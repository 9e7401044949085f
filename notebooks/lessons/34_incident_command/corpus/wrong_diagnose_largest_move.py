"""Blame the signal that moved most.

task: diagnose
score: 0..0.75
says: The loudest signal is often the last in the chain: ask what it follows from.
"""


def diagnose(view):
    states = {name: moved(view, name) for name in view["signals"]}
    went = [name for name, state in states.items() if state]

    def size(name):
        values, onset = view["series"][name.split()[0]], view["onset"]
        old, new = (
            sum(v or 0 for v in span) / len(span)
            for span in (values[onset - 40 : onset], values[onset + 5 :])
        )
        return abs(new - old) / (abs(old) + 0.001)

    if not went:
        return {"cause": "unknown", "roots": []}
    loudest = max(went, key=size)
    return {"cause": view["signals"][loudest]["cause"], "roots": [loudest]}
