"""Ask ordinary questions.

task: write_cases
score: 0.4..0.8
says: Ordinary questions: most of them both systems answer. Ask where a shortcut shows.
"""


def write_cases(passages, transcripts, count):
    old = {(t["product"], t["version"]) for t in transcripts}
    cases = []
    for p in passages:
        (major, low), (_, high) = number(p["from"]), number(p["before"])
        for minor in range(low, high):
            question = p["product"], f"{major}.{minor}"
            if not p["withdrawn"] and question not in old:
                case = {"product": question[0], "version": question[1], "expected": p["id"]}
                cases.append(case | {"origin": "synthetic"})
    return cases[:count]
