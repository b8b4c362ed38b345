"""Who and what is registered in the township: the shipped registry, made up to the numbers of the reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random

from bihuan.loading.registry_folder import read_registry
from bihuan.loading.shipped import REGISTRY
from bihuan.town.figures import REPORTED
from services.registry.records import Entry
from shared.vocabulary.identities import stream_of
from shared.vocabulary.registry_facts import (
    CampaignRegistered,
    CommunityRegistered,
    EnterpriseRegistered,
    PersonRegistered,
)

ENTERPRISES = 600
GRID_MEMBERS = 125
ENTERPRISE_GRID_MEMBERS = 16
LEDGER = "t-qinghe"
GRID_CENTRE = "township_grid_centre"
OFFICE = "township_emergency_office"
MAYOR = "p-900"
"""Decides penalties in the delegating bureau's name, as the shipped registry has nobody who may."""

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜谢邹苏潘葛范彭"
_GIVEN = "安平和顺清明远志学文广田永福春秋晓东立新海山云峰雨林冬梅秀芳国强建华"
_NAMES = "宏瑞祥泰恒兴盛昌隆源丰达顺益鑫利华安康信德福嘉裕通诚合众汇金"
_TRADES = {
    "general_industry": "制品厂",
    "metal_processing": "五金加工部",
    "wood_textile": "服装加工点",
    "food_and_catering": "餐馆",
    "warehouse": "仓库",
    "trade_service": "商店",
    "recycling": "回收站",
}
_STREETS = ("环镇路", "河滨路", "新兴街", "工业路", "商贸街", "青年路")


def town_registry(seed: int) -> list[Entry]:
    """Every record, the same ones for the same seed."""
    shipped, errors = read_registry(REGISTRY, LEDGER)
    if errors:
        raise AssertionError(errors)
    chance = Random(seed)  # noqa: S311 - a story, no secret
    communities = [entry.fact for entry in shipped if isinstance(entry.fact, CommunityRegistered)]
    entries = [_in_force(entry) for entry in shipped]
    mayor = PersonRegistered(MAYOR, "于镇远", ("agency_head",), OFFICE)
    entries.append(Entry(stream_of("person", MAYOR), mayor))
    campaign = CampaignRegistered("town-2026", "大排查大整治集中行动", REPORTED.first, REPORTED.last)
    entries.append(Entry(stream_of("campaign", campaign.campaign), campaign))
    entries += _people(shipped, communities, chance)
    entries += _enterprises(shipped, communities, chance)
    return entries


def _in_force(entry: Entry) -> Entry:
    """All six certificates hold for the whole campaign, or three pairs of officers could not have made its visits."""
    fact = entry.fact
    if not isinstance(fact, PersonRegistered) or fact.certificate is None:
        return entry
    begun = min(fact.certificate.valid_from, date(2025, 4, 1))
    return Entry(entry.stream, replace(fact, certificate=replace(fact.certificate, valid_from=begun)))


def _people(shipped: list[Entry], communities: list[CommunityRegistered], chance: Random) -> Iterator[Entry]:
    for role, wanted in (("grid_member", GRID_MEMBERS), ("enterprise_grid_member", ENTERPRISE_GRID_MEMBERS)):
        there = sum(isinstance(e.fact, PersonRegistered) and role in e.fact.roles for e in shipped)
        for n in range(wanted - there):
            name = chance.choice(_SURNAMES) + chance.choice(_GIVEN) + chance.choice(_GIVEN)
            own = (communities[n % len(communities)].community,) if role == "grid_member" else ()
            person = PersonRegistered(f"p-{role[0]}{n + 1:03}", name, (role,), GRID_CENTRE, own)
            yield Entry(stream_of("person", person.person), person)


def _enterprises(
    shipped: list[Entry], communities: list[CommunityRegistered], chance: Random
) -> Iterator[Entry]:
    there = [entry.fact for entry in shipped if isinstance(entry.fact, EnterpriseRegistered)]
    names = [a + b for a in _NAMES for b in _NAMES if a != b]
    chance.shuffle(names)
    for n in range(len(there) + 1, ENTERPRISES + 1):
        community, sector = chance.choice(communities), chance.choice(list(_TRADES))
        enterprise = EnterpriseRegistered(
            f"e-{n:03}",
            f"{community.name.removesuffix('社区')}{names[n]}{_TRADES[sector]}",
            community.community,
            sector,
            "general",
            f"清河镇{community.name}{chance.choice(_STREETS)}{chance.randrange(1, 200)}号",
        )
        yield Entry(stream_of("enterprise", enterprise.enterprise), enterprise)
