"""Count a passage's length in words, before stop words go.

task: bm25
score: 0.25..0.5
says: You measure length in words of the raw text; |p| is the number of terms.
"""

import math
from collections import Counter


def bm25(query, passages, k1, b):
    bags = [Counter(terms(passage)) for passage in passages]
    lengths = [len(passage.split()) for bag, passage in zip(bags, passages, strict=True)]
    mean = sum(lengths) / len(lengths)
    scores = []
    for bag, length in zip(bags, lengths, strict=True):
        score = 0.0
        for term in terms(query):
            n, tf, count = sum(term in other for other in bags), bag[term], len(bags)
            idf = math.log(1 + (count - n + 0.5) / (n + 0.5))
            score += idf * tf / (tf + k1 * (1 - b + b * length / mean))
        scores.append(score)
    return scores
