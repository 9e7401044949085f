"""Count occurrences in the corpus for n.

task: bm25
score: 0..0.7
says: n counts passages that hold the term, not its occurrences.
"""

import math
from collections import Counter


def bm25(query, passages, k1, b):
    bags = [Counter(terms(passage)) for passage in passages]
    lengths = [bag.total() for bag, passage in zip(bags, passages, strict=True)]
    mean = sum(lengths) / len(lengths)
    scores = []
    for bag, length in zip(bags, lengths, strict=True):
        score = 0.0
        for term in terms(query):
            n, tf, count = sum(other[term] for other in bags), bag[term], len(bags)
            idf = math.log(1 + max(0, count - n + 0.5) / (n + 0.5))
            score += idf * tf / (tf + k1 * (1 - b + b * length / mean))
        scores.append(score)
    return scores
