"""Make the key of order and amount.

task: next_move
score: 0.75
says: Two tickets may want the same refund; a key of its content pays only one of them.
"""

_move = next_move


def next_move(journal):
    move = _move(journal)
    if move["move"] == "send_tool":
        calls = [e for e in journal if e["event"] == "model_asked_for"][-1]["calls"]
        move["key"] = str(sorted(calls[move["call"]].items()))
    return move
