"""Whether a JSON Schema may take the place of another, for what we read or for what we write.

Both are one question: does whatever fits the inner schema also fit the outer? What we read must go on accepting all
that was accepted (inner: old, outer: new); what we write must keep all that was promised (inner: new, outer: old).
A keyword that is not understood here must stay as it is, so doubt refuses.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Node = Mapping[str, Any]


class Direction(StrEnum):
    """Who the schema binds: senders to us, or us."""

    READ = "read"
    WRITE = "write"


class Kind(StrEnum):
    """What about a schema changed."""

    MEMBER = "member"
    REQUIRED = "required"
    TYPE = "type"
    VALUES = "values"
    BOUND = "bound"
    CLOSED = "closed"
    DEFAULT = "default"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Break:
    """One incompatible change; `at` is a pointer (RFC 6901) through the members of the document, `*` for any entry."""

    at: str
    kind: Kind
    what: str
    direction: Direction

    def told(self) -> tuple[str, str]:
        """What changed, in Chinese and in English."""
        zh, en = _WORDS[self.kind, self.direction]
        at = self.at or "/"
        return f"{at}:{zh.format(self.what)}", f"{at}: {en.format(self.what)}"


_BOTH: Mapping[Kind, tuple[str, str]] = {
    Kind.MEMBER: ("去掉了成员{}", "member {} was removed"),
    Kind.TYPE: ("类型变了({})", "its type changed ({})"),
    Kind.DEFAULT: ("默认值变了({})", "its default changed ({})"),
    Kind.OTHER: ("{}变了", "{} changed"),
}
_WORDS: Mapping[tuple[Kind, Direction], tuple[str, str]] = {
    **{(kind, direction): words for kind, words in _BOTH.items() for direction in Direction},
    (Kind.REQUIRED, Direction.READ): ("新要求必须有成员{}", "member {} is newly required"),
    (Kind.REQUIRED, Direction.WRITE): ("不再保证有成员{}", "member {} is no longer promised"),
    (Kind.VALUES, Direction.READ): ("去掉了可选值{}", "value {} was removed"),
    (Kind.VALUES, Direction.WRITE): ("增加了可选值{}", "value {} was added"),
    (Kind.BOUND, Direction.READ): ("限制收紧了({})", "a bound was tightened ({})"),
    (Kind.BOUND, Direction.WRITE): ("限制放宽了({})", "a bound was loosened ({})"),
    (Kind.CLOSED, Direction.READ): ("不再接受其他成员", "other members are no longer accepted"),
    (Kind.CLOSED, Direction.WRITE): ("原先没有其他成员,现在会有", "other members may be there now"),
}

_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_SAME = ("pattern", "multipleOf", "uniqueItems")
_SAYING = {"title", "description", "examples", "deprecated", "default", "$schema", "$id", "$comment", "$defs"}
_UNDERSTOOD = {
    *_LOWER, *_UPPER, *_SAME, *_SAYING, "type", "format", "enum", "const", "required", "properties",
    "additionalProperties", "items", "anyOf", "oneOf", "$ref",
}  # fmt: skip


def breaks(
    old: Node, new: Node, direction: Direction, *, old_in: Node | None = None, new_in: Node | None = None
) -> tuple[Break, ...]:
    """Why `new` may not take the place of `old`; empty when it may.

    `old_in`, `new_in`: the documents in which their references are looked up, where they are parts of larger ones.
    """
    was, now = _Side(old, old_in or old), _Side(new, new_in or new)
    inner, outer = (was, now) if direction is Direction.READ else (now, was)
    return tuple(_Comparison(direction)(inner, outer, "", frozenset()))


@dataclass(frozen=True, slots=True)
class _Side:
    """A schema, and the document that it is in."""

    schema: Node
    document: Node

    def inside(self, schema: Any) -> _Side:
        """A schema below this one; `true` is one that asks for nothing."""
        return _Side(schema if isinstance(schema, Mapping) else {}, self.document)

    def alternatives(self) -> list[_Side]:
        """What it may be: references followed, unions laid out, each with at most one type."""
        if "$ref" in self.schema:
            beside = {key: value for key, value in self.schema.items() if key != "$ref"}
            return self.inside({**self._referred(), **beside}).alternatives()
        for union in ("anyOf", "oneOf"):
            if union in self.schema:
                return [one for each in self.schema[union] for one in self.inside(each).alternatives()]
        if isinstance(self.schema.get("type"), list):
            return [self.inside({**self.schema, "type": each}) for each in self.schema["type"]]
        return [self]

    def _referred(self) -> Node:
        found: Any = self.document
        for step in self.schema["$ref"].removeprefix("#/").split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        referred: Node = found
        return referred

    @property
    def members(self) -> Node:
        """The members that an object is known to have."""
        known: Node = self.schema.get("properties", {})
        return known

    @property
    def values(self) -> list[str] | None:
        """The closed set of values, each as JSON; None when it is open."""
        closed = [self.schema["const"]] if "const" in self.schema else self.schema.get("enum")
        return None if closed is None else [json.dumps(value, ensure_ascii=False) for value in closed]


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The reasons why something that fits the inner schema might not fit the outer."""

    direction: Direction

    def __call__(
        self, inner: _Side, outer: _Side, at: str, above: frozenset[tuple[int, int]]
    ) -> Iterator[Break]:
        pair = (id(inner.schema), id(outer.schema))
        if pair in above:
            return
        outers = outer.alternatives()
        for one in inner.alternatives():
            kin = [each for each in outers if _kin(one, each)]
            named = [each for each in kin if _named_alike(one, each)]
            found = [list(self._one(one, each, at, above | {pair})) for each in named]
            if not kin:
                was, now = _types(inner, outer, self.direction)
                yield self._broken(at, Kind.TYPE, f"{was} → {now}")
            elif not named:
                yield self._broken(at, Kind.VALUES, ", ".join(_names(one).values()))
            elif all(found):
                yield from min(found, key=len)

    def _broken(self, at: str, kind: Kind, what: str) -> Break:
        return Break(at, kind, what, self.direction)

    def _one(self, inner: _Side, outer: _Side, at: str, above: frozenset[tuple[int, int]]) -> Iterator[Break]:
        yield from self._value(inner, outer, at)
        yield from self._object(inner, outer, at, above)
        if "items" in outer.schema:
            below = inner.inside(inner.schema.get("items")), outer.inside(outer.schema["items"])
            yield from self(*below, f"{at}/*", above)
        for keyword in sorted({*inner.schema, *outer.schema} - _UNDERSTOOD):
            if inner.schema.get(keyword) != outer.schema.get(keyword) and not keyword.startswith("x-"):
                yield self._broken(at, Kind.OTHER, keyword)

    def _value(self, inner: _Side, outer: _Side, at: str) -> Iterator[Break]:
        if "format" in outer.schema and inner.schema.get("format") != outer.schema["format"]:
            yield self._broken(at, Kind.TYPE, f"format {outer.schema['format']}")
        if outer.values is not None:
            for value in inner.values if inner.values is not None else ["*"]:
                if value not in outer.values:
                    yield self._broken(at, Kind.VALUES, value)
        for keyword in (*_LOWER, *_UPPER, *_SAME):
            if keyword in outer.schema and not _within(keyword, inner.schema, outer.schema):
                yield self._broken(at, Kind.BOUND, keyword)

    def _object(
        self, inner: _Side, outer: _Side, at: str, above: frozenset[tuple[int, int]]
    ) -> Iterator[Break]:
        was, now = (inner, outer) if self.direction is Direction.READ else (outer, inner)
        for name in sorted(set(was.members) - set(now.members)):
            yield self._broken(at, Kind.MEMBER, name)
        for name in sorted(set(outer.schema.get("required", ())) - set(inner.schema.get("required", ()))):
            yield self._broken(at, Kind.REQUIRED, name)
        for name in sorted(set(inner.members) & set(outer.members)):
            mine, theirs = inner.inside(inner.members[name]), outer.inside(outer.members[name])
            below = f"{at}/{name.replace('~', '~0').replace('/', '~1')}"
            yield from self(mine, theirs, below, above)
            # What was left out is read as the default.
            if {"default"} <= {*mine.schema} & {*theirs.schema} and mine.schema["default"] != theirs.schema[
                "default"
            ]:
                yield self._broken(below, Kind.DEFAULT, json.dumps(now.members[name]["default"]))
        yield from self._others(inner, outer, at, above)

    def _others(
        self, inner: _Side, outer: _Side, at: str, above: frozenset[tuple[int, int]]
    ) -> Iterator[Break]:
        """Members that are not named."""
        mine = inner.schema.get("additionalProperties", True)
        theirs = outer.schema.get("additionalProperties", True)
        unnamed = mine is not False or set(inner.members) - set(outer.members)
        if theirs is False and unnamed:
            yield self._broken(at, Kind.CLOSED, "")
        elif isinstance(theirs, Mapping) and mine is not False:
            yield from self(inner.inside(mine), outer.inside(theirs), f"{at}/*", above)


