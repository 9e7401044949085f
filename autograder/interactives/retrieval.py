"""Three rankings of the security notes: BM25, a mean of word vectors, both fused by rank.

BM25 is Lucene's, with the analyser of lesson 16. The dense side is a stand-in: a text is the
IDF-weighted mean of static word vectors distilled from MiniLM (`datasets/static_vectors`).
Reciprocal rank fusion is Cormack, Clarke and Büttcher's (SIGIR 2009), with their k = 60.
"""

from __future__ import annotations

import base64
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from textwrap import wrap
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.content import load
from autograder.drawing import dot, figure, text

__all__ = [
    "FUSION",
    "PREPARED",
    "START",
    "Index",
    "Ranking",
    "compute",
    "draw",
    "fused",
    "judged",
    "own_index",
    "published",
    "texts",
    "vectors_of",
    "words_of",
]

FUSION = 60
STOP = frozenset(
    re.findall(
        r"\w+",
        """a an and are as at be but by for if in into is it no not of on or such
that the their then there these they this to was will with""",
    )
)
PREPARED = (
    "How long are cron events stored?",
    "What breaks when the import right is withdrawn in Tarnwick Gate?",
    "How long may two credentials live side by side?",
    "Is resetting credentials sufficient for those who followed the bait link?",
    "Which release of Tarnwick Gate 7.x repairs TWK-2026-1134?",
    "How much data is lost when a node of Tarnwick Ledger falls over?",
)
START: dict[str, Any] = {"query": PREPARED[0], "k1": 1.5, "b": 0.75}
ENDINGS = re.findall(
    r"\w+", "s es ed d ing er ers ly al able ment ments ion ions ation ations or ors"
)

Row = tuple[str, float, list[tuple[str, float]]]  # id, score, and what each term gives
Ranking = list[Row]


def words_of(text: str) -> list[str]:
    """Return the words that are searched for, as lesson 16 cuts them."""
    return [word for word in re.findall(r"\b\w\w+\b", text.lower()) if word not in STOP]


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import snowballstemmer

    return lru_cache(maxsize=None)(snowballstemmer.stemmer("english").stemWord)


@dataclass(frozen=True)
class Index:
    """Hold passages by id, and a vector for each word that has one."""

    texts: Mapping[str, str]
    vectors: Mapping[str, npt.NDArray[np.float64]]

    @cached_property
    def _words(self) -> dict[str, Counter[str]]:
        return {name: Counter(words_of(text)) for name, text in self.texts.items()}

    @cached_property
    def _terms(self) -> dict[str, Counter[str]]:
        stem = _stemmer()
        return {
            name: Counter(stem(word) for word in words_of(text))
            for name, text in self.texts.items()
        }

    @cached_property
    def held(self) -> Counter[str]:
        """Count the passages with each stem."""
        return Counter(term for bag in self._terms.values() for term in bag)

    @cached_property
    def _held_words(self) -> Counter[str]:
        return Counter(word for bag in self._words.values() for word in bag)

    @cached_property
    def _means(self) -> dict[str, npt.NDArray[np.float64]]:
        return {name: self._mean(bag) for name, bag in self._words.items()}

    def lexical(self, query: str, k1: float, b: float) -> Ranking:
        """Rank the passages that share a term with the query by BM25."""
        wanted = Counter(map(_stemmer(), words_of(query)))
        mean = sum(bag.total() for bag in self._terms.values()) / len(self._terms)
        found = {}
        for name, bag in self._terms.items():
            norm = k1 * (1 - b + b * bag.total() / mean)
            parts = [
                (term, times * self._idf(self.held[term]) * bag[term] / (bag[term] + norm))
                for term, times in wanted.items()
                if bag[term]
            ]
            if parts:
                found[name] = parts
        return _ranked(found)

    def dense(self, query: str) -> Ranking:
        """Rank all passages by cosine; none where no word of the query has a vector."""
        bag = Counter(words_of(query))
        mean = self._mean(bag)
        length = np.linalg.norm(mean)
        if not length:
            return []
        return _ranked(
            {
                name: [
                    (word, float(part @ own) / float(length * np.linalg.norm(own)))
                    for word, part in self._parts(bag)
                ]
                for name, own in self._means.items()
            }
        )

    def _idf(self, count: int) -> float:
        return math.log(1 + (len(self.texts) - count + 0.5) / (count + 0.5))

    def _parts(self, bag: Counter[str]) -> Iterator[tuple[str, npt.NDArray[np.float64]]]:
        for word, times in bag.items():
            if word in self.vectors:
                yield word, times * self._idf(self._held_words[word]) * self.vectors[word]

    def _mean(self, bag: Counter[str]) -> npt.NDArray[np.float64]:
        """Add up weighted vectors; the cosine does not ask for the division."""
        width = len(next(iter(self.vectors.values())))
        parts = (part for _, part in self._parts(bag))
        return np.asarray(np.sum([np.zeros(width), *parts], axis=0))


