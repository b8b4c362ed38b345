"""Every body that was ever stored can still be read, byte for byte, by this version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from jsonschema import ValidationError

from bihuan.contracts import corpus, events
from bihuan.parts.places import PROJECT
from shared.vocabulary.fact import CATALOGUE
from shared.wire.canonical import canonical
from shared.wire.codec import decode, encode
from tests.fakes.schemas import fits

CORPUS = corpus.read(PROJECT)
LINES = [
    pytest.param(name, body, id=f"{name}-{n}")
    for name, bodies in CORPUS.items()
    for n, body in enumerate(bodies)
]


def known_then(before: Any, now: Any) -> Any:
    """What is now, without the members that were not there before: they came later, with a default."""
    match before, now:
        case dict(), dict():
            return {name: known_then(below, now[name]) for name, below in before.items() if name in now}
        case list(), list() if len(before) == len(now):
            return [known_then(*each) for each in zip(before, now, strict=True)]
        case _:
            return now


@pytest.mark.parametrize(("name", "body"), LINES)
def test_a_stored_body_is_read_and_written_again_to_the_byte(name: str, body: bytes) -> None:
    fact, context = decode(body)
    assert (fact.TYPE, type(fact)) == (name, CATALOGUE[name])
    again = json.loads(encode(fact, context))
    assert canonical(known_then(json.loads(body), again)) == body


@pytest.mark.parametrize(("name", "body"), LINES)
def test_a_stored_body_fits_its_schema(name: str, body: bytes) -> None:
    fits(schema_of(name), json.loads(body))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"effective": "2026-03-02 09:30"}, "date-time"),
        ({"type": "order.served.v1"}, "was expected"),
        ({"actors": None}, "not of type"),
    ],
)
def test_a_body_that_was_never_stored_does_not_fit(change: Mapping[str, Any], said: str) -> None:
    stored = json.loads(CORPUS["hazard.closed.v1"][0])
    with pytest.raises(ValidationError, match=said):
        fits(schema_of("hazard.closed.v1"), {**stored, **change})


def test_every_kind_of_fact_has_stored_bodies_and_every_stored_body_a_kind() -> None:
    assert set(CORPUS) == set(CATALOGUE)
    assert all(len(bodies) >= 1 for bodies in CORPUS.values())


def test_no_line_that_was_ever_there_is_gone_and_none_is_unlisted() -> None:
    listed = dict(line.split("  ") for line in (PROJECT / corpus.MANIFEST).read_text("utf-8").splitlines())
    there = {corpus.digest(body): name for name, bodies in CORPUS.items() for body in bodies}
    assert there == listed


def test_lines_are_added_for_new_kinds_alone_and_what_was_listed_stays_listed() -> None:
    kept = {name: bodies for name, bodies in CORPUS.items() if name != "person.left.v1"}
    grown = corpus.grown(kept, CATALOGUE, lambda: [("hazard.closed.v1", b'{"another":1}')])
    assert {name: grown[name] for name in kept} == kept
    [built] = grown["person.left.v1"]
    assert decode(built)[0].TYPE == "person.left.v1"
    files = corpus.files(grown, f"{'0' * 64}  order.burnt.v1\n")
    assert f"{'0' * 64}  order.burnt.v1\n" in files[corpus.MANIFEST]
    assert corpus.digest(built) in files[corpus.MANIFEST]


def test_of_many_bodies_few_small_ones_are_kept_that_differ() -> None:
    short, long = (canonical({"data": {"note": note}}) for note in ("已整改", "已整改,现场无人"))
    other = canonical({"data": {"how": "post", "note": "已整改"}})
    assert corpus.chosen([long, other, short]) == (short, other)


def schema_of(name: str) -> Any:
    """The schema that is published."""
    return json.loads((PROJECT / f"{events.FOLDER}/{name}.json").read_text("utf-8"))
