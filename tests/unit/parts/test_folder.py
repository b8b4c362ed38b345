"""A part's data folder and its ports."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bihuan.parts.folder import (
    LOOPBACK,
    FolderLock,
    choose_ports,
    have_ports,
    is_free,
    keep_ports,
    kept_ports,
)
from bihuan.parts.missing import FolderInUse, MissingPart

NAMES = ("a", "b", "c")


def test_a_folder_is_held_by_one_run_at_a_time(tmp_path: Path) -> None:
    with FolderLock(tmp_path), pytest.raises(FolderInUse, match=str(tmp_path)):
        FolderLock(tmp_path).acquire()


def test_a_released_folder_can_be_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        with FolderLock(tmp_path):
            pass


def test_a_run_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    hold = (
        "import sys, time; from pathlib import Path; from bihuan.parts.folder import FolderLock\n"
        "lock = FolderLock(Path(sys.argv[1])); lock.acquire(); print('held', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", hold, str(tmp_path)], stdout=subprocess.PIPE)
    assert other.stdout is not None
    with other.stdout:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(FolderInUse, match=str(other.pid)):
            FolderLock(tmp_path).acquire()
        other.kill()
        other.wait()
    with FolderLock(tmp_path):
        pass


def test_chosen_ports_are_free_and_all_different() -> None:
    ports = choose_ports(NAMES)
    assert len(set(ports.values())) == len(NAMES)
    assert all(is_free(port) for port in ports.values())


def test_a_port_that_somebody_listens_on_is_not_free() -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        assert not is_free(taken.getsockname()[1])


def test_kept_ports_are_found_again(tmp_path: Path) -> None:
    ports = choose_ports(NAMES)
    keep_ports(tmp_path / "ports.json", ports)
    assert kept_ports(tmp_path / "ports.json", NAMES) == ports


@pytest.mark.parametrize("content", ["", "[]", '{"a": 1}', '{"a": "x", "b": 2, "c": 3}'])
def test_a_damaged_ports_file_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "ports.json").write_text(content)
    assert kept_ports(tmp_path / "ports.json", NAMES) is None


def test_the_next_run_has_the_ports_of_the_last(tmp_path: Path) -> None:
    first = have_ports("Part", tmp_path / "ports.json", NAMES, told={}, patience_s=0)
    assert have_ports("Part", tmp_path / "ports.json", NAMES, told={}, patience_s=0) == first


def test_ports_that_a_stranger_took_are_replaced_while_nobody_was_told(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as stranger:
        taken = stranger.getsockname()[1]
        keep_ports(tmp_path / "ports.json", {"a": taken})
        [port] = have_ports("Part", tmp_path / "ports.json", ["a"], told={}, patience_s=0).values()
    assert port != taken
    assert kept_ports(tmp_path / "ports.json", ["a"]) == {"a": port}


def test_ports_that_others_were_told_are_never_replaced(tmp_path: Path) -> None:
    told = choose_ports(NAMES)
    with (
        socket.create_server((LOOPBACK, told["b"])),
        pytest.raises(MissingPart, match=rf"ss -ltnp \| grep -E ':{told['b']}'"),
    ):
        have_ports("Part", tmp_path / "ports.json", NAMES, told=told, patience_s=0)
