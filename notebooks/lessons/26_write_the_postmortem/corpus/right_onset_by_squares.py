"""Split where two means leave the least squared error, weighted by requests.

task: find_onset
"""


def find_onset(incident):
    asked, bad = total(incident, "requests").tolist(), total(incident, "bad").tolist()
    n, k = [0.0], [0.0]
    for a, b in zip(asked, bad, strict=True):
        n.append(n[-1] + a)
        k.append(k[-1] + b)
    best, onset = -1.0, 0
    for m in range(8, len(asked) - 6):
        explained = k[m] ** 2 / n[m] + (k[-1] - k[m]) ** 2 / (n[-1] - n[m])
        if explained > best:
            best, onset = explained, m
    return onset
