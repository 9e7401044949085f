"""Page above the worst quiet minute, and be content with no bad request at all.

task: runbook
score: 0..0.84
says: The next service has worse quiet minutes than this one, and a cured one still has bad requests.
"""

written = runbook


def runbook(shift):
    asked, bad = by_minute(shift["incidents"][0])
    bound = round((bad / asked)[:90].max(), 3)
    first = int((bad / asked > bound).idxmax())
    page = {"page": f"bad_share > {bound:.3f} for 1", "paged_at": first}
    return written(shift) | page | {"check_bad": 0.0}
