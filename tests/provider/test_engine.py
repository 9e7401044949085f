"""The engine in process: chance, caches, bounds, faults, prices."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.provider import tokens
from autograder.provider.bounds import bounded, cut, spoken
from autograder.provider.card import cards
from autograder.provider.clock import VirtualClock
from autograder.provider.completion import Completion, Usage
from autograder.provider.draws import Draws
from autograder.provider.engine import Provider, _Attempts, _pace
from autograder.provider.faults.plan import Fault, Injection
from autograder.provider.mishaps import SORRY, acted_out
from autograder.provider.prefixes import BLOCK, PromptCache
from autograder.provider.prices import price
from autograder.provider.prompt import Message, Prompt, Tool, ToolCall
from autograder.provider.wire.errors import ApiError
from autograder.provider.wire.schemas import fault_of

SMALL, SWIFT = "practice-small-2026-08-01", "practice-swift-2026-07-01"


def asked(text: str = "Who are you?", **options: Any) -> Prompt:
    return Prompt((Message("user", text),), **options)


def completion(text: str, **options: Any) -> Completion:
    return Completion(text, tokens.pieces(text), **options)


def calling(arguments: str = '{"city": "Oslo"}') -> Completion:
    return Completion("", (), "tool_calls", (ToolCall("c1", "weather", arguments),))


def test_providers_of_one_seed_say_the_same_in_any_order() -> None:
    """The n-th answer to a prompt does not depend on what else was asked in between."""
    texts = [f"Who are you, number {number}?" for number in range(5)]
    first, second, other = Provider(seed=1), Provider(seed=1), Provider(seed=2)
    one = {text: [first.answer(SMALL, text).text for _ in range(3)] for text in texts}
    two: dict[str, list[str]] = {text: [] for text in texts}
    for _ in range(3):
        for text in reversed(texts):
            two[text].append(second.answer(SMALL, text).text)
    assert one == two
    assert one != {text: [other.answer(SMALL, text).text for _ in range(3)] for text in texts}


def test_threads_share_a_provider() -> None:
    """Answers given to 8 threads at once are those that one thread gets."""
    texts = [f"Who are you, number {number % 20}?" for number in range(200)]
    alone = Provider()
    expected = sorted(alone.answer(SMALL, text).text for text in texts)
    shared = Provider()
    with ThreadPoolExecutor(8) as pool:
        found = sorted(pool.map(lambda text: shared.answer(SMALL, text).text, texts))
    assert expected == found


def test_a_forgotten_request_gets_no_number_twice() -> None:
    """Counting is bounded, and what was forgotten goes on behind the largest number."""
    attempts = _Attempts(keep=2)
    assert [attempts.next("a") for _ in range(3)] == [1, 2, 3]
    assert [attempts.next(name) for name in ("b", "b", "c")] == [1, 2, 1]
    assert attempts.next("a") == 4
    assert attempts.next("b") == 4  # "a" had 3 when it was forgotten


def test_a_repeated_call_is_drawn_afresh_at_the_published_rate() -> None:
    """2,000 calls at temperature 0 leave their usual draws as often as the card says."""
    card = cards()[SMALL]
    rate = 0.2
    changed = replace(card, parameters={**card.parameters, "noise.nondeterminism": rate})
    provider = Provider(cards={SMALL: changed})
    usual = provider._draws(changed, asked(temperature=0), "digest", 0).uniform("x")
    drawn = [
        provider._draws(changed, asked(temperature=0), "digest", number).uniform("x")
        for number in range(1, 2001)
    ]
    afresh = sum(one != usual for one in drawn)
    assert abs(afresh - 2000 * rate) < 2.576 * (2000 * rate * (1 - rate)) ** 0.5


def test_a_model_that_ignores_seeds_does() -> None:
    """The same seed says the same on one model, and anything on another."""
    provider = Provider()
    prompt = asked(seed=3, temperature=1.0)
    assert len({provider.answer(SWIFT, prompt).text for _ in range(20)}) > 3
    said = [provider.answer(SMALL, prompt).text for _ in range(20)]
    assert max(said.count(one) for one in said) >= 15


def test_the_fingerprint_is_the_version_s() -> None:
    """Each version has its own, and an answer carries it."""
    provider = Provider()
    prints = [provider.answer(one, "hi").fingerprint for one in cards() if "embed" not in one]
    assert len(set(prints)) == len(prints)
    provider.aliases["practice-small"] = "practice-small-2026-11-01"
    assert provider.answer("practice-small", "hi").card.version == "practice-small-2026-11-01"


@given(st.text(max_size=200), st.integers(1, 60), st.text(min_size=1, max_size=3))
@settings(max_examples=150, deadline=None)
def test_a_bounded_reply_is_a_beginning(text: str, most: int, stop: str) -> None:
    """It has at most so many tokens, no stop sequence, and its pieces are its text."""
    said = completion(text)
    shown = bounded(said, (stop,), most)
    assert text.startswith(shown.text)
    assert stop not in shown.text
    assert "".join(shown.pieces) == shown.text
    assert spoken(shown) <= most
    if shown.text != text:
        assert shown.finish_reason == "length" or text[len(shown.text) :].startswith(stop)


def test_a_cut_goes_through_reasoning_then_text_then_calls() -> None:
    """Each part gives what is left of the bound to the next."""
    said = replace(calling(), reasoning_tokens=5)
    assert spoken(said) == 5 + tokens.count("weather") + tokens.count('{"city": "Oslo"}')
    for most in range(1, spoken(said)):
        short = cut(said, most)
        assert spoken(short) <= most
        assert short.finish_reason == "length"
        assert short.reasoning_tokens == min(5, most)
    last = cut(said, spoken(said) - 1).tool_calls[0]
    assert '{"city": "Oslo"}'.startswith(last.arguments)
    with pytest.raises(ValueError):
        json.loads(last.arguments)


def test_a_window_that_is_too_small_is_an_error() -> None:
    """In process as on the wire."""
    with pytest.raises(ApiError) as err:
        Provider().answer(SWIFT, "word " * 33_000)
    assert (err.value.code, err.value.status) == ("context_length_exceeded", 400)
    with pytest.raises(ApiError) as err:
        Provider().answer("gpt-9", "hi")
    assert err.value.code == "model_not_found"


def test_the_rest_of_the_window_bounds_the_reply() -> None:
    """A prompt that nearly fills the window leaves so many tokens, and no more."""
    window = cards()[SWIFT].context_window
    text = "word " * (window - tokens.PER_MESSAGE - tokens.PER_REPLY - 3)
    answer = Provider().answer(SWIFT, text)
    assert answer.usage.prompt == window - 3
    assert answer.usage.completion <= 3


def test_the_cache_forgets_after_its_time() -> None:
    """A prefix is found within five minutes of its last use, and not later."""
    clock = VirtualClock(quiet=None)
    provider = Provider(clock=clock)
    system = Message("system", "Be exact and brief. " * 300)

    def cached(question: str) -> int:
        prompt = Prompt((system, Message("user", question)))
        return provider.answer(SMALL, prompt).usage.cached

    assert cached("one") == 0
    clock.advance(299)
    assert cached("two") > 1024
    clock.advance(299)
    assert cached("three") > 1024
    clock.advance(301)
    assert cached("four") == 0


def test_a_cached_prefix_is_the_longest_of_whole_blocks() -> None:
    """It begins at the card's minimum, and belongs to one version and key."""
    cache, card = PromptCache(), cards()[SMALL]
    common, size = "word " * 1500, 3000
    first, second = (asked(common + rest * 1400) for rest in ("left ", "right "))
    assert cache.read(card, first, size, 0.0) == (0, (2903 // BLOCK) * BLOCK)
    found, added = cache.read(card, second, size, 1.0)
    assert found == (1503 // BLOCK) * BLOCK
    assert found + added == (2903 // BLOCK) * BLOCK
    other = cards()["practice-small-2026-11-01"]
    assert cache.read(other, first, size, 2.0)[0] == 0
    assert cache.read(card, replace(first, cache_key="k"), size, 2.0)[0] == 0
    short = asked("word " * 900)
    assert cache.read(card, short, 906, 2.0) == (0, 0)


def test_the_cache_stays_small() -> None:
    """It drops the prefix that was not used for longest."""
    cache = PromptCache(keep=20)
    for number in range(30):
        cache.read(cards()[SMALL], asked(f"{number} " + "word " * 1500), 1510, float(number))
    assert len(cache) == 20


def test_cached_tokens_are_cheaper() -> None:
    """The price follows the dated list, with cached tokens at their own rate."""
    provider = Provider(clock=VirtualClock(quiet=None))
    first, second = (provider.answer(SMALL, "word " * 3000) for _ in range(2))
    assert second.usage.cached > 2800
    assert second.price < first.price
    assert second.price == price(SMALL, second.usage, provider.clock.now())


def test_cached_tokens_are_faster() -> None:
    """Only what is not cached is read before the first token."""
    card, draws = cards()[SMALL], Draws("pace")
    cold = _pace(card, Usage(prompt=20_000, completion=1), draws, 1.0)
    warm = _pace(card, Usage(prompt=20_000, completion=1, cached=19_968), draws, 1.0)
    empty = card["latency.first_median"]
    read = card["latency.per_1k_prompt"]
    ratio = (empty + 20 * read) / (empty + 0.032 * read)
    assert cold.first_token / warm.first_token == pytest.approx(ratio)
    assert cold.per_token == warm.per_token


def test_a_fault_of_behaviour_is_acted_out() -> None:
    """Each kind does to a completion what the catalogue says, and says so in `hidden`."""
    said = completion("It was built in 1934. It was closed in 1978.")
    length = acted_out(said, "length")
    assert length.finish_reason == "length"
    assert said.text.startswith(length.text)
    assert 0 < len(length.pieces) < len(said.pieces)
    assert acted_out(said, "filter").finish_reason == "content_filter"
    refusal = acted_out(said, "refusal")
    assert (refusal.refusal, refusal.text) == (SORRY, "")
    assert (acted_out(said, "empty").text, spoken(acted_out(said, "empty"))) == ("", 0)
    assert acted_out(said, "tool-json").text == said.text
    assert refusal.hidden["fault"] == "refusal"


def test_a_fault_of_a_call_breaks_its_arguments() -> None:
    """Not JSON, of the wrong type, or of a tool that does not exist."""
    with pytest.raises(ValueError):
        json.loads(acted_out(calling(), "tool-json").tool_calls[0].arguments)
    assert acted_out(calling(), "tool-type").tool_calls[0].arguments == '{"city": 42}'
    number = calling('{"city": 3}')
    assert acted_out(number, "tool-type").tool_calls[0].arguments == '{"city": "3"}'
    assert acted_out(calling(), "tool-unknown").tool_calls[0].name == "weather_v2"


def test_an_injection_changes_version_price_and_pace() -> None:
    """Another version answers, dearer and slower, and its fingerprint shows it."""
    plain = Provider().answer(SMALL, "hi")
    version = "practice-small-2026-11-01"
    injection = Injection(slow=10.0, version=version, price=Decimal(3))
    provider = Provider()
    other = provider.answer(SMALL, "hi", injection)
    assert other.card.version == version
    assert other.fingerprint != plain.fingerprint
    assert other.price == 3 * price(version, other.usage, provider.clock.now())
    slow = [Provider(seed).answer(SMALL, "hi", Injection(slow=10.0)) for seed in range(20)]
    fast = [Provider(seed).answer(SMALL, "hi") for seed in range(20)]
    assert [one.pace.first_token for one in slow] == pytest.approx(
        [10 * one.pace.first_token for one in fast]
    )
    cut_short = provider.answer(SMALL, "hi", Injection(fault=Fault("length")))
    assert cut_short.completions[0].finish_reason == "length"


def test_a_silent_change_keeps_the_name(serving: Any) -> None:
    """On the wire only the fingerprint tells, where a dated name was asked for."""
    practice = serving(faults="version(practice-small-2026-11-01)")
    create = practice.client.chat.completions.create
    reply = create(model=SMALL, messages=[{"role": "user", "content": "hi"}])
    assert reply.model == SMALL
    assert reply.system_fingerprint == cards()["practice-small-2026-11-01"].fingerprint


def test_usage_of_a_part_is_paid_in_part() -> None:
    """Reasoning is over before the first token and is paid whole."""
    provider = Provider()
    answer = provider.answer("practice-large", "Who are you?")
    usage, cost = provider.partial(answer, 2)
    assert usage.completion == answer.usage.reasoning + 2
    assert cost == price(answer.card.version, usage, provider.clock.now()) < answer.price
    assert provider.partial(answer, 10**6)[0] == answer.usage


def test_usage_adds_up_over_choices() -> None:
    """The prompt is paid once, each choice for itself."""
    answer = Provider().answer(SMALL, asked(n=4))
    assert answer.usage == Usage(
        prompt=tokens.count("Who are you?") + tokens.PER_MESSAGE + tokens.PER_REPLY,
        completion=sum(spoken(one) for one in answer.completions),
    )


def test_a_tool_s_declaration_is_in_the_prompt() -> None:
    """Tools cost prompt tokens, and may be the cached beginning."""
    tool = Tool("lookup", "Look a word up. " * 400, {"type": "object", "properties": {}})
    provider = Provider()
    counts = [
        provider.answer(SMALL, asked(text, tools=(tool,), tool_choice="none")).usage
        for text in ("one?", "two?")
    ]
    assert counts[0].prompt > 1024
    assert counts[1].cached >= 1024


NESTED: dict[str, Any] = {
    "type": "object",
    "properties": {"a": {"type": "array", "items": {"type": "object", "properties": {}}}},
    "required": ["a"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("schema", "strict", "fault"),
    [
        (None, False, "got 'type: \"None\"'"),
        ({"type": "object"}, False, ""),
        ({"type": "object"}, True, "'additionalProperties' is required"),
        (NESTED, False, ""),
        (NESTED, True, "In context=('properties', 'a', 'items'), 'additionalProperties'"),
        ({**NESTED, "properties": {}}, True, "Extra required key 'a' supplied"),
        ({**NESTED, "properties": {"a": {"type": "text"}}}, True, "'text' is not valid"),
        ({**NESTED, "properties": {"a": {}}}, True, "schema must have a 'type' key"),
        ({**NESTED, "properties": {"a": {"type": "array"}}}, True, "array schema missing items"),
        ({**NESTED, "allOf": []}, True, "'allOf' is not permitted"),
        ({**NESTED, "properties": {"a": {"anyOf": [{"type": "null"}]}}}, True, ""),
    ],
)
def test_a_strict_schema_is_checked(schema: Any, strict: bool, fault: str) -> None:
    """The first fault is named with its place, as the API names it."""
    found = fault_of(schema, strict)
    assert (found == "") == (fault == "")
    assert fault in found
