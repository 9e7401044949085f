"""Page above the worst minute of one quiet evening.

task: runbook
score: 0.02..0.5
says: The next service has worse quiet minutes than this one: leave room below the objective.
"""

written = runbook


def runbook(shift):
    view = shift["incidents"][0]
    asked, bad = by_minute(view)
    bound = round((bad / asked)[:90].max(), 3)
    first = int((bad / asked > bound).idxmax())
    return written(shift) | {"page": f"bad_share > {bound:.3f} for 1", "paged_at": first}
