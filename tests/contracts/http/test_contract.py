"""What the description of the interface promises is what comes: every operation is called, every answer is compared."""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from bihuan.composition import Composition
from bihuan.installation import make_installation
from bihuan.repertoire import DEEDS
from bihuan.site import site
from services.enforcement import asks as enforcement
from services.intake import asks as intake
from shared.ledger.installation import Installation
from shared.runtime import problems
from shared.runtime.asking import envelope, strictly
from shared.runtime.contract import HEADERS
from tests.contracts.http.asked import SERVICES, Answered
from tests.contracts.http.every_answer import every_answer

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
BILINGUAL = re.compile(r"[\u4e00-\u9fff].* / .*[a-z]{2,}", re.DOTALL)


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], list[Answered]]:
    return every_answer(tmp_path_factory.mktemp("every") / "answer")


@pytest.fixture(scope="session")
def described(told: tuple[dict[str, Any], list[Answered]]) -> dict[str, Any]:
    return told[0]


@pytest.fixture(scope="session")
def answered(told: tuple[dict[str, Any], list[Answered]]) -> list[tuple[dict[str, Any], Answered]]:
    """Every answer, with the operation that it is of."""
    paths = {
        re.compile(re.sub(r"\{\w+\}", "[^/]+", path.replace(".", r"\."))): path
        for path in sorted(told[0]["paths"])
    }
    found = []
    for answer in told[1]:
        # An address without parameters comes first: /reports/batch is no report.
        fitting = [path for pattern, path in paths.items() if pattern.fullmatch(answer.path)]
        operation = told[0]["paths"][min(fitting, key=lambda path: path.count("{"))][answer.method]
        found.append((operation, answer))
    return found


@pytest.fixture(scope="session")
def closed(described: dict[str, Any]) -> dict[str, Any]:
    """The schemas as strict as they can be read: what they do not name may not be there.

    Of several shapes that their type tells apart only the one is tried, or comparing would take minutes.
    """
    components = copy.deepcopy(described["components"])
    for schema in parts(components["schemas"]):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    for schema in list(parts(components["schemas"])):
        if "discriminator" in schema:
            kinds = schema.pop("discriminator")["mapping"]
            assert {one["$ref"] for one in schema.pop("oneOf")} == set(kinds.values())
            schema |= {"required": ["type"], "properties": {"type": {"enum": list(kinds)}}}
            schema["allOf"] = [
                {"if": {"properties": {"type": {"const": kind}}}, "then": {"$ref": reference}}
                for kind, reference in kinds.items()
            ]
    return components


def parts(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, dict):
        yield document
        document = list(document.values())
    if isinstance(document, list):
        for one in document:
            yield from parts(one)


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for methods in document["paths"].values() for operation in methods.values()]


