"""What runbooks state about a product, and how."""

from __future__ import annotations

from autograder.scenarios.corpus.family import Family, Style

__all__ = ["RUNBOOK", "STANDARD"]

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

PORTS = Family(
    "port",
    "Network",
    "port",
    (
        "admin console",
        "agent channel",
        "health probe",
        "replication link",
        "log export",
        "metrics page",
    ),
    (
        Style(
            "{p} serves ",
            "the {i} on TCP port {v}",
            "the {i} gets its port from the site's plan",
            "{p} serves the {i} on TCP port {v}",
            "On which TCP port does {p} serve the {i}?",
        ),
        Style(
            "In the default profile of {p}, ",
            "the {i} listens on port {v}",
            "for the {i}, see the profile itself",
            "In the default profile of {p}, the {i} listens on port {v}",
            "Where does the {i} of {p} listen in the default profile?",
        ),
        Style(
            "Firewalls in front of {p} let through ",
            "{v} for the {i}",
            "the rule for the {i} is in the plan of the site",
            "Firewalls in front of {p} let through {v} for the {i}",
            "What must firewalls in front of {p} let through for the {i}?",
        ),
        Style(
            "{p} binds these sockets: ",
            "{v} belongs to the {i}",
            "the socket of the {i} is noted at installation",
            "Socket {v} of {p} belongs to the {i}",
            "Which socket of {p} belongs to the {i}?",
        ),
    ),
    ("8443", "7014", "9117", "4531", "6622", "5940", "8181", "7707", "9860", "4816"),
    (
        "All of them expect a client certificate.",
        "None of them may be reachable from the internet.",
        "A changed port takes effect after a restart of the listener.",
        "Addresses are bound per interface, so check the interface as well.",
    ),
)

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

RUNBOOK = (
    RETENTION,
    ROTATION,
    PORTS,
    ESCALATION,
    OWNERS,
    APPROVALS,
    LIMITS,
    RECOVERY,
    DUE,
)

# Ports that IANA has assigned to these services (service names registry). One document of a
# world states some of them: what it leaves out is true in the world, and not in the sources.
_KNOWN = {
    "syslog over TLS": "6514",
    "LDAP over TLS": "636",
    "DNS over TLS": "853",
    "IMAP over TLS": "993",
    "MQTT over TLS": "8883",
    "Kerberos": "88",
    "SSH": "22",
    "SNMP trap delivery": "162",
    "NETCONF over SSH": "830",
    "RADIUS accounting": "1813",
}
STANDARD = Family(
    "standard port",
    "Standard services",
    "port",
    tuple(_KNOWN),
    (
        Style(
            "Of the standard services, ",
            "{i} uses port {v}",
            "{i} is opened on request",
            "Among the standard services, {i} uses port {v}",
            "Which port does {i} use?",
        ),
        Style(
            "Assigned ports stay as they are: ",
            "{v} is for {i}",
            "{i} is filtered until somebody needs it",
            "The assigned port of {i} is {v}",
            "What is the assigned port of {i}?",
        ),
        Style(
            "The template knows well-known ports: ",
            "{i} has {v}",
            "{i} is left to the site",
            "As a well-known port, {i} has {v}",
            "What well-known port does {i} have?",
        ),
        Style(
            "Common services keep their numbers: ",
            "{v} means {i}",
            "{i} is blocked by the template",
            "Port number {v} commonly means {i}",
            "What number does {i} commonly have?",
        ),
    ),
    (),
    (
        "Anything else goes through the proxy.",
        "The template is applied by the firewall team.",
        "Requests for more are decided on Tuesdays.",
        "Every rule carries an owner and an end.",
    ),
    _KNOWN,
)
