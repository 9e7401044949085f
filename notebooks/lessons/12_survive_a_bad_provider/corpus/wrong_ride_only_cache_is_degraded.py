"""Label the cache only.

task: ride_out
score: 0
says: The second choice is a lesser answer too: everything but order[0] is degraded.
"""

_ride = ride_out


def ride_out(arrivals, outages, order):
    return [row | {"degraded": row["from"] == "cache"} for row in _ride(arrivals, outages, order)]
