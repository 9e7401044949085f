"""What a model says when it is right, what it says when it is wrong, and what is hidden."""

from __future__ import annotations

import json
from math import exp
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from autograder.provider.behaviour import respond
from autograder.provider.card import Card
from autograder.provider.completion import Completion
from autograder.provider.draws import Draws
from autograder.provider.prompt import Message, Prompt, Tool
from tests.provider.models import SMALL, flawed, perfect, said

PASSAGES = """<passage id="agent">The agent keeps its buffer for 36 hours. It is free.</passage>
<passage id="keys">Keys are rotated every 90 days. A leaked key dies within 5 minutes.</passage>
<passage id="edge">Nimbus Gateway before 4.2.3 can be crashed.</passage>"""
QUESTIONS = {
    "How long does the agent keep its buffer?": "The agent keeps its buffer for 36 hours.",
    "How often are keys rotated?": "Keys are rotated every 90 days.",
    "How soon is a leaked key dead?": "A leaked key dies within 5 minutes.",
    "Which version of Nimbus can be crashed?": "Nimbus Gateway before 4.2.3 can be crashed.",
}
ADVISORY = """CVE-2026-12345 in Nimbus Gateway 4.2.1 was published on 3 March 2026.
Its CVSS v3.1 base score is 9.8, which is critical. It is exploited in the wild.
It is fixed in version 4.2.3. The hosts ws-101 and ws-102 are affected, at 10.0.0.7.
Report to security@nimbus.example or see https://nimbus.example/a/12 for more.
It is related to CVE-2025-7001 and CWE-79."""
RECORD = {
    "type": "object",
    "properties": {
        "cve_id": {"type": "string", "pattern": "^CVE-"},
        "cvss": {"type": "number"},
        "published": {"type": "string", "format": "date"},
        "severity": {"type": "string", "enum": ["low", "medium", "high", "critical"]},
        "fixed_version": {"type": "string"},
        "exploited": {"type": "boolean"},
        "hosts": {"type": "array", "items": {"type": "string"}},
        "source_ip": {"type": "string"},
        "contact": {"type": "string"},
        "url": {"type": "string"},
        "weakness": {"type": "string", "description": "the CWE id"},
    },
    "required": ["cve_id", "cvss", "severity"],
    "additionalProperties": False,
}  # fmt: skip
VALID = Draft202012Validator(RECORD)
TRUE = {
    "cve_id": "CVE-2026-12345", "cvss": 9.8, "published": "2026-03-03", "severity": "critical",
    "fixed_version": "4.2.3", "exploited": True, "hosts": ["ws-101", "ws-102"],
    "source_ip": "10.0.0.7", "contact": "security@nimbus.example",
    "url": "https://nimbus.example/a/12", "weakness": "CWE-79",
}  # fmt: skip
TEXT = {"type": "string"}


def tool(name: str, describes: str, **fields: Any) -> Tool:
    return Tool(name, describes, {"properties": fields, "required": list(fields)})


TOOLS = (
    tool("get_cve", "Look up a vulnerability.", cve_id=TEXT),
    tool("isolate_host", "Take a host off the network.", host=TEXT),
    tool("open_ticket", "Open a ticket.", title=TEXT, severity={"enum": ["low", "high"]}),
)


class Key:
    """Know some truths."""

    def __init__(self, **known: Any) -> None:
        self.known = known

    def truth(self, family: str, item_text: str) -> Any | None:
        return self.known.get(family)


def replied(card: Card, prompt: Prompt, n: int = 0, key: Key | None = None) -> Completion:
    return respond(card, prompt, Draws("replies", n), key)


def many(card: Card, prompt: Prompt, key: Key | None = None, n: int = 300) -> list[Completion]:
    return [replied(card, prompt, i, key) for i in range(n)]


@pytest.mark.parametrize(("question", "answer"), QUESTIONS.items())
def test_a_right_answer_is_the_sentence_that_answers(question: str, answer: str) -> None:
    """It is found among the passages by words, and its passage cited."""
    prompt = said(("user", f"Cite the passage.\n\n{PASSAGES}\n\nQuestion: {question}"))
    reply = replied(perfect(), prompt)
    (claim,) = reply.hidden["claims"]
    assert reply.text == f"{answer} [{claim['source']}]"
    assert f'id="{claim["cited"]}">' in PASSAGES[: PASSAGES.index(answer)]
    assert reply.text[claim["start"] : claim["end"]] == answer
    assert reply.hidden["right"]
    assert reply.hidden["unsupported"] == []


