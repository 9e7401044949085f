"""Keep the last place at which a skill is asked for.

task: missing_skills
score: 0.75
says: An id that is asked for twice stands where the advert names it first.
"""


def missing_skills(asked, shown):
    gap = []
    for name in asked:
        if not shown.get(name):
            if name in gap:
                gap.remove(name)
            gap.append(name)
    return gap
