"""/v1/responses through the SDK, on a real socket."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import BaseModel, TypeAdapter

from autograder.provider.clock import VirtualClock
from autograder.provider.wire.response_events import events
from tests.provider.conftest import Practice, Serving

SMALL, LARGE = "practice-small", "practice-large"
PASSAGE = "The relay of the north gate is numbered 41. The relay of the south gate is numbered 7."
QUESTION = f"{PASSAGE}\n\nQuestion: What number has the relay of the south gate?"
WEATHER: dict[str, Any] = {
    "type": "function",
    "name": "weather",
    "description": "Tell the weather of a city",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
}
ASKS_WEATHER = "What is the weather in Oslo? Use the tool."


class Relay(BaseModel):
    gate: str
    number: int


def refusal(practice: Practice, **body: Any) -> tuple[int, str | None, str | None]:
    """Return status, param and code with which a body is refused."""
    answer = practice.http.post("/responses", json=body)
    error = answer.json()["error"]
    return answer.status_code, error["param"], error["code"]


def test_a_string_and_an_item_list_say_the_same(practice: Practice) -> None:
    """A string is one message of a user: the same prompt, so the same answer at temperature 0."""
    create = practice.client.responses.create
    text = create(model=SMALL, input=QUESTION, temperature=0)
    items = create(model=SMALL, input=[{"role": "user", "content": QUESTION}], temperature=0)
    parts = create(
        model=SMALL,
        temperature=0,
        input=[{"role": "user", "content": [{"type": "input_text", "text": QUESTION}]}],
    )
    assert text.output_text == items.output_text == parts.output_text != ""
    assert text.usage == items.usage == parts.usage


def test_it_answers_as_chat_does(practice: Practice) -> None:
    """The same conversation is the same prompt on both wires: text, tokens and price agree."""
    said = practice.client.responses.create(model=SMALL, input=QUESTION, temperature=0)
    chat = practice.client.chat.completions.create(
        model=SMALL, temperature=0, messages=[{"role": "user", "content": QUESTION}]
    )
    first, second = practice.provider.ledger
    assert said.output_text == chat.choices[0].message.content
    assert (first.usage, first.price) == (second.usage, second.price)


def test_the_response_repeats_what_was_asked(practice: Practice) -> None:
    """Every parameter stands in the response as it was understood."""
    said = practice.client.responses.create(
        model=LARGE,
        input="Hello.",
        instructions="Be short.",
        temperature=0.5,
        top_p=0.9,
        max_output_tokens=2_000,
        metadata={"lesson": "12"},
        reasoning={"effort": "low"},
        tools=[WEATHER],
        tool_choice="none",
        truncation="auto",
        user="learner",
    )
    asked = said.to_dict()
    expected = {
        "instructions": "Be short.",
        "temperature": 0.5,
        "top_p": 0.9,
        "max_output_tokens": 2_000,
        "metadata": {"lesson": "12"},
        "reasoning": {"effort": "low", "summary": None},
        "tools": [{**WEATHER, "strict": True}],
        "tool_choice": "none",
        "truncation": "auto",
        "user": "learner",
        "status": "completed",
        "object": "response",
    }
    assert {name: asked[name] for name in expected} == expected
    assert said.model.startswith("practice-large-20")


def test_a_conversation_goes_on_from_its_previous_response(practice: Practice) -> None:
    """A chain of ids is the same prompt as the whole conversation sent again."""
    create = practice.client.responses.create
    first = create(model=SMALL, input=PASSAGE, temperature=0)
    chained = create(
        model=SMALL, input="What number is it?", previous_response_id=first.id, temperature=0
    )
    whole = create(
        model=SMALL,
        temperature=0,
        input=[
            {"role": "user", "content": PASSAGE},
            *[item.to_dict() for item in first.output],
            {"role": "user", "content": "What number is it?"},
        ],
    )
    assert chained.usage is not None
    assert whole.usage is not None
    assert chained.usage.input_tokens == whole.usage.input_tokens
    assert chained.output_text == whole.output_text
    assert chained.previous_response_id == first.id


def test_instructions_are_not_carried_over(practice: Practice) -> None:
    """Only the items of the previous response are: its instructions are not."""
    create = practice.client.responses.create
    first = create(model=SMALL, input="Hello.", instructions="word " * 500)
    second = create(model=SMALL, input="Hello.", previous_response_id=first.id)
    assert second.usage is not None
    assert second.usage.input_tokens < 500


def test_the_input_items_are_the_conversation(practice: Practice) -> None:
    """They come newest first by default, page by page, earlier turns and outputs among them."""
    create = practice.client.responses.create
    first = create(model=SMALL, input="First question.")
    second = create(model=SMALL, input="Second question.", previous_response_id=first.id)
    listed = practice.client.responses.input_items.list(second.id, order="asc", limit=2)
    items = [item.to_dict() for item in listed]
    assert [item["role"] for item in items] == ["user", "assistant", "user"]
    assert items[0]["content"] == [{"type": "input_text", "text": "First question."}]
    newest = practice.client.responses.input_items.list(second.id, limit=1)
    assert newest.data[0].to_dict() == items[2]
    assert newest.has_more


def test_a_response_is_kept_shown_and_forgotten(practice: Practice) -> None:
    """It can be retrieved until it is deleted; with store=False it is never kept."""
    responses = practice.client.responses
    said = responses.create(model=SMALL, input="Hello.")
    assert responses.retrieve(said.id) == said
    responses.delete(said.id)
    with pytest.raises(openai.NotFoundError):
        responses.retrieve(said.id)
    unkept = responses.create(model=SMALL, input="Hello.", store=False)
    with pytest.raises(openai.NotFoundError):
        responses.retrieve(unkept.id)
    assert refusal(practice, model=SMALL, input="Hi.", previous_response_id=unkept.id) == (
        400,
        "previous_response_id",
        "previous_response_not_found",
    )


def test_only_so_many_responses_are_kept(serving: Serving) -> None:
    """The oldest goes when there are more than the store keeps."""
    practice = serving()
    practice.provider.store.responses.keep = 3
    ids = [practice.client.responses.create(model=SMALL, input="Hi.").id for _ in range(5)]
    kept = [
        practice.http.get(f"/responses/{response_id}").status_code == 200 for response_id in ids
    ]
    assert kept == [False, False, True, True, True]


def test_a_tool_is_called_and_its_result_read(practice: Practice) -> None:
    """The call comes as an item; its output, sent back, ends the loop."""
    responses = practice.client.responses
    asked = responses.create(
        model=SMALL, input=ASKS_WEATHER, tools=[WEATHER], tool_choice="required"
    )
    calls = [item for item in asked.output if item.type == "function_call"]
    assert [call.name for call in calls] == ["weather"]
    results = [
        {"type": "function_call_output", "call_id": call.call_id, "output": "Rain, 4 degrees."}
        for call in calls
    ]
    said = responses.create(
        model=SMALL, input=results, previous_response_id=asked.id, tools=[WEATHER]
    )
    assert said.status == "completed"
    sizes = [call.usage.prompt for call in practice.provider.ledger if call.usage]
    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize(
    ("items", "words"),
    [
        (
            [{"type": "function_call_output", "call_id": "call_9", "output": "Rain."}],
            "No tool call found for function call output with call_id call_9.",
        ),
        (
            [
                {"role": "user", "content": "Hi."},
                {
                    "type": "function_call",
                    "call_id": "call_9",
                    "name": "weather",
                    "arguments": "{}",
                },
            ],
            "No tool output found for function call call_9.",
        ),
    ],
)
def test_calls_and_outputs_belong_together(
    practice: Practice, items: list[dict[str, Any]], words: str
) -> None:
    """An output without its call is refused, and so is a call without its output."""
    answer = practice.http.post("/responses", json={"model": SMALL, "input": items})
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, words)


def test_structured_output_is_parsed(practice: Practice) -> None:
    """With a schema the text is JSON of that schema, and the SDK makes an object of it."""
    said = practice.client.responses.parse(
        model=LARGE,
        input=f"{PASSAGE}\n\nExtract the relay of the south gate.",
        text_format=Relay,
        temperature=0,
    )
    assert isinstance(said.output_parsed, Relay)
    assert said.text is not None
    assert said.text.format is not None
    assert said.text.format.type == "json_schema"


def test_a_bound_on_the_output_leaves_it_incomplete(practice: Practice) -> None:
    """The status says so, and so does the reason; the usage is the bound."""
    said = practice.client.responses.create(
        model=SMALL, input=f"Summarise in detail: {PASSAGE * 20}", max_output_tokens=16
    )
    assert said.status == "incomplete"
    assert said.incomplete_details is not None
    assert said.incomplete_details.reason == "max_output_tokens"
    assert said.usage is not None
    assert said.usage.output_tokens == 16


def test_reasoning_is_an_item_and_is_paid(practice: Practice) -> None:
    """The model that reasons shows an item without its thoughts, and bills their tokens."""
    said = practice.client.responses.create(
        model=LARGE, input=QUESTION, include=["reasoning.encrypted_content"]
    )
    assert [item.type for item in said.output] == ["reasoning", "message"]
    assert said.usage is not None
    assert 0 < said.usage.output_tokens_details.reasoning_tokens < said.usage.output_tokens


def test_a_stream_is_the_response_in_pieces(practice: Practice) -> None:
    """Events are numbered from 0, in the API's order; the deltas joined are the final text."""
    stream = list(
        practice.client.responses.create(model=LARGE, input=QUESTION, temperature=0, stream=True)
    )
    assert [event.sequence_number for event in stream] == list(range(len(stream)))
    kinds = list(dict.fromkeys(event.type for event in stream))
    assert kinds == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.output_item.done",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.completed",
    ]
    last = stream[-1]
    assert last.type == "response.completed"
    deltas = [one.delta for one in stream if one.type == "response.output_text.delta"]
    assert "".join(deltas) == last.response.output_text
    assert last.response == practice.client.responses.retrieve(last.response.id)


