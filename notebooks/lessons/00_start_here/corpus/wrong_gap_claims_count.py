"""Keep the order, and take every claim for evidence.

task: missing_skills
score: 0.75
says: You ask whether an id stands in shown, and not whether there is any evidence under it.
"""


def missing_skills(asked, shown):
    return [name for name in dict.fromkeys(asked) if name not in shown]
