"""Walk every document and place its chunks one after the other.

task: index_bill
"""


def index_bill(documents, plan):
    spans = []
    for tokens in documents:
        start = 0
        while True:
            spans.append(min(plan["chunk_tokens"], tokens - start))
            if start + plan["chunk_tokens"] >= tokens:
                break
            start += plan["chunk_tokens"] - plan["overlap_tokens"]
    first = Decimal(plan["embed_mtok"]) * sum(spans) / 10**6
    bytes_each = plan["dimensions"] * plan["bytes_per_number"] + plan["bytes_beside"]
    gigabytes = Decimal(len(spans) * bytes_each * plan["copies"]) / 10**9
    times = Decimal(str(plan["changed_share"])) + Decimal(plan["full_reindexes_per_year"]) / 12
    context = plan["k"] * plan["chunk_tokens"] * Decimal(plan["input_mtok"])
    question = plan["question_tokens"] * Decimal(plan["embed_mtok"])
    return {
        "chunks": len(spans),
        "embedded_tokens": sum(spans),
        "first_usd": first,
        "storage_gb": gigabytes,
        "monthly_usd": gigabytes * Decimal(plan["storage_usd_gb_month"]) + first * times,
        "usd_per_1000_questions": (context + question) / 1000,
    }
