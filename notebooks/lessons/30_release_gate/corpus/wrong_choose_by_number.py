"""Take the smallest run numbers for the earliest.

task: choose_runs
score: 0.2
says: A run's id is a name; when it started stands in started.
"""


def choose_runs(registry, candidate, pinned):
    versions = {v["id"]: v for v in registry["versions"]}
    editors = {g["id"]: g["edited_by"] for g in registry["goldens"]}
    whole = [
        r
        for r in registry["runs"]
        if r["finished"] == r["planned"] and r["digest"] == versions[r["version"]]["digest"]
    ]
    pairs = []
    for new in (r for r in whole if r["version"] == candidate):
        for old in (r for r in whole if r["version"] == registry["baseline"]):
            problems = [f for f in pinned if old[f] != new[f]]
            if versions[candidate]["author"] in (editors[old["golden"]], editors[new["golden"]]):
                problems.append("edited_by")
            pairs.append((len(problems), new["id"], old["id"], old["id"], new["id"], problems))
    if not pairs:
        return {"baseline": "", "candidate": "", "problems": ["no run"]}
    *_, old, new, problems = min(pairs)
    return {"baseline": old, "candidate": new, "problems": problems}
