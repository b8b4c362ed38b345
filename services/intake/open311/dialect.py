"""Who asks by Open311: the channel whose token is the api_key, in the query, the form or the header Authorization."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Request
from starlette.requests import HTTPConnection

from services.intake.open311.asked import FORM_LIMIT
from services.intake.open311.rendering import problem_shown
from services.intake.receiving import Front
from shared.runtime import problems
from shared.runtime.access import Principal, PrincipalKind
from shared.runtime.desk import Desk
from shared.runtime.doors import desk_for, seen_of
from shared.runtime.problems import AtRim
from shared.runtime.rim import Dialect, bearer

ROOT = "/open311"
API_KEY = "api_key"

NO_KEY = replace(
    problems.UNAUTHENTICATED,
    detail="没有api_key,或api_key无效、已注销", detail_en="no api_key, or one that is unknown or revoked",
    next_step="请以api_key提供渠道令牌", next_step_en="give the channel's token as api_key",
)  # fmt: skip
NO_JURISDICTION = replace(
    problems.NOT_FOUND,
    detail="没有这个jurisdiction_id,或不是该api_key所属的账本",
    detail_en="there is no such jurisdiction_id, or it is not the one of this api_key",
    next_step="请核对jurisdiction_id", next_step_en="check the jurisdiction_id",
)  # fmt: skip


def dialect(front: Front) -> Dialect:
    """How the rim treats these addresses."""

    def who(connection: HTTPConnection) -> Principal | None:
        key = _key_in_head(connection)
        return front.doors.who(key) if key else None

    return Dialect(ROOT, who, problem_shown, FORM_LIMIT)


def channel(
    front: Front, request: Request, jurisdiction: str | None, key: str | None = None
) -> tuple[Principal, Desk]:
    """The channel that asks and its desk; `key`: what the form holds. Raises AtRim."""
    seen = seen_of(request)
    if key and not _key_in_head(request):
        seen.principal = front.doors.who(key)
    if seen.principal is None:
        raise AtRim(NO_KEY)
    principal, desk = desk_for(front.doors, request, PrincipalKind.CHANNEL)
    if jurisdiction not in (None, "", principal.ledger):
        raise AtRim(NO_JURISDICTION)
    return principal, desk


def channel_if_any(
    front: Front, request: Request, jurisdiction: str | None, key: str | None
) -> Principal | None:
    """The channel that asks; None where no key was given at all. Raises AtRim for a key that is no good."""
    if not (key or "authorization" in request.headers):
        return None
    return channel(front, request, jurisdiction)[0]


def _key_in_head(connection: HTTPConnection) -> str:
    given = bearer(connection.headers.get("authorization", ""))
    return given or connection.query_params.get(API_KEY, "").strip()
