# %% [markdown]
# # Numbers you can trust
# Version B passed 83.4 % of your eval, version A 79.7 %. Would other questions of the same kind say so too?
#
# **You build** an interval for a rate, the trials that rule a failure out, an interval for the difference of two versions, the size of an experiment, an interval for questions that share documents, and a rule for many comparisons.
#
# **You learn** to say how sure a number is, to ask how many before you measure, and to recognise selected luck.
#
# **You need** Python functions and lists, and no statistics: each formula is one line of code. If you know why p ± 1.96 standard errors fails at 0 of 50, go straight to the tasks.
#
# 110 minutes, 39 points. Rung: AI Engineer. Competencies: C070, C216.
#
# Tags: *fact* (source, date), *measured* (by the cell above it), *simulated*.

# %% role="setup"
from autograder import check, load, predict, reveal

runs = load("eval_runs/runs")

# %% [markdown]
# ## Look at an eval
# Two versions of an assistant answered the same questions (*simulated*). A row is a question, written about one document on one topic. `a` and `b` say who passed; the scores are a grader's.
# You own these 433 questions, and care about others: the **true rate** is the share that endless questions of this kind would pass. The **observed rate** misses it by luck, and an interval says by how much.

# %%
import math
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.stats import binom, binomtest, norm, t

table = pd.DataFrame(runs)
print(len(table), "questions,", table.document.nunique(), "documents;", "pass rates:")
print(table[["a", "b"]].mean().round(3).to_dict())
table.iloc[[0, 1, 11, 200, 432]]

# %% [markdown]
# ## Task 1: Put an interval on a rate
# A 95 % interval is made by a procedure that, eval after eval, holds the true rate 95 times in 100. That share is its **coverage**, and you need no theory to find it: n questions have only n + 1 possible counts.
# The best-known interval is Wald's, rate ± 1.96 standard errors:


# %%
def wald(passed: int, asked: int) -> tuple[float, float]:
    """Return the rate plus and minus 1.96 standard errors."""
    rate = passed / asked
    half = 1.96 * math.sqrt(rate * (1 - rate) / asked)
    return rate - half, rate + half


def coverage(interval: Any, n: int, true_rate: float) -> float:
    """Add the chances of all counts whose interval holds the true rate."""
    held = 0.0
    for k in range(n + 1):
        low, high = interval(k, n)
        held += binom.pmf(k, n, true_rate) * (low <= true_rate <= high)
    return float(held)


wald(10, 50), coverage(wald, 50, 0.2)

# %% [markdown]
# At a rate of 20 % it covers 93.8 % and not 95. Now a false alarm rate of 2 %, with 50 alerts. How often does it hold the truth?

# %% role="predict"
predict("wald_coverage", ...)

# %%
predict("wald_coverage", actual=round(coverage(wald, 50, 0.02), 3))
wald(0, 50), float(binom.pmf(0, 50, 0.02))

# %% [markdown]
# With a chance of 36 % no alert is false, and then Wald says "0 to 0": certain, and wrong.
# Wald takes the spread from the *observed* rate. **Wilson** asks which *true* rates make the count unsurprising, with the spread each of them would have:
#
# $$\frac{\hat p + \frac{z^2}{2n} \pm z\sqrt{\frac{\hat p(1-\hat p)}{n} + \frac{z^2}{4n^2}}}{1 + \frac{z^2}{n}}$$
#
# $\hat p$ is the observed rate; $z$ is 1.96 for 95 %, in general `norm.ppf((1 + confidence) / 2)`. Both, at every true rate:


# %%
def scipy_wilson(passed: int, asked: int) -> tuple[float, float]:
    """Return Wilson's interval from SciPy."""
    found = binomtest(passed, asked).proportion_ci(method="wilson")
    return found.low, found.high


def curve(interval: Any, n: int, rates: Any) -> Any:
    """Return the coverage at each rate, making each interval once."""
    low, high = np.array([interval(k, n) for k in range(n + 1)]).T[:, :, None]
    return (binom.pmf(np.arange(n + 1)[:, None], n, rates) * (low <= rates) * (rates <= high)).sum(
        0
    )


