"""Which hazards, and which duties: what people filter the lists by, and the conditions that it makes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import literal_column, select
from sqlalchemy.sql import ColumnElement

from services.oversight.hazard_entry import ENDED, Stage
from services.oversight.names import NAMES
from services.oversight.tables import HAZARD_REGISTER, THING_NAME
from services.oversight.views import REGISTER
from shared.bus.projection import serving
from shared.law.periods import SHANGHAI, end_of
from shared.law.rulebook import Bearer
from shared.ledger.instants import microseconds
from shared.runtime.armed import OBLIGATIONS, OPEN_OBLIGATION
from shared.runtime.law_files import Law
from shared.vocabulary.hazard_facts import Grade
from shared.vocabulary.refusals import BadInput


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """Which hazards; `open` True leaves out those closed or unfounded, False shows only those.

    `named`: part of the enterprise's name; `since`, `until`: the first and last day on which it became known.
    """

    community: str | None = None
    enterprise: str | None = None
    stage: str | None = None
    grade: str | None = None
    open: bool | None = None
    named: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class LateFilter:
    """Whose: a role that is answerable, a bearer, a row of the rulebook; `state`: `late`, or `due` and not yet late."""

    role: str | None = None
    bearer: str | None = None
    row: str | None = None
    state: str | None = None


def hazards_where(ledger: str, wanted: RegisterFilter) -> list[ColumnElement[bool]]:
    """The conditions on the register; raises BadInput for a stage or grade that there is not."""
    _among("stage", wanted.stage, Stage)
    _among("grade", wanted.grade, Grade)
    r = HAZARD_REGISTER.c
    conditions = [r.ledger == ledger, r.generation == serving(ledger, REGISTER)]
    for column in ("community", "enterprise", "stage", "grade"):
        if (value := getattr(wanted, column)) is not None:
            conditions.append(r[column] == value)
    if wanted.open is not None:
        # Written out, for a value that is only bound does not let a database choose the index of what stands open.
        ended: list[ColumnElement[str]] = [literal_column(f"'{stage}'") for stage in sorted(ENDED)]
        conditions.append(r.stage.not_in(ended) if wanted.open else r.stage.in_(ended))
    if wanted.named is not None:
        n = THING_NAME.c
        mine = (n.ledger == ledger, n.generation == serving(ledger, NAMES), n.kind == "enterprise")
        named = select(n.thing).where(*mine, n.name.icontains(wanted.named, autoescape=True))
        conditions.append(r.enterprise.in_(named))
    if wanted.since is not None:
        conditions.append(r.reported_at >= microseconds(end_of(wanted.since - timedelta(days=1))))
    if wanted.until is not None:
        conditions.append(r.reported_at < microseconds(end_of(wanted.until)))
    return conditions


def owed_where(ledger: str, law: Law, wanted: LateFilter, at: datetime) -> list[ColumnElement[bool]]:
    """The conditions on duties late or due at a moment; raises BadInput for a filter that can match nothing."""
    timers = law.rulebook.rows
    _among("role", wanted.role, sorted({role for timer in timers for role in timer.answerable}))
    _among("bearer", wanted.bearer, Bearer)
    _among("row", wanted.row, [timer.id for timer in timers])
    _among("state", wanted.state, ("late", "due"))
    o, now = OPEN_OBLIGATION.c, microseconds(at)
    tonight = microseconds(end_of(at.astimezone(SHANGHAI).date()))
    conditions = [
        o.ledger == ledger,
        o.generation == serving(ledger, OBLIGATIONS),
        o.state == "open",
        o.row.not_in(rights(law)),
    ]
    # The internal due is never after the legal one: what is late needs no second condition.
    conditions.append(o.legal_due <= now if wanted.state == "late" else o.internal_due <= tonight)
    if wanted.state == "due":
        conditions.append(o.legal_due > now)
    if wanted.role is not None:
        conditions.append(o.row.in_([timer.id for timer in timers if wanted.role in timer.answerable]))
    if wanted.bearer is not None:
        conditions.append(o.bearer == wanted.bearer)
    if wanted.row is not None:
        conditions.append(o.row == wanted.row)
    return conditions


def rights(law: Law) -> list[str]:
    """A right that is not used is nobody's lateness."""
    return [row.id for row in law.rulebook.rows if row.right]


def _among(where: str, given: str | None, known: Iterable[str]) -> None:
    """Refuse a filter that can match nothing: an empty list would read as if all were well."""
    choices = [str(one) for one in known]
    if given is not None and given not in choices:
        raise BadInput(
            f"没有“{given}”", f"there is no {given!r}", where=where,
            do_zh=f"可选:{'、'.join(choices)}", do_en=f"choose from {', '.join(choices)}",
        )  # fmt: skip