def test_the_sdk_puts_a_stream_together(practice: Practice) -> None:
    """`responses.stream` ends with the response that was stored, calls with arguments included."""
    with practice.client.responses.stream(
        model=SMALL, input=ASKS_WEATHER, tools=[WEATHER], tool_choice="required"
    ) as stream:
        kinds = {event.type for event in stream}
        final = stream.get_final_response()
    assert {"response.function_call_arguments.delta", "response.completed"} <= kinds
    calls = [item for item in final.output if item.type == "function_call"]
    assert isinstance(json.loads(calls[0].arguments), dict)
    assert practice.client.responses.retrieve(final.id).output_text == final.output_text


def test_a_stored_response_streams_again(practice: Practice) -> None:
    """Retrieved as a stream it gives the same events, from any of them on."""
    first = list(practice.client.responses.create(model=SMALL, input=QUESTION, stream=True))
    last = first[-1]
    assert last.type == "response.completed"
    again = list(practice.client.responses.retrieve(last.response.id, stream=True))
    rest = practice.client.responses.retrieve(last.response.id, stream=True, starting_after=3)
    assert again == first
    assert list(rest) == first[4:]


def test_log_probabilities_come_where_they_are_asked(practice: Practice) -> None:
    """One a token, with as many alternatives as asked, and none without `include`."""
    create = practice.client.responses.create
    said = create(
        model=SMALL, input=QUESTION, top_logprobs=2, include=["message.output_text.logprobs"]
    ).to_dict()
    part = said["output"][0]["content"][0]
    assert "".join(one["token"] for one in part["logprobs"]) == part["text"]
    assert {len(one["top_logprobs"]) for one in part["logprobs"]} == {2}
    plain = create(model=SMALL, input=QUESTION).to_dict()
    assert plain["output"][0]["content"][0]["logprobs"] == []


