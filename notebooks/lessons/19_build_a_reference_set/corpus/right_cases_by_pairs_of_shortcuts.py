"""Compare every pair of shortcuts with the errors, then fill quotas.

task: write_cases
"""


def write_cases(passages, transcripts, count):
    wrong = [t for t in transcripts if t["weak"] != t["strong"]]
    weak = max(
        combinations(SHORTCUTS, 2),
        key=lambda pair: sum(
            respond(passages, t["product"], t["version"], pair) == t["weak"] for t in wrong
        ),
    )
    old = {(t["product"], t["version"]) for t in transcripts}
    found = []
    for product in {p["product"]: None for p in passages}:
        tops = [number(p["before"]) for p in passages if p["product"] == product]
        for minor in range(max(tops)[1] + 3):
            version = f"{tops[0][0]}.{minor}"
            right = respond(passages, product, version)
            if (product, version) in old or respond(passages, product, version, weak) == right:
                continue
            hit = tuple(respond(passages, product, version, (s,)) != right for s in weak)
            case = {"product": product, "version": version, "expected": right}
            found.append((right == "unknown", hit, case | {"origin": "synthetic"}))
    found.sort(key=lambda f: f[0])
    chosen = []
    for wanted in ((True, False), (False, True)):
        chosen += [f for f in found if f[1] == wanted][:4]
    chosen += [f for f in found if f not in chosen]
    return [case for _, _, case in chosen[:count]]
