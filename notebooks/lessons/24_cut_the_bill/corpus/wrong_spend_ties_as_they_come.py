"""Break ties in the order of the meter.

task: attribute_spend
score: 0.9
says: Equal fractions are served in order of (feature, tenant), however the meter was sorted.
"""


def attribute_spend(
    usage: list[dict[str, Any]] | dict[str, Any] | str,
    prices: list[dict[str, Any]],
    invoice_cents: int,
) -> dict[str, dict[str, int]]:
    """Share an invoice out by feature and tenant (about 25 lines)."""
    spend: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    # First add up list dollars by (feature, tenant), from lines or from usage_rows.
    if isinstance(usage, list):
        lines = {line["call_id"]: line for line in usage}.values()
        asked = {x["request_id"]: (x["feature"], x["tenant"]) for x in lines if x["attempt"] == 1}
        for x in lines:
            if x["input"] is not None:
                row = in_force(prices, x["model"], x["at"])
                spend[asked[x["request_id"]]] += list_usd(x, row, x["mode"] == "batch")
    else:
        for x in usage_rows(usage):
            read, write = x["input_cached_tokens"], x["input_cache_write_tokens"]
            tokens = {"input": x["input_tokens"] - read - write, "output": x["output_tokens"]}
            tokens |= {"cache_read": read, "cache_write": write}
            row = in_force(prices, x["model"], x["day"])
            who = x["project_id"] or "untagged", x["api_key_id"] or "untagged"
            spend[who] += list_usd(tokens, row, x["batch"])
    # Then share the invoice out by largest remainder.
    exact = {who: invoice_cents * usd / sum(spend.values()) for who, usd in spend.items()}
    cents = {who: int(share) for who, share in exact.items()}
    order = sorted(exact, key=lambda who: cents[who] - exact[who])
    for who in order[: invoice_cents - sum(cents.values())]:
        cents[who] += 1
    made: dict[str, dict[str, int]] = defaultdict(dict)
    for (feature, tenant), amount in cents.items():
        made[feature][tenant] = amount
    return dict(made)