rates = np.arange(0.005, 0.301, 0.0005)
fig, ax = plt.subplots(figsize=(8, 3.4), layout="constrained")
ax.axhline(0.95, color="black", linewidth=0.8, label="what both promise")
ax.plot(rates, curve(scipy_wilson, 50, rates), color="#0072B2", linewidth=1.2, label="Wilson")
ax.plot(rates, curve(wald, 50, rates), "--", color="#D55E00", linewidth=1.2, label="Wald")
ax.set(xlabel="true rate (share)", ylabel="coverage (share of evals)", ylim=(0.2, 1.02))
ax.set_title("Wald breaks its promise where rates are small (n = 50)", loc="left")
ax.spines[["top", "right"]].set_visible(False)
ax.legend(frameon=False, loc="lower right")
plt.show()

# %% [markdown]
# The teeth are no noise: counts are whole numbers, so coverage jumps.
#
# **Given** `rows`, each `[passed, asked]`, and `confidence`.
# **Produce** one `[low, high]` for each row.
# **Judged** by exact enumeration at n of 50 to 200, over true rates of 1 % to 30 % and 70 % to 99 %: at 95 %, mean coverage at least .945, nowhere below .87 (another confidence: mean at most .008 below it, nowhere below .7); mean width at most 1.15 times Wilson's. Each interval stays within 0 and 1 and holds the observed rate; for 0 of n its upper end lies between 2 / n and 5 / n.
# The method is up to you: Wilson, Agresti-Coull, Jeffreys and Clopper-Pearson pass; Wald, the percentile bootstrap and Hoeffding do not (*measured*).
# **Example:** `rate_intervals([[0, 50]], 0.95)` is about `[[0.0, 0.071]]`. 6 points.


# %% role="answer" task="rate_intervals" points=6
def rate_intervals(rows: list[list[int]], confidence: float) -> list[list[float]]:
    """Return an interval for each row of passed and asked (about 8 lines)."""
    z = float(norm.ppf((1 + confidence) / 2))
    ### BEGIN SOLUTION
    found = []
    for passed, asked in rows:
        rate = passed / asked
        middle = rate + z * z / (2 * asked)
        half = z * math.sqrt(rate * (1 - rate) / asked + z * z / (4 * asked**2))
        share = 1 + z * z / asked
        found.append([max(0.0, (middle - half) / share), min(1.0, (middle + half) / share)])
    return found
    ### END SOLUTION


# %% role="check" task="rate_intervals"
check("rate_intervals")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Before the loop, <code>z</code>. In it, four lines: the rate, the middle, half the width, the divisor.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>half = z * math.sqrt(rate * (1 - rate) / asked + z * z / (4 * asked**2))</code>. Rounding may leave -1e-18: clip with <code>max</code> and <code>min</code>. SciPy's <code>binomtest(k, n).proportion_ci(confidence, "wilson")</code> does it too.
# </details>
#
# On new data, the pass rates of both versions. The intervals overlap. Does that mean no difference? Hold that thought until task 3.

# %%
try:
    passes = [[int(table[name].sum()), len(table)] for name in ("a", "b")]
    print([[round(end, 3) for end in pair] for pair in rate_intervals(passes, 0.95)])
except NotImplementedError:
    print("Your rate_intervals is not written yet.")

# %% [markdown]
# ## Task 2: What zero failures prove
# Your red team sent 60 attacks, and none got through. Which success rate of attacks, in percent, would still leave a 5 % chance of such luck?

# %% role="predict"
predict("still_possible", ...)

# %%
predict("still_possible", actual=round(100 * (1 - 0.05 ** (1 / 60)), 2))
(1 - 0.0487) ** 60, 3 / 60

# %% [markdown]
# `(1 - rate) ** 60 = 0.05` gives 4.87 %: "none in 60" is compatible with one in 21. The **rule of three**, 3 / n, comes close, since $-\ln 0.05$ is 2.996.
# This is one-sided: nobody fears that attacks succeed less often.
#
# Turned round, it plans: how many trials before a clean run rules out a rate? With failures allowed, "so few" takes the place of "none": the chance of at most `allowed` failures in n trials is `binom.cdf(allowed, n, rate)`.
#
# **Given** `rate`, `confidence` and `allowed`.
# **Produce** the fewest trials n for which at most `allowed` failures would have a chance of at most `1 - confidence`, if the true rate were `rate`. Exact.
# **Example:** `trials_needed(0.01, 0.95, 0)` is 299 (3 / 0.01 is 300); with one failure allowed it is 473. 4 points.


