"""Cases ready to be handed over, entered as facts, and the carriers as the consumers of a book."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from bihuan.reacting import REACTING
from services.enforcement import carriers
from shared.bus.consumer import Consumer
from shared.runtime.desk import Acting, Call, Change, Desk
from shared.vocabulary.case_facts import CaseFiled, EvidenceTaken, Procedure
from shared.vocabulary.fact import Actor, Fact
from shared.vocabulary.hand_over_facts import CaseHandedOver, HandOverAcknowledged, HandOverReturned, Package
from shared.vocabulary.identities import stream_of

_CARRYING = {one.name: one for one in REACTING}
GIVER = Actor("deputy", "deputy_head", "office")


def enter(desk: Desk, stream: str, *facts: Fact, by: Actor = GIVER, ago: timedelta = timedelta()) -> int:
    """Append facts as they are, effective so long ago; the last position."""
    on = desk.load(stream)
    command = f"enter:{stream}:{on.version}"
    call = Call(
        command, hashlib.sha256(command.encode()).digest(), by.person, "t" * 32, correlation=f"of {stream}"
    )
    return desk.append(call, Acting((by,), desk.clock.now() - ago, None, ()), Change(on, facts)).last


def file(desk: Desk, case: str) -> None:
    """A case filed and investigated."""
    filed = CaseFiled(
        case, f"立{case}", Procedure.ORDINARY, case, "e1", ("AQ99(4)",), (), None, True, "某县应急管理局"
    )
    enter(desk, stream_of("case", case), filed, EvidenceTaken(case, f"笔录{case}", "询问", "承认"))


def hand(desk: Desk, case: str, ledger: str, to: str = "county_emb") -> int:
    """Hand a case over to an office's book, entered three days late; the position of that fact."""
    package = Package(f"立{case}", "e1", "某厂", ("AQ99(4)",), True, (), ())
    fact = CaseHandedOver(case, to, "超出权限", "移1", ledger, package)
    return enter(desk, stream_of("case", case), fact, ago=timedelta(days=3))


def answer(desk: Desk, source: str, *, taken: bool) -> None:
    """The receiver takes the case over or sends it back."""
    fact = HandOverAcknowledged(source, "收1") if taken else HandOverReturned(source, "材料不全")
    enter(desk, stream_of("source", source), fact, by=Actor("yan", "case_handler", "county_emb"))


def over(desks: Mapping[str, Desk]) -> Consumer:
    """The consumer that carries hand-overs out of a book."""
    return _CARRYING[carriers.OVER].consumer(desks.get, "")


def back(desks: Mapping[str, Desk]) -> Consumer:
    """The consumer that carries answers out of a book."""
    return _CARRYING[carriers.BACK].consumer(desks.get, "")
