"""List the statements that would support the claim, and look whether the nearest is among them.

task: detect_unsupported
"""


def agrees(claim, statement):
    said, held = normal(claim), normal(statement)
    values, known = VALUE.findall(said), VALUE.findall(held)
    no, other = (not NOT.isdisjoint(WORD.findall(text)) for text in (said, held))
    versions = [version(v) for v in values if v.count(".") == 2]
    if versions:
        borders = [version(v) for v in known if v.count(".") == 2]
        if len(borders) < 3:
            return False
        if len(versions) == 2:
            return versions == borders[:2]
        if any(word in said for word in ("fix", "gone", "repair", "cure")):
            return versions[0] == borders[2]
        return (borders[0] <= versions[0] <= borders[1]) != no
    if values:
        return all(value in known for value in values)
    names = NAME.findall(statement)
    return any(name in claim for name in names) if names else no == other


def detect_unsupported(claims, passages):
    result = []
    for claim, passage in zip(claims, passages, strict=True):
        able = [s for s in statements(passage)[:-1] if agrees(claim, s)]
        result.append(0.1 if nearest(claim, passage) in able else 0.9)
    return result
