# %% [markdown]
# # Numbers you can trust
# Version B passed 85.7 % of your eval, version A 83.9 %. Would other questions of the same kind say so too?
#
# **You build** intervals for rates, differences and questions that share documents, the size of an experiment, and a rule for many comparisons.
#
# **You learn** to say how sure a number is, to ask how many first, and to recognise selected luck.
#
# **You need** Python functions and lists, and no statistics: each formula is one line of code. NumPy and pandas you mostly read.
#
# 110 minutes, 39 points. Rung: AI Engineer. Competencies: C070, C216.
#
# Tags: *fact* (source, date), *measured* (by the cell above it), *simulated*.

# %% role="setup"
from autograder import check, load, predict, reveal

runs = load("eval_runs/runs")

# %% [markdown]
# ## Look at an eval
# Two versions of an assistant answered the same questions (*simulated*). A row is a question, written about one document on one topic. `a` and `b` say whether each version passed; the scores are a grader's.
# You own 2,395 questions, and care about others: the **true rate** is the share that endless questions of this kind would pass. The **observed rate** misses it by luck; an interval says by how much.

# %%
import math
from functools import cache
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.stats import binom, binomtest, norm, t

table = pd.DataFrame(runs)
print(len(table), "questions,", table.document.nunique(), "documents;", "pass rates:")
print(table[["a", "b"]].mean().round(3).to_dict())
table.iloc[[0, 8, 28, 222, 2394]]

# %% [markdown]
# ## Task 1: Put an interval on a rate
# A 95 % interval is made by a procedure that, eval after eval, holds the true rate 95 times in 100. That share is its **coverage**. To find it you need no theory: n questions have n + 1 possible counts.
# The best-known interval is Wald's, rate ± 1.96 standard errors. A **standard error** is how far luck usually moves a figure; a rate's is `sqrt(rate * (1 - rate) / asked)`:


# %%
def wald(passed: int, asked: int) -> tuple[float, float]:
    """Return the rate plus and minus 1.96 standard errors."""
    rate = passed / asked
    half = 1.96 * math.sqrt(rate * (1 - rate) / asked)
    return rate - half, rate + half


def coverage(interval: Any, n: int, true_rate: float) -> float:
    """Add the chances of all counts whose interval holds the true rate."""
    held, chances = 0.0, binom.pmf(range(n + 1), n, true_rate)
    for k in range(n + 1):
        low, high = interval(k, n)
        held += chances[k] * (low <= true_rate <= high)
    return float(held)


wald(10, 50), coverage(wald, 50, 0.2)

# %% [markdown]
# At a rate of 20 % it covers 93.8 %. Now 50 alerts, of a kind of which 2 % are false. How often does it hold the truth, in percent?

# %% role="predict"
predict("wald_coverage", ...)

# %%
predict("wald_coverage", actual=round(100 * coverage(wald, 50, 0.02), 1))
wald(0, 50), float(binom.pmf(0, 50, 0.02))

# %% [markdown]
# With a chance of 36 % no alert is false, and Wald says "0 to 0": certain, and wrong.
# It takes the spread from the *observed* rate. **Wilson** asks which *true* rates make the count unsurprising, each with its own spread:
#
# $$\frac{\hat p + \frac{z^2}{2n} \pm z\sqrt{\frac{\hat p(1-\hat p)}{n} + \frac{z^2}{4n^2}}}{1 + \frac{z^2}{n}}$$
#
# $\hat p$ is the observed rate; $z$ is 1.96 for 95 %, in general `norm.ppf((1 + confidence) / 2)`. Both, at every true rate:


# %%
@cache
def scipy_wilson(passed: int, asked: int) -> tuple[float, float]:
    """Return Wilson's interval from SciPy."""
    found = binomtest(passed, asked).proportion_ci(method="wilson")
    return found.low, found.high


rates = np.arange(0.005, 0.301, 0.0005)
fig, ax = plt.subplots(figsize=(8, 3.4), layout="constrained")
ax.axhline(0.95, color="black", linewidth=0.8, label="what both promise")
both = {name: [coverage(name, 50, rate) for rate in rates] for name in (scipy_wilson, wald)}
ax.plot(rates, both[scipy_wilson], color="#0072B2", linewidth=1.2, label="Wilson")
ax.plot(rates, both[wald], "--", color="#D55E00", linewidth=1.2, label="Wald")
ax.set(xlabel="true rate (share)", ylabel="coverage (share of evals)", ylim=(0.2, 1.02))
ax.set_title("Wald breaks its promise where rates are small (n = 50)", loc="left")
ax.spines[["top", "right"]].set_visible(False)
ax.legend(frameon=False, loc="lower right")
plt.show()

