"""Return names.

task: claims_that_hold
score: 0
says: Return a dict from name to "better" or "worse", not a list.
"""

_claims_that_hold = claims_that_hold


def claims_that_hold(comparisons, alpha):
    return list(_claims_that_hold(comparisons, alpha))
