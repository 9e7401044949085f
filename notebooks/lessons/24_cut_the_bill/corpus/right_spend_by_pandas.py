"""Join, price and group with pandas.

task: attribute_spend
"""


def attribute_spend(
    usage: list[dict[str, Any]] | dict[str, Any] | str,
    prices: list[dict[str, Any]],
    invoice_cents: int,
) -> dict[str, dict[str, int]]:
    if isinstance(usage, list):
        frame = pd.DataFrame(usage).drop_duplicates("call_id")
        first = frame[frame["attempt"] == 1].set_index("request_id")[["feature", "tenant"]]
        frame = frame.drop(columns=["feature", "tenant"]).join(first, on="request_id")
        frame = frame[frame["input"].notna()].assign(
            day=frame["at"].str[:10], batch=frame["mode"] == "batch"
        )
    else:
        frame = pd.DataFrame(usage_rows(usage))
        frame["cache_read"] = frame["input_cached_tokens"]
        frame["cache_write"] = frame["input_cache_write_tokens"]
        frame["input"] = frame["input_tokens"] - frame["cache_read"] - frame["cache_write"]
        frame["output"] = frame["output_tokens"]
        frame["feature"] = frame["project_id"].fillna("untagged")
        frame["tenant"] = frame["api_key_id"].fillna("untagged")
    table = pd.DataFrame(prices)
    rates = [f"{kind}_mtok" for kind in KINDS] + ["batch_factor"]
    table[rates] = table[rates].astype(float)
    table["start"] = pd.to_datetime(table["start_date"])
    frame["start"] = pd.to_datetime(frame["day"])
    full = pd.merge_asof(
        frame.sort_values("start"), table.sort_values("start"), on="start", by="model"
    )
    usd = sum(full[kind].astype(float) * full[f"{kind}_mtok"] for kind in KINDS)
    usd = usd * np.where(full["batch"], full["batch_factor"], 1.0)
    spend = usd.groupby([full["feature"], full["tenant"]]).sum()
    exact = spend / spend.sum() * invoice_cents
    cents = np.floor(exact + 1e-9).astype(int)
    rest = (cents - exact).sort_index().sort_values(kind="stable")
    cents[rest.index[: invoice_cents - cents.sum()]] += 1
    made: dict[str, dict[str, int]] = {}
    for (feature, tenant), amount in cents.items():
        made.setdefault(feature, {})[tenant] = int(amount)
    return made
