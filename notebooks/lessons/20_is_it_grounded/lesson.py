# %% [markdown]
# # Is it grounded?
# An assistant answers from your documents and cites them. You say how often it invents, and when it should keep silent.
#
# **You build** a splitter into claims, a checker of citations, a detector, a rate with an interval, a rule for silence.
#
# **You learn** that a citation can exist and prove nothing, that near misses share words with the truth, that claims are not independent, that promises need bounds.
#
# **You need** Python functions, regular expressions, numpy arrays.
#
# 120 minutes, 41 points. Rung: AI Engineer. Competencies: C046, C057, C062, C111, C201.
#
# Tags: *fact* (source, date), *measured* (by the cell above it), *simulated*.

# %% role="setup"
from autograder import check, load, predict, reveal

documents = load("grounded_answers/documents")
answers = load("grounded_answers/answers")
words = load("grounded_answers/words")
responses, sources = load("grounded_answers/response"), load("grounded_answers/source_info")

# %% [markdown]
# ## Look at what was answered
# 300 answers of a practice assistant about an invented vendor's advisories, runbooks and tickets (*simulated*; labels right by construction). Questions were drawn about evenly over the passages, so some repeat.

# %%
import json
import re
from collections import Counter
from contextlib import suppress
from functools import cache
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.stats import binom

passages = {p["id"]: p["text"] for d in documents for p in d["passages"]}
for answer in answers[3:5]:
    print(answer["question"], "\n ", answer["text"], "\n")
labels = Counter(claim["label"] for answer in answers for claim in answer["claims"])
questions = {answer["question"] for answer in answers}
labels, sum(not answer["claims"] for answer in answers), len(questions)

# %% [markdown]
# **Grounded** means: the documents in force say so. It is not truth.
# A claim is *supported*; *contradicted*, when they give another value; or *unsupported*, when they give none, however true it is in the world. The last two are *not grounded*, in short: bad.
# An answer without claims *abstained*.

# %% [markdown]
# ## Task 1: Split an answer into claims
# One claim a sentence? In how many percent of the answers that claim anything does the number of full stops (before a space or the end) differ from the number of claims?

# %% role="predict"
predict("sentences_are_not_claims", ...)

# %%
claiming = [answer for answer in answers if answer["claims"]]
stops = [len(re.findall(r"\.(?:\s|$)", answer["text"])) for answer in claiming]
differs = [n != len(answer["claims"]) for n, answer in zip(stops, claiming, strict=True)]
predict("sentences_are_not_claims", actual=round(100 * float(np.mean(differs))))

# %% [markdown]
# Greetings are sentences too, and a sentence can make two claims.
# What can stand alone holds a verb. Here verbs are a list, so that everybody cuts alike; in production a parser or a model decides.
# Citations are blanked first, so that places stay true.

# %%
VERBS, ASIDES, SHORT = set(words["verbs"]), tuple(words["asides"]), set(words["short"])
CITATION = re.compile(r"\[[^\[\]]*\]")


def has_verb(text: str) -> bool:
    """Say whether a word of VERBS stands in the text."""
    return not VERBS.isdisjoint(re.findall(r"[a-z]+", text.lower()))


def blanked(text: str) -> str:
    """Replace each citation by as many spaces."""
    return CITATION.sub(lambda mark: " " * len(mark[0]), text)


def cut_at(text: str, spans: list[tuple[int, int]], joint: str) -> list[tuple[int, int]]:
    """Cut each span at a joint where what stands before and after it holds a verb."""
    pieces = []
    for start, end in spans:
        joints = [(start + m.start(), start + m.end()) for m in re.finditer(joint, text[start:end])]
        for i, (left, right) in enumerate(joints):
            until = joints[i + 1][0] if i + 1 < len(joints) else end
            if has_verb(text[start:left]) and has_verb(text[right:until]):
                pieces.append((start, left))
                start = right
        pieces.append((start, end))
    return pieces


sample = "Tarn Gate 4.1 and 4.2 are affected and 4.3 is fixed."
[sample[a:b] for a, b in cut_at(sample, [(0, len(sample))], " and ")]

# %% [markdown]
# **Given** an answer.
#
# **Produce** a list of `{"start", "end"}`, characters of the answer, in order, one a claim.
#
# **Rules**
#
# - Lines are separate. A list marker (`-`, `*`, `1.`) opens a line and belongs to no claim.
# - A sentence ends at `.`, `!`, `?` or `:` before white space or the end of the line, but not after an abbreviation of `SHORT`.
# - A sentence is cut at `;`, then at comma joints (`, and`, `, but`, `, while`, `, whereas`), then at a bare ` and ` (not that of `and a half`), each by the rule of `cut_at`.
# - No claims: what ends with `?`, what holds no verb of `VERBS`, what opens with one of `ASIDES` (in lower case). A hedged statement ("probably") is a claim: it can be checked.
# - A span has no citation, white space or mark of `.,;:!` at its ends.
#
# **Example:** `"Hello! Tarn Gate has ports 1 and 2 [RB-1.r1#2], but Tarn Mail may need approx. 3."` has the claims `Tarn Gate has ports 1 and 2` and `Tarn Mail may need approx. 3`. 6 points.


