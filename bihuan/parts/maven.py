"""Files from Maven Central by a lock: each held against its hash, a set of them kept in our cache whole or not at all."""

import fcntl
import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bihuan.parts.missing import MissingPart
from bihuan.parts.telling import Teller

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


def locked(lock: Path) -> list[Jar]:
    """The jars that a lock file names; raises ValueError for a line it does not understand."""
    jars = []
    for line in lock.read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise ValueError(f"not group:artifact:version --hash=sha256:...: {line}")
        jars.append(Jar(**found.groupdict()))
    return jars


def digest(jars: Sequence[Jar]) -> str:
    """Names what is in a set of jars, so that another lock is another folder."""
    return hashlib.sha256("".join(jar.sha256 for jar in jars).encode()).hexdigest()[:12]


def bring(
    part: str, jars: Sequence[Jar], folder: Path, make: Callable[[Path, Path], None], tell: Teller
) -> None:
    """Fetch the jars and let `make(fetched, made)` fill the folder, unless another run has done so; raises MissingPart."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(folder.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.is_dir():
            return
        fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix="fetch-"))
        try:
            (fresh / "libs").mkdir()
            _fetch(part, jars, fresh, tell)
            make(fresh / "libs", fresh / "made")
            (fresh / "made").rename(folder)
        finally:
            shutil.rmtree(fresh)


def _fetch(part: str, jars: Sequence[Jar], fresh: Path, tell: Teller) -> None:
    from jgo.maven import MavenContext  # half a second to import, and needed once

    maven = MavenContext(repo_cache=fresh / "maven", timeout=FETCH_S)
    for number, jar in enumerate(jars, 1):
        tell.progress(f"  {number}/{len(jars)} {jar.file}")
        try:
            path: Path = maven.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
        except Exception as error:  # whatever the library raises, the part is not to be had
            raise MissingPart(part, f"{jar.file}: {error}", "make parts") from error
        if hashlib.sha256(path.read_bytes()).hexdigest() != jar.sha256:
            raise MissingPart(part, f"{jar.file}: 校验和不符 / not the locked file", "make parts")
        shutil.move(path, fresh / "libs" / jar.file)
