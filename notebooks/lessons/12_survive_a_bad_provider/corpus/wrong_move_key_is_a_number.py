"""Make the key a number.

task: next_move
score: 0
says: A key is a text.
"""

_move = next_move


def next_move(journal):
    move = _move(journal)
    if move["move"] == "send_tool":
        move["key"] = len(journal)
    return move
