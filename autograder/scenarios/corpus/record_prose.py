"""What advisories state about a flaw, and tickets about a case."""

from __future__ import annotations

from autograder.scenarios.corpus.family import Family, Style

__all__ = ["CONDITIONS", "HISTORY", "ROLES", "SCORES", "TIMES", "VERSIONS"]

SCORES = Family(
    "CVSS",
    "Severity",
    "score",
    (
        "base score",
        "score behind a gateway",
        "score for hosted tenants",
        "score in test mode",
        "score with single sign-on",
    ),
    (
        Style(
            "Rated with CVSS 4.0, {p} has ",
            "a {i} of {v}",
            "for the {i}, see the machine-readable copy",
            "{p} has a {i} of {v}",
            "What is the {i} of {p}?",
        ),
        Style(
            "CVSS figures of {p}: ",
            "the {i} is {v}",
            "the {i} is in the machine-readable copy",
            "The {i} of {p} is {v}",
            "How is the {i} of {p} given?",
        ),
        Style(
            "Our rating of {p} comes to ",
            "{v} as its {i}",
            "for its {i}, see the appendix",
            "The rating of {p} comes to {v} as its {i}",
            "What does the rating of {p} come to as its {i}?",
        ),
        Style(
            "On the CVSS scale {p} reaches ",
            "{v} for the {i}",
            "its {i} is in the appendix",
            "{p} reaches {v} for the {i}",
            "What does {p} reach for the {i}?",
        ),
    ),
    ("3.7", "4.3", "5.1", "5.9", "6.3", "6.8", "7.1", "7.6", "8.2", "8.7", "9.1", "9.3"),
    (
        "Score your own installation with its environment before you plan.",
        "The vector is in the machine-readable copy.",
        "A score says how bad a success would be, not how likely it is.",
        "The scores were reviewed by a second analyst.",
    ),
)

CONDITIONS = Family(
    "condition",
    "What an attacker needs",
    "flag",
    (
        "a valid login",
        "a click by a user",
        "a place on the local network",
        "an administrator's role",
        "a second flaw",
        "a guessable name",
    ),
    (
        Style(
            "To exploit {p}, ",
            "{i} {v}",
            "{i} was not examined",
            "To exploit {p}, {i} {v}",
            "Is {i} needed to exploit {p}?",
            ("is needed", "is not needed"),
            ("is needed", "is not needed"),
        ),
        Style(
            "An attack through {p} has conditions: ",
            "{i} {v} one of them",
            "{i} is under analysis",
            "For an attack through {p}, {i} {v} one of the conditions",
            "Does an attack through {p} have {i} as a condition?",
            ("is", "is not"),
            ("is", "is not"),
        ),
        Style(
            "What makes {p} usable for an intruder: ",
            "{i} {v} in place",
            "about {i} we cannot say anything",
            "For an intruder to use {p}, {i} {v} in place",
            "Must {i} be in place for an intruder to use {p}?",
            ("has to be", "does not have to be"),
            ("has to be", "does not have to be"),
        ),
        Style(
            "We reproduced {p} in the laboratory: ",
            "it {v} {i}",
            "the part that {i} plays is still being studied",
            "Abusing {p} {v} {i}",
            "Can {p} be abused without {i}?",
            ("calls for", "does not call for"),
            ("calls for", "does not call for"),
        ),
    ),
    ("yes", "no"),
    (
        "No use in the wild is known to us.",
        "A proof of concept is held back until the fix is widespread.",
        "Segmented networks make it harder and do not prevent it.",
        "The log shows an attempt whether or not it succeeds.",
    ),
)

