"""Prompts as people write them: the published layouts of others, and plain English."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autograder.provider.behaviour import read, respond
from autograder.provider.behaviour.cues import cues
from autograder.provider.behaviour.kinds import candidates
from autograder.provider.draws import Draws
from autograder.provider.prompt import Prompt, Tool
from tests.provider.models import perfect, said

LEVELS = ["low", "medium", "high"]
# A prompt, and the labels that are read from it.
LABELS = [
    ("Classify the severity of this alert (low, medium, or high):\n\nA heap overflow.", LEVELS),
    ("What is the severity: low, medium or high?\n\nAlert: A heap overflow.", LEVELS),
    ("Label it as one of these categories:\n- low\n- medium\n- high\n\nText: Overflow.", LEVELS),
    ("Decide whether this is spam or legitimate.\n\nMessage: Win!", ["spam", "legitimate"]),
    ("Is this email spam or not spam?\n\nEmail: Win a prize!", ["spam", "not spam"]),
    ("Pick the right team (network, identity) for: no VPN here", ["network", "identity"]),
    ("Assign one of the labels spam / ham to the text.\n\nText: Hi", ["spam", "ham"]),
    ("Text: one\nLabel: spam\n\nText: two\nLabel: ham\n\nText: three\nLabel:", ["spam", "ham"]),
]


@pytest.mark.parametrize(("text", "wanted"), LABELS)
def test_labels_in_plain_words(text: str, wanted: list[str]) -> None:
    """Brackets, bullets, "x or y" and examples name the labels of a prompt that has no list."""
    reading = read(said(("user", text)))
    assert reading.family in {"classify", "route"}
    assert [label.name for label in reading.labels] == wanted


KEYS, DOORS = "Keys rotate every 90 days.", "The door opens at 8."
LANGCHAIN = (
    "Use the following pieces of context to answer the question at the end. If you don't know the "
    "answer, just say that you don't know, don't try to make up an answer.\n\n"
    f"{KEYS}\n\n{DOORS}\n\nQuestion: When?\nHelpful Answer:"
)
GIVEN = [
    (("user", LANGCHAIN),),
    (("user", f"(1) {KEYS}\n(2) {DOORS}\n\nQuestion: When?"),),
    (("user", f"1. {KEYS}\n2. {DOORS}\n\nWhen?"),),
    (("user", f"Here are some excerpts.\n\n{KEYS}\n\n{DOORS}\n\nWhen?"),),
    (("system", f"Answer from this knowledge base:\n\n{KEYS}\n\n{DOORS}"), ("user", "When?")),
    (("user", f"Text: {KEYS}\n\nText: {DOORS}\n\nQuestion: When?"),),
]


@pytest.mark.parametrize("turns", GIVEN)
def test_passages_without_a_heading(turns: tuple[tuple[str, str], ...]) -> None:
    """Paragraphs, numbers and texts before a question are passages, and never instructions."""
    reading = read(said(*turns))
    assert (reading.family, reading.item) == ("answer", "When?")
    assert [passage.text for passage in reading.passages] == [KEYS, DOORS]


MT_BENCH = (
    "[User Question]\nWhat is it?\n\n[The Start of Assistant A's Answer]\nthis\n"
    "[The End of Assistant A's Answer]\n\n[The Start of Assistant B's Answer]\nthat\n"
    "[The End of Assistant B's Answer]"
)
PAIRS = [MT_BENCH] + [
    f"Question: What is it?\n\n{first}: this\n\n{second}: that\n\nWhich answer is better?"
    for first, second in [
        ("A", "B"),
        ("Model A", "Model B"),
        ("Option A", "Option B"),
        ("First answer", "Second answer"),
    ]
]


@pytest.mark.parametrize("text", PAIRS)
def test_a_pair_of_answers_under_any_name(text: str) -> None:
    """The layout of MT-Bench and the usual names give the same pair and question."""
    reading = read(said(("user", text)))
    assert (reading.family, reading.judged) == ("judge", ("this", "that"))
    assert reading.item == "What is it?"


def test_a_claim_is_judged_or_labelled() -> None:
    """A claim is what a verdict is about; with labels it is the item."""
    claim = "Context: SSH uses 22.\n\nClaim: It uses 23.\n\n"
    judged = read(said(("user", claim + "Is the claim supported? Answer yes or no.")))
    assert (judged.family, judged.judged) == ("verdict", ("It uses 23.",))
    labelled = read(said(("user", "Labels: supported, refuted\n\nClaim: It uses 23.")))
    assert (labelled.family, labelled.item) == ("classify", "It uses 23.")


def test_a_scale_out_of_ten() -> None:
    """ "Out of 10" and "on a scale of 1-10" are the same scale."""
    text = "Question: What?\n\nResponse: this"
    for order in ("How helpful is it out of 10?", "On a scale of 1-10, how helpful is it?"):
        reading = read(said(("user", f"{order}\n\n{text}")))
        assert (reading.family, reading.scale) == ("score", (1, 10))


def test_an_order_is_not_taken_for_the_text() -> None:
    """A long order before a short text is left out, and all paragraphs of the text are kept."""
    order = "Extract the CVE id, severity and affected product as JSON from this advisory:"
    found = read(said(("user", f"{order}\n\nCVE-2026-1234 is high")))
    assert found.item == "CVE-2026-1234 is high"
    assert found.fields == ("cve_id", "severity", "affected_product")
    whole = read(said(("user", f"Summarise this report:\n\n{KEYS}\n\n{DOORS}\n\nBe brief.")))
    assert whole.item.startswith(f"{KEYS}\n\n{DOORS}")


@pytest.mark.parametrize(
    ("cue", "text"),
    [
        ("grounded", "Answer the question using only the context below."),
        ("grounded", "Rely solely on the passages."),
        ("abstain", "If you do not have enough information, say so."),
        ("abstain", "Reply with 'unknown' where nothing fits."),
        ("fair", "Avoid any position biases."),
        ("fair", "Make sure that the order of the answers does not influence you."),
        ("think", "Think before you answer."),
    ],
)
def test_usual_wordings_of_a_cue(cue: str, text: str) -> None:
    """Wordings of well-known prompts act like the datasheet's own."""
    assert cue in cues(text)