# %% [markdown]
# The teeth are no noise: counts are whole numbers, so coverage jumps. Wilson dips too (to 90 %), but keeps its promise in the mean.
#
# - **Given** `rows`, each `[passed, asked]`, and `confidence`.
# - **Produce** one `[low, high]` for each row.
# - **Judged** by exact enumeration at n of 50 to 200, over true rates of 1 % to 30 % and 70 % to 99 %: at 95 %, mean coverage at least .945, nowhere below .87 (another confidence: mean at most .008 below it, nowhere below .7); mean width at most 1.15 times Wilson's. Each interval stays within 0 and 1 and holds the observed rate; at 95 %, for 0 of n its upper end lies between 2 / n and 5 / n.
# - **The method is up to you:** Wilson, Agresti-Coull, Jeffreys and Clopper-Pearson pass; Wald, the percentile bootstrap and Hoeffding do not (*measured* by the judge).
# - **Example:** `rate_intervals([[0, 50]], 0.95)` is about `[[0.0, 0.071]]`. 4 points.


# %% role="answer" task="rate_intervals" points=4
def rate_intervals(rows: list[list[int]], confidence: float) -> list[list[float]]:
    """Return an interval for each row of passed and asked (about 8 lines)."""
    z = float(norm.ppf((1 + confidence) / 2))
    ### BEGIN SOLUTION
    found = []
    for passed, asked in rows:
        rate = passed / asked
        middle = rate + z * z / (2 * asked)
        half = z * math.sqrt(rate * (1 - rate) / asked + z * z / (4 * asked**2))
        divisor = 1 + z * z / asked
        found.append([max(0.0, (middle - half) / divisor), min(1.0, (middle + half) / divisor)])
    return found
    ### END SOLUTION


# %% role="check" task="rate_intervals"
check("rate_intervals")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Four lines a row: the rate, the middle, half the width, the divisor.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>half = z * math.sqrt(rate * (1 - rate) / asked + z * z / (4 * asked**2))</code>. Rounding may leave -1e-18: clip with <code>max</code> and <code>min</code>.
# </details>

# %%
# Both versions' pass rates. The intervals overlap: no difference? Hold that thought until task 3.
try:
    passes = [[int(table[name].sum()), len(table)] for name in ("a", "b")]
    print([[round(end, 3) for end in pair] for pair in rate_intervals(passes, 0.95)])
except NotImplementedError:
    print("Your rate_intervals is not written yet.")

# %% [markdown]
# ## Task 2: What zero failures prove
# Your red team sent 60 attacks, and none got through. Suppose they were drawn independently from those you fear. Which success rate of attacks, in percent, would still leave a 5 % chance of such luck?

# %% role="predict"
predict("still_possible", ...)

# %%
predict("still_possible", actual=round(100 * (1 - 0.05 ** (1 / 60)), 2))
(1 - 0.0487) ** 60, 3 / 60

# %% [markdown]
# `(1 - rate) ** 60 = 0.05` gives 4.87 %: "none in 60" fits one in 21. The **rule of three**, 3 / n, comes close, since $-\ln 0.05$ is 2.996.
# This is one-sided: nobody fears that attacks succeed less often. And sixty variants of three ideas count more like three, and attackers adapt.
#
# Turned round, it plans: how many trials before a clean run rules out a rate? The chance of at most `allowed` failures in n trials is `binom.cdf(allowed, n, rate)`.
#
# - **Given** `rate`, `confidence` and `allowed`.
# - **Produce** the fewest trials n for which at most `allowed` failures would have a chance of at most `1 - confidence`, if the true rate were `rate`. Exact.
# - **Example:** `trials_needed(0.01, 0.95, 0)` is 299; with one failure allowed it is 473. 4 points.


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
# <code>while binom.cdf(allowed, n, rate) > 1 - confidence: n += 1</code>.
# </details>

