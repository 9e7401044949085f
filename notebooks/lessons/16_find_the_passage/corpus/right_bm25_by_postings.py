"""Walk postings lists of a dict, query term by query term.

task: bm25
"""

import math
from collections import defaultdict


def bm25(query: str, passages: list[str], k1: float, b: float) -> list[float]:
    postings: dict[str, dict[int, int]] = defaultdict(dict)
    lengths = []
    for place, passage in enumerate(passages):
        found = terms(passage)
        lengths.append(len(found))
        for term in found:
            postings[term][place] = postings[term].get(place, 0) + 1
    mean = sum(lengths) / len(lengths)
    scores = [0.0] * len(passages)
    for term in terms(query):
        held = postings.get(term, {})
        weight = math.log1p((len(passages) - len(held) + 0.5) / (len(held) + 0.5))
        for place, tf in held.items():
            scores[place] += weight * tf / (tf + k1 * (1 - b + b * lengths[place] / mean))
    return scores
