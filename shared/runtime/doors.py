"""How a request comes in: who asks, at which desk, under which command, confirmed by whom."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Header, Path, Request

from shared.law.authority import OFFICERS_BASIS
from shared.runtime import problems
from shared.runtime.access import Principal, PrincipalKind
from shared.runtime.desk import Call, Desk, DeskOf
from shared.runtime.problems import AtRim
from shared.runtime.rim import Seen, Who, bearer
from shared.vocabulary.refusals import TwoOfficersNeeded

ThingId = Annotated[str, Path(pattern=r"^[A-Za-z0-9._:\-]{1,120}$", description="事项编号 / the thing's id")]
KEY = Header(
    alias="Idempotency-Key",
    min_length=1,
    max_length=255,
    pattern=r"^[\x20-\x7e]+$",
    description="幂等键:同一请求重发用同一个 / the same for a repeat of the same request",
)
_SECOND = Header(
    alias="Second-Officer",
    max_length=200,
    description="第二名执法人员确认:Bearer 令牌 / the second officer's token, as Bearer TOKEN",
)
_MATCH = Header(
    alias="If-Match",
    pattern=r'^"\d{1,9}"$',
    description='所见版本,例如"3",已变化则不办理 / the version seen, such as "3"; refused if it has changed',
)


@dataclass(frozen=True, slots=True)
class Doors:
    """What every service's routes need: its desks, and whom a token stands for."""

    desk_of: DeskOf
    who: Who


@dataclass(frozen=True, slots=True)
class Asking:
    """One authenticated request: who, at which desk, under which command."""

    principal: Principal
    desk: Desk
    key: str
    body_hash: bytes
    trace: str
    second: str | None = None
    expected: int | None = None

    def call(self, ask: Any = None) -> Call:
        """The same as decisions know it."""
        return Call(
            command=f"{self.principal.name}:{self.key}",
            body_hash=self.body_hash,
            person=self.principal.id,
            trace=self.trace,
            second=self.second,
            effective=getattr(ask, "effective", None),
            reason=getattr(ask, "reason", None),
            expected=self.expected,
        )


def seen_of(request: Request) -> Seen:
    """What the rim knows of the request."""
    seen: Seen = request.state.seen
    return seen


def desk_for(doors: Doors, request: Request, kind: PrincipalKind) -> tuple[Principal, Desk]:
    """The caller and the desk at the caller's own ledger; the other kind of principal is refused."""
    principal = seen_of(request).principal
    desk = doors.desk_of(principal.ledger) if principal else None
    if principal is None or desk is None:
        raise AtRim(problems.UNAUTHENTICATED)
    if principal.kind is not kind:
        raise AtRim(problems.CHANNEL_MAY_NOT if kind is PrincipalKind.PERSON else problems.PERSON_MAY_NOT)
    return principal, desk


def asking_as(doors: Doors, kind: PrincipalKind) -> Callable[..., Asking]:
    """The dependency that every POST has: caller, key, second officer and version seen."""

    def asking(
        request: Request,
        key: Annotated[str, KEY],
        second_officer: Annotated[str | None, _SECOND] = None,
        if_match: Annotated[str | None, _MATCH] = None,
    ) -> Asking:
        principal, desk = desk_for(doors, request, kind)
        second = _second(doors, principal, second_officer) if second_officer is not None else None
        seen = seen_of(request)
        parts = (request.method, request.url.path, seen.canonical or seen.body, second or "")
        expected = int(if_match.strip('"')) if if_match else None
        return Asking(principal, desk, key, _hash(*parts), seen.trace, second, expected)

    return asking


def _second(doors: Doors, principal: Principal, header: str) -> str:
    second = doors.who(bearer(header))
    # Which of these it was is not said: another township's token is as good as none.
    if second is None or second.ledger != principal.ledger or second.kind is not PrincipalKind.PERSON:
        raise TwoOfficersNeeded(
            "第二名执法人员的令牌无效,或不属于本单位",
            "the second officer's token is not valid in this office",
            basis=OFFICERS_BASIS,
            where="second_officer",
            do_zh="请本单位另一名执法人员用本人的有效令牌确认",
            do_en="let another officer of this office confirm with their own token",
        )
    return second.id


def _hash(*parts: str | bytes) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.digest()
