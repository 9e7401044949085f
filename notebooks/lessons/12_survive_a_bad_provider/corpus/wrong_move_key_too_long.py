"""Fill the key up to a fixed width, one character too many.

task: next_move
score: 0
says: A key has at most 255 characters; a service may refuse or cut a longer one.
"""

_move = next_move


def next_move(journal):
    move = _move(journal)
    if "key" in move:
        move["key"] = move["key"].ljust(256, ".")
    return move
