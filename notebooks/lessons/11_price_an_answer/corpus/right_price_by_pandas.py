"""Choose the row and multiply with pandas columns.

task: price_call
"""


def price_call(tokens, model, at, table):
    frame = pd.DataFrame(table)
    start = pd.to_datetime(frame["start_date"], utc=True)
    frame = frame[(frame["model"] == model) & (start <= pd.Timestamp(at))]
    if frame.empty:
        raise ValueError(f"{model} has no price at {at}")
    row = frame.sort_values("start_date").iloc[-1]
    kinds = ["input", "cache_read", "cache_write", "output"]
    rates = row[[f"{kind}_mtok" for kind in kinds]].astype(float).to_numpy()
    counts = np.array([tokens[kind] for kind in kinds], dtype=float)
    if pd.notna(row["long_from"]) and counts[:3].sum() > row["long_from"]:
        rates = rates * np.array(
            [float(row["long_input_factor"])] * 3 + [float(row["long_output_factor"])]
        )
    return float(counts @ rates) / 1e6
