"""Judge the six tasks of lesson 16: cut documents, rank passages, and measure both.

The functions at the top are the oracles: plain text in, plain values out. The
judges below them draw cases from the lesson's own datasets.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from random import Random
from typing import Any

import snowballstemmer

from autograder.checks import Ladder, Score, close, equal, require, within
from autograder.content import load
from autograder.judging import Learner

__all__ = [
    "bm25",
    "chunk_document",
    "explain_failures",
    "rank_passages",
    "recall_at_budget",
    "score_run",
]

HINTS = {
    "chunk_document": (
        "Three passes. Units: walk over blocks(doc) and open a new unit at a step, a heading or "
        "a lone block, as the kind says; headings and captions join what follows. Pieces: a unit "
        "that fits is one piece, otherwise its blocks are, and a paragraph that still does not "
        "fit is cut at token borders. Packing: add a piece to the current chunk while "
        "size(doc[start:end]) stays within the limit."
    ),
    "bm25": (
        "Count first: Counter(terms(p)) for each passage, the number of passages that hold each "
        "term, the mean number of terms. Then two loops: for every passage, for every term of "
        "the query as often as it occurs, add idf * tf / (tf + k1 * (1 - b + b * length / mean))."
    ),
    "score_run": (
        "Write one function for one query first. Take run.get(query, []), remove repeats with "
        "dict.fromkeys, cut at k, look every id up with gains.get(id, 0). The ideal list is "
        "sorted(gains.values(), reverse=True)[:k]. Then average over the queries of qrels."
    ),
    "recall_at_budget": (
        "For one question: walk the ranked chunks, stop at the first that would exceed the "
        "budget, and put the characters each chunk shares with a gold span of the same document "
        "into one set of (doc, position). Its size over the number of gold characters is the "
        "recall."
    ),
    "explain_failures": (
        "A question is found when its gold id stands among the first k of ranked. For the rest, "
        "ask in this order: do set(terms(text)) and set(terms(gold text)) share anything? Would "
        "the gold id be among the first k once deprecated ids are taken out? Otherwise: crowded."
    ),
    "rank_passages": (
        "Leave deprecated passages out before you count anything, index name and description "
        "together, score with your bm25, and sort by falling score. Then look at one question "
        "that still fails."
    ),
}

WHY = {
    "chunk_document": (
        "Structure first, size second: what a reader must see together is decided before "
        "anything is counted, and packing only ever joins neighbours."
    ),
    "bm25": (
        "Rare terms weigh more, repeats weigh less and less, long passages pay for their length; "
        "three ideas, one sum."
    ),
    "score_run": (
        "Denominators are fixed by the judgements and by k, never by what the system chose to "
        "return, so that silence cannot look like precision."
    ),
    "recall_at_budget": (
        "Tokens are what a prompt pays for, so chunkers are compared at equal tokens; a set of "
        "characters counts nothing twice."
    ),
    "explain_failures": (
        "Each cause has its own remedy: vocabulary needs another retriever or another wording, "
        "stale needs a filter, crowded needs a better ranking."
    ),
    "rank_passages": (
        "Filter what may not be answered, index what users say, then rank: most of the gain "
        "comes before the formula."
    ),
}

Span = tuple[int, int]
Block = tuple[str, int, int]

# Oracles: text

TOKEN = re.compile(r"\w+|[^\w\s]")
WORD = re.compile(r"\b\w\w+\b")
STEP = re.compile(r"\d+\. ")
BLOCK = re.compile(
    r"^```.*?^```[^\n]*\n?"  # fenced code, blank lines and all
    r"|(?:^\|[^\n]*\n?)+"  # table rows
    r"|^\#{1,6}[ ][^\n]*\n?"  # one heading
    r"|(?:^(?!```|\||\#{1,6}[ ])[^\n]*\S[^\n]*\n?)+",  # lines of text
    re.MULTILINE | re.DOTALL,
)
KINDS = {"`": "code", "|": "table", "#": "heading"}
STOP = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be but by for if in into is it no not of on or such that the their "
        "then there these they this to was will with",
    )
)
stem = lru_cache(maxsize=None)(snowballstemmer.stemmer("english").stemWord)


@lru_cache(maxsize=4096)
def size(text: str) -> int:
    """Count tokens: a word or a mark is one."""
    return len(TOKEN.findall(text))


def terms(text: str) -> list[str]:
    """Return the stems of the words that are searched for."""
    return [stem(w) for w in WORD.findall(text.lower()) if w not in STOP]


@lru_cache(maxsize=32)
def blocks(doc: str) -> list[Block]:
    """Return kind, start and end of every block; a caption stands directly above its table."""
    found = [(KINDS.get(m[0][0], "text"), *m.span()) for m in BLOCK.finditer(doc)]
    return [
        ("caption", start, end)
        if kind == "text" and doc.startswith("Table ", start) and doc.startswith("|", end)
        else (kind, start, end)
        for kind, start, end in found
    ]


@lru_cache(maxsize=32)
def units(doc: str, kind: str) -> list[Span]:
    """Return the spans that must stay whole where they fit, headings above included."""
    made: list[Span] = []
    leading = opened = False
    for what, start, end in blocks(doc):
        step = what == "text" and STEP.match(doc, start) is not None
        fresh = not opened or what == "heading" or kind == "reference" or step * (kind == "runbook")
        if fresh and not leading:
            made.append((start, end))
        else:
            made[-1] = (made[-1][0], end)
        leading = what in ("heading", "caption")
        opened = kind == "advisory" or step or (opened and what != "heading")
    return made


def packed(doc: str, spans: Sequence[Span], limit: int) -> list[Span]:
    """Join neighbours while they fit."""
    made: list[Span] = []
    for start, end in spans:
        if made and size(doc[made[-1][0] : end]) <= limit:
            made[-1] = (made[-1][0], end)
        else:
            made.append((start, end))
    return made


# Oracles: ranking and measuring


def bm25_of(queries: Sequence[str], passages: Sequence[str], k1: float, b: float) -> list[Any]:
    """Score every passage for every query as the lesson's formula says."""
    bags = [Counter(terms(passage)) for passage in passages]
    lengths = [bag.total() for bag in bags]
    norms = [k1 * (1 - b + b * length * len(bags) / sum(lengths)) for length in lengths]
    rows = []
    for query in queries:
        scores = [0.0] * len(bags)
        for term in terms(query):
            held = [place for place, bag in enumerate(bags) if term in bag]
            idf = math.log(1 + (len(bags) - len(held) + 0.5) / (len(held) + 0.5))
            for place in held:
                scores[place] += idf * bags[place][term] / (bags[place][term] + norms[place])
        rows.append(scores)
    return rows


