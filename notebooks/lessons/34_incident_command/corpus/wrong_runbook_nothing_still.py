"""Confirm with the root alone.

task: runbook
score: 0.8..0.98
says: A look-alike may move the root as well: name what must be still, so that it is one.
"""

written = runbook


def runbook(shift):
    entry = written(shift)
    return entry | {"confirm": entry["confirm"] | {"still": []}}
