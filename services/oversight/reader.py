"""Someone who may read the register, at their own ledger's desk."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from shared.runtime.access import PrincipalKind
from shared.runtime.desk import Call, Desk
from shared.runtime.doors import Doors, desk_for, seen_of
from shared.vocabulary.refusals import BadInput


@dataclass(frozen=True, slots=True)
class Reader:
    """A person in the role in which they read."""

    desk: Desk
    person: str
    role: str

    @property
    def ledger(self) -> str:
        """The ledger that they read."""
        return self.desk.ledger.name


def reader(doors: Doors, request: Request) -> Reader:
    """Whoever asks, if they may; raises a refusal, also for a parameter that the address does not have."""
    _no_strangers(request)
    principal, desk = desk_for(doors, request, PrincipalKind.PERSON)
    return reading_at(desk, principal.id, seen_of(request).trace)


def reading_at(desk: Desk, person: str, trace: str) -> Reader:
    """A person at a desk, if they may read there; raises NotAllowed."""
    acting = desk.begin("read_register", Call("", b"", person, trace))
    return Reader(desk, person, acting.actors[0].role)


def _no_strangers(request: Request) -> None:
    """Refuse a parameter that the address does not have: a filter that is ignored gives a false list."""
    known = [one.alias for one in request.scope["route"].dependant.query_params]
    for name in request.query_params:
        if name not in known:
            raise BadInput(
                f"没有查询参数{name}", f"there is no parameter {name}", where=name,
                do_zh=f"可选:{'、'.join(known) or '无'}", do_en=f"choose from {', '.join(known) or 'none'}",
            )  # fmt: skip