def measures_of(ranked: Sequence[str], gains: dict[str, int], k: int) -> dict[str, float]:
    """Return P, R, RR and nDCG at k of one query."""
    got = [gains.get(name, 0) for name in list(dict.fromkeys(ranked))[:k]]
    hits = [rank for rank, gain in enumerate(got, 1) if gain > 0]

    def dcg(values: Sequence[int]) -> float:
        return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(values, 1))

    return {
        "P": len(hits) / k,
        "R": len(hits) / sum(gain > 0 for gain in gains.values()),
        "RR": 1 / hits[0] if hits else 0.0,
        "nDCG": dcg(got) / dcg(sorted(gains.values(), reverse=True)[:k]),
    }


def recall_of(
    ranked: Sequence[dict[str, Any]], gold: Sequence[dict[str, Any]], budget: int
) -> float:
    """Return the share of gold characters that the chunks within a budget cover."""
    wanted = {(g["doc"], at) for g in gold for at in range(g["start"], g["end"])}
    seen: set[tuple[str, int]] = set()
    for chunk in ranked:
        budget -= chunk["tokens"]
        if budget < 0:
            break
        seen |= {(chunk["doc"], at) for at in range(chunk["start"], chunk["end"])}
    return len(wanted & seen) / len(wanted)


# What cases are drawn from


@lru_cache(maxsize=1)
def _documents() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in load("security_notes/documents"):
        found.setdefault(row["kind"], []).append(row["text"])
    return found


@lru_cache(maxsize=1)
def _weaknesses() -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in load("cwe/weaknesses")}


@lru_cache(maxsize=1)
def _questions() -> list[dict[str, Any]]:
    """Add to every question how many terms, and how many plain words, its answer shares."""
    rows: list[dict[str, Any]] = load("cwe_questions/questions")
    for row in rows:
        texts = row["question"].lower(), _text(row["answer"]).lower()
        stems, plain = ([set(cut(text)) for text in texts] for cut in (terms, WORD.findall))
        row["shared"] = len(stems[0] & stems[1])
        row["inflected"] = row["shared"] - len((plain[0] & plain[1]) - STOP)
    return rows


