"""Write in words what a machine has to read, each time another field.

task: runbook
score: 0
says: Each field is a value that can be executed: a rule, signals, actions, a role of the path.
"""

written = runbook


def runbook(shift):
    entry = written(shift)
    root, kind = entry["confirm"]["moved"][0], entry["do"][0]["kind"]
    words = [
        {"confirm": {"moved": [], "still": []}},
        {"escalate_to": "whoever is awake"},
        {"confirm": entry["confirm"] | {"moved": [root.split()[0]]}},
        {"page": "when too many requests are bad"},
        {"check_bad": "few"},
        {"do": [kind.replace("_", " ")]},
        {"stop": ["undo what stands"]},
    ]
    return entry | words[shift["incidents"][0]["minutes"] % len(words)]
