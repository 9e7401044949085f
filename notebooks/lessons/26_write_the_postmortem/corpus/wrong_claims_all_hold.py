"""Believe everything.

task: check_claims
score: 0
says: A checker that never objects checks nothing.
"""


def check_claims(claims, incident):
    return ["holds" for _ in claims]
