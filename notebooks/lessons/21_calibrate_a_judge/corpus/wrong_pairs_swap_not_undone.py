"""Read the second game as if the first answer still stood first.

task: judge_pairs
score: 0.5..0.67
says: In the second game A stands for model_2: map the letter back before you compare the games.
"""


def judge_pairs(base_url, pairs, criteria):
    api = client(base_url=base_url)
    letters = {"a": ("model_1", "model_2"), "b": ("model_2", "model_1"), "tie": ("tie", "tie")}

    def play(pair, first, second):
        text = PROMPT.format(
            criteria=criteria,
            question=pair["question"],
            reference=pair["reference"],
            first=pair[first],
            second=pair[second],
        )
        reply = api.chat.completions.create(
            model="practice-judge", temperature=0, messages=[{"role": "user", "content": text}]
        )
        return (reply.choices[0].message.content or "").strip().lower()

    records = []
    for pair in pairs:
        one = letters.get(play(pair, "answer_1", "answer_2"), ("error",) * 2)[0]
        two = letters.get(play(pair, "answer_2", "answer_1"), ("error",) * 2)[0]
        names = {k: pair[k] for k in ("question_id", "model_1", "model_2")}
        records.append({**names, "g1_winner": one, "g2_winner": two})
    counts = {"model_1": 0, "model_2": 0, "tie": 0, "inconsistent": 0, "error": 0}
    for r in records:
        games = {r["g1_winner"], r["g2_winner"]}
        key = "error" if "error" in games else games.pop() if len(games) == 1 else "inconsistent"
        counts[key] += 1
    return {"records": records, "counts": counts}
