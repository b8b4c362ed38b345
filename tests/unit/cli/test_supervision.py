"""A part that died is started again, and whoever watches the terminal reads one line for each end and each return."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bihuan.launcher import RunningAlready, alone
from bihuan.parts.missing import MissingPart
from bihuan.parts.supervision import Supervised
from tests.unit.cli.conftest import Ask


@dataclass
class Mortal:
    """A child that ends when the test says so."""

    ended: int | None = None

    def exit_code(self) -> int | None:
        return self.ended

    def stop(self) -> None:
        self.ended = 0


@dataclass
class Fragile:
    """A part whose starts fail as often as the test says."""

    name: str = "temporal"
    child: Mortal | None = None
    failures: int = 0
    starts: int = 0

    def start(self) -> None:
        self.starts += 1
        if self.starts > 1 and self.failures:
            self.failures -= 1
            raise MissingPart("Temporal", "端口被占用 / ports taken: [17001]", "ss -ltnp")
        self.child = Mortal()

    def stop(self) -> None:
        self.child = None


@dataclass
class Terminal:
    """What was told, and waiting for it."""

    lines: list[str] = field(default_factory=list)
    more: threading.Condition = field(default_factory=threading.Condition)

    def line(self, text: str) -> None:
        with self.more:
            self.lines.append(text)
            self.more.notify_all()

    def wait(self, reached: Callable[[list[str]], bool]) -> list[str]:
        with self.more:
            assert self.more.wait_for(lambda: reached(self.lines), 60), self.lines
        return list(self.lines)


def test_each_end_and_each_return_of_a_part_is_one_line() -> None:
    part, terminal = Fragile(), Terminal()
    supervised = Supervised(part, terminal.line)
    supervised.start()
    for n, code in enumerate((-9, 3), start=1):
        assert part.child
        part.child.ended = code
        terminal.wait(lambda lines, n=n: len(lines) == 2 * n)  # type: ignore[misc]
    supervised.stop()
    killed, back, failed, again = terminal.lines
    assert re.match(r"\d\d:\d\d:\d\d temporal 意外停止（信号 signal 9），正在重新启动", killed)
    assert "退出码 exit 3" in failed
    assert all(re.search(r"temporal 已恢复，中断\d+秒 / back after \d+ s", line) for line in (back, again))
    assert supervised.restarts == 2


def test_a_part_that_cannot_be_started_again_is_told_once_with_the_reason() -> None:
    part, terminal = Fragile(failures=2), Terminal()
    supervised = Supervised(part, terminal.line)
    supervised.start()
    assert part.child
    part.child.ended = 1
    terminal.wait(lambda lines: "已恢复" in lines[-1] if lines else False)
    supervised.stop()
    died, failed, back = terminal.lines
    assert "意外停止" in died
    assert "没能重新启动" in failed
    assert "已恢复" in back
    assert "端口被占用" in failed


def test_a_part_that_was_stopped_on_purpose_is_not_told() -> None:
    terminal = Terminal()
    supervised = Supervised(Fragile(), terminal.line)
    supervised.start()
    supervised.stop()
    assert terminal.lines == []


def test_a_second_run_names_the_addresses_of_the_first_and_how_to_stop_it(tmp_path: Path) -> None:
    with alone(tmp_path):
        with pytest.raises(RunningAlready) as starting, alone(tmp_path):
            pass
        assert "正在启动" in str(starting.value)
        (tmp_path / "addresses.json").write_text(
            '{"site": "http://127.0.0.1:17001", "temporal": "127.0.0.1:17002"}'
        )
        with pytest.raises(RunningAlready) as running, alone(tmp_path):
            pass
    said = str(running.value)
    for part in ("已在运行", "http://127.0.0.1:17001", "127.0.0.1:17002", str(tmp_path), "Ctrl-C", "kill "):
        assert part in said
    with alone(tmp_path):
        pass  # free again


def test_the_command_answers_a_second_run_with_the_table(bihuan: Ask, tmp_path: Path) -> None:
    (tmp_path / "addresses.json").write_text('{"site": "http://127.0.0.1:17001"}')
    with alone(tmp_path):
        said = bihuan("run", "--home", tmp_path)
    assert said.code == 1
    assert "http://127.0.0.1:17001" in said.err
    assert "停止它" in said.err
