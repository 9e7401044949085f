"""Draw a new key for every sending.

task: next_move
score: 0.25
says: A new key is a new wish: the same refund needs the same key at every attempt.
"""

import uuid

_move = next_move


def next_move(journal):
    move = _move(journal)
    if move["move"] == "send_tool":
        move["key"] = str(uuid.uuid4())
    return move
