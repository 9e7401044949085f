"""Ten runbooks, written for this course; `{...}` are drawn, `<<1>>...<</1>>` marks an answer.

The vendor (Tarnwick), its products, its tools and every host are invented;
addresses come from the ranges that RFC 5737 keeps for documentation.
"""

from __future__ import annotations

RUNBOOKS: tuple[tuple[str, str, dict[int, str]], ...] = (
    (
        "isolate_a_workstation",
        """# Runbook: Isolate a workstation

Owner: security operations. Last drill: {month} 2026.

## When to use this

Use this when Tarnwick Buoy raises a high alert on one laptop or desktop and the user did not start the program that raised it.
Do not use it for servers: a server that drops off the network takes its customers with it, and the on-call engineer decides.

## Steps

1. Read the alert and write the host's name and the process id into the case. <<1>>The agent keeps its event buffer for {hours} hours, so note the time before anything else.<</1>>

2. Put the host into the quarantine group. Traffic to the agent's own collector stays open; everything else is dropped.

```bash
# quarantine one host; the agent keeps talking to its collector
buoyctl group set --host {host} --group quarantine

buoyctl status --host {host} | grep -i isolation
```

3. Call the person who uses the machine. <<2>>Ask them to leave it switched on and closed: a shutdown loses what is in memory.<</2>>

4. Take a memory image before you kill anything. The image is about as large as the machine's memory and travels over the quarantine link, so it takes {minutes} minutes or more.

```bash
buoyctl collect memory --host {host} --case "$CASE" --out /evidence/$CASE.raw
sha256sum /evidence/$CASE.raw >> /evidence/$CASE.sums
```

5. End the process tree only after the checksum is in the case file.

## Verify

The host shows `isolation: on` and its last heartbeat is younger than two minutes.
From any other machine, a connection to {ip} must time out.

## If it does not work

<<3>>If the agent does not answer within five minutes, shut the switch port instead and note the port number in the case.<</3>>
Write down what you did and when.
""",
        {
            1: "How long does the endpoint agent hold on to events?",
            2: "Should the employee power off a suspect laptop?",
            3: "What do I do when the quarantine command gets no reply?",
        },
    ),
    (
        "rotate_a_leaked_key",
        """# Runbook: Rotate a leaked API key

Owner: platform security. Last drill: {month} 2026.

## When to use this

Use this when a live credential of ours appears in a repository, a paste, a ticket or a chat.
Treat it as used: automated scanners find a key in public code within minutes.

## Steps

1. Find out which service the key opens. The first four characters name it.

```text
1. tgk_  Tarnwick Gate, remote access
2. tlk_  Tarnwick Ledger, log store
3. tqk_  Tarnwick Quay, image registry
```

2. Make the new key first, and put it where the service reads it. <<1>>Revoking before the new key is deployed is the commonest cause of an outage in this procedure.<</1>>

```bash
# 1. make a second key beside the old one
latch keys create --service {service} --expires {days}d > /run/newkey

# 2. hand it to the service, without it ever reaching the shell history
latch secrets put --service {service} --from-file /run/newkey
shred -u /run/newkey
```

3. Wait until the old key has been idle for ten minutes.

```bash
latch keys usage --service {service} --last 10m | awk '$3 > 0'
```

4. Revoke the old key. <<2>>Revocation reaches every region within {minutes} minutes; until then the old key still opens the door.<</2>>

5. Search the audit trail for every call the old key made since the leak, and give the list to the owner of the data.

## Verify

A call with the old key is answered with 401 and a call with the new one with 200.
Write down what you did and when.

## If it does not work

<<3>>If a service still uses the old key after an hour, page its owner and keep both keys alive no longer than {hours} hours.<</3>>
""",
        {
            1: "Which order avoids downtime when a credential has been exposed?",
            2: "How soon after revocation is a leaked secret dead everywhere?",
            3: "How long may two credentials live side by side?",
        },
    ),
    (
        "purge_a_phishing_mail",
        """# Runbook: Purge a phishing mail

Owner: messaging. Last drill: {month} 2026.

## When to use this

Use this when at least one colleague reported a message and an analyst confirmed it as phishing.

## Steps

1. Open the reported message in Tarnwick Relay and copy its Message-ID. Subjects and senders are forged too easily to search by.

2. Count the recipients before you delete. <<1>>More than {count} mailboxes need a second analyst's approval in the case.<</1>>

```bash
relayctl search --message-id "$MID" --since 14d --count
relayctl search --message-id "$MID" --since 14d --clicked | tee clicked.txt
```

3. Remove the message. A soft delete moves it to a hidden folder for {days} days and can be undone; a hard delete cannot.

```bash
# soft delete: reversible, and the default
relayctl purge --message-id "$MID" --soft

# never use --hard without a written order from legal
```

4. For everyone in `clicked.txt`, end the sessions and ask for a new password. <<2>>A password change alone is not enough: the page may have stolen a session, and sessions survive a password change unless they are ended.<</2>>

5. Block the link's domain at the resolver, not its address. The address is shared hosting more often than not, and a block on it breaks other people's sites.

## Verify

A second search for the Message-ID returns zero messages outside the hidden folder.
Write down what you did and when.

## If it does not work

<<3>>Messages that users forwarded have a new Message-ID: search for the link's path instead and repeat from step 2.<</3>>
""",
        {
            1: "When does removing mail from many people need a second approver?",
            2: "Is resetting credentials sufficient for those who followed the bait link?",
            3: "Why are forwarded copies missed and how do I catch them?",
        },
    ),
    (
        "restore_log_ingestion",
        """# Runbook: Restore log ingestion

Owner: detection engineering. Last drill: {month} 2026.

## When to use this

Use this when Tarnwick Ledger shows a source that has been silent for longer than its limit.
A silent source looks exactly like a quiet day, so the alert is the only sign.

## Steps

1. See whether one source is silent or a whole forwarder. One source points to the machine; a forwarder points to its disk or its certificate.

```bash
ledger sources --silent-for 15m --group-by forwarder
```

2. Look at the forwarder's spool. <<1>>When the spool is above {percent} percent, the forwarder drops the newest events first and keeps the oldest.<</1>>

```bash
ssh {host} 'df -h /var/spool/ledger | tail -1'

# what is waiting, by age
ssh {host} 'ls -tr /var/spool/ledger | head -3'
```

3. If the spool is full, free space by moving, never by deleting. The files are evidence until someone says otherwise.

4. If the certificate expired, renew it and restart only the sender.

```bash
ssh {host} 'ledger-forward cert renew && systemctl restart ledger-forward-send'
```

5. Replay the spool. <<2>>Events keep their own time stamps on replay, so detections that look at the last {minutes} minutes will not see them: run the catch-up search by hand.<</2>>

## Verify

The source is green and the count per minute is within a third of the same hour last week.
Write down what you did and when.

## If it does not work

<<3>>Open a gap record with start, end and source; the gap record is what an auditor will ask for.<</3>>
""",
        {
            1: "Which events are lost first if the forwarder's disk fills up?",
            2: "Why do alerts stay quiet about data that was sent late?",
            3: "What must be documented for audit if telemetry cannot be recovered?",
        },
    ),
    (
        "renew_a_certificate",
        """# Runbook: Renew a certificate before it expires

Owner: platform security. Last drill: {month} 2026.

## When to use this

Use this when the certificate watch reports fewer than {days} days for a name that the automatic renewal does not cover.

## Steps

1. Find every place that serves the name. A load balancer, a mail server and a forgotten test machine may all hold a copy.

```bash
for ip in $(dig +short {name}); do
  echo | openssl s_client -connect "$ip:443" -servername {name} 2>/dev/null \\
    | openssl x509 -noout -enddate
done
```

2. Make a new private key. <<1>>Do not sign the old key again: a key that was copied once would stay useful to whoever has it.<</1>>

```bash
openssl req -new -newkey rsa:3072 -nodes \\
  -keyout /run/{name}.key -out /run/{name}.csr -subj "/CN={name}"
```

3. Have it signed by the internal authority, and read the result before you install it. Look at three things: the names, the dates, the chain.

4. Install on one node, test from outside, then on the others. <<2>>Leave {minutes} minutes between nodes, since clients keep old sessions and errors show late.<</2>>

5. Put the name under automatic renewal so that this page is not needed for it again.

## Verify

Every address in step 1 shows the new end date.
Write down what you did and when.

## If it does not work

<<3>>If clients complain about an unknown issuer, the intermediate is missing from the bundle: append it after the leaf and reload.<</3>>
""",
        {
            1: "May the existing private key be reused for renewal?",
            2: "What pause is wanted between servers while rolling out TLS material?",
            3: "Browsers say the authority is not trusted after the change, what is wrong?",
        },
    ),
    (
        "stop_a_password_spray",
        """# Runbook: Stop a password spray on remote access

Owner: identity. Last drill: {month} 2026.

## When to use this

Use this when Tarnwick Gate sees failed logins for more than {count} different accounts from one network within an hour.
One account with many failures is a forgotten password. Many accounts with one failure each is a spray.

## Steps

1. Separate the two with a count of accounts by source network.

```sql
SELECT source_net, count(DISTINCT account) AS accounts, count(*) AS tries
FROM gate_auth
WHERE outcome = 'failed' AND at > now() - interval '1 hour'
GROUP BY source_net
HAVING count(DISTINCT account) > {count};
```

2. Look for successes from the same network before you block it. <<1>>A single success among the failures matters more than all the failures together.<</1>>

```bash
gatectl auth list --net {net} --outcome success --since 24h
```

3. Raise the challenge level for the network instead of blocking it outright, unless nobody of ours is behind it. <<2>>A block tells the attacker to move to the next network; a challenge costs them time and tells you where they are.<</2>>

4. For each account with a success: end its sessions, reset its second factor, and call its owner on a number from the directory, never one from the ticket.

5. Add the tried account names to the watch list for {days} days.

## Verify

The number of accounts tried per hour falls below ten.
Write down what you did and when.

## If it does not work

<<3>>If the spray comes from hundreds of networks at once, turn on the allow list of countries and tell the service desk first.<</3>>
""",
        {
            1: "What is the most important thing to look for during a wave of bad logins?",
            2: "Why not simply drop the hostile range?",
            3: "The attempts are coming from everywhere at once, now what?",
        },
    ),
    (
        "pull_a_bad_image",
        """# Runbook: Pull a malicious container image

Owner: platform security. Last drill: {month} 2026.

## When to use this

Use this when the scanner of Tarnwick Quay marks an image that is already running.

## Steps

1. Note the digest, not the tag. A tag can point somewhere else by the time you read it.

```bash
quay digest registry.example.com/{image}:latest
```

2. Block the digest in the registry so that nothing new starts from it.

```bash
# the block is by digest and covers every tag that points to it
quay block --digest "$DIGEST" --reason "$CASE"

quay who-runs --digest "$DIGEST" > running.txt
```

3. Cordon each node in `running.txt`, then keep one pod for evidence. <<1>>Freeze the evidence pod by removing its labels: the service stops sending it traffic and nobody restarts it.<</1>>

4. Delete the other pods and let the previous digest come up. <<2>>Roll back to the last digest that was signed, not to the last one that worked.<</2>>

5. Rotate every secret that was mounted into the image, in the order of what it opens. The longest acceptable time is {hours} hours from step 1.

## Verify

`quay who-runs` lists one pod, the frozen one.
Write down what you did and when.

## If it does not work

<<3>>If the build system keeps publishing the same content under new digests, suspend the pipeline's signing key.<</3>>
""",
        {
            1: "How do I keep a compromised pod around to examine it?",
            2: "Which earlier build is the right one to go back to?",
            3: "Bad content keeps reappearing after each build, how is that stopped?",
        },
    ),
    (
        "contain_file_encryption",
        """# Runbook: Contain mass encryption on a file share

Owner: security operations. Last drill: {month} 2026.

## When to use this

Use this when the share's canary file changes or more than {count} files a minute get a new extension.

## Steps

1. Take the share offline for writing. Reading stays on so that people can copy what they need.

```bash
sharectl mode --share {share} --read-only
```

2. Find the session that writes. The file server knows the account and the address; the files themselves do not.

```bash
sharectl sessions --share {share} --sort writes | head -5

# the same by process, on the machine that holds the session
buoyctl top-writers --host {host} --minutes 10
```

3. Isolate that machine with the workstation runbook, even if it is a server this time. <<1>>Here the loss grows with every minute, so the duty manager's approval may follow within {minutes} minutes instead of coming first.<</1>>

4. Stop the snapshot schedule. <<2>>The schedule deletes the oldest copy for each new one, and every new one now holds scrambled files.<</2>>

5. Compare the newest clean snapshot with the share and list the difference for the owners.

## Verify

No file changed in the last fifteen minutes and the snapshot list has stopped moving.
Write down what you did and when.

## If it does not work

<<3>>If writes go on from a second session, disconnect the file server from the network and accept the outage.<</3>>
""",
        {
            1: "Who has to agree before a server is cut off during ransomware?",
            2: "Why should backups of the share be paused at once?",
            3: "Damage continues after the first machine is gone, what next?",
        },
    ),
    (
        "trace_dns_tunnelling",
        """# Runbook: Trace DNS tunnelling

Owner: detection engineering. Last drill: {month} 2026.

## When to use this

Use this when one host asks for more than {count} different names under one domain within ten minutes.
Some honest products do this too: content networks, mail filters and the update service of Tarnwick Buoy.

## Steps

1. Measure the names. <<1>>Honest names repeat; tunnelled names are long, look random and are almost never asked twice.<</1>>

```python
# share of names that were asked once, and their mean length
names = [row["qname"] for row in rows]
once = sum(names.count(name) == 1 for name in set(names))
print(once / len(set(names)), sum(map(len, names)) / len(names))
```

2. Find the process behind the questions. The resolver only sees the host.

```bash
buoyctl dns --host {host} --domain {name} --by process
```

3. Answer the domain with an address of ours instead of blocking it. <<2>>A sinkhole keeps the client talking, so its next step becomes visible; a refusal makes it change the domain.<</2>>

4. Estimate what left: number of names times the mean length of the first label, times five eighths for base32.

5. Decide with the owner of the data whether the estimate needs a report. The legal limit is {hours} hours from the moment you were reasonably sure.

## Verify

The sinkhole sees the host and nothing reaches the real name server.
Write down what you did and when.

## If it does not work

<<3>>If the host uses an encrypted resolver outside, block that resolver's addresses at the edge first.<</3>>
""",
        {
            1: "How can I tell exfiltration over name lookups from normal traffic?",
            2: "Sinkhole or block, and why?",
            3: "The machine bypasses our resolver with DoH, what then?",
        },
    ),
    (
        "handle_a_lost_laptop",
        """# Runbook: Handle a lost or stolen laptop

Owner: service desk. Last drill: {month} 2026.

## When to use this

Use this when a colleague reports a machine missing, or when a machine has not been seen for {days} days and nobody can say where it is.

## Steps

1. Ask three questions and write the answers down: was it locked, was it on, what was open.

2. Confirm that the disk was encrypted. <<1>>Encryption counts only if the machine was off or hibernating; a sleeping laptop has the key in memory.<</1>>

```bash
buoyctl inventory --host {host} --fields disk_encryption,last_seen,power_state
```

3. End the person's sessions and revoke the device's certificate. A password change comes third, because it is the slowest.

```bash
latch sessions end --user {user}
latch devices revoke --host {host}
```

4. Send the lock order. <<2>>Prefer a lock to a wipe for the first {hours} hours: a wiped machine cannot tell us where it is.<</2>>

5. Tell the privacy officer what data the machine held, with the answer to step 2.

## Verify

The device shows as revoked and the user can log in on the spare.
Write down what you did and when.

## If it does not work

<<3>>If the machine comes back, do not hand it to its owner: it goes to forensics with the seal number in the case.<</3>>
""",
        {
            1: "Does full-disk protection help if the stolen notebook was asleep?",
            2: "Erase or lock first when a device is missing?",
            3: "Somebody found the missing device, may they use it again?",
        },
    ),
)
