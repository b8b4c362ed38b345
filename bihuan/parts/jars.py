"""The jars of Apache Kafka, fetched once."""

from pathlib import Path

from bihuan.parts.maven import Jar, bring, digest, locked
from bihuan.parts.places import PROJECT, cache_folder
from bihuan.parts.telling import Teller

LOCK = PROJECT / "requirements" / "kafka.txt"
BROKER = "kafka_2.13"


def kafka_version() -> str:
    """The broker's own version, as locked."""
    return next(jar.version for jar in locked(LOCK) if jar.artifact == BROKER)


def cached_jars(cache: Path | None = None) -> Path | None:
    """The folder with all locked jars, if it is there."""
    folder = _folder(locked(LOCK), cache or cache_folder())
    return folder if folder.is_dir() else None


def obtain_jars(tell: Teller, cache: Path | None = None) -> Path:
    """The folder with all locked jars, fetched if need be (44 MB, once); raises MissingPart."""
    jars, home = locked(LOCK), cache or cache_folder()
    folder = _folder(jars, home)
    if folder.is_dir():
        tell.line(f"Kafka {kafka_version()}：缓存中的程序 / from our cache: {folder}")
        return folder
    tell.line(f"Kafka {kafka_version()}：从 Maven 中央仓库取得 / fetching {len(jars)} jars, once")
    bring("Kafka", jars, folder, _keep, tell)
    return folder


def _keep(fetched: Path, made: Path) -> None:
    fetched.rename(made)


def _folder(jars: list[Jar], cache: Path) -> Path:
    return cache / "kafka" / f"{kafka_version()}-{digest(jars)}"