# %% [markdown]
# ## Task 3: Compare two versions
# Both versions answered the *same* questions; only disagreements tell them apart.
# B won 146 questions and lost 103, so the difference is (146 − 103) / 2395 = 1.8 points.
# Treated as two independent samples, its interval is 4.1 points wide. How wide is it, in points, if you use that the questions are the same?

# %% role="predict"
predict("paired_width", ...)

# %%
print(pd.crosstab(table.a, table.b))
difference = table.b - table.a
apart = math.sqrt((table.a.var() + table.b.var()) / len(table))
together = math.sqrt(difference.var() / len(table))
gap = difference.mean()
print("unpaired", [round(float(gap + s * 1.96 * apart), 3) for s in (-1, 1)])
print("paired  ", [round(float(gap + s * 1.96 * together), 3) for s in (-1, 1)])
predict("paired_width", actual=round(100 * 2 * 1.96 * together, 1))

# %% [markdown]
# A third narrower, from the same answers; unpaired, that would take 2.5 times the questions. Unpaired, 0 is inside; paired, it is not. That the intervals of task 1 overlap does not show that there is no difference.
#
# But this paired formula is Wald's: where nothing differs, it says "0 to 0". Bonett and Price's remedy (*fact*, J. Educational and Behavioral Statistics 37(4), 2012): **add one imaginary question that only A passes and one that only B passes**, then compute as before, with n + 2:
#
# `mean = (only_b - only_a) / n`, `variance = (only_a + only_b) / n - mean**2` (the mean squared distance from the mean), half a width is `1.96 * sqrt(variance / n)`.
#
# - **Given** `tables`, each `[both, only_a, only_b, neither]`, counts of the same questions.
# - **Produce** for each a 95 % interval `[low, high]` for the pass rate of B minus that of A.
# - **Judged** by exact enumeration of the tables that occur. With 100 to 140 questions, 10 % to 16 % of them disagreements: coverage at least .93. With about 50, 7 % disagreements: at least .945. In both, mean width at most 1.15 times Bonett and Price's. Without a disagreement, ends between 1.5 / n and 8 / n from 0.
# - **The method is up to you:** Bonett-Price, Agresti-Min, Tango's and Newcombe's (with his correction) pass; two samples, Wald, t and the bootstrap do not (*measured* by the judge).
# - **Example:** `paired_intervals([[40, 0, 0, 10]])` is about `[[-0.053, 0.053]]`. 5 points.


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
# Each question's difference is −1, 0 or 1. Two counts are only needed for n.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# Add 1 to <code>only_a</code> and to <code>only_b</code> and 2 to n first; then the three formulas.
# </details>

# %% [markdown]
# **Graded scores** have no table. The **bootstrap** draws the 2,395 differences of scores again, with replacement, and looks at how much their mean moves. It stays paired, since it draws *differences*.
# Which lower end, in percent, does it give for 40 passes of 40?

# %% role="predict"
predict("bootstrap_low", ...)

# %%
rng = np.random.default_rng(9)
moves = (table.score_b - table.score_a).to_numpy()
means = rng.choice(moves, (2000, len(moves))).mean(axis=1)
print("scores, B minus A:", [round(float(end), 3) for end in np.quantile(means, [0.025, 0.975])])
clean = rng.choice(np.ones(40), (2000, 40)).mean(axis=1)
predict("bootstrap_low", actual=float(100 * np.quantile(clean, 0.025)))

# %% [markdown]
# "100 % to 100 %": from 40 passes it draws 40 passes. Where a count may be 0 or n, use a formula.

# %% [markdown]
# ## Task 4: Ask how many before you measure
# An experiment can announce a difference that is not there (chance: **alpha**), or miss one that is (chance to find it: **power**).
# A question's difference has variance $\psi - \delta^2$, where $\delta$ is the difference of the rates and $\psi$ the share of questions on which the versions disagree. To keep $\delta$ clear of luck on both sides takes (nearly: without a difference, the variance would be $\psi$)
#
# $$n = \frac{(z_{1-\alpha/2} + z_{\text{power}})^2\,(\psi - \delta^2)}{\delta^2}$$
#
# questions, with `norm.ppf(1 - alpha / 2)` and `norm.ppf(power)`. Half the difference takes about four times the questions.
#
# - **Given** `difference`, `discordant` (share of disagreements), `alpha` (two-sided) and `power`.
# - **Produce** the number of questions, an int, for the test that says "different" where `abs(only_b - only_a) > z * sqrt(only_a + only_b)`, with `z = norm.ppf(1 - alpha / 2)`.
# - **Judged** by the exact power of that test at your n: at least `power - 0.01`, and n / 1.1 questions would not reach `power`.
# - **Example:** `items_needed(0.04, 0.1, 0.05, 0.8)` is about 483. 4 points.


