"""Take the whole answer for one claim.

task: split_claims
score: 0
says: You take the answer for one claim: five right statements and an invented one are neither right nor wrong.
"""


def split_claims(answer):
    return [{"start": 0, "end": len(answer)}]
