"""Fit one ridge regression a mode on binary word counts, in numpy.

task: classify_notes
"""


def classify_notes(train_notes, train_labels, notes):
    names = sorted({m for modes in train_labels for m in modes})

    def words(text: str) -> set[str]:
        return {word.rstrip("s") for word in re.findall(r"[a-z]+", text.lower())}

    column: dict[str, int] = {}
    for note in train_notes:
        for word in sorted(words(note)):
            column.setdefault(word, len(column))

    def matrix(texts: list[str]) -> np.ndarray:
        x = np.zeros((len(texts), len(column)))
        for row, text in enumerate(texts):
            x[row, [column[w] for w in words(text) if w in column]] = 1
        return x

    x = matrix(train_notes)
    y = np.array([[float(m in modes) for m in names] for modes in train_labels])
    weights = x.T @ np.linalg.solve(x @ x.T + np.eye(len(x)), y - y.mean(axis=0))
    guessed = matrix(notes) @ weights + y.mean(axis=0)
    return [[m for m, g in zip(names, row, strict=True) if g > 0.5] for row in guessed]
