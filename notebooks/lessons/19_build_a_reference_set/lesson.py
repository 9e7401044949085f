# %% [markdown]
# # Build a reference set
# Every later number is measured against examples that people labelled; what is wrong with those is wrong with all of it.
#
# **You build** a sampling plan, rates that stand for the whole log, agreement with its interval, a coder for open notes, a clean split, and cases that name a system's fault.
#
# **You learn** to say how many, how sure, who disagrees, what repeats, and what your set cannot see.
#
# **You need** Python functions, dicts and a little probability.
#
# 120 minutes, 40 points. Rung: AI Engineer. Competencies: C051, C052, C053, C054, C055, C056, C058 (who responds).
#
# Tags: *fact* (source), *measured* (by a cell here), *simulated*. All data here are *simulated*.

# %% role="setup"
from autograder import check, load, predict, reveal

traces = load("assistant_traces/traces")
reviews = load("assistant_traces/reviews")
planted = load("assistant_traces/planted")

# %% [markdown]
# ## Look at the log
# An invented vendor's assistant answers questions from documents. 2,400 answers are logged with what the person did next.
# People read 300 of them: three raters marked failure modes, one wrote an open note, a meeting settled what each trace shows (`agreed`). A trace shows several modes, one, or none.
# The worst, `unsafe_step`, tells a customer to switch protection off. It is in 2.0 % of the log: `planted` holds the truth, which you would not have at work.
#
# **Refresher, two minutes.** A random trace shows a mode with chance p. Among n of them the number of finds is binomial: none with chance $(1-p)^n$. A 95 % interval *covers*, that is holds the true rate, in 95 of 100 samples.

# %%
import math
import re
from collections import Counter, defaultdict
from functools import cache
from itertools import combinations, pairwise
from random import Random
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy import stats
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score

MODES = [
    "wrong_version", "wrong_product", "invented_citation", "unsupported_claim",
    "withdrawn_source", "needless_refusal", "missing_step", "unsafe_step",
]  # fmt: skip
feedback = {t["id"]: t["feedback"] for t in traces}
agreed = {r["id"]: r["agreed"] for r in reviews}
read = Counter(feedback[name] for name in agreed)
pd.DataFrame(traces)[["id", "at", "source", "question", "answer", "feedback"]].iloc[[0, 2, 40, 41]]

# %% [markdown]
# ## Task 1: Size the sample
# How many random traces must be read to see *at least one* unsafe answer with 95 % chance, if 2 % are unsafe?

# %% role="predict"
predict("n_for_one", ...)

# %%
predict("n_for_one", actual=math.ceil(math.log(0.05) / math.log(1 - 0.02)))

# %% [markdown]
# Fifty traces hold one *on average*, and none at all with chance .36.
# For at least five, are five times as many needed, more, or fewer? Commit to a number. `one_more` then keeps the chances of 0, 1, … finds; what falls off the end has found enough.

# %% role="predict"
predict("n_for_five", ...)


# %%
def one_more(chance: list[float], rate: float) -> list[float]:
    """Return the chances of 0, 1, … finds after one more label."""
    return [c * (1 - rate) + b * rate for c, b in zip(chance, [0.0, *chance[:-1]], strict=True)]


def labels_needed(rate: float, at_least: int, confidence: float) -> int:
    """Return the fewest random labels that find `at_least` with this chance."""
    chance, n = [1.0] + [0.0] * (at_least - 1), 0
    while sum(chance) > 1 - confidence:
        chance, n = one_more(chance, rate), n + 1
    return n


predict("n_for_five", actual=labels_needed(0.02, 5, 0.95))
chances = [round(float(stats.binom.sf(4, n, 0.02)), 4) for n in (455, 456)]
labels_needed(0.02, 1, 0.95), chances, stats.binomtest(1, 50).proportion_ci()

# %% [markdown]
# 149 for one, 456 for five (*measured*): three times, not five.
# The 2 % must come from *earlier* labels; 1 find in 50 leaves .05 % to 10.6 % open (Clopper-Pearson, *measured*): plan with a rate you would defend as low. A sample sized by what it shows, or stopped at the first find, biases its own rates.
#
# Now use what people *did*:

# %%
by_feedback = {
    kind: np.mean(["unsafe_step" in agreed[n] for n in agreed if feedback[n] == kind])
    for kind in read
}
pd.DataFrame(
    {"in the log": Counter(feedback.values()), "read": read, "unsafe among read": by_feedback}
).round(3)

# %% [markdown]
# Strata differ a lot, so read the rich ones more.
#
# **Given** `strata`: for each name its `size` and the class's `rate` there; `at_least`; `confidence`; `floor`. Every stratum holds `floor` traces or more.
#
# **Produce** the number of labels for each stratum: the plan with the *smallest total* that finds `at_least` or more in all with at least this chance.
#
# **Rules:** every stratum gets at least `floor` labels (without them it has no rate) and at most its `size`. Each label finds the class with its stratum's rate, independently. Where no plan reaches the chance, raise `ValueError`. Any best plan will do.
#
# **Example:** `plan_sample({"log": {"size": 2400, "rate": 0.02}}, 5, 0.95, 0)` gives `{"log": 456}`. With `{"down": {"size": 120, "rate": 0.2}, "rest": {"size": 2280, "rate": 0.01}}`, 5, .95 and a floor of 20 it is `{"down": 43, "rest": 20}`. 5 points.


