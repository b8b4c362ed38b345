"""Where parts are kept between runs, and where this project's own files are."""

import os
from collections.abc import Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The user's cache for us: $XDG_CACHE_HOME/bihuan, else ~/.cache/bihuan."""
    base = environment.get("XDG_CACHE_HOME") or str(Path(environment.get("HOME") or Path.home()) / ".cache")
    return Path(base) / "bihuan"
