"""`bihuan bus`: how far the consumers are, which streams wait for one, and how to set them going again."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from bihuan.cli.book import AsJson, Book, Home, LedgerName, open_book, print_json, print_table
from bihuan.cli.things import only
from shared.vocabulary.refusals import BadInput, UnknownThing

if TYPE_CHECKING:
    from shared.bus.consumer import Consumer

STILL_PARKED = 1


def register(app: typer.Typer) -> None:
    """Add the commands to an application."""
    bus = typer.Typer(
        help="总线：消费者的进度与搁置的事项。 Consumers: how far they are, and what they parked."
    )
    bus.command("positions")(positions)
    bus.command("parked")(parked)
    bus.command("redrive")(redrive)
    app.add_typer(bus, name="bus", no_args_is_help=True)


def positions(home: Home = None, ledger: LedgerName = None, as_json: AsJson = False) -> None:
    """各消费者（含发布到 Kafka 的 relay）处理到第几号，落后几条、几秒。 How far each is, and how far behind."""
    from bihuan.reconciling.snapshot import lags
    from shared.bus import cursors
    from shared.bus.relay import NAME as RELAY

    with open_book(home, ledger) as book:
        found = cursors.positions(book.engine, book.ledger)
        if book.house.installation.kafka is not None:
            found.setdefault(RELAY, 0)
        head = book.desk.ledger.head()
        behind = lags(book.house, book.desk.ledger, found, head)
    if as_json:
        lag = {name: asdict(one) for name, one in sorted(behind.items())}
        print_json({"head": head, "consumers": dict(sorted(found.items())), "lag": lag})
        return
    rows = [
        [name, str(at), str(behind[name].facts), f"{behind[name].seconds:.0f}"]
        for name, at in sorted(found.items())
    ]
    print_table(["消费者", "位置", "落后", "最旧一条的秒数"], rows)


def parked(home: Home = None, ledger: LedgerName = None, as_json: AsJson = False) -> None:
    """搁置的事项及原因。 The streams that wait for a consumer, since which position, and why."""
    from shared.bus import cursors
    from shared.law.periods import SHANGHAI
    from shared.ledger.instants import moment

    with open_book(home, ledger) as book:
        found = cursors.parked(book.engine, book.ledger)
    if as_json:
        print_json([asdict(one) | {"since": moment(one.since).isoformat()} for one in found])
        return
    rows = [
        [
            one.consumer,
            one.stream,
            str(one.position),
            f"{moment(one.since).astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            one.reason,
        ]
        for one in found
    ]
    print_table(["消费者", "事项", "自第几号", "时间", "原因"], rows)


def redrive(
    consumer: Annotated[
        str,
        typer.Argument(
            metavar="CONSUMER", help="消费者，例如 register@1；见 bihuan bus positions / which consumer"
        ),
    ],
    stream: Annotated[
        str,
        typer.Argument(
            metavar="THING", help="搁置的事项，写开头几位即可，例如 order/3f2a / which parked thing"
        ),
    ],
    home: Home = None,
    ledger: LedgerName = None,
    as_json: AsJson = False,
) -> None:
    """把搁置的事项按顺序重新处理；仍不成功时退出码为1。 Handle a parked stream again, in order."""
    from shared.bus import consumer as bus

    with open_book(home, ledger) as book:
        which = _consumer(book, consumer)
        done = bus.redrive(book.engine, book.desk.ledger, which, _parked(book, consumer, stream))
    if as_json:
        print_json(asdict(done))
    elif done.reason:
        typer.echo(
            f"处理了{done.handled}条，仍被搁置：{done.reason} / handled {done.handled}, still parked",
            err=True,
        )
    else:
        typer.echo(f"处理了{done.handled}条，不再搁置 / handled {done.handled}, no longer parked")
    if done.reason:
        raise typer.Exit(STILL_PARKED)


def _parked(book: Book, consumer: str, said: str) -> str:
    """The stream parked for the consumer whose name begins so."""
    from shared.bus import cursors

    reasons = {
        one.stream: one.reason
        for one in cursors.parked(book.engine, book.ledger, consumer)
        if one.stream.startswith(said)
    }
    if not reasons:
        raise UnknownThing(
            f"{consumer}没有搁置{said}", f"{consumer} has not parked {said}", where="THING",
            do_zh="搁置的事项见 bihuan bus parked", do_en="see bihuan bus parked",
        )  # fmt: skip
    return said if said in reasons else only(said, list(reasons), reasons.__getitem__)


def _consumer(book: Book, name: str) -> Consumer:
    from bihuan.reacting import reactions
    from bihuan.tails import deliveries
    from services.oversight.views import read_models
    from shared.bus.projection import live

    models = read_models(book.desk.ledger, book.desk.law)
    known = [live(book.engine, book.desk.ledger, model) for model in models]
    known += [*reactions(book.house, book.ledger), deliveries(book.house, book.ledger).consumer]
    for one in known:
        if one.name == name:
            return one
    names = "、".join(one.name for one in known)
    raise BadInput(
        f"没有消费者{name}",
        f"no consumer {name}",
        where="CONSUMER",
        do_zh=f"可选：{names}",
        do_en=f"choose from {names}",
    )
