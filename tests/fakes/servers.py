"""Servers with configurations of a test's own, which the parts would not write."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bihuan.parts.folder import is_free
from bihuan.parts.jars import cached_jars
from bihuan.parts.java import find_java
from bihuan.parts.ladder import Binary, Program
from bihuan.parts.processes import Child, last_lines, start
from tests.journeys.chaos.campaign import wait_until

READY_S = 300.0


def kafka(*options: str) -> list[str]:
    """The command line of Kafka's programs, up to the program."""
    jars = cached_jars()
    if jars is None:
        pytest.fail("缺少 Kafka / missing Kafka; 补救 / to mend: make parts", pytrace=False)
    small = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    return [str(find_java()[0]), *small, *options, "-cp", f"{jars}/*"]


def temporal(binary: Binary) -> str:
    """Temporal's server itself: the development tool takes no configuration file."""
    if binary.program is not Program.SERVER:
        pytest.fail(f"{binary.path}: not temporal-server; export BIHUAN_TEMPORAL_SERVER=", pytrace=False)
    return binary.path


def done(argv: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    """Run a program that ends, and well."""
    ended = subprocess.run(
        argv, env={**os.environ, **(environment or {})}, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def listening(argv: Sequence[str], port: int, log: Path) -> Child:
    """Start a server and return when it listens."""
    child = start(argv, log=log, folder=log.parent)
    try:
        wait_until(lambda: not is_free(port) or child.exit_code() is not None, READY_S)
        assert child.exit_code() is None, last_lines(log)
    except BaseException:
        child.stop()
        raise
    return child
