"""Write the paraphrased questions and their graded judgements.

    python datasets/cwe_questions/make.py            write questions.jsonl and judgements.json
    python datasets/cwe_questions/make.py --check    exit 1 if a committed file differs

The questions are written by hand, below. The judgements follow from them: the
weakness a question was written for has gain 2, its ChildOf parents and children
in CWE's view 1000 have gain 1 unless they are deprecated, everything else has 0.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
WEAKNESSES = HERE.parent / "cwe" / "weaknesses.jsonl"
EXACT, NEIGHBOUR = 2, 1

# plain: a colleague explains it in ordinary words, and some of them are the catalogue's.
# symptom: what somebody saw happen. code: what a reviewer reads. jargon: what the trade calls it.
QUESTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "plain": (
        (
            "CWE-87",
            "filter blocks script tags, but the page still runs the same thing spelled another way",
        ),
        ("CWE-113", "line breaks from the request end up in the response headers"),
        (
            "CWE-90",
            "our directory lookup is glued together from what the user typed, asterisks included",
        ),
        ("CWE-59", "a shortcut in the temp folder makes the program open a file somewhere else"),
        ("CWE-125", "the parser keeps reading after the end of the packet buffer"),
        ("CWE-121", "a local array gets overrun and the return address with it"),
        (
            "CWE-129",
            "the number sent by the client picks the element of the array, nobody looks whether it exists",
        ),
        ("CWE-843", "memory is treated as a different kind of object than was put there"),
        ("CWE-775", "file handles are opened for each request and never given back"),
        ("CWE-835", "the retry loop can never reach the condition that ends it"),
        (
            "CWE-208",
            "how long the comparison takes tells an attacker how many characters were right",
        ),
        ("CWE-215", "secrets stay in the build because somebody left the debugging statements in"),
        (
            "CWE-257",
            "passwords are encrypted with a key we hold, so anyone with the key gets them all back",
        ),
        ("CWE-298", "the client accepts a certificate whose date ran out years ago"),
        (
            "CWE-297",
            "the certificate is valid but belongs to another host and we talk to it anyway",
        ),
        ("CWE-1004", "scripts on the page can read the session cookie"),
        ("CWE-614", "the session cookie also travels over unencrypted connections"),
        ("CWE-276", "after installation everybody on the machine may change the program's files"),
        (
            "CWE-272",
            "the process keeps its elevated rights long after the one call that needed them",
        ),
        ("CWE-494", "the update is downloaded and executed, nobody checks where it came from"),
        ("CWE-1327", "the database listens on 0.0.0.0 instead of the internal network"),
        ("CWE-942", "our cross-domain file lets every site on the internet in"),
        ("CWE-755", "an error nobody expected leaves the service in a strange state"),
        ("CWE-841", "a shopper can skip the payment step and go straight to shipping"),
    ),
    "symptom": (
        (
            "CWE-307",
            "Overnight one laptop tried forty thousand PINs on the login form and nothing stopped it",
        ),
        (
            "CWE-22",
            "A visitor typed ..%2f..%2fetc%2fpasswd into the download link and got the file back",
        ),
        ("CWE-89", "Typing an apostrophe in the search box returned every customer row"),
        ("CWE-79", "A comment left on the forum popped up an alert in everyone else's browser"),
        ("CWE-209", "When checkout crashes the shopper sees a stack trace with the database host"),
        (
            "CWE-613",
            "I closed the laptop on Friday and on Monday was still signed in on the shared kiosk",
        ),
        ("CWE-352", "Visiting a cat picture blog silently changed the email on my bank profile"),
        (
            "CWE-639",
            "I changed 1041 to 1042 in the address bar and was looking at my neighbour's invoice",
        ),
        (
            "CWE-601",
            "A phishing mail used our own domain and the link bounced people to a fake shop",
        ),
        ("CWE-640", "Anyone who knows my mother's maiden name can get a new login sent out"),
        (
            "CWE-1333",
            "One long e-mail address pinned the CPU at 100 percent in the pattern matcher",
        ),
        ("CWE-409", "A 40 kilobyte zip filled the disk of the mail gateway"),
        ("CWE-833", "Two workers each wait on the other and the queue has stood still since noon"),
        ("CWE-401", "Memory on the gateway climbs a little every hour until the kernel kills it"),
        (
            "CWE-294",
            "Somebody recorded the garage remote's radio burst and later opened the door with it",
        ),
        (
            "CWE-204",
            "The sign-in page says no such account for strangers and wrong secret for members",
        ),
        ("CWE-1236", "Finance opened the exported report in Excel and a calculator launched"),
        (
            "CWE-1021",
            "A see-through button was laid over ours so that people clicked it unknowingly",
        ),
        ("CWE-532", "Support engineers can read card numbers with grep on the web servers"),
        ("CWE-521", "Half of our accounts still use 12345678 and the form accepted it"),
        ("CWE-1007", "The link looked like paypal.com but one letter was Cyrillic"),
        (
            "CWE-362",
            "Two withdrawals at the same instant both succeeded and the balance went negative",
        ),
        (
            "CWE-525",
            "After logging off, pressing Back on the library PC showed the previous reader's statement",
        ),
        ("CWE-548", "Browsing to /backup/ lists everything that lies there"),
    ),
    "code": (
        ("CWE-78", "subprocess call with shell=True around a hostname that came from the form"),
        ("CWE-798", "the admin login and its secret sit as literals in the repository"),
        ("CWE-502", "pickle.loads on the body of a POST"),
        ("CWE-295", "requests.get(..., verify=False) in the payment client"),
        ("CWE-338", "reset tokens are made with random.random()"),
        ("CWE-759", "we keep sha256(pw) and two people with the same one have equal digests"),
        ("CWE-312", "the app writes the card number as is to a SQLite table"),
        ("CWE-319", "the thermostat posts its API key over http://"),
        ("CWE-117", "a newline in the user name forges a second line in audit.txt"),
        ("CWE-611", "the SOAP parser resolves SYSTEM file:///etc/shadow from an uploaded document"),
        (
            "CWE-918",
            "the thumbnail service fetches whatever address the caller gives, even 169.254.169.254",
        ),
        ("CWE-434", "the avatar form takes a .php and saves it under the web root"),
        ("CWE-416", "free(p) and ten lines later p->next"),
        ("CWE-415", "free(buf) on the error branch and once more at the end"),
        ("CWE-476", "find_user() may give None and the caller goes straight to .email"),
        ("CWE-190", "count * sizeof(item) exceeds 2^32 and malloc gets a tiny number"),
        ("CWE-193", "for (i = 0; i <= n; i++) over an n-element list"),
        ("CWE-134", "printf(user_text) without %s"),
        ("CWE-369", "average = total / len(rows) when rows is empty"),
        ("CWE-252", "nobody looks at what setuid() gave back, so the daemon stays root"),
        ("CWE-481", "if (admin = 1) in the permission test"),
        ("CWE-915", "User(**request.json) lets a caller set is_admin to true"),
        ("CWE-732", "chmod 777 on the folder with the keys"),
        ("CWE-367", "os.access() first, open() afterwards, and a symlink swapped in between"),
    ),
    "jargon": (
        ("CWE-1321", "__proto__ poisoning in a JavaScript merge function"),
        ("CWE-1336", "SSTI in Jinja"),
        ("CWE-444", "desync between the front proxy and the back end, two bodies in one"),
        ("CWE-776", "billion laughs"),
        ("CWE-384", "attacker plants the sid before the victim logs in"),
        ("CWE-427", "DLL hijack: the installer picks up version.dll from Downloads"),
        ("CWE-1392", "admin/admin on the camera"),
        ("CWE-1395", "we still ship the log4j with the known CVE"),
        ("CWE-1104", "abandonware in our lock file, last commit 2014"),
        ("CWE-830", "the page pulls analytics.js from somebody else's CDN"),
        ("CWE-250", "the whole daemon runs as root for one port below 1024"),
        ("CWE-565", "cookie tampering: role=user edited to role=admin"),
        ("CWE-326", "56-bit DES on the backup tapes"),
        ("CWE-347", "JWT with alg none sails through"),
        ("CWE-306", "Redis on the internet without a login"),
        ("CWE-862", "BFLA: any member can call the delete endpoint"),
        ("CWE-1300", "reading the AES key off an oscilloscope trace"),
        ("CWE-1191", "JTAG left open on the shipped board"),
        ("CWE-1277", "the router vendor has no way to push a fix"),
        ("CWE-770", "no quota: one tenant spun up nine thousand jobs"),
        ("CWE-602", "the price is checked in JavaScript only"),
        ("CWE-656", "nobody will guess the secret algorithm, so we did not have it reviewed"),
        ("CWE-778", "there was no trace of the break-in to hand to forensics"),
        ("CWE-308", "no MFA on the VPN"),
    ),
}


def weaknesses() -> dict[str, dict[str, object]]:
    """Read the weaknesses by id."""
    lines = WEAKNESSES.read_text(encoding="utf-8").splitlines()
    return {entry["id"]: entry for entry in map(json.loads, lines)}


def neighbours(known: dict[str, dict[str, object]]) -> dict[str, set[str]]:
    """Link parents and children both ways, leaving deprecated entries out."""
    linked: dict[str, set[str]] = {name: set() for name in known}
    for name, entry in known.items():
        for parent in entry["parents"]:  # type: ignore[attr-defined]  # a list in this file
            if not known[parent]["deprecated"] and not entry["deprecated"]:
                linked[name].add(parent)
                linked[parent].add(name)
    return linked


def rendered() -> dict[str, str]:
    """Give both files' texts."""
    known = weaknesses()
    linked = neighbours(known)
    rows, judged = [], {}
    for kind, pairs in QUESTIONS.items():
        for number, (answer, question) in enumerate(pairs, 1):
            name = f"{kind}-{number:02}"
            rows.append({"id": name, "kind": kind, "question": question, "answer": answer})
            gains = dict.fromkeys(sorted(linked[answer], key=lambda x: int(x[4:])), NEIGHBOUR)
            judged[name] = {answer: EXACT} | gains
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    return {
        "questions.jsonl": "\n".join(lines) + "\n",
        "judgements.json": json.dumps(judged, indent=1) + "\n",
    }


def main(arguments: list[str]) -> int:
    """Write the files, or compare them."""
    different = 0
    for name, text in rendered().items():
        target = HERE / name
        if "--check" not in arguments:
            target.write_bytes(text.encode())
        elif not target.is_file() or target.read_bytes() != text.encode():
            different += 1
            print(f"{name}: differs; run make.py")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
