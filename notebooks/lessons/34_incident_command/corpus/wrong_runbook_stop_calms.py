"""Stop with fewer retries, whatever stands.

task: runbook
score: 0.92..0.99
says: What did not help and still stands has a price, or hides the next step: undo it.
"""

written = runbook


def runbook(shift):
    return written(shift) | {"stop": [{"kind": "limit_retries", "target": ""}]}
