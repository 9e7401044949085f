"""Read everything after the first turn.

task: conversation_cost
score: 0.4
says: From the second turn on you read the whole prompt from the cache: the new part was never in
  it and must be written.
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
            cost = prompt * (rate["cache_read"] if read else rate["cache_write"])
            stored = prompt
        history = prompt + answer
        cost += (answer + reasoning) * rate["output"]
        costs.append(cost)
    return costs
