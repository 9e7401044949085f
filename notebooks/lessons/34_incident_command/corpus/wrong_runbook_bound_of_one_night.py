"""Page a little below what this incident reached.

task: runbook
score: 0.6..0.95
says: The next incident may be milder: bind the page to the objective and not to this night.
"""

written = runbook


def runbook(shift):
    view = shift["incidents"][0]
    asked, bad = by_minute(view)
    share = bad / asked
    bound = round(0.9 * share[-20:].median(), 2)
    paged = ((share > bound).rolling(3).sum() == 3).idxmax()
    return written(shift) | {"page": f"bad_share > {bound:.2f} for 3", "paged_at": int(paged)}
