"""Confirm with every signal of the cause.

task: runbook
score: 0..0.1
says: Not all that a cause can move moves in each of its incidents: confirm with the root.
"""

written = runbook


def runbook(shift):
    entry, signals = written(shift), shift["incidents"][0]["signals"]
    cause = signals[entry["confirm"]["moved"][0]]["cause"]
    shown = [name for name, about in signals.items() if about["cause"] == cause]
    return entry | {"confirm": entry["confirm"] | {"moved": shown}}
