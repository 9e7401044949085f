"""Number the calls.

task: next_move
score: 0.5
says: Call 0 of another ticket or round is another refund, and its key must differ.
"""

_move = next_move


def next_move(journal):
    move = _move(journal)
    if move["move"] == "send_tool":
        move["key"] = f"refund-{move['call']}"
    return move
