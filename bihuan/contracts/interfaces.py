"""The description of each service's interface (OpenAPI 3.1), as the service itself gives it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from bihuan.composition import Composition
from bihuan.contracts.compatibility import Break, Direction, Kind, Node, breaks
from bihuan.contracts.text import as_json
from bihuan.installation import make_installation
from bihuan.processes import PROCESSES
from bihuan.site import site
from shared.ledger.installation import Installation
from shared.runtime.law_files import Law

FOLDER = "docs/contracts/openapi"
SERVICES = tuple(sorted({service for process in PROCESSES.values() for service in process.answers}))
"""The services that are called."""

_GROWS = frozenset({Kind.VALUES, Kind.BOUND, Kind.CLOSED})
"""What may change in an answer: callers leave aside what they do not know."""


@dataclass(frozen=True, slots=True)
class Described:
    """What each service says of its interface, and the addresses that none of them describes, with their methods."""

    documents: Mapping[str, Node]
    others: Mapping[str, tuple[str, ...]]


def described(law: Law) -> Described:
    """The services of an installation, asked for what they answer."""
    with TemporaryDirectory() as folder:
        house = Composition(make_installation(Path(folder), Installation.DEMONSTRATION, ("t-1",)), law)
        try:
            documents = {name: site(house, (name,)).openapi() for name in SERVICES}
            return Described(documents, _others(site(house, SERVICES)))
        finally:
            house.close()


def files(described: Described) -> dict[str, str]:
    """One file per service."""
    return {f"{FOLDER}/{name}.json": as_json(document) for name, document in described.documents.items()}


def _others(app: FastAPI) -> dict[str, tuple[str, ...]]:
    """Pages for people, and whatever else is left out of the descriptions."""
    found: dict[str, tuple[str, ...]] = {}
    for each in iter_route_contexts(app.routes):
        if each.path is not None and not each.include_in_schema:
            found[each.path] = (*found.get(each.path, ()), *sorted((each.methods or set()) - {"HEAD"}))
    return found


def unfit(there: Mapping[str, str], made: Mapping[str, str]) -> dict[str, tuple[Break, ...]]:
    """By file: why a caller of the interfaces that are there might not get on with those made.

    An interface whose version begins with a larger number says itself that it is another one.
    """
    return {path: found for path, text in sorted(there.items()) if (found := _unfit(text, made.get(path)))}


def _unfit(old: str, new: str | None) -> tuple[Break, ...]:
    if new is None:
        return (Break("", Kind.MEMBER, "$", Direction.WRITE),)
    was, now = json.loads(old), json.loads(new)
    if _major(now) > _major(was):
        return ()
    return tuple(_changes(was, now))


def _major(document: Node) -> int:
    return int(document["info"]["version"].split(".")[0])


def _changes(was: Node, now: Node) -> Iterator[Break]:
    for path, methods in was["paths"].items():
        for method, operation in methods.items():
            where, other = f"{method.upper()} {path}", now["paths"].get(path, {}).get(method)
            if other is None:
                yield Break("", Kind.MEMBER, where, Direction.READ)
                continue
            for one in (*_asked(was, now, operation, other), *_answered(was, now, operation, other)):
                yield replace(one, at=f"{where} {one.at}")


def _asked(was: Node, now: Node, old: Node, new: Node) -> Iterator[Break]:
    """Who may ask, with which parameters and which body."""
    if any(way not in new.get("security", ()) for way in old.get("security", ())):
        yield Break("security", Kind.OTHER, "security", Direction.READ)
    before, after = _parameters(old), _parameters(new)
    for name in sorted(set(before) - set(after)):
        yield Break("", Kind.MEMBER, name, Direction.READ)
    for name, parameter in after.items():
        if parameter.get("required") and not before.get(name, {}).get("required"):
            yield Break("", Kind.REQUIRED, name, Direction.READ)
        if name in before:
            yield from _schema(was, now, before[name], parameter, Direction.READ, name)
    body, other = old.get("requestBody", {}), new.get("requestBody", {})
    if other.get("required") and not body.get("required"):
        yield Break("", Kind.REQUIRED, "requestBody", Direction.READ)
    yield from _contents(was, now, body, other, Direction.READ, "requestBody")


def _answered(was: Node, now: Node, old: Node, new: Node) -> Iterator[Break]:
    """What is answered when all is well; what is answered when it is not is one schema for all."""
    for status, response in old["responses"].items():
        other = new["responses"].get(status)
        if other is None:
            yield Break("", Kind.MEMBER, status, Direction.WRITE)
            continue
        for name in sorted(set(response.get("headers", ())) - set(other.get("headers", ()))):
            yield Break(status, Kind.MEMBER, name, Direction.WRITE)
        found = _contents(was, now, response, other, Direction.WRITE, status)
        yield from (one for one in found if one.kind not in _GROWS)


def _contents(was: Node, now: Node, old: Node, new: Node, direction: Direction, at: str) -> Iterator[Break]:
    for media, content in old.get("content", {}).items():
        other = new.get("content", {}).get(media)
        if other is None:
            yield Break(at, Kind.MEMBER, media, direction)
        else:
            yield from _schema(was, now, content, other, direction, at)


def _schema(was: Node, now: Node, old: Node, new: Node, direction: Direction, at: str) -> Iterator[Break]:
    for one in breaks(old["schema"], new["schema"], direction, old_in=was, new_in=now):
        yield replace(one, at=f"{at}{one.at}")


def _parameters(operation: Node) -> dict[str, Any]:
    return {f"{one['in']} {one['name']}": one for one in operation.get("parameters", ())}
