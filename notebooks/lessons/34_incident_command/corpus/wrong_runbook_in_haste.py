"""Confirm with the root alone, and check at once.

task: runbook
score: 0.4..0.76
says: A look-alike may move the root as well: name what must be still, and wait before the check.
"""

written = runbook


def runbook(shift):
    entry = written(shift)
    return entry | {"confirm": entry["confirm"] | {"still": []}, "check_after": 3}
