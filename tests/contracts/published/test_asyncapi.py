"""The description of the topic is AsyncAPI 3.0 by the schema of those who made AsyncAPI."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft7Validator

from bihuan.contracts import asyncapi
from bihuan.parts.asyncapi import cached_asyncapi
from bihuan.parts.places import PROJECT


@pytest.fixture(scope="module")
def official() -> Draft7Validator:
    """The schema; these tests fail without it."""
    found = cached_asyncapi()
    if found is None:
        pytest.fail("缺少 AsyncAPI / missing AsyncAPI; 补救 / to mend: make parts", pytrace=False)
    return Draft7Validator(json.loads(found.read_text("utf-8")))


@pytest.fixture
def topic() -> Any:
    return json.loads((PROJECT / asyncapi.FILE).read_text("utf-8"))


def test_the_topic_is_described_as_asyncapi_says(official: Draft7Validator, topic: Any) -> None:
    assert [error.message for error in official.iter_errors(topic)] == []


@pytest.mark.parametrize(
    ("where", "key", "value"),
    [
        ([], "asyncapi", "2.6.0"),
        (["info"], "version", None),
        (["channels", "facts"], "adress", "facts"),
        (["operations", "publish"], "action", "publish"),
        (["components", "messages", "order.served.v1"], "payloads", {}),
        (["components", "messages", "order.served.v1", "bindings", "kafka"], "bindingVersion", "9"),
    ],
)
def test_what_asyncapi_does_not_know_is_found(
    official: Draft7Validator, topic: Any, where: list[str], key: str, value: Any
) -> None:
    part = topic
    for step in where:
        part = part[step]
    part[key] = value
    assert not official.is_valid(topic)