def _kin(inner: _Side, outer: _Side) -> bool:
    """Whether the outer schema takes the inner one's type at all."""
    mine, theirs = inner.schema.get("type"), outer.schema.get("type")
    return theirs is None or mine == theirs or (mine, theirs) == ("integer", "number")


def _named_alike(inner: _Side, outer: _Side) -> bool:
    """Whether two alternatives of a union are the same one: no constant member, such as `type`, tells them apart."""
    mine, theirs = _names(inner), _names(outer)
    return all(mine[name] == theirs[name] for name in mine.keys() & theirs.keys())


def _names(side: _Side) -> dict[str, str]:
    """Its members of a single value, as JSON."""
    members = {name: each for name, each in side.members.items() if isinstance(each, Mapping)}
    return {name: json.dumps(each["const"]) for name, each in members.items() if "const" in each}


def _within(keyword: str, inner: Node, outer: Node) -> bool:
    if keyword not in inner or outer[keyword] is False:
        return outer[keyword] is False
    if keyword in _SAME:
        return bool(inner[keyword] == outer[keyword])
    return bool(inner[keyword] >= outer[keyword] if keyword in _LOWER else inner[keyword] <= outer[keyword])


def _types(inner: _Side, outer: _Side, direction: Direction) -> tuple[str, str]:
    """The types before and after."""
    mine, theirs = (
        "|".join(dict.fromkeys(str(one.schema.get("type", "*")) for one in side.alternatives()))
        for side in (inner, outer)
    )
    return (mine, theirs) if direction is Direction.READ else (theirs, mine)