def test_tokens_are_counted_before_they_are_paid(practice: Practice) -> None:
    """The count of an input is the usage of the response to it."""
    asked: dict[str, Any] = {"model": SMALL, "input": QUESTION, "instructions": "Be short."}
    counted = practice.client.responses.input_tokens.count(**asked)
    said = practice.client.responses.create(**asked)
    assert said.usage is not None
    assert counted.input_tokens == said.usage.input_tokens


def test_a_compaction_stands_for_the_conversation(practice: Practice) -> None:
    """Its one item can be sent in place of the items that it stands for, and costs less."""
    responses = practice.client.responses
    turns: list[dict[str, Any]] = []
    for number in range(10):
        turns.append({"role": "user", "content": f"Note {number}: {PASSAGE}"})
        turns.append({"role": "assistant", "content": f"Noted {number}. {PASSAGE * 5}"})
    compacted = responses.compact(model=SMALL, input=turns)
    assert [item.type for item in compacted.output] == ["compaction"]
    question = {"role": "user", "content": "What number has the relay of the south gate?"}
    long = responses.create(model=SMALL, input=[*turns, question])
    short = responses.create(model=SMALL, input=[compacted.output[0].to_dict(), question])
    assert long.usage is not None
    assert short.usage is not None
    assert short.usage.input_tokens < long.usage.input_tokens / 2


