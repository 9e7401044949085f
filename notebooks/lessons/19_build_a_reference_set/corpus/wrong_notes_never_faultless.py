"""Give a note without evidence its most frequent mode.

task: classify_notes
score: 0.5..0.9
says: A note that reports nothing gets no mode.
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
        usual = Counter(m for modes in train_labels for m in modes).most_common(1)[0][0]
        coded.append([m for m in MODES if m in found] or [usual])
    return coded