def test_wrong_answers_are_of_three_kinds() -> None:
    """Another sentence, a number off by one, an invention; and hidden says which is unsupported."""
    prompt = said(("user", f"{PASSAGES}\n\nQuestion: How often are keys rotated?"))
    kinds: dict[str, set[str]] = {}
    for reply in many(flawed(), prompt):
        assert not reply.hidden["right"]
        kinds.setdefault(reply.hidden["mistake"], set()).add(reply.text)
    assert set(kinds) == {"neighbour", "number", "invented"}
    assert all(text in PASSAGES for text in kinds["neighbour"])
    assert kinds["number"] == {"Keys are rotated every 89 days.", "Keys are rotated every 91 days."}
    assert not any(text in PASSAGES for text in kinds["invented"])


def test_unsupported_is_what_the_passages_do_not_hold() -> None:
    """A sentence counts as supported exactly where a passage has it word for word."""
    prompt = said(("user", f"{PASSAGES}\n\nQuestion: How often are keys rotated?"))
    for reply in many(perfect(grounding__hallucinates=1.0), prompt):
        first, added = reply.hidden["claims"]
        assert first["supported"]
        assert not added["supported"]
        assert added["text"] not in PASSAGES
        assert reply.text[added["start"] : added["end"]] == added["text"]


def test_a_key_decides_what_is_answerable() -> None:
    """An empty truth makes a question unanswerable; a paraphrase is found by its gold text."""
    prompt = said(("user", f"{PASSAGES}\n\nQuestion: How often are keys rotated?"))
    assert replied(perfect(), prompt, key=Key(answer="")).hidden["abstained"]
    far = said(("user", f"{PASSAGES}\n\nQuestion: When is a spilt secret useless?"))
    assert (
        replied(perfect(), far, key=Key(answer="within 5 minutes")).text
        == "A leaked key dies within 5 minutes."
    )


def test_answers_into_a_schema() -> None:
    """Answer, sources, confidence and the abstention each have their property."""
    schema = {
        "properties": {
            "answer": TEXT, "citations": {"type": "array", "items": TEXT},
            "confidence": {"type": "number"}, "abstained": {"type": "boolean"},
        },
        "required": ["answer", "citations", "confidence", "abstained"],
    }  # fmt: skip
    prompt = said(("user", f"{PASSAGES}\n\nQuestion: How often are keys rotated?"), schema=schema)
    held = json.loads(replied(perfect(), prompt).text)
    assert held["answer"] == "Keys are rotated every 90 days."
    assert held["citations"] == ["keys"]
    assert held["confidence"] > 0.9
    assert held["abstained"] is False


def test_a_record_is_read_field_by_field() -> None:
    """Ids, scores, dates, enums, versions, booleans, lists, addresses: all from the text."""
    prompt = said(
        ("user", f"Extract the record.\n\nAdvisory: {ADVISORY}"), schema=RECORD, strict=True
    )
    assert json.loads(replied(perfect(), prompt).text) == TRUE


def test_wrong_fields_differ_and_strict_still_fits() -> None:
    """Every kind of mistake occurs, ids are invented, and a strict schema holds all the same."""
    prompt = said(
        ("user", f"Extract the record.\n\nAdvisory: {ADVISORY}"), schema=RECORD, strict=True
    )
    kinds, ids = set(), set()
    for reply in many(flawed(), prompt):
        held = json.loads(reply.text)
        VALID.validate(held)
        fields = reply.hidden["fields"]
        assert not any(field["right"] for field in fields.values())
        assert all(held.get(name) != true for name, true in TRUE.items())
        kinds |= {field["mistake"] for field in fields.values()}
        ids.add(held["cve_id"])
    assert kinds == {"missing", "neighbour", "mangled", "invented"}
    assert "CVE-2025-7001" in ids
    assert any(one not in ADVISORY for one in ids)


def test_labels_by_key_and_by_words() -> None:
    """The key's label wins; without it the likeliest by words; a wrong one is another label."""
    text = "Labels:\n- phishing: asks for a password\n- malware: a program\n- benign\n\n"
    prompt = said(("user", f"Classify.\n\n{text}Text: A mail asks for my password"))
    assert replied(perfect(), prompt).text == "phishing"
    assert replied(perfect(), prompt, key=Key(classify="benign")).text == "benign"
    wrong = [reply.text for reply in many(flawed(), prompt)]
    assert set(wrong) == {"malware", "benign"}


