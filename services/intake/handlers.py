"""Acts on reports: load, decide, append. What people said about themselves goes to the sealed store only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from services.intake import asks, report
from services.intake.attachments import Uploads, subject_of
from shared.ledger.port import Appended, Unchanged
from shared.ledger.sealed import Sealed
from shared.runtime.desk import Acting, Call, Change, Desk, Loaded
from shared.vocabulary.fact import Actor
from shared.vocabulary.identities import report_id, stream_of
from shared.vocabulary.refusals import BadInput, ManyWrong, NotAllowed
from shared.vocabulary.registry_facts import ChannelRegistered
from shared.vocabulary.report_facts import Attachment, ReportReceived
from shared.wire.canonical import canonical

Numbers = Callable[[int], str]
"""The tracking number of a row of this request."""


@dataclass(slots=True)
class _Known:
    """Which communities and enterprises are registered, each asked for once."""

    desk: Desk
    _asked: dict[str, bool] = field(default_factory=dict)

    def has(self, kind: str, thing: str) -> bool:
        stream = stream_of(kind, thing)
        if stream not in self._asked:
            self._asked[stream] = self.desk.ledger.version(stream) > 0
        return self._asked[stream]


@dataclass(frozen=True, slots=True)
class Store:
    """Where intake keeps what does not stand in a ledger's facts: sealed data, and files with their copies."""

    sealed: Sealed
    uploads: Uploads


def receive(
    desk: Desk, store: Store, call: Call, reports: tuple[asks.Report, ...], numbers: Numbers, *, rows: bool
) -> Appended:
    """Record all reports of a request or none; `rows`: places are named by row."""
    acting = _channel(desk, call)
    known = _Known(desk)
    wrong = [
        bad
        for row, ask in enumerate(reports)
        for bad in _wrong(store, known, call, ask, f"/reports/{row}" if rows else "")
    ]
    if wrong:
        raise ManyWrong(tuple(wrong)) if rows else wrong[0]
    changes = [_received(store, call, ask, report_id(numbers(row))) for row, ask in enumerate(reports)]
    return desk.append(call, acting, *changes)


def triage(desk: Desk, call: Call, thing: str, ask: asks.TriageReport) -> Appended:
    """An officer's neutral words and decision."""
    it = desk.thing("report", thing, call)
    earlier = [desk.load(stream_of("report", ask.duplicate_of))] if ask.duplicate_of else []
    acting = desk.begin("triage_report", call, it, *earlier)
    wrong = list(_unregistered(_Known(desk), ask.community, ask.enterprise, ""))
    if earlier and not earlier[0].records:
        wrong.append(_bad("/duplicate_of", "没有这件举报", "there is no such report"))
    if wrong:
        raise wrong[0]
    state = report.replay(it.facts)
    fact = report.triage(
        state,
        outcome=ask.outcome,
        community=ask.community,
        reasons=ask.reasons,
        defect=ask.defect,
        place=ask.place,
        enterprise=ask.enterprise,
        duplicate_of=ask.duplicate_of,
    )
    merged = [Change(one, (report.repeat(report.replay(one.facts), by=state),)) for one in earlier]
    return desk.append(call, acting, Change(it, (fact,)), *merged)


def forget(desk: Desk, call: Call, thing: str) -> Appended:
    """Record that what was sealed is to be forgotten; the caller then destroys the keys."""
    it = desk.thing("report", thing, call)
    acting = desk.begin("forget_person", call, it)
    return desk.append(call, acting, Change(it, (report.forget(report.replay(it.facts)),)))


def destroy_keys(desk: Desk, sealed: Sealed, thing: str) -> None:
    """Destroy the keys of a report and of its originals; doing it again changes nothing."""
    sealed.forget(subject(thing))
    for attachment in report.replay(desk.load(stream_of("report", thing)).facts).attachments:
        sealed.forget(subject_of(attachment.id))


