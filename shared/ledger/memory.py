"""The ledger in memory: the same contract without a database, for simulation and for scenario files."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import RLock

from shared.ledger.instants import microseconds
from shared.ledger.leaf import leaf
from shared.ledger.port import (
    Appended,
    CommandReused,
    ForeignKind,
    StoredFact,
    Unchanged,
    VersionConflict,
    Write,
    require_sound,
)
from shared.vocabulary.identities import kind_of


class MemoryLedger:
    """A ledger that lives as long as its process; `kinds` are the kinds it may write (None: all)."""

    def __init__(self, name: str, now: Callable[[], datetime], kinds: frozenset[str] | None = None) -> None:
        self._name = name
        self._now = now
        self._kinds = kinds
        self._facts: list[StoredFact] = []
        self._streams: dict[str, list[StoredFact]] = {}
        self._answers: dict[str, tuple[bytes, Appended]] = {}
        self._turn = RLock()

    @property
    def name(self) -> str:
        """The ledger's name, which is part of every leaf."""
        return self._name

    def append(
        self, command: str, body_hash: bytes, writes: Sequence[Write], unchanged: Sequence[Unchanged] = ()
    ) -> Appended:
        """Record all facts of a command or none; a command seen before gets its first answer again."""
        require_sound(writes, unchanged)
        with self._turn:
            if (answered := self.answer(command, body_hash)) is not None:
                return answered
            self._refuse_foreign(writes)
            self._refuse_moved(writes, unchanged)
            stored = self._numbered(writes)
            self._facts += stored
            for fact in stored:
                self._streams.setdefault(fact.stream, []).append(fact)
            versions = {write.stream: write.expected + len(write.facts) for write in writes}
            first, last = stored[0].position, stored[-1].position
            self._answers[command] = (body_hash, Appended(command, first, last, versions, repeated=True))
            return Appended(command, first, last, versions, repeated=False)

    def answer(self, command: str, body_hash: bytes) -> Appended | None:
        """The stored answer to a command, if there is one; raises CommandReused for another body."""
        with self._turn:
            known = self._answers.get(command)
        if known is None:
            return None
        if known[0] != body_hash:
            raise CommandReused(command)
        return known[1]

    def commands(self) -> list[tuple[bytes, Appended]]:
        """Every command so far with its body's hash, in the order in which they were recorded."""
        with self._turn:
            return list(self._answers.values())

    def stream(self, stream: str, after: int = 0) -> list[StoredFact]:
        """The facts of one stream beyond a version, in version order."""
        with self._turn:
            return self._streams.get(stream, [])[after:]

    def read(self, after: int = 0, limit: int = 500, upto: int | None = None) -> list[StoredFact]:
        """At most `limit` facts beyond a position (and not beyond `upto`), in position order."""
        with self._turn:
            last = after + limit if upto is None else min(after + limit, upto)
            return self._facts[after : max(after, last)]

    def leaves(self, after: int, limit: int) -> dict[int, bytes]:
        """The leaves of at most `limit` facts beyond a position, by position."""
        return {fact.position: fact.leaf for fact in self.read(after, limit)}

    def head(self) -> int:
        """The last position, 0 when the ledger is empty."""
        with self._turn:
            return len(self._facts)

    def version(self, stream: str) -> int:
        """The version of a stream, 0 when it does not exist."""
        with self._turn:
            return len(self._streams.get(stream, ()))

    def streams(self, beginning: str, limit: int) -> list[str]:
        """At most `limit` streams whose names begin so, in code point order."""
        with self._turn:
            return sorted(stream for stream in self._streams if stream.startswith(beginning))[:limit]

    def _refuse_foreign(self, writes: Sequence[Write]) -> None:
        for stream in sorted(write.stream for write in writes):
            if self._kinds is not None and kind_of(stream) not in self._kinds:
                raise ForeignKind(stream)

    def _refuse_moved(self, writes: Sequence[Write], unchanged: Sequence[Unchanged]) -> None:
        wanted = [(write.stream, write.expected) for write in writes]
        wanted += [(guard.stream, guard.version) for guard in unchanged]
        for stream, expected in sorted(wanted):
            if (found := self.version(stream)) != expected:
                raise VersionConflict(stream, expected, found)

    def _numbered(self, writes: Sequence[Write]) -> list[StoredFact]:
        at = self._now().astimezone(UTC)
        if self._facts:  # a clock set back does not reach the book
            at = max(at, self._facts[-1].recorded_at)
        recorded, position, stored = microseconds(at), len(self._facts), []
        for write in writes:
            for version, fact in enumerate(write.facts, start=write.expected + 1):
                position += 1
                digest = leaf(self._name, position, write.stream, version, recorded, fact.body)
                entry = (self._name, position, write.stream, version, fact.type, at, fact.body, digest)
                stored.append(StoredFact(*entry))
        return stored