# %% role="answer" task="trials_needed" points=4
def trials_needed(rate: float, confidence: float, allowed: int) -> int:
    """Return the fewest trials that rule the rate out (about 4 lines)."""
    ### BEGIN SOLUTION
    n = allowed + 1
    step = 1
    while binom.cdf(allowed, n + step, rate) > 1 - confidence:
        step *= 2
    counts = np.arange(n, n + step + 1)
    return int(counts[np.argmax(binom.cdf(allowed, counts, rate) <= 1 - confidence)])
    ### END SOLUTION


# %% role="check" task="trials_needed"
check("trials_needed")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Raise n from <code>allowed + 1</code> until the chance is small enough. The first such n is the answer.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>while binom.cdf(allowed, n, rate) > 1 - confidence: n += 1</code>. For speed, give <code>binom.cdf</code> an array of many n.
# </details>

# %% [markdown]
# ## Task 3: Compare two versions
# Both versions answered the *same* questions. Many are easy for both or hard for both; only disagreements tell the versions apart.

# %%
pd.crosstab(table.a, table.b)

# %% [markdown]
# B won 27 questions and lost 11, so the difference is (27 − 11) / 433 = 3.7 points.
# Treated as two independent samples, its interval is 10.3 points wide. How wide is it, in points, if you use that the questions are the same?

# %% role="predict"
predict("paired_width", ...)

# %%
difference = table.b - table.a
apart = math.sqrt((table.a.var() + table.b.var()) / len(table))
together = math.sqrt(difference.var() / len(table))
gap = difference.mean()
print("unpaired", [round(float(gap + s * 1.96 * apart), 3) for s in (-1, 1)])
print("paired  ", [round(float(gap + s * 1.96 * together), 3) for s in (-1, 1)])
predict("paired_width", actual=round(100 * 2 * 1.96 * together, 1))

# %% [markdown]
# Half the width, from the same answers. Unpaired, 0 is inside: "no evidence". Paired, it is not. That the intervals of task 1 overlap says nothing about the difference.
#
# But the paired formula above is Wald's: where nothing differs, it says "0 to 0" once more. Bonett and Price's remedy (*fact*, 2012): **add one imaginary question that only A passes and one that only B passes**, then compute as before, with n + 2:
#
# `mean = (only_b - only_a) / n`, `variance = (only_a + only_b) / n - mean**2`, half a width is `1.96 * sqrt(variance / n)`.
#
# **Given** `tables`, each `[both, only_a, only_b, neither]`, counts of the same questions.
# **Produce** for each a 95 % interval `[low, high]` for the pass rate of B minus that of A.
# **Judged** by exact enumeration of the tables that occur. With 100 to 140 questions, 10 % to 16 % of them disagreements: coverage at least .93. With about 50, 7 % disagreements: at least .945. In both, mean width at most 1.15 times Bonett and Price's. Without a disagreement, ends between 1.5 / n and 8 / n from 0.
# **Example:** `paired_intervals([[40, 0, 0, 10]])` is about `[[-0.053, 0.053]]`. 5 points.


# %% role="answer" task="paired_intervals" points=5
def paired_intervals(tables: list[list[int]]) -> list[list[float]]:
    """Return an interval of B minus A for each table (about 8 lines)."""
    ### BEGIN SOLUTION
    found = []
    for both, only_a, only_b, neither in tables:
        n = both + only_a + only_b + neither + 2
        mean = (only_b - only_a) / n
        variance = (only_a + only_b + 2) / n - mean**2
        half = 1.96 * math.sqrt(variance / n)
        found.append([mean - half, mean + half])
    return found
    ### END SOLUTION


# %% role="check" task="paired_intervals"
check("paired_intervals")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Each question's difference is −1, 0 or 1. Two of the four counts are only needed for n.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# Add 1 to <code>only_a</code> and to <code>only_b</code> and 2 to n first; then the three formulas.
# </details>
#
# **Graded scores** have no table. The **bootstrap** draws the 433 differences of scores again, with replacement, and looks at how much their mean moves. It needs no formula, and stays paired, since it draws *differences*.
# What does it give for 40 passes in 40 questions: which lower end, in percent?

