"""A schema takes another's place only if what was accepted, or what was promised, still holds."""

from __future__ import annotations

from typing import Any

import pytest

from bihuan.contracts.compatibility import Break, Direction, Kind, breaks

READ, WRITE = Direction.READ, Direction.WRITE
TEXT, NUMBER, NOTHING = {"type": "string"}, {"type": "integer"}, {"type": "null"}


def thing(members: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members, "required": list(required), **more}


def kinds(old: Any, new: Any, direction: Direction) -> list[tuple[str, Kind]]:
    return [(one.at, one.kind) for one in breaks(old, new, direction)]


# (old, new, what breaks for what we read, what breaks for what we write)
CHANGES = [
    pytest.param(thing({"a": TEXT}), thing({"a": TEXT, "b": TEXT}), [], [], id="a new optional member"),
    pytest.param(
        thing({"a": TEXT}), thing({"a": TEXT, "b": TEXT}, "b"), [("", Kind.REQUIRED)], [], id="a new required member"
    ),
    pytest.param(
        thing({"a": TEXT}, "a"), thing({"a": TEXT}), [], [("", Kind.REQUIRED)], id="a member no longer required"
    ),
    pytest.param(
        thing({"a": TEXT, "b": TEXT}), thing({"a": TEXT}), [("", Kind.MEMBER)], [("", Kind.MEMBER)], id="a member removed"
    ),
    pytest.param(
        thing({"a": TEXT}), thing({"a": NUMBER}), [("/a", Kind.TYPE)], [("/a", Kind.TYPE)], id="another type"
    ),
    pytest.param(
        {"anyOf": [TEXT, NOTHING]}, TEXT, [("", Kind.TYPE)], [], id="null no longer taken"
    ),
    pytest.param(TEXT, {"type": ["string", "null"]}, [], [("", Kind.TYPE)], id="null taken besides"),
    pytest.param(NUMBER, {"type": "number"}, [], [("", Kind.TYPE)], id="fractions besides integers"),
    pytest.param({"enum": ["a", "b"]}, {"enum": ["a"]}, [("", Kind.VALUES)], [], id="a value removed"),
    pytest.param({"enum": ["a"]}, {"enum": ["a", "b"]}, [], [("", Kind.VALUES)], id="a value added"),
    pytest.param({"const": "a"}, {"const": "b"}, [("", Kind.VALUES)], [("", Kind.VALUES)], id="another constant"),
    pytest.param(TEXT, {"type": "string", "enum": ["a"]}, [("", Kind.VALUES)], [], id="free text becomes a choice"),
    pytest.param({"maxLength": 9}, {"maxLength": 8}, [("", Kind.BOUND)], [], id="an upper bound lowered"),
    pytest.param({"minimum": 1}, {"minimum": 0}, [], [("", Kind.BOUND)], id="a lower bound lowered"),
    pytest.param({}, {"minItems": 1}, [("", Kind.BOUND)], [], id="a bound where there was none"),
    pytest.param(
        {"pattern": "a"}, {"pattern": "b"}, [("", Kind.BOUND)], [("", Kind.BOUND)], id="another pattern"
    ),
    pytest.param({"uniqueItems": True}, {"uniqueItems": False}, [], [("", Kind.BOUND)], id="repetitions allowed"),
    pytest.param(
        {"type": "string", "format": "date"}, TEXT, [], [("", Kind.TYPE)], id="a date becomes any text"
    ),
    pytest.param(
        {"type": "array", "items": TEXT}, {"type": "array", "items": NUMBER},
        [("/*", Kind.TYPE)], [("/*", Kind.TYPE)], id="entries of another type",
    ),
    pytest.param(
        thing({"a": TEXT}), thing({"a": TEXT}, additionalProperties=False), [("", Kind.CLOSED)], [],
        id="unnamed members no longer accepted",
    ),
    pytest.param(
        thing({"a": TEXT}, additionalProperties=False), thing({"a": TEXT, "b": TEXT}, additionalProperties=False),
        [], [("", Kind.CLOSED)], id="a member where it was said that there were no others",
    ),
    pytest.param(
        {"additionalProperties": TEXT}, {"additionalProperties": NUMBER},
        [("/*", Kind.TYPE)], [("/*", Kind.TYPE)], id="unnamed members of another type",
    ),
    pytest.param(
        thing({"a": {**TEXT, "default": ""}}), thing({"a": {**TEXT, "default": "x"}}),
        [("/a", Kind.DEFAULT)], [("/a", Kind.DEFAULT)], id="another default",
    ),
    pytest.param(
        {"if": {}}, {"if": {"minimum": 1}}, [("", Kind.OTHER)], [("", Kind.OTHER)], id="a keyword that is not understood"
    ),
    pytest.param({"title": "a", "x-b": 1}, {"title": "c", "x-b": 2}, [], [], id="other words"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "read", "written"), CHANGES)
def test_a_change_breaks_what_it_breaks_and_nothing_else(
    old: Any, new: Any, read: list[tuple[str, Kind]], written: list[tuple[str, Kind]]
) -> None:
    assert (kinds(old, new, READ), kinds(old, new, WRITE)) == (read, written)
    assert kinds(old, old, READ) == kinds(new, new, WRITE) == []


@pytest.mark.parametrize(("old", "new", "read", "written"), CHANGES)
def test_what_may_be_read_anew_is_what_may_be_written_the_other_way_round(
    old: Any, new: Any, read: list[tuple[str, Kind]], written: list[tuple[str, Kind]]
) -> None:
    # A removed member has no mirror image: it is lost in both directions.
    if Kind.MEMBER not in {kind for _, kind in read} and set(old.get("properties", ())) == set(
        new.get("properties", ())
    ):
        assert kinds(new, old, WRITE) == read
        assert kinds(new, old, READ) == written


def test_references_are_followed_each_in_its_own_document() -> None:
    old = {"$ref": "#/components/schemas/Old~1er"}
    new = {"$ref": "#/$defs/New"}
    old_in = {"components": {"schemas": {"Old/er": {"enum": ["a", "b"]}}}}
    [found] = breaks(old, new, READ, old_in=old_in, new_in={"$defs": {"New": {"enum": ["a"]}}})
    assert (found.at, found.kind, found.what) == ("", Kind.VALUES, '"b"')


def test_a_schema_that_contains_itself_is_compared_once() -> None:
    def tree(leaf: Any) -> dict[str, Any]:
        below = {"type": "array", "items": {"$ref": "#/$defs/tree"}}
        return {"$ref": "#/$defs/tree", "$defs": {"tree": thing({"leaf": leaf, "below": below})}}

    assert kinds(tree(TEXT), tree(TEXT), READ) == []
    assert ("/leaf", Kind.TYPE) in kinds(tree(TEXT), tree(NUMBER), READ)


def test_of_a_union_the_nearest_alternative_says_what_changed() -> None:
    old = {"anyOf": [thing({"a": TEXT}), NOTHING]}
    new = {"anyOf": [thing({"a": {**TEXT, "maxLength": 3}}), NOTHING]}
    assert kinds(old, new, READ) == [("/a", Kind.BOUND)]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("direction", Direction)
def test_every_break_is_told_in_both_languages(kind: Kind, direction: Direction) -> None:
    zh, en = Break("/a/b", kind, "c", direction).told()
    assert zh.startswith("/a/b:") and not zh.isascii()
    assert en.startswith("/a/b: ") and en.isascii()
