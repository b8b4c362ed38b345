"""A town for each test, copied from one that was settled once, behind an application that was built once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from shared.runtime.telemetry import configure
from tests.contracts.http.town import Site, Town, settle


@dataclass
class Settled:
    """What all tests start from."""

    site: Site
    client: TestClient
    folder: Path
    tokens: dict[tuple[str, str], str]
    logged: StringIO


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settled]:
    site, logged = Site(), StringIO()
    configure("http", as_json=True, out=logged)
    folder = tmp_path_factory.mktemp("settled")
    with TestClient(site.app(), raise_server_exceptions=False) as client:
        yield Settled(site, client, folder, settle(folder, site, client), logged)


@pytest.fixture
def town(settled: Settled, tmp_path: Path) -> Iterator[Town]:
    shutil.copytree(settled.folder, tmp_path, dirs_exist_ok=True)
    settled.logged.seek(0)
    settled.logged.truncate()
    with settled.site.serving(tmp_path, settled.client) as town:
        town.tokens, town.logged = dict(settled.tokens), settled.logged
        yield town