@lru_cache(maxsize=1)
def _judgements() -> dict[str, dict[str, int]]:
    judged: dict[str, dict[str, int]] = load("cwe_questions/judgements")
    return judged


def _text(name: str) -> str:
    entry = _weaknesses()[name]
    return f"{entry['name']} {entry['description']}"


# Task 1: chunks


def _document(draw: Random, kind: str) -> str:
    """Compose a document of sections from two of one kind, with what trips chunkers up."""
    first, second = draw.sample(_documents()[kind], 2)
    title, *sections = re.split(r"(?m)^(?=## )", first)
    sections += re.split(r"(?m)^(?=## )", second)[1:]
    words = [
        draw.choice(("buoy", "latch", "quay", "relay")) + str(draw.randint(10, 99)) for _ in "abc"
    ]
    trap = (
        f"```bash\n# restart {words[0]}\n\n## then {words[1]}\n1. {words[2]} | tee log\n"
        f"| {words[0]} | up |\n```\n\nWrite down what you did and when.\n\n"
    )
    sections = draw.sample(sections, min(len(sections), draw.randint(4, 6)))
    sections.insert(draw.randint(1, 4), f"## On {words[1]}\n\nRun this by hand.\n\n{trap}")
    sections.append(f"## On {words[2]}\n\n{draw.randint(3, 9)}. Do the same.\n\n{trap}10. Go on.\n")
    return title + "\n".join(section.rstrip() + "\n" for section in sections)


def _limit(draw: Random, doc: str, kind: str, options: Sequence[int]) -> int:
    """Draw a limit at which packing blocks without regard to the kind tears a unit apart."""
    spans = [(start, end) for _, start, end in blocks(doc)]
    order = draw.sample(options, len(options))
    tempting = (n for n in order if _torn(doc, kind, n, packed(doc, spans, n)))
    return next(tempting, order[0])


def _torn(doc: str, kind: str, limit: int, chunks: Sequence[Span]) -> str:
    """Return the first unit that fits the limit and lies in no chunk, or ""."""
    for start, end in units(doc, kind):
        whole = any(a <= start and end <= b for a, b in chunks)
        if size(doc[start:end]) <= limit and not whole:
            return doc[start:end]
    return ""


def _sound(doc: str, kind: str, limit: int, got: Any) -> None:
    """Want chunks that keep every promise of the task."""
    good = isinstance(got, list) and all(
        isinstance(c, dict)
        and type(c.get("start")) is type(c.get("end")) is int
        and type(c.get("text")) is str
        for c in got
    )
    require(good, "Return a list of dicts with start, end (int) and text (str).", got)
    chunks: list[Span] = [(c["start"], c["end"]) for c in got]
    for place, chunk in enumerate(got):
        start, end = chunks[place]
        require(
            0 <= start < end <= len(doc) and chunk.get("text") == doc[start:end],
            f"Chunk {place} is not the document between its own offsets: "
            "doc[start:end] == text does not hold.",
            chunk,
            doc[start:end],
        )
        require(bool(chunk["text"].strip()), f"Chunk {place} is empty.", chunk)
    gaps = [
        doc[a:b] for (_, a), (b, _) in zip([(0, 0), *chunks], [*chunks, (len(doc), 0)], strict=True)
    ]
    ordered = all(a[1] <= b[0] for a, b in pairwise(chunks))
    require(ordered, "Chunks overlap or are out of order.", chunks)
    lost = "".join(gaps).strip()
    require(not lost, "Some of the document is in no chunk.", lost, "every word in a chunk")
    require(
        sum(size(doc[a:b]) for a, b in chunks) == size(doc),
        "A word is cut in two: cut between tokens.",
    )
    for what, start, end in blocks(doc):
        held = any(a <= start and start + len(doc[start:end].rstrip()) <= b for a, b in chunks)
        require(
            held or what not in ("code", "table"),
            f"A {what} block is cut apart.",
            "",
            doc[start:end],
        )
    for a, b in chunks:
        inside = [what for what, start, end in blocks(doc) if start < b and end > a]
        require(
            inside[-1] not in ("heading", "caption"),
            f"A chunk ends with a {inside[-1]}: keep it with what it announces.",
            doc[a:b],
        )
        body = [what for what in inside if what not in ("heading", "caption")]
        alone = body in (["code"], ["table"])
        require(
            size(doc[a:b]) <= limit or alone,
            f"A chunk has {size(doc[a:b])} tokens, and the limit is {limit}. Only one table or "
            "code block with its headings and caption may be larger.",
            doc[a:b],
        )
    most = 2 * math.ceil(size(doc) / limit) + 1
    require(
        len(got) <= most,
        f"{len(got)} chunks are too many: {most} are enough.",
        f"{len(got)} chunks",
        f"at most {most} chunks",
    )
    torn = _torn(doc, kind, limit, chunks)
    whole = {"runbook": "step with its code", "advisory": "section", "reference": "block"}[kind]
    require(not torn, f"A {whole} that fits the limit is torn apart.", "", torn)


