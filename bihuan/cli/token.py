"""`bihuan token`: give people and channels their bearer tokens, and take them back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bihuan.composition import Composition
    from shared.runtime.access import PrincipalKind

app = typer.Typer(help="令牌:发放与注销 / bearer tokens: issue and revoke", no_args_is_help=True)

Person = Annotated[str | None, typer.Argument(help="人员编号 / the person's id")]
Channel = Annotated[str | None, typer.Option("--channel", help="渠道编号 / the channel's id")]
Ledger = Annotated[
    str | None, typer.Option("--ledger", help="账本;只有一个时可不填 / which ledger, where there are several")
]
Home = Annotated[Path | None, typer.Option("--home", help="安装的数据目录 / the installation's folder")]
AsJson = Annotated[bool, typer.Option("--json", help="输出JSON")]


@app.command()
def issue(
    person: Person = None,
    channel: Channel = None,
    ledger: Ledger = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """发放一个令牌,只显示这一次。 Issue a token; it is shown this once."""
    from shared.runtime import access

    house, book, principal, kind = _meant(home, ledger, person, channel)
    _require_registered(house, book, principal, kind)
    token = access.issue(house.engine(), book, principal, kind)
    house.close()
    _say(
        {"ledger": book, "principal": principal, "kind": str(kind), "token": token},
        f"{token}\n# {principal}@{book};请妥善保存,不再显示 / keep it, it is not shown again",
        as_json,
    )


@app.command()
def revoke(
    person: Person = None,
    channel: Channel = None,
    ledger: Ledger = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """注销此人或此渠道的全部令牌,立即生效。 Revoke every token of a person or channel, at once."""
    from shared.runtime import access

    house, book, principal, kind = _meant(home, ledger, person, channel)
    count = access.revoke(house.engine(), book, principal, kind)
    house.close()
    _say(
        {"ledger": book, "principal": principal, "kind": str(kind), "revoked": count},
        f"已注销{count}个令牌 / {count} tokens revoked",
        as_json,
    )


def register(parent: typer.Typer) -> None:
    """Add the subcommands."""
    parent.add_typer(app, name="token")


def _meant(
    home: Path | None, ledger: str | None, person: str | None, channel: str | None
) -> tuple[Composition, str, str, PrincipalKind]:
    from bihuan.composition import Composition
    from bihuan.installation import default_folder, open_installation
    from shared.runtime.access import PrincipalKind
    from shared.vocabulary.refusals import BadInput

    if (person is None) == (channel is None):
        raise BadInput(
            "请填写人员编号或 --channel 之一", "name a person or --channel, one of them",
            do_zh="例如 bihuan token issue p-004", do_en="such as bihuan token issue p-004",
        )  # fmt: skip
    house = Composition(open_installation(home or default_folder()))
    known = house.installation.ledgers
    book = ledger or house.installation.own or ""
    if book not in known:
        raise BadInput(
            f"请指明账本{book}", f"say which ledger: {book!r} is none", where="--ledger",
            do_zh=f"可选:{'、'.join(known)}", do_en=f"choose from {', '.join(known)}",
        )  # fmt: skip
    kind = PrincipalKind.PERSON if person else PrincipalKind.CHANNEL
    return house, book, person or channel or "", kind


def _require_registered(house: Composition, ledger: str, principal: str, kind: PrincipalKind) -> None:
    from shared.law.authority import person_now
    from shared.runtime.access import PrincipalKind
    from shared.vocabulary.identities import stream_of
    from shared.vocabulary.refusals import UnknownThing

    it = house.desk("registry", ledger).load(stream_of(kind, principal))
    there = person_now(it.records) is not None if kind is PrincipalKind.PERSON else bool(it.records)
    if not there:
        raise UnknownThing(
            f"{principal}未在{ledger}登记", f"{principal} is not registered in {ledger}",
            do_zh="请先登记,再发放令牌;渠道写 --channel 编号",
            do_en="register first, then issue the token; for a channel: --channel ID",
        )  # fmt: skip


def _say(document: dict[str, object], words: str, as_json: bool) -> None:
    print(json.dumps(document, ensure_ascii=False) if as_json else words)
