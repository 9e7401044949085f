"""What runbooks state about people, permissions and days, and how."""

from __future__ import annotations

from autograder.scenarios.corpus.family import Family, Style

__all__ = ["APPROVALS", "DUE", "ESCALATION", "OWNERS"]


ESCALATION = Family(
    "escalation",
    "Escalation",
    "minutes",
    (
        "severity 1 alert",
        "severity 2 alert",
        "failed backup",
        "lost node",
        "lapsed certificate",
        "full disk",
    ),
    (
        Style(
            "Nobody has answered for {p}? Call the duty manager ",
            "{v} after a {i}",
            "for a {i}, see the list of the shift",
            "For {p}, the duty manager is called {v} after a {i}",
            "When is the duty manager called after a {i} on {p}?",
        ),
        Style(
            "An unanswered page of {p} goes to the second line: ",
            "a {i} waits {v}",
            "how long a {i} waits is in the list of the shift",
            "On {p}, a {i} waits {v} before it goes to the second line",
            "How long does a {i} on {p} wait before the second line gets it?",
        ),
        Style(
            "The pager of {p} climbs a step ",
            "{v} into a {i}",
            "for a {i}, see the settings of the pager",
            "The pager of {p} climbs a step {v} into a {i}",
            "How far into a {i} does the pager of {p} climb a step?",
        ),
        Style(
            "Time to acknowledge on {p}: ",
            "a {i} allows {v}",
            "for a {i}, see the contract",
            "A {i} on {p} allows {v} to acknowledge it",
            "What time to acknowledge does a {i} on {p} allow?",
        ),
    ),
    (
        "5 minutes",
        "10 minutes",
        "15 minutes",
        "20 minutes",
        "30 minutes",
        "45 minutes",
        "60 minutes",
        "90 minutes",
        "120 minutes",
    ),
    (
        "Say what you know, what you suspect and when you will speak next.",
        "The clock does not stop because somebody has seen the page.",
        "Escalating early costs nothing; nobody is asked to defend it.",
        "At weekends the same times hold.",
    ),
)

OWNERS = Family(
    "owner",
    "Who does what",
    "team",
    (
        "patches",
        "key ceremonies",
        "firewall rules",
        "access reviews",
        "restore tests",
        "log sources",
    ),
    (
        Style(
            "For {p}, ",
            "{i} are with {v}",
            "for {i}, see the staff list",
            "For {p}, {i} are with {v}",
            "Which team has the {i} of {p}?",
        ),
        Style(
            "Ask the right people about {p}: ",
            "{v} answers for {i}",
            "for {i}, see the staff list",
            "{v} answers for {i} on {p}",
            "Who answers for {i} on {p}?",
        ),
        Style(
            "Duties on {p} are split: ",
            "{i} belong to {v}",
            "who has {i} is in the staff list",
            "The {i} of {p} belong to {v}",
            "To whom do the {i} of {p} belong?",
        ),
        Style(
            "The roster of {p} names ",
            "{v} for {i}",
            "its second page covers {i}",
            "The roster names {v} for {i} on {p}",
            "Whom does the roster of {p} name for {i}?",
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
        "Hand over in writing, with the open points on top.",
        "The list is read out at every change of shift.",
        "Leave a deputy when you go on holiday.",
        "A duty without an owner is reported, not ignored.",
    ),
)

APPROVALS = Family(
    "approval",
    "Before you restart",
    "flag",
    (
        "a change ticket",
        "a peer review",
        "a maintenance window",
        "a VPN session",
        "a second factor",
        "a written approval",
    ),
    (
        Style(
            "To restart {p}, ",
            "{i} {v}",
            "about {i}, see the rules of the site",
            "To restart {p}, {i} {v}",
            "Does one need {i} to restart {p}?",
            ("is required", "is not required"),
            ("is required", "is not required"),
        ),
        Style(
            "Before a restart of {p}, ",
            "{i} {v} asked for",
            "about {i}, see the rules of the site",
            "Before a restart of {p}, {i} {v} asked for",
            "Is {i} asked for before a restart of {p}?",
            ("is", "is not"),
            ("is", "is not"),
        ),
        Style(
            "Rules for restarting {p}: ",
            "{i} {v}",
            "the part on {i} is in the rules of the site",
            "The rules say that {i} {v} when {p} is restarted",
            "What do the rules of {p} say about {i} at a restart?",
            ("must be there", "need not be there"),
            ("must be there", "need not be there"),
        ),
        Style(
            "Whoever restarts {p} should know: ",
            "{i} {v}",
            "for {i}, see the rules of the site",
            "Restarting {p} {v} {i}",
            "Can {p} be restarted without {i}?",
            ("is mandatory", "is optional"),
            ("takes", "does not take"),
        ),
    ),
    ("yes", "no"),
    (
        "Drain connections first, and watch the queue while you do.",
        "Restart one node at a time and wait until it has caught up.",
        "Write down the time before you press enter.",
        "A restart clears the evidence in memory, so collect that first.",
    ),
)

DUE = Family(
    "due",
    "Calendar",
    "date",
    (
        "restore test",
        "access review",
        "penetration test",
        "licence renewal",
        "fire drill",
        "capacity review",
    ),
    (
        Style(
            "The next dates of {p} are ",
            "{v} for the {i}",
            "the day of the {i} is on the page of its team",
            "The next {i} of {p} is on {v}",
            "When is the next {i} of {p}?",
        ),
        Style(
            "For {p}, ",
            "the {i} is due on {v}",
            "for the {i}, see the page of its team",
            "For {p}, the {i} is due on {v}",
            "On what day is the {i} of {p} due?",
        ),
        Style(
            "The calendar of {p} has ",
            "the {i} on {v}",
            "the day of the {i} is on the page of its team",
            "The calendar of {p} has the {i} on {v}",
            "For which day is the {i} of {p} in the calendar?",
        ),
        Style(
            "Booked for {p}: ",
            "{v} is the {i}",
            "for the {i}, see the page of its team",
            "For {p}, the {i} is booked on {v}",
            "Which day is booked for the {i} of {p}?",
        ),
    ),
    (),
    (
        "Whoever moves one of them tells the others.",
        "Findings are written up within the same week.",
        "The last results are in the archive.",
        "Freeze deployments on these days.",
    ),
)
