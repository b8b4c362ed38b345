"""Persons who are parties of a case: facts name them by an opaque id; who they are is sealed, and shown with a reason."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from services.enforcement import source
from services.enforcement.asks import ProposedParty
from shared.runtime.desk import Call, Desk, DeskOf, Loaded
from shared.vocabulary.case_facts import DecisionMade, Party, PartyKind, Penalty, PenaltyProposed
from shared.vocabulary.fact import Fact
from shared.vocabulary.hand_over_facts import HandOverReceived
from shared.vocabulary.identities import stream_of
from shared.vocabulary.refusals import BadInput, UnknownThing, WrongStage
from shared.wire.canonical import canonical

_NUMBER_OF_A_PERSON = re.compile(r"(?<!\d)(\d{15}|\d{17}[\dXx]|1\d{10})(?!\d)")
"""An identity card's number, old or new, or a mobile telephone's."""


def party_asked(ask: ProposedParty, *said: str) -> Party:
    """The party as facts have it, before anything is sealed; `said`: the texts beside it, which name nobody.

    行政处罚法 Art. 59 wants the name on the decision, so a person is proposed with it.
    """
    name = ask.name.strip()
    if ask.kind is PartyKind.ENTITY:
        if name or ask.id_number:
            raise _bad(
                "单位以登记编号为准,不填姓名和身份证号", "an entity is known by its registered id", "name"
            )
    elif not name:
        raise _bad(
            "个人当事人须填写姓名(密封保存)", "a person is proposed with their name, which is sealed", "name"
        )
    elif _NUMBER_OF_A_PERSON.search(ask.id):
        raise _bad("当事人代号不得含身份证号或电话", "the id must not be a number of the person", "id")
    elif any(name in text for text in (*said, ask.post, ask.id)):
        raise _bad("姓名只填在姓名栏,其他文字用代号或职务", "write the name in its own field only", "name")
    return Party(ask.id, ask.kind, ask.post)


def sealed(desk: Desk, call: Call, case: str, penalty: Penalty, ask: ProposedParty) -> Penalty:
    """The same with the person's identity sealed, when all has been decided and the append is next."""
    if ask.kind is PartyKind.ENTITY:
        return penalty
    content = canonical({"name": ask.name.strip(), "id_number": ask.id_number})
    # Under the command: what is proposed anew is sealed anew, a repeated request is the same one.
    identity = desk.vault.put(subject(case, ask.id), call.command, content)
    return replace(penalty, party=replace(penalty.party, identity=identity))


def open_party(desk: Desk, call: Call, case_id: str, party: str, reason: str) -> dict[str, str]:
    """Who a party of this case is, for a named reader with a reason; logged before it is shown."""
    it = desk.thing("case", case_id, call)
    desk.begin("open_party", call)
    return _shown(desk, it, party, call.person, reason)


def open_received(
    desks: DeskOf, desk: Desk, call: Call, source_id: str, party: str, reason: str
) -> dict[str, str]:
    """The same of a case that this office took over: it stays sealed, and the reading logged, in the giver's book."""
    it = desk.thing("source", source_id, call)
    desk.begin("open_party", call)
    received = next((f for f in it.facts if isinstance(f, HandOverReceived)), None)
    giver = desks(received.from_ledger) if received else None
    if received is None or giver is None:
        raise UnknownThing(
            "这不是移交来的案件", "this is no case that was handed over", where="source",
            do_zh="请在案件中查阅", do_en="open the party of the case",
        )  # fmt: skip
    if source.replay(it.facts).stage in (source.Stage.RECEIVED, source.Stage.RETURNED):
        raise WrongStage(
            "尚未签收,不能查阅当事人身份", "acknowledge the case first", basis="行政处罚法第20、22条",
            do_zh="请先签收", do_en="acknowledge it first",
        )  # fmt: skip
    case = giver.load(stream_of("case", received.case))
    return _shown(giver, case, party, f"{desk.ledger.name}:{call.person}", reason)


def subject(case: str, party: str) -> str:
    """The subject under whose key a party's identity is sealed."""
    return f"party:{case}:{party}"


def _shown(desk: Desk, it: Loaded, party: str, reader: str, reason: str) -> dict[str, str]:
    for record in reversed(it.records):
        if any(known.id == party and known.identity for known in _parties(record.fact)):
            thing = it.stream.partition("/")[2]
            content = desk.vault.get(subject(thing, party), record.context.command, reader, reason)
            found: dict[str, str] = json.loads(content)
            return found
    raise UnknownThing(
        f"本案没有密封身份的当事人{party}", f"no sealed identity of {party} in this case", where="party",
        do_zh="请核对当事人代号", do_en="check the party's id",
    )  # fmt: skip


def _parties(fact: Fact) -> tuple[Party, ...]:
    match fact:
        case PenaltyProposed():
            return tuple(penalty.party for penalty in fact.penalties)
        case DecisionMade():
            return (fact.penalty.party,) if fact.penalty else ()
        case _:
            return ()


def _bad(zh: str, en: str, where: str) -> BadInput:
    return BadInput(zh, en, where=f"party/{where}", do_zh="请更正", do_en="correct it")