def fused(runs: Mapping[str, Ranking]) -> Ranking:
    """Fuse rankings by the reciprocal of the rank."""
    found: dict[str, list[tuple[str, float]]] = {}
    for run, ranking in runs.items():
        for rank, (name, _, _) in enumerate(ranking, start=1):
            found.setdefault(name, []).append((run, 1 / (FUSION + rank)))
    return _ranked(found)


def _ranked(found: Mapping[str, list[tuple[str, float]]]) -> Ranking:
    """Sort by score, equal ones by id; the ninth digit is the last that counts."""
    rows = [(name, sum(value for _, value in parts), parts) for name, parts in found.items()]
    return sorted(rows, key=lambda row: (-math.floor(row[1] * 1e9 + 0.5), row[0]))


def compute(values: Mapping[str, Any], index: Index | None = None) -> dict[str, Ranking]:
    """Return the three rankings of a query; `values` are named as in `START`."""
    index = index or own_index()
    runs = {
        "bm25": index.lexical(values["query"], values["k1"], values["b"]),
        "dense": index.dense(values["query"]),
    }
    return {**runs, "fused": fused(runs)}


@lru_cache(maxsize=1)
def own_index() -> Index:
    """Read the passages and the word vectors that the course ships."""
    return Index(texts(), vectors_of(load("static_vectors/words")))


def texts() -> dict[str, str]:
    """Return what of each passage is searched: its title and its text."""
    return {p["_id"]: f"{p['title']} {p['text']}" for p in load("security_beir/corpus")}


def vectors_of(record: Mapping[str, Any]) -> dict[str, npt.NDArray[np.float64]]:
    """Unpack word vectors; a cosine does not ask for their step."""
    raw = np.frombuffer(base64.b64decode(record["base64"]), dtype=np.int8)
    rows = raw.reshape(record["rows"], record["dimensions"]).astype(float)
    return dict(zip(record["words"].split(), rows, strict=True))


def judged() -> list[tuple[str, str]]:
    """Return the questions, each with the passage that answers it."""
    rows = (line.split("\t") for line in load("security_beir/qrels").splitlines()[1:])
    gold = {query: passage for query, passage, _ in rows}
    return [(q["text"], gold[q["_id"]]) for q in load("security_beir/queries")]


def published() -> dict[str, Any]:
    """Return what the browser needs: passages, word vectors, stems, the judged questions."""
    record, asked = load("static_vectors/words"), judged()
    times = Counter(query for query, _ in asked)
    return {
        "passages": [[p["_id"], p["title"], p["text"]] for p in load("security_beir/corpus")],
        "judged": [[query, gold] for query, gold in asked if times[query] == 1],
        "stems": [
            " ".join([stem, *sorted(forms)]) for stem, forms in sorted(_forms(record).items())
        ],
        **{key: record[key] for key in ("words", "dimensions", "base64")},
    }


def _forms(record: Mapping[str, Any]) -> dict[str, set[str]]:
    """Group the words that a reader may type by the stem that passages hold."""
    stem, held = _stemmer(), own_index().held
    grouped: dict[str, set[str]] = {}
    for word in _inflected(record["words"].split()):
        if stem(word) != word and (stem(word) in held or word in held):
            grouped.setdefault(stem(word), set()).add(word)
    return grouped


