# %% [markdown]
# # Calibrate a judge
# A model grades a month of answers before a person has read ten; its pass rate is worth what you know of its errors.
#
# **You build** a harness that asks in both orders, measures of position and length bias, a judge's error rates, a corrected pass rate whose interval holds, and a budget of labels.
#
# **You learn** to keep what the judge could not decide, to tell taste from quality, to carry a calibration's uncertainty into the report.
#
# **You need** functions, dicts and a little numpy. Helpful: [lesson 09](../09_numbers_you_can_trust/09_numbers_you_can_trust.ipynb) on intervals, [19](../19_build_a_reference_set/19_build_a_reference_set.ipynb) on human labels, [20](../20_is_it_grounded/20_is_it_grounded.ipynb) on groundedness.
#
# 120 minutes, 42 points. Rung: AI Engineer. Competencies: C059, C060, C061, C063, C080, C216.
#
# Tags: *fact* (source, date), *measured* (by the cell above it), *simulated*.
# **Everything judged here is simulated**: the judge's biases are published parameters, and questions, answers and labels are invented. The method carries over; no number does.

# %% role="setup"
from autograder import check, load, predict, reveal

questions = load("judged_answers/questions")
answers = load("judged_answers/answers")
tuned = load("judged_answers/tuned")
labelled = load("judged_answers/labelled")
month = load("judged_answers/month")
judgements = load("judged_answers/pair_judgements")

# %% [markdown]
# **Refresher, five minutes.** *Good* answers are those that people pass.
# The judge's **TPR** is the share of good answers that it passes, its **TNR** the share of bad ones that it fails.
# A share of n gets a **Wilson interval**, which stays honest at 0 and 1: `wilson(60, 60)` is not "100 %".
# **Kappa** is agreement beyond chance: 0.77 for a judge with TPR 0.92 and TNR 0.85 where half of the answers are good.
# What is the same judge's kappa where 95 % are good?

# %% role="predict"
predict("kappa_at_95", ...)


# %%
import math
from collections import Counter
from statistics import mean, stdev
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy import optimize

from autograder.provider import client