# %% role="answer" task="items_needed" points=4
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

# %% [markdown]
# Your eval had 2,395 questions and 10.4 % disagreements: enough for 2 points (2,033). A true 1 point (8,155) it would miss two times in three, and "no difference found" would mean "too few questions". A plan takes $\psi$ from a pilot.

# %%
try:
    for found in (0.01, 0.015, 0.02):
        print(found, items_needed(found, 0.104, 0.05, 0.8))
except NotImplementedError:
    print("Your items_needed is not written yet.")

# %% [markdown]
# ## Task 5: Count documents, not rows
# Questions about one document stand or fall together: if it was parsed badly, all fail. An example taken to the end: 30 questions, each asked four times and answered alike each time (temperature 0 makes that likely, not certain). How often does Wilson's 95 % interval on the 120 rows hold a true rate of 80 %, in percent?

# %% role="predict"
predict("copies_coverage", ...)

# %%
copies = [scipy_wilson(4 * k, 120) for k in range(31)]
held = [low <= 0.8 <= high for low, high in copies]
predict("copies_coverage", actual=round(100 * float(binom.pmf(range(31), 30, 0.8) @ held), 1))

# %% [markdown]
# What are your rows worth? Compare the spread *between documents* with that of independent rows. With share p over N rows of K documents:
#
# 1. a document's surplus: `r = passed - p * asked`;
# 2. variance of p: `K / (K - 1) * sum(r**2) / N**2`;
# 3. **effective rows**: the count at which independent rows would vary as much, `p * (1 - p) / variance`; at most N, and N where the variance is 0.
#
# N / effective rows is the **design effect**. Wilson takes fractions of rows:


# %%
def wilson(rate: float, n: float, z: float) -> list[float]:
    """Return Wilson's interval for a rate seen in n rows, whole or not."""
    half = z * math.sqrt(max(0.0, rate * (1 - rate)) / n + z * z / (4 * n * n))
    middle, divisor = rate + z * z / (2 * n), 1 + z * z / n
    return [max(0.0, (middle - half) / divisor), min(1.0, (middle + half) / divisor)]


by_document = table.groupby("document").a.agg(["sum", "size"])
share, count = table.a.mean(), len(by_document)
surplus = by_document["sum"] - share * by_document["size"]
variance = count / (count - 1) * (surplus**2).sum() / len(table) ** 2
worth = share * (1 - share) / variance
z = float(t.ppf(0.975, count - 1))
for n, quantile in ((len(table), 1.96), (worth, z)):
    print(round(n), "rows:", [round(float(end), 3) for end in wilson(share, n, quantile)])

# %% [markdown]
# Version A's 2,395 rows are worth 957: a design effect of 2.5. `t.ppf` stands in for 1.96, since only K documents told us the spread.
#
# - **Given** `documents`, each `[passed, asked]`.
# - **Produce** a 95 % interval `[low, high]` for the share of all questions that pass; it holds the observed share.
# - **If everything passes, or nothing,** likeness cannot be seen: count each document once.
# - **Judged** on fixed cases: one question a document (width within 15 % of Wilson's); copies, by exact enumeration over rates of 25 % to 75 % (mean coverage .93, nowhere below .88) and 80 % to 95 % (.93, .9), width at most 1.2 times Wilson's on documents; documents alike in part (total width .82 to 1.12 times the method above, middle within .025); not alike (.78 to 1.2).
# - **The method is up to you:** a jackknife passes; p ± t standard errors (Wald again) and a bootstrap of documents fail where nearly every row passes (*measured* by the judge).
# - **Example:** 30 documents of four copies, 24 passing: `clustered_interval([[4, 4]] * 24 + [[0, 4]] * 6)` is about `[0.62, 0.91]`; on rows it would be `[0.72, 0.86]`. 7 points.


# %% role="answer" task="clustered_interval" points=7
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
# Three steps, then <code>wilson</code>. First treat "all" and "none".
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>surplus = passed - share * asked</code>; the variance divides by <code>asked.sum() ** 2</code>; what goes into <code>wilson</code> is <code>min(asked.sum(), share * (1 - share) / variance)</code>.
# </details>

