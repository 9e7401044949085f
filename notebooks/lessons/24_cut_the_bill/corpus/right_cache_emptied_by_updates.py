"""Walk updates and requests in one order of time, and empty the store at each update.

task: serve_from_cache
"""


def serve_from_cache(
    requests: list[dict[str, Any]], updates: list[dict[str, str]], scopes: dict[str, str]
) -> dict[str, str]:
    store: list[dict[str, Any]] = []
    hits: dict[str, str] = {}
    events = [(u["at"], 0, u) for u in updates] + [(r["at"], 1, r) for r in requests]
    for _, kind, event in sorted(events, key=lambda e: e[:2]):
        if kind == 0:
            store = [r for r in store if event["document"] not in r["reads"]]
            continue
        owner = "user" if scopes[event["feature"]] == "user" else "tenant"
        fields = ("feature", "model", "version", owner)
        found = None
        for held in store:
            if any(held[name] != event[name] for name in fields):
                continue
            if set(NAME.findall(held["text"])) != set(NAME.findall(event["text"])):
                continue
            if alike(held, event) >= 0.9:
                found = held
        if found:
            hits[event["id"]] = found["id"]
        else:
            store.append(event)
    return hits


def prefix_saving(minutes: list[float], tokens: int, price: dict[str, Any], ttl: float) -> float:
    saved, before = 0.0, -math.inf
    for minute in minutes:
        kind = "cache_read" if minute - before <= ttl else "cache_write"
        saved += float(price["input_mtok"]) - float(price[f"{kind}_mtok"])
        before = minute
    return saved * tokens / 1_000_000
