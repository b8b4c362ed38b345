"""The doctor tells of every part what it found and what to do."""

import json
import subprocess
import sys

from bihuan.parts.temporal_ladder import Surroundings


def doctor(**environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from bihuan.cli import main; main()", "doctor", "--json"]
    return subprocess.run(
        command,
        env={**Surroundings().environment, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_doctor_names_every_part_and_its_fix() -> None:
    found = {each["part"]: each for each in json.loads(doctor().stdout)}
    obtained = {"Temporal server", "Kustomize", "Go", "PostgreSQL", "Java", "Kafka", "Chromium (for tests)"}
    assert set(found) == obtained | {"Python", "make", "disk space", "ports"}
    assert all(each["fix"] for each in found.values() if each["state"] != "good")


def test_the_doctor_ends_with_3_when_a_named_server_is_silent() -> None:
    done = doctor(TEMPORAL_ADDRESS="127.0.0.1:1")
    assert done.returncode == 3
    [temporal] = [each for each in json.loads(done.stdout) if each["part"] == "Temporal server"]
    assert (temporal["state"], temporal["fix"]) == ("missing", "unset TEMPORAL_ADDRESS")
