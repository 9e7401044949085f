"""The OpenAPI document names what is served, and nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.routing import BaseRoute, Route

from autograder.provider.engine import Provider
from autograder.provider.wire import (
    batches,
    chat,
    embeddings,
    files,
    models,
    moderations,
    responses,
)
from autograder.provider.wire.description import described
from autograder.provider.wire.operations import OPERATIONS

RESOURCES = (batches, chat, embeddings, files, models, moderations, responses)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    provider = Provider()
    return described(tuple(sorted({*provider.cards, *provider.aliases})))


def served(routes: list[BaseRoute]) -> set[tuple[str, str]]:
    return {
        (method.lower(), route.path)
        for route in routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }


def test_every_route_is_described_and_nothing_else() -> None:
    """The routes of the API and the operations of the document are the same set."""
    provider = Provider()
    routes = [route for resource in RESOURCES for route in resource.routes(provider)]
    assert {(one.method, one.path) for one in OPERATIONS} == served(routes)


def test_every_reference_leads_to_a_schema(document: dict[str, Any]) -> None:
    """No `$ref` of the document points to a schema that is not there."""
    named = set(re.findall(r"'\$ref': '#/components/schemas/([^']+)'", repr(document)))
    assert named - set(document["components"]["schemas"]) == set()


def test_links_lead_to_operations_with_that_parameter(document: dict[str, Any]) -> None:
    """Each link names an operation, and the id goes to the parameter of its path."""
    by_name = {one.name: one for one in OPERATIONS}
    links = [
        (name, link)
        for path in document["paths"].values()
        for operation in path.values()
        for name, link in operation["responses"]["200"].get("links", {}).items()
    ]
    assert links
    for name, link in links:
        assert link["parameters"] == {by_name[name].parameter: "$response.body#/id"}


def test_the_models_that_a_request_may_name_are_the_providers(document: dict[str, Any]) -> None:
    """A request's `model` is one of the versions and aliases."""
    provider = Provider()
    names = document["components"]["schemas"]["ChatRequest"]["properties"]["model"]["enum"]
    assert set(names) == {*provider.cards, *provider.aliases}
