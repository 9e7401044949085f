"""Stem the passages and not the query.

task: bm25
score: 0.75
says: Only the passages are stemmed. Use terms on both sides.
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
        for term in [w for w in re.findall(r"\b\w\w+\b", query.lower()) if w not in STOP]:
            n, tf, count = sum(term in other for other in bags), bag[term], len(bags)
            idf = math.log(1 + (count - n + 0.5) / (n + 0.5))
            score += idf * tf / (tf + k1 * (1 - b + b * length / mean))
        scores.append(score)
    return scores
