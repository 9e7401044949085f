"""Be careful and serve nothing.

task: serve_from_cache
score: 0
says: A cache that never answers is never wrong and saves nothing.
"""


def serve_from_cache(
    requests: list[dict[str, Any]], updates: list[dict[str, str]], scopes: dict[str, str]
) -> dict[str, str]:
    return {}


def prefix_saving(minutes: list[float], tokens: int, price: dict[str, Any], ttl: float) -> float:
    """Return the dollars that caching a prefix saves (about 5 lines)."""
    new, read, write = (float(price[f"{kind}_mtok"]) for kind in KINDS[:3])
    reads = sum(b - a <= ttl for a, b in pairwise(minutes))
    writes = len(minutes) - reads
    return tokens * (reads * (new - read) - writes * (write - new)) / 1_000_000
