"""Copy the modes of the most similar training note.

task: classify_notes
score: 0
says: The most similar note is similar in phrasing, and says little of the modes.
"""


def classify_notes(train_notes, train_labels, notes):
    known = [set(re.findall(r"[a-z]+", note.lower())) for note in train_notes]
    coded = []
    for note in notes:
        own = set(re.findall(r"[a-z]+", note.lower()))
        near = max(range(len(known)), key=lambda i: len(own & known[i]) / len(own | known[i]))
        coded.append(list(train_labels[near]))
    return coded