# %% role="predict"
predict("bootstrap_low", ...)

# %%
random = np.random.default_rng(9)
moves = (table.score_b - table.score_a).to_numpy()
means = random.choice(moves, (2000, len(moves))).mean(axis=1)
print("scores, B minus A:", [round(float(end), 3) for end in np.quantile(means, [0.025, 0.975])])
clean = random.choice(np.ones(40), (2000, 40)).mean(axis=1)
predict("bootstrap_low", actual=float(100 * np.quantile(clean, 0.025)))

# %% [markdown]
# "100 % to 100 %": it knows only what you saw, and from 40 passes draws 40 passes. Where a count may be 0 or n, use a formula.

# %% [markdown]
# ## Task 4: Ask how many before you measure
# An experiment can fail twice: by announcing a difference that is not there (**alpha**), or by missing one that is (its chance to find it is **power**).
# A question's difference has variance $\psi - \delta^2$, where $\delta$ is the difference of the rates and $\psi$ the share of questions on which the versions disagree. To keep $\delta$ clear of luck on both sides takes
#
# $$n = \frac{(z_{1-\alpha/2} + z_{\text{power}})^2\,(\psi - \delta^2)}{\delta^2}$$
#
# questions: `norm.ppf(1 - alpha / 2)` for false alarms, and `norm.ppf(power)` for misses.
# To see half the difference takes about four times the questions.
#
# **Given** `difference`, `discordant` (share of disagreements), `alpha` (two-sided) and `power`.
# **Produce** the number of questions, an int, for this test: "different" where `abs(only_b - only_a) > z * sqrt(only_a + only_b)`, with `z = norm.ppf(1 - alpha / 2)`.
# **Judged** by the exact power of that test at your n: at least `power - 0.01`, and a tenth fewer (n / 1.1) would not reach `power`.
# **Example:** `items_needed(0.04, 0.1, 0.05, 0.8)` is about 483. 5 points.


# %% role="answer" task="items_needed" points=5
def items_needed(difference: float, discordant: float, alpha: float, power: float) -> int:
    """Return how many paired questions find the difference (about 3 lines)."""
    ### BEGIN SOLUTION
    z = norm.ppf(1 - alpha / 2) + norm.ppf(power)
    return math.ceil(z**2 * (discordant - difference**2) / difference**2)
    ### END SOLUTION


# %% role="check" task="items_needed"
check("items_needed")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# The two quantiles are added before squaring.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>z = norm.ppf(1 - alpha / 2) + norm.ppf(power)</code>, then the formula, then <code>math.ceil</code>.
# </details>
#
# Your eval had 433 questions and 8.8 % disagreements: enough for 4 points (424). A true 2 points (1,719) it would have missed more often than not, and "no difference found" would have meant "too few questions".

# %%
try:
    for found in (0.02, 0.03, 0.04):
        print(found, items_needed(found, 0.088, 0.05, 0.8))
except NotImplementedError:
    print("Your items_needed is not written yet.")

# %% [markdown]
# ## Task 5: Count documents, not rows
# Questions about one document stand or fall together: if it was parsed badly, all of them fail. Rows then say less than their number.
# An example taken to the end: 30 questions, each asked four times, at temperature 0. How often does Wilson's 95 % interval on the 120 rows hold a true rate of 80 %?

# %% role="predict"
predict("copies_coverage", ...)

# %%
copies = [scipy_wilson(4 * k, 120) for k in range(31)]
held = [low <= 0.8 <= high for low, high in copies]
predict("copies_coverage", actual=round(float(binom.pmf(range(31), 30, 0.8) @ held), 3))

# %% [markdown]
# How much are your rows worth? Compare the spread *between documents* with the one independent rows would have. With share p over N rows of K documents:
#
# 1. a document's surplus: `r = passed - p * asked`;
# 2. variance of p: `K / (K - 1) * sum(r**2) / N**2`;
# 3. **effective rows**: the count at which independent rows would vary as much, `p * (1 - p) / variance`; at most N.
#
# The ratio N / effective rows is the **design effect**. Wilson takes fractions of rows as well:


# %%
def wilson(rate: float, n: float, z: float) -> list[float]:
    """Return Wilson's interval for a rate seen in n rows, whole or not."""
    half = z * math.sqrt(max(0.0, rate * (1 - rate)) / n + z * z / (4 * n * n))
    middle, share = rate + z * z / (2 * n), 1 + z * z / n
    return [max(0.0, (middle - half) / share), min(1.0, (middle + half) / share)]


by_document = table.groupby("document").a.agg(["sum", "size"])
share, count = table.a.mean(), len(by_document)
surplus = by_document["sum"] - share * by_document["size"]
variance = count / (count - 1) * (surplus**2).sum() / len(table) ** 2
worth = share * (1 - share) / variance
z = float(t.ppf(0.975, count - 1))
for n, quantile in ((len(table), 1.96), (worth, z)):
    print(round(n), "rows:", [round(float(end), 3) for end in wilson(share, n, quantile)])

# %% [markdown]
# Version A's 433 rows are worth 189. `t.ppf` stands in for 1.96, since only K documents told us the spread.
#
# **Given** `documents`, each `[passed, asked]`.
# **Produce** a 95 % interval `[low, high]` for the share of all questions that pass; it holds the observed share.
# **Judged**, all with fixed cases: one question a document (width within 15 % of Wilson's); copies, by exact enumeration over rates of 25 % to 75 % (mean coverage .93, nowhere below .88, width at most 1.2 times Wilson's on documents); documents alike in part (total width .82 to 1.12 times the method above, middle within .025); not alike (.78 to 1.2).
# **If everything passes, or nothing,** likeness cannot be seen: count each document once.
# **Example:** 30 documents of four copies, 24 passing: `clustered_interval([[4, 4]] * 24 + [[0, 4]] * 6)` is about `[0.62, 0.91]`; on rows it would be `[0.72, 0.86]`. 6 points.


# %% role="answer" task="clustered_interval" points=6
def clustered_interval(documents: list[list[int]]) -> list[float]:
    """Return an interval that counts what the rows are worth (about 8 lines)."""
    passed, asked = np.array(documents, dtype=float).T
    share, count = passed.sum() / asked.sum(), len(documents)
    z = float(t.ppf(0.975, count - 1))
    ### BEGIN SOLUTION
    if share in (0, 1):
        return wilson(share, count, z)
    variance = count / (count - 1) * ((passed - share * asked) ** 2).sum() / asked.sum() ** 2
    return wilson(share, min(asked.sum(), share * (1 - share) / variance), z)
    ### END SOLUTION


# %% role="check" task="clustered_interval"
check("clustered_interval")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Three steps above, then <code>wilson</code>. First treat the case in which nothing varies.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>surplus = passed - share * asked</code>; the variance divides by <code>asked.sum() ** 2</code>; what goes into <code>wilson</code> is <code>min(asked.sum(), share * (1 - share) / variance)</code>.
# </details>
#
# And the difference of A and B? The same variance works for any number per row, also for −1, 0 and 1:

# %%
by_document = difference.groupby(table.document).agg(["sum", "size"])
surplus = by_document["sum"] - gap * by_document["size"]
half = z * math.sqrt(count / (count - 1) * (surplus**2).sum()) / len(table)
[round(float(gap + s * half), 3) for s in (-1, 1)]

# %% [markdown]
# 1.0 to 6.4 points, hardly another interval than before (0.9 to 6.5). A document that is hard is hard for both versions, and pairing has already taken that out.

# %% [markdown]
# ## Task 6: Claim only what holds
# Your eval has 12 topics. Nothing differs anywhere, and you test each at 5 %. How likely is at least one "finding", in percent?

# %% role="predict"
predict("one_of_twelve", ...)

# %%
predict("one_of_twelve", actual=round(100 * (1 - 0.95**12)))
for topic, rows in table.groupby("topic"):
    wins, losses = int((rows.b > rows.a).sum()), int((rows.b < rows.a).sum())
    p = binomtest(wins, wins + losses).pvalue if wins + losses else 1.0
    if p < 0.05:
        print(topic, f"{wins}:{losses}, p = {p:.3f}")

