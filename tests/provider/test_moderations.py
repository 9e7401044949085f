"""/v1/moderations through the SDK."""

from __future__ import annotations

import pytest
from openai.types import Moderation

from autograder.provider.wire.moderations import FLOOR, LEXICON, THRESHOLD, scores
from tests.provider.conftest import Practice


def test_every_term_scores_its_weight() -> None:
    """A text with one term has that weight or more in the term's category, and FLOOR without."""
    for category, terms in LEXICON.items():
        for term, weight in terms.items():
            assert scores(f"They said: {term}.")[category] >= round(weight, 6)
    assert set(scores("The relay is numbered 41.").values()) == {FLOOR}


def test_terms_add_up_as_published() -> None:
    """Two terms of a category score 1 - (1 - a)(1 - b)."""
    a, b = LEXICON["harassment"]["idiot"], LEXICON["harassment"]["loser"]
    assert scores("You idiot, you loser!")["harassment"] == round(1 - (1 - a) * (1 - b), 6)


@pytest.mark.parametrize("text", ["a skilled worker", "The overkill of it", "unmurdered"])
def test_a_term_counts_at_the_beginning_of_a_word(text: str) -> None:
    """A term inside a word is not that term."""
    assert set(scores(text).values()) == {FLOOR}


def test_it_cannot_tell_a_quotation() -> None:
    """The published weakness of a word list: a report of violence is scored as violence."""
    assert scores("The article is about how to prevent murder.")["violence"] >= THRESHOLD


def test_a_list_gets_a_result_for_each_text(practice: Practice) -> None:
    """In order, with flags where a score reaches the threshold."""
    made = practice.client.moderations.create(input=["Good morning.", "I will murder you."])
    assert [one.flagged for one in made.results] == [False, True]
    assert made.results[1].categories.violence
    assert made.results[1].category_scores.violence == LEXICON["violence"]["murder"]
    assert made.model.startswith("practice-moderation-20")


def test_the_parts_of_a_multimodal_input_are_one(practice: Practice) -> None:
    """One result, and it says which categories were looked for in which part."""
    made = practice.client.moderations.create(
        input=[
            {"type": "text", "text": "I will murder you."},
            {"type": "image_url", "image_url": {"url": "https://example.org/cat.png"}},
        ]
    )
    (result,) = made.results
    assert result.flagged
    assert result.category_applied_input_types.violence == ["text", "image"]
    assert result.category_applied_input_types.hate == ["text"]


def test_every_category_of_the_sdk_is_there(practice: Practice) -> None:
    """What leaves passes the strict validation of the SDK's type, and no category is missing."""
    answer = practice.http.post("/moderations", json={"input": "Good morning."}).json()
    result = Moderation.model_validate(answer["results"][0], strict=True)
    assert None not in result.categories.to_dict().values()
    assert set(result.categories.to_dict()) == set(LEXICON)


@pytest.mark.parametrize(
    ("body", "status", "param"),
    [
        ({}, 400, "input"),
        ({"input": []}, 400, "input"),
        ({"input": 7}, 400, "input"),
        ({"input": "a", "model": "text-moderation-9"}, 404, None),
        ({"input": [{"type": "audio", "audio": "x"}]}, 400, "input[0].type"),
    ],
)
def test_bad_input_is_refused(
    practice: Practice, body: dict[str, object], status: int, param: str | None
) -> None:
    """Status and param say what is wrong."""
    answer = practice.http.post("/moderations", json=body)
    assert (answer.status_code, answer.json()["error"]["param"]) == (status, param)
