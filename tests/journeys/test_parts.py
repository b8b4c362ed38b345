"""The real parts: what they keep when they are killed, and what we leave alone."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, WorkflowExecutionStatus

from bihuan.parts.go import GoBuild, GoProgram, find_go, go_from_wheel
from bihuan.parts.ladder import Binary, GoTool
from bihuan.parts.missing import FolderInUse, MissingPart
from bihuan.parts.places import cache_folder
from bihuan.parts.postgres import PostgresServer
from bihuan.parts.postgres_client import drop_database, make_database, server_version
from bihuan.parts.processes import identify, is_alive
from bihuan.parts.supervision import Supervised
from bihuan.parts.telling import Teller
from bihuan.parts.temporal import TemporalServer
from bihuan.parts.versions import Version

RUN_UNTIL_KILLED = """
import sys
from pathlib import Path
from bihuan.parts.ladder import Binary, Origin, Program
from bihuan.parts.temporal import TemporalServer
program, path, folder = sys.argv[1:]
server = TemporalServer(Binary(Origin.CACHE, Program(program), path, None), Path(folder))
server.start()
print(server.address, server.child.pid, flush=True)
sys.stdin.read()
"""
TINY = {
    "go.mod": "module example.test/tiny\n\ngo 1.21\n",
    "cmd/hello/main.go": 'package main\n\nimport "example.test/tiny/words"\n\nfunc main() { println(words.Hello) }\n',
    "words/words.go": 'package words\n\nconst Hello = "hello"\n',
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path that an unprivileged account can enter."""
    made = Path(tempfile.mkdtemp(prefix="bihuan-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def temporal(temporal_binary: Binary, folder: Path) -> Iterator[TemporalServer]:
    server = TemporalServer(temporal_binary, folder / "temporal")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def postgres(folder: Path) -> Iterator[PostgresServer]:
    server = PostgresServer(folder / "postgres")
    server.start()
    yield server
    server.stop()


async def open_workflow(address: str, name: str) -> None:
    client = await Client.connect(address)
    await client.start_workflow("nobody-works-on-this", id=name, task_queue="nobody")


async def status_of(address: str, name: str) -> WorkflowExecutionStatus | None:
    client = await Client.connect(address)
    return (await client.get_workflow_handle(name).describe()).status


async def retention_hours(address: str) -> float:
    client = await Client.connect(address)
    asked = DescribeNamespaceRequest(namespace="default")
    found = await client.workflow_service.describe_namespace(asked)
    return found.config.workflow_execution_retention_ttl.ToTimedelta().total_seconds() / 3600


def test_a_killed_temporal_keeps_its_address_and_open_workflows(temporal: TemporalServer) -> None:
    address = temporal.address
    asyncio.run(open_workflow(address, "open"))
    temporal.kill()
    temporal.start()
    assert temporal.address == address
    assert asyncio.run(status_of(address, "open")) is WorkflowExecutionStatus.RUNNING


def test_a_stopped_temporal_is_at_the_same_address_next_time(temporal_binary: Binary, folder: Path) -> None:
    addresses = []
    for _ in range(2):
        server = TemporalServer(temporal_binary, folder / "temporal")
        server.start()
        addresses.append(server.address)
        assert (server.version or Version(0, 0)) >= Version(1, 29)
        server.stop()
    assert addresses[0] == addresses[1]


def test_our_temporal_keeps_closed_workflows_for_three_days(temporal: TemporalServer) -> None:
    assert asyncio.run(retention_hours(temporal.address)) == 72


def test_a_supervised_temporal_comes_back_by_itself(temporal_binary: Binary, folder: Path) -> None:
    server = TemporalServer(temporal_binary, folder / "temporal")
    supervised = Supervised(server)
    supervised.start()
    try:
        address = server.address
        asyncio.run(open_workflow(address, "open"))
        server.kill()
        end = time.monotonic() + 60
        while not supervised.restarts and time.monotonic() < end:
            time.sleep(0.1)
        assert supervised.restarts == 1
        assert server.address == address
        assert asyncio.run(status_of(address, "open")) is WorkflowExecutionStatus.RUNNING
    finally:
        supervised.stop()
    assert server.child is None


def test_a_second_run_on_the_same_folder_is_refused(temporal: TemporalServer) -> None:
    with pytest.raises(FolderInUse):
        TemporalServer(temporal.binary, temporal.folder).start()
    assert temporal.child is not None
    assert temporal.child.exit_code() is None


def test_after_a_killed_run_the_next_has_the_same_address(temporal_binary: Binary, folder: Path) -> None:
    home = folder / "temporal"
    run = [sys.executable, "-c", RUN_UNTIL_KILLED, temporal_binary.program, temporal_binary.path, str(home)]
    with subprocess.Popen(run, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        address, pid = killed.stdout.readline().split()
        left = identify(int(pid))
        assert left is not None
        killed.kill()
    server = TemporalServer(temporal_binary, home)
    server.start()
    try:
        assert not is_alive(left)
        assert server.address == address
    finally:
        server.stop()


def test_a_server_that_cannot_start_shows_its_log(temporal_binary: Binary, folder: Path) -> None:
    home = folder / "temporal"
    home.mkdir()
    (home / "temporal.db").write_text("this is no database" * 100)
    with pytest.raises(MissingPart, match=r"server\.log"):
        TemporalServer(temporal_binary, home).start()


def test_the_session_server_answers_with_a_usable_namespace(temporal_address: str) -> None:
    asyncio.run(open_workflow(temporal_address, "session"))
    assert asyncio.run(status_of(temporal_address, "session")) is WorkflowExecutionStatus.RUNNING


def test_a_killed_postgres_keeps_what_was_committed(postgres: PostgresServer) -> None:
    url = make_database(postgres.url, "ledger").set(drivername="postgresql")
    conninfo = url.render_as_string(hide_password=False)
    with psycopg.connect(conninfo) as connection:
        connection.execute("create table fact(n int)")
        connection.execute("insert into fact select generate_series(1, 1000)")
    postgres.restart()
    with psycopg.connect(conninfo) as connection:
        assert connection.execute("select count(*) from fact").fetchone() == (1000,)


def test_a_killed_postgres_never_moves_from_the_port_that_others_were_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PostgresServer, "grace_s", 0.1)
    server = PostgresServer(folder / "postgres", tcp=True)
    server.start()
    try:
        told = server.address
        host, _, port = told.partition(":")
        server.kill()
        with socket.create_server((host, int(port))), pytest.raises(MissingPart, match=f":{port}"):
            server.start()
        server.start()
        assert server.address == told
    finally:
        server.stop()


def test_postgres_listens_on_no_network_port(postgres: PostgresServer) -> None:
    with psycopg.connect(postgres.url.set(drivername="postgresql").render_as_string()) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)
    assert (postgres.folder / "socket").stat().st_mode & 0o077 == 0


def test_a_dropped_database_throws_its_users_out(postgres: PostgresServer) -> None:
    url = make_database(postgres.url, "short").set(drivername="postgresql")
    connection = psycopg.connect(url.render_as_string())
    drop_database(postgres.url, "short")
    with pytest.raises(psycopg.OperationalError):
        connection.execute("select 1")


def test_a_long_data_path_still_gives_a_socket(folder: Path) -> None:
    server = PostgresServer(folder / ("long" * 30))
    server.start()
    try:
        assert server_version(server.url).startswith("18.")
    finally:
        server.stop()


@pytest.fixture
def go() -> GoTool:
    return find_go() or go_from_wheel(cache_folder(), Teller())


@pytest.fixture
def tiny(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoProgram]:
    """A module of two packages, released in a proxy that is a folder."""
    program = GoProgram("example.test/tiny", "cmd/hello", Version(1, 0, 0))
    released = folder / "proxy" / program.module / "@v"
    released.mkdir(parents=True)
    (released / "list").write_text("v1.0.0\n")
    (released / "v1.0.0.info").write_text('{"Version": "v1.0.0"}')
    (released / "v1.0.0.mod").write_text(TINY["go.mod"])
    with zipfile.ZipFile(released / "v1.0.0.zip", "w") as archive:
        for name, text in TINY.items():
            archive.writestr(f"{program.release}/{name}", text)
    monkeypatch.setenv("GOPROXY", f"file://{folder / 'proxy'}")
    monkeypatch.setenv("GOSUMDB", "off")
    monkeypatch.setenv("GOMODCACHE", str(folder / "modules"))
    yield program
    for made, _, _ in os.walk(folder / "modules"):  # Go makes them read-only
        Path(made).chmod(0o755)


def test_two_builders_at_once_leave_one_whole_program(folder: Path, go: GoTool, tiny: GoProgram) -> None:
    target = folder / "built" / "hello"
    told = [(folder / f"told-{n}").open("w+") for n in range(2)]
    builds = [GoBuild(go, tiny, folder, Teller(out), None) for out in told]
    threads = [threading.Thread(target=build.into, args=(target,)) for build in builds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = subprocess.run([str(target)], capture_output=True, text=True, check=True).stderr
    assert said == "hello\n"
    assert [path.name for path in sorted(target.parent.iterdir())] == ["build.lock", "hello"]
    for out in told:
        out.seek(0)
    words = [out.read() for out in told]
    assert sum("waiting" in each for each in words) == 1
    assert sum("to compile" in each for each in words) == 1


def test_a_build_that_fails_names_its_log(folder: Path, go: GoTool, tiny: GoProgram) -> None:
    absent = GoProgram(tiny.module, tiny.package, Version(9, 9, 9))
    with pytest.raises(MissingPart, match=r"go-build\.log"):
        GoBuild(go, absent, folder, Teller((folder / "told").open("w")), None).into(
            folder / "built" / "hello"
        )
    assert not (folder / "built" / "hello").exists()
