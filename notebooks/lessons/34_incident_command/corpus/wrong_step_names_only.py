"""Name the actions, and nothing more.

task: next_step
score: 0
says: An action is a dict of kind and target: a name alone does not say what to roll back.
"""

ordered = next_step


def next_step(seen):
    return [order["kind"] for order in ordered(seen)]
