"""Where an act takes place: the community and the enterprise as registered here, guarded against change meanwhile."""

from __future__ import annotations

from dataclasses import replace

from shared.law.authority import within_sector
from shared.ledger.port import Unchanged
from shared.runtime.desk import Acting, Desk
from shared.vocabulary.identities import stream_of
from shared.vocabulary.refusals import BadInput, ManyWrong
from shared.vocabulary.registry_facts import EnterpriseRegistered


def at_place(desk: Desk, acting: Acting, enterprise: str, community: str, *takes: str) -> Acting:
    """The same, guarding a registered enterprise in a registered community; BadInput for any other place.

    `takes`: the acts that are taken there and must reach the enterprise's sector.
    """
    wrong: list[BadInput] = []
    known = desk.load(stream_of("community", community))
    if not known.records:
        wrong.append(_unknown("community", "社区", community))
    found, guard = _enterprise(desk, enterprise)
    if found is None:
        wrong.append(_unknown("enterprise", "单位", enterprise))
    elif found.community != community:
        wrong.append(
            BadInput(
                f"{enterprise}登记在{found.community},不在{community}",
                f"{enterprise} is registered in {found.community}, not in {community}",
                where="community",
                do_zh="请核对社区",
                do_en="check the community",
            )
        )
    if wrong:
        raise ManyWrong(tuple(wrong)) if len(wrong) > 1 else wrong[0]
    for act in takes:
        within_sector(desk.law.acts[act], acting.profile, found)
    return replace(acting, guards=(*acting.guards, guard, Unchanged(known.stream, known.version)))


def in_sector(desk: Desk, act_id: str, acting: Acting, enterprise: str | None) -> Acting:
    """The same, if the authority profile reaches the enterprise's sector; an unknown enterprise is no hindrance."""
    if enterprise is None:
        return acting
    found, guard = _enterprise(desk, enterprise)
    within_sector(desk.law.acts[act_id], acting.profile, found)
    return replace(acting, guards=(*acting.guards, guard))


def _enterprise(desk: Desk, enterprise: str) -> tuple[EnterpriseRegistered | None, Unchanged]:
    loaded = desk.load(stream_of("enterprise", enterprise))
    found = next((f for f in reversed(loaded.facts) if isinstance(f, EnterpriseRegistered)), None)
    return found, Unchanged(loaded.stream, loaded.version)


def _unknown(where: str, kind_zh: str, given: str) -> BadInput:
    return BadInput(
        f"{kind_zh}{given}未在本辖区登记",
        f"{where} {given} is not registered here",
        where=where,
        do_zh="请核对编号,或先登记",
        do_en="check the id, or register it first",
    )
