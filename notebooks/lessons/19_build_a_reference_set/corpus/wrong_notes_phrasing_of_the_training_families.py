"""Learn pairs of words, which belong to a phrasing.

task: classify_notes
score: 0..0.35
says: Pairs of words belong to a phrasing; what carries over to another one is single words.
"""


def classify_notes(train_notes, train_labels, notes):
    def words(text):
        return set(pairs_of_words(text))

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
        coded.append([m for m in MODES if m in found])
    return coded
