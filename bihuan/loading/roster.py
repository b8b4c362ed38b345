"""Who and what is registered in a ledger, and which visits it already has."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.ledger.port import Ledger
from shared.vocabulary.identities import kind_of
from shared.vocabulary.order_facts import VisitMade
from shared.vocabulary.registry_facts import (
    CommunityRegistered,
    EnterpriseRegistered,
    OfficeRegistered,
    PersonLeft,
    PersonRegistered,
)
from shared.wire.codec import recorded

_KINDS = ("person", "office", "community", "enterprise", "visit")
_PAGE = 2000


@dataclass(slots=True)
class Roster:
    """The registry as it stands; `visits`: the command that recorded a visit, by (enterprise, moment in UTC)."""

    people: dict[str, PersonRegistered] = field(default_factory=dict)
    offices: dict[str, OfficeRegistered] = field(default_factory=dict)
    communities: dict[str, CommunityRegistered] = field(default_factory=dict)
    enterprises: dict[str, EnterpriseRegistered] = field(default_factory=dict)
    visits: dict[tuple[str, float], str] = field(default_factory=dict)

    @property
    def head(self) -> str | None:
        """The first registered person who heads the office."""
        return next((p.person for p in self.people.values() if "office_head" in p.roles), None)


def read_roster(ledger: Ledger) -> Roster:
    """One pass over the book, by position."""
    roster, after = Roster(), 0
    while page := ledger.read(after, _PAGE):
        after = page[-1].position
        for stored in page:
            if kind_of(stored.stream) not in _KINDS:
                continue
            record = recorded(stored)
            match record.fact:
                case PersonRegistered() as person:
                    roster.people[person.person] = person
                case PersonLeft() as gone:
                    roster.people.pop(gone.person, None)
                case OfficeRegistered() as office:
                    roster.offices[office.office] = office
                case CommunityRegistered() as community:
                    roster.communities[community.community] = community
                case EnterpriseRegistered() as enterprise:
                    roster.enterprises[enterprise.enterprise] = enterprise
                case VisitMade() as visit:
                    moment = record.effective.timestamp()
                    roster.visits[visit.enterprise, moment] = record.context.command
    return roster
