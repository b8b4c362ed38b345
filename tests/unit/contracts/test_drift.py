"""What others build against is what the code says, and nothing that they were told is broken."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bihuan.contracts import asyncapi, events
from bihuan.contracts.__main__ import REFUSED, write
from bihuan.contracts.generating import SCENARIOS, Generated, generate, told
from bihuan.parts.places import PROJECT
from shared.bus.broker import TOPIC
from shared.bus.cloudevents import message
from shared.ledger.leaf import leaf
from shared.ledger.port import StoredFact
from shared.runtime.law_files import load_law
from shared.vocabulary.fact import CATALOGUE
from tests.fakes.schemas import fits, is_schema

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ORDER_SERVED = "docs/contracts/events/order.served.v1.json"


@pytest.fixture(scope="module")
def made() -> Generated:
    return generate(PROJECT, load_law())


def test_every_generated_file_is_as_the_code_would_write_it(made: Generated) -> None:
    stale = [
        path
        for path, text in made.files.items()
        if not (PROJECT / path).exists() or (PROJECT / path).read_bytes() != text.encode()
    ]
    assert stale + list(made.gone) == [], "run: make contracts"


def test_what_is_generated_can_be_read_by_people_and_by_diff(made: Generated) -> None:
    for path, text in made.files.items():
        assert text.endswith("\n") and "\\u" not in text and "\r" not in text, path
        if path.startswith("docs/contracts/") and path.endswith(".json"):
            again = json.dumps(json.loads(text), ensure_ascii=False, indent=2, sort_keys=True)
            assert text == f"{again}\n", path


def test_every_kind_of_fact_has_a_schema_with_a_title_a_meaning_and_an_example(made: Generated) -> None:
    for name in CATALOGUE:
        schema = json.loads(made.files[f"{events.FOLDER}/{name}.json"])
        assert not schema["title"].isascii() and "{" not in schema["title"]
        assert schema["description"]
        is_schema(schema)
        fits(schema, schema["examples"][0])


def test_the_topic_names_every_kind_of_fact_and_refers_to_its_schema(made: Generated) -> None:
    topic = json.loads(made.files[asyncapi.FILE])
    assert topic["channels"]["facts"]["address"] == TOPIC
    assert set(topic["channels"]["facts"]["messages"]) == set(CATALOGUE)
    for name, said in topic["components"]["messages"].items():
        referred = said["payload"]["schema"]["$ref"]
        target = (PROJECT / asyncapi.FILE).parent / referred
        assert json.loads(target.read_text("utf-8"))["properties"]["type"]["const"] == name


def test_the_headers_described_are_those_that_are_sent(made: Generated) -> None:
    body = b'{"type":"order.served.v1"}'
    fact = StoredFact(
        "t-1", 7, "order/a", 2, "order.served.v1", AT, body, leaf("t-1", 7, "order/a", 2, 0, body)
    )
    sent = {name: value.decode() for name, value in message(fact).headers}
    schema = json.loads(made.files[asyncapi.FILE])["components"]["schemas"]["headers"]
    fits(schema, sent)
    assert set(schema["required"]) == set(sent) == set(schema["properties"]) - {"ce_traceparent"}


TEXT = {"type": "string"}
DATA = ("properties", "data", "properties")
MODES = ("$defs", "ServiceMode", "enum")
SHIPPED = ["direct", "leave", "email", "post", "public_notice"]


def before(*where: str, was: Any) -> dict[str, str]:
    """The schema of a served order as it might have been, different in one place; None: not there."""
    schema = json.loads((PROJECT / ORDER_SERVED).read_text("utf-8"))
    part = schema
    for step in where[:-1]:
        part = part[step]
    part[where[-1]] = was
    if was is None:
        del part[where[-1]]
    return {ORDER_SERVED: json.dumps(schema)}


@pytest.mark.parametrize(
    ("where", "was", "said"),
    [
        ((*DATA, "witness"), TEXT, "member witness was removed"),
        (("properties", "data", "required"), ["order", "how", "terms"], "member receipt is newly required"),
        ((*DATA, "receipt"), {"type": "integer"}, "type changed"),
        ((*DATA, "receipt"), {"type": ["string", "null"]}, "type changed"),
        (("properties", "reason"), TEXT, "type changed"),
        (MODES, [*SHIPPED, "fax"], 'value "fax" was removed'),
    ],
)
def test_a_schema_that_breaks_what_was_told_is_refused(
    made: Generated, where: tuple[str, ...], was: Any, said: str
) -> None:
    [(path, found)] = events.unfit(before(*where, was=was), made.files).items()
    assert path == ORDER_SERVED
    assert [said in one.told()[1] for one in found] == [True]


@pytest.mark.parametrize(
    ("where", "was"), [(MODES, SHIPPED[:-1]), (("properties", "reason"), None), (("title",), "其他")]
)
def test_a_new_value_a_new_optional_member_and_other_words_break_nothing(
    made: Generated, where: tuple[str, ...], was: Any
) -> None:
    assert events.unfit(before(*where, was=was), made.files) == {}


def test_a_kind_of_fact_that_is_no_more_is_refused(made: Generated) -> None:
    there = {f"{events.FOLDER}/order.burnt.v1.json": (PROJECT / ORDER_SERVED).read_text("utf-8")}
    assert list(events.unfit(there, made.files)) == list(there)


def test_a_refusal_writes_nothing_and_names_the_way(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("docs/contracts/events", "tests/corpus", SCENARIOS):
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    shutil.copy(PROJECT / "Makefile", tmp_path)
    with_fax = before(*MODES, was=[*SHIPPED, "fax"])[ORDER_SERVED]
    (tmp_path / ORDER_SERVED).write_text(with_fax, "utf-8")
    there = told(tmp_path, events.FOLDER)
    assert write(tmp_path) == REFUSED
    said = capsys.readouterr().err
    assert ORDER_SERVED in said and "去掉了可选值" in said and "was removed" in said and ".v2" in said
    assert told(tmp_path, events.FOLDER) == there
    assert not (tmp_path / asyncapi.FILE).exists()
    shutil.copy(PROJECT / ORDER_SERVED, tmp_path / ORDER_SERVED)
    assert write(tmp_path) == 0
    assert (tmp_path / asyncapi.FILE).read_bytes() == (PROJECT / asyncapi.FILE).read_bytes()
