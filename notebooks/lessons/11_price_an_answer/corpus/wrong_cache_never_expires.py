"""Let the cache live for ever.

task: conversation_cost
score: 0.8
says: Your cache never expires: after a gap longer than ttl_minutes the whole prompt is written
  again.
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
            read = stored
            cost = read * rate["cache_read"] + (prompt - read) * rate["cache_write"]
            stored = prompt
        history = prompt + answer
        cost += (answer + reasoning) * rate["output"]
        costs.append(cost)
    return costs
