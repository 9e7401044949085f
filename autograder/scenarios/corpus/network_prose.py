"""What runbooks state about ports, and how."""

from __future__ import annotations

from autograder.scenarios.corpus.family import Family, Style

__all__ = ["PORTS", "STANDARD"]

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