def chunk_document(learner: Learner, seed: int) -> Score:
    """Compose documents of each kind and want every promise kept, at drawn limits."""
    draw = Random(seed)
    ladder = Ladder(learner)
    for kind, options in (
        ("runbook", range(70, 150)),
        ("advisory", range(90, 170)),
        ("reference", range(60, 120)),
    ):
        with ladder.step(f"{kind} document", 2):
            doc = _document(draw, kind)
            limit = _limit(draw, doc, kind, options)
            _sound(doc, kind, limit, learner.call("chunk_document", doc, kind, limit))
    with ladder.step("a table larger than the limit", 2):
        rows = "".join(f"| {draw.randint(100, 999)} | {draw.choice('xyz')} |\n" for _ in range(12))
        table = f"Table 1: codes\n| code | part |\n|---|---|\n{rows}"
        # Many small blocks, so that a chunker that never packs has too many chunks.
        gone = "".join(f"\nCode {n} is gone.\n" for n in draw.sample(range(100, 999), 16))
        doc = f"# Codes\n\nSee below.\n\n## All\n\n{table}{gone}"
        limit = draw.randint(25, 45)
        _sound(doc, "reference", limit, learner.call("chunk_document", doc, "reference", limit))
    with ladder.step("a paragraph larger than the limit", 2):
        sentences = draw.sample(re.findall(r"[A-Z][^.\n]{30,}\.", _documents()["advisory"][0]), 5)
        # Commands of 23 tokens, one after another: no window of 28 to 40 tears none of them.
        run = "".join(f"\n```\n{'stop ' * 16}{n}\n```\n" for n in draw.sample(range(99), 7))
        doc = f"# Notes\n\n## Background\n\n{' '.join(sentences * 2)}\n{run}"
        limit = draw.randint(28, 40)
        _sound(doc, "advisory", limit, learner.call("chunk_document", doc, "advisory", limit))
    return ladder.score()


# Task 2: BM25


def _passages(draw: Random, count: int) -> tuple[list[str], str, str]:
    """Draw descriptions, with a word that most hold and one that few do."""
    live = [w["description"] for w in _weaknesses().values() if not w["deprecated"]]
    while True:
        chosen = draw.sample(live, count)
        seen = Counter(t for text in chosen for t in set(terms(text)) if terms(t) == [t])
        common = sorted(t for t, df in seen.items() if count / 2 < df < count)
        rare = sorted(t for t, df in seen.items() if df == 1)
        if common and rare:
            return chosen, draw.choice(common), draw.choice(rare)


def bm25(learner: Learner, seed: int) -> Score:
    """Draw passages, queries, k1 and b; want every score to 1e-9."""
    draw = Random(seed)
    ladder = Ladder(learner)
    k1, b = round(draw.uniform(0.6, 2.2), 2), round(draw.uniform(0.15, 0.45), 2)

    def want(query: str, passages: list[str]) -> None:
        got = learner.call("bm25", query, passages, k1, b)
        close(got, bm25_of([query], passages, k1, b)[0], what="scores")

    chosen, common, rare = _passages(draw, draw.randint(7, 11))
    filler = [f"{w}{draw.randint(100, 999)}" for w in ("relay", "quay", "buoy", "gate")]
    level = [" ".join([*draw.sample([rare, *filler], 4), rare]) for _ in range(3)]
    level += [" ".join([common, *filler]) for _ in range(4)]
    with ladder.step("one rare word, equal lengths", 1):
        want(rare, level)
    with ladder.step("one common word, equal lengths", 1):
        want(common, level)
    with ladder.step("passages of different lengths", 2):
        want(f"{rare} {common}", [*chosen, f"{rare} {rare} {common}"])
    forms = [w for w in WORD.findall(" ".join(chosen).lower()) if stem(w) != w and terms(w)]
    word = draw.choice(forms)
    with ladder.step("other forms of a word", 2):
        want(f"{word} {word.upper()} {stem(word)}", chosen)
    with ladder.step("a word said twice, an unknown word", 1):
        want(f"{rare} {common} {rare} zzyzx{seed}", [*chosen, rare])
    with ladder.step("an empty passage", 1):
        want(f"{rare} {common}", [*chosen, "", "the of and"])
    return ladder.score()


