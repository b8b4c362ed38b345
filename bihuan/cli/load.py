"""`bihuan load`: the office's registry and its inspection visits, from files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Never

import typer

from bihuan.cli.book import AsJson, Home, Lang, Language, LedgerName

if TYPE_CHECKING:
    from bihuan.composition import Composition
    from bihuan.loading.load import Prepared

REFUSED = 1
BAD_INPUT = 2
SHOWN = 50
"""How many errors a person is shown at once; --json lists all."""

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="只检查，不写入；不写则检查后写入 / check only, write nothing")
]

group = typer.Typer(
    help="导入登记资料和检查记录。 Load registry files and inspection visits.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add the commands to an application."""
    app.add_typer(group, name="load")


@group.command("registry")
def registry(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="FOLDER", help="登记资料目录；演示安装不写则用示范镇资料 / the registry folder"
        ),
    ] = None,
    home: Home = None,
    ledger: LedgerName = None,
    dry_run: DryRun = False,
    lang: Lang = Language.ZH,
    as_json: AsJson = False,
) -> None:
    """导入登记资料；未变的不重复写入。 Load registry files; what is the same is left alone."""
    from bihuan.loading.registry_folder import read_registry
    from bihuan.loading.shipped import REGISTRIES, REGISTRY
    from services.registry.handlers import register as enter
    from services.registry.records import within
    from shared.ledger.installation import Installation as Kind

    english = lang is Language.EN
    if folder is not None and not folder.is_dir():
        _stop(
            english,
            f"没有目录{folder}，请核对路径",
            f"there is no folder {folder}; check the path",
            BAD_INPUT,
        )
    composition, book = _open(home, ledger, english)
    try:
        if folder is None and composition.installation.kind is Kind.REAL:
            said = "正式安装须写明登记资料目录；示范资料是虚构的，写入后不能删除"
            _stop(
                english,
                said,
                "name the registry folder: the shipped one is invented, and nothing can be deleted",
                BAD_INPUT,
            )
        entries, errors = read_registry(folder or REGISTRIES.get(book, REGISTRY), book)
        if errors:
            zh = [f"{e.file}.yaml {f'第{e.row}条' if e.row else ''}：{e.zh}" for e in errors]
            en = [f"{e.file}.yaml{f' record {e.row}' if e.row else ''}: {e.en}" for e in errors]
            raw = [{"file": e.file, "row": e.row, "zh": e.zh, "en": e.en} for e in errors]
            _wrong(en if english else zh, raw, english=english, as_json=as_json)
        entries = within(entries, composition.installation.ledgers)
        changed = 0 if dry_run else enter(composition.desk("registry", book), entries, trace="load registry")
    finally:
        composition.close()
    if as_json:
        found = {"ledger": book, "records": len(entries), "changed": changed, "dry_run": dry_run}
        typer.echo(json.dumps(found, ensure_ascii=False))
    elif dry_run:
        typer.echo(
            f"{len(entries)} records, no errors" if english else f"{len(entries)}条登记资料，没有错误；未写入"
        )
    else:
        typer.echo(
            f"{len(entries)} records, {changed} new or changed" if english
            else f"{len(entries)}条登记资料，新增或变更{changed}条"
        )  # fmt: skip


@group.command("visits")
def visits(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="检查记录：JSON Lines 或 Excel（.xlsx） / the visits")
    ],
    home: Home = None,
    ledger: LedgerName = None,
    catalogue: Annotated[
        Path | None,
        typer.Option(
            "--catalogue", metavar="FILE", help="隐患目录；不写则用自带的 / another catalogue of hazards"
        ),
    ] = None,
    advance_clock: Annotated[
        bool,
        typer.Option(
            "--advance-clock",
            help="演示安装：先把时钟拨到最后一件事的次日；不写则不动 / move a demonstration's clock first",
        ),
    ] = False,
    dry_run: DryRun = False,
    lang: Lang = Language.ZH,
    as_json: AsJson = False,
) -> None:
    """导入检查记录：先检查整个文件，有一处错误就一条也不写入。 Load visits: all of a file, or nothing."""
    from bihuan.loading.catalogue import read_catalogue
    from bihuan.loading.load import prepare
    from bihuan.loading.problems import told
    from bihuan.loading.shipped import CATALOGUE

    english = lang is Language.EN
    if not file.is_file():
        _stop(english, f"没有文件{file}，请核对路径", f"there is no file {file}; check the path", BAD_INPUT)
    known = read_catalogue(catalogue or CATALOGUE)
    composition, book = _open(home, ledger, english)
    try:
        prepared = prepare(file, composition.desk("rectification", book), known, advance=advance_clock)
        if prepared.problems:
            lines = told(prepared.problems, english)
            raw = [problem.as_json() for problem in prepared.problems]
            _wrong(lines, raw, english=english, as_json=as_json)
        new = 0 if dry_run else _record(composition, book, prepared, advance_clock, english)
    finally:
        composition.close()
    _tell(prepared, new, book, english=english, as_json=as_json, dry_run=dry_run)


