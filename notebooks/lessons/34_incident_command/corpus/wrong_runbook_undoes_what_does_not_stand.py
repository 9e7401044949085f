"""Undo the restored index, whatever was begun.

task: runbook
score: 0.9..0.92
says: What did not help and still stands is undone; a restored index does not stand, and stays.
"""

written = runbook


def runbook(shift):
    return written(shift) | {"stop": [{"kind": "undo", "target": "restore_index"}]}
