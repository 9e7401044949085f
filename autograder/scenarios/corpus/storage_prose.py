"""What runbooks state about a product's data and secrets, and how."""

from __future__ import annotations

from autograder.scenarios.corpus.family import Family, Style

__all__ = ["LIMITS", "RECOVERY", "RETENTION", "ROTATION"]

_DAYS = ("7 days", "14 days", "21 days", "28 days", "42 days", "75 days", "90 days", "120 days")

RETENTION = Family(
    "retention",
    "Retention",
    "days",
    ("audit log", "session log", "debug log", "login history", "packet capture", "crash dump"),
    (
        Style(
            "{p} keeps ",
            "the {i} for {v}",
            "for the {i}, see the contract of the site",
            "{p} keeps the {i} for {v}",
            "How long does {p} keep the {i}?",
        ),
        Style(
            "On {p}, ",
            "the {i} is deleted after {v}",
            "the {i} follows the contract of the site",
            "On {p}, the {i} is deleted after {v}",
            "When does {p} delete the {i}?",
        ),
        Style(
            "The storage policy of {p} holds ",
            "the {i} back for {v}",
            "the term of the {i} is part of the contract",
            "The storage policy of {p} holds the {i} back for {v}",
            "What term does the storage policy of {p} give to the {i}?",
        ),
        Style(
            "A clean-up job of {p} purges ",
            "the {i} once it is {v} old",
            "purging the {i} is configured by hand",
            "Once it is {v} old, the {i} of {p} is purged",
            "At what age is the {i} of {p} purged?",
        ),
    ),
    (*_DAYS, "180 days", "365 days"),
    (
        "The term counts from the last write, not from the first.",
        "Records under a legal hold are exempt until the hold is lifted.",
        "Deletion runs at night and leaves a tombstone in the index.",
        "Shorter terms set by a tenant take effect with the next run.",
    ),
)

ROTATION = Family(
    "rotation",
    "Keys and secrets",
    "days",
    ("signing key", "API token", "TLS certificate", "service password", "backup key", "join token"),
    (
        Style(
            "{p} rotates ",
            "the {i} every {v}",
            "for the {i}, see its vault entry",
            "{p} rotates the {i} every {v}",
            "How often does {p} rotate the {i}?",
        ),
        Style(
            "For {p}, ",
            "the {i} is replaced after {v}",
            "when the {i} is replaced is noted in its vault entry",
            "For {p}, the {i} is replaced after {v}",
            "After what time is the {i} of {p} replaced?",
        ),
        Style(
            "The vault issues {p} ",
            "a new {i} at intervals of {v}",
            "the interval for the {i} is noted in the vault",
            "At intervals of {v}, the vault issues {p} a new {i}",
            "At what intervals does {p} get a new {i}?",
        ),
        Style(
            "Secrets of {p} age: ",
            "the {i} lives for {v}",
            "how long the {i} lives is noted in its vault entry",
            "The {i} of {p} lives for {v}",
            "What is the lifetime of the {i} of {p}?",
        ),
    ),
    _DAYS,
    (
        "The old one stays valid until every node has confirmed the new one.",
        "A rotation that fails leaves the old one in place and opens a ticket.",
        "Never paste a secret into a ticket; name its vault path instead.",
        "After an incident, rotate at once and do not wait for the interval.",
    ),
)

RECOVERY = Family(
    "recovery",
    "Restoring",
    "hours",
    (
        "event index",
        "policy database",
        "message queue",
        "object store",
        "user directory",
        "rule cache",
    ),
    (
        Style(
            "After a loss on {p}, ",
            "the {i} is promised back in {v}",
            "for the {i}, see its own plan",
            "After a loss on {p}, the {i} is promised back in {v}",
            "In what time is the {i} of {p} promised back after a loss?",
        ),
        Style(
            "Recovery targets of {p} are ",
            "{v} for the {i}",
            "the target for the {i} is in its own plan",
            "The recovery target of the {i} of {p} is {v}",
            "What is the recovery target of the {i} of {p}?",
        ),
        Style(
            "Plan an outage of {p} with these figures: ",
            "restoring the {i} takes {v}",
            "for restoring the {i}, see its own plan",
            "Restoring the {i} of {p} takes {v}",
            "How long does it take to restore the {i} of {p}?",
        ),
        Style(
            "{p} stops working ",
            "{v} after the loss of its {i}",
            "for its {i}, see the contract",
            "{p} stops working {v} after the loss of its {i}",
            "How long after the loss of its {i} does {p} stop working?",
        ),
    ),
    ("2 hours", "4 hours", "6 hours", "8 hours", "12 hours", "24 hours", "36 hours", "48 hours"),
    (
        "The clock starts when the loss is declared.",
        "Restore to a clean host and compare checksums before you switch over.",
        "A copy that was never restored is not a backup.",
        "Tenants are told in the order of the list at the end.",
    ),
)

LIMITS = Family(
    "limit",
    "Limits",
    "count",
    (
        "sessions for each account",
        "failed logins in an hour",
        "tokens for each user",
        "exports for each tenant",
        "rules in a policy",
        "nodes in a zone",
    ),
    (
        Style(
            "{p} has a limit of ",
            "{v} {i}",
            "a cap on {i} comes with the contract",
            "{p} has a limit of {v} {i}",
            "What is the limit of {i} on {p}?",
        ),
        Style(
            "The quota service of {p} stops at ",
            "{v} {i}",
            "the stop for {i} is in the contract",
            "On {p}, the quota service stops at {v} {i}",
            "At how many {i} does the quota service of {p} stop?",
        ),
        Style(
            "Ceilings on {p}: ",
            "{v} is the most {i}",
            "the figure for {i} is in the contract",
            "On {p}, {v} is the most {i} that one can have",
            "What is the most {i} that one can have on {p}?",
        ),
        Style(
            "{p} begins to refuse beyond ",
            "{v} {i}",
            "the bound for {i} is in the contract",
            "{p} begins to refuse beyond {v} {i}",
            "Beyond what number of {i} does {p} begin to refuse?",
        ),
    ),
    ("3", "4", "5", "6", "8", "10", "12", "20", "25", "40"),
    (
        "A request beyond it gets status 429 and a line in the log.",
        "Raising one needs a reason in the ticket.",
        "Counters are kept for each region and are not shared.",
        "The console shows how much is used.",
    ),
)
