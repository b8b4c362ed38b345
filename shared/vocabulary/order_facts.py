"""Facts of a rectification order (责令限期整改指令书) and of the visit that gave rise to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.vocabulary.fact import Fact, Touch, fact
from shared.vocabulary.hazard_facts import Evidence


class ServiceMode(StrEnum):
    """How a paper reached the party (民事诉讼法 Arts. 88-95)."""

    DIRECT = "direct"
    LEAVE = "leave"
    EMAIL = "email"
    POST = "post"
    PUBLIC_NOTICE = "public_notice"


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One numbered item: what is wrong, where, under which item of law, and the term.

    Either `days` calendar days from proven service or the fixed date `until`. Money is in fen.
    """

    number: int
    hazard: str
    defect: str
    place: str
    legal_item: str
    days: int | None = None
    until: date | None = None
    measure: str = ""
    owner: str = ""
    money: int | None = None
    plan: str = ""


@dataclass(frozen=True, slots=True)
class ItemTerm:
    """The term of one item as it stands from service on."""

    item: int
    days: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What a re-inspection found about one item."""

    item: int
    passed: bool
    note: str = ""
    evidence: tuple[Evidence, ...] = ()


@fact("visit.made.v1")
@dataclass(frozen=True, slots=True)
class VisitMade(Fact):
    """Two certified officers inspected an enterprise; the record (现场检查记录) has a number."""

    visit: str
    enterprise: str
    community: str
    record: str
    hazards: tuple[str, ...]
    order: str | None = None
    experts: tuple[str, ...] = ()


@fact("order.issued.v1")
@dataclass(frozen=True, slots=True)
class OrderIssued(Fact):
    """The order was signed by two officers in the name that the authority profile gives."""

    order: str
    number: str
    enterprise: str
    community: str
    acting_name: str
    items: tuple[OrderItem, ...]
    visit: str | None = None
    supersedes: str | None = None


@fact("order.served.v1")
@dataclass(frozen=True, slots=True)
class OrderServed(Fact):
    """Service was proven; the terms of all items run from here."""

    order: str
    how: ServiceMode
    receipt: str
    terms: tuple[ItemTerm, ...]

    def touches(self) -> tuple[Touch, ...]:
        """Each item with its own term."""
        return tuple(Touch(str(t.item), t.days, t.until) for t in self.terms)


@dataclass(frozen=True, slots=True)
class _OnItems(Fact):
    """A fact about some items of an order."""

    order: str
    items: tuple[int, ...]

    def touches(self) -> tuple[Touch, ...]:
        """The items named."""
        return tuple(Touch(str(item)) for item in self.items)


@fact("order.extension_requested.v1")
@dataclass(frozen=True, slots=True)
class ExtensionRequested(_OnItems):
    """The party asked for more time, in writing and with grounds."""

    until: date
    grounds: str
    late_notice: bool = False


@fact("order.extension_granted.v1")
@dataclass(frozen=True, slots=True)
class ExtensionGranted(_OnItems):
    """More time was given by someone other than the issuing officers alone."""

    until: date
    reasons: str

    def touches(self) -> tuple[Touch, ...]:
        """The items named, each with its new last day."""
        return tuple(Touch(str(item), until=self.until) for item in self.items)


@fact("order.extension_refused.v1")
@dataclass(frozen=True, slots=True)
class ExtensionRefused(_OnItems):
    """More time was refused, with reasons."""

    reasons: str


@fact("order.completion_reported.v1")
@dataclass(frozen=True, slots=True)
class CompletionReported(_OnItems):
    """The party reports the items done and asks for re-inspection.

    `overtaken`: the items among these about which something later had been recorded when this came in.
    """

    measures: str
    evidence: tuple[Evidence, ...] = ()
    overtaken: tuple[int, ...] = ()


@fact("order.reinspected.v1")
@dataclass(frozen=True, slots=True)
class OrderReinspected(Fact):
    """Two officers re-inspected the items of one round; later rounds hold failed items only."""

    order: str
    round: int
    enterprise: str
    results: tuple[ItemResult, ...]

    def touches(self) -> tuple[Touch, ...]:
        """The items that were looked at, each with its result."""
        return tuple(Touch(str(result.item), passed=result.passed) for result in self.results)

    @property
    def failed(self) -> tuple[int, ...]:
        """The items that did not pass."""
        return tuple(result.item for result in self.results if not result.passed)


@fact("order.opinion_issued.v1")
@dataclass(frozen=True, slots=True)
class OpinionIssued(Fact):
    """The opinion on a round of re-inspection (整改复查意见书) was issued under its number."""

    order: str
    round: int
    number: str


@fact("order.withdrawn.v1")
@dataclass(frozen=True, slots=True)
class OrderWithdrawn(Fact):
    """The issuing authority takes the order back (行政处罚法 Art. 75(2)); nothing of it stands."""

    order: str
    reasons: str