# Task 3: measures


def _query(draw: Random, k: int) -> tuple[list[str], dict[str, int]]:
    """Draw a ranking with hits below rank one, and judgements it does not exhaust."""
    names = [f"P{n}" for n in draw.sample(range(100, 999), k + 8)]
    gains = {name: draw.randint(1, 3) for name in names[:5]}
    gains |= {names[0]: draw.randint(2, 3), names[1]: 1, names[5]: 3, names[6]: 0}
    miss, best, *rest = names[-4], names[0], *names[1:3]
    middle = [best, *rest, *names[7:]][: k - 2]
    draw.shuffle(middle)
    # An id judged 0 comes second: judged is not relevant.
    return [miss, names[6], *middle, names[3], *names[-2:]], gains


def score_run(learner: Learner, seed: int) -> Score:
    """Draw rankings and graded judgements; want each measure, then their mean."""
    draw = Random(seed)
    ladder = Ladder(learner)

    def want(run: dict[str, list[str]], qrels: dict[str, dict[str, int]], k: int, *of: str) -> None:
        each = [measures_of(run.get(query, []), gains, k) for query, gains in qrels.items()]
        mean = {name: sum(one[name] for one in each) / len(each) for name in each[0]}
        got = learner.call("score_run", run, qrels, k)
        require(isinstance(got, dict), "Return a dict with P, R, RR and nDCG.", got)
        for name in of:
            require(name in got, f"The result lacks {name}.", got)
            close(got[name], mean[name], what=f"{name} at {k}")

    # Neither 6, the relevant ids of a query, nor 7, the judged ones: R must not equal P.
    k = draw.choice((5, 8, 9))
    ranked, gains = _query(draw, k)
    one = {"q": ranked}, {"q": gains}
    for name, weight in (("P", 1), ("R", 1), ("RR", 1), ("nDCG", 2)):
        with ladder.step(f"{name} of one query", weight):
            want(*one, k, name)
            # Fewer places than relevant ids: the ideal list is cut as well.
            want({"q": list(gains)}, {"q": gains}, 4, name)
    with ladder.step("fewer results than k", 1):
        want({"q": ranked[: k - 2]}, {"q": gains}, k + draw.randint(1, 4), "P", "nDCG")
    with ladder.step("an id that is listed twice", 1):
        first, second = draw.sample([name for name, gain in gains.items() if gain], 2)
        gap = [f"Z{n}" for n in range(k - 4)]
        twice = ["Z", first, first, first, *gap, second, *ranked]
        want({"q": twice}, {"q": gains}, k, "P", "R", "nDCG")
    with ladder.step("the mean over all judged queries", 3):
        more = [_query(draw, k) for _ in range(draw.randint(4, 6))]
        run = {f"q{n}": r for n, (r, _) in enumerate(more)}
        qrels = {f"q{n}": g for n, (_, g) in enumerate(more)}
        late = [f"Z{n}" for n in range(k)] + [next(iter(qrels["q0"]))]
        run |= {"q0": late, "unjudged": ranked, "neither": late}
        del run["q1"]
        want(run, qrels, k, "P", "R", "RR", "nDCG")
    return ladder.score()


# Task 4: recall at a token budget


def _chunk(doc: str, start: int, end: int, tokens: int) -> dict[str, Any]:
    return {"doc": doc, "start": start, "end": end, "tokens": tokens}


