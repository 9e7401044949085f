"""Guess the middle of the record.

task: find_onset
score: 0
says: A share of the record's length tells nothing about the incident.
"""


def find_onset(incident):
    return incident["minutes"] * 2 // 3
