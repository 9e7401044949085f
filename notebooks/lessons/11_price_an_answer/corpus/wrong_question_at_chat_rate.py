"""Charge the question at the chat rate as well.

task: index_bill
score: 0.8
says: You charge the question at the chat rate too: this field counts its embedding and the k
  chunks only.
"""


def index_bill(documents: list[int], plan: dict[str, Any]) -> dict[str, float]:
    """Return an index's size and what it costs to make, keep and read (about 15 lines)."""
    size, overlap = plan["chunk_tokens"], plan["overlap_tokens"]
    counts = [1 + max(0, math.ceil((tokens - size) / (size - overlap))) for tokens in documents]
    embedded = sum(documents) + sum(count - 1 for count in counts) * overlap
    embed, chat = float(plan["embed_mtok"]) / 1e6, float(plan["input_mtok"]) / 1e6
    first = embedded * embed
    wide = plan["dimensions"] * plan["bytes_per_number"] + plan["bytes_beside"]
    stored = sum(counts) * wide * plan["copies"] / 1e9
    again = first * (plan["changed_share"] + plan["full_reindexes_per_year"] / 12)
    question = plan["question_tokens"] * embed + (plan["question_tokens"] + plan["k"] * size) * chat
    return {
        "chunks": sum(counts),
        "embedded_tokens": embedded,
        "first_usd": first,
        "storage_gb": stored,
        "monthly_usd": stored * float(plan["storage_usd_gb_month"]) + again,
        "usd_per_1000_questions": 1_000 * question,
    }
