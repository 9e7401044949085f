"""Never commit to a cause.

task: diagnose
score: 0
says: "Unknown" costs minutes, too: it is for what telemetry cannot tell.
"""


def diagnose(view):
    return {"cause": "unknown", "roots": []}