def wrongs(schema: dict[str, Any], components: dict[str, Any], value: Any) -> list[str]:
    """Where a value is not as its schema has it."""
    checker = Draft202012Validator(
        {**schema, "components": components}, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    return [f"{error.json_path}: {error.message[:300]}" for error in checker.iter_errors(value)]


def success(operation: dict[str, Any]) -> dict[str, Any]:
    [found] = [response for status, response in operation["responses"].items() if status.startswith("2")]
    return found


def test_every_operation_is_called_with_success(
    described: dict[str, Any], answered: list[tuple[dict[str, Any], Answered]]
) -> None:
    called = {operation["operationId"] for operation, answer in answered if answer.status < 300}
    assert {operation["operationId"] for operation in operations(described)} - called == set()


def test_every_answer_is_what_the_description_says(
    closed: dict[str, Any], answered: list[tuple[dict[str, Any], Answered]]
) -> None:
    wrong: dict[str, list[str]] = defaultdict(list)
    for operation, answer in answered:
        response, name = operation["responses"].get(str(answer.status)), operation["operationId"]
        if response is None or answer.media_type not in response["content"]:
            wrong[name].append(f"{answer.status} {answer.media_type} is not described")
            continue
        if "json" in answer.media_type:
            schema = response["content"][answer.media_type]["schema"]
            wrong[name] += wrongs(schema, closed, answer.body)
    assert {name: found for name, found in wrong.items() if found} == {}


def test_every_header_that_callers_rely_on_is_described_and_there(
    described: dict[str, Any], answered: list[tuple[dict[str, Any], Answered]]
) -> None:
    wrong = []
    for operation, answer in answered:
        promised = operation["responses"][str(answer.status)]["headers"]
        assert set(promised) <= set(described["components"]["headers"])
        for name, header in HEADERS.items():
            value = answer.headers.get(name.lower())
            if (value is not None and name not in promised) or (
                value is None and name in promised and header.get("required")
            ):
                wrong.append((operation["operationId"], answer.status, name))
            elif value is not None and wrongs(dict(header["schema"]), {}, value):
                wrong.append((operation["operationId"], name, value))
    assert wrong == []


def test_a_problem_has_the_shape_of_every_problem(answered: list[tuple[dict[str, Any], Answered]]) -> None:
    strict = copy.deepcopy(dict(problems.SCHEMA))
    for schema in parts(strict):
        if "properties" in schema:
            schema["additionalProperties"] = False
    refused = [answer for _, answer in answered if answer.status >= 400]
    assert {answer.status for answer in refused} >= {401, 403, 404, 409, 410, 422}
    assert [(a.path, found) for a in refused if (found := wrongs(strict, {}, a.body))] == []


def test_a_member_that_is_not_described_would_be_noticed(
    closed: dict[str, Any], answered: list[tuple[dict[str, Any], Answered]]
) -> None:
    operation, answer = next((o, a) for o, a in answered if o["operationId"] == "verify_hazard")
    body, schema = answer.body, success(operation)["content"]["application/json"]["schema"]
    assert wrongs(schema, closed, body) == []
    del body["facts"][0]["data"]["note"]
    assert wrongs(schema, closed, body | {"more": 1})


def test_every_example_of_what_is_asked_is_taken_by_its_schema(
    described: dict[str, Any], closed: dict[str, Any]
) -> None:
    wrong = {}
    for operation in operations(described):
        contents = operation.get("requestBody", {}).get("content", {})
        for asked in (contents[media] for media in (JSON, FORM) if media in contents):
            found = (
                wrongs(asked["schema"], closed, asked["example"]) if "example" in asked else ["no example"]
            )
            wrong |= {operation["operationId"]: found} if found else {}
    assert wrong == {}


def test_every_example_of_what_is_asked_is_taken_by_its_model(described: dict[str, Any]) -> None:
    models = {name: envelope(deed.ask) for name, deed in DEEDS.items()} | {
        "report_one": strictly(intake.Report),
        "report_many": strictly(intake.Batch),
        "open_sealed": strictly(intake.OpenSealed),
        "forget_person": envelope(intake.ForgetPerson),
        "open_party_of_case": strictly(enforcement.OpenParty),
        "open_party_of_source": strictly(enforcement.OpenParty),
    }
    asked = {
        operation["operationId"]: content["example"]
        for operation in operations(described)
        if (content := operation.get("requestBody", {}).get("content", {}).get("application/json"))
    }
    assert set(asked) == set(models)
    for name, example in asked.items():
        models[name].model_validate(example)


def test_every_example_of_an_answer_is_one(described: dict[str, Any], closed: dict[str, Any]) -> None:
    wrong = {}
    for operation in operations(described):
        told = success(operation)["content"].get("application/json")
        if told is not None:
            found = wrongs(told["schema"], closed, told["example"]) if "example" in told else ["no example"]
            wrong |= {operation["operationId"]: found} if found else {}
    assert wrong == {}


def test_operations_are_named_for_what_they_do(described: dict[str, Any]) -> None:
    names = [operation["operationId"] for operation in operations(described)]
    # Two of one name would be told apart by their modules.
    assert [
        name
        for name in described["components"]["schemas"]
        if not re.fullmatch(r"[A-Z]\w*[a-z]", name) or "__" in name
    ] == []
    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name)] == []
    tags = {tag["name"]: tag["description"] for tag in described["tags"]}
    assert all(BILINGUAL.search(words) for words in tags.values())
    assert {tag for operation in operations(described) for tag in operation["tags"]} == set(tags)
    assert all(len(operation["tags"]) == 1 for operation in operations(described))


def test_who_may_ask_is_a_person_a_channel_or_whoever_has_the_number(described: dict[str, Any]) -> None:
    schemes = described["components"]["securitySchemes"]
    assert all(BILINGUAL.search(scheme["description"]) for scheme in schemes.values())
    asked_by: dict[str, set[str]] = defaultdict(set)
    for operation in operations(described):
        [who] = operation["security"] or [{"nobody": []}]
        asked_by[next(iter(who))].add(operation["operationId"])
    assert asked_by["channel"] == {"report_one", "report_many", "upload_attachment", "make_request"}
    # Discovery and the services are for everybody; a report is seen by whoever has its number.
    assert asked_by["nobody"] == {
        "look_by_tracking", "open_discovery", "list_services", "define_service", "look_at_request",
        "look_at_requests",
    }  # fmt: skip
    assert set(asked_by) == {"person", "channel", "nobody"}
    assert set(schemes) == {"person", "channel"}


def test_every_member_of_an_answer_says_in_both_languages_what_it_is(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    reached: set[str] = set()
    waiting = [
        reference
        for operation in operations(described)
        for response in operation["responses"].values()
        for part in parts(response)
        if (reference := part.get("$ref", "")).startswith("#/components/schemas/")
    ]
    while waiting:
        name = waiting.pop().rpartition("/")[2]
        if name not in reached:
            reached.add(name)
            waiting += [part["$ref"] for part in parts(schemas[name]) if isinstance(part.get("$ref"), str)]
    unsaid = [
        (name, member)
        for name in sorted(reached)
        for member, schema in schemas[name].get("properties", {}).items()
        if not BILINGUAL.search(schema.get("description", ""))
    ]
    assert unsaid == []
    assert [
        n
        for n in sorted(reached)
        if "properties" in schemas[n] and not BILINGUAL.search(schemas[n]["description"])
    ] == []


@pytest.mark.parametrize("service", SERVICES)
def test_the_description_of_each_service_is_valid_openapi(
    tmp_path_factory: pytest.TempPathFactory, service: str
) -> None:
    home = tmp_path_factory.mktemp("home")
    house = Composition(make_installation(home, Installation.DEMONSTRATION, ("t-1",)))
    document = site(house, (service,)).openapi()
    house.close()
    validate(document)
    assert re.fullmatch(r"\d+\.\d+\.\d+", document["info"]["version"])
    assert document["info"]["title"]
