"""List only the claims that have no evidence.

task: missing_skills
score: 0
says: You list only what is claimed without evidence; what is not claimed at all is missing too.
"""


def missing_skills(asked, shown):
    return [name for name in dict.fromkeys(asked) if name in shown and not shown[name]]
