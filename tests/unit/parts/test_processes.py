"""Processes of ours: started, stopped, recognised; never anybody else's."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bihuan.parts.processes import Child, Identity, identify, is_alive, recall, remember, start, stop_leftover

SLEEP = ["/bin/sleep", "60"]


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Child]:
    child = start(SLEEP, log=tmp_path / "log", folder=tmp_path)
    yield child
    child.kill()


def wait_for_end(identity: Identity, seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while is_alive(identity) and time.monotonic() < end:
        time.sleep(0.05)
    return not is_alive(identity)


def test_a_child_is_stopped_by_asking(sleeper: Child) -> None:
    wait_until_running(sleeper)
    sleeper.stop()
    assert sleeper.exit_code() == -signal.SIGTERM


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    child = start([sys.executable, "-c", deaf], log=tmp_path / "log", folder=tmp_path)
    while "up" not in (tmp_path / "log").read_text():
        time.sleep(0.02)
    child.stop(grace_s=0.2)
    assert child.exit_code() == -signal.SIGKILL


def test_stopping_twice_is_harmless(sleeper: Child) -> None:
    sleeper.stop()
    sleeper.stop()
    assert not is_alive(sleeper.identity)


def test_a_child_has_a_process_group_of_its_own(sleeper: Child) -> None:
    assert os.getpgid(sleeper.pid) == sleeper.pid != os.getpgid(0)


def test_a_leftover_is_recognised_and_stopped(sleeper: Child, tmp_path: Path) -> None:
    remember(tmp_path / "pid", sleeper.identity)
    assert stop_leftover(tmp_path / "pid")
    assert sleeper.wait(5) is not None
    assert not (tmp_path / "pid").exists()


@pytest.mark.parametrize("difference", [{"started": 1}, {"boot": "another boot"}])
def test_a_stranger_with_the_same_pid_is_left_alone(
    sleeper: Child, tmp_path: Path, difference: dict[str, int]
) -> None:
    remember(tmp_path / "pid", replace(sleeper.identity, **difference))  # type: ignore[arg-type]
    assert not stop_leftover(tmp_path / "pid")
    assert sleeper.exit_code() is None


@pytest.mark.parametrize("content", ["", "17", '{"pid": "x"}', '{"pid": 1}'])
def test_a_damaged_pid_file_stops_nobody(tmp_path: Path, content: str) -> None:
    (tmp_path / "pid").write_text(content)
    assert recall(tmp_path / "pid") is None
    assert not stop_leftover(tmp_path / "pid")


def test_a_child_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    parent = (
        "import os, sys; from pathlib import Path; from bihuan.parts.processes import start\n"
        "here = Path(sys.argv[1]); child = start(['/bin/sleep', '60'], log=here / 'log', folder=here)\n"
        "print(child.pid, flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", parent, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    with other:
        child = identify(int(other.stdout.readline()))
        assert child is not None
        time.sleep(0.5)  # until it has become the program
        other.kill()
        assert wait_for_end(child)


def test_a_program_that_cannot_be_run_says_so_in_its_log(tmp_path: Path) -> None:
    child = start(["/no/such/program"], log=tmp_path / "log", folder=tmp_path)
    assert child.wait(20) == 1
    assert "/no/such/program" in (tmp_path / "log").read_text()


def wait_until_running(child: Child) -> None:
    """Until the little interpreter that starts it has become the program."""
    while Path(f"/proc/{child.pid}/comm").read_text().strip() != "sleep":
        time.sleep(0.02)