def test_tools_in_a_loop() -> None:
    """Independent calls go out together, then the results are told; a failed call is made again."""
    asked = Message("user", "Look up CVE-2026-1000 and CVE-2026-2000 and isolate the host ws-7.")
    first = replied(perfect(), Prompt((asked,), TOOLS))
    made = [(call.name, json.loads(call.arguments)) for call in first.tool_calls]
    assert made == [
        ("get_cve", {"cve_id": "CVE-2026-1000"}), ("get_cve", {"cve_id": "CVE-2026-2000"}),
        ("isolate_host", {"host": "ws-7"}),
    ]  # fmt: skip
    assert first.finish_reason == "tool_calls"
    turn = Message("assistant", "", tool_calls=first.tool_calls)
    texts = ["CVE-2026-1000 is critical.", "error: time-out", "ws-7 is isolated."]
    results = [Message("tool", t, "", c.id) for t, c in zip(texts, first.tool_calls, strict=True)]
    again = replied(perfect(), Prompt((asked, turn, *results), TOOLS))
    assert [call.arguments for call in again.tool_calls] == ['{"cve_id": "CVE-2026-2000"}']
    results[1] = Message("tool", "CVE-2026-2000 is low.", "", first.tool_calls[1].id)
    last = replied(perfect(), Prompt((asked, turn, *results), TOOLS))
    assert last.text == "CVE-2026-1000 is critical. CVE-2026-2000 is low. ws-7 is isolated."


def test_tools_one_at_a_time_forced_or_none() -> None:
    """`parallel_tool_calls`, `tool_choice` and a request that needs no tool are heeded."""
    asked = (Message("user", "Isolate the host ws-7 and isolate the host ws-8."),)
    assert len(replied(perfect(), Prompt(asked, TOOLS, parallel_tool_calls=False)).tool_calls) == 1
    named = replied(perfect(), Prompt(asked, TOOLS, tool_choice="open_ticket")).tool_calls
    assert {call.name for call in named} == {"open_ticket"}
    idle = Prompt((Message("user", "Thank you very much."),), TOOLS)
    assert replied(perfect(), idle).tool_calls == ()
    assert (
        len(replied(perfect(), Prompt(idle.messages, TOOLS, tool_choice="required")).tool_calls)
        == 1
    )


def test_wrong_calls_are_of_four_kinds() -> None:
    """Argument, tool, missing, extra; a strict tool never lacks an argument or has a new one."""
    asked = (Message("user", "Isolate the host ws-7."),)
    kinds = {r.hidden["calls"][0]["mistake"] for r in many(flawed(), Prompt(asked, TOOLS))}
    assert kinds == {"argument", "tool", "missing", "extra"}
    strict = (Tool("isolate_host", "Take a host off.", TOOLS[1].parameters, strict=True), TOOLS[0])
    for reply in many(flawed(), Prompt(asked, strict)):
        (call,) = reply.tool_calls
        assert set(json.loads(call.arguments)) == {"host"}
        assert reply.hidden["calls"][0]["mistake"] in {"argument", "tool"}


def test_summaries_keep_the_length_asked_for() -> None:
    """One sentence, two sentences or a number of words, all from the text."""
    text = "The pump failed. The pump was old. Rain fell. The pump will be replaced on Monday."
    for order, most in (("one sentence", 1), ("two sentences", 2), ("12 words", 3)):
        said_ = replied(perfect(), said(("user", f"Summarise in {order}.\n\nText: {text}"))).text
        kept = [s for s in text.replace(". ", ".|").split("|") if s in said_]
        assert 1 <= len(kept) <= most
        assert " ".join(kept) == said_


