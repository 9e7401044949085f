"""Invent a move.

task: next_move
score: 0
says: The three moves are finish, send_tool and ask_model.
"""

_move = next_move


def next_move(journal):
    move = _move(journal)
    if move["move"] == "send_tool":
        move["move"] = "call_tool"
    return move
