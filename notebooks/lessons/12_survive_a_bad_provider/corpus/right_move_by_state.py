"""Replay the journal into an object, which remembers the key it used.

task: next_move
"""

import uuid


class Turn:
    def __init__(self, ticket):
        self.ticket, self.round, self.failed, self.text = ticket, 0, 0, None
        self.calls, self.refunded, self.lost = [], 0, 0

    def see(self, entry):
        kind = entry["event"]
        if kind == "model_failed":
            self.failed += 1
            return
        self.failed = 0
        if kind == "model_asked_for":
            self.lost += self.pending()
            self.round += 1
            self.calls = [{"tries": 0, "done": False} for _ in entry["calls"]]
        elif kind == "tool_sent":
            self.calls[entry["call"]]["tries"] += 1
        elif kind == "tool_done":
            self.calls[entry["call"]]["done"] = True
            self.refunded += entry["result"] == "refunded"
        elif kind == "model_said":
            self.text = entry["text"]

    def pending(self):
        return sum(call["tries"] > 0 and not call["done"] for call in self.calls)

    def key(self, at):
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.ticket}#{self.round}#{at}"))


def next_move(journal):
    turn = Turn(journal[0]["id"])
    for entry in journal[1:]:
        turn.see(entry)
    if turn.text is not None or turn.failed > 2:
        unknown = turn.lost + turn.pending()
        finish = {"move": "finish", "text": turn.text or ""}
        return finish | {"refunded": turn.refunded, "unknown": unknown}
    waiting = [at for at, c in enumerate(turn.calls) if not c["done"] and c["tries"] < 3]
    if waiting:
        return {"move": "send_tool", "call": waiting[0], "key": turn.key(waiting[0])}
    return {"move": "ask_model"}
