"""Keys of subjects: what is sealed under a key is forgotten when the key is destroyed."""

from hashlib import sha256
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.ledger.files import sync_folder, write_once


class KeyDestroyed(Exception):
    """The subject's key was destroyed and is never made again."""


class KeyProvider(Protocol):
    """One AES-256 key per subject."""

    def obtain(self, subject: str) -> bytes:
        """The subject's key, made if there never was one; raises KeyDestroyed."""
        ...

    def find(self, subject: str) -> bytes | None:
        """The subject's key, or None if there is none; raises KeyDestroyed."""
        ...

    def destroy(self, subject: str) -> None:
        """Destroy the subject's key for good; doing it again changes nothing."""
        ...


class FileKeys:
    """Keys as files of one folder, readable by its owner only; a tombstone marks each destroyed key.

    File names are hashes, so that a listing names nobody. Copies of the folder must be destroyed with it.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder

    def obtain(self, subject: str) -> bytes:
        """The subject's key, made if there never was one; raises KeyDestroyed."""
        if (key := self.find(subject)) is not None:
            return key
        write_once(self._file(subject, "key"), AESGCM.generate_key(256))
        try:
            return self.obtain(subject)  # whoever wrote first: everyone reads the same key
        except KeyDestroyed:
            self._file(subject, "key").unlink(missing_ok=True)  # destroyed while it was being made
            raise

    def find(self, subject: str) -> bytes | None:
        """The subject's key, or None if there is none; raises KeyDestroyed."""
        if self._file(subject, "destroyed").exists():
            raise KeyDestroyed
        try:
            return self._file(subject, "key").read_bytes()
        except FileNotFoundError:
            return None

    def destroy(self, subject: str) -> None:
        """Destroy the subject's key for good; doing it again changes nothing."""
        write_once(self._file(subject, "destroyed"), b"")
        self._file(subject, "key").unlink(missing_ok=True)
        sync_folder(self._folder)

    def _file(self, subject: str, suffix: str) -> Path:
        return self._folder / f"{sha256(subject.encode()).hexdigest()}.{suffix}"
