"""A small office: two officers, a head, a deputy head, an authority profile; registered as facts."""

from __future__ import annotations

from datetime import date

from services.registry.handlers import register
from services.registry.records import Entry
from shared.runtime.desk import Desk
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