def open_sealed(desk: Desk, sealed: Sealed, call: Call, thing: str, reason: str) -> dict[str, bytes]:
    """What the reporter said and who they are, for a named reader with a reason; logged before it is shown."""
    it = desk.thing("report", thing, call)
    desk.begin("open_sealed", call)
    received = next(fact for fact in it.facts if isinstance(fact, ReportReceived))
    names = ["words"] if received.reporter is None else ["words", "reporter"]
    return {name: sealed.get(subject(thing), name, call.person, reason) for name in names}


def subject(thing: str) -> str:
    """The subject under whose key a report's words and reporter are sealed."""
    return f"report:{thing}"


def registered_channel(desk: Desk, channel: str) -> tuple[Loaded, ChannelRegistered]:
    """The channel as registered in this ledger; an unregistered one is refused."""
    it = desk.load(stream_of("channel", channel))
    registered = it.facts[-1] if it.facts else None
    if not isinstance(registered, ChannelRegistered):
        raise NotAllowed(
            "该渠道未在本单位登记,不能上报", "the channel is not registered here",
            basis="内部控制要求(上报渠道先登记)", do_zh="请先登记渠道", do_en="register the channel first",
        )  # fmt: skip
    return it, registered


def _channel(desk: Desk, call: Call) -> Acting:
    it, registered = registered_channel(desk, call.person)
    actor = Actor(call.person, "channel", registered.kind)
    return Acting((actor,), desk.clock.now(), None, (Unchanged(it.stream, it.version),))


def _wrong(store: Store, known: _Known, call: Call, ask: asks.Report, row: str) -> Iterator[BadInput]:
    yield from _unregistered(known, ask.community, ask.enterprise, row)
    if len(set(ask.attachments)) < len(ask.attachments):
        yield _bad(f"{row}/attachments", "附件重复", "an attachment is there twice")
    for n, upload in enumerate(ask.attachments):
        slip = store.uploads.slip(store.sealed.ledger, upload)
        if slip is None or slip.channel != call.person:
            yield _bad(
                f"{row}/attachments/{n}", "没有这个附件,请先上传", "no such attachment; upload it first"
            )


def _unregistered(known: _Known, community: str, enterprise: str | None, row: str) -> Iterator[BadInput]:
    if not known.has("community", community):
        yield _bad(f"{row}/community", "社区未登记", "the community is not registered here")
    if enterprise is not None and not known.has("enterprise", enterprise):
        yield _bad(
            f"{row}/enterprise",
            "单位未登记,可先不填",
            "the enterprise is not registered here; it may be left out",
        )


def _received(store: Store, call: Call, ask: asks.Report, thing: str) -> Change:
    # What was not given is left out: a report that was sealed before it could be given is then sealed the same again.
    said: dict[str, object] = {"words": ask.words, "place": ask.place}
    said |= {"location": ask.location.model_dump()} if ask.location else {}
    words = store.sealed.put(subject(thing), "words", canonical(said))
    reporter = None
    if ask.reporter is not None:
        reporter = store.sealed.put(subject(thing), "reporter", canonical(_identity(ask.reporter)))
    fact = ReportReceived(
        thing, call.person, ask.community, ask.serious, words, ask.enterprise, reporter, _taken(store, ask)
    )  # fmt: skip
    # A tracking number is new by construction; if it were not, the append would refuse.
    return Change(Loaded(stream_of("report", thing), ()), (fact,))


def _identity(reporter: asks.Reporter) -> dict[str, str]:
    return reporter.model_dump(exclude=None if reporter.email else {"email"})


def _taken(store: Store, ask: asks.Report) -> tuple[Attachment, ...]:
    slips = (store.uploads.slip(store.sealed.ledger, upload) for upload in ask.attachments)
    return tuple(slip.attachment for slip in slips if slip is not None)


def _bad(where: str, zh: str, en: str) -> BadInput:
    return BadInput(zh, en, where=where, do_zh="请更正", do_en="correct it")
