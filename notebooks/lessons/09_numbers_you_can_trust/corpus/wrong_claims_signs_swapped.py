"""Call a win of B worse.

task: claims_that_hold
score: 0
says: +1 is a question that only B passed: more of those is better.
"""

_claims_that_hold = claims_that_hold


def claims_that_hold(comparisons, alpha):
    other = {"better": "worse", "worse": "better"}
    return {name: other[sign] for name, sign in _claims_that_hold(comparisons, alpha).items()}
