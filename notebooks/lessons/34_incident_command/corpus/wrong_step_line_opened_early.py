"""Open the line while the rollback still runs.

task: next_step
score: 0.75..0.87
says: Until the rollback is in effect, each answer may disclose again.
"""


def next_step(seen: dict[str, Any]) -> list[dict[str, str]]:
    """Return what to begin now (about 25 lines)."""
    kinds = [t["kind"] for t in seen["taken"]]
    undone = [t["target"] for t in seen["taken"] if t["kind"] == "undo"]
    tried = [(t["kind"], t["target"]) for t in seen["taken"]]
    left = [s for s in seen["suspects"] if (s["kind"], s["target"]) not in tried]
    beside = ("undo", "feature_off", "fallback_prompt")
    works = [t["works_at"] for t in seen["taken"] if t["kind"] not in beside]

    def begin() -> list[dict[str, str]]:
        prompt = {"kind": "fallback_prompt", "target": ""}
        fails_over = bool(left) and left[0]["kind"] == "failover_model"
        return [prompt] * (fails_over and seen["fallback"] == "needs its prompt") + left[:1]

    if seen["disclosures"] and "feature_off" not in kinds:
        return [{"kind": "feature_off", "target": ""}, *begin()]
    if "feature_off" in kinds and "feature_off" not in undone:
        return [{"kind": "undo", "target": "feature_off"}] if seen["now"] >= works[-1] - 9 else []
    if works and seen["now"] < works[-1] + 10:
        return []
    if sum(seen["bad"][-5:]) / 5 <= 1 - seen["target"]:
        return []
    vain = [k for k in ("failover_model", "disable_reranker") if k in kinds and k not in undone]
    return [*({"kind": "undo", "target": k} for k in vain), *begin()]