# %% role="answer" task="split_claims" points=6
def split_claims(answer: str) -> list[dict[str, int]]:
    """Return the span of every claim of an answer (about 20 lines with cut_at)."""
    text = blanked(answer)
    spans = []
    ### BEGIN SOLUTION
    for line in re.finditer(r"[^\n]+", text):
        start = line.start() + re.match(r"(?:\s*(?:[-*]|\d+\.)\s+)?", line[0]).end()
        for stop in re.finditer(r"[.!?:](?=\s|$)", line[0]):
            end = line.start() + stop.end()
            if end > start and text[start:end].split()[-1].lower() not in SHORT:
                spans.append((start, end))
                start = end
        spans.append((start, line.end()))
    for joint in (";", r"\s*, (?:and|but|while|whereas) ", " and (?!a half)"):
        spans = cut_at(text, spans, joint)
    claims = []
    for start, end in spans:
        piece = text[start:end].strip()
        start += len(text[start:end]) - len(text[start:end].lstrip())
        kept = piece.rstrip(" .,;:!")
        if has_verb(kept) and not piece.endswith("?") and not piece.lower().startswith(ASIDES):
            claims.append({"start": start, "end": start + len(kept)})
    return claims
    ### END SOLUTION


# %% role="check" task="split_claims"
check("split_claims")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# First sentences, as spans; then <code>cut_at</code> three times; then strip. Never search for a piece's text: it may stand twice.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# The lookahead <code>(?=\s|$)</code> finds ends of sentences; skip one whose last word is in <code>SHORT</code>. A stripped piece starts <code>len(piece) - len(piece.lstrip())</code> later.
# </details>

# %%
try:
    same = [
        split_claims(a["text"]) == [{k: c[k] for k in ("start", "end")} for c in a["claims"]]
        for a in answers
    ]
    print(sum(same), "of", len(same), "answers split as they were marked")
except NotImplementedError:
    print("Your split_claims is not written yet.")

# %% [markdown]
# ## Task 2: Check the citations
# A citation makes three promises: the passage exists, it still holds, it says so. What percentage of all citations here keeps all three?

# %% role="predict"
predict("citations_that_support", ...)

# %%
replaced = {document["replaces"] for document in documents}
kept = []  # of each citation: exists, and holds, and supports the claim before it
for answer in answers:
    for mark in CITATION.finditer(answer["text"]):
        name, said = mark[0][1:-1], [c for c in answer["claims"] if c["end"] <= mark.start()][-1]
        holds = name in passages and name.split("#")[0] not in replaced
        says = holds and said["label"] == "supported" and said["about"] == name
        kept.append((name in passages, holds, says))
predict("citations_that_support", actual=round(100 * float(np.mean(kept, axis=0)[2])))
len(kept), np.mean(kept, axis=0).round(3).tolist()

# %% [markdown]
# `RB-07.r3#2` is passage 2 of revision 3 of RB-07; a document is out of force when another `replaces` it.
# What a passage says of a claim comes from a reader: a person, a model, your detector. Here it is given.
#
# **Given** `answer`; `claims`, a list of `[start, end]` in order; `documents`, each `{"id", "replaces", "passages"}` (the passages' ids; `replaces` may be `""`); `readings`, for each claim a dict from passage id to `"supports"` or `"contradicts"`. A passage that is not in it is silent.
#
# **Produce** `{"citations", "precision", "recall"}`:
#
# - `citations`: in the order of the text, `{"passage", "claim", "verdict"}` for each `[...]`; `claim` is the index of the last claim that ends before it; none stands before the first claim.
# - `verdict`, first match decides: `"dangling"`, no document has the passage; `"superseded"`, its document is replaced; else what the reading says, `"supports"`, `"contradicts"` or `"silent"`.
# - `precision`: supporting citations over citations; `recall`: claims with at least one supporting citation over claims (one passage must do; in ALCE several may support jointly). `None` where nothing is to be divided.
#
# **Example:** the answer `"A is on [D.r2#1] [D.r1#1]. B is off."` with D.r2 replacing D.r1 and both passages supporting claim 0 gives verdicts supports and superseded, precision 0.5, recall 0.5. 6 points.


# %% role="answer" task="check_citations" points=6
def check_citations(
    answer: str,
    claims: list[list[int]],
    documents: list[dict[str, Any]],
    readings: list[dict[str, str]],
) -> dict[str, Any]:
    """Return a verdict for each citation, precision and recall (about 20 lines)."""
    home = {passage: d["id"] for d in documents for passage in d["passages"]}
    ### BEGIN SOLUTION
    replaced = {d["replaces"] for d in documents}
    found, held = [], set()
    for mark in CITATION.finditer(answer):
        passage = mark[0][1:-1]
        claim = sum(end <= mark.start() for _, end in claims) - 1
        if passage not in home:
            verdict = "dangling"
        elif home[passage] in replaced:
            verdict = "superseded"
        else:
            verdict = readings[claim].get(passage, "silent")
        if verdict == "supports":
            held.add(claim)
        found.append({"passage": passage, "claim": claim, "verdict": verdict})
    good = sum(c["verdict"] == "supports" for c in found)
    return {
        "citations": found,
        "precision": good / len(found) if found else None,
        "recall": len(held) / len(claims) if claims else None,
    }
    ### END SOLUTION


