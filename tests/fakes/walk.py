"""A random course of events on the simulator: anyone asks for anything, at any time, mostly what could be meant."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bihuan.repertoire import DEEDS
from bihuan.scenarios.cast import Profile, registry_facts
from bihuan.scenarios.document import read_document
from bihuan.scenarios.loading import photo
from bihuan.simulator import Simulator
from services.enforcement import case, source
from services.intake import report
from services.rectification import hazard, order
from shared.law.periods import SHANGHAI
from shared.runtime.desk import Call, Desk
from shared.runtime.law_files import load_law
from shared.vocabulary.fact import Fact
from shared.vocabulary.identities import kind_of, thing_of
from shared.vocabulary.refusals import LegalRefusal, Refusal
from shared.vocabulary.registry_facts import OfficeRegistered
from shared.vocabulary.report_facts import ReportReceived
from tests.fakes import walk_case

LAW = load_law()
START = datetime(2025, 8, 25, 9, tzinfo=SHANGHAI)
TOWN, COUNTY = "walk", "county"
PROFILES = {
    book: Profile.model_validate(
        read_document(Path(__file__).parents[2] / f"bihuan/scenarios/profiles/{name}.yaml")
    )
    for book, name in ((TOWN, "demo"), (COUNTY, "county"))
}
PAPER_OFFICE = OfficeRegistered("paper_office", "无账本的机关", "transfer_target")
PEOPLE = ("zhang", "li", "zhao", "he", "shao", "qian", "fang", "sun", "wang", "nobody")

EVOLVE: dict[str, Callable[[Any, Fact], Any]] = {
    "report": report.evolve,
    "hazard": hazard.evolve,
    "order": order.evolve,
    "source": source.evolve,
    "case": case.evolve,
}
EMPTY: dict[str, Any] = {
    "report": report.Report(),
    "hazard": hazard.Hazard(),
    "order": order.Order(),
    "source": source.CaseSource(),
    "case": case.Case(),
}
REPORT, HAZARD, PAPER, ITEM, SOURCE = report.Stage, hazard.Stage, order.Stage, order.ItemStage, source.Stage
FITTING = "whatever fits the thing"
FITS: dict[Any, tuple[str, ...]] = {
    REPORT.RECEIVED: ("triage_report",),
    HAZARD.REPORTED: ("verify_hazard", "verify_hazard", "find_unfounded", "transfer_hazard", "merge_hazard"),
    HAZARD.VERIFIED: ("grade_hazard", "grade_hazard", "find_unfounded", "find_violation", "merge_hazard"),
    HAZARD.GRADED: (
        "issue_order", "correct_on_spot", "report_up", "transfer_hazard", "find_violation", "merge_hazard", "keep_apart",
    ),
    HAZARD.MERGED: ("separate_hazard",),
    HAZARD.TRANSFERRED: ("acknowledge_transfer", "close_hazard"),
    HAZARD.CORRECTED_ON_SPOT: ("close_hazard", "find_violation"),
    HAZARD.RECTIFIED: ("close_hazard",),
    HAZARD.UNDER_ORDER: ("find_violation",),
    PAPER.ISSUED: ("serve_order", "serve_order", "serve_order", "withdraw_order"),
    PAPER.SERVED: (
        "report_completion", "reinspect", "reinspect", "request_extension", "answer_extension", "issue_opinion",
        "withdraw_order",
    ),
    **walk_case.FITS,
    SOURCE.RECEIVED: ("acknowledge_hand_over", "acknowledge_hand_over", "return_hand_over"),
    SOURCE.OPENED: ("propose_disposition", "propose_disposition", "penalise_on_spot"),
    SOURCE.PROPOSED: ("dispose_source", "propose_disposition"),
}  # fmt: skip


class Walk:
    """One random course of events on the simulator, in a township's book and the county's."""

    def __init__(self) -> None:
        self.simulator = Simulator(TOWN, LAW, START, COUNTY)
        self.asked = 0
        for book, profile in PROFILES.items():
            for stream, fact in registry_facts(profile, PROFILES):
                self.simulator.enter(stream, fact, book=book)
        self.simulator.enter("office/paper_office", PAPER_OFFICE)

    def pass_time(self, pause: int) -> None:
        """Go on by minutes or days, from due to due or, like an outage, in one jump."""
        now = self.simulator.now()
        to = now + (timedelta(days=pause % 15) if pause % 3 else timedelta(minutes=pause % 600))
        (self.simulator.jump if pause % 5 == 0 else self.simulator.advance)(to)

    def ask(self, name: str, who: int, thing: int, choice: int, when: int) -> None:
        """Ask for one act; a refusal writes nothing, and one by law names its basis."""
        self.asked += 1
        wanted, book = "", TOWN
        if name == FITTING:
            name, book, wanted = self.fitting(thing, choice)
        if name == "report":
            received = ReportReceived(f"r{self.asked}", "ch-grid", "sq-01", bool(choice % 2), "承诺", "e-001")
            self.simulator.enter(f"report/{received.report}", received)
            return
        deed = DEEDS[name]
        candidates = [s for b, s in self.places() if b == book and kind_of(s) == deed.kind]
        on = None if deed.new else thing_of(candidates[thing % len(candidates)]) if candidates else "none"
        if wanted:
            on = thing_of(wanted)
        now = self.simulator.now()
        call = Call(
            f"c{self.asked}", hashlib.sha256(str(self.asked).encode()).digest(), self.person(book, name, who), "t",
            self.person(book, name, who + 1) if who % 9 else None,
            effective=now - timedelta(hours=when % 60) if when % 6 == 0 else None,
            reason="补记" if when % 12 else None,
        )  # fmt: skip
        heads, states = self.heads(), self.states()
        ask = deed.ask.model_validate(self.data(name, book, on or "", choice))
        refusal = self.refusal_of(lambda: self.simulator.do(deed, call, on, ask, book=book))
        if refusal is not None:
            assert self.heads() == heads, f"{name} was refused and wrote something"
            assert refusal.basis or not isinstance(refusal, LegalRefusal)
            return
        written = [record for b, head in heads.items() for record in self.simulator.facts(head, book=b)]
        for record in written:
            known = states.get((record.ledger, record.stream))
            if known is not None and record.version == len(known[1]) + 1:
                seen, before = known
                assert fold(record.stream, before) == seen, (
                    "the command saw another state than the fold of the facts"
                )

    def refusal_of(self, act: Callable[[], object]) -> Refusal | None:
        """Why an act was refused, None when it was done."""
        try:
            act()
        except Refusal as refusal:
            return refusal
        return None

    def fitting(self, pick: int, choice: int) -> tuple[str, str, str]:
        """An act that fits the stage of one of the things there are, in its book; a visit where there is none."""
        things = [(b, s) for b, s in self.places() if kind_of(s) in EVOLVE]
        kinds = sorted({kind_of(s) for _, s in things})
        if not things or pick % 10 == 0:
            return "make_visit", TOWN, ""
        kind = kinds[pick // 10 % len(kinds)]
        of_kind = [(b, s) for b, s in things if kind_of(s) == kind]
        book, stream = of_kind[pick // 70 % len(of_kind)]
        fits = FITS.get(fold(stream, self.simulator.desks[book].load(stream).facts).stage)
        return (fits[choice % len(fits)], book, stream) if fits else ("make_visit", TOWN, "")

    def person(self, book: str, name: str, pick: int) -> str:
        """Mostly someone whose role fits, sometimes anyone at all."""
        fitting = [p.id for p in PROFILES[book].people if set(p.roles) & LAW.acts[name].roles]
        if pick % 11 == 0 or not fitting:
            return PEOPLE[pick % len(PEOPLE)]
        return fitting[pick % len(fitting)]

    def states(self) -> dict[tuple[str, str], tuple[Any, Sequence[Fact]]]:
        """What a command would see now, beside the facts of the books themselves."""
        return {
            (b, s): (fold(s, self.simulator.desks[b].load(s).facts), self.plain(b).load(s).facts)
            for b, s in self.places()
            if kind_of(s) in EVOLVE
        }

    def plain(self, book: str) -> Desk:
        """A desk that remembers nothing: what is in the book, decoded from its bytes."""
        return Desk(self.simulator.desks[book].ledger, LAW, self.simulator.clock)

    def case(self, book: str, thing: str) -> case.Case:
        """The case of this id as it stands."""
        return case.replay(self.simulator.desks[book].load(f"case/{thing}").facts)

    def heads(self) -> dict[str, int]:
        return {book: desk.ledger.head() for book, desk in self.simulator.desks.items()}

    def places(self) -> list[tuple[str, str]]:
        """Every stream, with its book."""
        every = (
            (book, stored.stream)
            for book, desk in self.simulator.desks.items()
            for stored in desk.ledger.read(0, 10**6)
        )
        return list(dict.fromkeys(every))

    def data(self, name: str, book: str, on: str, choice: int) -> dict[str, Any]:
        """Data for an act: mostly such as could be meant, sometimes out of bounds."""
        today = self.simulator.now().date()
        items = [1 + choice % 2] if choice % 3 else [1, 2]
        proposal = {
            "outcome": ("filed", "waived", "transferred")[choice % 3],
            "reasons": "理由",
            "basis": "行政处罚法",
            "agency": None if choice % 2 else "县局",
        }
        unique = photo(f"p{self.asked}")
        known = walk_case.data(name, self.case(book, on), choice)
        if known is not None:
            return known
        hazards, reports = (
            [thing_of(s) for b, s in self.places() if (b, kind_of(s)) == (book, kind)] or ["none"]
            for kind in ("hazard", "report")
        )
        term: dict[str, Any] = (
            {"days": 1 + choice % 33} if choice % 2 else {"until": today + timedelta(days=choice % 20)}
        )
        major: dict[str, Any] = (
            {"grade": "major", "criterion": "判定标准第4条"} if choice % 4 == 0 else {"grade": "general"}
        )
        found = {"defect": "出口堵塞", "place": "一车间", "legal_item": "AQ105(2)"}
        fixed = {"measure": "on_spot", "evidence": [photo("前")], "after": [photo(f"后{choice % 2}")]}
        left = {"measure": "none", "grade": major["grade"], "criterion": major.get("criterion")}
        place = {"enterprise": "e-001", "community": "sq-01"}
        return {
            "make_visit": {
                **place,
                "items": [
                    {**found, "measure": "order", **term},
                    {**found, "measure": "order", "days": 5},
                    {**found, **(fixed if choice % 2 else left)},
                ],
            },
            "triage_report": {
                "outcome": ("accepted", "accepted", "duplicate", "not_safety")[choice % 4],
                "community": "sq-01",
                "enterprise": "e-001",
                "reasons": "初核",
                "defect": "出口堵塞",
                "place": "一车间",
                "duplicate_of": reports[choice % len(reports)] if choice % 4 == 2 else None,
            },
            "merge_hazard": {"into": hazards[choice % len(hazards)], "reasons": "同一隐患"},
            "keep_apart": {"other": hazards[choice % len(hazards)], "reasons": "不是同一隐患"},
            "separate_hazard": {"reasons": "合并有误"},
            "find_unfounded": {"reasons": "不属实"},
            "grade_hazard": {**major, "legal_item": "AQ105(2)"},
            "correct_on_spot": {"before": [photo("前")], "after": [photo(f"后{choice % 2}")]},
            "transfer_hazard": {"agency": "消防", "reasons": "职责"},
            "acknowledge_transfer": {"receipt": "R"},
            "report_up": {"to": "县局"},
            "find_violation": {"legal_item": "AQ105(2)", "finding": "违法"},
            "issue_order": {**place, "items": [{"hazard": hazards[choice % len(hazards)], "days": 5}]},
            "serve_order": {"how": "direct", "receipt": "R"},
            "request_extension": {
                "items": items,
                "until": today + timedelta(days=choice % 25),
                "grounds": "缺件",
            },
            "answer_extension": {"items": items, "granted": bool(choice % 2), "reasons": "理由"},
            "report_completion": {"items": items, "evidence": [unique]},
            "reinspect": {"results": [{"item": n, "passed": bool(choice % 4)} for n in items]},
            "withdraw_order": {"reasons": "有误"},
            "propose_disposition": {key: proposal[key] for key in ("outcome", "reasons", "basis")},
            "dispose_source": proposal,
        }.get(name, {})


def fold(stream: str, facts: Sequence[Fact]) -> Any:
    kind = kind_of(stream)
    state = EMPTY[kind]
    for fact in facts:
        state = EVOLVE[kind](state, fact)
    return state
