"""Find the onset as the largest step between neighbouring quarter hours.

task: handover
"""


def handover(shift):
    made = []
    for view in shift["incidents"]:
        names = [t["name"] for t in view["tenants"]]
        asked = pd.DataFrame([view["series"][f"tenant.{n}.requests"] for n in names]).sum()
        bad = pd.DataFrame([view["series"][f"tenant.{n}.bad"] for n in names]).sum()
        n, k = [0, *asked.cumsum()], [0, *bad.cumsum()]

        def explained(m, n=n, k=k):
            return k[m] ** 2 / n[m] + (k[-1] - k[m]) ** 2 / (n[-1] - n[m])

        onset = max(range(90, view["minutes"] - 16), key=explained)
        found = diagnose(view | {"onset": onset})
        root = next(name for name in sorted(found["roots"]) if name in ENDS)
        kind, part = ENDS[root], root.split(".")[0]
        near = [e for e in view["events"] if abs(e["minute"] - onset) <= 15]
        guilty = {"prompt": "prompt", "data": "feed", "retrieval": part}.get(found["cause"], "-")
        do = [{"kind": kind, "target": ""}]
        if kind == "rollback":
            do[0]["target"] = next(e["id"] for e in near if e["part"] == part)
        if kind == "scale_out":
            do[0]["target"] = part
        if kind == "failover_model" and any("of its own" in p["note"] for p in view["parts"]):
            do = [{"kind": "fallback_prompt", "target": ""}, *do]
        innocent = next(e["id"] for e in near if e["part"] != guilty)
        made.append(
            {
                "cause": found["cause"],
                "roots": found["roots"][:1],
                "onset": onset,
                "not_because": innocent,
                "do": do,
            }
        )
    return made
