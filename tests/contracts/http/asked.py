"""An installation asked over HTTP, with everything that follows carried out at once, and every answer it ever gave."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from bihuan.composition import Composition
from bihuan.installation import make_installation
from bihuan.processes import PROCESSES
from bihuan.scenarios.over_http import refusal
from bihuan.simulator import RememberingDesk, Simulator
from bihuan.site import site
from services.oversight.views import read_models
from shared.bus.projection import bring_up
from shared.law.authority import person_now
from shared.ledger.engines import open_ledger
from shared.ledger.installation import Installation
from shared.ledger.port import Appended
from shared.runtime import access
from shared.runtime.access import PrincipalKind
from shared.runtime.deeds import Deed
from shared.runtime.desk import Call, Desk
from shared.runtime.lookout import CLOCK
from shared.vocabulary.fact import Actor, Fact
from shared.vocabulary.identities import kind_of, stream_of, thing_of
from shared.vocabulary.refusals import Refusal
from shared.vocabulary.report_facts import ReportReceived

SERVICES = tuple(sorted({service for process in PROCESSES.values() for service in process.answers}))
READ = frozenset({"visit", "hazard", "order", "source", "case", "report"})


@dataclass(frozen=True)
class Answered:
    """One request and its answer."""

    method: str
    path: str
    asked: Any
    status: int
    media_type: str
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        """What a JSON answer says."""
        return json.loads(self.content)


class Asked(Simulator):
    """The services' interfaces on an SQLite ledger; reactions and the clock's steps are carried out as in a simulation."""

    def __init__(self, folder: Path, answers: list[Answered], books: Sequence[str], start: datetime) -> None:
        made = make_installation(folder, Installation.DEMONSTRATION, tuple(books), begins=start)
        self.house = Composition(made)
        super().__init__(books[0], self.house.law, start, *books[1:])
        self.clock = self.house.clock  # type: ignore[assignment]
        engine = self.house.engine()
        self.desks = {
            book: RememberingDesk(open_ledger(engine, book), self.house.law, self.clock) for book in books
        }
        self.desk = self.desks[books[0]]
        self.ledger = self.desk.ledger  # type: ignore[assignment]
        self.client = TestClient(site(self.house, SERVICES))
        self._answers, self._keys = answers, count(1)
        self._tokens: dict[tuple[str, str], str] = {}

    def enter(self, stream: str, fact: Fact, by: Actor = CLOCK, *, book: str | None = None) -> str:
        """A report is reported by its channel; what is registered is written by the registry."""
        if not isinstance(fact, ReportReceived):
            return super().enter(stream, fact, by, book=book)
        body = {"community": fact.community, "serious": fact.serious, "words": "车间消防通道被货物堵住"}
        body |= {"enterprise": fact.enterprise} if fact.enterprise else {}
        answer = self.ask("POST", "/reports", body, by.person, book=book)
        self._settle()
        return stream_of("report", answer["id"])

    def do(self, deed: Deed, call: Call, thing: str | None, ask: Any, *, book: str | None = None) -> Appended:
        """Ask the service, and carry out everything that follows; raises the Refusal that it answers."""
        path = self.client.app.url_path_for(deed.name, **({"thing": thing} if thing else {}))
        body = ask.model_dump(mode="json", exclude_unset=True)
        body |= {"effective": call.effective.isoformat()} if call.effective else {}
        body |= {"reason": call.reason} if call.reason else {}
        headers = {"If-Match": f'"{call.expected}"'} if call.expected is not None else {}
        answer = self.ask("POST", path, body, call.person, call.second, book=book, **headers)
        self._settle()
        last = answer["position"]
        first = last - len(answer["facts"]) + 1
        return Appended(call.command, first, last, answer["versions"], repeated=False)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        who: str = "he",
        second: str | None = None,
        *,
        book: str | None = None,
        content: bytes | None = None,
        **headers: str,
    ) -> Any:
        """What the interface answers to a person, or to a channel; raises the Refusal that it is."""
        own = {"Authorization": self._bearer(who, book)} if who else {}
        own |= {"Idempotency-Key": f"k-{next(self._keys)}"} if method == "POST" else {}
        own |= {"Second-Officer": self._bearer(second, book)} if second else {}
        answer = self.client.request(method, path, json=body, content=content, headers=own | headers)
        media_type = answer.headers["content-type"].partition(";")[0]
        self._answers.append(
            Answered(
                method.lower(), path.partition("?")[0], body, answer.status_code, media_type,
                dict(answer.headers), answer.content,
            )
        )  # fmt: skip
        if not answer.is_success:
            raise refusal(answer.json())
        return answer.json() if media_type == "application/json" else answer.content

    def refused(self, method: str, path: str, body: Any = None, who: str = "he") -> None:
        """The same where a refusal is what should come."""
        try:
            self.ask(method, path, body, who)
        except Refusal:
            return
        raise AssertionError(f"{method} {path} was not refused")

    def settle(self) -> None:
        """Carry out everything that follows from what was asked."""
        self._settle()

    def read_things(self) -> None:
        """Look at every thing there is and at its timeline, in each book, once the lists are up to date."""
        engine = self.house.engine()
        for book, desk in self.desks.items():
            bring_up(engine, desk.ledger, read_models(desk.ledger, desk.law))
            streams = dict.fromkeys(stored.stream for stored in desk.ledger.read(0, desk.ledger.head()))
            reader = thing_of(next(stream for stream in streams if self._may_read(desk, stream)))
            for stream in (stream for stream in streams if kind_of(stream) in READ):
                self.ask("GET", f"/{kind_of(stream)}s/{thing_of(stream)}", who=reader, book=book)
                for lang in ("zh", "en"):
                    self.ask("GET", f"/things/{stream}/timeline?lang={lang}", who=reader, book=book)

    def _may_read(self, desk: Desk, stream: str) -> bool:
        person = person_now(desk.load(stream).records) if kind_of(stream) == "person" else None
        return person is not None and bool(self.house.law.acts["read_register"].roles & set(person.roles))

    def _bearer(self, who: str, book: str | None) -> str:
        ledger = book or self.ledger.name
        if (ledger, who) not in self._tokens:
            kind = PrincipalKind.CHANNEL if who.startswith("ch-") else PrincipalKind.PERSON
            self._tokens[ledger, who] = access.issue(self.house.engine(), ledger, who, kind)
        return f"Bearer {self._tokens[ledger, who]}"
