"""Leave empty passages out of N and the mean.

task: bm25
score: 0.875
says: An empty passage counts in N and in the mean length.
"""

import math
from collections import Counter


def bm25(query, passages, k1, b):
    bags = [Counter(terms(passage)) for passage in passages]
    lengths = [bag.total() for bag, passage in zip(bags, passages, strict=True)]
    mean = sum(lengths) / sum(length > 0 for length in lengths)
    scores = []
    for bag, length in zip(bags, lengths, strict=True):
        score = 0.0
        for term in terms(query):
            n, tf, count = sum(term in other for other in bags), bag[term], len(bags)
            idf = math.log(1 + (sum(x > 0 for x in lengths) - n + 0.5) / (n + 0.5))
            score += idf * tf / (tf + k1 * (1 - b + b * length / mean))
        scores.append(score)
    return scores
