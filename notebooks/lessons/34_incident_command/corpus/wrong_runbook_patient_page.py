"""Page after forty bad minutes.

task: runbook
score: 0..0.3
says: So late a page costs most of the harm, and what it is compared with is bad already.
"""

written = runbook


def runbook(shift):
    asked, bad = by_minute(shift["incidents"][0])
    rows = ((bad / asked > 0.15).rolling(40).sum() == 40).idxmax()
    return written(shift) | {"page": "bad_share > 0.15 for 40", "paged_at": int(rows)}