# %% role="answer" task="plan_sample" points=5
def plan_sample(
    strata: dict[str, dict[str, float]], at_least: int, confidence: float, floor: int
) -> dict[str, int]:
    """Return the smallest plan: labels by stratum (about 12 lines)."""
    plan = dict.fromkeys(strata, floor)
    chance = [1.0] + [0.0] * (at_least - 1)
    for stratum in strata.values():
        for _ in range(floor):
            chance = one_more(chance, stratum["rate"])
    ### BEGIN SOLUTION
    for name in sorted(strata, key=lambda n: -strata[n]["rate"]):
        while sum(chance) > 1 - confidence and plan[name] < strata[name]["size"]:
            chance = one_more(chance, strata[name]["rate"])
            plan[name] += 1
    if sum(chance) > 1 - confidence:
        raise ValueError("No plan of this size finds so many.")
    return plan
    ### END SOLUTION


# %% role="check" task="plan_sample"
check("plan_sample")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# The floors are laid. Where does the next label help most?
# </details>
# <details><summary>Hint 2: nearly there</summary>
# In the richest stratum, until its traces run out. <code>sum(chance)</code> is the chance to fall short.
# </details>


# %%
# Your plan for this log, and what each design buys. A trace is read once, so finds are
# hypergeometric: 432 random reads do, where independent labels would take 456.
def band(n: int, shares: dict[str, float]) -> tuple[int, ...]:
    """Return the 5 %, 50 % and 95 % points of finds among n labels, so many of each stratum."""
    chance = np.ones(1)
    for kind, share in shares.items():
        here = stats.hypergeom.pmf(range(49), in_log[kind], unsafe_in[kind], round(n * share))
        chance = np.convolve(chance, here)[:49]
    return tuple(int(np.searchsorted(chance.cumsum(), q)) for q in (0.05, 0.5, 0.95))


in_log = Counter(feedback.values())
unsafe_in = Counter(feedback[name] for name, modes in planted.items() if "unsafe_step" in modes)
strata = {kind: {"size": in_log[kind], "rate": unsafe_in[kind] / in_log[kind]} for kind in in_log}
try:
    print(plan_sample(strata, 5, 0.95, 20))
except NotImplementedError:
    print("Your plan_sample is not written yet.")
in_log["all"], unsafe_in["all"] = 2400, 48
designs = {
    "random": {"all": 1.0},
    "as read": {kind: count / 300 for kind, count in read.items()},
    "half from down": {kind: 0.5 if kind == "down" else 0.125 for kind in read},
}
bands = {}
for name, shares in designs.items():
    possible = [n for n in range(1, 501) if all(n * shares[k] <= in_log[k] for k in shares)]
    bands[name] = np.array([(n, *band(n, shares)) for n in possible])
enough = {name: int(found[found[:, 1] >= 5][0, 0]) for name, found in bands.items()}
del in_log["all"]

fig, ax = plt.subplots(figsize=(8, 4.2), layout="constrained")
for (name, found), (colour, line) in zip(
    bands.items(), (("#D55E00", "--"), ("#0072B2", "-"), ("#009E73", ":")), strict=True
):
    ax.fill_between(*found[:, [0, 1, 3]].T, color=colour, alpha=0.18, linewidth=0)
    ax.plot(*found[:, [0, 2]].T, line, color=colour, linewidth=2.5)
    ax.annotate(name, found[-1, [0, 2]], (6, -3), textcoords="offset points", color=colour)
ax.axhline(5, color="#444444", linewidth=1)
ax.annotate("five finds", (0, 5), (2, 4), textcoords="offset points", color="#444444")
ax.set(xlabel="traces read (n)", ylabel="unsafe answers found", xlim=(0, 500), ylim=(0, 32))
ax.set_title(
    f"Five unsafe answers take {enough['random']} random reads, {enough['as read']} stratified "
    f"ones,\n{enough['half from down']} when half come from downvotes (band: middle 90 %)",
    loc="left",
)
ax.spines[["top", "right"]].set_visible(False)
plt.show()

# %% [markdown]
# ## Task 2: Weigh what you read
# The price of stratifying: the sample no longer looks like the log.
# Of 900 silent traces and 100 downvoted ones you read 50 each, and find 5 and 25 faulty. The average of what was read is 30 %; weighted, it is .9 × 5/50 + .1 × 25/50 = 14 %.
# You chose how many of each to read, so weights undo it; and since silence is a stratum too, they correct for *who responds*.
#
# What percentage of the 300 is unsafe, where 2.0 % of the log are?

# %% role="predict"
predict("unsafe_percent_of_read", ...)

# %%
unsafe = np.mean(["unsafe_step" in modes for modes in agreed.values()])
predict("unsafe_percent_of_read", actual=round(100 * float(unsafe), 1))

