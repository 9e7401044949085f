"""Ask named questions in order.

task: next_step
"""


def next_step(seen):
    begun = seen["taken"]

    def ever(kind):
        return any(t["kind"] == kind for t in begun)

    def stands(kind):
        return ever(kind) and not any(t["kind"] == "undo" and t["target"] == kind for t in begun)

    def act(kind, target=""):
        return {"kind": kind, "target": target}

    changes = [t for t in begun if t["kind"] not in {"undo", "feature_off", "fallback_prompt"}]
    latest = max((t["works_at"] for t in changes), default=-99)
    nxt = []
    for suspect in seen["suspects"]:
        if not any((t["kind"], t["target"]) == tuple(suspect.values()) for t in begun):
            nxt = [act(suspect["kind"], suspect["target"])]
            break
    if nxt and nxt[0]["kind"] == "failover_model" and seen["fallback"] == "needs its prompt":
        nxt.insert(0, act("fallback_prompt"))
    if seen["disclosures"] and not ever("feature_off"):
        return [act("feature_off"), *nxt]
    if stands("feature_off"):
        return [act("undo", "feature_off")] if latest <= seen["now"] else []
    waiting = seen["now"] - latest < 10
    good = 1 - sum(seen["bad"][-5:]) / 5 >= seen["target"]
    if waiting or good:
        return []
    return [act("undo", k) for k in ("failover_model", "disable_reranker") if stands(k)] + nxt
