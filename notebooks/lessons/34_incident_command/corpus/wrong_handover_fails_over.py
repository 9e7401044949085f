"""Fail over, whatever the root is.

task: handover
score: 0.7..0.8
says: Failing over ends what the provider brought, and without its prompt the fallback adds to it.
"""

written = handover


def handover(shift):
    do = [{"kind": "failover_model", "target": ""}]
    return [row | {"do": do} for row in written(shift)]
