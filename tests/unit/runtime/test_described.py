"""Whoever calls an interface finds every operation, parameter and refusal described, in Chinese and in English."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bihuan.contracts import interfaces
from bihuan.contracts.interfaces import SERVICES
from shared.runtime import problems
from shared.runtime.law_files import load_law

CHINESE, ENGLISH = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{2,}")


@pytest.fixture(scope="module")
def described() -> dict[str, dict[str, Any]]:
    """The description of each service's own application."""
    made = interfaces.files(interfaces.described(load_law()))
    return {service: json.loads(made[f"{interfaces.FOLDER}/{service}.json"]) for service in SERVICES}


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def bilingual(text: str | None) -> bool:
    return bool(text and CHINESE.search(text) and ENGLISH.search(text))


def choices(schema: dict[str, Any], document: dict[str, Any]) -> list[Any]:
    """The closed set of a schema's values, wherever it is written; empty when it is open."""
    if "$ref" in schema:
        return choices(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document)
    return schema.get("enum") or [c for one in schema.get("anyOf", ()) for c in choices(one, document)]


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_says_in_both_languages_what_it_does(
    described: dict[str, dict[str, Any]], service: str
) -> None:
    found = dict(operations(described[service]))
    assert found
    assert [name for name, operation in found.items() if not bilingual(operation.get("summary"))] == []
    described_but_not_in_both = [
        n for n, o in found.items() if "description" in o and not bilingual(o["description"])
    ]
    assert described_but_not_in_both == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_parameter_says_in_both_languages_what_it_is(
    described: dict[str, dict[str, Any]], service: str
) -> None:
    unsaid = [
        (name, parameter["name"])
        for name, operation in operations(described[service])
        for parameter in operation.get("parameters", ())
        if not bilingual(parameter.get("description"))
    ]
    assert unsaid == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_field_of_a_body_says_in_both_languages_what_it_is(
    described: dict[str, dict[str, Any]], service: str
) -> None:
    schemas = described[service].get("components", {}).get("schemas", {})
    asked = {
        body["schema"]["$ref"].rpartition("/")[2]
        for _, operation in operations(described[service])
        for body in operation.get("requestBody", {}).get("content", {}).values()
        if "$ref" in body["schema"]
    }
    unsaid = [
        (name, field)
        for name in asked
        for field, schema in schemas[name]["properties"].items()
        if not bilingual(schema.get("description"))
    ]
    assert unsaid == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_names_the_refusals_and_their_shape(
    described: dict[str, dict[str, Any]], service: str
) -> None:
    for name, operation in operations(described[service]):
        if "default" in operation["responses"]:  # a foreign standard's, which has one shape for all of them
            response = operation["responses"]["default"]
            shape = {"type": "array", "items": {"$ref": "#/components/schemas/Open311Error"}}
            assert bilingual(response["description"]), name
            assert response["content"]["application/json"]["schema"] == shape, name
            continue
        for status in map(str, {*problems.STATUS.values(), 401, 500}):
            response = operation["responses"][status]
            assert bilingual(response["description"]), (name, status)
            schema = response["content"][problems.MEDIA_TYPE]["schema"]
            assert schema == {"$ref": "#/components/schemas/Problem"}, (name, status)
    assert described[service]["components"]["schemas"]["Problem"] == problems.SCHEMA


def test_what_can_only_be_one_of_some_values_lists_them(described: dict[str, dict[str, Any]]) -> None:
    document = described["oversight"]
    closed = {
        parameter["name"]: choices(parameter["schema"], document)
        for _, operation in operations(document)
        for parameter in operation.get("parameters", ())
    }
    rows = load_law().rulebook.rows
    assert closed["row"] == sorted(row.id for row in rows)
    assert closed["role"] == sorted({role for row in rows for role in row.answerable})
    for name, some in {
        "stage": "under_order",
        "grade": "major",
        "bearer": "agency",
        "lang": "zh",
        "kind": "hazard",
    }.items():
        assert some in closed[name]


def test_an_act_says_who_may_do_it_and_on_what_basis(described: dict[str, dict[str, Any]]) -> None:
    act = described["rectification"]["paths"]["/hazards/{thing}/verify_hazard"]["post"]
    assert act["summary"] == "核查隐患 Verify hazard"
    assert "岗位:enforcement_officer;须2名不同的执法人员" in act["description"]
    assert load_law().acts["verify_hazard"].basis in act["description"]
