"""A plausible fact of any kind, built from its dataclass: for kinds that no scenario records."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

from shared.vocabulary.fact import Actor, Context

_DAY = date(2026, 3, 2)
_AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
_TEXTS = {
    "reasons": "经现场核对,情况属实",
    "note": "已口头告知负责人",
    "disposal": "已发还当事人",
    "things": "二号配电箱照片及检修记录",
    "name": "夏季危险化学品专项整治",
    "message": "message-1",
    "to": "office_head",
    "channel": "短信",
    "sha256": "0" * 64,
}
"""By the member's name; any other text is an id of that name."""

CONTEXT = Context(
    actors=(Actor("p-001", "enforcement_officer", "qinghe", "qinghe-2026", "LSYJ-2024-0001"),),
    effective=_AT,
    command="p-001:sample-1",
    correlation="p-001:sample-1",
    rules="2026.1",
    calendar="2025-2026",
    trace="00000000000000000000000000000001",
)


def sample(kind: type[Any]) -> Any:
    """An instance with a value for every member; optional ones are given."""
    hints = get_type_hints(kind)
    members = {each.name: _value(hints[each.name], each.name) for each in dataclasses.fields(kind)}
    return kind(**members)


def _value(hint: Any, name: str) -> Any:
    if get_origin(hint) is tuple:
        return (_value(get_args(hint)[0], name),)
    if get_args(hint):
        return _value(next(one for one in get_args(hint) if one is not type(None)), name)
    if dataclasses.is_dataclass(hint):
        return sample(hint)  # type: ignore[arg-type]
    if issubclass(hint, Enum):
        return next(iter(hint))
    plain = {bool: True, int: 1, date: _DAY, datetime: _AT, str: _TEXTS.get(name, f"{name}-1")}
    return plain[hint]
