"""Judge the five tasks of lesson 20: claims, citations, a detector, a rate, and silence.

The functions above each judge are its oracle. Where a task is statistical, the
judge's docstring says how often the reference fails and the named mistake passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr
from scipy.stats import binom

from autograder.checks import Ladder, Score, close, equal, record, require, within
from autograder.judging import Learner
from autograder.scenarios.corpus import Claim, Fact, Rates, World, compose
from autograder.scenarios.corpus.family import HELD_OUT
from autograder.scenarios.corpus.versions import STYLES

__all__ = [
    "check_citations",
    "choose_level",
    "detect_unsupported",
    "invention_rates",
    "split_claims",
]

HINTS = {
    "split_claims": (
        "Replace every citation by as many spaces, so that places stay true. Find the sentences "
        "of each line, then cut each at ;, then at comma joints, then at bare `and`: one "
        "function with the joint's pattern as a parameter does all three. At the end strip each "
        "piece, and keep it if it holds a verb, does not end with ? and is no aside."
    ),
    "check_citations": (
        "For each bracket: its passage is what stands inside, its claim is the last one whose "
        "end lies at or before the bracket. Then ask in this order: is the passage in any "
        "document? Is its document's id among the values of `replaces`? What does "
        "`readings[claim]` hold for it? Count last."
    ),
    "detect_unsupported": (
        "Take the nearest statement first. Is it the passage's last one? Then it gives no value. "
        "Are there versions: compare as tuples with low, high and fixed. Are there other values: "
        "all of the claim's must stand in the statement. Names: one of the statement's must "
        "stand in the claim. Otherwise compare negation. Return .6 for wrong, plus a little for "
        "words of the claim that the passage lacks."
    ),
    "invention_rates": (
        "n = (claims > 0).sum(axis=1) counts answers that claim something. For claims: the rate "
        "is a ratio of sums; its variance is n / (n - 1) times the sum of squared (unsupported - "
        "rate * claims), over the squared total; rate * (1 - rate) / variance is the effective "
        "size, at most the total, and n where the variance is 0. Both go through wilson."
    ),
    "choose_level": (
        "binom.cdf(wrong, answered, risk) says how likely so few errors are if the risk were "
        "exactly the promise. A level is safe where that is at most delta / number of levels. "
        "Take the first safe level of each row, None where there is none, and read coverage and "
        "risk off the held-out counts from that level up."
    ),
}

WHY = {
    "split_claims": (
        "An answer is as good as its worst statement, so it is cut until each piece can be true "
        "or false on its own, and no further."
    ),
    "check_citations": (
        "A citation is a promise with three parts: it exists, it still holds, it says so. "
        "Precision counts kept promises, recall the claims that have one."
    ),
    "detect_unsupported": (
        "Near misses share their words with the truth; what differs is a value, a border, a "
        "name or a not, in the one statement that speaks of the same thing."
    ),
    "invention_rates": (
        "The interval asks how much was seen: answers are drawn independently, claims are not, "
        "so claims count for what they are worth."
    ),
    "choose_level": (
        "A promise needs a bound, not an average, and looking at many levels needs a share of "
        "the doubt for each."
    ),
}

Array = NDArray[Any]


# Task 1: claims

PRODUCTS = ("Tarn Gate", "Brook Mail", "Glen Vault", "Dale Proxy", "Moss Agent", "Ridge Index")
THINGS = ("audit log", "session log", "crash dump", "token cache", "key store", "event queue")
WHOLE = (  # one claim each, with what makes people cut too much
    "{p} {v} needs approx. {n} minutes to restart",
    "{p} keeps secrets, e.g. tokens, in its {t}",
    "Port no. {n} of {p} serves the {t}",
    "The {t} of {p} holds max. {n} entries",
    "{p} {v} has no {t}",
)
TOGETHER = (
    "Ports {n} and {m} of {p} are open",
    "{p} keeps its {t} and its backup for {n} days",
    "Releases {v}, {w}, and {x} of {p} are affected",
    "The {t} of {p} is in {v} and {w} and {x}",
    "{p} gets a new {t} in {v}, {w}, and {x}",
    "A restore of {p} takes an hour and a half and {n} seconds",
)
HALVES = (  # a verb on either side of an "and" that joins nothing
    "{p} keeps the {t} for an hour and a half before it goes to disk",
    "The {t} of {p} stays for a day and a half before it takes {n} more entries",
)
HEDGED = (
    "Probably, {p} keeps the {t} for {n} days",
    "It seems that {p} uses port {n}",
    "As far as one can tell, {v} fixes the {t}",
    "{p} may need a restart after {v}",
    "{p} might let the {t} grow to {n} entries",
)
QUESTIONS = ("Do you need the {t} of {p} too?", "Does {p} {v} have a {t}?")
WITHOUT_VERB = ("Hello!", "Thanks for asking.", "Summary for {p} {v}:", "In short:")
ASIDES = (
    "Let me know if {v} is not what runs there.",
    "I could not find who owns the {t}.",
    "Please say whether {p} {v} is in use.",
    "Tell me when the {t} has grown.",
)
JOINTS = ("; ", ", and ", ", but ", ", while ", ", whereas ", " and ")


class _Answer:
    """An answer while it is written, with the spans of its claims."""

    def __init__(self, draw: Random) -> None:
        self.draw, self.text = draw, ""
        self.claims: list[dict[str, int]] = []

    def fill(self, template: str) -> str:
        """Fill a template with drawn names and numbers."""
        draw = self.draw
        v, w, x = (
            f"{draw.randint(2, 9)}.{draw.randint(0, 19)}.{draw.randint(0, 19)}" for _ in "vwx"
        )
        n, m = draw.sample(range(11, 99), 2)
        names = {"p": draw.choice(PRODUCTS), "t": draw.choice(THINGS)}
        return template.format(v=v, w=w, x=x, n=n, m=m, **names)

    def claim(self, template: str, then: str = ". ") -> None:
        """Add a claim and what follows it."""
        text = self.fill(template)
        self.claims.append({"start": len(self.text), "end": len(self.text) + len(text)})
        self.text += text + then

    def again(self) -> None:
        """Add the first claim once more."""
        first = self.claims[0]
        self.claim(self.text[first["start"] : first["end"]])

    def aside(self, template: str) -> None:
        """Add what is no claim."""
        self.text += self.fill(template) + " "

    def cite(self) -> str:
        """Return one or two citations."""
        draw = self.draw
        made = [f"[RB-{draw.randint(10, 99)}.r{draw.randint(1, 4)}#{n}]" for n in (1, 2)]
        return " ".join(made[: draw.randint(1, 2)])


def _written(draw: Random) -> dict[str, _Answer]:
    """Write an answer for each step."""
    made = {
        name: _Answer(draw)
        for name in (
            "sentences, abbreviations and versions",
            "citations and list items",
            "two claims in one sentence",
            "values that belong together",
            "what is no claim",
            "claims with a hedge",
            "a whole answer",
        )
    }
    plain, listed, joined, together, outside, hedged, whole = made.values()
    for template in draw.sample(WHOLE, 4):
        plain.claim(template)
    marks = draw.choice((("- ",) * 3, ("* ",) * 3, ("1. ", "2. ", "3. ")))
    for mark, template in zip(marks, draw.sample(WHOLE, 3), strict=True):
        listed.text += mark
        listed.claim(template, draw.choice((f" {listed.cite()}.\n", f". {listed.cite()}\n")))
    for template in draw.sample(WHOLE, 2):
        listed.claim(template, f" {listed.cite()}. ")
    one = draw.sample(WHOLE[1:], 4) * 2
    for joint in (*draw.sample(JOINTS[:-1], 2), " and "):
        joined.claim(one.pop(), draw.choice(("", f" {joined.cite()}")) + joint)
        joined.claim(one.pop())
    for template in draw.sample(TOGETHER, 4):
        together.claim(template)
    together.claim(draw.choice(HALVES))
    together.claim(TOGETHER[2], draw.choice(JOINTS[:-1]))
    together.claim(TOGETHER[0])
    some = [draw.choice(QUESTIONS), *draw.sample(WITHOUT_VERB, 2), *draw.sample(ASIDES, 2)]
    for number, template in enumerate(draw.sample(some, len(some))):
        outside.aside(template)
        if number in (1, 4) or draw.random() < 0.3:
            outside.claim(draw.choice(WHOLE))
    for template in draw.sample(HEDGED, 4):
        hedged.claim(template)
    whole.aside(draw.choice(WITHOUT_VERB))
    whole.claim(draw.choice(WHOLE), f" {whole.cite()}. ")
    whole.claim(draw.choice(TOGETHER), f" {whole.cite()}{draw.choice(JOINTS[:4])}")
    whole.claim(draw.choice(WHOLE), f". {whole.cite()} ")
    whole.claim(draw.choice(HEDGED))
    whole.again()
    whole.text += "\n- "
    whole.claim(draw.choice(WHOLE), f"{draw.choice(JOINTS[:4])}")
    whole.claim(draw.choice(WHOLE), f" {whole.cite()}.\n")
    whole.aside(draw.choice(ASIDES))
    return made


def split_claims(learner: Learner, seed: int) -> Score:
    """Write answers from known claims; want every claim's span, and no other."""
    ladder = Ladder(learner)
    written = _written(Random(seed))
    for weight, (name, answer) in zip((1, 1, 2, 1, 1, 1, 3), written.items(), strict=True):
        with ladder.step(name, weight):
            got = learner.call("split_claims", answer.text)
            good = isinstance(got, list) and all(
                isinstance(c, dict) and type(c.get("start")) is type(c.get("end")) is int
                for c in got
            )
            require(good, "Return a list of dicts with start and end, both int.", got)
            equal(
                [answer.text[c["start"] : c["end"]] for c in got],
                [answer.text[c["start"] : c["end"]] for c in answer.claims],
                what="the claims' texts",
            )
            spans = [{"start": c["start"], "end": c["end"]} for c in got]
            equal(spans, answer.claims, what="the spans")
    return ladder.score()


