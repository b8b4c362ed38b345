"""What there is here: the endpoint, and the communities of a jurisdiction, which is a ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.intake.open311.dialect import NO_JURISDICTION
from services.intake.open311.rendering import JSON, XML
from services.intake.receiving import Front
from shared.law.periods import SHANGHAI
from shared.runtime.desk import Desk
from shared.runtime.problems import AtRim
from shared.vocabulary.refusals import BadInput
from shared.vocabulary.registry_facts import CommunityRegistered

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CONTACT = "请联系本单位应急管理办公室 / ask the office that serves this interface"
KEY_SERVICE = (
    "单位登记渠道后发给令牌,用作api_key / the office registers the channel and issues its token, the api_key"
)
FIRST = datetime(2026, 11, 23, tzinfo=UTC)
"""When this interface was first defined: nothing changed before."""
_MOST = 5000


def jurisdiction_of(front: Front, jurisdiction: str | None) -> Desk:
    """The desk at the ledger that is named, or at the only one. Raises AtRim or BadInput."""
    if not jurisdiction and len(front.ledgers) > 1:
        raise BadInput(
            "本安装有多个账本,须填写", "there are several ledgers here: say which",
            where="jurisdiction_id", do_zh="请填写账本代码", do_en="give the ledger's code",
        )  # fmt: skip
    name = jurisdiction or front.ledgers[0]
    desk = front.doors.desk_of(name) if name in front.ledgers else None
    if desk is None:
        raise AtRim(NO_JURISDICTION)
    return desk


def communities(desk: Desk) -> list[tuple[CommunityRegistered, datetime]]:
    """The communities as they are registered now, and when they were."""
    found = [desk.load(stream).records[-1] for stream in desk.ledger.streams("community/", _MOST)]
    return [
        (record.fact, record.recorded_at) for record in found if isinstance(record.fact, CommunityRegistered)
    ]


def discovery(front: Front, url: str) -> dict[str, Any]:
    """The discovery document; `url`: where the endpoint is, as the caller reaches it."""
    desks = [jurisdiction_of(front, ledger) for ledger in front.ledgers]
    changed = max([FIRST, *(at for desk in desks for _, at in communities(desk))])
    changeset = changed.astimezone(SHANGHAI).isoformat(timespec="seconds")
    endpoint = {
        "specification": SPECIFICATION,
        "url": url,
        "changeset": changeset,
        "type": "test" if front.demonstration else "production",
        "formats": [XML, JSON],
    }
    return {"changeset": changeset, "contact": CONTACT, "key_service": KEY_SERVICE, "endpoints": [endpoint]}
