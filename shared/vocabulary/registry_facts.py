"""Registry facts: people with roles and certificates, offices, communities, enterprises, authority, channels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.vocabulary.fact import Fact, fact


@dataclass(frozen=True, slots=True)
class Certificate:
    """An enforcement certificate, valid from and to and including the days given, in `area`."""

    number: str
    valid_from: date
    valid_to: date
    area: str


@dataclass(frozen=True, slots=True)
class Series:
    """A number series granted to this ledger for one kind of paper: `(清)应急责改`."""

    kind: str
    prefix: str


@fact("person.registered.v1")
@dataclass(frozen=True, slots=True)
class PersonRegistered(Fact):
    """A person of the office as from now: the whole record, replacing any earlier one."""

    person: str
    name: str
    roles: tuple[str, ...]
    office: str
    communities: tuple[str, ...] = ()
    certificate: Certificate | None = None


@fact("person.left.v1")
@dataclass(frozen=True, slots=True)
class PersonLeft(Fact):
    """The person no longer acts here."""

    person: str


@fact("office.registered.v1")
@dataclass(frozen=True, slots=True)
class OfficeRegistered(Fact):
    """An office, the one above it, and the ledger of this installation that is its own book, if it keeps one."""

    office: str
    name: str
    kind: str
    upper: str | None = None
    ledger: str | None = None


@fact("community.registered.v1")
@dataclass(frozen=True, slots=True)
class CommunityRegistered(Fact):
    """A community (社区, 村) of the township."""

    community: str
    name: str


@fact("enterprise.registered.v1")
@dataclass(frozen=True, slots=True)
class EnterpriseRegistered(Fact):
    """A production or business entity and how closely it is supervised."""

    enterprise: str
    name: str
    community: str
    sector: str
    supervision: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key (Ed25519, 32 bytes in base64) with which a channel's requests are verified, and its name there."""

    id: str
    public: str


@fact("channel.registered.v1")
@dataclass(frozen=True, slots=True)
class ChannelRegistered(Fact):
    """A system that may report; with `must_sign` its requests are taken only if one of its keys signed them."""

    channel: str
    name: str
    kind: str
    keys: tuple[SigningKey, ...] = ()
    must_sign: bool = False


@fact("campaign.registered.v1")
@dataclass(frozen=True, slots=True)
class CampaignRegistered(Fact):
    """A special campaign (专项整治) from its first day, to and including its last one if that is known."""

    campaign: str
    name: str
    first: date
    last: date | None = None


class CapBasis(StrEnum):
    """What a cap counts against: the amount proposed, the most of the clause, or the right to a hearing besides."""

    PROPOSED = "proposed_amount"
    CLAUSE = "clause_cap"
    BELOW_HEARING = "below_hearing_threshold"


@fact("authority.granted.v1")
@dataclass(frozen=True, slots=True)
class AuthorityGranted(Fact):
    """What an office may do, in whose name, from and to and including the days given. Money is in fen.

    `mode`: A inspects, orders and reports; B by delegation; C by conferral (行政处罚法 Art. 24); S by statute, as the
    county bureau does.
    `cap_entity`, `cap_individual`: the least fine that is beyond it, so a cap of at most 50,000 yuan is 5,000,001.
    `areas`: an officer's certificate must be for one of them (the township, and what it lies in).

    Source: 行政处罚法 Arts. 20 and 24; the profile is data because it differs by province and changes.
    """

    office: str
    profile: str
    mode: str
    valid_from: date
    valid_to: date
    acting_name: str
    series: tuple[Series, ...]
    areas: tuple[str, ...]
    delegator: str | None = None
    cap_entity: int | None = None
    cap_individual: int | None = None
    cap_basis: CapBasis = CapBasis.PROPOSED
    procedures: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    sectors_excluded: tuple[str, ...] = ()
    min_officers: int = 2
    recurrence_window_days: int = 90
    published_url: str = ""
    mark: str = "P"