# %% role="check" task="check_citations"
check("check_citations")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# A claim's index: how many end at or before the mark, less one.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>home.get(passage)</code> is <code>None</code> for a dangling one. A set of claim indices counts no claim twice for recall.
# </details>

# %% [markdown]
# ## Task 3: Detect what the passage does not say
# A shortcut flags a claim that shares few words with its passage.
# AUC is the chance that a bad claim scores above a good one; .5 is a coin. What AUC has this shortcut here?

# %% role="predict"
predict("overlap_auc", ...)


# %%
def auc(scores: Any, bad: Any) -> float:
    """Return how often a bad one scores above a good one; ties count half."""
    scores, bad = np.array(scores, dtype=float), np.array(bad, dtype=bool)
    high, low = scores[bad][:, None], scores[~bad][None, :]
    return float((high > low).mean() + (high == low).mean() / 2)


rows = pd.DataFrame(
    [
        {
            "claim": answer["text"][c["start"] : c["end"]],
            "passage": passages[c["about"]],
            "bad": c["label"] != "supported",
            "change": c["change"],
        }
        for answer in answers
        for c in answer["claims"]
    ]
)


def shared(claim: str, passage: str) -> float:
    """Return the share of a claim's words that stand in the passage."""
    said, held = (set(re.findall(r"[\w.-]*\w", text.lower())) for text in (claim, passage))
    return len(said & held) / len(said)


rows["shared"] = [shared(c, p) for c, p in zip(rows.claim, rows.passage, strict=True)]
predict("overlap_auc", actual=round(auc(-rows.shared, rows.bad), 2))
rows.groupby("change").agg(claims=("bad", "size"), words_shared=("shared", "mean")).round(2)

# %% [markdown]
# A coin (the first row is supported claims). Near misses take their words from the passage: another item's value, a border moved by one, a *not* more or less.
# Embeddings do not help: all-MiniLM-L6-v2 gives "a valid login is needed" and "is not needed" nearly the same vector, and cosine of claim and passage is a coin here too (*measured* by the authors, `tests/bench/test_grounding.py`).
#
# What differs is in **one** statement. Given, written for passages of this kind: one notation for dates and times, a passage's statements, and the nearest one. You only need what `nearest` returns.

