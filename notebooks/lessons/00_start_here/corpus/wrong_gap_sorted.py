"""Look at the evidence, and sort by id.

task: missing_skills
score: 0.75
says: Your list is sorted by id; the advert's order says what the employer wants most.
"""


def missing_skills(asked, shown):
    return sorted({name for name in asked if not shown.get(name)})