def wilson(successes: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share."""
    centre = (successes + z * z / 2) / (n + z * z)
    spread = z * math.sqrt(successes * (n - successes) / n + z * z / 4) / (n + z * z)
    return centre - spread, centre + spread


def kappa(good: float, tpr: float, tnr: float) -> float:
    """Return kappa of a judge and people where a share `good` of the answers is good."""
    passed = good * tpr + (1 - good) * (1 - tnr)
    agreed, chance = (
        good * tpr + (1 - good) * tnr,
        good * passed + (1 - good) * (1 - passed),
    )
    return (agreed - chance) / (1 - chance)


predict("kappa_at_95", actual=round(kappa(0.95, 0.92, 0.85), 2))
print("60 of 60:", [round(end, 3) for end in wilson(60, 60)])
{f"{good:.0%} good": round(kappa(good, 0.92, 0.85), 2) for good in (0.5, 0.8, 0.95)}

# %% [markdown]
# ## Look at what is judged
# One judge, three kappas: TPR and TNR describe the judge, kappa describes judge *and* traffic.
# Harder answers move all of them.
#
# A judge's prompt is a labelling guide: a criterion that two people decide alike, and an anchor for each verdict.
# These leave three steps of six open; no answer here has three.

# %%
ONE = """Does the answer pass or fail? Reply with pass or fail.

Criteria: {criteria}

Question: {question}

Reference answer: {reference}

Answer: {answer}
"""
CRITERIA = (
    "Count the steps of the reference that the answer gives; order, style and length are nothing. "
    "Anchor for pass: four steps of six. Anchor for fail: two steps of six, and much advice."
)
asked = {q["question_id"]: (q["turns"][0], q["reference"][0]) for q in questions}
judge = client(seed=0)


def ask(prompt: str) -> str:
    """Return what the judge says, in lower case; "" where it declines."""
    reply = judge.chat.completions.create(
        model="practice-judge", temperature=0, messages=[{"role": "user", "content": prompt}]
    )
    return (reply.choices[0].message.content or "").strip().lower()


def verdict(item: dict[str, Any]) -> str | None:
    """Return pass or fail for one answer, None where the reply is neither."""
    question, reference = asked[item["question_id"]]
    said = ask(
        ONE.format(criteria=CRITERIA, question=question, reference=reference, answer=item["answer"])
    )
    return said if said in ("pass", "fail") else None


for item in labelled[:3]:
    print(f"people: {item['human']}, judge: {verdict(item)} | {item['answer'][:90]}...")

# %% [markdown]
# ## Task 1: Ask in both orders
# Models decline and ramble. A harness that takes that for "fail" measures its own parser.
#
# Pairs are easier to judge than single answers, and order matters.
# Sixty pairs were judged in each order (*simulated*, in the shape of MT-Bench's `gpt-4_pair.jsonl`).
# For how many of the 60 do both games name the same winner, or both a tie (errors apart)?

# %% role="predict"
predict("pairs_that_agree", ...)

# %%
predict(
    "pairs_that_agree",
    actual=sum(r["g1_winner"] == r["g2_winner"] != "error" for r in judgements),
)
pd.DataFrame(judgements)[["question_id", "model_1", "model_2", "g1_winner", "g2_winner"]].head()

# %% [markdown]
# In game 1 `model_1`'s answer stands first, in game 2 `model_2`'s; winners are named by model. One game, solved:

# %%
PROMPT = """Compare two answers. Reply with A, B or tie. A tie is allowed.

Criteria: {criteria}

Question: {question}

Reference answer: {reference}

Answer A: {first}

Answer B: {second}
"""
texts = {(a["model_id"], a["question_id"]): a["choices"][0]["turns"][0] for a in answers}


def game(number: int, first: str, second: str) -> str:
    """Return the letter that the judge prefers for one question, or tie, or nothing readable."""
    question, reference = asked[number]
    return ask(
        PROMPT.format(
            criteria=CRITERIA, question=question, reference=reference, first=first, second=second
        )
    )


[
    game(206, *(texts[name, 206] for name in order))
    for order in (("terse-2", "ample-1"), ("ample-1", "terse-2"))
]

# %% [markdown]
# **Given** `base_url`; `pairs`, dicts with `question_id`, `question`, `reference`, `model_1`, `model_2`, `answer_1`, `answer_2`; `criteria`, text.
#
# **Produce** `{"records", "counts"}`:
# - `records`, a list in the order of `pairs`, each `{"question_id", "model_1", "model_2", "g1_winner", "g2_winner"}`; a winner is `"model_1"`, `"model_2"`, `"tie"`, or `"error"` where the reply, capitals and outer spaces aside, is anything but A, B or tie: empty, a sentence, even "A.";
# - `counts`, how many pairs ended as `model_1`, `model_2`, `tie`, `inconsistent`, `error`, all five keys. An error in either game makes the pair an error; both games alike decide; anything else is inconsistent.
#
# **Rules:** an OpenAI client on `base_url`, such as `client(base_url=base_url)`; model `practice-judge`, temperature 0, `PROMPT`; game 1 with `answer_1` as A, game 2 with `answer_2` as A; one call a game.
#
# **Example:** replies B (game 1) and A (game 2) give `model_2`, `model_2`; A and tie give `model_1`, `tie`, an inconsistent pair. 6 points.


# %% role="answer" task="judge_pairs" points=6
def judge_pairs(base_url: str, pairs: list[dict[str, Any]], criteria: str) -> dict[str, Any]:
    """Return MT-Bench-shaped records of both games and the five counts (about 25 lines)."""
    ### BEGIN SOLUTION
    with client(base_url=base_url) as api:

        def said(pair: dict[str, Any], first: str, second: str) -> str:
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
        counts = dict.fromkeys(("model_1", "model_2", "tie", "inconsistent", "error"), 0)
        for pair in pairs:
            one = {"a": "model_1", "b": "model_2", "tie": "tie"}.get(
                said(pair, "answer_1", "answer_2"), "error"
            )
            two = {"a": "model_2", "b": "model_1", "tie": "tie"}.get(
                said(pair, "answer_2", "answer_1"), "error"
            )
            outcome = "error" if "error" in (one, two) else one if one == two else "inconsistent"
            counts[outcome] += 1
            kept = {name: pair[name] for name in ("question_id", "model_1", "model_2")}
            records.append(kept | {"g1_winner": one, "g2_winner": two})
    return {"records": records, "counts": counts}
    ### END SOLUTION


# %% role="check" task="judge_pairs"
check("judge_pairs")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Translate each letter to a model as soon as it arrives: A means <code>model_1</code> in one game and <code>model_2</code> in the other.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>message.content</code> can be None. <code>{"a": "model_1", "b": "model_2", "tie": "tie"}.get(said, "error")</code> reads game 1; the second table has the models exchanged.
# </details>

# %%
pairs = [
    {
        "question_id": number,
        "question": question,
        "reference": reference,
        "model_1": "terse-2",
        "model_2": "ample-1",
        "answer_1": texts["terse-2", number],
        "answer_2": texts["ample-1", number],
    }
    for number, (question, reference) in asked.items()
]
records = judgements
try:
    run = judge_pairs(str(judge.base_url), pairs, CRITERIA)
    records = run["records"]
    print(run["counts"])
except NotImplementedError:
    print("Your judge_pairs is not written yet; the table of 60 pairs stands in for its records.")

# %% [markdown]
# ## Task 2: Measure position bias
# Of a hundred pairs 36 turn with the order (*measured*): another answer wins, or a win becomes a tie. FastChat's report counts such a pair as a tie (*fact*: `show_result.py` of lm-sys/FastChat, read in November 2026).
# Turning is noise *and* place; only what leans one way is bias.
#
# So show the **same** answer as A and as B, for all hundred questions. How often does A win?

# %% role="predict"
predict("identical_a", ...)

# %%
twins = Counter(game(number, *[texts["terse-2", number]] * 2) for number in asked)
predict("identical_a", actual=twins["a"])
dict(twins)

# %% [markdown]
# In real pairs a better answer wins in both orders, a favoured *place* one game for each model. So give a game +1 where the first place won, -1 where the second did, 0 for a tie, and average a pair's two games: quality cancels, the place stays.
# By hand: winners `model_1` and `tie` give 1 and 0, so the pair's value is 0.5.
#
# **Given** `records` as from task 1 (real files have more keys).
#
# **Produce** `{"bias", "low", "high", "finding", "consistent", "unread"}` over the pairs without an error:
# - `bias`, the mean of the pairs' values, from -1 to 1;
# - `low` and `high`, its 95 % interval with the **pair** as the unit (mean ± 1.96 standard errors; Student's t or a bootstrap over pairs pass, too);
# - `finding`, `"first"` or `"second"` where the interval excludes 0, else `"none"`;
# - `consistent`, the share whose games name the same winner or both a tie;
# - `unread`, the number of pairs with an error.
#
# **Example:** winners (1, 1), (1, tie), (1, 2) give values 0, 0.5, 1: bias 0.5, from -0.07 to 1.07, finding none, consistent 0.33. 5 points.


# %% role="answer" task="position_bias" points=5
def position_bias(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the bias for the first place with its interval (about 15 lines)."""
    ### BEGIN SOLUTION
    worth = {"model_1": 1, "model_2": -1, "tie": 0}
    games = [(r["g1_winner"], r["g2_winner"]) for r in records]
    read = [pair for pair in games if "error" not in pair]
    values = [(worth[one] - worth[two]) / 2 for one, two in read]
    bias, half = mean(values), 1.96 * stdev(values) / math.sqrt(len(values))
    low, high = bias - half, bias + half
    return {
        "bias": bias,
        "low": low,
        "high": high,
        "finding": "first" if low > 0 else "second" if high < 0 else "none",
        "consistent": mean(one == two for one, two in read),
        "unread": len(games) - len(read),
    }
    ### END SOLUTION


# %% role="check" task="position_bias"
check("position_bias")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# One number a pair, then mean and standard error of those numbers.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# With <code>w = {"model_1": 1, "model_2": -1, "tie": 0}</code> a pair's value is <code>(w[g1] - w[g2]) / 2</code>; the standard error is <code>stdev(values) / math.sqrt(len(values))</code>.
# </details>

# %%
try:
    print(
        {
            k: v if isinstance(v, str | int) else round(v, 2)
            for k, v in position_bias(records).items()
        }
    )
except NotImplementedError:
    print("Your position_bias is not written yet.")

# %% [markdown]
# ## Task 3: Length bias at fixed quality
# A hundred pairs lean to the first place by 0.12, from 0.04 to 0.20 (*measured*). The judge's published parameter `judge.position` is +0.4 log odds, which is 0.12 on these pairs.
# Both orders cancel it in a win rate.
# `position_bias` also reads MT-Bench's own `gpt-4_pair.jsonl`, but there questions repeat: cluster by `question_id`.
#
# Longer answers are often better. Where you can, **experiment**: the same answer, padded with empty sentences to eight times its length.
# In what share of decided games does the padding win?

# %% role="predict"
predict("padding_wins", ...)

# %%
AIR = "It is always wise to take your time. Good results come from good habits. "


def padded(text: str) -> str:
    """Return a text of eight times the words that says no more."""
    return " ".join((text.split() + 999 * AIR.split())[: 8 * len(text.split())])


said, wins = [], 0
for number in asked:
    plain = texts["terse-2", number]
    both_games = game(number, plain, padded(plain)), game(number, padded(plain), plain)
    wins += (both_games[0] == "b") + (both_games[1] == "a")
    said += both_games
decided = sum(s in ("a", "b") for s in said)
predict("padding_wins", actual=round(wins / decided, 2))
print(f"{wins} of {decided} decided games")

# %% [markdown]
# The interval is 0.66 to 0.79; 41 of 200 games were ties or unread. Three doublings at the published +0.3 log odds and two places make 0.70 of the decided games.
#
# With logs only: 4,000 comparisons by a judge **without** any taste for length (*simulated*), with human grades, and a logistic regression of the winner on length alone:


# %%
def comparisons(effect: float, n: int = 4000) -> dict[str, np.ndarray]:
    """Draw comparisons in which better answers are longer; `effect` is the log odds a doubling."""
    rng = np.random.default_rng(3)
    grade = np.clip(np.round(rng.normal(3.2, 1, (2, n))), 1, 5)
    words = np.round(np.exp2(rng.normal(6.5 + 0.45 * grade, 0.6)))
    odds = 1.1 * (grade[0] - grade[1]) + effect * np.log2(words[0] / words[1])
    winner = np.where(rng.random(n) < 1 / (1 + np.exp(-odds)), 1, 2)
    return {
        "words_1": words[0],
        "words_2": words[1],
        "grade_1": grade[0],
        "grade_2": grade[1],
        "winner": winner,
    }


fair_judge = pd.DataFrame(comparisons(effect=0.0))
longer_won = (fair_judge.words_1 > fair_judge.words_2) == (fair_judge.winner == 1)
fair_judge["same grade"] = fair_judge.grade_1 == fair_judge.grade_2
print(longer_won.groupby(fair_judge["same grade"]).agg(["mean", "count"]).round(2))


def loss(b: np.ndarray, x: np.ndarray, won: np.ndarray) -> float:
    """Return the negative log likelihood of a logistic regression."""
    return float(np.logaddexp(0, np.where(won, -1, 1) * (x @ b)).sum())


x = np.log2(fair_judge.words_1 / fair_judge.words_2).to_numpy()[:, None]
round(float(optimize.minimize(loss, np.zeros(1), (x, fair_judge.winner.to_numpy() == 1)).x[0]), 2)

# %% [markdown]
# A "length bias" of 0.74 a doubling in a judge that has none: at the same grade, the longer one wins a coin toss.
# Matched pairs, strata of the grade difference or a regression with both hold quality fixed:
#
# $$\log\frac{P(1\text{ wins})}{P(2\text{ wins})} = a\,(\text{grade}_1 - \text{grade}_2) + b\,\log_2\frac{\text{words}_1}{\text{words}_2}$$
#
# **Given** `table`, a dict of lists `words_1`, `words_2`, `grade_1`, `grade_2` (1 to 5), `winner` (1 or 2), about 800 rows, each shown in a random order.
#
# **Produce** `{"per_doubling", "low", "high", "finding", "fair_share"}`: $b$, the effect of a doubling, its 95 % interval, `"longer"`, `"shorter"` or `"none"` by whether that interval excludes 0, and the share of these comparisons that model 1 would win **had both answers the same length** and the grades they have.
#
# **Judged**: $b$ within 0.45 of the regression's, and the planted effect within 2.3 of your half-widths; an interval 0.8 to 3.5 times as wide as the regression's, room for matched pairs; the share within 0.06 of the regression's.
#
# **Example:** with $a = 1$ and grade differences 1 and -1 in equal number, the fair share is 0.5 whatever the lengths. 6 points.


# %% role="answer" task="length_bias" points=6
def length_bias(table: dict[str, list[int]]) -> dict[str, Any]:
    """Return the effect of a doubling at fixed grade, and the win share at equal length."""
    ### BEGIN SOLUTION
    columns = {name: np.array(values, dtype=float) for name, values in table.items()}
    better = columns["grade_1"] - columns["grade_2"]
    doublings = np.log2(columns["words_1"] / columns["words_2"])
    x, won = np.column_stack([better, doublings]), columns["winner"] == 1
    b = np.zeros(2)
    for _ in range(6):
        p = 1 / (1 + np.exp(-x @ b))
        hessian = x.T @ (x * (p * (1 - p))[:, None])
        b = b + np.linalg.solve(hessian, x.T @ (won - p))
    half = 1.96 * math.sqrt(np.linalg.inv(hessian)[1, 1])
    low, high = b[1] - half, b[1] + half
    return {
        "per_doubling": b[1],
        "low": low,
        "high": high,
        "finding": "longer" if low > 0 else "shorter" if high < 0 else "none",
        "fair_share": float(np.mean(1 / (1 + np.exp(-b[0] * better)))),
    }
    ### END SOLUTION


# %% role="check" task="length_bias"
check("length_bias")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Fit grade difference and doublings together. At equal length the second is 0.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>b = optimize.minimize(loss, np.zeros(2), (x, won)).x</code>; with <code>q = 1 / (1 + np.exp(-x @ b))</code> the covariance is <code>np.linalg.inv((x * (q * (1 - q))[:, None]).T @ x)</code>, and the root of its [1, 1] the standard error (BFGS's <code>hess_inv</code> is too rough). For the share, average <code>1 / (1 + np.exp(-b[0] * better))</code>.
# </details>

# %% [markdown]
# ## Task 4: TPR and TNR on clean items
# AlpacaEval removes length by regression; its rank correlation with Chatbot Arena rose from 0.94 to 0.98 (*fact*: [Dubois et al.](https://arxiv.org/abs/2404.04475), 2024).
#
# Now single answers. The prompt was worded on the 40 items of `tuned`, and `labelled` has answers to the same questions.
# Tuned items usually flatter a judge. Here nothing was really tuned: you will see no gain.

# %%
for item in [*tuned, *labelled]:
    item |= {"judge": verdict(item), "source": item["question_id"]}
table = pd.crosstab(
    [i["human"] for i in labelled],
    [i["judge"] or "unread" for i in labelled],
    rownames=["people"],
    colnames=["judge"],
)
known = {item["source"] for item in tuned}
print(
    sum(item["source"] in known for item in labelled),
    "of",
    len(labelled),
    "share a question with the tuning items",
)
table

# %% [markdown]
# TPR is the share of the *pass row* that the judge passes. Down a column stands **precision**, which moves with traffic.
# Wilson takes items for independent; where a question has many answers, resample questions.
#
# **Given** `items`, dicts with `id`, `source`, `human` (`"pass"` or `"fail"`), `judge` (the same, or None where unreadable); `tuned_on`, ids of the items that the prompt was tuned on.
#
# **Produce** `{"tpr", "tnr", "unread"}`, the rates as `{"rate", "low", "high", "n"}` with Wilson intervals.
#
# **Rules:** leave out every item whose `source` is that of a tuned item. `unread` counts what is left with judge None; those are in neither rate. At least one good and one bad item is left.
#
# **Example:** passes judged pass, pass, fail, None and fails judged fail, fail give TPR 0.667 (0.208 to 0.939, n 3), TNR 1.0 (0.342 to 1.0, n 2), unread 1. 5 points.


# %% role="answer" task="error_rates" points=5
def error_rates(items: list[dict[str, Any]], tuned_on: list[str]) -> dict[str, Any]:
    """Return TPR and TNR with Wilson intervals on items of untouched sources (about 10 lines)."""
    ### BEGIN SOLUTION
    known = {item["source"] for item in items if item["id"] in tuned_on}
    clean = [item for item in items if item["source"] not in known]
    found: dict[str, Any] = {"unread": sum(item["judge"] is None for item in clean)}
    for name, label in (("tpr", "pass"), ("tnr", "fail")):
        said = [i["judge"] for i in clean if i["human"] == label and i["judge"] is not None]
        low, high = wilson(said.count(label), len(said))
        found[name] = {
            "rate": said.count(label) / len(said),
            "low": low,
            "high": high,
            "n": len(said),
        }
    return found
    ### END SOLUTION


# %% role="check" task="error_rates"
check("error_rates")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Collect the tuned items' sources first.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>said = [i["judge"] for i in clean if i["human"] == "pass" and i["judge"] is not None]</code>; its share of <code>"pass"</code> is TPR, and <code>wilson(said.count("pass"), len(said))</code> its interval.
# </details>

# %%
try:
    rates = error_rates([*tuned, *labelled], [item["id"] for item in tuned])
    print(
        pd.DataFrame({k: rates[k] for k in ("tpr", "tnr")}).T.round(3), "\nunread:", rates["unread"]
    )
except NotImplementedError:
    print("Your error_rates is not written yet.")

# %% [markdown]
# ## Task 5: Correct the pass rate
# With true rate θ, a judge passes $p = \theta\,\text{TPR} + (1-\theta)(1-\text{TNR})$. Solved for θ (Rogan and Gladen, 1978), with $J = \text{TPR} + \text{TNR} - 1$:
#
# $$\hat\theta = \frac{p + \text{TNR} - 1}{J}, \qquad \text{var}(\hat\theta) \approx \frac{1}{J^2}\left[\frac{p(1-p)}{n} + \hat\theta^2\,\frac{\text{TPR}(1-\text{TPR})}{n_\text{good}} + (1-\hat\theta)^2\,\frac{\text{TNR}(1-\text{TNR})}{n_\text{bad}}\right]$$
#
# Many reports keep the first term, as if TPR and TNR were known.
# Of 1,000 simulated worlds (1,000 to 5,000 judged answers, 50 to 120 labels of each kind): in what share does that 95 % interval hold the truth?

# %% role="predict"
predict("naive_coverage", ...)


# %%
def simulated_worlds(count: int, seed: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Draw true rates, and what a judge and its calibration would count."""
    rng = np.random.default_rng(seed)
    theta, tpr, tnr = (
        rng.uniform(*ends, count) for ends in ((0.7, 0.95), (0.85, 0.95), (0.75, 0.9))
    )
    n, good, bad = (rng.integers(*ends, count) for ends in ((1000, 5000), (50, 120), (50, 120)))
    passed = rng.binomial(n, theta * tpr + (1 - theta) * (1 - tnr))
    counts = {"passed": passed, "n": n, "tp": rng.binomial(good, tpr), "good": good}
    return theta, counts | {"tn": rng.binomial(bad, tnr), "bad": bad}


theta, c = simulated_worlds(1000, seed=5)
p, tpr, tnr = c["passed"] / c["n"], c["tp"] / c["good"], c["tn"] / c["bad"]
sampling = 1.96 * np.sqrt(p * (1 - p) / c["n"])
naive = (p + tnr - 1) / (tpr + tnr - 1)
raw_holds = np.abs(p - theta) <= sampling
naive_holds = np.abs(naive - theta) <= sampling / (tpr + tnr - 1)
predict("naive_coverage", actual=round(float(naive_holds.mean()), 2))
print(f"the raw rate with its own interval: {raw_holds.mean():.2f}")

# %% [markdown]
# **Given** `worlds`, a list of dicts of counts: `passed` of `n` judged answers; `tp` of `good` and `tn` of `bad` human-labelled ones judged rightly. Good and bad were chosen to be labelled, so `good / (good + bad)` says nothing about the month.
#
# **Produce** a list with `{"rate", "low", "high"}` for each world, or None.
#
# **Rules:** `rate` is $\hat\theta$ cut to 0..1; `low` and `high` a 95 % interval inside 0..1 around it that carries all three samples. **None** where $J < 0.2$, or where the 95 % interval of $J$ (± 1.96 standard errors) reaches 0: such a judge tells too little.
#
# **Judged** on three times 100 worlds, ruled by few judged answers, few good or few bad labels: at most 18 misses of each 100, and a median half-width of 0.9 to 1.15 of the formula's. The formula above, a bootstrap of all three samples and posterior draws pass.
#
# **Example:** passed 640 of 1000, tp 90 of 100, tn 80 of 100: rate 0.629, from 0.549 to 0.708. 7 points.


# %% role="answer" task="correct_rates" points=7
def correct_rates(worlds: list[dict[str, int]]) -> list[dict[str, float] | None]:
    """Return the corrected rate and its interval for each world (about 20 lines)."""
    ### BEGIN SOLUTION
    results: list[dict[str, float] | None] = []
    for w in worlds:
        p, tpr, tnr = w["passed"] / w["n"], w["tp"] / w["good"], w["tn"] / w["bad"]
        var_tpr, var_tnr = tpr * (1 - tpr) / w["good"], tnr * (1 - tnr) / w["bad"]
        j = tpr + tnr - 1
        if j < 0.2 or j <= 1.96 * math.sqrt(var_tpr + var_tnr):
            results.append(None)
            continue
        centre = (p + tnr - 1) / j
        rate = min(max(centre, 0.0), 1.0)
        variance = p * (1 - p) / w["n"] + rate**2 * var_tpr + (1 - rate) ** 2 * var_tnr
        half = 1.96 * math.sqrt(variance) / j
        low, high = (min(max(end, 0.0), 1.0) for end in (centre - half, centre + half))
        results.append({"rate": rate, "low": low, "high": high})
    return results
    ### END SOLUTION


# %% role="check" task="correct_rates"
check("correct_rates")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# First None, then the rate, three variances, one division by J.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# Or draw: <code>rng.beta(passed + 0.5, n - passed + 0.5, 2000)</code> and the same for tp and tn, the formula for the rate on all 2,000, cut to 0..1, and <code>np.percentile(..., [2.5, 97.5])</code>. Where all labels agree the formula adds 0; draws do not.
# </details>

# %%
try:
    rows = [
        dict(zip(c, (int(v) for v in row), strict=True)) for row in zip(*c.values(), strict=True)
    ]
    found = correct_rates(rows)
except NotImplementedError:
    found = [None] * 1000
    print("Your correct_rates is not written yet: its panel stays empty.")
yours = np.array([(f["low"], f["high"]) if f else (np.nan, np.nan) for f in found])
yours_holds = (yours[:, 0] <= theta) & (theta <= yours[:, 1])
panels = {
    "raw pass rate": (np.column_stack([p - sampling, p + sampling]), raw_holds),
    "corrected, rates as known": (
        naive[:, None] + np.outer(sampling / (tpr + tnr - 1), [-1, 1]),
        naive_holds,
    ),
    "corrected, all three samples": (yours, yours_holds),
}
order = np.argsort(theta[:50])
fig, axes = plt.subplots(1, 3, figsize=(11, 5.2), sharex=True, sharey=True, layout="constrained")
for ax, (name, (ends, holds)) in zip(axes, panels.items(), strict=True):
    for y, i in enumerate(order):
        ax.plot(
            ends[i],
            [y, y],
            color="#0072B2" if holds[i] else "#D55E00",
            lw=2 if holds[i] else 1.2,
            ls="-" if holds[i] else "--",
        )
    ax.plot(theta[order], range(50), color="black", lw=1.5)
    told = f"{holds.mean():.0%} of 1,000 hold the truth" if np.isfinite(ends).any() else "not yet"
    ax.set_title(f"{name}:\n{told}", loc="left")
    ax.set(xlabel="share of good answers", xlim=(0.5, 1))
    ax.spines[["top", "right"]].set_visible(False)
axes[0].set_ylabel("50 of the worlds, by their true rate (black line)")
fig.suptitle(
    "Only 95 % intervals that carry all three samples hold the truth that often (dashed: misses)"
)
plt.show()

# %% [markdown]
# A month of 400 answers:

# %%
for item in month:
    item["judge"] = verdict(item)
readable = [item for item in month if item["judge"]]
share = mean(item["judge"] == "pass" for item in readable)
truth = mean(item["human"] == "pass" for item in month)
print(f"judge passes {share:.3f} of {len(readable)}; people would pass {truth:.3f}")
try:
    k = {name: round(rates[name]["rate"] * rates[name]["n"]) for name in ("tpr", "tnr")}
    world = {
        "passed": round(share * len(readable)),
        "n": len(readable),
        "tp": k["tpr"],
        "good": rates["tpr"]["n"],
    }
    [fixed] = correct_rates([world | {"tn": k["tnr"], "bad": rates["tnr"]["n"]}])
    print(fixed and {name: round(value, 3) for name, value in fixed.items()})
except (NameError, NotImplementedError):
    print("The correction needs error_rates and correct_rates.")

# %% [markdown]
# The raw 0.82 is too low, and the interval from 0.780 to 0.914 around the corrected rate holds the 0.89; it is wide, because labels are scarce (*measured*).
# It assumes the calibration's TPR and TNR: label a few dozen each month to see.
#
# Where labels are a **random sample of the month**, prediction-powered inference (*fact*: Angelopoulos et al., Science 382, 2023) is simpler: the judge's rate plus the mean of (human minus judge) over the labelled.
# On labels chosen half good, half bad it fails. Coverage in 1,000 worlds of 150 labels:


# %%
def ppi_coverage(share_good: np.ndarray) -> float:
    """Return how often PPI's interval holds the truth, with this share of good among the labels."""
    rng = np.random.default_rng(8)
    t, s, m, n = 0.9, 0.82, 150, 1500
    missed, wrongly = share_good * (1 - t), (1 - share_good) * (1 - s)
    rest = 1 - missed - wrongly
    fn, fp, _ = rng.multinomial(m, np.column_stack([missed, wrongly, rest])).T
    judged = rng.binomial(n, theta * t + (1 - theta) * (1 - s)) / n
    shift = (fn - fp) / m
    half = 1.96 * np.sqrt(judged * (1 - judged) / n + ((fn + fp) / m - shift**2) / m)
    return float((np.abs(judged + shift - theta) <= half).mean())


{
    "labels from the month": ppi_coverage(theta),
    "half good, half bad": ppi_coverage(np.full(1000, 0.5)),
}

# %% [markdown]
# ## Task 6: Buy labels
# Three designs for a pass rate with 95 % half-width h in each report. Let $u = (h / 1.96)^2$, with θ, TPR and TNR from a pilot, $n$ judged answers a report, $p$ and $J$ as above:
#
# | design | labels, drawn at random | how often |
# |---|---|---|
# | `humans` only | $\theta(1-\theta) / u$ | every report |
# | `fresh`: judge and PPI | $(e - d^2) / (u - p(1-p)/n)$ | every report |
# | `reuse`: judge and one calibration | $(\theta\,\text{TPR}(1-\text{TPR}) + (1-\theta)\,\text{TNR}(1-\text{TNR})) / (u J^2 - p(1-p)/n)$ | once |
#
# $e = \theta(1-\text{TPR}) + (1-\theta)(1-\text{TNR})$ is the share of wrong verdicts, $d = \theta(1-\text{TPR}) - (1-\theta)(1-\text{TNR})$ their balance.
# With θ 0.8, TPR 0.92, TNR 0.85, n 5,000, h 0.03 and one report, how many labels do `humans` need, and `reuse`?

# %% role="predict"
predict("labels_humans", ...)
predict("labels_reuse", ...)

# %%
u, p_pass = (0.03 / 1.96) ** 2, 0.8 * 0.92 + 0.2 * 0.15
predict("labels_humans", actual=math.ceil(0.16 / u))
left = u * 0.77**2 - p_pass * (1 - p_pass) / 5000
predict("labels_reuse", actual=math.ceil((0.8 * 0.92 * 0.08 + 0.2 * 0.85 * 0.15) / left))

# %% [markdown]
# For one report, calibrating takes *more* labels. It pays when used again.
#
# **Given** `plan`: `rate`, `tpr`, `tnr`, `judged` (a report), `half_width`, `reports`, `usd_label`, `usd_call`.
#
# **Produce** `{"humans", "fresh", "reuse", "choose"}`: each design as `{"labels", "usd"}` over all reports, or None where it cannot reach h; `choose`, the name of the cheapest.
#
# **Rules:** round up each purchase of labels. `fresh` and `reuse` also pay a call for each judged answer of each report. None where the denominator is not above 0, and for `reuse` where $J < 0.2$.
#
# **Example:** as above with 2 reports, 2 dollars a label and 0.01 a call: humans 1,366 labels for 2,732 dollars, fresh 936 for 1,972, reuse 819 for 1,738. 5 points.


# %% role="answer" task="labels_to_buy" points=5
def labels_to_buy(plan: dict[str, Any]) -> dict[str, Any]:
    """Return labels and dollars of each design and the cheapest (about 20 lines)."""
    ### BEGIN SOLUTION
    r, t, s, n = plan["rate"], plan["tpr"], plan["tnr"], plan["judged"]
    u, j = (plan["half_width"] / 1.96) ** 2, t + s - 1
    p = r * t + (1 - r) * (1 - s)
    judging = p * (1 - p) / n
    lost, gained = r * (1 - t), (1 - r) * (1 - s)
    calls = plan["reports"] * n * plan["usd_call"]

    def design(spread: float, room: float, times: int, extra: float) -> dict[str, Any] | None:
        if room <= 0:
            return None
        labels = math.ceil(spread / room) * times
        return {"labels": labels, "usd": labels * plan["usd_label"] + extra}

    found: dict[str, Any] = {
        "humans": design(r * (1 - r), u, plan["reports"], 0.0),
        "fresh": design(lost + gained - (lost - gained) ** 2, u - judging, plan["reports"], calls),
        "reuse": design(
            r * t * (1 - t) + (1 - r) * s * (1 - s),
            u * j * j - judging if j >= 0.2 else 0.0,
            1,
            calls,
        ),
    }
    possible = [name for name in found if found[name]]
    return found | {"choose": min(possible, key=lambda name: found[name]["usd"])}
    ### END SOLUTION


# %% role="check" task="labels_to_buy"
check("labels_to_buy")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Divide a label's variance by the room that is left.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>math.ceil(spread / room) * reports</code> for humans and fresh, <code>math.ceil(spread / room)</code> for reuse. Round up before you multiply.
# </details>

# %% [markdown]
# ## Write it down: a judge card
# A colleague wants this judge's monthly pass rate. Write its card, at most 200 words: task with criterion and anchors, agreement with people, known biases and what is done about them, when it must not decide. 8 points.
# You, or an instructor, mark it.

# %% [markdown] role="written" task="judge_card" points=8
# ### BEGIN SOLUTION
# **Task.** Pass or fail of one answer to an operations question, with a reference of six steps. Pass: at least four steps are given. Fail: two or fewer, however long. Three: a person decides. Order, style and length are nothing.
#
# **Agreement with people**, on questions that the prompt was not tuned on: TPR .95 (95 % .88 to .98, 95 good answers), TNR .86 (.78 to .91, 108 bad ones), 0 unread. J is .81. Monthly rates are reported corrected, with the interval of all three samples; raw .82 became .85 (.78 to .91).
#
# **Biases.** First place: +.12 of games (.04 to .20, 100 pairs), so pairs are asked in both orders, and the four in ten that turn are shown as inconsistent. Padding to eight times the length wins 73 % of decided games at equal content, so comparisons report the share at equal length. Not measured: own voice, languages.
#
# **It must not decide** where J of a month's 30 fresh labels is below .2 or its interval reaches 0, on anything without a reference, or about one customer's case. Then a person labels. Unread replies are reported, never counted as fails. Everything was measured on simulated answers.
# ### END SOLUTION

# %% [markdown] role="rubric" task="judge_card"
# | criterion | 0 | 1 | 2 |
# |---|---|---|---|
# | Decidable task | none, or "rates quality" | a criterion without anchors: "pass if most steps are there" | criterion and an anchor for each verdict: "pass: four of six reference steps; fail: two, whatever else it says; three: a person" |
# | Agreement | none, or "agrees 90 %" | TPR and TNR without interval or sample | both with interval, n, unread replies and where the items come from: "TPR .92 (.85 to .96), 99 good answers to questions not tuned on, 2 unread" |
# | Biases | none, or "may be biased" | named: "prefers first and long" | size, evidence and remedy: "first place +.12 of games (100 pairs), so both orders; padding wins 73 %, so length is reported" |
# | Must not decide | none, or "use with care" | one case, no threshold: "when it is unsure" | conditions that someone can check, and what happens instead: "J below .2, other languages, or 30 fresh labels disagree: people label" |

# %% [markdown]
# ## What you did
# You told taste from quality, and reported an interval that held where usual ones did not.
#
# **Closed book**, from lessons [11](../11_price_an_answer/11_price_an_answer.ipynb) and [16](../16_find_the_passage/16_find_the_passage.ipynb): skip what you have not done.
# 1. 10,000 judge calls of 500 input and 10 output tokens, at 0.80 and 4.00 dollars a million. What do they cost?
# 2. A query has 4 relevant passages; they stand at ranks 2, 3 and 9, and one is missing. Recall at 5?
# 3. The same ranking: reciprocal rank?

# %% role="predict"
predict("judging_usd", ...)
predict("recall_at_5", ...)
predict("reciprocal_rank", ...)

# %%
predict("judging_usd", actual=10_000 * (500 * 0.80 + 10 * 4.00) / 1e6)
predict("recall_at_5", actual=2 / 4)
predict("reciprocal_rank", actual=1 / 2)

# %% [markdown]
# **On your own:** label answers of your own traffic until you have 100 good and 100 bad, and correct last month's rate. With fewer, draw as in Task 5's second hint: on so few the formula's interval is too short.
#
# **Readings**
# - [Judging LLM-as-a-Judge with MT-Bench and Chatbot Arena](https://arxiv.org/abs/2306.05685): position and verbosity measured, self-enhancement examined.
# - [How to Correctly Report LLM-as-a-Judge Evaluations](https://arxiv.org/abs/2511.21140): task 5, and how to split labels.
# - [Prediction-Powered Inference](https://arxiv.org/abs/2301.09633): `fresh`, for more than rates.
