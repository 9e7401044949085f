"""Bind page and check to what this incident reached.

task: runbook
score: 0.2..0.76
says: The next incident may be milder: bind both to the objective and not to one night.
"""

written = runbook


def runbook(shift):
    asked, bad = by_minute(shift["incidents"][0])
    share = bad / asked
    bound = round(0.9 * share[-20:].median(), 2)
    paged = ((share > bound).rolling(3).sum() == 3).idxmax()
    page = {"page": f"bad_share > {bound:.2f} for 3", "paged_at": int(paged)}
    return written(shift) | page | {"check_bad": bound}