def recall_at_budget(learner: Learner, seed: int) -> Score:
    """Draw ranked chunks of named chunkers and gold spans; want each mean recall."""
    draw = Random(seed)
    ladder = Ladder(learner)

    def want(runs: dict[str, Any], gold: list[Any], budget: int) -> None:
        each = {
            name: [recall_of(r, g, budget) for r, g in zip(ranked, gold, strict=True)]
            for name, ranked in runs.items()
        }
        mean = {name: sum(values) / len(values) for name, values in each.items()}
        got = learner.call("recall_at_budget", runs, gold, budget)
        close(got, mean, what="recall")

    at, long = draw.randint(100, 900), draw.randint(40, 90)
    part, cost = draw.randint(10, long - 10), draw.randint(30, 60)
    span = {"doc": "a", "start": at, "end": at + long}
    head = _chunk("a", at - 50, at + part, cost)
    tail = _chunk("a", at + part, at + long + 9, cost + 7)
    mid = _chunk("a", at + part - 5, at + part + 4, 11)
    with ladder.step("part of a span", 1):
        want({"whole": [[head, tail]], "first": [[head]]}, [[span]], 3 * cost)
    with ladder.step("the budget", 2):
        noise = _chunk("b", at + 5000, at + 5050, cost)
        runs = {"exact": [[head, tail]], "short": [[tail, mid, head]]}
        runs |= {"late": [[tail, noise, mid, head]], "long": [[tail, *[noise] * 5, head]]}
        want(runs, [[span]], 2 * cost + 7)
        want({"stop": [[head, tail, mid]], "none": [[tail]]}, [[span]], cost + 12)
    with ladder.step("characters covered twice", 2):
        want({"overlap": [[head, mid, head]], "once": [[head]]}, [[span]], 9 * cost)
    with ladder.step("another document", 1):
        twin = head | {"doc": "b"}
        want({"twin": [[twin, mid]], "own": [[mid, twin]]}, [[span]], 9 * cost)
    with ladder.step("several spans and questions", 2):
        row = {"doc": "a", "start": at + 200, "end": at + 200 + 3 * long}
        cut = _chunk("a", at + 210, at + 260, 20)
        runs = {"one": [[tail, cut], [mid]], "two": [[cut], []]}
        want(runs, [[span, row], [span]], 9 * cost)
    return ladder.score()


# Task 5: why questions fail


def _case(draw: Random, k: int) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """Draw questions of four kinds, and plant in each ranking whether and why it fails."""
    stale = [name for name, w in _weaknesses().items() if w["deprecated"]]
    live = [name for name, w in _weaknesses().items() if not w["deprecated"]]
    kinds = draw.sample(["plain", "symptom", "code", "jargon"], 4)
    # The best kind has most misses in some cases and not in others, so that both mistakes show.
    best = draw.choice([(5, 2, 2, 1), (4, 1, 1, 1)])
    asked: list[dict[str, Any]] = []
    used: set[str] = set()
    for kind, (found, vocabulary, stale_ones, crowded) in zip(
        kinds,
        [*draw.sample([best, (2, 2, 1, 1), (1, 1, 2, 1)], 3), (0, 1, 0, 1)],
        strict=True,
    ):
        pool = draw.sample([q for q in _questions() if q["kind"] == kind], 24)
        none = [q for q in pool if not q["shared"]]
        some = [q for q in pool if q["shared"]]
        plan = [("vocabulary", none.pop()) for _ in range(vocabulary)]
        plan += [("stale", some.pop()) for _ in range(stale_ones)]
        plan += [("crowded", some.pop()) for _ in range(crowded)]
        plan += [("found", q) for q in draw.sample(none + some, found)]
        for cause, q in plan:
            old, others = draw.sample(stale, 3), draw.sample(live, k + 3)
            others = [name for name in others if name != q["answer"]]
            # Every other one is ranked, so that absence from a ranking proves no cause.
            shown = [q["answer"]] * (sum(x["cause"] == cause for x in asked) % 2)
            ranked = {
                "found": [*others[: k - 1], q["answer"], *old],
                "stale": [*old[:2], *others[: k - 2], q["answer"], *others[k - 2 :]],
                "crowded": [old[0], *others[:k], *shown, *old[1:]],
                "vocabulary": [*old, *others[: k - 3], *shown],
            }[cause]
            used.update([*ranked, q["answer"]])
            asked.append(
                {
                    "id": q["id"],
                    "kind": kind,
                    "text": q["question"],
                    "gold": q["answer"],
                    "ranked": ranked,
                    "cause": cause,
                }
            )
    draw.shuffle(asked)
    passages = {
        name: {"text": _text(name), "deprecated": _weaknesses()[name]["deprecated"]}
        for name in sorted(used)
    }
    return asked, passages


