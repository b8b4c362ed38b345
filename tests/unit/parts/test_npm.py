"""Packages from npm: only the locked file is taken, whole or not at all."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from bihuan.parts import npm
from bihuan.parts.chromium import AXE, FONT, LOCK, PROGRAM, chromium_version
from bihuan.parts.missing import MissingPart
from bihuan.parts.npm import Package, locked, obtain


def packed() -> bytes:
    """A tarball as npm makes it."""
    tarball = io.BytesIO()
    with tarfile.open(fileobj=tarball, mode="w:gz") as archive:
        name = tarfile.TarInfo("package/axe.min.js")
        name.size = 3
        archive.addfile(name, io.BytesIO(b"axe"))
    return tarball.getvalue()


@pytest.fixture
def delivered(monkeypatch: pytest.MonkeyPatch) -> Package:
    """A package that npm delivers; its integrity is the tarball's."""
    content = packed()

    def deliver(_part: str, _package: Package, fresh: Path) -> Path:
        tarball = fresh / "axe.tgz"
        tarball.write_bytes(content)
        return tarball

    monkeypatch.setattr(npm, "_packed", deliver)
    return Package("axe", "1.0.0", base64.b64encode(hashlib.sha512(content).digest()).decode())


def keep(unpacked: Path, kept: Path) -> None:
    (kept / "axe.min.js").write_bytes((unpacked / "axe.min.js").read_bytes())


def test_the_lock_names_what_the_browser_needs():
    assert set(locked(LOCK)) == {PROGRAM, FONT, AXE}


def test_a_line_without_integrity_is_no_lock(tmp_path):
    lock = tmp_path / "lock.txt"
    lock.write_text("axe-core@4.14.1\n")
    with pytest.raises(ValueError, match=r"axe-core@4\.14\.1"):
        locked(lock)


def test_what_was_kept_is_not_fetched_again(delivered, tmp_path, monkeypatch):
    folder = obtain("axe", delivered, tmp_path, keep)
    assert (folder / "axe.min.js").read_bytes() == b"axe"
    monkeypatch.delattr(npm, "_packed")
    assert obtain("axe", delivered, tmp_path, keep) == folder


def test_another_file_than_the_locked_one_is_refused_and_leaves_nothing(delivered, tmp_path):
    other = Package(delivered.name, delivered.version, "A" * 86 + "==")
    with pytest.raises(MissingPart, match="校验和不符"):
        obtain("axe", other, tmp_path, keep)
    assert not other.folder(tmp_path).exists()
    assert [one for one in (tmp_path / "npm").iterdir() if one.is_dir()] == []


def test_a_package_half_unpacked_is_not_there(delivered, tmp_path):
    def broken(_unpacked: Path, kept: Path) -> None:
        (kept / "axe.min.js").write_bytes(b"a")
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        obtain("axe", delivered, tmp_path, broken)
    assert not delivered.folder(tmp_path).exists()


def test_a_program_that_does_not_run_is_no_chromium(tmp_path):
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho Chromium 153.0.8010.2\n")
    program.chmod(0o755)
    assert chromium_version(program, {}) == "153.0.8010.2"
    program.write_text("#!/bin/sh\necho cannot open shared object file >&2\nexit 127\n")
    assert chromium_version(program, {}) is None
    assert chromium_version(tmp_path / "none", {}) is None
