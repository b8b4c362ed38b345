"""The command `bihuan`.

Exit codes, the same for every subcommand:
    0    done
    1    refused by the law or the rules, or what was checked is not as it should be
    2    used wrongly, or wrong input
    3    a part we need is missing; the message ends with the command that mends it
    70   our own fault: an error that nobody foresaw
    130  interrupted (Ctrl-C)
Results go to stdout, errors to stderr. A subcommand imports what is heavy when it runs, so that `--help` is quick.
"""

import os
import sys
import traceback
from enum import IntEnum

import typer

from bihuan.cli import (
    bus,
    clock,
    demo,
    doctor,
    due,
    duplicates,
    init,
    late,
    load,
    migrate,
    projection,
    reconcile,
    recover,
    register,
    report,
    scenario,
    serve,
    sweep,
    timeline,
    token,
    town,
)
from bihuan.cli import (
    run as run_command,
)
from bihuan.cli.help import dressed
from bihuan.parts.missing import FolderInUse, MissingPart
from shared.vocabulary.refusals import BadInput, Refusal


class ExitCode(IntEnum):
    """See the top of this module."""

    DONE = 0
    REFUSED = 1
    WRONG_USE = 2
    MISSING_PART = 3
    OUR_FAULT = 70
    INTERRUPTED = 130


app = typer.Typer(
    name="bihuan",
    help="闭环：隐患从发现到销号，一件不漏。 Every work-safety hazard, seen through to its end.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def bihuan() -> None:
    """Without this, Typer would make a lone subcommand the whole command."""


for subcommand in (
    init,
    migrate,
    serve,
    load,
    due,
    register,
    late,
    duplicates,
    sweep,
    reconcile,
    timeline,
    token,
    projection,
    bus,
    scenario,
    doctor,
    clock,
    recover,
    run_command,
    demo,
    town,
    report,
):
    subcommand.register(app)
dressed(app)


def main() -> None:
    """Run the command and end the process with its exit code."""
    _leave(run())


def run(arguments: list[str] | None = None) -> int:
    """Run the command; its exit code. `arguments`: those of the process, unless given."""
    try:
        app(arguments, prog_name="bihuan")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else ExitCode.DONE
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except MissingPart as missing:
        return _fail(str(missing), ExitCode.MISSING_PART)
    except FolderInUse as used:
        return _fail(str(used), ExitCode.REFUSED)
    except Refusal as refusal:
        code = ExitCode.WRONG_USE if isinstance(refusal, BadInput) else ExitCode.REFUSED
        return _fail(_refused(refusal), code)
    except Exception as error:
        if (why := _database_trouble(error)) is not None:
            return _fail(why, ExitCode.MISSING_PART)
        traceback.print_exc()
        return ExitCode.OUR_FAULT
    return ExitCode.DONE


def _database_trouble(error: Exception) -> str | None:
    """What to say when the database cannot be used at all; None for anything else."""
    if "sqlalchemy" not in sys.modules:
        return None
    from sqlalchemy.exc import DatabaseError

    if not isinstance(error, DatabaseError) or error.orig is None:
        return None
    cause = str(error.orig).strip().splitlines()[0]
    return (
        f"缺少 数据库 / missing: 数据库不可用 / the database cannot be used: {cause}\n"
        "  补救 / to mend: 请核对地址、文件和权限 / check address, file and permissions: bihuan doctor"
    )


def _refused(refusal: Refusal) -> str:
    """What is wrong, on what basis, where, what to do: in Chinese, then in English."""
    basis = f" [{refusal.basis}]" if refusal.basis else ""
    where = f" ({refusal.where})" if refusal.where else ""
    zh = f"{refusal.title_zh}：{refusal.zh}{basis}{where} {refusal.do_zh}".rstrip()
    en = "; ".join(part for part in (f"{refusal.title_en}: {refusal.en}{where}", refusal.do_en) if part)
    return f"{zh}\n{en}"


def _fail(words: str, code: ExitCode) -> int:
    print(words, file=sys.stderr)
    return code


def _leave(code: int) -> None:
    """End now: a process that used Temporal's client can crash while the interpreter is taken down."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        pass  # whoever read our output has enough
    if "temporalio.bridge" in sys.modules:
        os._exit(code)
    sys.exit(code)
