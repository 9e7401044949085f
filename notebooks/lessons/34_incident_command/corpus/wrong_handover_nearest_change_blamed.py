"""Roll back the change closest to the onset.

task: handover
score: 0.65..0.81
says: The change closest to the onset did nothing: rolling it back costs minutes and capacity.
"""


def handover(shift: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the next shift needs of both incidents (a literal, or about 30 lines)."""

    def onset_of(view: dict[str, Any]) -> int:
        rows = {w: [view["series"][f"tenant.{t['name']}.{w}"] for t in view["tenants"]]
                for w in ("requests", "bad")}  # fmt: skip
        asked, bad = (pd.DataFrame(rows[w], dtype=float).sum() for w in ("requests", "bad"))
        # Half way between the usual share and the present one.
        share = (bad[:90].sum() / asked[:90].sum() + bad[-20:].sum() / asked[-20:].sum()) / 2
        return int((bad - share * asked).cumsum().idxmin()) + 1

    made = []
    for view in shift["incidents"]:
        onset = onset_of(view)
        verdict = diagnose(view | {"onset": onset})
        root = verdict["roots"][0]
        for told in verdict["roots"]:
            # The provider's queue fills when its quota is cut: either root, one action.
            root = told if told in ENDS else root
        kind, part = ENDS[root], root.partition(".")[0]
        near = [e for e in view["events"] if abs(e["minute"] - onset) <= 15]
        blamed = [e["id"] for e in near if e["part"] == part and kind == "rollback"]
        # A provider or a lost node needs no change of ours: then every change is innocent.
        changed = {"prompt": "prompt", "data": "feed", "retrieval": part}.get(verdict["cause"])
        clear = [e["id"] for e in near if e["part"] != changed]
        target = {"rollback": "".join(blamed[-1:]), "scale_out": part}.get(kind, "")
        do = [{"kind": kind, "target": target}]
        nearest = min(view["events"], key=lambda e: abs(e["minute"] - onset))
        do = [{"kind": "rollback", "target": nearest["id"]}]
        notes = " ".join(p["note"] for p in view["parts"])
        if kind == "failover_model" and "needs a prompt of its own" in notes:
            do.insert(0, {"kind": "fallback_prompt", "target": ""})
        made.append(verdict | {"onset": onset, "not_because": clear[0], "do": do})
    return made
