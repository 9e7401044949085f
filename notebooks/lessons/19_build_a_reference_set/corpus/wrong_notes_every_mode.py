"""Give every note every mode.

task: classify_notes
score: 0
says: Every note gets every mode: recall without precision.
"""


def classify_notes(train_notes, train_labels, notes):
    return [sorted({m for modes in train_labels for m in modes}) for _ in notes]
