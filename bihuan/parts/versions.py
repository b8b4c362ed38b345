"""Version numbers as programs print them."""

import re
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """Three numbers, compared in order."""

    major: int
    minor: int
    patch: int = 0

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @classmethod
    def of(cls, text: str) -> Self:
        """Parse "1.32.2", "v1.32" or "go1.26.10"; raises ValueError for anything else."""
        found = re.fullmatch(r"(?:v|go)?(\d+)\.(\d+)(?:\.(\d+))?(?:[-+]?[a-z].*)?", text.strip())
        if not found:
            raise ValueError(f"not a version: {text!r}")
        return cls(int(found[1]), int(found[2]), int(found[3] or 0))


def temporal_version(printed: str) -> Version | None:
    """The *server's* version in what `temporal --version` or `temporal-server --version` prints."""
    # The command line tool has a number of its own and names the server it embeds.
    embedded = re.search(r"\(Server (\S+?)[,)]", printed)
    plain = re.search(r"\bversion v?(\d+\.\d+\.\d+\S*)", printed)
    return _version_in(embedded or plain)


def go_version(printed: str) -> Version | None:
    """The version in what `go version` prints."""
    return _version_in(re.search(r"\bgo version (go\d\S*)", printed))


def _version_in(found: re.Match[str] | None) -> Version | None:
    try:
        return Version.of(found[1]) if found else None
    except ValueError:
        return None
