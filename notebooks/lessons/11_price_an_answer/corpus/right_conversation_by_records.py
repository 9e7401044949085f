"""Build a usage record for each turn and price the records.

task: conversation_cost
"""


def conversation_cost(chat, price, cache):
    records, sent, held = [], [chat["system"]], 0
    for turn, gap in enumerate(chat["gap_minutes"]):
        sent.append(chat["user"][turn])
        whole = sum(sent)
        record = {"input": whole, "cache_read": 0, "cache_write": 0}
        if cache and whole >= cache["min_tokens"]:
            if gap > cache["ttl_minutes"]:
                held = 0
            record = {"input": 0, "cache_read": held, "cache_write": whole - held}
            held = whole
        record["output"] = chat["answer"][turn] + chat["reasoning"][turn]
        records.append(record)
        sent.append(chat["answer"][turn])
    return [
        sum(Decimal(price[f"{kind}_mtok"]) * count for kind, count in record.items()) / 10**6
        for record in records
    ]
