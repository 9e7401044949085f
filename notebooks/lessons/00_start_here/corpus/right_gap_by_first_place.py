"""Sort the set of gaps by the place where the advert asks first.

task: missing_skills
"""


def missing_skills(asked, shown):
    evidenced = {name for name, evidence in shown.items() if evidence}
    return sorted(set(asked) - evidenced, key=asked.index)