# %% [markdown]
# There it is: a topic with its own story to tell, though B's true gain is the same on all (*simulated*: `make.py` says so).
# The p-value is of the **sign test**: if both were equally good, each disagreement would be a fair coin, and p is the chance of a split at least so uneven.
#
# Luck is selected in two more ways. **Best of 20**: of 20 equal prompts, each truly 80 % right, the best of 100 questions looks like 87 %. **Peeking**: look after every few questions, and stop at the first p below .05. In 2,000 A/A tests, where both sides are the same, how many percent find a winner if you look 20 times?

# %% role="predict"
predict("peeking", ...)

# %%
best = random.binomial(100, 0.8, (2000, 20)).max(axis=1).mean()
seen = np.arange(1, 401)
walks = random.choice([-1, 1], (2000, 400)).cumsum(axis=1)
crossed = np.abs(walks) > 1.96 * np.sqrt(seen)
looks = {n: np.arange(400 // n, 401, 400 // n) - 1 for n in (1, 2, 4, 5, 10, 20, 40)}
fooled = {n: 100 * crossed[:, at].any(axis=1).mean() for n, at in looks.items()}
predict("peeking", actual=round(float(fooled[20])))

fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
for walk, hits in zip(walks[:40], crossed[:40, looks[20]], strict=True):
    color, width = ("#D55E00", 1.4) if hits.any() else ("#999999", 0.6)
    left.plot(seen, walk, color=color, linewidth=width)
for side in (-1.96, 1.96):
    left.plot(seen, side * np.sqrt(seen), "k--", linewidth=1)
left.set(xlabel="disagreements so far", ylabel="wins minus losses of B")
left.set_title("Forty A/A tests; thick: p < .05 at one of 20 looks", loc="left", fontsize=10)
right.plot(list(fooled), list(fooled.values()), "o-", color="#D55E00")
right.axhline(5, color="black", linewidth=0.8)
right.annotate("promised: 5 %", (27, 6))
right.set(xlabel="looks", ylabel="false winners (% of A/A tests)", ylim=(0, 35))
right.set_title("False winners by number of looks", loc="left", fontsize=10)
fig.suptitle("Twenty looks find a winner among equals in a quarter of the tests", ha="left", x=0.01)
for ax in (left, right):
    ax.spines[["top", "right"]].set_visible(False)
plt.show()

# %% [markdown]
# Two rules help. **Read once, where the plan says** (tests that may look on the way exist; a plain p-value is none). And correct for the number of questions you asked: **Holm** sorts the m p-values and compares the smallest with alpha / m, the next with alpha / (m − 1), and so on. At the first that is above, it stops. The chance of *any* false claim is then at most alpha.
#
# **Given** `comparisons`, records with `name`, `planned` (number of questions) and `differences` (−1, 0 or 1, in order of arrival), and `alpha`.
# **Produce** a dict from the name of each claim that holds to `"better"` (more wins than losses of B) or `"worse"`.
# **Rules:** only the first `planned` differences count; p is `binomtest(wins, wins + losses).pvalue`. A comparison with fewer, or without any win or loss, has p = 1. Holm counts every comparison given, these too.
# **Example:** at alpha .05, 12 wins of 12 (p .0005) and 11 of 13 (p .022) hold both; with a third, unfinished comparison still both (.022 against .05 / 2); with a fourth only the first. 5 points.


# %% role="answer" task="claims_that_hold" points=5
def claims_that_hold(comparisons: list[dict[str, Any]], alpha: float) -> dict[str, str]:
    """Return the claims that survive Holm's procedure (about 15 lines)."""
    ### BEGIN SOLUTION
    found = []
    for one in comparisons:
        read = one["differences"][: one["planned"]]
        wins, losses = read.count(1), read.count(-1)
        p = 1.0
        if len(read) == one["planned"] and wins + losses:
            p = binomtest(wins, wins + losses).pvalue
        found.append((p, one["name"], "better" if wins > losses else "worse"))
    claims = {}
    for place, (p, name, sign) in enumerate(sorted(found)):
        if p > alpha / (len(found) - place):
            break
        claims[name] = sign
    return claims
    ### END SOLUTION


# %% role="check" task="claims_that_hold"
check("claims_that_hold")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# First one p for each comparison, then sort, then walk until one fails.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# In the walk, place 0 meets <code>alpha / m</code>, place i meets <code>alpha / (m - i)</code>, and the first failure ends it, whatever follows.
# </details>
#
# The topics, once more:

# %%
topics = [
    {"name": topic, "planned": len(rows), "differences": (rows.b - rows.a).tolist()}
    for topic, rows in table.groupby("topic")
]
try:
    print("claims:", claims_that_hold(topics, 0.05))
except NotImplementedError:
    print("Your claims_that_hold is not written yet.")

# %% [markdown]
# ## Write it down: is version B better?
# The product owner wants one paragraph, at most 200 words, and no formula: is B better, by how much, how sure, what this eval cannot say, and what you advise.
# Use the figures above. 8 points.
# Your instructor marks it by the rubric; alone, mark it yourself.

# %% [markdown] role="written" task="is_b_better" points=8
# ### BEGIN SOLUTION
# Yes, B is better on questions like ours, by about 4 points: it passed 83.4 % of 433 questions, A 79.7 %. If we repeated the eval with other questions about other documents, I would expect a gain between 1 and 6 points; no gain at all is not plausible, and 6 is as possible as 1. The gain comes from 38 questions on which the two disagree: B won 27 and lost 11, so about one answer in 40 gets worse.
#
# I cannot tell you where B gains. One topic stands out, but with twelve topics one is expected to by luck, and it does not survive a correction for that. Nor does the eval say anything about questions unlike these 433 or about documents we did not write them from, and "passed" means that our grader gave .7 or more.
#
# I advise to ship B if a gain of 1 point is worth its price, and to look at the 11 lost questions first. If only 3 points or more would pay, this eval cannot decide: about 760 questions, read once at the end, would find 3 points four times in five.
# ### END SOLUTION

# %% [markdown] role="rubric" task="is_b_better"
# | criterion | 0 | 1 | 2 |
# |---|---|---|---|
# | Size and interval | a yes or no, or two pass rates: "83 beats 80" | a difference with an unpaired or unnamed interval: "3.7 points, plus or minus 5" | the difference with a paired interval, in plain words: "about 4 points; 1 to 6 would fit what we saw" |
# | Meaning | "significant", or "95 % sure that it is 3.7" | interval right, consequence missing: "so it is an improvement" | says what the ends mean for the decision: "even the low end, 1 point, would pay for it" |
# | Limits | none, or "more data needed" | one limit: "only our documents" | a limit and a trap avoided: "one topic stands out, but one of twelve does by luck" |
# | Advice | none | advice without a condition: "ship it" | advice tied to a size, and what would settle the rest: "ship if 1 point pays; to find 3 points plan 760 questions" |

# %% [markdown]
# ## What you did
# You built the statistics that later lessons stand on: retrieval lifts, grounded claims, judges and release gates all report what you computed here.
#
# **Closed book**, from this lesson, as none comes before it:
# 1. 200 runs without a failure: which failure rate, in percent, does the rule of three rule out?
# 2. 600 questions come from 60 documents, with a design effect of 3. What are they worth in independent questions?
# 3. Eight topics at alpha .05: below which p must the smallest lie to hold?

# %% role="predict"
predict("rule_of_three", ...)
predict("worth", ...)
predict("smallest_p", ...)

# %%
predict("rule_of_three", actual=100 * 3 / 200)
predict("worth", actual=600 / 3)
predict("smallest_p", actual=0.05 / 8)

# %% [markdown]
# **On your own:** take your team's last eval report. For each figure in it, write down n, what a row is, which rows belong together, and how many comparisons were made.
#
# **Readings**
# - [Adding error bars to evals](https://arxiv.org/abs/2411.00640): the same ground for language models, with clusters and paired differences.
# - [Interval estimation for a binomial proportion](https://doi.org/10.1214/ss/1009213286): why Wald is worse than its reputation, even with large n.
# - [How not to run an A/B test](https://www.evanmiller.org/how-not-to-run-an-ab-test.html): peeking, in one page.