# Task 2: citations

PLANS = (
    ("which claim a citation belongs to", 2, ("supports", "", "elsewhere silent", "supports")),
    ("passages that do not exist or no longer hold", 3,
     ("dangling", "superseded", "dangling supports", "replaced")),
    ("passages that support, contradict or are silent", 3,
     ("contradicts", "silent", "elsewhere supports", "elsewhere", "contradicts")),
)  # fmt: skip
MIXED = (
    "dangling supports", "", "contradicts", "again supports", "elsewhere", "superseded",
    "elsewhere supports",
)  # fmt: skip


def checked(
    citations: Sequence[tuple[str, int]],
    claims: int,
    documents: Sequence[dict[str, Any]],
    read: Sequence[dict[str, str]],
) -> dict[str, Any]:
    """Return the verdict on each citation of (passage, claim), precision and recall."""
    replaced = {document["replaces"] for document in documents}
    home = {passage: d["id"] for d in documents for passage in d["passages"]}

    def verdict(passage: str, claim: int) -> str:
        if passage not in home:
            return "dangling"
        if home[passage] in replaced:
            return "superseded"
        return read[claim].get(passage, "silent")

    rows = [{"passage": p, "claim": c, "verdict": verdict(p, c)} for p, c in citations]
    good = [row["claim"] for row in rows if row["verdict"] == "supports"]
    return {
        "citations": rows,
        "precision": len(good) / len(rows) if rows else None,
        "recall": len(set(good)) / claims if claims else None,
    }


