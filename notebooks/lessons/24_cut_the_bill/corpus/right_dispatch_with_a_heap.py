"""Charge the most at once and pay the difference back when a call ends, from a heap.

task: dispatch_calls
"""


def dispatch_calls(calls: list[dict[str, Any]], limits: dict[str, Any]) -> list[str]:
    import heapq

    charged = dict.fromkeys(limits["cap_micro"], 0)  # settled, and in flight at its most
    queue: list[tuple[int, int, str, int]] = []
    taken: dict[str, int] = defaultdict(int)

    def decide(place: int, call: dict[str, Any]) -> str:
        while queue and queue[0][0] <= call["minute"]:
            _, _, tenant, back = heapq.heappop(queue)
            charged[tenant] -= back
        patient = call["wait_minutes"] >= limits["batch_minutes"]
        factor = 0.5 if patient else 1
        if call["run"] and taken[call["run"]] == limits["run_steps"]:
            return "refuse"
        most = int(call["max_micro"] * factor)
        if charged[call["tenant"]] + most > limits["cap_micro"][call["tenant"]]:
            return "refuse"
        taken[call["run"]] += 1
        charged[call["tenant"]] += most
        ends = call["minute"] + (limits["batch_minutes"] if patient else call["takes"])
        back = most - int(call["micro"] * factor)
        heapq.heappush(queue, (ends, place, call["tenant"], back))
        return "batch" if patient else "now"

    return [decide(place, call) for place, call in enumerate(calls)]