# %% [markdown]
# And the difference of A and B? The same variance works for any number per row, also for −1, 0 and 1 (a bootstrap would draw documents, not rows).
# It is 0.5 to 3.1 points, as before: here a hard document is hard for both versions, and pairing takes that out. Had B helped some documents and hurt others, it would not. A design effect below 1 is mostly luck: keep the wider interval.

# %%
by_document = difference.groupby(table.document).agg(["sum", "size"])
surplus = by_document["sum"] - gap * by_document["size"]
error = math.sqrt(count / (count - 1) * (surplus**2).sum()) / len(table)
print([round(float(gap + s * z * error), 3) for s in (-1, 1)])
print("design effect:", round(float((error / together) ** 2), 2))

# %% [markdown]
# ## Task 6: Claim only what holds
# Your eval has 12 topics. Suppose nothing differed on any, and each test erred in exactly 5 % of evals. How likely is at least one "finding", in percent?

# %% role="predict"
predict("one_of_twelve", ...)

# %%
predict("one_of_twelve", actual=round(100 * (1 - 0.95**12)))
quiet = {0.5: 1.0, 0.6: 1.0}
for topic, rows in table.groupby("topic"):
    wins, losses = int((rows.b > rows.a).sum()), int((rows.b < rows.a).sum())
    splits = range(wins + losses + 1)
    p = np.array([binomtest(k, wins + losses).pvalue for k in splits])
    if p[wins] < 0.05:
        print(topic, f"{wins}:{losses}, p = {p[wins]:.3f}")
    for coin in quiet:
        quiet[coin] *= binom.pmf(splits, wins + losses, coin) @ (p >= 0.05)
print("at least one finding:", {coin: f"{1 - none:.0%}" for coin, none in quiet.items()})

# %% [markdown]
# There it is: a topic with its own story, though B's true gain is the same on all (`make.py`).
# The p-value is of the **sign test**: if both were equally good, each disagreement would be a fair coin, and p is the chance of a split at least so uneven. Splits are whole numbers, so this test errs less often than 5 %: with fair coins and these counts, 28 % of evals have a "finding"; with the same 60:40 coin on every topic, much like B's gain, 70 %.
#
# Luck is selected in two more ways. **Best of 20**: 20 equal prompts, each truly 80 % right on 100 questions; the best is printed below. **Peeking**: look at every 20th disagreement, and stop at the first p below .05 (by the normal approximation). In 2,000 A/A tests, where both sides are the same, how many percent find a winner if you look 20 times?

# %% role="predict"
predict("peeking", ...)

# %%
best = rng.binomial(100, 0.8, (2000, 20)).max(axis=1).mean()
print(f"the best of 20 equal prompts, each right in 80 %, looks like {best:.0f} %")
seen = np.arange(1, 401)
walks = rng.choice([-1, 1], (2000, 400)).cumsum(axis=1)
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
left.set_title("Forty tests of equals; thick: p < .05 at one of 20 looks", loc="left", fontsize=10)
right.plot(list(fooled), list(fooled.values()), "o-", color="#D55E00")
right.axhline(5, color="black", linewidth=0.8)
right.annotate("promised: 5 %", (27, 6))
right.set(xlabel="looks", ylabel="false winners (% of tests)", ylim=(0, 35))
right.set_title("False winners by number of looks", loc="left", fontsize=10)
fig.suptitle("Twenty looks find a winner among equals in a quarter of the tests", ha="left", x=0.01)
for ax in (left, right):
    ax.spines[["top", "right"]].set_visible(False)
plt.show()

# %% [markdown]
# The best of 20 looks like 87 %. Two rules help. **Read once, where the plan says** (tests made for looking on the way exist). And correct for how much you asked: **Holm** sorts the m p-values and compares the smallest with alpha / m, the next with alpha / (m − 1), and so on, stopping at the first above. The chance of *any* false claim is then at most alpha.
#
# - **Given** `comparisons`, records with `name`, `planned` (number of questions) and `differences` (−1, 0 or 1, in order of arrival), and `alpha`.
# - **Produce** a dict from the name of each claim that holds to `"better"` (more wins than losses of B) or `"worse"`.
# - **Rules:** only the first `planned` differences count; p is `binomtest(wins, wins + losses).pvalue`. A comparison with fewer, or without any win or loss, has p = 1. Holm counts these too.
# - **Example:** at alpha .05, 12 wins of 12 (p .0005) and 11 of 13 (p .022) both hold; with a third, unfinished comparison they still do (.022 against .05 / 2); with a fourth, only the first. 7 points.


