"""Leave the feature out of the key.

task: serve_from_cache
score: 0.7..0.9
says: The same words mean something else to another feature: the feature belongs to the key.
"""


def serve_from_cache(
    requests: list[dict[str, Any]], updates: list[dict[str, str]], scopes: dict[str, str]
) -> dict[str, str]:
    """Replay a cache over a log; return whose answer each hit gets (about 18 lines)."""
    held: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    hits = {}
    for r in requests:
        owner = r["user"] if scopes[r["feature"]] == "user" else r["tenant"]
        entries = held[owner, r["model"], r["version"]]
        for old in reversed(entries):
            same = old["text"] == r["text"] or (
                alike(old, r) >= 0.9 and NAME.findall(old["text"]) == NAME.findall(r["text"])
            )
            stale = any(
                u["document"] in old["reads"] and old["at"] < u["at"] <= r["at"] for u in updates
            )
            if same and not stale:
                hits[r["id"]] = old["id"]
                break
        else:
            entries.append(r)
    return hits


def prefix_saving(minutes: list[float], tokens: int, price: dict[str, Any], ttl: float) -> float:
    """Return the dollars that caching a prefix saves (about 5 lines)."""
    new, read, write = (float(price[f"{kind}_mtok"]) for kind in KINDS[:3])
    reads = sum(b - a <= ttl for a, b in pairwise(minutes))
    writes = len(minutes) - reads
    return tokens * (reads * (new - read) - writes * (write - new)) / 1_000_000
