"""Order the fallback's prompt behind the failover, and undo last.

task: next_step
"""


def next_step(seen):
    taken, now = seen["taken"], seen["now"]
    done = {(t["kind"], t["target"]) for t in taken}
    kinds, undone = {k for k, _ in done}, {target for k, target in done if k == "undo"}
    orders = []
    for suspect in seen["suspects"]:
        if (suspect["kind"], suspect["target"]) not in done:
            orders.append(suspect)
            if suspect["kind"] == "failover_model" and seen["fallback"] == "needs its prompt":
                orders.append({"kind": "fallback_prompt", "target": ""})
            break
    real = [t for t in taken if t["kind"] not in ("undo", "feature_off", "fallback_prompt")]
    if seen["disclosures"] and "feature_off" not in kinds:
        return [*orders, {"kind": "feature_off", "target": ""}]
    if "feature_off" in kinds - undone:
        open_again = now >= real[-1]["works_at"]
        return [{"kind": "undo", "target": "feature_off"}] * open_again
    settled = not real or now >= real[-1]["works_at"] + 10
    if not settled or sum(seen["bad"][-5:]) <= 5 * (1 - seen["target"]):
        return []
    for kind in sorted({"failover_model", "disable_reranker"} & (kinds - undone)):
        orders.append({"kind": "undo", "target": kind})
    return orders
