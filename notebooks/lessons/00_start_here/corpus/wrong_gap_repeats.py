"""List what is asked for twice, twice.

task: missing_skills
score: 0.75
says: What the advert asks for twice stands in your list twice.
"""


def missing_skills(asked, shown):
    return [name for name in asked if not shown.get(name)]
