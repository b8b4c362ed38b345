"""The shell of every service in four lines: load, decide, append, answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from shared.law.authority import (
    Act,
    authorise,
    effective_moment,
    four_eyes,
    in_charge,
    in_order,
    person_now,
    profile_on,
)
from shared.law.obligations import Obligation
from shared.law.reckoning import obligations
from shared.ledger.port import (
    Appended,
    Ledger,
    NewFact,
    Unchanged,
    VersionConflict,
    Write,
)
from shared.runtime.law_files import Law
from shared.runtime.measured import appending, refusals_counted
from shared.vocabulary.fact import Actor, Context, Fact, Recorded
from shared.vocabulary.identities import numbering_stream, stream_of
from shared.vocabulary.paper_facts import NumberUsed
from shared.vocabulary.refusals import (
    NotAllowed,
    OutsideAuthority,
    StaleVersion,
    UnknownThing,
)
from shared.vocabulary.registry_facts import AuthorityGranted, PersonRegistered
from shared.wire.codec import encode, recorded

ATTEMPTS = 8
"""How often a decision is made afresh when someone else wrote in between."""


class Now(Protocol):
    """The installation's clock."""

    def now(self) -> datetime:
        """The installation's time, zoned."""
        ...


class Vault(Protocol):
    """Where one ledger's personal data is sealed, outside its facts."""

    def put(self, subject: str, name: str, plaintext: bytes) -> str:
        """Seal it; answers the commitment, the same one when the same content is put again."""
        ...

    def get(self, subject: str, name: str, reader: str, reason: str) -> bytes:
        """Show it, having logged to whom and why."""
        ...


@dataclass(frozen=True, slots=True)
class Call:
    """One request: who asks, who confirms, under which command id, and when it took effect.

    `expected`: the version of the thing that the caller saw; `imported`: loaded from an office's own books.
    """

    command: str
    body_hash: bytes
    person: str
    trace: str
    second: str | None = None
    effective: datetime | None = None
    reason: str | None = None
    expected: int | None = None
    imported: bool = False
    causation: str | None = None
    correlation: str | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A stream as it was read."""

    stream: str
    records: tuple[Recorded, ...]

    @property
    def version(self) -> int:
        """The version read, 0 when there is nothing."""
        return self.records[-1].version if self.records else 0

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts alone."""
        return tuple(record.fact for record in self.records)


