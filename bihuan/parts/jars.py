"""The jars of Apache Kafka: fetched once from Maven Central, each held against its locked hash, kept in our cache."""

import fcntl
import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bihuan.parts.missing import MissingPart
from bihuan.parts.places import PROJECT, cache_folder
from bihuan.parts.telling import Teller

LOCK = PROJECT / "requirements" / "kafka.txt"
BROKER = "kafka_2.13"
FETCH_S = 60
_LINE = re.compile(
    r"(?P<group>\S+?):(?P<artifact>\S+?):(?P<version>\S+) --hash=sha256:(?P<sha256>[0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class Jar:
    """One locked jar."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file(self) -> str:
        return f"{self.artifact}-{self.version}.jar"


def locked(text: str) -> list[Jar]:
    """The jars that a lock file names; raises ValueError for a line it does not understand."""
    jars = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise ValueError(f"not group:artifact:version --hash=sha256:...: {line}")
        jars.append(Jar(**found.groupdict()))
    return jars


def kafka_version(jars: Iterable[Jar]) -> str:
    """The broker's own version."""
    return next(jar.version for jar in jars if jar.artifact == BROKER)


def cached_jars(cache: Path | None = None) -> Path | None:
    """The folder with all locked jars, if it is there: it appears whole or not at all."""
    folder = _folder(locked(LOCK.read_text()), cache or cache_folder())
    return folder if folder.is_dir() else None


def obtain_jars(tell: Teller, cache: Path | None = None) -> Path:
    """The folder with all locked jars, fetched if need be (44 MB, once); raises MissingPart."""
    jars, home = locked(LOCK.read_text()), cache or cache_folder()
    folder = _folder(jars, home)
    if folder.is_dir():
        tell.line(f"Kafka {kafka_version(jars)}：缓存中的程序 / from our cache: {folder}")
        return folder
    tell.line(f"Kafka {kafka_version(jars)}：从 Maven 中央仓库取得 / fetching {len(jars)} jars, once")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix="fetch-"))
            try:
                _fetch(jars, fresh, tell)
                (fresh / "libs").rename(folder)
            finally:
                shutil.rmtree(fresh)
    return folder


def _folder(jars: list[Jar], cache: Path) -> Path:
    """Named after what is in it, so that another lock is another folder."""
    digest = hashlib.sha256("".join(jar.sha256 for jar in jars).encode()).hexdigest()[:12]
    return cache / "kafka" / f"{kafka_version(jars)}-{digest}"


def _fetch(jars: list[Jar], fresh: Path, tell: Teller) -> None:
    from jgo.maven import MavenContext  # half a second to import, and needed once

    maven = MavenContext(repo_cache=fresh / "maven", timeout=FETCH_S)
    (fresh / "libs").mkdir()
    for number, jar in enumerate(jars, 1):
        tell.progress(f"  {number}/{len(jars)} {jar.file}")
        try:
            path: Path = maven.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
        except Exception as error:  # whatever the library raises, the part is not to be had
            raise MissingPart("Kafka", f"{jar.file}: {error}", "make parts") from error
        if hashlib.sha256(path.read_bytes()).hexdigest() != jar.sha256:
            raise MissingPart("Kafka", f"{jar.file}: 校验和不符 / not the locked file", "make parts")
        shutil.move(path, fresh / "libs" / jar.file)
