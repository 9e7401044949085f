"""Let all tenants spend from one purse.

task: dispatch_calls
score: 0.2..0.5
says: One tenant's calls use up another's cap: keep the sums by tenant.
"""


def dispatch_calls(calls: list[dict[str, Any]], limits: dict[str, Any]) -> list[str]:
    """Decide what each call may do (about 20 lines)."""
    settled, steps = Counter(), Counter()
    flying: list[tuple[int, str, int, int]] = []  # ends, tenant, most, cost
    made = []
    for call in calls:
        for ends, tenant, _, cost in flying:
            if ends <= call["minute"]:
                settled[tenant] += cost
        flying = [f for f in flying if f[0] > call["minute"]]
        batch = call["wait_minutes"] >= limits["batch_minutes"]
        most, cost = (call[name] // (2 if batch else 1) for name in ("max_micro", "micro"))
        tenant, run = call["tenant"], call["run"]
        held = sum(f[2] for f in flying)
        if settled.total() + held + most > sum(limits["cap_micro"].values()) or (
            run and steps[run] >= limits["run_steps"]
        ):
            made.append("refuse")
            continue
        steps[run] += 1
        takes = limits["batch_minutes"] if batch else call["takes"]
        flying.append((call["minute"] + takes, tenant, most, cost))
        made.append("batch" if batch else "now")
    return made