def _record(composition: Composition, book: str, prepared: Prepared, advance: bool, english: bool) -> int:
    from bihuan.loading.clock import NotEmpty, advance_for
    from bihuan.loading.load import carry_out
    from bihuan.loading.progress import telling
    from shared.runtime.clock import RealInstallation

    desk = composition.desk("rectification", book)
    if advance and prepared.plan.acts:
        try:
            advance_for(prepared, desk.ledger, composition.clock)
        except RealInstallation:
            _stop(english, "正式安装的时钟不能拨动，请去掉--advance-clock",
                  "a real installation's clock cannot be moved; leave --advance-clock out", REFUSED)  # fmt: skip
        except NotEmpty:
            _stop(english, "账本中已有检查，不能跳过时间；请用 bihuan clock advance",
                  "the ledger already has visits; use bihuan clock advance", REFUSED)  # fmt: skip
    with telling(len(prepared.plan.acts), english) as told:
        return carry_out(prepared, desk, composition.sealed(book), told)


def _open(home: Path | None, ledger: str | None, english: bool) -> tuple[Composition, str]:
    from bihuan.composition import Composition
    from bihuan.installation import default_folder, open_installation

    installation = open_installation((home or default_folder()).resolve())
    book = ledger or installation.own
    if book is None:
        some = "、".join(installation.ledgers)
        _stop(
            english,
            f"有多个账本（{some}），请用--ledger指定",
            f"say which of {some} with --ledger",
            BAD_INPUT,
        )
    if book not in installation.ledgers:
        _stop(english, f"本安装没有账本{book}", f"this installation has no ledger {book}", BAD_INPUT)
    return Composition(installation), book


def _tell(prepared: Prepared, new: int, book: str, *, english: bool, as_json: bool, dry_run: bool) -> None:
    acts = len(prepared.plan.acts)
    if as_json:
        found = {"ledger": book, "dry_run": dry_run, "acts": acts, "new": new, "already": len(prepared.done)}
        typer.echo(json.dumps(found | prepared.counts, ensure_ascii=False))
        return
    from bihuan.loading.progress import table

    typer.echo(table(prepared.counts, english))
    if dry_run:
        left = acts - len(prepared.done)
        typer.echo(f"no errors; {left} of {acts} acts would be recorded" if english
                   else f"没有错误；共{acts}个行为，将写入{left}个")  # fmt: skip
    else:
        typer.echo(f"{new} acts recorded, {acts - new} were there already" if english
                   else f"写入{new}个行为，{acts - new}个此前已写入")  # fmt: skip


def _wrong(lines: list[str], raw: list[dict[str, Any]], *, english: bool, as_json: bool) -> Never:
    """Every error, and that nothing was written; ends the command."""
    if as_json:
        typer.echo(json.dumps({"errors": raw}, ensure_ascii=False, indent=1))
    for line in lines[:SHOWN]:
        typer.echo(line, err=True)
    if len(lines) > SHOWN:
        more = len(lines) - SHOWN
        typer.echo(
            f"… {more} more; --json lists all" if english else f"……另有{more}行，用--json查看全部", err=True
        )
    _stop(
        english,
        f"共{len(raw)}处错误，没有写入任何内容",
        f"{len(raw)} errors; nothing was written",
        BAD_INPUT,
    )


def _stop(english: bool, zh: str, en: str, code: int) -> Never:
    typer.echo(en if english else zh, err=True)
    raise typer.Exit(code)
