"""Who is there in a scenario: the office with its authority, people, communities and enterprises."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from shared.vocabulary.fact import Fact
from shared.vocabulary.identities import stream_of
from shared.vocabulary.registry_facts import (
    AuthorityGranted,
    CapBasis,
    Certificate,
    ChannelRegistered,
    CommunityRegistered,
    EnterpriseRegistered,
    OfficeRegistered,
    PersonRegistered,
    Series,
)

ID = r"^[A-Za-z0-9._:\-]+$"


class Shape(BaseModel):
    """The base of all parts of a scenario file: unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Paper(Shape):
    """An enforcement certificate, valid from and to and including the days given."""

    number: str
    valid_from: date
    valid_to: date
    area: str | None = None


class Person(Shape):
    """A person of the office."""

    id: str = Field(pattern=ID)
    name: str = ""
    roles: tuple[str, ...]
    office: str | None = None
    communities: tuple[str, ...] = ()
    certificate: Paper | None = None


class Community(Shape):
    """A community of the township."""

    id: str = Field(pattern=ID)
    name: str = ""


class Enterprise(Shape):
    """A production or business entity."""

    id: str = Field(pattern=ID)
    name: str = ""
    community: str
    sector: str = ""
    supervision: str = "general"
    address: str = ""


class Channel(Shape):
    """A system that may report."""

    id: str = Field(pattern=ID)
    name: str = ""
    kind: str = "grid_app"


class Office(Shape):
    """An office, the one above it, and the ledger that is its own book, where the scenario has that ledger."""

    id: str = Field(pattern=ID)
    name: str
    kind: str
    upper: str | None = None
    ledger: str | None = None


class Authority(Shape):
    """What the office may do: money in fen, `series` gives each kind of paper its number prefix."""

    mode: str = Field(pattern="^[ABCS]$")
    valid_from: date
    valid_to: date
    acting_name: str
    series: dict[str, str]
    areas: tuple[str, ...] = ()
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


class Profile(Shape):
    """One office with its authority, and a cast that a scenario may add to or replace by id."""

    id: str
    office: str
    authority: Authority | None
    offices: tuple[Office, ...] = ()
    people: tuple[Person, ...] = ()
    communities: tuple[Community, ...] = ()
    enterprises: tuple[Enterprise, ...] = ()
    channels: tuple[Channel, ...] = ()


def registry_facts(
    profile: Profile,
    ledgers: Collection[str] = (),
    *,
    people: Iterable[Person] = (),
    communities: Iterable[Community] = (),
    enterprises: Iterable[Enterprise] = (),
    channels: Iterable[Channel] = (),
) -> Iterator[tuple[str, Fact]]:
    """The registry facts of the whole cast with their streams; what the scenario gives replaces the profile's.

    `ledgers`: those of the scenario; an office whose own book is none of them answers on paper.
    """
    for office in profile.offices:
        book = office.ledger if office.ledger in ledgers else None
        registered = OfficeRegistered(office.id, office.name, office.kind, office.upper, book)
        yield stream_of("office", office.id), registered
    for community in {c.id: c for c in (*profile.communities, *communities)}.values():
        fact = CommunityRegistered(community.id, community.name or community.id)
        yield stream_of("community", community.id), fact
    for enterprise in {e.id: e for e in (*profile.enterprises, *enterprises)}.values():
        yield stream_of("enterprise", enterprise.id), _enterprise(enterprise)
    for channel in {c.id: c for c in (*profile.channels, *channels)}.values():
        yield stream_of("channel", channel.id), _channel(channel)
    for person in {p.id: p for p in (*profile.people, *people)}.values():
        yield stream_of("person", person.id), _person(person, profile)
    if profile.authority is not None:
        yield stream_of("authority", profile.office), _authority(profile, profile.authority)


def _enterprise(it: Enterprise) -> EnterpriseRegistered:
    return EnterpriseRegistered(it.id, it.name or it.id, it.community, it.sector, it.supervision, it.address)


def _channel(it: Channel) -> ChannelRegistered:
    return ChannelRegistered(it.id, it.name or it.id, it.kind)


def _person(it: Person, profile: Profile) -> PersonRegistered:
    paper, certificate = it.certificate, None
    if paper:
        area = paper.area or _areas(profile)[0]
        certificate = Certificate(paper.number, paper.valid_from, paper.valid_to, area)
    return PersonRegistered(
        it.id, it.name or it.id, it.roles, it.office or profile.office, it.communities, certificate
    )


def _authority(profile: Profile, it: Authority) -> AuthorityGranted:
    given = it.model_dump(exclude={"series", "areas"})
    series = tuple(Series(kind, prefix) for kind, prefix in it.series.items())
    return AuthorityGranted(
        office=profile.office, profile=profile.id, series=series, areas=_areas(profile), **given
    )


def _areas(profile: Profile) -> tuple[str, ...]:
    """Where the profile holds; one that says nothing of it holds in an area of its own name."""
    return (profile.authority.areas if profile.authority else ()) or (profile.id,)