# %%
MONTHS = re.findall(
    r"\w+", "january february march april may june july august september october november december"
)
SPELLED = words["spelled"]
DAY = re.compile(rf"\b(\d\d?) ({'|'.join(MONTHS)}) (\d{{4}})\b")
VALUE = re.compile(r"\b\d{4}-\d\d-\d\d\b|(?<![\w.-])\d+(?:\.\d+)*(?![\w-]|\.\w)")
NAME = re.compile(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b")
WORD = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
NOT = {"not", "no", "nobody", "optional", "never", "without"}
STOP = set(
    re.findall(
        r"\w+",
        """a an and are as at be by do does for from has have in is it its of on one or that the there
this to was were when with more than most up""",
    )
)


@cache
def normal(text: str) -> str:
    """Write a text in lower case, its dates as 2031-05-14 and its times in digits."""
    text = text.lower()
    for spelled in sorted(SPELLED, key=len, reverse=True):
        text = text.replace(spelled, SPELLED[spelled])
    return DAY.sub(lambda m: f"{m[3]}-{MONTHS.index(m[2]) + 1:02}-{int(m[1]):02}", text)


@cache
def statements(passage: str) -> list[str]:
    """Return what a passage says of each thing; the last one is mentioned without a value."""
    if "\n- " in passage:
        _, *items = re.split(r"[,;:]?\n- ", passage)
        return [*items[:-1], re.split(r"\.(?=\s|$)", items[-1])[0]]
    sentences = re.split(r"(?<=\.)\s+(?=[A-Z])", passage)
    listing = max(sentences, key=lambda s: ("; " in s, len(s))).rstrip(".")
    _, colon, rest = listing.rpartition(": ")
    if re.search(r"\d\.\d+\.\d", rest):
        return rest.split("; ")
    stated, _, silent = rest.rpartition("; ")
    parts = re.split(r", | and ", stated)
    if colon or len(parts) < 2:
        return [*parts, silent]
    for pattern in (VALUE, NAME):
        if pattern.match(parts[1]) and (found := list(pattern.finditer(parts[0]))):
            place = found[0] if pattern is VALUE else found[-1]
            return [parts[0][place.start() :], *parts[1:], silent]
    if not VALUE.search(parts[0]) and stated.startswith(f"{parts[0]}, "):
        return [*parts[1:], silent]
    longest = max(len(part.split()) for part in parts[1:])
    return [" ".join(parts[0].split()[-longest:]), *parts[1:], silent]


@cache
def bags_of(passage: str) -> tuple[list[set[str]], set[str]]:
    """Return the words of each statement, and the words around them, which tell none apart."""
    rest = passage
    for part in statements(passage):
        rest = rest.replace(part, " ")
    bags = [set(WORD.findall(normal(part))) for part in statements(passage)]
    return bags, set(WORD.findall(normal(rest)))


def nearest(claim: str, passage: str) -> str:
    """Return the statement of a passage that speaks of what the claim speaks of."""
    bags, around = bags_of(passage)
    values = set(VALUE.findall(normal(claim)))
    topic = set(WORD.findall(normal(NAME.sub(" ", claim)))) - STOP - NOT - values - around
    held = Counter(word for bag in bags for word in bag)
    scores = []
    for bag in bags:
        shared = round(sum(1 / held[word] ** 2 for word in topic & bag), 9)
        more = sum(word[0].isalpha() for word in bag - topic - STOP)
        scores.append((shared, -more, len(values & bag)))
    return statements(passage)[scores.index(max(scores))]


place = rows.index[rows.change == "number"][0]
rows.claim[place], statements(rows.passage[place]), nearest(rows.claim[place], rows.passage[place])

# %% [markdown]
# `nearest` drops names and values from the claim: they are what may be wrong.
# The last statement of each passage mentions a thing without a value.
#
# **Given** two lists of equal length: claims, and for each the passage in force that speaks of its subject.
#
# **Produce** a list of numbers from 0 to 1, high where the passage does not say so. From .5 a claim is flagged.
#
# **What to compare** with the nearest statement:
#
# - *silence*: is it the one without a value?
# - *numbers and dates*: do all the claim's values stand in it, both sides `normal`?
# - *version ranges*: such statements give low, high (both included) and fixed. A claim repeats low and high, names the fixed version, or says that a version is affected or not. Versions compare as tuples: 4.10 is above 4.9.
# - *names* of teams, and *yes and no*, the words of `NOT`.
#
# **Judged** on fresh documents in wordings that stand nowhere in this lesson's data; each near miss comes with a supported claim like it. AUC .75, then .85 over all; .8 each for numbers and dates, names, yes and no, ranges, fixed versions, affected or not, other notations, and silence; flagged from .5 at least 75 % of near misses and at most 15 % of supported claims. Any method.
#
# **Example:** "Tarn Gate keeps the audit log for one week" against "Tarn Gate keeps the audit log for 14 days and the debug log for 7 days; for the crash dump, see the contract." must score .5 or more. 8 points.


# %%
def version(text: str) -> tuple[int, ...]:
    """Return 4.10.2 as (4, 10, 2), which compares as versions do."""
    return tuple(int(part) for part in text.split("."))


# %% role="answer" task="detect_unsupported" points=8
def detect_unsupported(claims: list[str], passages: list[str]) -> list[float]:
    """Return 0 to 1 for each claim, flagged as not supported from .5 (about 25 lines)."""
    scores = []
    for claim, passage in zip(claims, passages, strict=True):
        best = nearest(claim, passage)
        said, held = normal(claim), normal(best)
        values, known = VALUE.findall(said), VALUE.findall(held)
        ### BEGIN SOLUTION
        negated = not NOT.isdisjoint(WORD.findall(said))
        claimed = [version(v) for v in values if v.count(".") == 2]
        border = [version(v) for v in known if v.count(".") == 2]
        if best == statements(passage)[-1]:
            wrong = True  # mentioned, without a value
        elif claimed and len(border) == 3:
            low, high, fixed = border
            if len(claimed) == 2:
                wrong = claimed != [low, high]
            elif re.search("fix|gone|repair|cure", said):
                wrong = claimed != [fixed]
            else:
                wrong = (low <= claimed[0] <= high) == negated
        elif values:
            wrong = not set(values) <= set(known)
        elif names := NAME.findall(best):
            wrong = not any(name in claim for name in names)
        else:
            wrong = negated == NOT.isdisjoint(WORD.findall(held))
        topic = set(WORD.findall(said)) - STOP - NOT - set(values)
        missing = len(topic - set(WORD.findall(normal(passage)))) / len(topic)
        scores.append(0.6 * wrong + 0.4 * missing)
        ### END SOLUTION
    return scores


# %% role="check" task="detect_unsupported"
check("detect_unsupported")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Begin with values. See which rows of <code>change</code> you still miss, and add one comparison at a time.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# One branch for each line of "what to compare", silence first, yes and no last. A claim with two versions repeats the range; one with a single version is told by its words: "fix", "repair", "gone", "cure".
# </details>

# %%
try:
    rows["score"] = detect_unsupported(rows.claim.tolist(), rows.passage.tolist())
    print("AUC", round(auc(rows.score, rows.bad), 3))
    print(
        rows.assign(flagged=rows.score >= 0.5).groupby("change").flagged.mean().round(2).to_dict()
    )
except NotImplementedError:
    print("Your detect_unsupported is not written yet.")

# %% [markdown]
# This AUC says nothing of real text: `statements` knows how these passages are built. There an inference model or a judge reads, measured against people (lesson 21).
# And where 13 % of claims are bad, a detector that just clears the bars (75 and 15 %) is right in 43 % of its flags.

# %% [markdown]
# ## Task 4: State the rate with an interval
# Nothing invented in 60 marked answers: "our hallucination rate is 0 %" goes on a slide.
# Where does its 95 % interval end, in percent?

# %% role="predict"
predict("upper_of_0_in_60", ...)

# %% [markdown]
# **Refresher** (lesson 09): the Wald interval, plus or minus 1.96 standard errors, has width 0 here. Wilson's keeps every rate under which 0 of 60 is no surprise.


# %%
def wilson(rate: Any, n: Any, z: float = 1.959964) -> tuple[Any, Any]:
    """Return the 95 % Wilson interval of a rate seen in n independent trials."""
    middle = (rate + z * z / 2 / n) / (1 + z * z / n)
    half = z * np.sqrt(rate * (1 - rate) / n + z * z / 4 / n**2) / (1 + z * z / n)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


predict("upper_of_0_in_60", actual=round(100 * float(wilson(0.0, 60)[1]), 1))

# %% [markdown]
# *Independent* is the catch: when search brings the wrong passage, everything said from it is wrong together.
# One audit of five answers: how much do its 14 claims tell?

# %%
bad, size = np.array([0.0, 2, 0, 1, 0]), np.array([4.0, 2, 0, 5, 3])
answers_given, total = (size > 0).sum(), size.sum()  # the third answer abstained
rate = float(bad.sum() / total)
surprise = bad - rate * size  # of each answer: invented claims beyond what the rate predicts
variance = answers_given / (answers_given - 1) * (surprise**2).sum() / total**2
{
    "rate": round(rate, 3),
    "worth": round(float(rate * (1 - rate) / variance), 1),
    "claims": int(total),
}

# %% [markdown]
# This is the variance of a ratio of sums (*linearised, answers as clusters*).
# $p(1-p)$ over it is the *effective size*: 14 claims are worth 6.8 independent ones, Wilson's $n$. (Under 30 answers take Student's t for its 1.96.)
#
# **Given** two integer arrays, one row an audit, one column an answer: `bad` claims and `claims`. An answer without claims abstained; each audit has two or more with claims.
#
# **Produce** `{"answers": table, "claims": table}`, each table a row `[rate, low, high]` for each audit.
#
# **Rules**
#
# - *answers*: the share of answers with at least one bad claim. *claims*: bad claims over claims.
# - Abstentions belong to neither: a refusal is not a grounded answer.
# - 95 % intervals of any method, within 0 to 1. Over answers: coverage, computed over all outcomes, at rates of .01 to .30 at least .945 on average and .87 everywhere, mean width at most 1.15 times Wilson's.
# - Over claims: coverage in 350 drawn audits at least .88, whether claims fall together or singly, mean width at most 1.15 times that of Wilson on the effective size (at most the number of claims).
# - Where no claim or every claim of an audit is bad, it cannot tell how claims cluster: by convention count each answer once.
#
# **Example:** the audit above gives answers 0.5 (0.150 to 0.850) and claims 0.214 (0.050 to 0.584). 7 points.


# %% role="answer" task="invention_rates" points=7
def invention_rates(bad: np.ndarray, claims: np.ndarray) -> dict[str, np.ndarray]:
    """Return rate, low and high of each audit, over answers and over claims (about 12 lines)."""
    ### BEGIN SOLUTION
    bad, claims = bad.astype(float), claims.astype(float)
    n, total = (claims > 0).sum(axis=1), claims.sum(axis=1)
    flagged = (bad > 0).sum(axis=1) / n
    rate = bad.sum(axis=1) / total
    surprise = bad - rate[:, None] * claims
    variance = n / (n - 1) * (surprise**2).sum(axis=1) / total**2
    flat = variance < 1e-15
    worth = np.where(flat, n, rate * (1 - rate) / np.where(flat, 1, variance))
    return {
        "answers": np.column_stack([flagged, *wilson(flagged, n)]),
        "claims": np.column_stack([rate, *wilson(rate, np.minimum(worth, total))]),
    }
    ### END SOLUTION


# %% role="check" task="invention_rates"
check("invention_rates")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# The solved cell with <code>.sum(axis=1)</code>; the rate needs <code>[:, None]</code>.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>n = (claims > 0).sum(axis=1)</code> serves both tables. Where the variance is 0 it is the effective size; else cap that at the total. Then <code>np.column_stack([rate, *wilson(rate, worth)])</code>.
# </details>

# %% [markdown]
# Now draw 1,500 audits of 80 answers with a true rate of 15 %, and let the correlation of claims within an answer (ICC) grow.
# At an ICC of .4, how often does the interval over all claims hold the true rate, in percent?

# %% role="predict"
predict("naive_coverage_at_4", ...)


# %%
def draw_audits(icc: float, rate: float = 0.15, audits: int = 1500) -> tuple[Any, Any]:
    """Draw audits: in some answers claims are invented with one high chance, else never."""
    draw = np.random.default_rng(20)
    high = rate + icc * (1 - rate) if icc else rate
    size = draw.integers(1, 12, (audits, 80))
    return draw.binomial(size, high * (draw.random(size.shape) < rate / high)), size


def covered(table: Any, truth: float = 0.15) -> float:
    """Return the share of intervals that hold the truth."""
    return float(np.mean((table[:, -2] <= truth) & (truth <= table[:, -1])))


iccs, curves = [0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1], {}
for icc in iccs:
    found, size = draw_audits(icc)
    total = size.sum(axis=1)
    share = found.sum(axis=1) / total
    tables = {
        "n = claims": np.column_stack(wilson(share, total)),
        "n = answers": np.column_stack(wilson(share, np.full(1500, 80))),
    }
    with suppress(NotImplementedError):
        tables["yours"] = np.array(invention_rates(found, size)["claims"])
    for name, table in tables.items():
        curves.setdefault(name, []).append((covered(table), np.diff(table[:, -2:]).mean()))
predict("naive_coverage_at_4", actual=round(100 * curves["n = claims"][5][0]))

looks = {
    "n = claims": ("#D55E00", "--"),
    "n = answers": ("#666666", ":"),
    "yours": ("#0072B2", "-"),
}
fig, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
for column, ax in enumerate(axes):
    for name, values in curves.items():
        colour, line = looks[name]
        ax.plot(iccs, 100 * np.array(values)[:, column], line, color=colour, linewidth=2.5)
        end = (iccs[-1], 100 * values[-1][column])
        up = "bottom" if name == "yours" else "center"
        ax.annotate(f" {name}", end, color=colour, va=up, size=11)
    ax.set(
        xlabel="correlation of claims within an answer (ICC)",
        xlim=(0, 1.35),
        xticks=(0, 0.2, 0.4, 0.6, 0.8, 1),
    )
    ax.spines[["top", "right"]].set_visible(False)
axes[0].plot([0, 1], [95, 95], color="#999999", linewidth=1)
axes[0].text(0.22, 91.7, "promised: 95", color="#666666", size=9)
axes[0].set_title("Claims that fall together break\nthe interval over all claims ...", loc="left")
axes[0].set(ylabel="intervals that hold the true rate (%)", ylim=(50, 101))
axes[1].set_title(
    "... and counting answers instead\nis too wide, at the end too narrow", loc="left"
)
axes[1].set(ylabel="mean width (percentage points)", ylim=(0, 20))
plt.show()

# %% [markdown]
# ## Task 5: Stay silent at the right moment
# "It may answer if at most 8 % of what it answers is wrong": that is *selective risk*, errors among what is answered. *Coverage* is the share it answers, of the questions it did not refuse by itself.
# Sort answers into levels of confidence; answer from one level up.


# %%
def from_level_up(counts: np.ndarray) -> np.ndarray:
    """Return how many questions lie at each level or above."""
    return np.asarray(counts)[..., ::-1].cumsum(axis=-1)[..., ::-1]


asked = np.array([120, 100, 90, 80, 70, 60, 50, 30])
errors = np.array([54, 30, 20, 9, 5, 4, 1, 0])
pd.DataFrame(
    {
        "coverage": from_level_up(asked) / asked.sum(),
        "risk": from_level_up(errors) / from_level_up(asked),
        "answered": from_level_up(asked),
    }
).round(3)

# %% [markdown]
# At level 3 the observed risk is 6.6 %. How many errors in 290 answers let you promise 8 %, if you may be wrong once in 80 times?

# %% role="predict"
predict("errors_allowed_in_290", ...)

# %%
predict("errors_allowed_in_290", actual=int(binom.ppf(0.1 / 8, 290, 0.08)) - 1)
allowed = {n: int(binom.ppf(0.1 / 8, n, 0.08)) - 1 for n in (30, 50, 80, 140, 290, 1000)}
pd.Series(allowed, name="errors allowed").rename_axis("answered")

# %% [markdown]
# At a risk of 8 %, 12 errors or fewer have a chance below 1/80; 19 were seen. Level 3 is not proved.
# Below 53 answers not even zero errors prove it: minus one, "never".
#
# Why 80? You look at eight levels and take the best. With a chance of 10 % to be fooled at each, more than one team in ten is fooled; with an eighth of it at each (Bonferroni), at most one in ten.
# It holds for questions drawn one by one, like the calibration's: not for bunches, not after drift.
#
# **Given** `calibration` and `held_out`, each `{"asked", "wrong"}`: integer arrays, one row a team, one column a confidence level, lowest first; the promised `risk`; `delta`.
#
# **Produce** `{"level", "coverage", "risk"}`, a list each with an entry for each team:
#
# - `level`: the lowest level, an int, from which the assistant may answer; `None` if it must stay silent;
# - `coverage` and `risk` **on the held-out questions** at that level. Silent: coverage 0.0, risk `None`; risk `None` also where no held-out question lies there. The level is chosen on calibration alone.
#
# **Judged** on teams whose true error rates are known: a level whose true risk exceeds the promise may be given to at most `delta` of the teams (500 are drawn, the bar is .145 for `delta` .1), and mean coverage must be at least .8 of what the exact binomial test at `delta / levels` reaches.
#
# **Example:** asked `[[100, 100]]`, wrong `[[30, 0]]`, risk .1, delta .1 gives level 1: 0 errors of 100 have a chance of .00003. Held-out asked `[[40, 60]]`, wrong `[[9, 3]]` gives coverage 0.6, risk 0.05. 6 points.


# %% role="answer" task="choose_level" points=6
def choose_level(
    calibration: dict[str, np.ndarray], held_out: dict[str, np.ndarray], risk: float, delta: float
) -> dict[str, list[Any]]:
    """Return each team's level, and coverage and risk on held-out questions (about 15 lines)."""
    answered, wrong = from_level_up(calibration["asked"]), from_level_up(calibration["wrong"])
    ### BEGIN SOLUTION
    chance = binom.cdf(wrong, answered, risk)
    safe = (chance <= delta / answered.shape[1]) & (answered > 0)
    level = np.where(safe.any(axis=1), safe.argmax(axis=1), -1).tolist()
    later, bad = (
        from_level_up(held_out["asked"]).tolist(),
        from_level_up(held_out["wrong"]).tolist(),
    )
    rows = list(zip(level, later, bad, strict=True))
    return {
        "level": [None if at < 0 else at for at in level],
        "coverage": [0.0 if at < 0 else n[at] / n[0] for at, n, _ in rows],
        "risk": [None if at < 0 or not n[at] else k[at] / n[at] for at, n, k in rows],
    }
    ### END SOLUTION


# %% role="check" task="choose_level"
check("choose_level")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# At exactly the promised risk, how likely are so few <code>wrong</code> in <code>answered</code>?
# </details>
# <details><summary>Hint 2: nearly there</summary>
# <code>binom.cdf</code> takes whole tables. A level is safe where the chance is at most its share of <code>delta</code>, and something was answered. <code>argmax(axis=1)</code> finds the first, <code>any(axis=1)</code> whether there is one.
# </details>

# %%
levels = [0, 0.4, 0.5, 0.6, 0.65, 0.7, 0.8, 1.01]
ours = pd.DataFrame(
    {
        "level": [np.searchsorted(levels, a["confidence"], side="right") - 1 for a in claiming],
        "wrong": [any(c["label"] != "supported" for c in a["claims"]) for a in claiming],
        "half": np.arange(len(claiming)) % 2,
    }
)
halves = []
for _, half in ours.groupby("half"):
    table = half.groupby("level").wrong.agg(["size", "sum"]).reindex(range(7), fill_value=0)
    halves.append({"asked": table[["size"]].to_numpy().T, "wrong": table[["sum"]].to_numpy().T})
try:
    for promise in (0.1, 0.2, 0.3, 0.4):
        print(promise, choose_level(*halves, promise, 0.1))
except NotImplementedError:
    print("Your choose_level is not written yet.")

# %% [markdown]
# With 125 answers to calibrate on, not even 30 % can be promised. 40 % can, from level 3 up: it then answers 77 % of the held-out questions and errs in 27 % of these, against 33 % of all answers (*measured*). So: more calibration answers, a better confidence, or a person in between.
# Silence needs a form: "the documents do not say; these two come closest" is a fallback, an empty page is not.

# %% [markdown]
# ## Run it on other people's labels
# [RAGTruth](https://aclanthology.org/2024.acl-long.585/) (*fact*: Niu et al., ACL 2024) holds nearly 18,000 answers of models, invented spans marked by people. `responses` and `sources` are a few in its shape (*simulated*).
# For the real ones, run `responses = rows_of("RAGTruth/dataset/response.jsonl")` between the next cells, and `sources` alike.


# %%
def rows_of(path: str) -> list[dict[str, Any]]:
    """Read a file with a JSON object on each line."""
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def grouped(
    responses: list[dict[str, Any]], sources: list[dict[str, Any]]
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return the good answers of the test split by task and model, which are not alike."""
    task = {source["source_id"]: source["task_type"] for source in sources}
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for r in responses:
        if r["quality"] == "good" and r["split"] == "test":
            groups.setdefault((task[r["source_id"]], r["model"]), []).append(r)
    return groups


def as_audit(responses: list[dict[str, Any]]) -> tuple[np.ndarray, np.ndarray]:
    """Return bad claims and claims of one audit; a span that touches a claim makes it bad."""
    bad, size, lost = [], [], 0
    for response in responses:
        spans = split_claims(response["response"])
        touched = [
            any(m["start"] < s["end"] and s["start"] < m["end"] for m in response["labels"])
            for s in spans
        ]
        bad.append(sum(touched))
        size.append(len(spans))
        lost += sum(
            not any(m["start"] < s["end"] and s["start"] < m["end"] for s in spans)
            for m in response["labels"]
        )
    print(f"{lost} of {sum(len(r['labels']) for r in responses)} marks touch no claim")
    return np.array([bad]), np.array([size])


# %%
everything = (
    np.array([[sum(c["label"] != "supported" for c in a["claims"]) for a in answers]]),
    np.array([[len(a["claims"]) for a in answers]]),
)
try:
    for (task, model), some in grouped(responses, sources).items():
        shaped = as_audit(some)
        print(task, model, {k: v.round(3).tolist() for k, v in invention_rates(*shaped).items()})
    ours_rates = {k: v.round(3).tolist() for k, v in invention_rates(*everything).items()}
    print("all 300", ours_rates)
except NotImplementedError:
    print("Some function is not written yet.")

# %% [markdown]
# One task and model at a time: six models answer each source, no independent draws.
# There, a parser replaces `VERBS`; watch the marks that touch no claim, and decide about spans marked `implicit_true`, right in the world and not in the source; here they count. Marks from a detector need the correction of lesson 21 first.

# %% [markdown]
# ## Write it down: one sentence that may be quoted
# Write the one sentence that the CISO will say about this assistant to the board, and its support.
# At most 200 words: the rate with its interval and what it is a rate *of*, its population, what it does not cover, what nobody must make of it. Use the 300 answers above. 8 points.
# Marked by the rubric, by your instructor or yourself.

# %% [markdown] role="written" task="quotable_rate" points=8
# ### BEGIN SOLUTION
# **"Of the answers in our test that claimed something, one in three held a claim that our documents contradict or do not state (33 %, 95 % interval 27 to 39 %)."**
#
# *What was measured.* 300 answers to 216 questions, drawn about evenly over one vendor's advisories, runbooks and tickets; 249 made claims, 51 refused and are left out. Interval: Wilson, answers as units; repeated questions hardly move it. Of the 1,019 claims 13 % were not grounded (11 to 16 %, allowing for errors that fall together within an answer). Every statement was compared with the documents in force.
#
# *Not covered.* Other documents and other questions: users do not ask evenly. Whether the documents are right: a supported answer from an outdated runbook counts as supported. Useful answers that were refused. The next version of the model.
#
# *Not to be made of it.* It is no rate of harm: a wrong port and a wrong version weigh the same. It is no comparison with people, who were not tested. And it is not "87 % accurate": an answer is used whole.
# ### END SOLUTION

# %% [markdown] role="rubric" task="quotable_rate"
# | criterion | 0 | 1 | 2 |
# |---|---|---|---|
# | Rate and interval | no interval, or "0 %" | an interval, unit unclear: "13 % (11 to 16)" | unit, interval and method fit: "33 % of the answers that claim something hold a claim that the documents contradict or do not state (95 %: 27 to 39, answers as units)" |
# | Population | "our AI" | what was asked, not how drawn: "questions to the assistant" | which questions, how drawn, refusals named: "300 answers to 216 questions, drawn about evenly over one vendor's passages; 51 refusals left out" |
# | Not covered | nothing | a gap, no consequence: "other documents" | a gap and what it means: "supported is not true: an outdated runbook makes a supported answer wrong" |
# | Cannot be misquoted | true only with its footnote: "87 % accurate" | one of the two: true when quoted alone, or a warning | both: true when quoted alone, and the memo says what not to make of it: "no rate of harm" |

# %% [markdown]
# ## What you did
# You caught empty citations and near misses, gave a rate that survives clustered errors, and kept a promise by silence.
#
# **Closed book**, from lessons [11](../11_price_an_answer/11_price_an_answer.ipynb) and [16](../16_find_the_passage/16_find_the_passage.ipynb): skip what you have not done.
# 1. A judge model reads 1,200 tokens a claim, at 0.15 dollars a million. What do 10,000 claims cost?
# 2. Two relevant passages exist, with gains 2 and 1. A ranking has the one of gain 2 on rank 2 and nothing else: nDCG@3, linear gain, to three places?
# 3. Ten passages come back, three of four relevant ones among them: recall at 10?

# %% role="predict"
predict("judge_usd", ...)
predict("ndcg_at_3", ...)
predict("recall_at_10", ...)

# %%
predict("judge_usd", actual=10_000 * 1_200 * 0.15 / 1e6)
predict("ndcg_at_3", actual=round(float((2 / np.log2(3)) / (2 + 1 / np.log2(3))), 3))
predict("recall_at_10", actual=3 / 4)

# %% [markdown]
# **On your own:** mark thirty answers with a colleague, apart, and compare.
#
# **Readings**
# - [ALCE](https://aclanthology.org/2023.emnlp-main.398/): citation precision and recall with a model as reader; precision also asks whether each is needed.
# - [MiniCheck](https://aclanthology.org/2024.emnlp-main.499/): a small model that checks claims against documents.
# - [Selective classification for deep neural networks](https://arxiv.org/abs/1705.08500): a threshold with a guaranteed risk.
# - [Learn then test](https://arxiv.org/abs/2110.01052): many thresholds, one promise.
