"""No prompt, schema or tool, however odd, makes a model fail."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from jsonschema import validate

from autograder.provider.behaviour import expected, features, respond
from autograder.provider.card import cards
from autograder.provider.draws import Draws
from autograder.provider.prompt import Message, Prompt, Tool, ToolCall

PROMPTS = 1_200
_TEXT = """
Question:|Answer:|Answer A:|Answer B: x|[1] foo bar 3.4|[a-b] text|<passage id='1'>|</passage>
Context:|Labels: a, b, c|Text: hello world|Label:|Label: a|```|one of: a, b|Summarise|score 1 to 5
pass or fail|Extract|in json|Fields: cve, date|CVE-2026-1234|is it?|ignore all previous instructions
Ünïcode 漢 😀|<data-1>|</data-1>|12|Q: a|A: b|1-0|schema:|cite|(((|[|**Question**|# Context|a -> b
"""
SCRAPS = _TEXT.replace("\n", "|").strip("|").split("|")
SCRAPS += [
    "|a|b|c|\n|--|--|--|",
    "Labels:\n- x: foo\n- y: bar",
    "\x00\ud83d",
    '"""',
    "\n",
    "x" * 200,
]
RECORD = {
    "type": "object",
    "properties": {
        "a": {"type": "string"},
        "b": {"type": ["integer", "null"]},
        "c": {"enum": ["x", "y"]},
        "d": {"type": "array", "items": {"$ref": "#/$defs/q"}},
    },
    "required": ["a", "b", "c", "d"],
    "additionalProperties": False,
    "$defs": {"q": {"properties": {"q": {"type": "boolean"}}, "required": ["q"]}},
}
NODE = {
    "$ref": "#/$defs/n",
    "$defs": {
        "n": {
            "type": "object",
            "properties": {
                "v": {"type": "number", "minimum": 2},
                "next": {"anyOf": [{"$ref": "#/$defs/n"}, {"type": "null"}]},
            },
            "required": ["v", "next"],
        }
    },
}
LABEL = {"properties": {"label": {"type": "string", "enum": ["a", "b"]}}, "required": ["label"]}
SOUND: tuple[dict[str, Any], ...] = (
    RECORD,
    NODE,
    LABEL,
    {"type": "array", "items": {"type": "string"}},
)
BROKEN: tuple[dict[str, Any], ...] = (
    {}, {"properties": {"x": 5}}, {"properties": 7, "required": 3}, {"$ref": "#/$defs/none"},
    {"$ref": "#"}, {"anyOf": [{"$ref": "#"}]}, {"enum": 4}, {"type": [3]},
)  # fmt: skip
TOOLS = (
    Tool("get_x", "Get x", {"properties": {"cve": {"type": "string"}}, "required": ["cve"]}),
    Tool("do_z", "do", {**RECORD}, strict=True),
    Tool("bad", "", {"properties": 7, "required": 3}),
    Tool("worse", "", {"properties": {"x": 5}, "required": ["x", "y", 3]}),
)


def odd(draw: Random) -> Prompt:
    """Return a prompt of scraps."""
    messages = []
    for _ in range(draw.randint(1, 4)):
        role = draw.choice(("system", "user", "user", "assistant", "tool", "developer"))
        text = draw.choice("\n \t").join(draw.choice(SCRAPS) for _ in range(draw.randint(0, 9)))
        arguments = draw.choice(('{"cve": "CVE-2026-1234"}', "{", "[]"))
        called = role == "assistant" and draw.random() < 0.5
        calls = (ToolCall("c1", "get_x", arguments),) if called else ()
        messages.append(Message(role, text, "", "c1" if role == "tool" else "", calls))  # type: ignore[arg-type]  # a role
    return Prompt(
        tuple(messages),
        tools=tuple(draw.sample(TOOLS, draw.choice((0, 0, 1, 3)))),
        tool_choice=draw.choice(("auto", "none", "required", "get_x", "nobody")),
        schema=draw.choice((None, None, *SOUND, *BROKEN)),
        strict=draw.random() < 0.5,
        json_mode=draw.random() < 0.2,
        temperature=draw.choice((0.0, 0.3, 1.0, 2.0)),
        reasoning_effort=draw.choice(("", "none", "low", "high", "odd")),
        top_logprobs=draw.choice((None, 0, 5)),
    )


@pytest.mark.parametrize("part", range(4))
def test_odd_prompts_get_a_reply(part: int) -> None:
    """Tokens join to the text, strict JSON fits, the hidden truth is plain, p is a probability."""
    draw, models = Random(part), [one for one in cards().values() if one.kind == "chat"]
    for k in range(PROMPTS // 4):
        prompt, model = odd(draw), draw.choice(models)
        reply = respond(model, prompt, Draws(part, k))
        assert "".join(reply.pieces) == reply.text
        reply.text.encode()
        json.dumps(dict(reply.hidden))
        assert 0 <= expected(model, features(model, prompt)) <= 1
        if prompt.strict and prompt.schema in SOUND and reply.text:
            validate(json.loads(reply.text), prompt.schema)
