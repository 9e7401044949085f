"""Spread the cases over all shortcuts.

task: write_cases
score: 0.2..0.9
says: You aim at every shortcut alike; the transcripts say which two the weak system has.
"""


def write_cases(passages, transcripts, count):
    old = {(t["product"], t["version"]) for t in transcripts}
    questions = []
    for product in sorted({p["product"] for p in passages}):
        major, top = max(number(p["before"]) for p in passages if p["product"] == product)
        questions += [(product, f"{major}.{minor}") for minor in range(top + 3)]
    questions = [q for q in questions if q not in old]
    chosen = {}
    while len(chosen) < count:
        for s in SHORTCUTS:
            for q in questions:
                right = respond(passages, *q)
                if q not in chosen and respond(passages, *q, (s,)) != right:
                    chosen[q] = right
                    break
    return [
        {"product": q[0], "version": q[1], "expected": right, "origin": "synthetic"}
        for q, right in list(chosen.items())[:count]
    ]
