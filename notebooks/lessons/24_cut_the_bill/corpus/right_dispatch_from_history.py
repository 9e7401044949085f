"""Keep what was accepted, and work out everything else from it at each call.

task: dispatch_calls
"""


def dispatch_calls(calls: list[dict[str, Any]], limits: dict[str, Any]) -> list[str]:
    accepted: list[tuple[dict[str, Any], str]] = []

    def counts(call: dict[str, Any], mode: str, now: int) -> int:
        takes = limits["batch_minutes"] if mode == "batch" else call["takes"]
        name = "micro" if call["minute"] + takes <= now else "max_micro"
        return call[name] // 2 if mode == "batch" else call[name]

    made = []
    for call in calls:
        mode = "now" if call["wait_minutes"] < limits["batch_minutes"] else "batch"
        own = [(c, m) for c, m in accepted if c["tenant"] == call["tenant"]]
        used = sum(counts(c, m, call["minute"]) for c, m in own)
        used += call["max_micro"] // (2 if mode == "batch" else 1)
        steps = sum(c["run"] == call["run"] for c, _ in accepted) if call["run"] else -1
        if used > limits["cap_micro"][call["tenant"]] or steps >= limits["run_steps"]:
            mode = "refuse"
        else:
            accepted.append((call, mode))
        made.append(mode)
    return made
