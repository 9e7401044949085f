"""Sort all pairs of a product with a key.

task: choose_runs
"""

from itertools import product


def choose_runs(registry, candidate, pinned):
    digest = {v["id"]: v["digest"] for v in registry["versions"]}
    author = next(v["author"] for v in registry["versions"] if v["id"] == candidate)
    own = {g["id"] for g in registry["goldens"] if g["edited_by"] == author}

    def counts(run, version):
        return (
            run["version"] == version
            and run["finished"] >= run["planned"]
            and run["digest"] == digest[version]
        )

    def problems(pair):
        found = {f for f in pinned if pair[0][f] != pair[1][f]}
        return found | ({"edited_by"} if own & {pair[0]["golden"], pair[1]["golden"]} else set())

    old = [r for r in registry["runs"] if counts(r, registry["baseline"])]
    new = [r for r in registry["runs"] if counts(r, candidate)]
    ranked = sorted(
        product(old, new), key=lambda p: (len(problems(p)), p[1]["started"], p[0]["started"])
    )
    if not ranked:
        return {"baseline": "", "candidate": "", "problems": ["no run"]}
    return {
        "baseline": ranked[0][0]["id"],
        "candidate": ranked[0][1]["id"],
        "problems": sorted(problems(ranked[0])),
    }