def test_truncation_drops_the_oldest(practice: Practice) -> None:
    """What does not fit is refused, and with truncation="auto" the oldest turns go."""
    swift = "practice-swift"
    window = practice.provider.card(swift).context_window
    turns = [{"role": "user", "content": "word " * (window // 4)} for _ in range(5)]
    assert refusal(practice, model=swift, input=turns) == (400, "input", "context_length_exceeded")
    said = practice.client.responses.create(model=swift, input=turns, truncation="auto")
    assert said.usage is not None
    assert window // 2 < said.usage.input_tokens <= window


def test_a_background_response_is_polled(serving: Serving) -> None:
    """It is queued at once and completed when the model's time has passed on the clock."""
    clock = VirtualClock(quiet=None)
    practice = serving(clock=clock)
    responses = practice.client.responses
    queued = responses.create(model=SMALL, input=QUESTION, background=True)
    assert (queued.status, queued.output) == ("queued", [])
    assert responses.retrieve(queued.id).status == "queued"
    clock.advance(600)
    done = responses.retrieve(queued.id)
    assert (done.status, done.output_text != "") == ("completed", True)
    assert responses.cancel(done.id) == done


def test_a_background_response_is_cancelled(serving: Serving) -> None:
    """Cancelled, it stays so; one that was not in the background cannot be."""
    clock = VirtualClock(quiet=None)
    practice = serving(clock=clock)
    responses = practice.client.responses
    queued = responses.create(model=SMALL, input=QUESTION, background=True)
    assert responses.cancel(queued.id).status == "cancelled"
    clock.advance(600)
    assert responses.retrieve(queued.id).status == "cancelled"


def test_a_response_in_the_foreground_cannot_be_cancelled(practice: Practice) -> None:
    """It is over when its id is known."""
    said = practice.client.responses.create(model=SMALL, input=QUESTION)
    with pytest.raises(openai.BadRequestError, match="synchronous"):
        practice.client.responses.cancel(said.id)


@pytest.mark.parametrize(
    ("body", "status", "param", "code"),
    [
        ({"input": "Hi."}, 400, "model", "missing_required_parameter"),
        ({"model": SMALL}, 400, "input", "missing_required_parameter"),
        ({"model": "gpt-9", "input": "Hi."}, 404, None, "model_not_found"),
        ({"model": SMALL, "input": 3}, 400, "input", "invalid_type"),
        ({"model": SMALL, "input": "Hi.", "max_output_tokens": 3}, 400, "max_output_tokens", None),
        ({"model": SMALL, "input": "Hi.", "conversation": "c"}, 400, "conversation", None),
        ({"model": SMALL, "input": "Hi.", "reasoning": {"effort": "low"}}, 400, None, None),
        ({"model": SMALL, "input": "Hi.", "tool_choice": "required"}, 400, "tool_choice", None),
        ({"model": SMALL, "input": "Hi.", "max_output_tokens": 10**9}, 400, None, None),
        (
            {
                "model": SMALL,
                "input": [
                    {"id": "msg_a", "role": "user", "content": "Hi."},
                    {"id": "msg_a", "role": "user", "content": "Hi."},
                ],
            },
            400,
            "input",
            None,
        ),
        (
            {"model": SMALL, "input": [{"type": "item_reference", "id": "msg_0"}]},
            404,
            "input",
            None,
        ),
        (
            {"model": SMALL, "input": "Hi.", "text": {"format": {"type": "json_object"}}},
            400,
            "input",
            None,
        ),
        (
            {"model": SMALL, "input": "Hi.", "tools": [{"type": "web_search"}]},
            400,
            "tools[0].type",
            "invalid_value",
        ),
        (
            {
                "model": SMALL,
                "input": [{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}],
            },
            400,
            "input",
            None,
        ),
    ],
)
def test_bad_requests_get_the_errors_of_the_api(
    practice: Practice, body: dict[str, Any], status: int, param: str | None, code: str | None
) -> None:
    """Status, param and code say what is wrong; nothing is billed."""
    found = refusal(practice, **body)
    assert found[0] == status
    assert found[1] == param or param is None
    assert found[2] == code or code is None
    assert [call.price for call in practice.provider.ledger] == [None]


def test_an_item_can_be_named_instead_of_sent(practice: Practice) -> None:
    """A reference to a stored item is that item."""
    responses = practice.client.responses
    said = responses.create(model=SMALL, input=QUESTION)
    name = said.output[0].id
    assert name is not None
    follow = responses.create(
        model=SMALL,
        input=[{"type": "item_reference", "id": name}, {"role": "user", "content": "?"}],
    )
    items = list(responses.input_items.list(follow.id, order="asc"))
    assert items[0].to_dict() == said.output[0].to_dict()


def test_events_follow_from_the_response_alone() -> None:
    """A refusal and a call stream with their own events, and each delta is one token."""
    message = {
        "id": "msg_1",
        "type": "message",
        "status": "completed",
        "role": "assistant",
        "content": [{"type": "refusal", "refusal": "I cannot help with that."}],
    }
    call = {
        "id": "fc_1",
        "type": "function_call",
        "status": "completed",
        "call_id": "call_1",
        "name": "weather",
        "arguments": '{"city": "Oslo"}',
    }
    response = {"id": "resp_1", "status": "completed", "output": [message, call]}
    streamed = list(events(response))
    deltas = [event["delta"] for _, event in streamed if event["type"].endswith(".delta")]
    assert "".join(deltas) == 'I cannot help with that.{"city": "Oslo"}'
    assert streamed[-1][0] == len(deltas)
    assert [event["sequence_number"] for _, event in streamed] == list(range(len(streamed)))


@pytest.mark.parametrize(
    "asked",
    [
        {"model": LARGE, "input": QUESTION},
        {"model": SMALL, "input": ASKS_WEATHER, "tools": [WEATHER], "tool_choice": "required"},
        {"model": SMALL, "input": f"Summarise: {PASSAGE * 20}", "max_output_tokens": 16},
        {
            "model": SMALL,
            "input": QUESTION,
            "top_logprobs": 2,
            "include": ["message.output_text.logprobs"],
        },
    ],
    ids=["reasoning", "call", "incomplete", "logprobs"],
)
def test_every_event_is_an_event_of_the_sdk(practice: Practice, asked: dict[str, Any]) -> None:
    """What leaves passes the validation of the SDK's type of the event that it names."""
    known: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)
    text = practice.http.post("/responses", json=asked | {"stream": True}).text
    blocks = [block.splitlines() for block in text.split("\n\n") if block]
    assert len(blocks) > 5
    for name, data in blocks:
        event = json.loads(data.removeprefix("data: "))
        assert name == f"event: {event['type']}"
        assert known.validate_python(event).type == event["type"]


def test_every_response_is_a_response_of_the_sdk(practice: Practice) -> None:
    """What leaves passes the strict validation of the SDK's type."""
    answer = practice.http.post("/responses", json={"model": LARGE, "input": QUESTION})
    assert Response.model_validate(answer.json(), strict=True).output_text
