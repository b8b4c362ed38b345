"""Acts that are entered late take effect no earlier than what they answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.enforcement.case import Case
from shared.law import authority
from shared.law.periods import shanghai_day
from shared.runtime.begun import Begun
from shared.vocabulary.case_facts import DecisionMade, DecisionServed, NoticeServed
from shared.vocabulary.fact import Fact
from shared.vocabulary.hand_over_facts import CaseHandedOver

_NAMED: dict[type[Fact], tuple[str, str]] = {
    NoticeServed: ("告知", "the notice"),
    DecisionMade: ("处罚决定", "the decision"),
    DecisionServed: ("送达", "the service"),
    CaseHandedOver: ("移交", "the hand-over"),
}


def not_before(it: Begun[Case], answered: type[Fact], party: str | None = None) -> Begun[Case]:
    """The same, if it takes effect no earlier than the last such fact, about a party if one is named.

    Raises BadMoment. Where there is no such fact the decision itself refuses.
    """
    moment = _last(it, answered, party)
    if moment is not None:
        authority.not_before(it.acting.effective, moment, *_NAMED[answered])
    return it


def not_before_the_day(it: Begun[Case], answered: type[Fact], party: str) -> Begun[Case]:
    """The same by days, for papers that tell the day only (a bank's receipt); on that very day it takes effect just then."""
    moment = _last(it, answered, party)
    if moment is not None and it.acting.effective < moment and shanghai_day(moment) == it.day:
        return replace(it, acting=replace(it.acting, effective=moment))
    return not_before(it, answered, party)


def _last(it: Begun[Case], answered: type[Fact], party: str | None) -> datetime | None:
    moments = [
        record.effective
        for record in it.loaded.records
        if isinstance(record.fact, answered) and party in (None, getattr(record.fact, "party", None))
    ]
    return moments[-1] if moments else None
