"""A small office: two officers, a head, a deputy head, an authority profile; registered as facts, and its acts."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from bihuan.repertoire import DEEDS
from services.registry.handlers import register
from services.registry.records import Entry
from shared.runtime.desk import Call, Desk
from shared.vocabulary.identities import stream_of
from shared.vocabulary.registry_facts import (
    AuthorityGranted,
    Certificate,
    CommunityRegistered,
    EnterpriseRegistered,
    PersonRegistered,
    Series,
)

LEDGER = "t-test"
OFFICE = "office"
_VALID = (date(2024, 1, 1), date(2027, 12, 31))
_KINDS = (
    "inspection_record",
    "rectification_order",
    "reinspection_opinion",
    "transfer_letter",
    "case_filing",
    "penalty_notice",
    "penalty_decision",
    "onspot_penalty_decision",
)


def found_office(desk: Desk) -> None:
    """Register everyone; doing it again changes nothing."""
    people = [
        PersonRegistered(p, p, ("enforcement_officer",), OFFICE, (), Certificate(f"证{p}", *_VALID, LEDGER))
        for p in ("p1", "p2", "p3")
    ]
    people += [
        PersonRegistered("head", "head", ("office_head",), OFFICE),
        PersonRegistered("deputy", "deputy", ("deputy_head",), OFFICE),
    ]
    series = tuple(Series(kind, f"(试){kind}") for kind in _KINDS)
    authority = AuthorityGranted(
        OFFICE, "demo", "B", *_VALID, "某县应急管理局", series, (LEDGER,), "county_emb"
    )
    entries = [
        *(Entry(stream_of("person", p.person), p) for p in people),
        Entry("community/c1", CommunityRegistered("c1", "某社区")),
        Entry("enterprise/e1", EnterpriseRegistered("e1", "某厂", "c1", "metal", "key")),
        Entry(stream_of("authority", OFFICE), authority),
    ]
    register(desk, entries, trace="office")


def act(desk: Desk, command: str, name: str, thing: str | None, **fields: Any) -> dict[str, int]:
    """The first officer does it with the second; the streams written, each with its new version."""
    deed = DEEDS[name]
    given = {key: fields.pop(key) for key in ("effective", "reason") if key in fields}
    call = Call(command, hashlib.sha256(command.encode()).digest(), "p1", "trace", "p2", **given)
    return dict(deed.do(desk, call, thing, deed.ask.model_validate(fields)).versions)


def ordered(desk: Desk, command: str) -> str:
    """The id of a new order with one item, three days."""
    item = {"defect": "通道堵塞", "place": "一车间", "legal_item": "AQ105(2)", "measure": "order", "days": 3}
    made = act(desk, command, "make_visit", None, enterprise="e1", community="c1", items=[item])
    return next(s for s in made if s.startswith("order/")).partition("/")[2]
