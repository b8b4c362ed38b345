"""A ledger in memory: the contract in the fewest words, to compare the real ones with."""

from collections.abc import Sequence
from datetime import UTC, datetime

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
    kind_of,
    require_sound,
)

RECORDED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class MemoryLedger:
    """Facts in a list; every one of them recorded at the same moment."""

    def __init__(self, name: str, kinds: frozenset[str] | None = None) -> None:
        self.name = name
        self._kinds = kinds
        self._facts: list[StoredFact] = []
        self._answers: dict[str, tuple[bytes, Appended]] = {}

    def append(
        self, command: str, body_hash: bytes, writes: Sequence[Write], unchanged: Sequence[Unchanged] = ()
    ) -> Appended:
        """Record all facts of a command or none; a command seen before gets its first answer again."""
        require_sound(writes, unchanged)
        if (answered := self.answer(command, body_hash)) is not None:
            return answered
        for stream in sorted(write.stream for write in writes):
            if self._kinds is not None and kind_of(stream) not in self._kinds:
                raise ForeignKind(stream)
        wanted = [(w.stream, w.expected) for w in writes] + [(g.stream, g.version) for g in unchanged]
        for stream, expected in sorted(wanted):
            if (found := self.version(stream)) != expected:
                raise VersionConflict(stream, expected, found)
        first = self.head() + 1
        for write in writes:
            for version, fact in enumerate(write.facts, start=write.expected + 1):
                position = self.head() + 1
                digest = leaf(self.name, position, write.stream, version, microseconds(RECORDED), fact.body)
                stored = (self.name, position, write.stream, version, fact.type, RECORDED, fact.body, digest)
                self._facts.append(StoredFact(*stored))
        versions = {write.stream: self.version(write.stream) for write in writes}
        self._answers[command] = (body_hash, Appended(command, first, self.head(), versions, repeated=True))
        return Appended(command, first, self.head(), versions, repeated=False)

    def answer(self, command: str, body_hash: bytes) -> Appended | None:
        """The stored answer to a command, if there is one; raises CommandReused for another body."""
        if command not in self._answers:
            return None
        stored, answered = self._answers[command]
        if stored != body_hash:
            raise CommandReused(command)
        return answered

    def stream(self, stream: str, after: int = 0) -> list[StoredFact]:
        """The facts of one stream beyond a version, in version order."""
        return [fact for fact in self._facts if fact.stream == stream and fact.version > after]

    def read(self, after: int = 0, limit: int = 500, upto: int | None = None) -> list[StoredFact]:
        """At most `limit` facts beyond a position (and not beyond `upto`), in position order."""
        return self._facts[after : self.head() if upto is None else upto][:limit]

    def head(self) -> int:
        """The last position, 0 when the ledger is empty."""
        return len(self._facts)

    def version(self, stream: str) -> int:
        """The version of a stream, 0 when it does not exist."""
        return len(self.stream(stream))
