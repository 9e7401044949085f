"""Learn the words of the public notes, and ignore those given.

task: classify_notes
score: 0
says: You learned another team's words. The training notes are an argument.
"""


def classify_notes(train_notes, train_labels, notes):
    evidence, seen = Counter(), Counter()
    for r in reviews:
        for word in set(re.findall(r"[a-z]+", r["note"].lower())):
            seen[word] += 1
            evidence.update((word, mode) for mode in r["agreed"])
    return [
        [
            m
            for m in MODES
            if any(
                seen[w] >= 3 and evidence[w, m] >= 0.7 * seen[w]
                for w in re.findall(r"[a-z]+", note.lower())
            )
        ]
        for note in notes
    ]
