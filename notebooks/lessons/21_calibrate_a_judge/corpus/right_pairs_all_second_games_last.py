"""Ask all first games, then all second ones, with the SDK's own client.

task: judge_pairs
"""


def judge_pairs(base_url, pairs, criteria):
    with type(judge)(base_url=base_url, api_key="practice") as api:
        said = {1: [], 2: []}
        for number, (first, second) in (
            (1, ("answer_1", "answer_2")),
            (2, ("answer_2", "answer_1")),
        ):
            for p in pairs:
                asking = PROMPT.format(
                    criteria=criteria,
                    question=p["question"],
                    reference=p["reference"],
                    first=p[first],
                    second=p[second],
                )
                message = (
                    api.chat.completions.create(
                        model="practice-judge",
                        temperature=0,
                        messages=[{"role": "user", "content": asking}],
                    )
                    .choices[0]
                    .message
                )
                said[number].append(str(message.content).strip().upper())
    winner = {
        1: {"A": "model_1", "B": "model_2", "TIE": "tie"},
        2: {"B": "model_1", "A": "model_2", "TIE": "tie"},
    }
    records, outcomes = [], Counter()
    for p, one, two in zip(pairs, said[1], said[2], strict=True):
        row = {k: p[k] for k in ("question_id", "model_1", "model_2")}
        row["g1_winner"] = winner[1].get(one, "error")
        row["g2_winner"] = winner[2].get(two, "error")
        records.append(row)
        if row["g1_winner"] == "error" or row["g2_winner"] == "error":
            outcomes["error"] += 1
        elif row["g1_winner"] == row["g2_winner"]:
            outcomes[row["g1_winner"]] += 1
        else:
            outcomes["inconsistent"] += 1
    keys = ("model_1", "model_2", "tie", "inconsistent", "error")
    return {"records": records, "counts": {k: outcomes[k] for k in keys}}
