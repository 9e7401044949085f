"""Eight flaws of invented products, written for this course, and the frame around them.

`{...}` are drawn, `<<1>>...<</1>>` marks an answer. Identifiers look like CVE
numbers and are none: TWK is the invented vendor's own prefix.
"""

from __future__ import annotations

PRODUCTS: tuple[tuple[str, str, str], ...] = (
    ("Tarnwick Gate", "gate", "remote access"),
    ("Tarnwick Relay", "relay", "mail gateway"),
    ("Tarnwick Ledger", "ledger", "log store"),
    ("Tarnwick Latch", "latch", "identity service"),
    ("Tarnwick Quay", "quay", "image registry"),
    ("Tarnwick Buoy", "buoy", "endpoint agent"),
)

FRAME = """# Advisory {number}: {title} in {product}

Published {published}, last changed {changed}. Severity: {severity}.

## Summary

{summary}

## Affected versions

<<1>>| branch | affected | fixed in | support ends |
|---|---|---|---|<</1>>
{rows}

Versions before the oldest branch above were not tested and should be treated as affected.

## Impact

{impact}

## What to do

{remedy}

## How to find out whether it was used

{detection}

## Timeline

| date | what happened |
|---|---|
{timeline}
"""

FLAWS: tuple[dict[str, str], ...] = (
    {
        "title": "session tokens survive a logout",
        "severity": "high",
        "summary": "The service deletes the session cookie in the browser and leaves the session itself alive on the server. Whoever copied the token before the logout can go on using it until it expires.",
        "impact": "<<2>>An attacker needs a copy of the token, for instance from a shared machine or a proxy log; the flaw does not hand one out.<</2>> With it, they act as that user for up to {hours} hours. Actions that ask for the second factor again are not reachable.",
        "remedy": "Update to a fixed version. Where that has to wait, shorten the life of sessions:\n\n```yaml\n# /etc/{slug}/session.yaml\nsession:\n  absolute_lifetime: 30m\n  idle_lifetime: 5m\n```\n\n<<3>>The setting takes effect for new sessions only; restart the service once to end the ones that exist.<</3>>",
        "detection": "Look for requests with a session id that is younger in the request log than its logout event.\n\n```bash\n{slug}ctl audit --event logout --since 30d --join requests --after-logout\n```",
        "ask2": "What does the intruder need to have already to exploit the {product} logout issue?",
        "ask3": "After I lower the lifetime in {product}, are people who are signed in affected?",
    },
    {
        "title": "path traversal in the bundle import",
        "severity": "critical",
        "summary": "The importer joins the name of each archive member to its target folder without normalising it. A member called `../../etc/cron.d/x` is written where it says. Importing needs the role `operator`, which many installations give to their build system.",
        "impact": "<<2>>Files are written as the service account, so the reach is whatever that account may write: on a default installation the plug-in folder, and thereby code.<</2>> Reading is not affected.",
        "remedy": "Update to a fixed version. There is no setting that closes the hole. Until then take the import permission away:\n\n```bash\n# lists who may import, then removes it\n{slug}ctl roles show operator | grep import\n{slug}ctl roles edit operator --remove import\n```\n\n<<3>>Scheduled imports fail silently without the permission, so tell the owners of the schedules.<</3>>",
        "detection": "Compare the plug-in folder with the list in the release notes. A file that is on the disk and not in the list deserves a case.",
        "ask2": "How bad is the archive import hole of {product}, can it run code?",
        "ask3": "What breaks when the import right is withdrawn in {product}?",
    },
    {
        "title": "the update channel accepts an unsigned manifest",
        "severity": "critical",
        "summary": "When the signature file is missing the updater logs a warning and goes on. An attacker who can answer for the update host, by DNS or by a proxy, can install a version of their own.",
        "impact": "<<2>>The attacker must sit between the product and {name}; a firewall that pins the update host to its certificate prevents the attack.<</2>> Installed versions run with the product's own rights.",
        "remedy": "Update by hand from a verified download, since the channel itself is what cannot be trusted:\n\n```bash\ncurl -O https://{name}/{slug}/{fixed}.tar.gz\ncurl -O https://{name}/{slug}/{fixed}.tar.gz.sig\n\n# stop here unless this prints: Good signature\ngpg --verify {fixed}.tar.gz.sig\n```\n\n<<3>>Turn automatic updates off first, or the updater may replace the fixed version within {hours} hours.<</3>>",
        "detection": "Search the product's log for `manifest: no signature, continuing`. One line is enough to open a case.",
        "ask2": "What position on the network is required to abuse the {product} updater?",
        "ask3": "Why should automatic updating be disabled before patching {product}?",
    },
    {
        "title": "log injection through the host name field",
        "severity": "medium",
        "summary": "A host name with a line break in it is written to the audit log as two lines. The second line can be made to look like any event.",
        "impact": "<<2>>Nothing is disclosed and nothing runs, but an investigation that rests on the audit log alone can be led astray.<</2>> Copies that were shipped as JSON are not affected, since the break is escaped there.",
        "remedy": "Update to a fixed version, or switch the log to JSON now:\n\n```yaml\naudit:\n  format: json   # was: text\n  path: /var/log/{slug}/audit.json\n```\n\n<<3>>Parsers that expect the text format need the new field names; the old names stay available until {product} {next}.<</3>>",
        "detection": "Lines without a sequence number were not written by the product. Count them:\n\n```bash\ngrep -cv ' seq=[0-9]' /var/log/{slug}/audit.log\n```",
        "ask2": "Could someone run commands with the forged line problem in {product}?",
        "ask3": "What else must change when I move the audit trail of {product} to JSON?",
    },
    {
        "title": "a memory leak in the parser stops the service",
        "severity": "medium",
        "summary": "Each malformed header leaves about two kilobytes behind. A patient sender can use up the memory of a node in a day, and the node is then killed by its supervisor.",
        "impact": "<<2>>A node comes back by itself within a minute; the loss is what it had not yet written, at most {count} events.<</2>> Data at rest is not touched.",
        "remedy": "Update to a fixed version. Until then let the supervisor restart nodes at night, one by one:\n\n```ini\n[Service]\nMemoryMax=2G\nRuntimeMaxSec=20h\nRestart=always\n```\n\n<<3>>Stagger the restarts by {minutes} minutes so that two nodes are never away together.<</3>>",
        "detection": "The metric `parser_rejected_total` rises with the memory of the process. Either alone is normal.",
        "ask2": "How much data is lost when a node of {product} falls over?",
        "ask3": "How far apart should nightly restarts of {product} be?",
    },
    {
        "title": "default credentials on the maintenance port",
        "severity": "high",
        "summary": "Appliances that were set up from the image of {published} carry a maintenance account with a known password. The account is not listed in the user interface.",
        "impact": "<<2>>The port listens on the management network only; an installation that follows the deployment guide exposes it to administrators and nobody else.<</2>> Whoever reaches it can read the configuration, including hashed secrets.",
        "remedy": "Run the clean-up once on every node; an update does not remove the account:\n\n```bash\n# prints the account when it exists, and nothing when it does not\n{slug}ctl accounts list --hidden\n\n{slug}ctl accounts remove maint --hidden\n```\n\n<<3>>Rotate the node's own key afterwards: it could be read with the account.<</3>>",
        "detection": "Logins of `maint` are written to the local log, not to the central one. Look on the node itself.",
        "ask2": "Who can reach the hidden account on {product} in a normal installation?",
        "ask3": "Is deleting the maintenance user of {product} enough?",
    },
    {
        "title": "a race lets two writers share one lock",
        "severity": "low",
        "summary": "The lock file is tested and then created in two steps. Two processes that start in the same millisecond can both believe that they hold it.",
        "impact": "<<2>>The second writer overwrites the first one's index; nothing is disclosed, and a rebuild restores the index from the data.<</2>> It has been seen {count} times in the field, always after a restart of the whole cluster.",
        "remedy": 'Update to a fixed version, or start the nodes one after the other:\n\n```bash\nfor node in $(seq 1 {nodes}); do\n  {slug}ctl node start "$node"\n  sleep 5\ndone\n```\n\n<<3>>A rebuild of the index takes about {minutes} minutes for each hundred gigabytes and the service answers more slowly meanwhile.<</3>>',
        "detection": "The message `index generation went backwards` appears in the log of the second writer.",
        "ask2": "What is the consequence of the double lock defect in {product}?",
        "ask3": "How long does it take to rebuild the index of {product}?",
    },
    {
        "title": "single sign-on accepts an expired assertion",
        "severity": "high",
        "summary": "The clock tolerance is read in minutes and applied in hours. An assertion that should be refused after {minutes} minutes is accepted for {minutes} hours.",
        "impact": "<<2>>A recorded login can be replayed on the same day; the attacker needs a copy of the assertion, which travels through the browser.<</2>> Logins with a certificate are not affected.",
        "remedy": "Update to a fixed version, or set the tolerance to zero and synchronise the clocks:\n\n```yaml\nsso:\n  clock_tolerance: 0\n  require_one_time_use: true\n```\n\n<<3>>With tolerance zero, a node whose clock is off by a second refuses logins at random: check the time service first.<</3>>",
        "detection": "Compare the assertion's end with the time of the login; a difference above {minutes} minutes is a use of the flaw.",
        "ask2": "Can old logins be replayed against {product}?",
        "ask3": "Side effects of a zero time tolerance in {product}?",
    },
)
