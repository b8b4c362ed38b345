"""What the clock did and what the sweep found are told in words, counted first and never by the hundred."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

from bihuan.advancing import Advanced
from bihuan.cli.clock import told
from bihuan.cli.sweep import SHOWN
from shared.law.periods import SHANGHAI
from shared.runtime.law_files import load_law
from tests.unit.cli.conftest import Ask


def test_an_advance_tells_duties_and_rungs_in_words_with_their_codes_beside_them() -> None:
    done = Advanced(datetime(2026, 6, 30, tzinfo=SHANGHAI), 7)
    done.rungs.update({"T12a before_3": 4, "T11 deputy_head": 2})
    done.lapses.update(Counter({"T12a": 3}))
    assert told(done, load_law().rulebook) == [
        "时钟现为 2026-06-30 00:00,途经 7 个到期点。",
        "提醒和升级 reminders and escalations:6",
        "  复查(T11),逾期1个工作日报分管领导  2",
        "  隐患销号(T12a),内部期限前3个工作日  4",
        "记为逾期 lapses:3",
        "  隐患销号(T12a)  3",
        "撤回逾期 lapses withdrawn:0",
    ]


def test_a_sweep_counts_each_kind_first_and_lists_only_some_of_it(bihuan: Ask, town: Path) -> None:
    said = bihuan("sweep", "--home", town)
    lines = said.out.splitlines()
    assert said.code == 1
    assert [line.partition(" ")[0] for line in lines[:4]] == [
        "到期而未记逾期",
        "无人跟踪",
        "跟踪落后",
        "受阻",
    ]
    overdue = int(lines[0].rpartition(" ")[2])
    assert overdue > SHOWN
    assert f"……另有{overdue - SHOWN}项，.venv/bin/bihuan sweep --all --home {town} 全部列出" in said.out
    assert len([line for line in lines if "隐患销号（T12a）" in line]) <= SHOWN
    assert "bihuan recover" in said.out


def test_all_of_a_sweep_is_listed_when_asked_for(bihuan: Ask, town: Path) -> None:
    said = bihuan("sweep", "--all", "--home", town)
    overdue = int(said.out.splitlines()[0].rpartition(" ")[2])
    assert said.out.count(" 24:00") >= overdue
    assert "另有" not in said.out
