"""What a ledger is to those who use it: the shapes, the errors and the one protocol.

LedgerError
├── VersionConflict      the stream has moved since it was read
├── CommandReused        the command id was already used for another body
├── ForeignKind          the caller may not write this kind of stream in this ledger
└── SealedError
    ├── NotSealed        nothing was sealed under this name
    ├── AlreadySealed    something else was sealed under this name
    ├── Forgotten        the subject's key was destroyed on purpose
    └── KeyMissing       the subject's key is not where it should be
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.vocabulary.identities import kind_of, thing_of


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact to be recorded: its stable type name and its canonical RFC 8785 bytes."""

    type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Write:
    """Facts for one stream, which must stand at the expected version (0: it does not exist yet)."""

    stream: str
    expected: int
    facts: tuple[NewFact, ...]


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A guard on a stream that was only read: it must still stand at this version."""

    stream: str
    version: int


@dataclass(frozen=True, slots=True)
class StoredFact:
    """A recorded fact; recorded_at is UTC to the microsecond, leaf its hash in the ledger's tree."""

    ledger: str
    position: int
    stream: str
    version: int
    type: str
    recorded_at: datetime
    body: bytes
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Appended:
    """The answer to a command: its first and last position and the version of each stream it wrote."""

    command: str
    first: int
    last: int
    versions: Mapping[str, int]
    repeated: bool


class LedgerError(Exception):
    """Anything a ledger refuses."""


class VersionConflict(LedgerError):
    """The stream is not at the version on which the decision was made."""

    def __init__(self, stream: str, expected: int, found: int) -> None:
        super().__init__(f"{stream} is at version {found}, not {expected}")
        self.stream, self.expected, self.found = stream, expected, found


class CommandReused(LedgerError):
    """The command id was answered before, for a body with another hash."""

    def __init__(self, command: str) -> None:
        super().__init__(f"command {command} was already used with another body")
        self.command = command


class ForeignKind(LedgerError):
    """The caller has no grant for this kind of stream in this ledger."""

    def __init__(self, stream: str) -> None:
        super().__init__(f"no grant to write {stream} in this ledger")
        self.stream = stream


class SealedError(LedgerError):
    """Anything sealed data refuses; names the subject and the name, never the content."""

    def __init__(self, subject: str, name: str) -> None:
        super().__init__(f"{type(self).__name__}: {subject} {name}".rstrip())
        self.subject, self.name = subject, name


class NotSealed(SealedError):
    """Nothing was sealed for this subject under this name."""


class AlreadySealed(SealedError):
    """Other content was sealed for this subject under this name; facts may hold its commitment."""


class Forgotten(SealedError):
    """The subject's key was destroyed; what was sealed under it cannot be read by anyone."""


class KeyMissing(SealedError):
    """The subject's key is absent although nobody destroyed it: restore the keys, nothing is forgotten."""


class Ledger(Protocol):
    """One office's book: facts in one gap-free order, written only by append."""

    @property
    def name(self) -> str:
        """The ledger's name, which is part of every leaf."""
        ...

    def append(
        self, command: str, body_hash: bytes, writes: Sequence[Write], unchanged: Sequence[Unchanged] = ()
    ) -> Appended:
        """Record all facts of a command or none; a command seen before gets its first answer again."""
        ...

    def answer(self, command: str, body_hash: bytes) -> Appended | None:
        """The stored answer to a command, if there is one; raises CommandReused for another body."""
        ...

    def stream(self, stream: str, after: int = 0) -> list[StoredFact]:
        """The facts of one stream beyond a version, in version order."""
        ...

    def read(self, after: int = 0, limit: int = 500, upto: int | None = None) -> list[StoredFact]:
        """At most `limit` facts beyond a position (and not beyond `upto`), in position order."""
        ...

    def leaves(self, after: int, limit: int) -> dict[int, bytes]:
        """The leaves of at most `limit` facts beyond a position, by position."""
        ...

    def head(self) -> int:
        """The last position, 0 when the ledger is empty."""
        ...

    def version(self, stream: str) -> int:
        """The version of a stream, 0 when it does not exist."""
        ...

    def streams(self, beginning: str, limit: int) -> list[str]:
        """At most `limit` streams whose names begin so, in code point order; costs nothing for the others."""
        ...


def require_sound(writes: Sequence[Write], unchanged: Sequence[Unchanged]) -> None:
    """Raise ValueError for an append that no ledger can mean: nothing to write, a stream named twice or badly."""
    if not writes or not all(write.facts for write in writes):
        raise ValueError("an append writes at least one fact to each stream it names")
    streams = [write.stream for write in writes] + [guard.stream for guard in unchanged]
    if len(set(streams)) < len(streams):
        raise ValueError("an append names each stream once")
    for stream in streams:
        if not (kind_of(stream) and thing_of(stream)):
            raise ValueError(f"a stream is named kind/id, not {stream!r}")
