"""Six reference documents around tables, written for this course; rows are drawn by make.py."""

from __future__ import annotations

from random import Random

REFERENCES: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    # slug, title, paragraph before the tables, paragraph after each, captions
    (
        "log_sources",
        "Log sources and how long we keep them",
        "Every source has an owner who answers when it falls silent. Retention is set by the strictest rule that applies to the data, not by what storage costs. A source that is not listed here is not collected, whatever an old slide says.",
        "The silence limit is the time after which the absence of events raises an alert. It is four times the longest gap of a normal night.",
        ("sources on servers", "sources on the network"),
    ),
    (
        "network_flows",
        "Permitted network flows",
        "What is not in these tables is dropped at the edge and logged. A flow is written from the side that opens the connection. Ask for a new one with the form and allow two working days; the emergency path is the on-call engineer and ends by itself after a day.",
        "Ports above 1024 on the left side are left out, since the client chooses them. An asterisk means any address inside the segment.",
        ("flows into production", "flows out of production"),
    ),
    (
        "severity_and_response",
        "Severity levels and response times",
        "The level is set by the analyst who opens the case and can be raised by anybody, lowered only by the duty manager. Times run from the alert, around the clock for the first two levels and in office hours for the others.",
        "A time that was missed is written into the case with its reason. It is not an accusation: the figures decide about staffing.",
        ("response by level", "who is told, and when"),
    ),
    (
        "service_accounts",
        "Service accounts",
        "A service account belongs to one service and one team. It may not be used by a person, and an interactive login with one raises an alert. Secrets rotate by themselves; an account with `manual` in the last column has a ticket that says why.",
        "Scopes are written as resource and verb. An account with two verbs on one resource is listed twice.",
        ("accounts of the platform", "accounts of the security tools"),
    ),
    (
        "error_codes",
        "Error codes of the Tarnwick products",
        "Codes are the same in all products and appear in the log, in the API and on the screen. The first digit names the part: 1 is the network, 2 the identity service, 3 storage, 4 the licence. A code that is not listed comes from a plug-in, whose maker has to explain it.",
        "Retry means that the same call may be sent again as it is. Where it says no, the call has to change first.",
        ("network and identity", "storage and licence"),
    ),
    (
        "support_dates",
        "Support dates and upgrade paths",
        "A branch gets fixes for {months} months from its first release and security fixes for six more. Upgrades skip at most one branch; a longer jump has to stop on the way. Dates move only forward, and a change is announced ninety days ahead.",
        "The stop column names the branch to upgrade to first on the way to the newest. A dash means that the step can be made directly.",
        ("remote access, mail and identity", "log store, registry and agent"),
    ),
)

_HOSTS = ("edge", "core", "mail", "build", "vault", "web", "index", "queue", "backup", "jump")
_TEAMS = ("identity", "platform", "messaging", "detection", "service desk", "data")


def table(slug: str, which: int, draw: Random) -> tuple[list[str], list[list[str]], str]:
    """Draw one table: its header, its rows (first cells differ), and a question about `{0}`."""
    count = draw.randint(7, 11)
    hosts = [f"{a}-{b:02}" for a, b in zip(draw.choices(_HOSTS, k=60), range(1, 61), strict=True)]
    if slug == "log_sources":
        kinds = draw.sample(
            [
                "sshd",
                "sudo",
                "auditd",
                "cron",
                "postfix",
                "nginx access",
                "nginx error",
                "kernel",
                "vault audit",
                "container runtime",
                "resolver",
                "proxy",
                "firewall accept",
                "firewall drop",
                "netflow",
                "dhcp",
                "vpn session",
                "wireless",
            ],
            count,
        )
        rows = [
            [
                kind,
                draw.choice(_TEAMS),
                f"{draw.choice((30, 90, 180, 365, 400))} days",
                f"{draw.choice((5, 15, 30, 60, 120))} min",
            ]
            for kind in kinds
        ]
        return (
            ["source", "owner", "kept for", "silence limit"],
            rows,
            "How long are {0} events stored?",
        )
    if slug == "network_flows":
        rows = [
            [
                host,
                draw.choice(("ledger", "latch", "quay", "relay", "resolver", "time")),
                f"tcp/{draw.choice((22, 53, 123, 389, 443, 514, 636, 5432, 6514, 8443))}",
                f"NF-{draw.randint(1000, 9999)}",
            ]
            for host in hosts[20 * which : 20 * which + count]
        ]
        return ["from", "to", "port", "approved in"], rows, "What may {0} connect to?"
    if slug == "severity_and_response":
        names = ("critical", "high", "elevated", "moderate", "low", "informational", "drill")
        first, whole = draw.choice((5, 10, 15)), draw.choice((2, 3, 4))
        rows = [
            [
                name,
                f"{first * (step + 1)} min",
                f"{whole * (step + 1)} h",
                draw.choice(("duty manager", "privacy officer", "team lead", "nobody")),
            ]
            for step, name in enumerate(names)
        ]
        last = "told" if which else "approves"
        return ["level", "first answer", "contained", last], rows, "Targets for a {0} case?"
    if slug == "service_accounts":
        accounts = draw.sample(
            [
                f"svc-{a}-{b}"
                for a in ("deploy", "scan", "index", "mail", "sync", "report", "backup")
                for b in ("read", "write", "admin")
            ],
            count,
        )
        rows = [
            [
                f"{name}-{which + 1}",
                draw.choice(_TEAMS),
                f"{draw.choice(('logs', 'keys', 'images', 'users'))}:{draw.choice(('get', 'put', 'list'))}",
                draw.choice(("30 days", "90 days", "manual")),
            ]
            for name in accounts
        ]
        return ["account", "team", "scope", "rotates"], rows, "Which team owns {0}?"
    if slug == "error_codes":
        digits = (1, 2) if which == 0 else (3, 4)
        codes = sorted(draw.sample([f"E{a}{b:02}" for a in digits for b in range(1, 40)], count))
        texts = draw.sample(
            [
                "peer closed early",
                "name did not resolve",
                "clock too far off",
                "token expired",
                "token not yet valid",
                "scope too small",
                "quota used up",
                "disk read-only",
                "index locked",
                "seat limit reached",
                "checksum differs",
                "unknown branch",
                "certificate not trusted",
            ],
            count,
        )
        rows = [
            [
                code,
                text,
                draw.choice(("yes", "no", "after a minute")),
                draw.choice(("wait", "renew", "ask the owner", "free space", "open a case")),
            ]
            for code, text in zip(codes, texts, strict=True)
        ]
        return ["code", "meaning", "retry", "then"], rows, "What should I do about {0}?"
    products = ("gate", "relay", "latch") if which == 0 else ("ledger", "quay", "buoy")
    branches = [
        f"{name} {major}.{minor}" for name in products for major in (5, 6) for minor in (0, 1)
    ]
    stops = {"5.0": "5.1", "5.1": "6.0", "6.0": "-", "6.1": "-"}
    rows = []
    for branch in sorted(draw.sample(branches, min(count, len(branches)))):
        month, day = draw.randint(1, 6), draw.randint(1, 28)
        rows.append(
            [
                branch,
                f"2026-{month:02}-{day:02}",
                f"2026-{month + 6:02}-{day:02}",
                stops[branch[-3:]],
            ]
        )
    return (
        ["branch", "fixes until", "security until", "stop"],
        rows,
        "When does {0} stop getting patches?",
    )
