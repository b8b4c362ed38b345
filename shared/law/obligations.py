"""What a thing still owes, derived from its facts alone: one pure function for every row of the rulebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from shared.law.calendar import Calendar
from shared.law.periods import SHANGHAI, Due, Roll, Term, Unit, due, end_of, fixed, shanghai_day
from shared.law.rulebook import Bearer, Row, RowVersion, Rulebook
from shared.vocabulary.fact import Recorded, Touch
from shared.vocabulary.identities import kind_of
from shared.vocabulary.obligation_facts import (
    LapseWithdrawn,
    ObligationLapsed,
    RungReached,
)

_DUE_OF = "due:"


class Status(StrEnum):
    """Where an obligation stands."""

    OPEN = "open"
    DISCHARGED = "discharged"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Lapse:
    """A recorded lapse of one revision, not withdrawn; `end` is the moment that had passed."""

    revision: int
    end: datetime


@dataclass(frozen=True, slots=True)
class End:
    """What ended one revision, by moving or closing it: when it took effect, and its position."""

    revision: int
    at: datetime
    by: int


@dataclass(frozen=True, slots=True)
class Obligation:
    """One duty or right of one thing, with its dates and what the clock has recorded about it.

    `id` is `row/key#occurrence`; `revision` grows each time the due moves; `ends` says what ended
    each revision that is over.
    """

    id: str
    row: Row
    rule: RowVersion
    key: str
    stream: str
    opened_at: datetime
    start: date | datetime
    due: Due
    revision: int = 1
    status: Status = Status.OPEN
    ended_at: datetime | None = None
    ends: tuple[End, ...] = ()
    reached: frozenset[str] = frozenset()
    lapses: tuple[Lapse, ...] = ()

    @property
    def open(self) -> bool:
        """Still owed."""
        return self.status is Status.OPEN

    @property
    def late(self) -> bool:
        """Discharged, but after its legal due."""
        return self.ended_at is not None and self.ended_at > end_of(self.due.legal)

    @property
    def lapsed(self) -> bool:
        """The present revision's lapse is on record and stands."""
        return any(lapse.revision == self.revision for lapse in self.lapses)

    @property
    def bearer(self) -> Bearer:
        """Whose duty or right it is."""
        return self.row.bearer


@dataclass(slots=True)
class _Course:
    """One occurrence while the facts are walked: the starts seen so far and the last day set by a fact."""

    obligation: Obligation
    starts: list[str | datetime] = field(default_factory=list)
    term: Term | None = None
    until: date | None = None


class Reckoning:
    """The obligations of one stream, reckoned fact by fact: what came before need not be reckoned again."""

    def __init__(self, rulebook: Rulebook, calendar: Calendar) -> None:
        self._rulebook, self._calendar = rulebook, calendar
        self._courses: dict[tuple[str, str], list[_Course]] = {}

    def add(self, record: Recorded) -> None:
        """Take in the stream's next fact."""
        match record.fact:
            case RungReached() | ObligationLapsed() | LapseWithdrawn():
                _note(record.fact, self._courses)
            case _:
                for row in self._rulebook.of(kind_of(record.stream)):
                    for touch in _touches(row, record, self._courses):
                        _apply(row, touch, record, self._courses, self._calendar)

    def obligations(self) -> tuple[Obligation, ...]:
        """Every obligation so far, in the order of opening."""
        return tuple(course.obligation for many in self._courses.values() for course in many)


def obligations(facts: Sequence[Recorded], rulebook: Rulebook, calendar: Calendar) -> tuple[Obligation, ...]:
    """Every obligation that the facts of one stream ever opened, in the order of opening."""
    reckoning = Reckoning(rulebook, calendar)
    for record in facts:
        reckoning.add(record)
    return reckoning.obligations()


def open_obligations(
    facts: Sequence[Recorded], rulebook: Rulebook, calendar: Calendar
) -> tuple[Obligation, ...]:
    """What is still owed, nearest due first."""
    still = (o for o in obligations(facts, rulebook, calendar) if o.open)
    return tuple(sorted(still, key=lambda o: (end_of(o.due.legal), o.id)))


def _touches(row: Row, record: Recorded, courses: dict[tuple[str, str], list[_Course]]) -> tuple[Touch, ...]:
    """The parts of the thing that a fact concerns, as this row counts them; the whole thing is every part."""
    if row.per == "thing":
        return (Touch(),)
    touches = record.fact.touches()
    if touches != (Touch(),):
        return touches
    return tuple(Touch(key) for known, key in courses if known == row.id)


