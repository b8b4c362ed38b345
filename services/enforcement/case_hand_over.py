"""Handing a case to the office that has the authority, and what that office answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from services.enforcement.case import Case, Stage, needs
from shared.vocabulary.case_facts import CaseFiled
from shared.vocabulary.fact import Fact, Recorded
from shared.vocabulary.hand_over_facts import (
    CaseHandedOver,
    CaseHandOverAcknowledged,
    CaseHandOverReturned,
    Package,
    PackagedPaper,
)
from shared.vocabulary.hazard_facts import Evidence
from shared.vocabulary.identities import stream_of
from shared.vocabulary.refusals import BadInput, WrongStage
from shared.vocabulary.registry_facts import OfficeRegistered

BASIS = "行政处罚法第20、22、24条"
_CALLED = ("number", "record", "letter", "receipt")
"""The fields by which a fact names its paper."""


def hand_over(
    case: Case, *, to: OfficeRegistered, own: str, reasons: str, letter: str, package: Package
) -> CaseHandedOver:
    """To whoever has the authority, before any notice (行政处罚法 Arts. 20, 22-24); `own`: who hands it over."""
    needs(case, "移交", BASIS, Stage.FILED, Stage.PROPOSED, Stage.REVIEWED)
    if to.office == own:
        raise BadInput(
            "不能移交给本机构", "a case is not handed to one's own office", where="to",
            do_zh="请填写有权机关的机构代码", do_en="name the office that has the authority",
        )  # fmt: skip
    return CaseHandedOver(case.id, to.office, reasons, letter, to.ledger, package)


def answered_on_paper(
    case: Case, *, receipt: str, reasons: str
) -> CaseHandOverAcknowledged | CaseHandOverReturned:
    """An office without a book here answered by letter; one that keeps a book answers there, with its own name."""
    needs(case, "登记对方答复", BASIS, Stage.AWAITING)
    handed = case.handed
    if handed is None or handed.ledger is not None:
        raise WrongStage(
            "接收机关在本系统内办理,由其自行签收或者退回", "that office answers in its own book", basis=BASIS,
            do_zh="请等待对方办理;逾期未签收的,系统会逐级提醒", do_en="wait for its answer",
        )  # fmt: skip
    if bool(receipt.strip()) == bool(reasons.strip()):
        raise BadInput(
            "签收填写回执,退回填写理由,二者填一", "give a receipt or the reasons of the return, one of them",
            where="receipt", do_zh="请只填一项", do_en="give exactly one",
        )  # fmt: skip
    if receipt.strip():
        return CaseHandOverAcknowledged(case.id, handed.to, receipt)
    return CaseHandOverReturned(case.id, handed.to, reasons)


def package(
    filed: CaseFiled, case: Case, enterprise_name: str, file: Sequence[Recorded], leaves: Mapping[int, bytes]
) -> Package:
    """The case in short and the index of its file; `leaves`: of the file's facts, by position."""
    papers = (
        PackagedPaper(
            r.name, _called(r.fact), r.stream, r.position, leaves[r.position].hex(), tuple(_originals(r.fact))
        )
        for r in file
        if not r.name.startswith("obligation.")
    )
    return Package(
        filed.number,
        case.enterprise,
        enterprise_name,
        filed.legal_items,
        case.overdue,
        case.penalties,
        tuple(papers),
    )


def file_of(filed: CaseFiled) -> Iterator[str]:
    """The streams that the file of a case is made of: where it came from, and the case itself."""
    yield from (stream_of("hazard", hazard) for hazard in dict.fromkeys(filed.hazards))
    if filed.order:
        yield stream_of("order", filed.order)
    yield stream_of("source", filed.source)
    yield stream_of("case", filed.case)


def _called(fact: Fact) -> str:
    return next((value for name in _CALLED if (value := getattr(fact, name, ""))), "")


def _originals(value: object) -> Iterator[str]:
    """The hashes of all files that a fact names, wherever in it."""
    if isinstance(value, Evidence):
        yield value.sha256
    elif isinstance(value, tuple):
        for one in value:
            yield from _originals(one)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _originals(getattr(value, field.name))
