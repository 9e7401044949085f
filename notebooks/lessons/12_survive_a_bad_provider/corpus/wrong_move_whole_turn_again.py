"""Begin the turn anew when the model fails.

task: next_move
score: 0.5..0.75
says: What the tool did stays done: after model_failed ask the model again, not the bank.
"""

_move = next_move


def next_move(journal):
    failed = [at for at, e in enumerate(journal) if e["event"] == "model_failed"]
    asked = [at for at, e in enumerate(journal) if e["event"] == "model_asked_for"]
    if failed and asked and asked[-1] < failed[-1] and journal[-1]["event"] != "model_said":
        after = journal[failed[-1] + 1 :]
        if len(failed) < 3:
            move = _move([journal[0], journal[asked[-1]], *after])
            if move["move"] == "send_tool":
                move["key"] += f"-{len(failed)}"
            return move
    return _move(journal)
