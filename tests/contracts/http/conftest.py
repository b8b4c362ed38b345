"""Towns for each test, copied from some that were settled once, behind an application that was built once."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from io import StringIO
from itertools import count
from pathlib import Path

import pytest
import uvicorn
from sqlalchemy import URL
from starlette.testclient import TestClient

from bihuan.parts.postgres_client import drop_database, make_database
from shared.runtime.telemetry import configure
from tests.contracts.http.town import Site, Town, settle

_serial = count(1)
START_S = 10.0


@dataclass
class Settled:
    """What all tests on one kind of database start from; `server` where it is PostgreSQL."""

    site: Site
    client: TestClient
    folder: Path
    logged: StringIO
    server: URL | None = None
    template: str = ""
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    @contextmanager
    def database(self, folder: Path) -> Iterator[str]:
        """The address of a database as settled, which nobody else uses."""
        if self.server is None:
            yield f"sqlite:///{folder}/ledger.db"  # copied with the folder
            return
        name = f"http_{next(_serial)}"
        made = make_database(self.server, name, template=self.template)
        yield made.render_as_string(hide_password=False)
        drop_database(self.server, name)


@pytest.fixture(scope="session")
def served() -> Iterator[tuple[Site, TestClient, StringIO]]:
    """The application, and what it logs."""
    site, logged = Site(), StringIO()
    configure("http", as_json=True, out=logged)
    with TestClient(site.app(), raise_server_exceptions=False) as client:
        yield site, client, logged


@pytest.fixture(scope="session")
def settling(
    request: pytest.FixtureRequest,
    served: tuple[Site, TestClient, StringIO],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], Settled]:
    """One settled town for each kind of database, made when it is first asked for."""
    site, client, logged = served

    @cache
    def on(kind: str) -> Settled:
        folder = tmp_path_factory.mktemp("settled")
        if kind == "sqlite":
            made = Settled(site, client, folder, logged)
            made.tokens = settle(f"sqlite:///{folder}/ledger.db", folder, site, client)
            return made
        server: URL = request.getfixturevalue("postgres_url")
        made = Settled(site, client, folder, logged, server, "http_settled")
        empty = make_database(server, made.template).render_as_string(hide_password=False)
        made.tokens = settle(empty, folder, site, client)
        return made

    return on


@pytest.fixture
def settled(request: pytest.FixtureRequest, settling: Callable[[str], Settled]) -> Settled:
    """On SQLite, unless a test asks for PostgreSQL too: copying a database there takes a second."""
    return settling(getattr(request, "param", "sqlite"))


@pytest.fixture
def town(settled: Settled, tmp_path: Path) -> Iterator[Town]:
    settled.logged.seek(0)
    settled.logged.truncate()
    shutil.copytree(settled.folder, tmp_path, dirs_exist_ok=True)
    with (
        settled.database(tmp_path) as address,
        settled.site.serving(address, tmp_path, settled.client) as town,
    ):
        town.tokens, town.logged = dict(settled.tokens), settled.logged
        yield town


@pytest.fixture
def address(town: Town) -> Iterator[str]:
    """Where the town listens, for clients that want a socket."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    app = town.client.app
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + START_S
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()