# %% [markdown]
#
# **Given** `sizes`, the log's traces by stratum; `labelled`, records with `stratum` and `modes` (at least two of each stratum); `modes`.
#
# **Produce** for each mode `{"rate", "low", "high"}`.
#
# **Rules.** With $W_h$ the stratum's share of the log, $N_h$ and $n_h$ its traces and its labelled ones, $p_h$ the share of these with the mode:
#
# $$\hat p = \sum_h W_h p_h \qquad v = \sum_h W_h^2 \Big(1 - \frac{n_h}{N_h}\Big) \frac{p_h (1 - p_h)}{n_h - 1}$$
#
# The *effective n* is $\hat p (1 - \hat p) / v$, at most the number labelled in all, and that number where v is 0.
# Low and high are `wilson(rate, effective_n)`. A trace counts for each of its modes.
#
# **Example:** the log above, 5 of 50 and 25 of 50, gives rate 0.14, low 0.082, high 0.230. 5 points.


# %%
def wilson(rate: float, n: float, z: float = 1.96) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a rate seen in n."""
    centre, spread = rate + z * z / 2 / n, z * math.sqrt(rate * (1 - rate) / n + (z / 2 / n) ** 2)
    return (centre - spread) / (1 + z * z / n), (centre + spread) / (1 + z * z / n)


# %% role="answer" task="estimate_rates" points=5
def estimate_rates(
    sizes: dict[str, int], labelled: list[dict[str, Any]], modes: list[str]
) -> dict[str, dict[str, float]]:
    """Return each mode's rate in the log, with its interval (about 15 lines)."""
    ### BEGIN SOLUTION
    total, n = sum(sizes.values()), len(labelled)
    counts = Counter(row["stratum"] for row in labelled)
    made = {}
    for mode in modes:
        found = Counter(row["stratum"] for row in labelled if mode in row["modes"])
        rate = variance = 0.0
        for name, size in sizes.items():
            weight, p = size / total, found[name] / counts[name]
            rate += weight * p
            left = 1 - counts[name] / size
            variance += weight**2 * left * p * (1 - p) / (counts[name] - 1)
        effective = min(n, rate * (1 - rate) / variance) if variance else n
        low, high = wilson(rate, effective)
        made[mode] = {"rate": rate, "low": low, "high": high}
    return made
    ### END SOLUTION


# %% role="check" task="estimate_rates"
check("estimate_rates")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# For each mode, two running sums over strata.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>p</code> comes from that stratum's rows only. The rate takes the weight, the variance its square.
# </details>

# %%
rows = [{"stratum": feedback[name], "modes": modes} for name, modes in agreed.items()]
truth = Counter(mode for modes in planted.values() for mode in modes)
table = pd.DataFrame({"planted": {m: truth[m] / 2400 for m in MODES}})
table["average of read"] = [np.mean([m in r["modes"] for r in rows]) for m in MODES]
try:
    table = table.join(pd.DataFrame(estimate_rates(dict(in_log), rows, MODES)).T)
except NotImplementedError:
    print("Your estimate_rates is not written yet.")
table.round(3)

# %% [markdown]
# Does it keep its word? Draw the same design 1,000 times, and count how often the planted rate is inside.

# %%
shows = {
    kind: np.array(
        [[m in planted.get(n, []) for m in MODES] for n in feedback if feedback[n] == kind]
    )
    for kind in in_log
}
rng, z, n = np.random.default_rng(19), 1.96, 300
rate, variance, plain = (np.zeros((1000, 8)) for _ in range(3))
for kind, labels in read.items():
    picks = rng.random((1000, in_log[kind])).argsort(axis=1)[:, :labels]
    p, weight = shows[kind][picks].mean(axis=1), in_log[kind] / 2400
    plain += labels / n * p
    rate += weight * p
    variance += weight**2 * (1 - labels / in_log[kind]) * p * (1 - p) / (labels - 1)
true = np.array([truth[m] / 2400 for m in MODES])


def covers(rate: np.ndarray, n: Any) -> np.ndarray:
    """Return how often Wilson's interval holds each mode's planted rate."""
    centre, spread = rate + z * z / 2 / n, z * np.sqrt(rate * (1 - rate) / n + (z / 2 / n) ** 2)
    return np.mean(np.abs(true * (1 + z * z / n) - centre) <= spread, axis=0)


effective = rate * (1 - rate) / np.maximum(variance, 1e-12)
coverage = {
    "average of read": covers(plain, n),
    "weighted, rate ± 1.96 √v": np.mean(np.abs(true - rate) <= z * np.sqrt(variance), axis=0),
    "weighted, effective n without a limit": covers(rate, effective),
    "weighted, effective n at most 300": covers(rate, np.minimum(effective, n)),
}
table = pd.DataFrame(coverage, index=MODES).round(2)
table["effective n"] = np.median(np.minimum(effective, n), axis=0).round()
table["sd"] = rate.std(axis=0).round(4)
table["sd, 300 at random"] = np.sqrt(true * (1 - true) / n * (2400 - n) / 2399).round(4)
pd.concat([table, table.mean().to_frame("mean").T.round(4)])

# %% [markdown]
# The unweighted average is confidently wrong. The textbook ± falls short too, most for the rarest: where no silent trace shows a mode, the heaviest stratum claims a variance of 0. The limit repairs that, and is cautious.
# The real price: each mode's rate varies *more* than with 300 random reads (*measured*). Rich strata find cases; they do not measure rates better.
#
# *Fact*: Franco and others, 2019, recommend Wilson's or a Bayesian form on the effective n, and find that all fall short under clustering. One customer asked 395 of the 2,400: for next month's log these intervals are too narrow.