def explain_failures(learner: Learner, seed: int) -> Score:
    """Draw questions with planted outcomes; want recall by kind, the loser and every cause."""
    draw = Random(seed)
    ladder = Ladder(learner)

    def loser(planted: list[dict[str, Any]]) -> str:
        counts = Counter(q["kind"] for q in planted)
        recall = {kind: value for kind, value in share(planted).items() if counts[kind] > 2}
        return min(recall, key=recall.__getitem__)

    def ask() -> tuple[list[dict[str, Any]], dict[str, Any]]:
        k = draw.randint(5, 7)
        planted, passages = _case(draw, k)
        shown = [{name: q[name] for name in q if name != "cause"} for q in planted]
        # The loser has exactly as many questions as are needed to be named.
        at_least = sum(q["kind"] == loser(planted) for q in planted)
        got = learner.call("explain_failures", shown, passages, k, at_least)
        keys = isinstance(got, dict) and {"recall", "loses", "causes"} <= got.keys()
        require(keys, "Return a dict with recall, loses and causes.", got)
        return planted, got

    def causes(planted: list[dict[str, Any]], got: dict[str, Any], cause: str) -> None:
        wanted = [q["id"] for q in planted if q["cause"] == cause]
        found = got.get("causes")
        require(isinstance(found, dict) and cause in found, f"causes lacks {cause}.", found)
        equal(got["causes"][cause], wanted, what=f"causes[{cause!r}]")

    def share(planted: list[dict[str, Any]]) -> dict[str, float]:
        found: dict[str, list[bool]] = {}
        for q in planted:
            found.setdefault(q["kind"], []).append(q["cause"] == "found")
        return {kind: sum(hits) / len(hits) for kind, hits in found.items()}

    planted: list[dict[str, Any]] = []
    got: dict[str, Any] = {}
    with ladder.step("recall by kind", 1):
        planted, got = ask()
        close(got["recall"], share(planted), what="recall")
    with ladder.step("the kind that loses", 1):
        require("loses" in got, "There is no result to look at.")
        equal(got["loses"], loser(planted), what="loses")
    with ladder.step("failures that are vocabulary", 1):
        planted, got = ask()
        causes(planted, got, "vocabulary")
    for cause, weight in (("stale", 2), ("crowded", 1)):
        with ladder.step(f"failures that are {cause}", weight):
            causes(planted, got, cause)
    return ladder.score()


# Task 6: rank as you like


@lru_cache(maxsize=1)
def _forms() -> dict[str, list[str]]:
    """Map every term of the catalogue to the words that have it as their stem."""
    found: dict[str, set[str]] = {}
    for name in _weaknesses():
        for word in set(WORD.findall(_text(name).lower())) - STOP:
            if word.isalpha():
                found.setdefault(stem(word), set()).add(word)
    return {term: sorted(words) for term, words in found.items()}


def _composed(draw: Random, live: Sequence[dict[str, Any]], count: int) -> list[tuple[str, str]]:
    """Compose questions of three rare terms of one passage, two in forms it does not use."""
    texts = {p["id"]: f"{p['name']} {p['description']}" for p in live}
    held = Counter(term for text in texts.values() for term in set(terms(text)))
    made: list[tuple[str, str]] = []
    for name in draw.sample(sorted(texts), len(texts)):
        own = dict.fromkeys(WORD.findall(texts[name].lower()))
        others = {
            term: [word for word in _forms().get(term, []) if word not in own]
            for term in sorted(set(terms(texts[name])))
            if held[term] <= 3
        }
        usable = [term for term, words in others.items() if words]
        if len(usable) >= 3 and len(made) < count:
            chosen = draw.sample(usable, 3)
            as_written = next(word for word in own if stem(word) == chosen[0])
            words = [as_written, *(draw.choice(others[term]) for term in chosen[1:])]
            made.append((" ".join(words), name))
    return made


