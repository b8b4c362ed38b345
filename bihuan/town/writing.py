"""Writes a played town into an installation's book: the same commands, at the moments at which they happened."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from bihuan.town.play import Played
from shared.ledger.memory import MemoryLedger
from shared.ledger.port import CommandReused, Ledger, NewFact, StoredFact, VersionConflict, Write
from shared.ledger.sealed import Sealed
from shared.runtime.clock import Clock
from shared.vocabulary.refusals import BadInput


def write(
    source: MemoryLedger,
    played: Played,
    book: Ledger,
    clock: Clock,
    sealed: Sealed,
    told: Callable[[int, int], None],
) -> int:
    """Every command in its order, the clock moved on before each; answers how many were new.

    May be killed and run again: a command that is there is answered and not repeated. Raises BadInput when the book
    holds something else.
    """
    commands, new, there = source.commands(), 0, book.head()
    for n, (body_hash, appended) in enumerate(commands, start=1):
        if appended.first > there or not _is_there(book, appended.command, body_hash):
            facts = source.read(appended.first - 1, appended.last - appended.first + 1)
            if clock.now() < facts[0].recorded_at:
                clock.set_forward(facts[0].recorded_at)
            # Sealed before the append: a sealed picture without a fact harms nobody.
            subject, pictures = played.pictures.get(appended.command, ("", ()))
            for picture in pictures:
                sealed.put_file(subject, picture.evidence.sha256, picture.content)
            try:
                first = book.append(appended.command, body_hash, _writes(facts)).first
            except VersionConflict:
                raise _another(book) from None
            if first != appended.first:
                raise _another(book)
            new += 1
        told(n, len(commands))
    return new


def _is_there(book: Ledger, command: str, body_hash: bytes) -> bool:
    try:
        return book.answer(command, body_hash) is not None
    except CommandReused:
        raise _another(book) from None


def _writes(facts: list[StoredFact]) -> list[Write]:
    return [
        Write(stream, own[0].version - 1, tuple(NewFact(fact.type, fact.body) for fact in own))
        for stream, own in ((stream, list(group)) for stream, group in groupby(facts, lambda f: f.stream))
    ]


def _another(book: Ledger) -> BadInput:
    return BadInput(
        f"账本{book.name}里已有别的内容,不能写入演示镇", f"the book {book.name} holds something else",
        do_zh="请换一个空的目录:bihuan town --home 目录", do_en="choose an empty folder: bihuan town --home FOLDER",
    )  # fmt: skip
