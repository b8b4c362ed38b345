"""Personal data outside the facts: sealed under the subject's key, shown with a reason, forgotten by key.

A fact carries only the commitment. Seal before the append: a sealed row without a fact harms nobody, a fact
without its sealed row would be a promise that cannot be kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from os import urandom
from pathlib import Path
from struct import pack

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError

from shared.ledger.clockface import installation_time
from shared.ledger.files import write_once
from shared.ledger.keys import KeyDestroyed, KeyProvider
from shared.ledger.port import AlreadySealed, Forgotten, KeyMissing, NotSealed
from shared.ledger.reading import reading
from shared.ledger.tables import SEALED, SEALED_READ

_SALT = 16
_NONCE = 12


@dataclass(frozen=True, slots=True)
class _Entry:
    commitment: str
    content: bytes | None


@dataclass(frozen=True, slots=True)
class Sealed:
    """The sealed data of one ledger; originals too large for a row lie as files in `folder`."""

    engine: Engine
    keys: KeyProvider
    ledger: str
    folder: Path

    def put(self, subject: str, name: str, plaintext: bytes) -> str:
        """Seal in a row; answers the commitment, the same one when the same content is put again."""
        return self._put(subject, name, plaintext, in_row=True)

    def put_file(self, subject: str, name: str, plaintext: bytes) -> str:
        """Seal in a file; answers the commitment, the same one when the same content is put again."""
        return self._put(subject, name, plaintext, in_row=False)

    def get(self, subject: str, name: str, reader: str, reason: str) -> bytes:
        """Show what was put, in a row or a file; who asked for it, and why, is logged first."""
        if not (reader.strip() and reason.strip()):
            raise ValueError("sealed data is shown to someone, for a reason")
        if (entry := self._entry(subject, name)) is None:
            raise NotSealed(subject, name)
        shown = {"ledger": self.ledger, "subject": subject, "name": name, "reader": reader, "reason": reason}
        with self.engine.begin() as connection:
            connection.execute(insert(SEALED_READ), shown | {"read_at": installation_time(connection)})
        return self._open(subject, name, entry)

    def forget(self, subject: str) -> None:
        """Destroy the subject's key: nothing sealed for them can be read again, by anyone."""
        self.keys.destroy(self._key_name(subject))

    def _put(self, subject: str, name: str, plaintext: bytes, *, in_row: bool) -> str:
        key = self._key(self.keys.obtain, subject, name)
        if (entry := self._entry(subject, name)) is not None:
            return self._same(subject, name, entry, plaintext)
        salt, nonce = urandom(_SALT), urandom(_NONCE)
        commitment = sha256(salt + plaintext).hexdigest()
        content = nonce + AESGCM(key).encrypt(nonce, salt + plaintext, self._bound_to(subject, name))
        if not in_row:
            self._file(commitment).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_once(self._file(commitment), content)
        row = {"ledger": self.ledger, "subject": subject, "name": name, "commitment": commitment}
        held = {"content": content if in_row else None}
        try:
            with self.engine.begin() as connection:
                connection.execute(insert(SEALED), row | held | {"sealed_at": installation_time(connection)})
        except IntegrityError:
            self._file(commitment).unlink(missing_ok=True)
            if (entry := self._entry(subject, name)) is None:
                raise
            return self._same(subject, name, entry, plaintext)  # another writer was first
        return commitment

    def _same(self, subject: str, name: str, entry: _Entry, plaintext: bytes) -> str:
        # Facts may hold the commitment already: what was sealed is never replaced.
        if self._open(subject, name, entry) != plaintext:
            raise AlreadySealed(subject, name)
        return entry.commitment

    def _entry(self, subject: str, name: str) -> _Entry | None:
        query = select(SEALED.c.commitment, SEALED.c.content).where(
            SEALED.c.ledger == self.ledger, SEALED.c.subject == subject, SEALED.c.name == name
        )
        with reading(self.engine) as connection:
            row = connection.execute(query).one_or_none()
        return row and _Entry(row.commitment, row.content)

    def _open(self, subject: str, name: str, entry: _Entry) -> bytes:
        key = self._key(self.keys.find, subject, name)
        content = self._file(entry.commitment).read_bytes() if entry.content is None else entry.content
        opened = AESGCM(key).decrypt(content[:_NONCE], content[_NONCE:], self._bound_to(subject, name))
        return opened[_SALT:]

    def _key(self, ask: Callable[[str], bytes | None], subject: str, name: str) -> bytes:
        try:
            key = ask(self._key_name(subject))
        except KeyDestroyed:
            raise Forgotten(subject, name) from None
        if key is None:
            raise KeyMissing(subject, name)
        return key

    def _key_name(self, subject: str) -> str:
        return f"{self.ledger}/{subject}"

    def _bound_to(self, subject: str, name: str) -> bytes:
        # Lengths first: no two triples of names share these bytes, so no ciphertext can be moved to another.
        names = [part.encode() for part in (self.ledger, subject, name)]
        return b"".join(pack(">I", len(part)) + part for part in names)

    def _file(self, commitment: str) -> Path:
        return self.folder / commitment[:2] / commitment
