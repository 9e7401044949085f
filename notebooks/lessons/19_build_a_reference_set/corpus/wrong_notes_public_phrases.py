"""Look for telling phrases of the public notes.

task: classify_notes
score: 0
says: Your rule looks for phrases that one team used. Learn from the notes you are given.
"""


def classify_notes(train_notes, train_labels, notes):
    return by_phrases(train_notes, train_labels, notes)