@dataclass(frozen=True, slots=True)
class Acting:
    """Those who act, allowed and checked, with what was read to know it."""

    actors: tuple[Actor, ...]
    effective: datetime
    profile: AuthorityGranted | None
    guards: tuple[Unchanged, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Facts for one stream, as it was read.

    `moments`: when facts of a type take effect, where that is not when the act does.
    """

    on: Loaded
    facts: tuple[Fact, ...]
    moments: Mapping[str, datetime] = field(default_factory=dict)


class Desk:
    """One service's access to one office's book."""

    def __init__(self, ledger: Ledger, law: Law, clock: Now, vault: Vault | None = None) -> None:
        self.ledger, self.law, self.clock = ledger, law, clock
        self._vault = vault

    @property
    def vault(self) -> Vault:
        """The sealed data of this book; a desk without it never lets a name pass unsealed."""
        if self._vault is None:
            raise LookupError(f"the desk at {self.ledger.name} has no sealed store")
        return self._vault

    def load(self, stream: str) -> Loaded:
        """A stream, which may be empty."""
        return Loaded(stream, tuple(recorded(stored) for stored in self.ledger.stream(stream)))

    def thing(self, kind: str, thing: str, call: Call | None = None) -> Loaded:
        """A thing that must exist, at the version that the caller saw if they say so."""
        loaded = self.load(stream_of(kind, thing))
        if not loaded.records:
            raise UnknownThing(
                f"没有编号为{thing}的{kind}",
                f"there is no {kind} {thing} here",
                where=kind,
                do_zh="请核对编号",
                do_en="check the id",
            )
        if call and call.expected is not None and call.expected != loaded.version:
            raise StaleVersion(
                f"内容已从第{call.expected}版变为第{loaded.version}版",
                f"it is at version {loaded.version}, not {call.expected}",
                where="expected",
                do_zh="请刷新后再办",
                do_en="look again, then decide",
            )
        return loaded

    def obligations(self, loaded: Loaded) -> tuple[Obligation, ...]:
        """Every obligation that a stream's facts ever opened."""
        return obligations(loaded.records, self.law.rulebook, self.law.calendar)

    def run(self, call: Call, handle: Callable[[], Appended]) -> Appended:
        """The stored answer of a repeated command, or a fresh one; decides again when someone was faster."""
        with refusals_counted(self.ledger.name):
            return self._run(call, handle)

    def _run(self, call: Call, handle: Callable[[], Appended]) -> Appended:
        for attempt in range(ATTEMPTS):
            known = self.ledger.answer(call.command, call.body_hash)
            if known is not None:
                return known
            try:
                return handle()
            except VersionConflict as conflict:
                if attempt == ATTEMPTS - 1:
                    raise StaleVersion(
                        "同一事项正被多人同时办理",
                        f"others keep writing {conflict.stream}",
                        do_zh="请稍后重试",
                        do_en="try again shortly",
                    ) from conflict
        raise AssertionError("unreachable")

    def begin(self, act_id: str, call: Call, *histories: Loaded, community: str | None = None) -> Acting:
        """Check role, number of officers, certificates, authority, place, four eyes and the effective time."""
        act = self.law.acts[act_id]
        effective = effective_moment(
            act,
            call.effective,
            call.reason,
            at=self.clock.now(),
            imported=call.imported,
        )
        people, guards = self._people(act, call)
        office = people[0].office
        authority = self.load(stream_of("authority", office))
        profile = profile_on(authority.records, effective.date())
        actors = authorise(act, people, profile, effective.date())
        for place in [community] if community else [_community(history) for history in histories]:
            in_charge(act, people, place)
        for history in histories:
            four_eyes(act, actors, history.records)
            in_order(act, effective, history.records)
        return Acting(
            actors,
            effective,
            profile,
            (*guards, Unchanged(authority.stream, authority.version)),
        )

    def append(self, call: Call, acting: Acting, *changes: Change) -> Appended:
        """Record all changes as one command; what was only read must not have changed meanwhile."""
        written = {change.on.stream for change in changes}
        guards = [guard for guard in acting.guards if guard.stream not in written]
        writes = self._writes(call, acting, changes)
        return appending(
            self.ledger.name, call.trace, call.command,
            lambda: self.ledger.append(call.command, call.body_hash, writes, guards),
        )  # fmt: skip

    def number(self, kind: str, acting: Acting, paper: str) -> tuple[str, Change]:
        """The next number of a kind of paper from the series that the authority profile grants."""
        series = next((s for s in acting.profile.series if s.kind == kind), None) if acting.profile else None
        if series is None:
            raise OutsideAuthority(
                f"当前执法权限没有授予“{kind}”的文书编号",
                f"the authority profile grants no number series for {kind}",
                basis="行政处罚法第20条第2款(委托书载明事项);内部编号要求",
                do_zh="请在权限登记中补充编号",
                do_en="add the series to the authority profile",
            )
        year = acting.effective.year
        stream = numbering_stream(series.prefix, kind, year)
        # Only the last fact is read: a year's book holds thousands of numbers.
        version = self.ledger.version(stream)
        last = self.ledger.stream(stream, after=max(version - 1, 0))
        book = Loaded(stream, tuple(recorded(stored) for stored in last))
        number = max((fact.number for fact in book.facts if isinstance(fact, NumberUsed)), default=0) + 1
        text = f"{series.prefix}〔{year}〕{number}号"
        return text, Change(book, (NumberUsed(series.prefix, kind, year, number, text, paper),))

    def _people(self, act: Act, call: Call) -> tuple[list[PersonRegistered], list[Unchanged]]:
        people: list[PersonRegistered] = []
        guards: list[Unchanged] = []
        for person in dict.fromkeys(p for p in (call.person, call.second) if p):
            loaded = self.load(stream_of("person", person))
            found = person_now(loaded.records)
            if found is None:
                raise NotAllowed(
                    f"{person}不在册,不能办理“{act.name}”",
                    f"{person} is not registered here",
                    basis=act.basis,
                    do_zh="请先登记人员",
                    do_en="register the person first",
                )
            people.append(found)
            guards.append(Unchanged(loaded.stream, loaded.version))
        return people, guards

    def _writes(self, call: Call, acting: Acting, changes: Sequence[Change]) -> list[Write]:
        writes = []
        for change in changes:
            first = change.on.records[0] if change.on.records else None
            context = Context(
                actors=acting.actors,
                effective=acting.effective,
                command=call.command,
                correlation=call.correlation or (first.context.correlation if first else call.command),
                causation=call.causation,
                rules=self.law.rulebook.version,
                calendar=self.law.calendar.version,
                trace=call.trace,
                reason=call.reason,
            )
            contexts = {name: replace(context, effective=moment) for name, moment in change.moments.items()}
            facts = tuple(
                NewFact(fact.TYPE, encode(fact, contexts.get(fact.TYPE, context))) for fact in change.facts
            )
            writes.append(Write(change.on.stream, change.on.version, facts))
        return writes


DeskOf = Callable[[str], Desk | None]
"""The service's desk at a ledger; None where the service does not serve that ledger."""


def _community(history: Loaded) -> str | None:
    """Where a thing is that an act concerns: the facts of reports, hazards and orders name their community."""
    named = (getattr(fact, "community", None) for fact in history.facts)
    return next((community for community in named if community is not None), None)
