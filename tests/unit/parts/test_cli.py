"""Exit codes and streams of the command `bihuan`."""

import io
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError

from bihuan.cli import ExitCode, app, run
from bihuan.parts.missing import FolderInUse, MissingPart
from bihuan.parts.telling import Teller, minutes
from shared.vocabulary.refusals import BadInput, LegalRefusal


@pytest.fixture
def failing(request: pytest.FixtureRequest) -> Iterator[str]:
    """A subcommand that raises what the test asks for."""
    error = request.param

    def fail() -> None:
        raise error

    app.command("fail-for-test")(fail)
    yield "fail-for-test"
    app.registered_commands.pop()


@pytest.mark.parametrize(
    ("failing", "code", "said"),
    [
        (MissingPart("Temporal", "none", "make parts", ["PATH"]), ExitCode.MISSING_PART, "make parts"),
        (FolderInUse("/data", 17), ExitCode.REFUSED, "/data"),
        (LegalRefusal("不得", "may not", basis="第X条"), ExitCode.REFUSED, "第X条"),
        (BadInput("填错", "wrong", do_zh="改正"), ExitCode.WRONG_USE, "改正"),
        (
            OperationalError("select 1", {}, Exception("connection refused")),
            ExitCode.MISSING_PART,
            "connection refused",
        ),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED, ""),
        (ZeroDivisionError("oh"), ExitCode.OUR_FAULT, "ZeroDivisionError"),
    ],
    indirect=["failing"],
)
def test_each_failure_has_its_exit_code_and_goes_to_stderr(
    failing: str, code: ExitCode, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([failing]) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert said in printed.err


def test_wrong_use_is_2_and_help_is_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["no-such-command"]) == ExitCode.WRONG_USE
    assert run(["--help"]) == ExitCode.DONE
    assert "doctor" in capsys.readouterr().out


def test_progress_without_a_terminal_is_a_line_every_ten_seconds() -> None:
    out = io.StringIO()
    tell = Teller(out)
    for step in range(5):
        tell.progress(f"step {step}")
    tell.line("done")
    assert out.getvalue() == "step 0\ndone\n"


def test_minutes_are_shown_as_people_read_them() -> None:
    assert [minutes(seconds) for seconds in (0, 59.9, 75, 600)] == ["0:00", "0:59", "1:15", "10:00"]
