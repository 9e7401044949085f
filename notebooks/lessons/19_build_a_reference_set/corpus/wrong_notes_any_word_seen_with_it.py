"""Take a word that was ever seen with a mode as evidence.

task: classify_notes
score: 0
says: One co-occurrence is no evidence: words of small talk then report every mode.
"""


def classify_notes(train_notes, train_labels, notes):
    def words(text):
        return {w.rstrip("s") for w in re.findall(r"[a-z]+", text.lower())}

    seen, together = Counter(), Counter()
    for note, modes in zip(train_notes, train_labels, strict=True):
        for word in words(note):
            seen[word] += 1
            together.update((word, mode) for mode in modes)
    evidence = {word: [m for m in MODES if together[word, m]] for word, n in seen.items() if n >= 1}
    coded = []
    for note in notes:
        found = {m for word in words(note) for m in evidence.get(word, ())}
        coded.append([m for m in MODES if m in found])
    return coded
