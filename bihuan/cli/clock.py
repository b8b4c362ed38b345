"""`bihuan clock`: see and move a demonstration's clock; a real installation's clock is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bihuan.cli.book import AsJson, EngineAddress, Home
from shared.vocabulary.refusals import BadInput

if TYPE_CHECKING:
    from bihuan.advancing import Advanced
    from bihuan.composition import Composition
    from shared.law.rulebook import Rulebook
    from workflows.address import Address

SLOWEST, FASTEST = 0.001, 100_000.0

group = typer.Typer(help="演示时钟：查看、停、走、拨快。 The demonstration's clock.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="clock")


@group.command()
def show(home: Home = None, as_json: AsJson = False) -> None:
    """系统时间。 The installation's time."""
    with opened_house(home) as house:
        _say(house.clock.now(), as_json)


@group.command()
def freeze(home: Home = None, as_json: AsJson = False) -> None:
    """停住时钟。 Stop the clock where it stands."""
    with opened_house(home) as house:
        _say(house.clock.freeze(), as_json)


@group.command()
def start(
    rate: Annotated[
        float, typer.Argument(metavar="RATE", help="快慢：1 为常速，60 为一秒走一分钟 / 1 is real time")
    ] = 1.0,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """让时钟走,可加快。 Let the clock run, `rate` seconds in each real second."""
    if not SLOWEST <= rate <= FASTEST:
        raise BadInput(f"快慢须在{SLOWEST}至{FASTEST:.0f}之间", f"a rate is from {SLOWEST} to {FASTEST:.0f}", where="RATE",
                       do_zh="1 为常速,60 为一秒走一分钟 / 1 is real time", do_en="1 is real time, 60 a minute a second")  # fmt: skip
    with opened_house(home) as house:
        _say(house.clock.run(rate), as_json)


@group.command()
def advance(
    by: Annotated[
        str,
        typer.Argument(
            metavar="BY", help="多久，或到哪一天：30d、12h 或 2026-06-30 / how far, or to which day"
        ),
    ],
    home: Home = None,
    engine: EngineAddress = None,
    as_json: AsJson = False,
) -> None:
    """逐个到期点拨快时钟,并说明发生了什么。 Advance from due to due and say what happened."""
    import asyncio

    from bihuan.advancing import advance as go
    from bihuan.parts.telling import Teller
    from shared.law.periods import SHANGHAI

    with opened_house(home) as house:
        now = house.clock.now()
        to = _target(by, now)
        if to <= now:
            raise BadInput(
                f"时钟现为{now:%Y-%m-%d %H:%M},不能往回拨到{to:%Y-%m-%d %H:%M}", f"the clock shows {now}, after {to}",
                where="BY", do_zh="请给出更晚的时间", do_en="give a later moment",
            )  # fmt: skip
        teller, address = Teller(), engine_address(house, engine)

        def passed(at: datetime, n: int) -> None:
            teller.progress(f"  {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}  第{n}个到期点")

        with engine_reached(address.target):
            done = asyncio.run(go(house, address, to, passed))
    if as_json:
        shown = {"to": to.isoformat(), "moments": done.moments, "rungs": done.rungs, "lapses": done.lapses,
                 "withdrawals": done.withdrawals}  # fmt: skip
        typer.echo(json.dumps(shown, ensure_ascii=False))
    else:
        typer.echo("\n".join(told(done, house.law.rulebook)))


def told(done: Advanced, rulebook: Rulebook) -> list[str]:
    """What happened on the way, line by line: in words, the rulebook's codes beside them."""
    from services.oversight.words import Language, rung_word

    lines = [f"时钟现为 {done.to:%Y-%m-%d %H:%M},途经 {done.moments} 个到期点。"]
    for title, counted in (
        ("提醒和升级 reminders and escalations", done.rungs),
        ("记为逾期 lapses", done.lapses),
        ("撤回逾期 lapses withdrawn", done.withdrawals),
    ):
        lines.append(f"{title}:{sum(counted.values())}")
        for code, n in sorted(counted.items()):
            row, _, rung = code.partition(" ")
            when = f",{rung_word(rung, Language.ZH)}" if rung else ""
            lines.append(f"  {rulebook.row(row).name}({row}){when}  {n}")
    return lines


def _target(by: str, now: datetime) -> datetime:
    """`30d`, `12h`, or the start of a day in Shanghai."""
    from shared.law.periods import SHANGHAI

    if found := re.fullmatch(r"(\d{1,4})([dh])", by):
        n = int(found[1])
        return now + (timedelta(days=n) if found[2] == "d" else timedelta(hours=n))
    try:
        to = datetime.fromisoformat(by)
    except ValueError as bad:
        raise BadInput(f"看不懂“{by}”", f"cannot read {by!r}", where="BY",
                       do_zh="例如 30d、12h 或 2026-06-30 / how far, or to which day", do_en="e.g. 30d, 12h or 2026-06-30") from bad  # fmt: skip
    return to if to.tzinfo else to.replace(tzinfo=SHANGHAI)


def engine_address(house: Composition, given: str | None) -> Address:
    """The engine's address as given, as the installation says, or as the running one has written it down."""
    from bihuan.installation import ADDRESSES
    from bihuan.parts.missing import MissingPart
    from workflows.address import Address

    if found := house.installation.engine_at(given):
        return found
    file = house.installation.folder / ADDRESSES
    if not file.exists():
        start = house.installation.start_command
        raise MissingPart("Temporal", "这个安装没有在运行 / this installation is not running", start)
    return Address(json.loads(file.read_text("utf-8"))["temporal"])


@contextmanager
def engine_reached(address: str) -> Iterator[None]:
    """An engine that is away, or goes away meanwhile, is a missing part; what was done stays done."""
    from temporalio.service import RPCError

    from bihuan.advancing import Stalled
    from bihuan.parts.missing import MissingPart

    try:
        yield
    except (RPCError, RuntimeError) as away:
        why = f"{address} 没有应答 / does not answer: {away}"
        raise MissingPart("Temporal", why, "make run") from away
    except Stalled as stalled:
        why = f"跟踪没有跟上 / the watches did not follow: {stalled}"
        raise MissingPart("watches", why, "bihuan recover") from stalled


@contextmanager
def opened_house(home: Path | None) -> Iterator[Composition]:
    from bihuan.composition import Composition
    from bihuan.installation import default_folder, open_installation
    from shared.runtime.clock import ClockGoesBack, RealInstallation
    from shared.vocabulary.refusals import TechnicalRefusal

    house = Composition(open_installation(home or default_folder()))
    try:
        yield house
    except RealInstallation as real:
        raise TechnicalRefusal(
            "正式安装的时钟就是真实时间,不能停、不能拨", str(real),
            do_zh="请在演示安装上试", do_en="use a demonstration installation",
        ) from real  # fmt: skip
    except ClockGoesBack as back:
        raise TechnicalRefusal(
            f"时钟现为{back.shown:%Y-%m-%d %H:%M},不能往回拨", str(back),
            do_zh="请给出更晚的时间", do_en="give a later moment",
        ) from back  # fmt: skip
    finally:
        house.close()


def _say(at: datetime, as_json: bool) -> None:
    typer.echo(json.dumps({"now": at.isoformat()}) if as_json else f"{at:%Y-%m-%d %H:%M:%S}")
