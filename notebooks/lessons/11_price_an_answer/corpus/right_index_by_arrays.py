"""Count chunks for all documents at once with numpy.

task: index_bill
"""


def index_bill(documents, plan):
    tokens = np.array(documents)
    step = plan["chunk_tokens"] - plan["overlap_tokens"]
    further = np.ceil((tokens - plan["chunk_tokens"]).clip(min=0) / step).astype(int)
    embedded = int((tokens + further * plan["overlap_tokens"]).sum())
    count = int(further.sum()) + len(documents)
    price = {name: float(plan[name]) / 1e6 for name in ("embed_mtok", "input_mtok")}
    width = plan["dimensions"] * plan["bytes_per_number"] + plan["bytes_beside"]
    gb = count * width * plan["copies"] * 1e-9
    indexings = plan["changed_share"] + plan["full_reindexes_per_year"] / 12
    per_question = plan["question_tokens"] * price["embed_mtok"]
    per_question += plan["k"] * plan["chunk_tokens"] * price["input_mtok"]
    return {
        "chunks": count,
        "embedded_tokens": embedded,
        "first_usd": embedded * price["embed_mtok"],
        "storage_gb": gb,
        "monthly_usd": gb * float(plan["storage_usd_gb_month"])
        + indexings * embedded * price["embed_mtok"],
        "usd_per_1000_questions": 1000 * per_question,
    }
