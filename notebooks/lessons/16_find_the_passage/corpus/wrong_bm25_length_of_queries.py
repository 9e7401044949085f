"""Divide by the query's length instead of the mean passage.

task: bm25
score: 0
says: Length is compared with the query's; the mean is over all passages.
"""

import math
from collections import Counter


def bm25(query, passages, k1, b):
    bags = [Counter(terms(passage)) for passage in passages]
    lengths = [bag.total() for bag, passage in zip(bags, passages, strict=True)]
    mean = len(terms(query))
    scores = []
    for bag, length in zip(bags, lengths, strict=True):
        score = 0.0
        for term in terms(query):
            n, tf, count = sum(term in other for other in bags), bag[term], len(bags)
            idf = math.log(1 + (count - n + 0.5) / (n + 0.5))
            score += idf * tf / (tf + k1 * (1 - b + b * length / mean))
        scores.append(score)
    return scores
