"""What an installation's file may say, and that nothing of it is lost when the installation grows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bihuan.cli import ExitCode, run
from bihuan.installation import FILE, Kafka, open_installation
from bihuan.parts.missing import MissingPart
from workflows.address import Address

SAID = {
    "kafka": {"address": "kafka:9093", "user": "b", "password": "/k/password", "mechanism": "SCRAM-SHA-512", "ca": "/ca"},
    "passwords": "/run/secrets",
    "engine": {"target": "temporal:7233", "namespace": "bihuan", "ca": "/ca", "certificate": "/crt", "key": "/key"},
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An installation, and what an operator wrote into its file."""
    assert run(["init", str(tmp_path), "--ledger", "t-one"]) == ExitCode.DONE
    write(tmp_path, SAID)
    return tmp_path


def write(folder: Path, more: dict[str, Any]) -> None:
    file = folder / FILE
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | more), "utf-8")


def test_an_installation_is_what_its_file_says(folder: Path) -> None:
    found = open_installation(folder)
    assert found.kafka == Kafka("kafka:9093", "b", "/k/password", "SCRAM-SHA-512", "/ca")
    assert found.passwords == Path("/run/secrets")
    assert found.engine == Address("temporal:7233", "bihuan", "/ca", "/crt", "/key")


def test_another_ledger_leaves_the_ways_to_the_servers_as_they_are(folder: Path) -> None:
    before = open_installation(folder)
    assert run(["init", str(folder), "--ledger", "t-two", "--add"]) == ExitCode.DONE
    after = open_installation(folder)
    assert after.ledgers == ("t-one", "t-two")
    assert (after.kafka, after.passwords, after.engine) == (before.kafka, before.passwords, before.engine)


def test_an_address_that_is_given_changes_nothing_else_about_the_engine(folder: Path) -> None:
    found = open_installation(folder)
    assert found.engine_at(None) == found.engine
    assert found.engine_at("here:1") == Address("here:1", "bihuan", "/ca", "/crt", "/key")


@pytest.mark.parametrize("wrong", [{"kafka": {"adress": "kafka:9092"}}, {"engine": {}}, {"kind": "other"}])
def test_a_file_that_says_something_else_is_refused_in_a_line(folder: Path, wrong: dict[str, Any]) -> None:
    write(folder, wrong)
    with pytest.raises(MissingPart, match="damaged"):
        open_installation(folder)
