"""`bihuan token`: give people and channels their bearer tokens, and take them back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bihuan.cli.book import AsJson, Home, LedgerName

if TYPE_CHECKING:
    from bihuan.composition import Composition
    from shared.runtime.access import PrincipalKind

app = typer.Typer(help="令牌：发放与注销。 Bearer tokens: issue and revoke.", no_args_is_help=True)

Person = Annotated[
    str | None,
    typer.Argument(metavar="PERSON", help="人员编号；渠道则不写，改写 --channel / the person's id"),
]
Channel = Annotated[
    str | None, typer.Option("--channel", metavar="CHANNEL", help="渠道编号；人员则不写 / the channel's id")
]


@app.command()
def issue(
    person: Person = None,
    channel: Channel = None,
    ledger: LedgerName = None,
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
    ledger: LedgerName = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """注销此人或此渠道的全部令牌,立即生效。 Revoke every token of a person or channel, at once."""
    from shared.runtime import access

    house, book, principal, kind = _meant(home, ledger, person, channel)
    try:
        count = access.revoke(house.engine(), book, principal, kind)
        if not count:
            _require_known(house, book, principal, kind)
    finally:
        house.close()
    words = f"已注销{count}个令牌 / {count} tokens revoked"
    none = f"{principal}没有有效的令牌 / {principal} has no token that is still good"
    _say(
        {"ledger": book, "principal": principal, "kind": str(kind), "revoked": count},
        words if count else none,
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


def _require_known(house: Composition, ledger: str, principal: str, kind: PrincipalKind) -> None:
    """Refuse one that never was registered; a person who left is known."""
    from shared.runtime.access import PrincipalKind
    from shared.vocabulary.identities import stream_of
    from shared.vocabulary.refusals import UnknownThing

    if house.desk("registry", ledger).load(stream_of(kind, principal)).records:
        return
    zh, en = ("人员", "person") if kind is PrincipalKind.PERSON else ("渠道", "channel")
    raise UnknownThing(
        f"{ledger}没有编号为{principal}的{zh},没有注销任何令牌", f"{ledger} has no {en} {principal}; nothing was revoked",
        do_zh="请核对编号;人员直接写编号,渠道写 --channel 编号,另一账本写 --ledger",
        do_en="check the id: a person's as it is, a channel's as --channel ID, another ledger's with --ledger",
    )  # fmt: skip


def _say(document: dict[str, object], words: str, as_json: bool) -> None:
    print(json.dumps(document, ensure_ascii=False) if as_json else words)
