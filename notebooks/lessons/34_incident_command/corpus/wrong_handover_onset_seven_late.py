"""Read the onset off a share that is averaged over a quarter of an hour.

task: handover
score: 0..0.76
says: An average reaches half the height minutes after the step: read the onset off the counts.
"""

written = handover


def handover(shift):
    return [row | {"onset": row["onset"] + 7} for row in written(shift)]
