"""Exact binomial draws from one uniform number, without a library."""

from __future__ import annotations

from math import exp, lgamma, log

__all__ = ["binomial"]


def binomial(unit: float, n: int, p: float) -> int:
    """Return how many of n succeed: the counts are laid out from the likeliest outwards."""
    if n == 0 or p <= 0:
        return 0
    if p >= 1:
        return n
    up = down = min(n, int((n + 1) * p))
    odds = p / (1 - p)
    logs = lgamma(n + 1) - lgamma(up + 1) - lgamma(n - up + 1)
    above = below = exp(logs + up * log(p) + (n - up) * log(1 - p))
    mode, unit = up, unit - above
    while unit >= 0 and (up < n or down > 0):
        if up < n:
            above *= odds * (n - up) / (up + 1)
            up += 1
            unit -= above
            if unit < 0:
                return up
        if down > 0:
            below *= down / (odds * (n - down + 1))
            down -= 1
            unit -= below
            if unit < 0:
                return down
        if above + below < 1e-18:
            break
    return mode
