"""What a person who mistypes or looks in the wrong place is told: one plain line, and nothing done."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.cli import ExitCode, run
from bihuan.installation import FILE, make_installation
from shared.ledger.installation import Installation as Kind

DEMO, REAL = "demo", "real"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration and a real installation, both empty."""
    made = tmp_path_factory.mktemp("installations")
    make_installation(made / DEMO, Kind.DEMONSTRATION, ("t-qinghe",))
    make_installation(made / REAL, Kind.REAL, ("t-real",))
    (made / "damaged").mkdir()
    (made / "damaged" / FILE).write_text("{", "utf-8")
    (made / "broken").mkdir()
    demonstration = (made / DEMO / FILE).read_text("utf-8")
    (made / "broken" / FILE).write_text(demonstration, "utf-8")
    (made / "broken" / "ledger.db").write_bytes(b"not a database, whatever its name says" * 100)
    (made / "otherwise").mkdir()
    shared = demonstration.replace("sqlite:///ledger.db", f"sqlite:///{made / DEMO}/ledger.db")
    (made / "otherwise" / FILE).write_text(shared.replace("demonstration", "real"), "utf-8")
    return made


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["late", "--home", DEMO, "--role", "nobody"], ExitCode.WRONG_USE, "可选"),
        (["late", "--home", DEMO, "--row", "T99"], ExitCode.WRONG_USE, "T11"),
        (["register", "--home", DEMO, "--stage", "bogus"], ExitCode.WRONG_USE, "under_order"),
        (["register", "--home", DEMO, "--community", "sq-99"], ExitCode.WRONG_USE, "sq-99未登记"),
        (["clock", "advance", "2020-01-01", "--home", DEMO], ExitCode.WRONG_USE, "不能往回拨"),
        (["clock", "start", "0", "--home", DEMO], ExitCode.WRONG_USE, "快慢"),
        (["load", "registry", "--home", REAL], ExitCode.WRONG_USE, "登记资料目录"),
        (["load", "registry", "nowhere", "--home", DEMO], ExitCode.WRONG_USE, "没有目录"),
        (["run", "--home", REAL], ExitCode.WRONG_USE, "不是演示安装"),
        (["migrate", "--home", "otherwise"], ExitCode.REFUSED, "不是real安装"),
        (["late", "--home", "nothing"], ExitCode.MISSING_PART, "make run"),
        (["late", "--home", "damaged"], ExitCode.MISSING_PART, "已损坏"),
        (["late", "--home", "broken"], ExitCode.MISSING_PART, "数据库不可用"),
        (["token", "issue", "ch-grid", "--home", DEMO], ExitCode.REFUSED, "--channel"),
        (["serve", "--home", DEMO, "--process", "nothing"], ExitCode.WRONG_USE, "relay"),
    ],
)
def test_a_mistake_is_answered_with_one_plain_refusal(
    folder: Path,
    arguments: list[str],
    code: ExitCode,
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(folder)
    assert run(arguments) == code
    printed = capsys.readouterr()
    assert said in printed.err
    assert "Traceback" not in printed.err
