"""Hand in the draft as it was.

task: missing_skills
score: 0.5
says: This is the draft: it sorts by id instead of the advert's order, and a claim without evidence passes for a skill.
"""


def missing_skills(asked, shown):
    return sorted(set(asked) - set(shown))
