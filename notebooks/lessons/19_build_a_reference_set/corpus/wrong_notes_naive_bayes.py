"""Let every word of the note count (naive Bayes).

task: classify_notes
score: 0..0.5
says: Every word counts, also those seen once and those of the phrasing: on phrasing held out that misleads.
"""


def classify_notes(train_notes, train_labels, notes):
    texts = [set(re.findall(r"[a-z]+", note.lower())) for note in train_notes]
    coded = [[] for _ in notes]
    for mode in MODES:
        has = [mode in modes for modes in train_labels]
        yes = Counter(w for t, h in zip(texts, has, strict=True) if h for w in t)
        no = Counter(w for t, h in zip(texts, has, strict=True) if not h for w in t)
        n, rest = sum(has), len(has) - sum(has)
        weight = {
            w: math.log((yes[w] + 0.3) / (n + 0.6) / ((no[w] + 0.3) / (rest + 0.6)))
            for w in yes | no
        }
        for found, note in zip(coded, notes, strict=True):
            own = set(re.findall(r"[a-z]+", note.lower()))
            if math.log(n / rest) + sum(weight.get(w, 0) for w in own) > 0:
                found.append(mode)
    return coded
