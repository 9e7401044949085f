"""Take the first minute after which eight of ten reported minutes lie clearly above the usual.

task: find_onset
"""


def find_onset(incident):
    share = (total(incident, "bad") / total(incident, "requests")).dropna()
    usual, late = share[:30].median(), share[-20:].median()
    high = share > usual + 0.25 * (late - usual)
    for place in range(len(share) - 10):
        if high.iloc[place] and high.iloc[place : place + 10].sum() >= 8:
            return int(share.index[place])
    raise ValueError("nothing rose")
