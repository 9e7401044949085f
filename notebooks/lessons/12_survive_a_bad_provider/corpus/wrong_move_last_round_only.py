"""Report the last round only.

task: next_move
score: 0.5
says: refunded and unknown are counted over all rounds of the ticket.
"""

_move = next_move


def next_move(journal):
    move = _move(journal)
    if move["move"] == "finish":
        begins = [at for at, e in enumerate(journal) if e["event"] == "model_asked_for"]
        move |= {"text": move["text"]} | {
            name: _move([journal[0], *journal[begins[-1] :]])[name]
            for name in ("refunded", "unknown")
        }
    return move