def _apply(
    row: Row,
    touch: Touch,
    record: Recorded,
    courses: dict[tuple[str, str], list[_Course]],
    calendar: Calendar,
) -> None:
    occurrences = courses.setdefault((row.id, touch.key), [])
    course = occurrences[-1] if occurrences and occurrences[-1].obligation.open else None
    opening = next((o for o in row.opens if o.fits(record.name, record.fact)), None)
    if opening is not None:
        start = opening.start if opening.start.startswith(_DUE_OF) else record.effective
        if course is None:
            occurrences.append(_opened(row, touch, record, start, len(occurrences) + 1, courses, calendar))
            return
        course.starts.append(start)
    if course is None:
        return
    if record.name in row.discharged_by or record.name in row.cancelled_by:
        status = Status.DISCHARGED if record.name in row.discharged_by else Status.CANCELLED
        course.obligation = replace(
            course.obligation,
            status=status,
            ended_at=record.effective,
            ends=_ended(course.obligation, record),
        )
        return
    if record.name in row.moved_by:
        course.until = touch.until
    moved = _due(row, touch.key, course, courses, calendar)
    if moved != course.obligation.due:
        course.obligation = replace(
            course.obligation,
            due=moved,
            start=_start(touch.key, course, courses),
            revision=course.obligation.revision + 1,
            ends=_ended(course.obligation, record),
            reached=frozenset(),
        )


def _ended(obligation: Obligation, record: Recorded) -> tuple[End, ...]:
    return (*obligation.ends, End(obligation.revision, record.effective, record.position))


def _opened(
    row: Row,
    touch: Touch,
    record: Recorded,
    start: str | datetime,
    occurrence: int,
    courses: dict[tuple[str, str], list[_Course]],
    calendar: Calendar,
) -> _Course:
    effective = record.effective.astimezone(SHANGHAI)
    rule = row.at(effective.date())
    name = f"{row.id}/{touch.key}" if touch.key else row.id
    unknown = Due(effective, effective, (), (), False, "")
    course = _Course(
        Obligation(
            f"{name}#{occurrence}",
            row,
            rule,
            touch.key,
            record.stream,
            effective,
            effective,
            due=unknown,
        ),
        starts=[start],
        term=_term(rule, touch, record),
        until=touch.until,
    )
    course.obligation = replace(
        course.obligation,
        due=_due(row, touch.key, course, courses, calendar),
        start=_start(touch.key, course, courses),
    )
    return course


def _term(rule: RowVersion, touch: Touch, record: Recorded) -> Term | None:
    """The term that holds: an alternative that fits the fact, the row's own, or the one that the fact gives."""
    for alternative in rule.alternatives:
        if all(getattr(record.fact, name) == value for name, value in alternative.only):
            return alternative.term
    if rule.term is None and touch.days is not None:
        roll = rule.at_most.roll if rule.at_most else Roll.FORWARD
        return Term(touch.days, Unit.CALENDAR_DAY, roll)
    return rule.term


def _start(key: str, course: _Course, courses: dict[tuple[str, str], list[_Course]]) -> date | datetime:
    """The earliest of the starts: what another row's due gives, or a fact's effective time."""
    found: list[tuple[date, date | datetime]] = []
    for start in course.starts:
        if isinstance(start, str):
            other = courses[(start.removeprefix(_DUE_OF), key)][-1].obligation.due.legal
            found.append((shanghai_day(other), other))
        else:
            local = start.astimezone(SHANGHAI)
            found.append((local.date(), local))
    return min(found, key=lambda pair: pair[0])[1]


def _due(
    row: Row,
    key: str,
    course: _Course,
    courses: dict[tuple[str, str], list[_Course]],
    calendar: Calendar,
) -> Due:
    if course.until is not None and row.per == "item" and course.obligation.rule.term is None:
        roll = course.obligation.rule.at_most.roll if course.obligation.rule.at_most else Roll.FORWARD
        return fixed(course.until, roll, calendar)
    if course.term is None:
        raise ValueError(f"{row.id}: the fact that opened it gives no term")
    start = _start(key, course, courses)
    end = due(start if course.term.unit is Unit.HOUR else shanghai_day(start), course.term, calendar)
    if course.term.unit is Unit.HOUR:
        # No calendar can move hours, so an unpublished year is no reason to hold them back.
        end = replace(end, provisional=False)
    plan = course.obligation.rule.plan
    if plan is None:
        return end
    planned = due(shanghai_day(start), plan, calendar)
    return replace(end, internal=planned.internal)


def _note(
    fact: RungReached | ObligationLapsed | LapseWithdrawn,
    courses: dict[tuple[str, str], list[_Course]],
) -> None:
    """Enter what the clock recorded on the occurrence that it names."""
    row, _, key = fact.obligation.rpartition("#")[0].partition("/")
    for course in (c for c in courses.get((row, key), ()) if c.obligation.id == fact.obligation):
        known = course.obligation
        match fact:
            case RungReached() if fact.revision == known.revision:
                course.obligation = replace(known, reached=known.reached | {fact.rung, *fact.collapsed})
            case ObligationLapsed():
                end = datetime.fromisoformat(fact.due)
                course.obligation = replace(known, lapses=(*known.lapses, Lapse(fact.revision, end)))
            case LapseWithdrawn():
                course.obligation = replace(
                    known,
                    lapses=tuple(x for x in known.lapses if x.revision != fact.revision),
                )
