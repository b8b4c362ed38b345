"""`bihuan migrate`: bring an installation's database up to this release, before its processes are."""

from __future__ import annotations

import json

import typer

from bihuan.cli.book import AsJson, Home


def register(app: typer.Typer) -> None:
    """Add the command to an application."""
    app.command("migrate")(migrate)


def migrate(
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """把数据库升到本版本:表、各服务的权限和口令;可重复。 Bring the database up to this release; again changes nothing."""
    from bihuan.installation import bring_up_database, default_folder, open_installation
    from shared.ledger.installation import FoundedOtherwise
    from shared.vocabulary.refusals import TechnicalRefusal

    installation = open_installation(home or default_folder())
    try:
        logins = bring_up_database(installation)
    except FoundedOtherwise as otherwise:
        raise TechnicalRefusal(
            f"该数据库是{otherwise.found}安装,不是{installation.kind}安装", str(otherwise),
            where="database", do_zh="请核对数据库地址", do_en="check the database's address",
        ) from otherwise  # fmt: skip
    if as_json:
        typer.echo(json.dumps({"ledgers": installation.ledgers, "passwords_set": logins}))
        return
    typer.echo(f"数据库已是本版本 / up to this release;账本 / ledgers:{'、'.join(installation.ledgers)}")
    if logins:
        typer.echo(f"已设口令 / passwords set:{'、'.join(logins)}")