# %% [markdown]
# ## Task 3: Measure agreement
# Two raters mark each trace as unsafe or not. Both are right 90 % of the time, on unsafe and on safe traces, independently. They agree on 82 %, whatever the mix.
# Cohen's kappa asks how far agreement exceeds chance: $\kappa = (p_o - p_e) / (1 - p_e)$, with $p_e$ the agreement of two people who keep their own habits and label blindly. At a prevalence of one half it is .64. What is it at 2 %?

# %% role="predict"
predict("kappa_at_2_percent", ...)


# %%
def kappa_at(prevalence: float, right: float = 0.9) -> float:
    """Return kappa of two independent raters who are equally often right."""
    agree = right**2 + (1 - right) ** 2
    said = prevalence * right + (1 - prevalence) * (1 - right)
    by_chance = said**2 + (1 - said) ** 2
    return (agree - by_chance) / (1 - by_chance)


predict("kappa_at_2_percent", actual=round(kappa_at(0.02), 2))
{prevalence: round(kappa_at(prevalence), 2) for prevalence in (0.5, 0.2, 0.1, 0.05, 0.02)}

# %% [markdown]
# The raters did not change; the class became rare, and most of their "unsafe" are now false alarms. Kappa is right to fall: these labels are poor. Quote it with the prevalence.
#
# By hand, 100 items: both *yes* 20, first yes only 5, second yes only 10, both *no* 65. $p_o$ = .85, $p_e$ = .25 × .30 + .75 × .70 = .60, $\kappa$ = .25 / .40 = .625.
#
# A kappa without an interval is half an answer. With $p_{ab}$ the share of items that the first rater called a and the second b, $p_{a\cdot}$ the first rater's share of a and $p_{\cdot a}$ the second's (*fact*: Fleiss, Cohen and Everitt, 1969, the large-sample variance):
#
# $$s^2 = \frac{1}{n (1-p_e)^2} \Big[ \sum_a p_{aa} \big(1 - (p_{a\cdot} + p_{\cdot a})(1 - \kappa)\big)^2 + (1-\kappa)^2 \sum_{a \ne b} p_{ab} (p_{\cdot a} + p_{b \cdot})^2 - \big(\kappa - p_e (1 - \kappa)\big)^2 \Big]$$
#
# **Given** `first` and `second`: each rater's label by item id.
#
# **Produce** `{"n", "observed", "kappa", "low", "high", "disputed"}`; the interval is $\kappa \pm 1.96 s$, not cut at 1; `disputed` are the ids with different labels, in `first`'s order: they go to a third person, not into the bin.
#
# **Rules:** only items that both rated count. Labels are any strings, two or more kinds. Where both used one and the same label throughout, kappa does not exist: `kappa`, `low` and `high` are `None`.
#
# **Example:** the hundred items above give n 100, observed 0.85, kappa 0.625, low 0.454, high 0.796, 15 disputed. 5 points.


# %% role="answer" task="agreement" points=5
def agreement(first: dict[str, str], second: dict[str, str]) -> dict[str, Any]:
    """Return Cohen's kappa with its interval, and what is disputed (about 20 lines)."""
    ids = [name for name in first if name in second]
    n = len(ids)
    cells = Counter((first[name], second[name]) for name in ids)
    ### BEGIN SOLUTION
    p = {pair: count / n for pair, count in cells.items()}
    rows, columns = defaultdict(float), defaultdict(float)
    for (a, b), share in p.items():
        rows[a] += share
        columns[b] += share
    labels = {*rows, *columns}
    observed = sum(first[name] == second[name] for name in ids) / n
    made = {"n": n, "observed": observed, "kappa": None, "low": None, "high": None}
    made["disputed"] = [name for name in ids if first[name] != second[name]]
    if len(labels) == 1:
        return made
    chance = sum(rows[a] * columns[a] for a in labels)
    kappa = (observed - chance) / (1 - chance)
    inside = -((kappa - chance * (1 - kappa)) ** 2)
    for (a, b), share in p.items():
        if a == b:
            inside += share * (1 - (rows[a] + columns[a]) * (1 - kappa)) ** 2
        else:
            inside += share * ((columns[a] + rows[b]) * (1 - kappa)) ** 2
    half = 1.96 * math.sqrt(max(inside, 0.0) / n) / (1 - chance)
    return made | {"kappa": kappa, "low": kappa - half, "high": kappa + half}
    ### END SOLUTION


# %% role="check" task="agreement"
check("agreement")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Two dicts of marginals; the rest is sums.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# On the diagonal the term has <code>rows[a] + columns[a]</code>; off it, <code>columns[a] + rows[b]</code>, crossed. Rounding can leave the bracket just below 0: <code>max(…, 0.0)</code>.
# </details>

# %%
# Ana and Ben, a mode at a time; "in the log" weighs each trace as task 2 does.
marked = {
    mode: [
        {r["id"]: "yes" if mode in r["marks"][who] else "no" for r in reviews}
        for who in ("ana", "ben")
    ]
    for mode in MODES
}
weights = [in_log[feedback[name]] / read[feedback[name]] for name in agreed]
found = {}
for mode, (ana, ben) in marked.items():
    two = list(ana.values()), list(ben.values())
    pairs = Counter(zip(*two, strict=True))
    found[mode] = {
        "only Ana": pairs["yes", "no"],
        "only Ben": pairs["no", "yes"],
        "both": pairs["yes", "yes"],
        "library": cohen_kappa_score(*two),
        "in the log": cohen_kappa_score(*two, sample_weight=weights),
    }
    try:
        own = agreement(ana, ben)
        found[mode] |= {k: own[k] for k in ("observed", "kappa", "low", "high")}
    except NotImplementedError:
        pass
