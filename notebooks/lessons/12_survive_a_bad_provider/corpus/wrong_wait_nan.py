"""Trust whatever float() can read.

task: next_wait
score: 0.75
says: float() also reads nan, inf and negative numbers; none of them is a wait.
"""

_wait = next_wait


def next_wait(failed, headers, now, deadline, draw):
    try:
        asked = float(headers["retry-after"])
    except (KeyError, ValueError):
        return _wait(failed, headers, now, deadline, draw)
    wait = asked + draw * min(3, 2 ** (failed - 1))
    if "retry-after-ms" in headers or 0 <= asked < 1e9:
        return _wait(failed, headers, now, deadline, draw)
    return None if failed > 3 or now + wait + 1 > deadline else max(wait, 0.0)
