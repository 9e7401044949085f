"""Stem neither side.

task: bm25
score: 0.25..0.75
says: Nothing is stemmed, so other forms of a word do not match. Use terms on both sides.
"""

import math
from collections import Counter


def bm25(query, passages, k1, b):
    bags = [
        Counter(w for w in re.findall(r"\b\w\w+\b", passage.lower()) if w not in STOP)
        for passage in passages
    ]
    lengths = [bag.total() for bag, passage in zip(bags, passages, strict=True)]
    mean = sum(lengths) / len(lengths)
    scores = []
    for bag, length in zip(bags, lengths, strict=True):
        score = 0.0
        for term in [w for w in re.findall(r"\b\w\w+\b", query.lower()) if w not in STOP]:
            n, tf, count = sum(term in other for other in bags), bag[term], len(bags)
            idf = math.log(1 + (count - n + 0.5) / (n + 0.5))
            score += idf * tf / (tf + k1 * (1 - b + b * length / mean))
        scores.append(score)
    return scores
