"""Names of vendors, products and people, all invented."""

from __future__ import annotations

__all__ = [
    "COMPLAINTS",
    "CUSTOMERS",
    "FAMILY_NAMES",
    "FILLERS",
    "FLAWS",
    "GIVEN_NAMES",
    "PRODUCTS",
    "STREETS",
    "VENDORS",
]

# A vendor and the prefix of its own advisory numbers: nothing that looks like a CVE id.
VENDORS = (
    ("Quillhaven", "QHA"),
    ("Brackenmoor", "BMA"),
    ("Ostermark", "OMA"),
    ("Tollgrave", "TGA"),
    ("Wexmarrow", "WMA"),
    ("Fennimere", "FMA"),
    ("Corvanhall", "CHA"),
    ("Duskerrow", "DRA"),
)
PRODUCTS = (
    "Sluice",
    "Cairn",
    "Lantern",
    "Girder",
    "Thicket",
    "Ferry",
    "Anvil",
    "Heron",
    "Pylon",
    "Quarry",
    "Tiller",
    "Wicket",
    "Bellows",
    "Cistern",
    "Dovecote",
    "Gantry",
    "Kiln",
    "Lattice",
    "Mallow",
    "Oxbow",
    "Parapet",
    "Spindle",
    "Trellis",
    "Viaduct",
)
GIVEN_NAMES = (
    "Ada",
    "Bruno",
    "Celeste",
    "Dario",
    "Edda",
    "Fenna",
    "Goran",
    "Hilde",
    "Ivo",
    "Jorun",
    "Kasimir",
    "Liv",
    "Malin",
    "Nestor",
    "Oriel",
    "Petra",
    "Ruben",
    "Sanna",
    "Tibor",
    "Wanda",
)
FAMILY_NAMES = (
    "Ashgrove",
    "Bellweather",
    "Crowhurst",
    "Dunmallow",
    "Eastlake",
    "Farthing",
    "Greywater",
    "Holloway",
    "Inglenook",
    "Kettlewell",
    "Larkspur",
    "Merrow",
    "Netherby",
    "Oakhanger",
    "Pennyfeather",
    "Quillfeather",
    "Rookwood",
    "Stillwater",
    "Thornbury",
    "Winterbourne",
)
CUSTOMERS = (
    "Marrowbone Ferries",
    "Saltpan Insurance",
    "Twelve Oaks Clinic",
    "Nimbus Row Bakeries",
    "Copper Lane Schools",
    "Greenfold Savings",
    "Harbour Six Logistics",
    "Pinfold Water",
)
STREETS = ("Old Rope Walk", "Chandler's Row", "Mill Pond Lane", "Fuller's Yard", "Beacon Steps")
FLAWS = (
    "session tokens survive a logout",
    "path traversal in the bundle import",
    "an unsigned manifest is accepted",
    "log injection through the host name",
    "a memory leak in the header parser",
    "default credentials on the maintenance port",
    "a race lets two writers share one lock",
    "a template is evaluated twice",
    "a redirect leaks the access token",
    "the restore command ignores permissions",
    "certificate names are compared by prefix",
    "an export holds deleted rows",
)
COMPLAINTS = (
    "agents stop reporting after the update",
    "the console asks for a password twice",
    "alerts arrive an hour late",
    "an export ends in the middle of a row",
    "the second node never becomes ready",
    "a rule fires for the wrong tenant",
    "the dashboard shows last week",
    "searches time out in the morning",
)
FILLERS = {
    "runbook": (
        "Read the whole page before you begin. If a step does not do what it says, stop there "
        "and call the owner; do not try the next one.",
        "Work from the bastion host and keep the session recording on. Notes go into the case, "
        "never into a private file.",
        "Check the health page first: a node that is catching up looks like a node that has "
        "failed, and restarting it makes things worse.",
        "If two people are on the case, one types and the other reads the commands aloud.",
        "When you are done, compare the configuration with the one in the repository and attach "
        "the difference to the case.",
    ),
    "advisory": (
        "This advisory is also published in machine-readable form. Where the two differ, the "
        "machine-readable copy is wrong and this text holds.",
        "Updates are signed. Verify the signature on another machine than the one you update.",
        "If an update has to wait, restrict the management network to the bastion host and "
        "watch the audit log for the pattern in the appendix.",
        "We thank the person who reported this and agreed to wait for the fix.",
        "Customers with a support contract may ask for help with the update at any hour.",
    ),
    "ticket": (
        "The customer could reproduce it on a second machine. A restart helped for a short while.",
        "We asked for the diagnostic bundle and for the time of the last change.",
        "No data was lost as far as anybody can tell. The customer agreed to close the case.",
        "The behaviour is described in the manual, though not where one would look for it.",
        "The same symptom was reported by another customer and had another cause.",
    ),
}
