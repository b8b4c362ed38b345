"""The JSON Schema of AsyncAPI 3.0 as its authors release it, by which tests judge our description of the topic."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from bihuan.parts.npm import locked, obtain
from bihuan.parts.places import PROJECT, cache_folder
from bihuan.parts.telling import Teller

LOCK = PROJECT / "requirements" / "contracts.txt"
SPECS = "@asyncapi/specs"
_SCHEMA = "3.0.0.json"


def cached_asyncapi(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The schema's file, if it is there."""
    found = locked(LOCK)[SPECS].folder(cache_folder(environment)) / _SCHEMA
    return found if found.is_file() else None


def obtain_asyncapi(tell: Teller, environment: Mapping[str, str] = os.environ) -> Path:
    """The schema's file, fetched if need be, once; raises MissingPart."""
    package = locked(LOCK)[SPECS]
    if cached_asyncapi(environment) is None:
        tell.line(f"AsyncAPI {package.version}：从 npm 取得 / fetching it, once")
    return obtain("AsyncAPI", package, cache_folder(environment), _keep) / _SCHEMA


def _keep(unpacked: Path, kept: Path) -> None:
    shutil.copy(unpacked / "schemas" / _SCHEMA, kept)