# %% role="answer" task="claims_that_hold" points=7
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
# One p for each comparison; sort; walk until one fails.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# Place 0 meets <code>alpha / m</code>, place i <code>alpha / (m - i)</code>; the first failure ends the walk, whatever follows.
# </details>

# %% [markdown]
# The topics, once more. No claim holds, which means "too few", not "none": with 20 disagreements, one sign test at 5 % finds a 60:40 coin one time in eight.

# %%
topics = [
    {"name": topic, "planned": len(rows), "differences": (rows.b - rows.a).tolist()}
    for topic, rows in table.groupby("topic")
]
power = sum(binom.pmf(k, 20, 0.6) for k in range(21) if binomtest(k, 20).pvalue < 0.05)
print(f"20 disagreements find a 60:40 coin in {power:.0%}")
try:
    print("claims:", claims_that_hold(topics, 0.05))
except NotImplementedError:
    print("Your claims_that_hold is not written yet.")

# %% [markdown]
# ## Write it down: is version B better?
# B costs more, and pays from a gain of 1 point. The product owner wants one paragraph, at most 200 words, and no formula: is B better, by how much, how sure, what this eval cannot say, and what you advise.
# Use the figures above. 8 points.

# %% [markdown] role="written" task="is_b_better" points=8
# ### BEGIN SOLUTION
# Yes, B is better on questions like ours, by about 2 points: it passed 85.7 % of 2,395 questions, A 83.9 %. From other questions about other documents I would expect a gain between half a point and 3 points; no gain at all does not fit what we saw. The gain comes from 249 questions on which the two disagree: B won 146 and lost 103, so about one answer in 23 gets worse.
#
# Whether the gain reaches the 1 point that pays for B is likely, not certain: 1 lies inside that range. I cannot tell you where B gains either. One topic stands out, but we looked at twelve, and after correcting for that none does. Nor does the eval say anything about questions or documents unlike ours, and "passed" means that our grader gave .7 or more.
#
# I advise to switch if switching back is cheap, since our best guess is nearly twice what pays, and to look at lost questions first. If the switch cannot be undone, wait: it takes a larger eval, planned beforehand and read once. About 8,200 questions would find a gain of 1 point four times in five.
# ### END SOLUTION

# %% [markdown] role="rubric" task="is_b_better"
# Figures to expect: difference 1.8 points; paired 0.5 to 3.1, unpaired −0.2 to 3.8; the owner's bar is 1 point.
#
# | criterion | 0 | 1 | 2 |
# |---|---|---|---|
# | Size and interval | a yes or no, or two pass rates: "86 beats 84" | a difference with an unpaired or unnamed interval: "1.8 points, plus or minus 2" | the difference with the paired interval, in plain words: "about 2 points; half a point to 3 would fit what we saw" |
# | Meaning | "significant", or "95 % sure that it is 1.8" | interval right, consequence missing: "so it is an improvement" | says what the ends mean for the decision: "the low end, half a point, would not pay" |
# | Limits | none, or "more data needed" | one limit: "only our documents" | a limit and a trap avoided: "one topic stands out; it was picked out of twelve after the fact" |
# | Advice | none | advice without a condition: "ship it" | advice tied to the 1 point, and what would settle the rest: "switch if it can be undone; to find 1 point plan 8,200 questions" |

# %% [markdown]
# ## What you did
# You built the statistics that later lessons stand on: retrieval lifts, grounded claims, judges and release gates report them.
#
# **Closed book**, on this lesson, the course's first:
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
# **On your own:** for each figure in your team's last eval report, write down n, what a row is, which rows belong together, and how many comparisons were made.
#
# **Readings**
# - [Adding error bars to evals](https://arxiv.org/abs/2411.00640): the same ground for language models, with clusters and paired differences.
# - [Interval estimation for a binomial proportion](https://doi.org/10.1214/ss/1009213286): why Wald is worse than its reputation, even with large n.
# - [How not to run an A/B test](https://www.evanmiller.org/how-not-to-run-an-ab-test.html): peeking, in one page.
