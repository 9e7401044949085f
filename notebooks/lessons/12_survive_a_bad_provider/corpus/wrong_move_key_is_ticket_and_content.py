"""Make the key of ticket, order and amount.

task: next_move
score: 0.75
says: Another round, or another call, may want the same refund again: both are to be paid.
"""

_move = next_move


def next_move(journal):
    move = _move(journal)
    if move["move"] == "send_tool":
        calls = [e for e in journal if e["event"] == "model_asked_for"][-1]["calls"]
        move["key"] = journal[0]["id"] + str(sorted(calls[move["call"]].items()))
    return move
