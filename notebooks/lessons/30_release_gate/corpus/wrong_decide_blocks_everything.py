"""Block, to be safe.

task: decide
score: 0
says: A gate that blocks everything protects nobody: what is harmless has to ship.
"""


def decide(gate, reports):
    return [{"verdict": "block", "because": ["quality"]} for _ in reports]
