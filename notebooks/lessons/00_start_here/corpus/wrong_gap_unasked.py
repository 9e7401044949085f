"""Subtract the advert from what can be shown.

task: missing_skills
score: 0
says: You list what you can show and nobody asked for: the subtraction is the wrong way round.
"""


def missing_skills(asked, shown):
    return [name for name in shown if name not in asked]