@dataclass(frozen=True)
class _Stage:
    """A world's claims, what each passage says of them, and which passages are in force.

    `gone` is a document that one of another number replaces.
    """

    world: World
    gone: str
    read: dict[str, dict[str, str]]
    in_force: list[str]
    pools: dict[str, list[tuple[Claim, str]]]


def _stage(world: World, gone: str) -> _Stage:
    """Read every claim against every fact, those out of force too."""
    said: dict[tuple[str, str], list[Fact]] = {}
    for fact in world.truth.facts:
        said.setdefault((fact.entity, fact.attribute), []).append(fact)
    pools: dict[str, list[tuple[Claim, str]]] = {
        name: [] for name in ("supports", "contradicts", "silent", "superseded", "replaced")
    }
    read: dict[str, dict[str, str]] = {}
    for claim in world.truth.claims:
        if " at " in claim.attribute:
            continue  # whether one version is inside a range is no fact of its own
        facts = said.get((claim.entity, claim.attribute), [])
        read[claim.id] = {
            f.passage: "supports" if f.value == claim.value else "contradicts" for f in facts
        }
        if not facts and not claim.about.startswith(f"{gone}#"):
            pools["silent"].append((claim, claim.about))
        for fact in facts:
            name = read[claim.id][fact.passage]
            if fact.in_force and fact.document != gone:
                pools[name].append((claim, fact.passage))
            elif name == "supports":
                pools["replaced" if fact.in_force else "superseded"].append((claim, fact.passage))
    old = {gone, *(s.document for s in world.truth.superseded)}
    texts = [p.id for d in world.public.documents if d.id not in old for p in d.passages]
    return _Stage(world, gone, read, texts, pools)


def _staged(draw: Random) -> _Stage:
    """Compose a small world in which every kind of citation can be shown."""
    while True:
        world = compose(draw.randrange(2**60), documents=12, answers=12, icc=0.2)
        supported = [claim.about for claim in world.truth.claims if not claim.change]
        stage = _stage(world, draw.choice(supported).split("#")[0])
        if all(stage.pools.values()):
            return stage


def _cited(
    draw: Random, stage: _Stage, plan: Sequence[str]
) -> tuple[str, list[list[int]], list[tuple[str, int]], list[dict[str, str]]]:
    """Write an answer with a claim for each entry of a plan, such as `dangling supports`.

    Return its text, the claims' spans, each citation's (passage, claim), and what the
    passages say of each claim.
    """
    text = draw.choice(("", "From the documents: ", "As asked: "))
    spans: list[list[int]] = []
    citations: list[tuple[str, int]] = []
    read, lost = [], draw.randint(0, 1)
    for number, kinds in enumerate(draw.sample(plan, len(plan))):
        pool = stage.pools.get(kinds.split()[-1] if kinds else "supports")
        claim, passage = draw.choice(pool or stage.pools["supports"])
        read.append(stage.read[claim.id])
        spans.append([len(text), len(text) + len(claim.text)])
        marks = []
        for kind in kinds.split():
            target = passage
            if kind == "dangling":  # a passage too many of a document, or a document too many
                lost += 1
                target = f"{passage[:-1]}{draw.randint(30, 99)}"
                target = target if lost % 2 else f"RB-{draw.randint(100, 999)}.r1#2"
            elif kind == "elsewhere":
                others = [p for p in stage.in_force if p not in stage.read[claim.id]]
                target = draw.choice(others)
            marks.append(f"[{target}]")
            citations.append((target, number))
        cites = "".join(f" {mark}" for mark in marks)
        text += claim.text + draw.choice((f"{cites}. ", f".{cites} ", f"{cites}\n"))
    return text.rstrip(), spans, citations, read