pd.DataFrame(found).T.round(2)

# %% [markdown]
# Observed agreement flatters every mode (*measured*); with few *yes*, this large-sample interval is a little short. Kappas and intervals are of the 300 *as read*, where faults are common. In the log seven of eight are lower: `wrong_version` .49 instead of .67, below its own interval.
#
# Two are low for different reasons. On `needless_refusal` they miss evenly: noise. On `withdrawn_source` Ana alone marks 13, Ben alone 4: a rule they do not share. You will write it at the end.

# %% [markdown]
# ## Task 4: Code open notes
# Modes are found by reading: note what went wrong, group, name. Our team did; its names are code words (*kettle*), several for a mode. Now code must sort the rest.
# Notes come in *families* of phrasing, four here. The usual rule looks for telling phrases. How good is it on a family that it was not made from?


# %%
def macro_f1(truth: list[list[str]], got: list[list[str]]) -> float:
    """Return the mean over modes of F1; a note may have several modes."""
    scores = []
    for mode in MODES:
        both = sum(mode in t and mode in g for t, g in zip(truth, got, strict=True))
        either = sum(mode in t for t in truth) + sum(mode in g for g in got)
        scores.append(2 * both / either if either else 0.0)
    return sum(scores) / len(scores)


PHRASES = {
    "wrong_version": "another release|older build|version mismatch",
    "wrong_product": "different product|two appliances|other component",
    "invented_citation": "does not exist|reference up|dead footnote",
    "unsupported_claim": "no passage says|never state|without evidence",
    "withdrawn_source": "withdrawn|retracted|obsolete",
    "needless_refusal": "refused|did not know|despite hit",
    "missing_step": "left out|skipped|incomplete",
    "unsafe_step": "protection off|disabling|dangerous",
}


def by_phrases(train: Any, labels: Any, notes: list[str]) -> list[list[str]]:
    """Code notes by phrases found in three of the families."""
    return [[m for m in MODES if re.search(PHRASES[m], note.lower())] for note in notes]


def on_family(coder: Any, family: str) -> float:
    """Train on the other families and return macro-F1 on this one."""
    train = [r for r in reviews if r["family"] != family]
    test = [r for r in reviews if r["family"] == family]
    got = coder([r["note"] for r in train], [r["agreed"] for r in train], [r["note"] for r in test])
    return macro_f1([r["agreed"] for r in test], got)


families = ("verdict", "story", "ticket", "telegram")
for r in [r for r in reviews if r["agreed"]][:6]:
    print(f"{', '.join(r['agreed']):18} {r['note']}")
{family: round(on_family(by_phrases, family), 2) for family in families}

# %% [markdown]
# At home it scores .14 to .22: the phrases are often absent, and also stand where a mode is *ruled out*. On `telegram` it finds nothing (*measured*). Test a coder on phrasing it has not seen, or you measure memory.
#
# **Given** training notes, their modes, and notes of the same team to code.
#
# **Produce** a list of modes for each note; several, or none.
#
# **Judged** on a fresh team with words of its own: 160 training notes in the four families, then 110 notes, 70 of them in two families that are in no file here. Wanted are macro-F1 of .8 on known and on held-out phrasing, and no mode for at least half of the faultless notes. (The reference reaches all three on every team of the book's truth table, *measured*.)
#
# **Example:** where a team says *kettle* for `unsafe_step`, `"Is it kettle?"` gets `["unsafe_step"]`.
# Stay below a second; compare ideas with `on_family`. 6 points.


# %% role="answer" task="classify_notes" points=6
def classify_notes(
    train_notes: list[str], train_labels: list[list[str]], notes: list[str]
) -> list[list[str]]:
    """Return the modes of each note, learned from the training notes (about 15 lines)."""
    ### BEGIN SOLUTION
    seen, together = Counter(), Counter()
    for note, modes in zip(train_notes, train_labels, strict=True):
        for word in {w.rstrip("s") for w in re.findall(r"[a-z]+", note.lower())}:
            seen[word] += 1
            together.update((word, mode) for mode in modes)
    names = list(dict.fromkeys(mode for modes in train_labels for mode in modes))
    evidence = {
        word: [m for m in names if together[word, m] >= 0.9 * count]
        for word, count in seen.items()
        if count >= 2
    }
    coded = []
    for note in notes:
        words = {w.rstrip("s") for w in re.findall(r"[a-z]+", note.lower())}
        found = {mode for word in words for mode in evidence.get(word, ())}
        coded.append([mode for mode in names if mode in found])
    return coded
    ### END SOLUTION


# %% role="check" task="classify_notes"
check("classify_notes")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Which words would still stand there had another person written the note?
# </details>
# <details><summary>Hint 2: nearly there</summary>
# Count in how many training notes each word stands, and keep words that nearly always come with a mode. Plurals are the same word. (A linear model needs little regularisation: by default it is too timid.)
# </details>