def test_small_talk_stays_small_talk() -> None:
    """What names no labels, gives no passage and asks for nothing known is chat."""
    for text in (
        "Is it cheaper to cache or to batch my calls?",
        "Hello! Which models do you serve, and what is a token?",
        "Follow these rules:\n- be kind\n- be short\n\nHow are you?",
        "The ignition order of the engine is 1-3-4-2. Nice, is it not?",
    ):
        assert read(said(("user", text))).family == "chat", text
        assert "fair" not in cues(text)


ASKED = "Decide pass or fail.\n\nQuestion: Which port is it?\n\nReference: 22\n\nAnswer: It is 22."


def _judged(properties: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a judge's structured verdict, and what is true about it."""
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    prompt = said(("user", ASKED), schema=schema, strict=True)
    done = respond(perfect(), prompt, Draws("wording", 1))
    return json.loads(done.text), dict(done.hidden)


@pytest.mark.parametrize("name", ["passed", "supported", "is_correct", "grounded", "verdict"])
def test_a_boolean_verdict_is_the_verdict(name: str) -> None:
    """A flag of any name says what the judge decided, and a critique says something."""
    reply, hidden = _judged({name: {"type": "boolean"}, "critique": {"type": "string"}})
    assert reply[name] == hidden["passes"]
    assert reply["critique"]


def test_a_flag_that_denies_is_turned_round() -> None:
    """`hallucinated` is true where the answer fails."""
    reply, hidden = _judged({"hallucinated": {"type": "boolean"}})
    assert reply["hallucinated"] != hidden["passes"]


ADVISORY = (
    "CVE-2026-31337: a critical flaw (CVSS 9.8) in Acme Gateway before 4.2.1 lets attackers run "
    "code. Fixed in version 4.2.1. It is exploited."
)


def test_names_and_versions_of_an_advisory() -> None:
    """Abbreviations and first words are no product, and a CVSS score is no version."""
    assert candidates("name", ADVISORY) == ["Acme Gateway"]
    assert candidates("version", ADVISORY) == ["4.2.1"]


WEATHER = Tool(
    "get_weather",
    "Current weather in a city.",
    {"properties": {"city": {"type": "string"}}, "required": ["city"]},
)
SEARCH = Tool(
    "search_tickets",
    "Search support tickets.",
    {"properties": {"keyword": {"type": "string"}}, "required": ["keyword"]},
)


def test_arguments_of_spoken_requests() -> None:
    """A city and what a search is about are cut out of the request, once for each clause."""
    asked = "What is the weather in Berlin and in Paris, and are there tickets about VPN?"
    prompt = Prompt(said(("user", asked)).messages, (WEATHER, SEARCH))
    calls = respond(perfect(), prompt, Draws("wording", 1)).hidden["plan"]
    wanted = [
        {"name": "get_weather", "arguments": {"city": "Berlin"}},
        {"name": "get_weather", "arguments": {"city": "Paris"}},
        {"name": "search_tickets", "arguments": {"keyword": "VPN"}},
    ]
    assert calls == wanted
