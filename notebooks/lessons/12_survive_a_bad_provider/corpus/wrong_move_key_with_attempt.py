"""Put the number of the attempt into the key.

task: next_move
score: 0.25
says: A key that changes with the attempt makes every attempt a new refund.
"""

_move = next_move


def next_move(journal):
    move = _move(journal)
    if move["move"] == "send_tool":
        sent = [e for e in journal if e["event"] == "tool_sent"]
        move["key"] += f"-try-{len(sent)}"
    return move
