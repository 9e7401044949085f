"""Use ln(N / n) as idf.

task: bm25
score: 0..0.25
says: Your idf is ln(N / n). The formula given smooths both counts.
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
            n, tf, count = sum(term in other for other in bags), bag[term], len(bags)
            idf = math.log(count / n) if n else 0.0
            score += idf * tf / (tf + k1 * (1 - b + b * length / mean))
        scores.append(score)
    return scores
