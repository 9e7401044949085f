"""Put the whole journal into the key.

task: next_move
score: 0
says: A key is at most 255 characters, and the same at every attempt.
"""

_move = next_move


def next_move(journal):
    move = _move(journal)
    if move["move"] == "send_tool":
        move["key"] = str(journal) * 3
    return move
