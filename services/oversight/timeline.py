"""One thing's timeline, from the ledger: what happened to it and to what hangs together, what is owed, what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, select, union

from services.oversight.links import elsewhere
from services.oversight.names import mentioned, names_of
from services.oversight.tables import THING_LINK
from services.oversight.views import LINKS
from services.oversight.words import Language, kind_word, rung_word, sentence, word
from services.oversight.workdays import days_left, urgency
from shared.bus.projection import serving
from shared.law.obligations import Obligation
from shared.law.periods import SHANGHAI, end_of
from shared.law.reckoning import obligations
from shared.law.rungs import ladder
from shared.ledger.reading import reading
from shared.runtime.desk import Desk, Loaded
from shared.runtime.law_files import Law
from shared.vocabulary.fact import Recorded
from shared.vocabulary.hazard_facts import HazardPutUnderOrder
from shared.vocabulary.identities import kind_of, stream_of, thing_of
from shared.vocabulary.order_facts import OrderIssued
from shared.vocabulary.refusals import UnknownThing

KINDS = ("hazard", "order", "source", "case", "report", "visit")


@dataclass(frozen=True, slots=True)
class _Focus:
    """The thing asked for and, if it is a hazard under orders, its item of each."""

    stream: str
    items: tuple[tuple[str, str], ...]

    def concerns(self, stream: str, keys: Iterable[str]) -> bool:
        """Whether these parts of a stream concern the thing."""
        item = dict(self.items).get(stream)
        return item is None or not all(key.isdigit() and key != item for key in keys)


def timeline(engine: Engine, desk: Desk, kind: str, thing: str, lang: Language) -> dict[str, Any]:
    """Facts in ledger order, and open obligations of the thing and its relations; raises UnknownThing."""
    stream = stream_of(kind, thing)
    own = desk.load(stream) if kind in KINDS else Loaded(stream, ())
    if not own.records:
        raise UnknownThing(
            f"没有编号为{thing}的{kind_word(kind, Language.ZH)}",
            f"there is no {kind} {thing} here",
            where="id",
            do_zh="请核对编号",
            do_en="check the id",
        )
    others = [desk.load(other) for other in sorted(_related(engine, desk.ledger.name, stream))]
    focus = _Focus(stream, _items(own.records))
    at = desk.clock.now()
    facts = sorted((r for loaded in (own, *others) for r in loaded.records), key=lambda r: r.position)
    told = [record for record in facts if focus.concerns(record.stream, _keys(record))]
    rows = {row.id: row.name if lang is Language.ZH else row.name_en for row in desk.law.rulebook.rows}
    names = _names(engine, desk.ledger.name, told, [stream, *(loaded.stream for loaded in others)])
    return {
        "thing": stream,
        "version": own.version,
        "at": at.isoformat(),
        "related": [loaded.stream for loaded in others],
        "elsewhere": [place for record in own.records for place in elsewhere(record)],
        "names": names,
        "facts": [_line(record, lang, rows, names) for record in told],
        "open": _open(desk.law, (own, *others), focus, at, lang),
    }


def _related(engine: Engine, ledger: str, stream: str) -> set[str]:
    """What the thing names and what names it; from a report on, what hangs on its hazards too."""
    found = _neighbours(engine, ledger, {stream})
    if kind_of(stream) == "report":
        hazards = {other for other in found if kind_of(other) == "hazard"}
        found |= {
            other
            for other in _neighbours(engine, ledger, hazards)
            if kind_of(other) in ("order", "source", "case")
        }
    return found - {stream}


def _neighbours(engine: Engine, ledger: str, streams: set[str]) -> set[str]:
    link = THING_LINK.c
    mine = (link.ledger == ledger, link.generation == serving(ledger, LINKS))
    forth = select(link.other.label("thing")).where(*mine, link.stream.in_(streams))
    back = select(link.stream.label("thing")).where(*mine, link.other.in_(streams))
    with reading(engine) as connection:
        return set(connection.execute(union(forth, back)).scalars())


def _names(engine: Engine, ledger: str, told: list[Recorded], streams: list[str]) -> dict[str, str]:
    """What all that is mentioned is called."""
    people = {stream_of("person", actor.person) for record in told for actor in record.context.actors}
    things = {stream for record in told for stream in mentioned(record.fact)}
    return names_of(engine, ledger, people | things | set(streams))


def _items(records: tuple[Recorded, ...]) -> tuple[tuple[str, str], ...]:
    facts = (record.fact for record in records)
    return tuple(
        (stream_of("order", f.order), str(f.item)) for f in facts if isinstance(f, HazardPutUnderOrder)
    )


def _keys(record: Recorded) -> tuple[str, ...]:
    named = getattr(record.fact, "obligation", None)
    if named is not None:
        return (_key(named),)
    return tuple(touch.key for touch in record.fact.touches())


def _key(obligation: str) -> str:
    """The part of the thing that an obligation `row/key#occurrence` is about."""
    return obligation.rpartition("#")[0].partition("/")[2]


def _line(record: Recorded, lang: Language, rows: dict[str, str], names: dict[str, str]) -> dict[str, Any]:
    context = record.context
    return {
        "position": record.position,
        "stream": record.stream,
        "version": record.version,
        "type": record.fact.TYPE,
        "text": sentence(record.fact, lang, rows, names),
        "actors": [
            {
                "person": a.person,
                "name": names.get(stream_of("person", a.person)),
                "role": a.role,
                "role_name": word(a.role, lang),
            }
            for a in context.actors
        ],
        "effective": record.effective.astimezone(SHANGHAI).isoformat(),
        "recorded": record.recorded_at.astimezone(SHANGHAI).isoformat(),
        "reason": context.reason,
        "rules": context.rules,
        "calendar": context.calendar,
    }


def _open(
    law: Law, loaded: tuple[Loaded, ...], focus: _Focus, at: datetime, lang: Language
) -> list[dict[str, Any]]:
    many = (o for one in loaded for o in obligations(one.records, law.rulebook, law.calendar))
    still = [o for o in many if o.open and focus.concerns(o.stream, (o.key,))]
    hazards = dict(pair for one in loaded for pair in _hazards(one))
    return [
        _owed(o, law, at, lang) | {"hazard": hazards.get((o.stream, o.key))}
        for o in sorted(still, key=lambda o: (end_of(o.due.legal), o.stream, o.id))
    ]


def _hazards(loaded: Loaded) -> Iterable[tuple[tuple[str, str], str]]:
    """Which hazard each part of a thing is about: of a hazard the whole, of an order each item."""
    if kind_of(loaded.stream) == "hazard":
        yield (loaded.stream, ""), thing_of(loaded.stream)
    for fact in loaded.facts:
        if isinstance(fact, OrderIssued):
            for item in fact.items:
                yield (loaded.stream, str(item.number)), item.hazard


def _owed(one: Obligation, law: Law, at: datetime, lang: Language) -> dict[str, Any]:
    zh = lang is Language.ZH
    due = end_of(one.due.legal)
    left = days_left(at, due, law.calendar)
    return {
        "obligation": one.id,
        "stream": one.stream,
        "thing": thing_of(one.stream),
        "name": one.row.name if zh else one.row.name_en,
        "bearer": word(str(one.bearer), lang),
        "right": one.row.right,
        "answerable": [word(role, lang) for role in one.row.answerable],
        "start": _iso(one.start),
        "legal_due": _iso(one.due.legal),
        "internal_due": _iso(one.due.internal),
        "provisional": one.due.provisional,
        "working_days_left": left,
        **urgency(left, at, due, lang),
        "lapsed": one.lapsed,
        "revision": one.revision,
        "derivation": list(one.due.derivation if zh else one.due.derivation_en),
        "basis": one.rule.source,
        "regime": one.rule.regime,
        "mark": str(one.rule.mark),
        "next": _next(one, law, at, lang),
    }


def _next(one: Obligation, law: Law, at: datetime, lang: Language) -> dict[str, str] | None:
    """What the clock does by itself next, and when; a provisional date waits for its calendar."""
    if one.due.provisional:
        return None
    zh = lang is Language.ZH
    coming: list[tuple[datetime, str]] = []
    end = end_of(one.due.legal)
    if not one.lapsed:
        meaning = word(one.row.lapse, lang)
        coming.append((end, f"记录逾期：{meaning}" if zh else f"the lapse is recorded: {meaning}"))
    for planned in ladder(one, law.calendar):
        if planned.rung.name not in one.reached:
            roles = [
                r for to in planned.rung.to for r in (one.row.answerable if to == "answerable" else (to,))
            ]
            told = ("、" if zh else ", ").join(word(role, lang) for role in dict.fromkeys(roles))
            name = rung_word(planned.rung.name, lang)
            coming.append(
                (planned.moment, f"提醒（{name}）：{told}" if zh else f"reminder ({name}) to {told}")
            )
    following = min((c for c in coming if c[0] > at), default=None)
    return following and {"at": following[0].isoformat(), "what": following[1]}


def _iso(due: date | datetime) -> str:
    return due.isoformat()
