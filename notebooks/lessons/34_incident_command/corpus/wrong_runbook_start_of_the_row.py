"""Give the first bad minute as that of the page.

task: runbook
score: 0
says: A page for three minutes comes in the third of them.
"""

written = runbook


def runbook(shift):
    entry = written(shift)
    return entry | {"paged_at": entry["paged_at"] - 2}
