"""Filter the advert by what is no key of shown.

task: missing_skills
score: 0.5
says: Two rules are missing: an empty list is no evidence, and each id is listed once.
"""


def missing_skills(asked, shown):
    return [name for name in asked if name not in shown]