def _subcorpus(
    draw: Random,
) -> tuple[dict[str, str], list[dict[str, Any]], dict[str, dict[str, int]], set[str]]:
    """Draw written and composed questions, passages under fresh ids, gains, and who composed.

    Returns questions by id, passages with stale twins, gains by question, and the ids of
    the composed questions.
    """
    forms = [q for q in _questions() if q["inflected"] > 0]
    same = [q for q in _questions() if q["shared"] > q["inflected"] == 0]
    written = draw.sample(forms, 11) + draw.sample(same, 7)
    every = [name for name, w in _weaknesses().items() if not w["deprecated"]]
    names = dict.fromkeys(
        [*(q["answer"] for q in written), *(n for q in written for n in _judgements()[q["id"]])]
    )
    names |= dict.fromkeys(draw.sample(every, 30))
    fresh = iter([f"P{n}" for n in draw.sample(range(1000, 9999), 2 * len(names))])
    ids = {name: next(fresh) for name in names}
    live = [
        {
            "id": ids[name],
            "name": _weaknesses()[name]["name"],
            "description": _weaknesses()[name]["description"],
            "deprecated": False,
        }
        for name in names
    ]
    composed = _composed(draw, live, 8)
    wanted = [ids[q["answer"]] for q in draw.sample(written, 5)] + [composed[0][1]]
    old = [
        p | {"id": next(fresh), "name": f"DEPRECATED: {p['name']}", "deprecated": True}
        for p in live
        if p["id"] in wanted
    ]
    asked = [
        (q["question"], {ids[n]: gain for n, gain in _judgements()[q["id"]].items()})
        for q in written
    ] + [(text, {name: 2}) for text, name in composed]
    numbered = [f"q{n}" for n in draw.sample(range(100, 999), len(asked))]
    rows = list(zip(numbered, asked, strict=True))
    questions = {name: text for name, (text, _) in draw.sample(rows, len(rows))}
    judged = {name: gains for name, (_, gains) in rows}
    passages = draw.sample([*live, *old], len(live) + len(old))
    return questions, passages, judged, set(numbered[len(written) :])


def _baseline(
    questions: dict[str, str], passages: Sequence[dict[str, Any]]
) -> dict[str, list[str]]:
    """Rank by BM25 over name and description of what is not deprecated."""
    live = [p for p in passages if not p["deprecated"]]
    texts = [f"{p['name']} {p['description']}" for p in live]
    rows = bm25_of(list(questions.values()), texts, 1.5, 0.75)
    made = {}
    for name, scores in zip(questions, rows, strict=True):
        order = sorted(range(len(live)), key=lambda place: (-scores[place], live[place]["id"]))
        made[name] = [live[place]["id"] for place in order]
    return made


def rank_passages(learner: Learner, seed: int) -> Score:
    """Draw a small corpus with stale twins; want no stale answer and the reference's nDCG.

    The written questions, their judgements and CWE are public, and a submission may read
    them. Ids are therefore drawn anew, so that a published id answers nothing. A table from
    question text to description text still answers the 18 written questions; it cannot
    answer the composed ones, which no file holds, and without those no step passes.
    """
    draw = Random(seed)
    ladder = Ladder(learner)
    questions, passages, judged, composed = _subcorpus(draw)
    best = _baseline(questions, passages)
    parts = {
        "written questions": [name for name in questions if name not in composed],
        "composed questions": [name for name in questions if name in composed],
    }

    def ndcg(run: dict[str, list[str]], of: Sequence[str]) -> float:
        each = [measures_of(run[name], judged[name], 10)["nDCG"] for name in of]
        return sum(each) / len(each)

    got: Any = None
    start = "ten ids that answer the question"
    with ladder.step(start, 1):
        got = learner.call("rank_passages", questions, passages)
        require(isinstance(got, dict), "Return a dict from question id to ranked ids.", got)
        known = {p["id"] for p in passages}
        for name in questions:
            ids = got.get(name)
            good = isinstance(ids, list) and len(ids) == len({str(i) for i in ids}) == 10
            require(good, f"{name} does not have ten different ids.", ids)
            require(known.issuperset(map(str, ids)), f"{name} has an id that is no passage.", ids)
        for part, of in parts.items():
            require(
                ndcg(got, of) >= ndcg(best, of) / 2,
                f"On {part}, mean nDCG@10 is not half the reference's: the order hardly follows "
                "the question.",
                round(ndcg(got, of), 3),
                f"at least {ndcg(best, of) / 2:.3f}",
            )
    with ladder.step("no deprecated passage", 1, after=start):
        old = {p["id"] for p in passages if p["deprecated"]}
        found = sorted(old.intersection(i for name in questions for i in got[name]))
        require(not found, "A deprecated passage is ranked: nobody should act on it.", found)
    for part, of in parts.items():
        with ladder.step(f"{part}: as good as the reference less .05", 1, after=start):
            within(ndcg(got, of), ndcg(best, of) - 0.05, 1.0, what="mean nDCG at 10")
    return ladder.score()