def check_citations(learner: Learner, seed: int) -> Score:
    """Write answers whose citations are good or bad in known ways; want every verdict."""
    draw, ladder = Random(seed), Ladder(learner)
    stage = _staged(draw)
    documents = [
        {"id": d.id, "replaces": d.replaces, "passages": [p.id for p in d.passages]}
        for d in stage.world.public.documents
    ]
    new = f"AN-{draw.randint(100, 999)}.r1"
    replacing = {"id": new, "replaces": stage.gone, "passages": [f"{new}#1"]}
    documents.insert(draw.randint(0, len(documents)), replacing)

    def ask(plan: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
        text, spans, citations, read = _cited(draw, stage, plan)
        got = record(
            learner.call("check_citations", text, spans, documents, read), {"citations": list}
        )
        require({"precision", "recall"} <= got.keys(), "precision or recall is missing.", got)
        return got, checked(citations, len(spans), documents, read)

    for name, weight, plan in PLANS:
        with ladder.step(name, weight):
            got, want = ask(plan)
            if name == PLANS[0][0]:  # verdicts come later
                for row in [*want["citations"], *got["citations"]]:
                    require(isinstance(row, dict), "A citation is not a dict.", row)
                    row.pop("verdict", None)
            equal(got["citations"], want["citations"], what="citations")
    for name in ("precision", "recall"):
        with ladder.step(name, 1):
            for plan in (MIXED, ("", ""), ()):
                got, want = ask(plan)
                close(got[name], want[name], what=f"{name} with {len(plan)} claims")
    return ladder.score()


# Task 3: the detector

KINDS = ("numbers and dates", "yes and no", "names")
BORDERS = ("version ranges", "fixed versions", "affected or not")
OTHERS = ("other notations", "silent passages")
LABELS = Rates(supported=0.45, contradicted=0.4, unsupported=0.15, abstention=0.0)
LEAST, MOST = 3, 4  # near misses of a kind in one case, each with a supported claim like it


@dataclass(frozen=True)
class Said:
    """A claim, the passage it is compared with, and whether it is a near miss."""

    text: str
    about: str
    bad: bool


Pairs = list[tuple[Said, Said]]


def auc(bad: Sequence[float], good: Sequence[float]) -> float:
    """Return how often a bad one scores above a good one; ties count half."""
    high, low = np.array(bad)[:, None], np.array(good)[None, :]
    return float((high > low).mean() + (high == low).mean() / 2)


def kind_of(claim: Claim) -> str:
    """Say what decides whether a claim holds."""
    if claim.attribute.startswith(("affected", "fixed")):
        return "versions"
    if claim.value in ("yes", "no"):
        return "yes and no"
    return "names" if claim.value[0].isalpha() else "numbers and dates"


def bag(text: str) -> set[str]:
    """Return the words of a text."""
    return set(re.findall(r"[\w.-]*\w", text.lower()))


def matched(draw: Random, world: World) -> dict[str, Pairs]:
    """Pair near misses with supported claims of like length and overlap, by what decides them.

    "other notations" has claims that write their value as no passage does, "silent passages"
    near misses whose passage mentions the thing without a value. What is
    true in the world alone is left out: overlap gives it away.
    """
    texts = {p.id: p.text for d in world.public.documents for p in d.passages}
    held = cache(lambda name: bag(texts[name]))
    pairs: dict[str, Pairs] = {name: [] for name in (*KINDS, *OTHERS)}

    places: dict[str, tuple[float, float]] = {}

    def place(claim: Claim) -> tuple[float, float]:
        if claim.id not in places:
            said = bag(claim.text)
            shared = len(said & held(claim.about)) / len(said)
            places[claim.id] = shared, len(claim.text) / 60
        return places[claim.id]

    def said(claim: Claim) -> Said:
        return Said(claim.text, texts[claim.about], bool(claim.change))

    def pair(name: str, bad: Sequence[Claim], good: list[Claim]) -> None:
        for claim in bad[: min(MOST - len(pairs[name]), len(good))]:
            x, y = place(claim)
            far = [abs(a - x) + abs(b - y) for a, b in map(place, good[: 3 * MOST])]
            pairs[name].append((said(claim), said(good.pop(far.index(min(far))))))

    kinds: dict[str, list[Claim]] = {name: [] for name in (*KINDS, "versions")}
    for claim in draw.sample(world.truth.claims, len(world.truth.claims)):
        if claim.change != "world":
            kinds[kind_of(claim)].append(claim)
    for kind, claims in kinds.items():
        good = [claim for claim in claims if not claim.change]
        bad = [claim for claim in claims if claim.change not in ("", "absent")]
        if kind == KINDS[0]:
            spelled = ([c for c in some if c.value not in c.text] for some in (bad, good))
            pair(OTHERS[0], *spelled)
            good = [claim for claim in good if claim.value in claim.text]
            bad = [claim for claim in bad if claim.value in claim.text]
        if kind in KINDS:
            pair(kind, bad[:MOST], good)
        pair(OTHERS[1], [claim for claim in claims if claim.change == "absent"][:3], good)
    return pairs


def bordered(draw: Random, world: World) -> dict[str, Pairs]:
    """Pair near misses about versions with supported claims that have the same words.

    A range that ends or begins one step off; the last affected version called fixed; versions
    inside and outside a range, each said to be affected, and each said not to be.
    """
    product = {p.id: (d.product, p.text) for d in world.public.documents for p in d.passages}
    stated = {(f.entity, f.attribute): f.value for f in world.truth.facts if f.in_force}
    pairs: dict[str, Pairs] = {name: [] for name in BORDERS}
    for fact in draw.sample(world.truth.facts, len(world.truth.facts)):
        if not (fact.in_force and fact.attribute.startswith("affected: ")):
            continue
        branch = fact.attribute.removeprefix("affected: ")
        low, high = fact.value.split(" to ")
        fixed = stated[fact.entity, f"fixed: {branch}"]
        major, first, last = low.split(".")[0], int(low.split(".")[1]), int(high.split(".")[1])
        within = f"{major}.{draw.randint(first + 1, last - 1)}.{draw.randint(0, 9)}"
        beyond = f"{major}.{draw.choice((first - 1, last + 1))}.{draw.randint(0, 9)}"
        names = {"p": fact.entity, "i": branch, "q": product[fact.passage][0]}
        tests = ((high, fixed), (within, beyond))

        def add(kind: str, form: str, bad: dict[str, str], good: dict[str, str]) -> None:
            text = product[fact.passage][1]  # noqa: B023  # called before fact is drawn again
            worded = [form.format(**names, **v) for v in (bad, good)]  # noqa: B023  # as above
            pairs[kind].append((Said(worded[0], text, True), Said(worded[1], text, False)))

        for number, how in enumerate(draw.sample([STYLES[i] for i in HELD_OUT], 2)):
            moved = ({"low": f"{major}.{first - 1}.0", "high": high}, {"low": low, "high": fixed})
            add(BORDERS[0], how.range, moved[number], {"low": low, "high": high})
            add(BORDERS[1], how.fixed, {"fixed": high}, {"fixed": fixed})
            inside, outside = tests[number]
            add(BORDERS[2], how.member, {"x": outside}, {"x": inside})
            add(BORDERS[2], how.spared, {"x": inside}, {"x": outside})
    return pairs


def _paired(draw: Random) -> dict[str, Pairs]:
    """Compose worlds until there are some near misses of each kind; mostly one or two do."""
    pairs: dict[str, Pairs] = {name: [] for name in (*KINDS, *OTHERS, *BORDERS)}
    while min(map(len, pairs.values())) < LEAST:
        world = compose(
            draw.randrange(2**60), documents=14, answers=24, claims=(7, 8), icc=0.1,
            rates=LABELS, phrasings="held_out",
        )  # fmt: skip
        for name, some in (*matched(draw, world).items(), *bordered(draw, world).items()):
            pairs[name] += some[: MOST - len(pairs[name])]
    return pairs


def detect_unsupported(learner: Learner, seed: int) -> Score:
    """Draw near misses and supported claims like them, worded as the lesson's data are not.

    A score of words shared or of length ranks them no better than chance, AUC .45 to .60 on
    average over the cases of a test, which prints the reference's too. The reference makes no
    error in the 3,000 cases of a bench, which prints its count. A yes-or-no score with one
    error passes every bar; right on half of a kind is an AUC of .75, below the bar of .8.
    """
    draw, ladder = Random(seed), Ladder(learner)
    pairs = _paired(draw)
    claims = list(dict.fromkeys(said for some in pairs.values() for pair in some for said in pair))
    draw.shuffle(claims)
    scores: dict[Said, float] = {}

    def ranked(names: Iterable[str], low: float) -> None:
        chosen = [pair for name in names for pair in pairs[name]]
        bad, good = ([scores[said] for said in side] for side in zip(*chosen, strict=True))
        within(auc(bad, good), low, 1.0, what="AUC")

    start = "better than words shared"
    with ladder.step(start, 1):
        got = learner.call(
            "detect_unsupported", [said.text for said in claims], [said.about for said in claims]
        )
        got = got.tolist() if isinstance(got, np.ndarray) else got
        good = isinstance(got, list) and len(got) == len(claims)
        require(good, "Return a list with one score for each claim.", got)
        numbers = all(type(x) in (int, float, bool) and 0 <= x <= 1 for x in got)
        require(numbers, "A score is not a number from 0 to 1.", got)
        scores.update(zip(claims, got, strict=True))
        ranked(pairs, 0.75)
    with ladder.step("AUC of .85", 1, after=start):
        ranked(pairs, 0.85)
    for name in pairs:
        with ladder.step(name, 1, after=start):
            ranked([name], 0.8)
    with ladder.step("the operating point", 2, after=start):
        flagged = {
            bad: float(np.mean([scores[said] >= 0.5 for said in claims if said.bad is bad]))
            for bad in (True, False)
        }
        within(flagged[False], 0.0, 0.15, what="the share of supported claims flagged at .5")
        within(flagged[True], 0.75, 1.0, what="the share of near misses flagged at .5")
    return ladder.score()


# Task 4: rates with intervals

Z = 1.959963984540054
SHARES = np.arange(0.01, 0.3005, 0.005)  # the rates at which coverage is enumerated
AUDITS = 350  # drawn audits of one case, all with the same true rate


def wilson(rate: Array, n: Array) -> tuple[Array, Array]:
    """Return the 95 % Wilson interval of a rate seen in `n` independent trials."""
    middle = (rate + Z * Z / 2 / n) / (1 + Z * Z / n)
    half = Z * np.sqrt(rate * (1 - rate) / n + Z * Z / 4 / n**2) / (1 + Z * Z / n)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def effective(unsupported: Array, claims: Array) -> Array:
    """Return, of each audit, how many independent claims would tell as much.

    The variance is that of a ratio of two sums over answers (linearised, answers as
    clusters). An audit without any variation counts each answer once.
    """
    n, total = (claims > 0).sum(axis=1), claims.sum(axis=1)
    rate = unsupported.sum(axis=1) / total
    left = unsupported - rate[:, None] * claims
    variance = n / (n - 1) * (left**2).sum(axis=1) / total**2
    flat = variance < 1e-15
    spread = np.minimum(total, rate * (1 - rate) / np.where(flat, 1.0, variance))
    return np.where(flat, n, spread)


def rates_of(unsupported: Array, claims: Array) -> dict[str, Array]:
    """Return rate, low and high of each audit, over answers and over claims."""
    unsupported, claims = unsupported.astype(float), claims.astype(float)
    n = (claims > 0).sum(axis=1)
    flagged = (unsupported > 0).sum(axis=1) / n
    rate = unsupported.sum(axis=1) / claims.sum(axis=1)
    return {
        "answers": np.column_stack([flagged, *wilson(flagged, n)]),
        "claims": np.column_stack([rate, *wilson(rate, effective(unsupported, claims))]),
    }


def coverage(intervals: Array, n: int) -> tuple[Array, Array]:
    """Return exact coverage and mean width at each of SHARES; row k is for k of n."""
    chances = binom.pmf(np.arange(len(intervals)), n, SHARES[:, None])
    low, high = intervals[:, 1], intervals[:, 2]
    held = (low <= SHARES[:, None]) & (SHARES[:, None] <= high)
    return (chances * held).sum(axis=1), chances @ (high - low)


def clustered(
    draw: np.random.Generator, answers: int, rate: float, icc: float, longest: int
) -> tuple[Array, Array]:
    """Draw AUDITS whose claims are invented at `rate`, correlated by `icc` within an answer.

    In some answers things went wrong before a word was written: there each claim is
    invented with one high probability, elsewhere none is. `icc` 0 treats all alike.
    About one answer in ten abstains and has no claims.
    """
    bad = rate + icc * (1 - rate) if icc else rate
    claims = draw.integers(1, longest + 1, (AUDITS, answers), dtype=np.int16)
    claims[draw.random((AUDITS, answers)) < 0.1] = 0
    hit = draw.random((AUDITS, answers)) < rate / bad
    unsupported = np.zeros_like(claims)
    unsupported[hit] = draw.binomial(claims[hit], bad)
    return unsupported, claims


def enumerated(draw: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Return an audit of n answers for each number of flagged ones that can matter."""
    most, refused = int(binom.ppf(1 - 1e-9, n, SHARES[-1])), int(draw.integers(5, 20))
    claims = draw.integers(1, 4, (most + 1, n), dtype=np.int16)
    flagged = np.arange(n) < np.arange(most + 1)[:, None]
    unsupported = np.where(flagged, draw.integers(1, claims + 1), 0).astype(np.int16)
    order = draw.permutation(n + refused)
    none = np.zeros((most + 1, refused), dtype=np.int16)
    return np.hstack([unsupported, none])[:, order], np.hstack([claims, none])[:, order]


def _few(draw: np.random.Generator) -> tuple[Array, Array]:
    """Draw a few small audits, each with abstentions, part-wrong and wholly wrong answers."""
    rows, answers = int(draw.integers(2, 5)), int(draw.integers(9, 16))
    claims = draw.integers(2, 9, (rows, answers), dtype=np.int16)
    unsupported = np.zeros_like(claims)
    unsupported[:, :3] = draw.integers(1, claims[:, :3])
    unsupported[:, 3] = claims[:, 3]
    claims[:, -2:] = 0
    order = np.array([draw.permutation(answers) for _ in range(rows)])
    return (
        np.take_along_axis(unsupported, order, axis=1),
        np.take_along_axis(claims, order, axis=1),
    )


def _table(got: Any, name: str, rows: int) -> Array:
    """Want a row of rate, low and high for each audit."""
    require(isinstance(got, dict) and name in got, f"Return a dict with {name!r}.", got)
    try:
        table = np.array(got[name], dtype=float)
    except (TypeError, ValueError, OverflowError):
        table = np.zeros(0)
    require(
        table.shape == (rows, 3),
        f"{name!r} is not one row of rate, low and high for each audit.",
        got[name],
    )
    good = (table[:, 1] >= -1e-9) & (table[:, 1] <= table[:, 2]) & (table[:, 2] <= 1 + 1e-9)
    require(
        bool(good.all()),
        f"An interval of {name!r} leaves 0 to 1, or has its ends swapped.",
        table[~good][:1].tolist(),
    )
    return table


def invention_rates(learner: Learner, seed: int) -> Score:
    """Draw audits; want both rates, and intervals that cover as often as they say.

    Over answers, coverage is enumerated exactly. Over claims that fall together, 350
    drawn audits decide: the reference covers .938 or more and fails the bar of .88 with
    probability below 1e-4; an interval over all claims as if they were independent covers
    at most .80 and passes with probability below 1e-2. A test computes and prints both.
    """
    draw = np.random.default_rng(seed)
    ladder = Ladder(learner)

    def ask(audits: tuple[Array, Array], name: str) -> Array:
        return _table(learner.call("invention_rates", *audits), name, len(audits[0]))

    for name in ("answers", "claims"):
        with ladder.step(f"the rate over {name}", 1):
            few = _few(draw)
            want = rates_of(*few)[name][:, 0]
            close(ask(few, name)[:, 0].tolist(), want.tolist(), what=f"the rate over {name}")
    with ladder.step("nothing found", 1, after="the rate over answers"):
        n, size = int(draw.integers(40, 90)), int(draw.integers(4, 9))
        none = np.zeros((1, n + 9), dtype=np.int16), np.full((1, n + 9), size, dtype=np.int16)
        none[1][0, :9] = 0
        for name in ("answers", "claims"):
            high = ask(none, name)[0, 2]
            within(high, 2.4 / n, 5 / n, what=f"the upper end over {name}, 0 of {n} answers")
    with ladder.step("the interval over answers", 2, after="the rate over answers"):
        n = int(draw.integers(50, 131))
        audits = enumerated(draw, n)
        got, wide = coverage(ask(audits, "answers"), n)
        usual = coverage(rates_of(*audits)["answers"], n)[1]
        within(got.mean(), 0.945, 1.0, what="mean coverage at rates of .01 to .30")
        within(got.min(), 0.87, 1.0, what="the lowest coverage at rates of .01 to .30")
        within(wide.mean() / usual.mean(), 0.0, 1.15, what="mean width over Wilson's")
    for title, icc, weight in (
        ("claims that fall together", draw.uniform(0.35, 0.5), 4),
        ("claims that fall singly", 0.0, 1),
    ):
        with ladder.step(title, weight, after="the rate over claims"):
            rate = float(draw.uniform(0.1, 0.2))
            answers, longest = int(draw.integers(60, 80)), int(draw.integers(8, 12))
            audits = clustered(draw, answers, rate, icc, longest)
            table = ask(audits, "claims")
            held = np.mean((table[:, 1] <= rate) & (rate <= table[:, 2]))
            within(float(held), 0.88, 1.0, what=f"coverage over {AUDITS} audits with one true rate")
            usual = np.diff(rates_of(*audits)["claims"][:, 1:]).mean()
            wide = np.diff(table[:, 1:]).mean() / usual
            within(float(wide), 0.0, 1.15, what="mean width over the reference's")
    return ladder.score()


# Task 5: when to stay silent

TEAMS = 500  # drawn teams for whom no level is safe, all with the same true error rates
DELTA = 0.1


def kept(counts: Array) -> Array:
    """Return how many questions are answered from each level up."""
    return counts[..., ::-1].cumsum(axis=-1)[..., ::-1]


def lowest_safe(asked: Array, wrong: Array, risk: float, delta: float) -> Array:
    """Return of each team the lowest level at which an exact test rules out a higher risk.

    One-sided binomial, at `delta` over the number of levels (Bonferroni); the number of
    levels stands for "none".
    """
    answered, errors = kept(asked), kept(wrong)
    chance = np.where(answered > 0, bdtr(errors.astype(float), np.maximum(answered, 1), risk), 1.0)
    safe = chance <= delta / asked.shape[1]
    return np.where(safe.any(axis=1), safe.argmax(axis=1), asked.shape[1])


def measured(counts: dict[str, Array], levels: Sequence[int | None]) -> dict[str, list[Any]]:
    """Return coverage and risk of each team at its level; no answers, no risk."""
    answered, errors = kept(counts["asked"]), kept(counts["wrong"])
    total = counts["asked"].sum(axis=1)
    rows = [
        (0.0, None) if at is None else (answered[i, at] / total[i], errors[i, at] / answered[i, at])
        for i, at in enumerate(levels)
    ]
    return {"coverage": [row[0] for row in rows], "risk": [row[1] for row in rows]}


def teams(draw: np.random.Generator, n: int, sizes: Array, errors: Array) -> dict[str, Array]:
    """Draw how many questions of each of n teams fall on each level, and how many are wrong."""
    asked = draw.multinomial(sizes.sum(), sizes / sizes.sum(), n)
    return {"asked": asked, "wrong": draw.binomial(asked, errors)}


def unsafe(draw: np.random.Generator, risk: float) -> tuple[Array, Array]:
    """Return sizes and error rates by level where every threshold breaks the promise.

    Sizes halve from level to level, so that each threshold is nearly a new chance to err.
    """
    levels = int(draw.integers(7, 10))
    sizes = np.maximum(0.4 / risk * 2.0 ** np.arange(levels, 0, -1), 0.9 / risk)
    return sizes.round().astype(int), np.full(levels, 1.02 * risk)


def telling(draw: np.random.Generator, risk: float) -> tuple[Array, Array]:
    """Return sizes and error rates by level where confidence tells something."""
    levels = int(draw.integers(6, 9))
    sizes = draw.integers(60, 120, levels)
    errors = np.geomspace(6 * risk, risk / 8, levels) * draw.uniform(0.9, 1.1)
    return sizes, np.minimum(errors, 0.9)


def _plain(draw: np.random.Generator, risk: float) -> tuple[Any, Any, list[int | None]]:
    """Draw three teams whose lowest safe level is beyond doubt, and later, worse counts.

    One level is wrong more often than `risk` on its own and safe with those above it. The
    last team has no safe level.
    """
    levels = int(draw.integers(6, 9))
    asked = draw.integers(900, 1100, (3, levels))
    share = np.full((3, levels), 0.1)
    first = [int(at) for at in draw.integers(1, levels - 3, 2)]
    for team, at in enumerate(first):
        share[team, :at], share[team, at] = 4.0 * (levels - at), 1.4
    share[2] = draw.uniform(1.6, 2.4, levels)
    wrong = np.minimum((share * risk * asked).round(), asked).astype(int)
    later = draw.integers(40, 90, (3, levels))
    worse = np.minimum((share * 1.5 * risk * later).round() + 2, later).astype(int)
    return {"asked": asked, "wrong": wrong}, {"asked": later, "wrong": worse}, [*first, None]


def _columns(got: Any, rows: int, levels: int) -> dict[str, Any]:
    """Want three columns, and levels that exist or are None."""
    found = record(got, {"level": list, "coverage": list, "risk": list})
    for name in ("level", "coverage", "risk"):
        size = len(found[name])
        require(size == rows, f"{name} does not have one entry for each team.", size, rows)
    for level in found["level"]:
        good = level is None or (type(level) is int and 0 <= level < levels)
        require(good, "A level is neither None nor the place of a level.", level)
    return found


def choose_level(learner: Learner, seed: int) -> Score:
    """Draw teams with known error rates; want promises kept, and no needless silence.

    Of 500 teams for whom no level is safe, .145 may be promised one. An exact test at
    delta / levels errs for .036 of them and fails with probability below 1e-4; the same
    test at delta for every level errs for .20 and passes with probability below 1e-2. A
    test computes and prints both.
    """
    draw = np.random.default_rng(seed)
    ladder = Ladder(learner)

    def ask(calibration: Any, held_out: Any, risk: float) -> dict[str, Any]:
        got = learner.call("choose_level", calibration, held_out, risk, DELTA)
        return _columns(got, *calibration["asked"].shape)

    def kept_promises(n: int, sizes: Array, errors: Array) -> float:
        """Want few broken promises; return mean coverage over the reference's."""
        calibration, held_out = teams(draw, n, sizes, errors), teams(draw, n, sizes, errors)
        got = ask(calibration, held_out, risk)["level"]
        levels = [len(sizes) if at is None else at for at in got]
        true_risk = np.append(kept(sizes * errors) / kept(sizes), 0.0)
        share = np.append(kept(sizes) / sizes.sum(), 0.0)
        broken = float((true_risk[levels] > risk).mean())
        within(broken, 0.0, 0.145, what=f"the share of {n} teams whose promise is broken")
        usual = lowest_safe(**calibration, risk=risk, delta=DELTA)
        return float(share[levels].mean() / share[usual].mean())

    risk = round(float(draw.uniform(0.04, 0.1)), 3)
    got: Any = None
    calibration, held_out, want = _plain(draw, risk)
    start = "levels that are plain to see"
    with ladder.step(start, 2):
        got = ask(calibration, held_out, risk)
        equal(got["level"], want, what="level")
    with ladder.step("what the held-out questions say", 2, after=start):
        for name, column in measured(held_out, want).items():
            close(got[name], column, what=name)
    with ladder.step("where no level is safe", 3, after=start):
        kept_promises(TEAMS, *unsafe(draw, risk))
    with ladder.step("no needless silence", 3, after=start):
        answered = kept_promises(200, *telling(draw, risk))
        within(answered, 0.8, 9.0, what="mean coverage over the reference's")
    return ladder.score()
