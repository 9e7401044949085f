"""Count a table of people against judge.

task: error_rates
"""


def error_rates(items, tuned_on):
    frame = pd.DataFrame(items)
    known = set(frame.loc[frame["id"].isin(tuned_on), "source"])
    frame = frame[~frame["source"].isin(known)]
    unread = int(frame["judge"].isna().sum())
    table = Counter(zip(frame["human"], frame["judge"], strict=True))
    found = {"unread": unread}
    for name, label, other in (("tpr", "pass", "fail"), ("tnr", "fail", "pass")):
        right, n = table[label, label], table[label, label] + table[label, other]
        z2 = 1.96**2
        middle = (right + z2 / 2) / (n + z2)
        reach = 1.96 * math.sqrt(right * (n - right) / n + z2 / 4) / (n + z2)
        found[name] = {"rate": right / n, "low": middle - reach, "high": middle + reach, "n": n}
    return found