def test_a_judge_speaks_the_prompts_words() -> None:
    """A or B, 1 or 2, the schema's names; pass or fail, a boolean; a number on the scale."""
    asked = "Question: How often are keys rotated?\n\n"
    pair = f"{asked}Answer {{}}: Lamps shine.\n\nAnswer {{}}: Keys are rotated often.\n\nWhich?"
    assert replied(perfect(), said(("user", pair.format("A", "B")))).text == "B"
    assert replied(perfect(), said(("user", pair.format("1", "2")))).text == "2"
    schema = {"properties": {"winner": {"enum": ["first", "second"]}}, "required": ["winner"]}
    assert json.loads(
        replied(perfect(), said(("user", pair.format("A", "B")), schema=schema)).text
    ) == {"winner": "second"}
    one = "Question: How often are keys rotated?\nAnswer: Keys are rotated daily.\n\n"
    assert replied(perfect(), said(("user", f"{one}Reply PASS or FAIL."))).text == "PASS"
    schema = {"properties": {"correct": {"type": "boolean"}}, "required": ["correct"]}
    verdict = said(("user", f"{one}Is the answer correct?"), schema=schema)
    assert json.loads(replied(perfect(), verdict).text) == {"correct": True}
    score = said(("user", f"Score the answer from 1 to 5.\n\n{one}"))
    assert replied(perfect(), score, key=Key(quality=0.75)).text == "4"


def test_swapping_keeps_the_luck_with_the_answer() -> None:
    """Without biases the same answer wins in both orders; position bias splits some pairs."""

    def winner(card: Card, i: int, swapped: bool) -> str:
        texts = [f"{one} answer of pair {i}" for one in ("This", "That")][:: -1 if swapped else 1]
        pair = f"Question: About {i}?\n\nAnswer A: {texts[0]}\n\nAnswer B: {texts[1]}\n\nWhich?"
        return texts["AB".index(replied(card, said(("user", pair)), i).text)]

    fair, biased = perfect(judge__acuity=0.0), perfect(judge__acuity=0.0, judge__position=2.0)
    same = [winner(fair, i, False) == winner(fair, i, True) for i in range(200)]
    assert all(same)
    split = [winner(biased, i, False) != winner(biased, i, True) for i in range(200)]
    assert 0.5 < sum(split) / 200 < 0.95


CVE = {"properties": {"cve": TEXT}, "required": ["cve"]}
FIELDS = "Fields: cve\n\nText: CVE-2026-1000"
JSON_ASKED = [
    (said(("user", f"Extract as JSON.\n\n{FIELDS}")), "output__malformed_text"),
    (said(("user", f"Extract.\n\n{FIELDS}"), json_mode=True), "output__malformed_json"),
    (said(("user", "Text: CVE-2026-1000"), schema=CVE), "output__malformed_schema"),
]


@pytest.mark.parametrize(("prompt", "rate"), JSON_ASKED)
def test_malformed_json_has_its_defect(prompt: Prompt, rate: str) -> None:
    """Whole at rate 0, never whole at 1; broken only where nothing but words asked for JSON."""
    assert json.loads(replied(perfect(**{rate: 0.0}), prompt).text) == {"cve": "CVE-2026-1000"}
    broken = 0
    for reply in many(perfect(**{rate: 1.0}), prompt):
        assert reply.hidden["defect"]
        try:
            assert json.loads(reply.text) != {"cve": "CVE-2026-1000"}
        except ValueError:
            broken += 1
    assert (broken > 0) == (rate == "output__malformed_text")


def test_refusals() -> None:
    """A refusal has no text; declining harm is right, declining anything else is not."""
    harm = replied(perfect(refusal__harmful=1.0), said(("user", "Write ransomware for me.")))
    assert (harm.text, harm.hidden["right"]) == ("", True)
    assert harm.refusal
    meek = replied(perfect(refusal__benign=1.0), said(("user", "Hello")))
    assert (meek.text, meek.hidden["right"], meek.hidden["outcome"]) == ("", False, "refused")


def test_chat_says_what_it_is() -> None:
    """Anything else gets an honest reply."""
    assert (
        replied(perfect(), said(("user", "Hello"))).text
        == f"I am {SMALL.version}, a simulated practice model."
    )


def test_logprobs_carry_the_stated_confidence() -> None:
    """With slope 1 the value's first token has the probability of being right on this item."""
    prompt = said(("user", "Labels: alpha, beta\n\nText: alpha pump 5\nLabel:"), top_logprobs=3)
    reply = replied(perfect(skill__classify=0.5, confidence__slope=1.0), prompt)
    assert len(reply.logprobs) == len(reply.pieces)
    assert exp(reply.logprobs[0].logprob) == pytest.approx(reply.hidden["p_item"])
    assert all(len(token.top) == 3 for token in reply.logprobs)
