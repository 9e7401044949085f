"""/v1/models."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from openai.types import Model

from autograder.provider.card import aliases, cards


def test_every_model_and_alias_is_listed(practice: Any) -> None:
    """The list has each version and each undated name, as the SDK's type has it."""
    reply = practice.http.get("/models").json()
    assert [one["id"] for one in reply["data"]] == [*aliases(), *cards()]
    for one in reply["data"]:
        assert Model.model_validate(one).model_dump(exclude_unset=True) == one
        assert Model.model_validate(one).model_extra == {}


def test_one_model_is_shown(practice: Any) -> None:
    """Under its version and under its alias, with the time of its release."""
    version = aliases()["practice-small"]
    by_name = practice.client.models.retrieve("practice-small")
    by_version = practice.client.models.retrieve(version)
    assert (by_name.id, by_version.id) == ("practice-small", version)
    assert by_name.created == by_version.created == 1_785_542_400  # 2026-08-01
    assert by_name.owned_by == "practice"


def test_an_unknown_model_is_not_found(practice: Any) -> None:
    """404 with the API's code and param."""
    with pytest.raises(openai.NotFoundError, match="The model 'gpt-9' does not exist") as err:
        practice.client.models.retrieve("gpt-9")
    assert (err.value.code, err.value.param) == ("model_not_found", "model")


def test_only_a_tuned_model_can_be_deleted(practice: Any) -> None:
    """403 for a published one; a tuned one's name is gone after it."""
    with pytest.raises(openai.PermissionDeniedError):
        practice.client.models.delete("practice-small")
    practice.provider.aliases["ft:small"] = aliases()["practice-small"]
    assert practice.client.models.delete("ft:small").deleted is True
    with pytest.raises(openai.NotFoundError):
        practice.client.models.retrieve("ft:small")