# %%
def by_linear_model(train: list[str], labels: Any, notes: list[str]) -> list[list[str]]:
    """Code notes by one logistic regression a mode on their words."""
    words = CountVectorizer(binary=True, preprocessor=lambda t: re.sub(r"s\b", "", t.lower()))
    x, new = words.fit_transform(train), words.transform(notes)
    found: list[list[str]] = [[] for _ in notes]
    for mode in MODES:
        model = LogisticRegression(C=100).fit(x, [mode in modes for modes in labels])
        for modes, yes in zip(found, model.predict(new), strict=True):
            modes += [mode] if yes else []
    return found


print({family: round(on_family(by_linear_model, family), 2) for family in families})
try:
    print({family: round(on_family(classify_notes, family), 2) for family in families})
except NotImplementedError:
    print("Your classify_notes is not written yet.")

# %% [markdown]
# Trained on three families, a linear model reaches .33 to .50, counted words .86 to .97 (*measured*): with three to ten notes a word, its threshold is seldom crossed. The data were enough. Real notes are less tidy.
# Count classes by task 2's weights.

# %% [markdown]
# ## Task 5: Split without leaks
# The set is cut in two: *dev*, which you tune on, and *test*, which you only measure on. People ask the same thing again, nearly word for word. A copy in each half, and you test memory.


# %%
@cache
def pairs_of_words(text: str) -> frozenset[tuple[str, str]]:
    """Return the neighbouring words of a text, in lower case and without marks."""
    words = re.findall(r"[a-z0-9.]+", text.lower())
    return frozenset(pairwise(words))


def similarity(a: str, b: str) -> float:
    """Return the share of two texts' word pairs that both have."""
    first, second = pairs_of_words(a), pairs_of_words(b)
    return len(first & second) / len(first | second)


recent = [t for t in traces if t["at"] >= traces[-500]["at"]]
near = [
    (a, b) for a, b in combinations(recent, 2) if similarity(a["question"], b["question"]) >= 0.75
]
len(near), near[0][0]["question"], near[0][1]["question"]

# %% [markdown]
# Some differ in the version only: too close as well.
# Split these last 500 at random, 30 % to test. How many of the 66 pairs have one in each half?


# %% role="predict"
predict("pairs_torn", ...)

# %%
draw = Random(19)
test = {t["id"] for t in draw.sample(recent, 150)}
torn = sum((a["id"] in test) != (b["id"] in test) for a, b in near)
predict("pairs_torn", actual=torn)

# %% [markdown]
# A customer's questions are alike in other ways too, so whole customers go to one side.
#
# **Given** `traces`: records with `id`, `at`, `source`, `question` (two words or more), in no useful order; `share`, what part of the kept traces goes to test.
#
# **Produce** `{"test", "dev", "dropped"}`: lists of ids, every trace in exactly one.
#
# **Rules:** two traces are near-duplicates where `similarity` is at least .75. Chains count: if a is like b and b like c, the three are one group. Of each group the earliest (`at`) stays, the others are dropped, whoever asked. Of the kept ones no source is on both sides, and test holds `share` of them, give or take one trace (there are enough small sources).
#
# **Example:** "Rotate the key now", asked by A at minute 5 and, with "please" added, by B at minute 3: A's is dropped. 5 points.
#
# Beside such a set stand what is in, what was left out and why, and a version.


# %% role="answer" task="split_traces" points=5
def split_traces(traces: list[dict[str, Any]], share: float) -> dict[str, list[str]]:
    """Return the ids of test, dev and what was dropped (about 20 lines)."""
    ### BEGIN SOLUTION
    rows = sorted(traces, key=lambda t: t["at"])
    group = {t["id"]: t["id"] for t in rows}
    for a, b in combinations(rows, 2):
        first, second = group[a["id"]], group[b["id"]]
        if first != second and similarity(a["question"], b["question"]) >= 0.75:
            group = {name: first if g == second else g for name, g in group.items()}
    stays: dict[str, dict[str, Any]] = {}
    for t in rows:
        stays.setdefault(group[t["id"]], t)
    by_source = defaultdict(list)
    for t in stays.values():
        by_source[t["source"]].append(t["id"])
    room, test = round(share * len(stays)), []
    for ids in sorted(by_source.values(), key=len, reverse=True):
        if len(test) + len(ids) <= room:
            test += ids
    kept = {t["id"] for t in stays.values()}
    return {
        "test": test,
        "dev": [t["id"] for t in rows if t["id"] in kept and t["id"] not in test],
        "dropped": [t["id"] for t in rows if t["id"] not in kept],
    }
    ### END SOLUTION


# %% role="check" task="split_traces"
check("split_traces")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Groups first, then who stays, then who goes where.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# Start with a group a trace; for each similar pair, rename one group to the other everywhere. Then take sources from the largest down, while they fit.
# </details>

# %% [markdown]
# ## Task 6: Separate two systems
# Two systems that both score 90 % on ordinary questions may differ where it hurts. So you *write* cases: synthetic, marked so, reported apart. They say that a system has a fault, never how often users meet it.
#
# The systems are *simulated*: each answers a product and version with the id of a passage, or `"unknown"`. Right is the passage of exactly that product, not withdrawn, with `from` ≤ version < `before`. Shortcuts are ways to be wrong:


# %%
SHORTCUTS = {
    "family": "reads passages of every product with the same first word",
    "text": "compares versions as text, so 3.10 comes before 3.9",
    "closed": "takes `before` as included",
    "withdrawn": "reads withdrawn passages too",
    "early": "takes the version right before `from` as included",
    "guesses": "gives the last passage it read where none fits, never unknown",
}


def number(version: str) -> tuple[int, ...]:
    """Read a version as numbers, so that 3.10 comes after 3.9."""
    return tuple(map(int, version.split(".")))


def follows(version: str, later: str) -> bool:
    """Tell whether `later` is the next minor version."""
    major, minor = number(version)
    return number(later) == (major, minor + 1)


def respond(passages: list[dict[str, Any]], product: str, version: str, shortcuts: Any = ()) -> str:
    """Return what a system with these shortcuts answers: the first passage that fits."""
    key = str if "text" in shortcuts else number
    asked, last = key(version), "unknown"
    for p in passages:
        same = p["product"] == product or (
            "family" in shortcuts and p["product"].split()[0] == product.split()[0]
        )
        if not same or (p["withdrawn"] and "withdrawn" not in shortcuts):
            continue
        above = key(p["from"]) <= asked or ("early" in shortcuts and follows(version, p["from"]))
        below = asked < key(p["before"]) or ("closed" in shortcuts and version == p["before"])
        if above and below:
            return p["id"]
        last = p["id"]
    return last if "guesses" in shortcuts else "unknown"


shelf = [
    {"id": "P1", "product": "Gate Core", "from": "3.2", "before": "3.9", "withdrawn": False},
    {"id": "P2", "product": "Gate Core", "from": "3.9", "before": "3.12", "withdrawn": False},
    {"id": "P3", "product": "Gate Edge", "from": "3.2", "before": "3.20", "withdrawn": False},
    {"id": "P4", "product": "Gate Core", "from": "3.12", "before": "3.16", "withdrawn": True},
    {"id": "P5", "product": "Gate Edge", "from": "3.20", "before": "3.25", "withdrawn": False},
]
asked = [("Gate Core", v) for v in ("3.1", "3.5", "3.9", "3.10", "3.12", "3.17")]
WEAK = ("closed", "withdrawn")
seen = [("Gate Core", f"3.{minor}") for minor in (2, 4, 9, 11, 13)]
seen += [("Gate Edge", f"3.{minor}") for minor in (1, 5, 25)]
transcripts = [
    {"product": p, "version": v, "expected": respond(shelf, p, v)}
    | {"strong": respond(shelf, p, v), "weak": respond(shelf, p, v, WEAK)}
    for p, v in seen
]
print(pd.DataFrame(transcripts))
pd.DataFrame(
    {name: [respond(shelf, *q, [name]) for q in asked] for name in SHORTCUTS}
    | {"right": [respond(shelf, *q) for q in asked]},
    index=[f"{product} {version}" for product, version in asked],
)

# %% [markdown]
# 3.5, inside a range, separates nothing; borders and gaps do. But gaps alone would reward a system that always refuses.
#
# **Given** `passages`, each product with one major version; `transcripts`, 44 earlier cases with `product`, `version`, `expected` and the answers of a `strong` and a `weak` system; `count`. The weak one has two shortcuts; both make a few slips.
#
# **Produce** `count` cases `{"product", "version", "expected", "origin"}`; `origin` is `"synthetic"`; a version is major.minor, such as `"3.10"`.
#
# **Rules:** `expected` is what the *passages* say, never what a system answered. Every question is new: not twice, not in the transcripts. At least 3 cases have an answer other than `"unknown"`.
#
# **Judged** on builds that are not in the transcripts: the weak system without slips must fail all 9 cases. Of the two builds that keep one shortcut each, either must fail at least 3 cases that the other passes: then a failure names its fault.
#
# **Example:** if the weak system is `closed`, then `{"product": "Gate Core", "version": "3.9", "expected": "P2", "origin": "synthetic"}` is a good case. 6 points.


# %% role="answer" task="write_cases" points=6
def write_cases(
    passages: list[dict[str, Any]], transcripts: list[dict[str, Any]], count: int
) -> list[dict[str, str]]:
    """Return `count` new cases that the weak system fails (about 25 lines)."""
    ### BEGIN SOLUTION
    wrong = [t for t in transcripts if t["weak"] != t["expected"]]
    explained = Counter()
    for s in SHORTCUTS:
        for t in wrong:
            explained[s] += respond(passages, t["product"], t["version"], [s]) == t["weak"]
    weak = [s for s, _ in explained.most_common(2)]
    old = {(t["product"], t["version"]) for t in transcripts}
    pools = {(s,): [] for s in weak} | {tuple(weak): [], (): []}
    for product in sorted({p["product"] for p in passages}):
        major, top = max(number(p["before"]) for p in passages if p["product"] == product)
        for version in (f"{major}.{minor}" for minor in range(top + 3)):
            right = respond(passages, product, version)
            if (product, version) in old or respond(passages, product, version, weak) == right:
                continue
            case = {"product": product, "version": version, "expected": right}
            fooled = [s for s in weak if respond(passages, product, version, [s]) != right]
            pools[tuple(fooled)].append(case | {"origin": "synthetic"})
    for pool in pools.values():
        pool.sort(key=lambda case: case["expected"] == "unknown")
    first, second = (pools[(s,)] for s in weak)
    chosen = [case for pair in zip(first, second, strict=False) for case in pair]
    chosen += [case for pool in pools.values() for case in pool if case not in chosen]
    return chosen[:count]
    ### END SOLUTION


