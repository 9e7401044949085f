"""Give versions as numbers.

task: write_cases
score: 0
says: A version is text: as a number, 3.10 is 3.1.
"""


def write_cases(passages, transcripts, count):
    wrong = [t for t in transcripts if t["weak"] != t["expected"]]
    explained = Counter()
    for s in SHORTCUTS:
        for t in wrong:
            explained[s] += respond(passages, t["product"], t["version"], [s]) == t["weak"]
    weak = [s for s, _ in explained.most_common(2)]
    old = {(t["product"], t["version"]) for t in transcripts}
    pools = {(s,): [] for s in weak} | {tuple(weak): [], (): []}
    for product in sorted({p["product"] for p in passages}):
        major, top = max(number(p["before"]) for p in passages if p["product"] == product)
        for version in (f"{major}.{minor}" for minor in range(top + 3)):
            right = respond(passages, product, version)
            if (product, version) in old or respond(passages, product, version, weak) == right:
                continue
            case = {"product": product, "version": version, "expected": right}
            fooled = [s for s in weak if respond(passages, product, version, [s]) != right]
            pools[tuple(fooled)].append(case | {"origin": "synthetic"})
    for pool in pools.values():
        pool.sort(key=lambda case: case["expected"] == "unknown")
    first, second = (pools[(s,)] for s in weak)
    chosen = [case for pair in zip(first, second, strict=False) for case in pair]
    chosen += [case for pool in pools.values() for case in pool if case not in chosen]
    return [case | {"version": float(case["version"])} for case in chosen[:count]]
