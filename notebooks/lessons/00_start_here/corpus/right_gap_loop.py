"""Walk through the advert and remember what is listed.

task: missing_skills
"""


def missing_skills(asked, shown):
    gap = []
    for name in asked:
        if name not in gap and len(shown.get(name, [])) == 0:
            gap.append(name)
    return gap
