"""Leave out the notes that report nothing.

task: classify_notes
score: 0
says: You leave out notes that report nothing: then nobody can say which entry belongs to which note.
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
        coded.append([m for m in MODES if m in found])
    return [modes for modes in coded if modes]
