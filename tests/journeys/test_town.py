"""The township of the reports: played through the decisions of real use, written down, reported, and killed on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import pytest

from bihuan.composition import Composition
from bihuan.installation import make_installation
from bihuan.town.figures import REPORTED, Figures
from bihuan.town.founding import BEGINS, ENDS, found, simulated
from bihuan.town.writing import write
from services.oversight.figures import FIGURES, Counted, entries
from services.oversight.monthly import Behind, Monthly, Span, behind, monthly
from services.oversight.views import read_models
from shared.bus.projection import bring_up
from shared.law.periods import end_of
from shared.law.reckoning import Reckonings
from shared.ledger.engines import open_ledger
from shared.ledger.installation import Installation
from shared.ledger.memory import MemoryLedger
from shared.ledger.verify import verify
from shared.runtime.law_files import load_law
from shared.vocabulary.fact import Recorded
from shared.vocabulary.obligation_facts import ObligationLapsed
from shared.vocabulary.order_facts import VisitMade
from shared.vocabulary.refusals import BadInput
from shared.vocabulary.source_facts import SourceDisposed, SourceOpened
from shared.wire.codec import recorded

LEDGER = "t-qinghe"
LAW = load_law()
SMALL = replace(
    REPORTED, last=date(2026, 4, 30), visits=60, orders=24, hazards=220, rectified=196, fines=(300_000, 900_000),
    under_way=1, on_spot=50, running_orders=4, waived=3,
)  # fmt: skip
Figured = dict[str, int]


@pytest.fixture(scope="module")
def streams() -> dict[str, list[Recorded]]:
    """The whole campaign, as the simulator writes it."""
    return by_stream(simulated(LEDGER, LAW)[0])


def by_stream(book: MemoryLedger) -> dict[str, list[Recorded]]:
    found: dict[str, list[Recorded]] = {}
    for stored in book.read(0, book.head()):
        found.setdefault(stored.stream, []).append(recorded(stored))
    return found


def counted(streams: Mapping[str, list[Recorded]]) -> Figured:
    """The figures since the beginning, reckoned in memory from the facts that count."""
    rows = [entry for records in streams.values() for entry in entries(records, 0)]
    return {
        name: len({row.subject for row in rows if row.figure == name})
        if figure.counted is Counted.THINGS
        else sum(row.amount for row in rows if row.figure == name)
        for name, figure in FIGURES.items()
    }


def expected(figures: Figures) -> Figured:
    return {
        "visits": figures.visits, "orders": figures.orders, "found": figures.hazards,
        "rectified": figures.rectified, "transferred": 0, "reported_up": 0, "open": figures.open, "overdue": 0,
        "sources": len(figures.fines) + figures.under_way + figures.waived, "waived": figures.waived,
        "undisposed": 0, "penalised": len(figures.fines), "fines": sum(figures.fines),
        "under_way": figures.under_way,
    }  # fmt: skip


def test_the_campaign_comes_to_the_reported_figures(streams: dict[str, list[Recorded]]) -> None:
    assert counted(streams) == expected(REPORTED)
    assert (REPORTED.visits, REPORTED.orders, REPORTED.hazards, REPORTED.rectified) == (521, 287, 2982, 2695)
    assert (len(REPORTED.fines), sum(REPORTED.fines), REPORTED.under_way) == (3, 2_700_000, 2)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composition]:
    """A smaller campaign on SQLite; its writing is broken off half-way and begun again."""
    folder = tmp_path_factory.mktemp("town")
    made = Composition(make_installation(folder, Installation.DEMONSTRATION, (LEDGER,), begins=BEGINS), LAW)
    source, played = simulated(LEDGER, LAW, figures=SMALL)
    book = open_ledger(made.engine(), LEDGER)

    def broken(n: int, of: int) -> None:
        if n == of // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(source, played, book, made.clock, made.sealed(LEDGER), broken)
    assert found(made, LEDGER, lambda *_: None, figures=SMALL) < len(source.commands())
    engine = made.engine("oversight")
    ledger = made.desk("oversight", LEDGER).ledger
    bring_up(engine, ledger, read_models(ledger, LAW))
    assert [fact.leaf for fact in ledger.read(limit=10**6)] == [fact.leaf for fact in source.read(0, 10**6)]
    yield made
    made.close()


@pytest.fixture(scope="module")
def report(house: Composition) -> Monthly:
    return monthly(house.engine("oversight"), LEDGER, date(2026, 4, 1), ENDS.date())


def test_the_monthly_report_reckons_the_same_figures(report: Monthly) -> None:
    assert {name: values[Span.SINCE] for name, values in report.values.items()} == expected(SMALL)
    column = report.columns[Span.SINCE]
    assert (column.zh, column.first) == ("大排查大整治集中行动以来", REPORTED.first)


def test_the_month_counts_only_its_own_days(report: Monthly, house: Composition) -> None:
    facts = [recorded(stored) for stored in house.desk("oversight", LEDGER).ledger.read(limit=10**6)]
    made = [fact.effective.date() for fact in facts if isinstance(fact.fact, VisitMade)]
    assert report.values["visits"][Span.MONTH] == sum(day.month == 4 for day in made) < len(made)


@pytest.mark.parametrize("figure", FIGURES)
def test_each_figure_lists_the_facts_behind_it(figure: str, house: Composition, report: Monthly) -> None:
    rows: list[Behind] = []
    after = None
    while page := behind(house.engine("oversight"), LEDGER, figure, report.columns[Span.SINCE], after, 30):
        rows += page
        after = (page[-1].day.isoformat(), page[-1].position, page[-1].subject)
    assert sum(row.amount for row in rows) == report.values[figure][Span.SINCE]
    assert len({(row.position, row.subject) for row in rows}) == len(rows)


def test_the_book_is_whole_and_its_clock_stands_on_the_morning_after(house: Composition) -> None:
    assert verify(house.desk("oversight", LEDGER).ledger.read(limit=10**6)).flaw is None
    assert house.clock.now() == ENDS


def test_every_violation_found_has_a_disposition_with_reasons(streams: dict[str, list[Recorded]]) -> None:
    sources = [r for name, r in streams.items() if name.startswith("source/")]
    assert sources
    for records in sources:
        assert isinstance(records[0].fact, SourceOpened)
        [disposed] = [r.fact for r in records if isinstance(r.fact, SourceDisposed)]
        assert disposed.reasons
        assert disposed.basis


def test_on_the_last_day_nothing_of_the_office_is_late(streams: dict[str, list[Recorded]]) -> None:
    reckonings = Reckonings(LAW.rulebook, LAW.calendar)
    late = [
        obligation.id
        for records in streams.values()
        for obligation in reckonings.of(records)
        if obligation.open and not obligation.row.right and end_of(obligation.due.legal) <= ENDS
    ]
    assert late == []
    lapses = [r.fact.row for many in streams.values() for r in many if isinstance(r.fact, ObligationLapsed)]
    assert set(lapses) <= {"T29"}, "only the party's right to be heard runs out by itself"


def test_the_same_seed_writes_the_same_book() -> None:
    books = [simulated(LEDGER, LAW, figures=SMALL)[0] for _ in range(2)]
    first, second = ([fact.leaf for fact in book.read(0, book.head())] for book in books)
    assert first == second


def test_a_book_that_holds_something_else_is_refused(house: Composition) -> None:
    with pytest.raises(BadInput, match="已有别的内容"):
        found(house, LEDGER, lambda *_: None, figures=replace(SMALL, waived=1))
