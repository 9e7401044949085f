"""Charge each turn for its own message only.

task: conversation_cost
score: 0
says: Your turns do not grow: the whole history is sent, and billed, again at every turn.
"""


def conversation_cost(
    chat: dict[str, Any], price: dict[str, Any], cache: dict[str, int] | None
) -> list[Decimal]:
    """Return each turn's cost in USD (about 12 lines)."""
    kinds = ("input", "cache_read", "cache_write", "output")
    rate = {kind: Decimal(price[f"{kind}_mtok"]) / 1_000_000 for kind in kinds}
    columns = (chat[name] for name in ("user", "answer", "reasoning", "gap_minutes"))
    history, stored, costs = chat["system"], 0, []
    for user, answer, reasoning, gap in zip(*columns, strict=True):
        # Find this turn's cost, and bring history and stored (the cached prefix) up to date.
        prompt = history + user
        if cache is None or prompt < cache["min_tokens"]:
            cost = prompt * rate["input"]
        else:
            read = stored if gap <= cache["ttl_minutes"] else 0
            cost = read * rate["cache_read"] + (prompt - read) * rate["cache_write"]
            stored = prompt
        history = chat["system"]
        cost += (answer + reasoning) * rate["output"]
        costs.append(cost)
    return costs
