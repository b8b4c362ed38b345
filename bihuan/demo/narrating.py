"""Tells a story while it happens: a line for each fact, and kills what is to be killed on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bihuan.scenarios.checks import BOOKKEEPING
from bihuan.scenarios.engines import Engine
from services.oversight.timeline import KINDS
from services.oversight.words import Language, sentence, word
from shared.law.periods import SHANGHAI
from shared.ledger.port import Appended
from shared.runtime.deeds import Deed
from shared.runtime.desk import Call
from shared.runtime.law_files import Law
from shared.runtime.lookout import CLOCK
from shared.vocabulary.fact import Actor, Fact, Recorded
from shared.vocabulary.identities import kind_of
from shared.vocabulary.refusals import Refusal

Tell = Callable[[str], None]


class Narrated:
    """An engine whose facts are told as they come.

    `kills`: moments of the story, in order, each with what is killed just before it.
    """

    def __init__(
        self,
        engine: Engine,
        law: Law,
        language: Language,
        tell: Tell,
        kills: Iterable[tuple[datetime, Callable[[], None]]],
    ) -> None:
        self._engine, self._lang, self._tell = engine, language, tell
        zh = language is Language.ZH
        self._rows: Mapping[str, str] = {row.id: row.name if zh else row.name_en for row in law.rulebook.rows}
        self._kills, self._told = list(kills), 0

    def now(self) -> datetime:
        """The installation's time."""
        return self._engine.now()

    def enter(self, stream: str, fact: Fact, by: Actor = CLOCK, *, book: str | None = None) -> str:
        """Enter a fact that comes from outside any act; answers its stream."""
        entered = self._engine.enter(stream, fact, by, book=book)
        self._news()
        return entered

    def do(self, deed: Deed, call: Call, thing: str | None, ask: Any, *, book: str | None = None) -> Appended:
        """Carry out an act; a refusal is told with its legal basis."""
        try:
            answer = self._engine.do(deed, call, thing, ask, book=book)
        except Refusal as refusal:
            self._tell(self._refused(call.person, refusal))
            raise
        self._news()
        return answer

    def advance(self, to: datetime) -> None:
        """Go from due moment to due moment; what is to be killed by then is killed first."""
        while self._kills and self._kills[0][0] <= to:
            _at, kill = self._kills.pop(0)
            kill()
        self._engine.advance(to)
        self._news()

    def facts(self, after: int = 0, *, book: str | None = None) -> Sequence[Recorded]:
        """Everything recorded in a book beyond a position, in order."""
        return self._engine.facts(after, book=book)

    def _news(self) -> None:
        for record in self._engine.facts(self._told):
            self._told = record.position
            if record.name not in BOOKKEEPING and kind_of(record.stream) in KINDS:
                self._tell(self._line(record))

    def _line(self, record: Recorded) -> str:
        who = "、".join(
            f"{word(actor.role, self._lang)} {actor.person}"
            if actor.role != CLOCK.role
            else word(actor.role, self._lang)
            for actor in record.context.actors
        )
        told = _LONG_ID.sub(r"\1", sentence(record.fact, self._lang, self._rows))
        return f"{_at(record.recorded_at)}  {told}  [{who}]"

    def _refused(self, who: str, refusal: Refusal) -> str:
        at = _at(self.now())
        if self._lang is Language.ZH:
            return f"{at}  ✋ 拒绝{who}：{refusal.zh}（依据：{refusal.basis}）"
        return f"{at}  ✋ refused to {who}: {refusal.en} (basis: {refusal.basis})"


_LONG_ID = re.compile(r"\b([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
"""An id as commands also take it: its beginning."""


def _at(moment: datetime) -> str:
    return f"  {moment.astimezone(SHANGHAI):%m-%d %H:%M}"
