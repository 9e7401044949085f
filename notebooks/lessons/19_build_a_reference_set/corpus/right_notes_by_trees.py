"""Grow one decision tree a mode.

task: classify_notes
"""


def classify_notes(train_notes, train_labels, notes):
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.tree import DecisionTreeClassifier

    counter = CountVectorizer(
        binary=True,
        tokenizer=lambda t: [w.rstrip("s") for w in re.findall(r"[a-z]+", t)],
        token_pattern=None,
    )
    x, new = counter.fit_transform(train_notes), counter.transform(notes)
    coded = [[] for _ in notes]
    for mode in sorted({m for modes in train_labels for m in modes}):
        tree = DecisionTreeClassifier(random_state=0, min_samples_leaf=2)
        tree.fit(x, [mode in modes for modes in train_labels])
        for found, yes in zip(coded, tree.predict(new), strict=True):
            found += [mode] * bool(yes)
    return coded
