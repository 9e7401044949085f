"""Put revisions and names into the key, so that an old entry is simply never found.

task: serve_from_cache
"""


def serve_from_cache(
    requests: list[dict[str, Any]], updates: list[dict[str, str]], scopes: dict[str, str]
) -> dict[str, str]:
    changed: dict[str, list[str]] = defaultdict(list)
    for update in updates:
        changed[update["document"]].append(update["at"])
    books: dict[tuple[Any, ...], list[tuple[np.ndarray, str]]] = defaultdict(list)
    hits = {}
    for r in requests:
        revisions = tuple(sum(at <= r["at"] for at in changed[doc]) for doc in r["reads"])
        owner = r[scopes[r["feature"]]]
        names = tuple(NAME.findall(r["text"]))
        key = (r["feature"], owner, r["model"], r["version"], tuple(r["reads"]), revisions, names)
        vector = np.array(r["vector"])
        near = [name for held, name in books[key] if held @ vector >= 0.9]
        if near:
            hits[r["id"]] = near[0]
        else:
            books[key].append((vector, r["id"]))
    return hits


def prefix_saving(minutes: list[float], tokens: int, price: dict[str, Any], ttl: float) -> float:
    gaps = np.diff(np.array(minutes), prepend=-np.inf)
    rate = {kind: float(price[f"{kind}_mtok"]) for kind in KINDS}
    paid = np.where(gaps <= ttl, rate["cache_read"], rate["cache_write"])
    return float((rate["input"] - paid).sum() * tokens / 1e6)
