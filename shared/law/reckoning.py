"""What a thing still owes, reckoned from its facts alone: one pure function for every row of the rulebook."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache

from shared.law.calendar import Calendar
from shared.law.obligations import End, Lapse, Obligation, Status
from shared.law.periods import SHANGHAI, Due, Roll, Term, Unit, due, end_of, fixed, shanghai_day
from shared.law.rulebook import Row, RowVersion, Rulebook
from shared.vocabulary.fact import Recorded, Touch
from shared.vocabulary.identities import kind_of
from shared.vocabulary.obligation_facts import (
    LapseWithdrawn,
    ObligationLapsed,
    RungReached,
)

_DUE_OF = "due:"
_reckoned = lru_cache(maxsize=8192)(due)
"""Kept, for thousands of things begin the same term on the same day."""


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
        self._rows: tuple[Row, ...] | None = None

    def add(self, record: Recorded) -> None:
        """Take in the stream's next fact."""
        match record.fact:
            case RungReached() | ObligationLapsed() | LapseWithdrawn():
                _note(record.fact, self._courses)
            case _:
                if self._rows is None:
                    self._rows = self._rulebook.of(kind_of(record.stream))
                for row in self._rows:
                    for touch in _touches(row, record, self._courses):
                        _apply(row, touch, record, self._courses, self._calendar)

    def obligations(self) -> tuple[Obligation, ...]:
        """Every obligation so far, in the order of opening."""
        return tuple(course.obligation for many in self._courses.values() for course in many)


class Reckonings:
    """Remembers the reckoning of the streams met last, so that a new fact costs one step and not its whole stream."""

    def __init__(self, rulebook: Rulebook, calendar: Calendar, keep: int = 4096) -> None:
        self._rulebook, self._calendar, self._keep = rulebook, calendar, keep
        self._known: OrderedDict[str, tuple[Reckoning, int]] = OrderedDict()

    def of(self, facts: Sequence[Recorded]) -> tuple[Obligation, ...]:
        """Every obligation that the facts of one stream, from its first, ever opened."""
        if not facts:
            return ()
        # Taken out until done: one that fails half-way is not met again.
        reckoning, version = self._known.pop(facts[0].stream, (None, 0))
        if reckoning is None or version > len(facts):
            reckoning, version = Reckoning(self._rulebook, self._calendar), 0
        for record in facts[version:]:
            reckoning.add(record)
        self._known[facts[0].stream] = reckoning, len(facts)
        if len(self._known) > self._keep:
            self._known.popitem(last=False)
        return reckoning.obligations()


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
    match row.per:
        case "thing":
            return (Touch(),)
        case "round" if hasattr(record.fact, "round"):
            return (Touch(f"round-{record.fact.round}"),)
        case _:
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
    """Let one fact end, open or move what this row counts for one part of the thing, in that order."""
    occurrences = courses.setdefault((row.id, touch.key), [])
    over = next((c for c in occurrences if _was_running(c.obligation, record.effective)), None)
    if over is not None:
        _end_earlier(over, row, record)
        return
    course = occurrences[-1] if occurrences and occurrences[-1].obligation.open else None
    status = _ended_as(row, record)
    if course is not None and status is not None and course.obligation.opened_at <= record.effective:
        known = course.obligation
        course.obligation = replace(
            known, status=status, ended_at=record.effective, ends=(*known.ends, _end(known, record))
        )
        course = None
    opening = next((o for o in row.opens if o.fits(record.name, record.fact, touch)), None)
    if opening is not None:
        start = opening.start if opening.start.startswith(_DUE_OF) else record.effective
        if course is None:
            occurrences.append(_opened(row, touch, record, start, len(occurrences) + 1, courses, calendar))
            return
        course.starts.append(start)
    if course is not None:
        if record.name in row.moved_by:
            course.until = touch.until
        _move(course, row, touch.key, record, courses, calendar)


def _was_running(obligation: Obligation, at: datetime) -> bool:
    """Whether an occurrence that is over by now was still open when a late truth took effect."""
    return obligation.ended_at is not None and obligation.opened_at <= at < obligation.ended_at


def _end_earlier(course: _Course, row: Row, record: Recorded) -> None:
    """Of two ends the one that took effect first counts, whichever was recorded first; nothing opens again."""
    status = _ended_as(row, record)
    if status is None:
        return
    known = course.obligation
    ends = (*known.ends[:-1], _end(known, record))
    course.obligation = replace(known, status=status, ended_at=record.effective, ends=ends)


def _ended_as(row: Row, record: Recorded) -> Status | None:
    if record.name in row.discharged_by:
        return Status.DISCHARGED
    return Status.CANCELLED if record.name in row.cancelled_by else None


def _end(obligation: Obligation, record: Recorded) -> End:
    return End(obligation.revision, record.effective, record.position, record.name)


def _move(
    course: _Course,
    row: Row,
    key: str,
    record: Recorded,
    courses: dict[tuple[str, str], list[_Course]],
    calendar: Calendar,
) -> None:
    """A due that comes out differently by now is another revision, with rungs of its own."""
    known, moved = course.obligation, _due(row, key, course, courses, calendar)
    if moved != known.due:
        course.obligation = replace(
            known,
            due=moved,
            start=_start(key, course, courses),
            revision=known.revision + 1,
            ends=(*known.ends, _end(known, record)),
            reached=frozenset(),
        )


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
    end = _reckoned(start if course.term.unit is Unit.HOUR else shanghai_day(start), course.term, calendar)
    if course.term.unit is Unit.HOUR:
        # No calendar can move hours, so an unpublished year is no reason to hold them back.
        end = replace(end, provisional=False)
    plan = course.obligation.rule.plan
    if plan is None:
        return end
    planned = _reckoned(shanghai_day(start), plan, calendar)
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
