"""Forget the round in the key.

task: next_move
score: 0.5
says: Call 0 of the second round is another refund than call 0 of the first.
"""

_move = next_move


def next_move(journal):
    move = _move(journal)
    if move["move"] == "send_tool":
        move["key"] = f"{journal[0]['id']}-{move['call']}"
    return move