HISTORY = Family(
    "history",
    "Timeline",
    "date",
    ("first report", "confirmation", "first patch", "public notice", "final analysis"),
    (
        Style(
            "Of {p}, ",
            "the {i} dates from {v}",
            "for the {i}, see the case file",
            "The {i} of {p} dates from {v}",
            "From when does the {i} of {p} date?",
        ),
        Style(
            "How {p} went: ",
            "the {i} came on {v}",
            "the day of the {i} is in the case file",
            "The {i} of {p} came on {v}",
            "On what day did the {i} of {p} come?",
        ),
        Style(
            "The record of {p} has ",
            "{v} for the {i}",
            "the {i} is in the annex of the record",
            "The record of {p} has {v} for the {i}",
            "What day does the record of {p} have for the {i}?",
        ),
        Style(
            "In the course of {p}, ",
            "{v} saw the {i}",
            "for the {i}, see the case file",
            "{p} saw its {i} on {v}",
            "When did {p} see its {i}?",
        ),
    ),
    (),
    (
        "Times are UTC throughout.",
        "Customers under contract were told first.",
        "The finder agreed to these dates.",
        "Later changes to this text are listed at its end.",
    ),
)

# Items are branches of the product, values ranges; `versions.py` words what these cannot.
VERSIONS = Family("version", "Affected versions", "count", (), ())

TIMES = Family(
    "time",
    "How long it took",
    "minutes",
    ("first answer", "containment", "workaround", "repair", "last check"),
    (
        Style(
            "In {p}, ",
            "the {i} took {v}",
            "for the {i}, see the case system",
            "In {p}, the {i} took {v}",
            "How long did the {i} take in {p}?",
        ),
        Style(
            "Durations of {p}: ",
            "{v} until the {i}",
            "the time until the {i} is in the case system",
            "{p} shows {v} until the {i}",
            "What time does {p} show until the {i}?",
        ),
        Style(
            "The clock of {p} showed ",
            "{v} at the {i}",
            "for the {i}, see the case system",
            "At the {i}, the clock of {p} showed {v}",
            "What did the clock of {p} show at the {i}?",
        ),
        Style(
            "Effort booked on {p}: ",
            "the {i} cost {v}",
            "what the {i} cost is in the time sheet",
            "The {i} of {p} cost {v}",
            "What did the {i} of {p} cost in time?",
        ),
    ),
    (
        "10 minutes",
        "20 minutes",
        "30 minutes",
        "40 minutes",
        "60 minutes",
        "75 minutes",
        "90 minutes",
        "120 minutes",
        "150 minutes",
        "180 minutes",
    ),
    (
        "Waiting for the customer is included.",
        "The figures come from the case system.",
        "Two people worked on it at the same time.",
        "Nothing was rebooked afterwards.",
    ),
)

ROLES = Family(
    "role",
    "Who worked on it",
    "team",
    ("triage", "analysis", "the fix", "the customer call", "the review"),
    (
        Style(
            "In {p}, ",
            "{i} was done by {v}",
            "who did {i} is in the log of the case",
            "In {p}, {i} was done by {v}",
            "Who did {i} in {p}?",
        ),
        Style(
            "Work on {p} was shared: ",
            "{v} took {i}",
            "for {i}, see the log of the case",
            "{v} took {i} in {p}",
            "Which team took {i} in {p}?",
        ),
        Style(
            "{p} passed through several hands: ",
            "{i} fell to {v}",
            "for {i}, see the log of the case",
            "In {p}, {i} fell to {v}",
            "To whom did {i} fall in {p}?",
        ),
        Style(
            "The file of {p} credits ",
            "{v} with {i}",
            "for {i}, see the log of the case",
            "The file of {p} credits {v} with {i}",
            "Whom does the file of {p} credit with {i}?",
        ),
    ),
    (
        "Edge Operations",
        "Identity Platform",
        "Detection Desk",
        "Storage Crew",
        "Release Office",
        "Trust Office",
        "Night Watch",
        "Field Support",
    ),
    (
        "The hand-overs are in the log of the case.",
        "A second pair of eyes looked at every step.",
        "Nobody worked on it alone.",
        "The customer was told each time.",
    ),
)