# %% role="check" task="write_cases"
check("write_cases")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Which single shortcut, given to <code>respond</code>, reproduces most of the weak system's errors?
# </details>
# <details><summary>Hint 2: nearly there</summary>
# Try each product's versions up to two past its last range. Keep what a system with both shortcuts gets wrong, sorted by which single one does too. Take from the two in turn, answered ones first.
# </details>


# %%
def fails(cases: list[dict[str, str]], shortcuts: Any) -> int:
    """Return how many of the cases a system with these shortcuts fails."""
    got = [respond(shelf, c["product"], c["version"], shortcuts) for c in cases]
    return sum(g != c["expected"] for g, c in zip(got, cases, strict=True))


try:
    cases = write_cases(shelf, transcripts, 4)
    print({build: fails(cases, build) for build in [(), WEAK, WEAK[:1], WEAK[1:]]})
except NotImplementedError:
    print("Your write_cases is not written yet.")

# %% [markdown]
# ## Write it down: a labelling guide
# Ana and Ben disagree on `wrong_version` and `withdrawn_source`; Cleo read half. Write the part of the guide that settles these two, and which traces it covers: at most 200 words. A stranger must be able to decide from it. 8 points. Three of their disputes:

# %%
marks = {r["id"]: r["marks"] for r in reviews}
for t in traces:
    if t["id"] in ("t0343", "t0094", "t2105"):
        print(t["question"], t["answer"], marks[t["id"]], "", sep="\n")

# %% [markdown] role="written" task="labelling_guide" points=8
# ### BEGIN SOLUTION
# *Version 3, for logged answers that cite a document; greetings and test accounts are left out.*
#
# **withdrawn_source.** The answer states something that only a document marked *withdrawn* on the day of the answer says. Look the document up; the date decides.
# *Positive:* "TA-017 says to stay on 4.2", TA-017 withdrawn in May, asked in June. *Near miss:* it cites TA-017, withdrawn in July, asked in June: not this mode.
#
# **wrong_version.** Some document in force says this for another version, and not for the version in the question.
# *Positive:* asked about 4.2, gets the steps of RB-12, "for 3.x". *Near miss:* asked without a version, gets the steps for the newest: not this mode.
#
# **Tie rule.** First look at the document's status, then at its range. If the document is withdrawn, mark withdrawn_source only; mark both only if two different sentences fail, one for each reason.
#
# **Escalate**, do not guess: the status on that day cannot be found, or the version can be read in two ways. Put the trace on the list for Thursday, with one line on what you could not decide; whatever is settled there becomes an example in this guide, with a new version number.
# ### END SOLUTION

# %% [markdown] role="rubric" task="labelling_guide"
# | criterion | 0 | 1 | 2 |
# |---|---|---|---|
# | Decidable definitions | none, or taste: "mark it if the source is bad" | a definition that leaves cases open: "the source is outdated" | a test with a fact to look up: "the document was marked withdrawn on the day of the answer" |
# | Positive and near miss | none | a positive for each: "cites TA-017, withdrawn" | for each mode a positive and a near miss that differs in the one thing that decides: "withdrawn a month later: not this mode" |
# | Tie rule | none, or "use judgement" | an order without the case of two faults: "withdrawn comes first" | an order and what to do with both: "status before range; both only if two sentences fail for two reasons" |
# | Scope and escalation | neither | one: "ask if unsure", or "for answers that cite a document" | which traces, the guide's version, when to ask whom, and what follows: "status unknown: Thursday's list; what is settled becomes an example, version 4" |

# %% [markdown]
# ## What you did
# **Closed book**, from [Price an answer](../11_price_an_answer/11_price_an_answer.ipynb) and [Find the passage](../16_find_the_passage/16_find_the_passage.ipynb): skip what you have not done.
# 1. A model labels 2,400 traces, 900 tokens in and 50 out each, at 0.15 and 0.60 dollars a million. What does that cost, in dollars?
# 2. Relevant passages stand at ranks 2 and 5; a third was not returned. What is recall at 5, times reciprocal rank?
# 3. The answer is characters 200 to 300. Ranked chunks: 180 to 240 (70 tokens), 230 to 320 (60 tokens). What is recall at a budget of 120 tokens?

# %% role="predict"
predict("labels_usd", ...)
predict("recall_times_rr", ...)
predict("recall_at_120", ...)

# %%
predict("labels_usd", actual=round(2_400 * (900 * 0.15 + 50 * 0.60) / 1e6, 3))
predict("recall_times_rr", actual=round(2 / 3 * 1 / 2, 3))
predict("recall_at_120", actual=(240 - 200) / 100)

# %% [markdown]
# **On your own:** plan 200 labels for your own log: strata, floors, the rarest class you must see.
#
# **Readings**
# - [Fleiss, Cohen and Everitt, 1969](https://doi.org/10.1037/h0028106): where the interval comes from, and which formulas it corrected.
# - [Franco and others, 2019](https://pmc.ncbi.nlm.nih.gov/articles/PMC6690503): seven intervals for proportions in stratified and clustered samples, compared.
# - [CheckList](https://aclanthology.org/2020.acl-main.442/): behavioural cases for language systems, with the faults they found.
