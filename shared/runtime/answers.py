"""How a request is answered: from the ledger, so that a repeat gets the same; and what such an answer looks like."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal, Union

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, create_model

from shared.ledger.port import Appended
from shared.runtime.desk import Desk, Loaded
from shared.runtime.doors import seen_of
from shared.vocabulary.fact import CATALOGUE, Actor
from shared.vocabulary.identities import kind_of, thing_of
from shared.wire.codec import to_json
from shared.wire.described import Described


class Answer(BaseModel):
    """The base of what answers look like; the text below a member, "中文 / English", is shown to callers.

    It describes and is never built: answers are written as they are, and tests hold them to it.
    """

    model_config = ConfigDict(
        frozen=True,
        defer_build=True,
        use_attribute_docstrings=True,
        json_schema_serialization_defaults_required=True,
    )


class WrittenFact(Answer):
    """本次记录的一项事实 / a fact that was recorded."""

    stream: str
    """所属事项,例如 hazard/编号 / the thing that it is about, such as hazard/ID"""
    version: Annotated[int, Field(ge=1)]
    """该事项的版本 / the version of that thing"""


class RecordedFact(Answer):
    """账本中的一项事实 / a fact as the ledger holds it."""

    position: Annotated[int, Field(ge=1)]
    """账本位置 / the ledger position"""
    version: Annotated[int, Field(ge=1)]
    """事项的版本 / the version of the thing"""
    effective: datetime
    """生效时间 / when it took effect"""
    recorded_at: datetime
    """记录时间 / when it was recorded"""
    actors: tuple[Annotated[Actor, Described()], ...]
    """办理人 / who acted"""
    reason: str | None
    """补记理由,没有为空 / why it was recorded later, if it was"""


class Done(Answer):
    """办理结果 / what a command did; a repeat is answered the same."""

    id: str
    """事项编号 / the thing's id"""
    position: Annotated[int, Field(ge=1)]
    """写到的账本位置,查台账时用作 position / the ledger position reached: give it as position to lists"""
    versions: dict[str, Annotated[int, Field(ge=1)]]
    """涉及的各事项的新版本 / the new version of each thing that was written"""


class History(Answer):
    """一项事项的全部事实 / one thing as its facts have it."""

    id: str
    """事项编号 / the thing's id"""
    version: Annotated[int, Field(ge=1)]
    """现在的版本,办理时可写入 If-Match / the version now, for If-Match"""


# A model made from data has no source in which pydantic could look for what stands below its members.
_MADE = {"use_attribute_docstrings": False}


@cache
def done(name: str, kinds: frozenset[str]) -> type[Answer]:
    """What is answered to acts that write facts about these kinds of thing."""
    facts = _union("Written", WrittenFact, kinds | {"number"})
    member = (facts, Field(description="本次记录的事实 / the facts that were recorded"))
    return create_model(
        f"{name}Done", __base__=Done, __doc__=Done.__doc__, facts=member, __cls_kwargs__=_MADE
    )


@cache
def history(kind: str) -> type[Answer]:
    """What is answered to whoever reads a thing of this kind; the clock's facts about it are among them."""
    facts = _union("Recorded", RecordedFact, frozenset({kind, "obligation"}))
    member = (facts, Field(description="事实,按先后 / its facts, in order"))
    return create_model(
        f"{kind.title()}History",
        __base__=History,
        __doc__=History.__doc__,
        facts=member,
        __cls_kwargs__=_MADE,
    )


def _union(suffix: str, base: type[Answer], kinds: Collection[str]) -> Any:
    names = sorted(name for name in CATALOGUE if name.partition(".")[0] in kinds)
    models = tuple(_of_type(suffix, base, name) for name in names)
    return tuple[Annotated[Union[models], Field(discriminator="type")], ...]  # type: ignore[valid-type]  # noqa: UP007


@cache
def _of_type(suffix: str, base: type[Answer], name: str) -> type[Answer]:
    """A fact with its data; `type` says which data they are."""
    kind = CATALOGUE[name]
    members: dict[str, Any] = {
        "type": (Literal[name], Field(description="事实的类型 / the type of the fact")),
        "data": (Annotated[kind, Described()], Field(description="事实的内容 / what it says")),
    }
    return create_model(
        f"{kind.__name__}{suffix}", __base__=base, __doc__=base.__doc__, __cls_kwargs__=_MADE, **members
    )


def answer(desk: Desk, appended: Appended, kind: str, status: int, request: Request) -> Response:
    """What a command did, read from the ledger: a repeat answers the same bytes and says that it is one."""
    stored = desk.ledger.read(after=appended.first - 1, limit=appended.last - appended.first + 1)
    main = next((fact.stream for fact in stored if kind_of(fact.stream) == kind), stored[0].stream)
    body = {
        "id": thing_of(main),
        "position": appended.last,
        "versions": dict(sorted(appended.versions.items())),
        "facts": [
            {"stream": f.stream, "version": f.version, "type": f.type, "data": json.loads(f.body)["data"]}
            for f in stored
        ],
    }
    return replied(request, body, status, repeated=appended.repeated, version=appended.versions[main])


def replied(
    request: Request, body: Any, status: int, *, repeated: bool = False, version: int | None = None
) -> Response:
    """An answer with its version and whether it repeats an earlier one."""
    headers = {"Idempotency-Replayed": "true"} if repeated else {}
    headers |= {"ETag": f'"{version}"'} if version is not None else {}
    seen_of(request).log["repeated"] = repeated
    return JSONResponse(body, status, headers)


def shown(it: Loaded, thing: str) -> dict[str, Any]:
    """One thing as its facts have it."""
    return {
        "id": thing,
        "version": it.version,
        "facts": [
            {
                "position": record.position,
                "version": record.version,
                "type": record.fact.TYPE,
                "effective": record.effective.isoformat(),
                "recorded_at": record.recorded_at.isoformat(),
                "actors": to_json(record.context)["actors"],
                "reason": record.context.reason,
                "data": to_json(record.fact),
            }
            for record in it.records
        ],
    }
