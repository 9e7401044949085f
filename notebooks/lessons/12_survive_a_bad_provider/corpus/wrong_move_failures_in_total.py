"""Count all failures of the model.

task: next_move
score: 0.25..0.75
says: Three failures in a row end it; what the model said in between sets the count back.
"""

_move = next_move


def next_move(journal):
    failed = [e for e in journal if e["event"] == "model_failed"]
    if len(failed) >= 3:
        journal = [*(e for e in journal if e not in failed), *failed]
    return _move(journal)
