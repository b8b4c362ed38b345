"""Messages owed become messages sent: at least once, each under its own id, one failure blocking nothing else.

What is owed and not sent is derived from the ledger into `delivery`; attempts and their times are kept beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from threading import Event
from time import time

import structlog
from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    Integer,
    Text,
    bindparam,
    column,
    delete,
    func,
    select,
    table,
    text,
    update,
)
from sqlalchemy.sql import ColumnElement

from shared.bus.consumer import Consumer, run_once
from shared.bus.faults import is_of_the_moment
from shared.bus.following import follow
from shared.ledger.port import VersionConflict
from shared.ledger.reading import reading
from shared.runtime.channels import Channel, ChannelDown, NotTaken
from shared.runtime.desk import ATTEMPTS, Acting, Call, Change, Desk
from shared.vocabulary.fact import Actor, Recorded
from shared.vocabulary.identities import stream_of
from shared.vocabulary.paper_facts import MessageOwed, MessageSent

NAME = "deliveries"
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 900.0
"""Real seconds until the second try, doubled each time, and at most."""
CLAIM = 60.0
"""Real seconds for which a message that one process is sending is left alone by the others."""

DELIVERY = table(
    "delivery",
    column("ledger", Text),
    column("message", Text),
    column("channel", Text),
    column("position", BigInteger),
    column("attempts", Integer),
    column("next_try", BigInteger),
    column("failure", Text),
)
_OWED = text(
    "insert into delivery (ledger, message, channel, position, attempts, next_try)"
    " values (:ledger, :message, :channel, :position, 0, 0) on conflict do nothing"
)
_SENT = delete(DELIVERY).where(
    DELIVERY.c.ledger == bindparam("of_ledger"),
    DELIVERY.c.message == bindparam("of_message"),
    DELIVERY.c.channel == bindparam("by"),
)
_SENDER = Actor("deliveries", "system", "bihuan")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pending:
    """A message that a channel has not taken yet; `failure` says why the last attempt failed."""

    message: str
    channel: str
    attempts: int
    failure: str | None


def unsent(engine: Engine, ledger: str) -> int:
    """How many messages wait, counted once for each channel."""
    query = select(func.count()).select_from(DELIVERY).where(DELIVERY.c.ledger == ledger)
    with reading(engine) as connection:
        return connection.execute(query).scalar_one()


class Deliveries:
    """Sends what one ledger owes, through channels with names of their own."""

    def __init__(self, engine: Engine, desk: Desk, channels: Sequence[Channel]) -> None:
        self._engine, self._desk = engine, desk
        self._channels = {channel.name: channel for channel in channels}
        self.consumer = Consumer(NAME, self._note, kinds=frozenset({"message"}))

    def deliver(self) -> int:
        """Catch up with the ledger, then try what is due now; answers how many were sent."""
        # Only then: what an old part of the ledger owes may have been sent in a later part.
        while run_once(self._engine, self._desk.ledger, self.consumer):
            pass
        return sum(self._through(channel) for channel in self._channels.values())

    def run(self, stop: Event, wake: Event, poll: float = 1.0) -> None:
        """Deliver until stopped, quick when told."""
        follow(self.deliver, stop, wake, poll, ledger=self._desk.ledger.name, work=NAME)

    def pending(self) -> list[Pending]:
        """What waits, the oldest first."""
        d = DELIVERY.c
        query = select(d.message, d.channel, d.attempts, d.failure)
        with reading(self._engine) as connection:
            rows = connection.execute(query.where(d.ledger == self._desk.ledger.name).order_by(d.position))
            return [Pending(row.message, row.channel, row.attempts, row.failure) for row in rows]

    def _note(self, tx: Connection, streams: Sequence[Sequence[Recorded]]) -> None:
        for record in chain.from_iterable(streams):
            match record.fact:
                case MessageOwed() as owed:
                    values = {"ledger": record.ledger, "message": owed.message, "position": record.position}
                    tx.execute(_OWED, [values | {"channel": channel} for channel in self._channels])
                case MessageSent() as sent:
                    tx.execute(
                        _SENT, {"of_ledger": record.ledger, "of_message": sent.message, "by": sent.channel}
                    )
                case _:
                    pass

    def _through(self, channel: Channel) -> int:
        sent = 0
        for message in self._due(channel.name):
            if not self._claimed(channel.name, message):
                continue
            try:
                self._send(channel, message)
            except ChannelDown as failure:
                self._put_off(channel.name, message, str(failure))
                break
            except NotTaken as failure:
                self._put_off(channel.name, message, str(failure))
            except Exception as failure:
                if is_of_the_moment(failure):
                    raise
                self._put_off(channel.name, message, f"{type(failure).__name__}: {failure}")
            else:
                sent += 1
        return sent

    def _send(self, channel: Channel, message: str) -> None:
        book = self._desk.load(stream_of("message", message))
        owed = next(fact for fact in book.facts if isinstance(fact, MessageOwed))
        channel.send(self._desk.ledger.name, owed)
        self._record(MessageSent(message, channel.name))
        self._done(channel.name, message)

    def _record(self, fact: MessageSent) -> None:
        """Append under an id made of message and channel; a repetition finds its answer."""
        command = f"sent:{fact.message}:{fact.channel}"
        call = Call(command, hashlib.sha256(command.encode()).digest(), _SENDER.person, "")
        for attempt in range(ATTEMPTS):
            if self._desk.ledger.answer(call.command, call.body_hash) is not None:
                return
            book = self._desk.load(stream_of("message", fact.message))
            cause = book.records[0]
            acting = Acting((_SENDER,), self._desk.clock.now(), None, ())
            traced = Call(
                command,
                call.body_hash,
                _SENDER.person,
                cause.context.trace,
                causation=f"{cause.ledger}:{cause.position}",
            )
            try:
                self._desk.append(traced, acting, Change(book, (fact,)))
            except VersionConflict:
                if attempt == ATTEMPTS - 1:
                    raise
            else:
                return

    def _due(self, channel: str) -> list[str]:
        d = DELIVERY.c
        mine = (d.ledger == self._desk.ledger.name, d.channel == channel, d.next_try <= _real_now())
        with reading(self._engine) as connection:
            return list(connection.execute(select(d.message).where(*mine).order_by(d.position)).scalars())

    def _claimed(self, channel: str, message: str) -> bool:
        """Whether this process now sends it; another one that looked at the same moment does not."""
        d, now = DELIVERY.c, _real_now()
        claim = update(DELIVERY).where(*self._row(channel, message), d.next_try <= now)
        with self._engine.begin() as tx:
            values = {"next_try": now + int(CLAIM * 1e6), "attempts": d.attempts + 1}
            return tx.execute(claim.values(values)).rowcount == 1

    def _put_off(self, channel: str, message: str, failure: str) -> None:
        d = DELIVERY.c
        with self._engine.begin() as tx:
            attempts = tx.execute(select(d.attempts).where(*self._row(channel, message))).scalar_one()
            pause = min(FIRST_PAUSE * 2 ** min(attempts - 1, 10), LONGEST_PAUSE)
            values = {"next_try": _real_now() + int(pause * 1e6), "failure": failure[:500]}
            tx.execute(update(DELIVERY).where(*self._row(channel, message)).values(values))
        log.warning("message.not_sent", message=message, channel=channel, attempts=attempts, failure=failure)

    def _done(self, channel: str, message: str) -> None:
        with self._engine.begin() as tx:
            tx.execute(delete(DELIVERY).where(*self._row(channel, message)))

    def _row(self, channel: str, message: str) -> tuple[ColumnElement[bool], ...]:
        d = DELIVERY.c
        return d.ledger == self._desk.ledger.name, d.message == message, d.channel == channel


def _real_now() -> int:
    """Real time: a frozen or scaled clock must neither hold back nor multiply attempts."""
    return int(time() * 1e6)
