"""Say unknown whenever anything is missing.

task: diagnose
score: 0.69..0.81
says: A gap matters only where a root may follow from it: unknown costs minutes too.
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
    hidden = any(states[other] is None for other in states)
    if len(causes) != 1 or hidden:
        return {"cause": "unknown", "roots": []}
    return {"cause": causes.pop(), "roots": roots}
