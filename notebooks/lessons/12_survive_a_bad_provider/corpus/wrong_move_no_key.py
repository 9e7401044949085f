"""Leave the key empty.

task: next_move
score: 0
says: Without a key the service cannot tell a repetition from a new wish.
"""

_move = next_move


def next_move(journal):
    move = _move(journal)
    return move | {"key": ""} if "key" in move else move
