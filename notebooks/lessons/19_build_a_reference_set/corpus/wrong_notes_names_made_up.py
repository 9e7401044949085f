"""Name the modes in own words.

task: classify_notes
score: 0
says: Modes keep the names of the training labels.
"""


def classify_notes(train_notes, train_labels, notes):
    def words(text):
        return {w.rstrip("s") for w in re.findall(r"[a-z]+", text.lower())}

    seen, together = Counter(), Counter()
    for note, modes in zip(train_notes, train_labels, strict=True):
        for word in words(note):
            seen[word] += 1
            together.update((word, mode) for mode in modes)
    evidence = {
        word: [m for m in MODES if together[word, m] >= 0.9 * n]
        for word, n in seen.items()
        if n >= 4
    }
    coded = []
    for note in notes:
        found = {m for word in words(note) for m in evidence.get(word, ())}
        coded.append([m.replace("_", " ") for m in MODES if m in found])
    return coded