def _inflected(words: Iterable[str]) -> set[str]:
    """Add to each word the forms that its endings make, some of which no one writes."""
    made = set()
    for word in words:
        bare = word.removesuffix("e")
        made |= {word, *(base + end for base in {word, bare} for end in ENDINGS)}
        made |= {bare + bare[-1:] + end for end in ("ed", "ing", "er")}
        made |= {word.removesuffix("y") + end for end in ("ies", "ied")}
    return {word for word in made if re.fullmatch(r"\w\w+", word)}


def draw() -> str:
    """Draw where each search puts the answer to the six prepared questions."""
    gold = dict(judged())
    found = {
        query: {
            run: next((n for n, row in enumerate(rows, 1) if row[0] == gold[query]), None)
            for run, rows in compute({**START, "query": query}).items()
        }
        for query in PREPARED
    }
    rows = {query: _lines(query) for query in found}
    foot = _TOP + sum(_height(lines) for lines in rows.values())
    drawn = [*_legend(), *_scale(foot)]
    y = float(_TOP - _GAP)
    for query, places in found.items():
        y += _height(rows[query])
        first = y - 16 - _STEP * (len(rows[query]) - 1)
        drawn += [
            *(text(0, first + n * _STEP, line, quiet=False) for n, line in enumerate(rows[query])),
            f'<path d="M{_LEFT} {y}H{_across(None)}{_ticks(y)}" style="stroke:var(--rungs-line)"/>',
            *(dot(_across(place), y, *_LOOKS[run][1:]) for run, place in places.items()),
        ]
    return figure(
        "search-figure",
        (_WIDE, foot + 54),
        "A rare word is found by BM25, a paraphrase by vectors, and fusion lies between or ahead",
        " ".join(
            query
            + " "
            + ", ".join(f"{_LOOKS[run][0]} {place or 'nowhere'}" for run, place in its.items())
            + "."
            for query, its in found.items()
        ),
        drawn,
        "Where three searches put the passage that answers six questions, among 180. "
        "Computed; the vectors are a stand-in, distilled from MiniLM.",
        least=0.75,  # a phone shows all of it
    )


_LOOKS = {
    "bm25": ("BM25", "var(--pst-color-primary)", False),
    "dense": ("static vectors", "var(--pst-color-inline-code)", False),
    "fused": ("fused", "var(--pst-color-text-base)", True),
}
_WIDE, _LEFT, _TOP, _DECADE = 380, 12, 44, 135.0  # pixels
_LINE, _STEP, _GAP = 42, 21, 16  # letters of a line; pixels from line to line, and under a row


def _lines(words: str) -> list[str]:
    """Break words into lines of about the same length."""
    return wrap(words, len(words) // len(wrap(words, _LINE)) + 6)


_PLACES = {1: "1st", 3: "3rd", 10: "10th", 30: "30th", 100: "100th", None: "nowhere"}


def _height(lines: Sequence[str]) -> int:
    return 32 + _GAP + _STEP * (len(lines) - 1)


def _across(place: int | None) -> float:
    """Turn a rank into pixels, by its logarithm; a passage that is not listed stands last."""
    return round(_LEFT + _DECADE * (math.log10(place) if place else 2.48), 1)


def _ticks(y: float) -> str:
    return "".join(f"M{_across(place)} {y - 5}v10" for place in _PLACES)


def _legend() -> Iterator[str]:
    x = float(_LEFT)
    for name, colour, filled in _LOOKS.values():
        yield dot(x, 16, colour, filled)
        yield text(x + 14, 21, name)
        x += 44 + 8 * len(name)


def _scale(foot: float) -> Iterator[str]:
    for place, words in _PLACES.items():
        yield text(_across(place), foot + 12, words, "middle")
    yield text(_WIDE / 2, foot + 40, "place of the answer", "middle")
