"""Recognise the forms by regular expressions.

task: next_wait
"""

import re
from calendar import timegm
from time import strptime

NUMBER = re.compile(r"\d+(\.\d*)?")


def next_wait(failed, headers, now, deadline, draw):
    if failed > 3:
        return None
    ms, written = headers.get("retry-after-ms", ""), headers.get("retry-after", "")
    asked = 0
    if NUMBER.fullmatch(ms):
        asked = float(ms) / 1000
    elif NUMBER.fullmatch(written):
        asked = float(written)
    elif written.endswith("GMT"):
        asked = max(0, timegm(strptime(written, "%a, %d %b %Y %H:%M:%S GMT")) - now)
    due = now + asked + draw * (1, 2, 3)[failed - 1]
    return due - now if due + 1 <= deadline else None
