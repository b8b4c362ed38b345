"""An installation in processes of its own as a runner of scenarios: asked over HTTP, as channels and people ask it.

Whatever dies meanwhile, a request is sent again under the same Idempotency-Key until it is answered.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import httpx2 as httpx
from sqlalchemy.exc import DBAPIError
from temporalio.service import RPCError

from bihuan.advancing import advance
from bihuan.composition import Composition
from bihuan.processes import SERVICES
from bihuan.scenarios.installed import OWNER, Installed
from bihuan.site import site
from shared.ledger.port import Appended
from shared.runtime import access
from shared.runtime.access import PrincipalKind
from shared.runtime.deeds import Deed
from shared.runtime.desk import Call
from shared.runtime.lookout import CLOCK
from shared.runtime.problems import STATUS
from shared.vocabulary.fact import Actor, Fact
from shared.vocabulary.identities import stream_of
from shared.vocabulary.refusals import BadInput, ManyWrong, Refusal
from shared.vocabulary.report_facts import ReportReceived
from workflows.address import Address

ANSWERED_S = 300.0
"""Real seconds within which a service that was killed must be back and answer."""

PAUSE_S = 0.3
WORDS = "场景中的举报"
"""What the reporter says: sealed, and no part of a scenario."""

REFUSALS: Mapping[str, type[Refusal]] = {kind.code: kind for kind in STATUS if kind is not ManyWrong}


class HttpEngine(Installed):
    """The services' interfaces, and the clock of the demonstration behind them.

    `addresses`: of each service's interface. `told`: told once for each request that met nobody.
    """

    def __init__(
        self, house: Composition, addresses: Mapping[str, str], engine: Address, told: Callable[[], None]
    ) -> None:
        super().__init__(house)
        self._addresses, self._engine, self._told = addresses, engine, told
        self._routes = site(house, SERVICES)
        self._tokens: dict[tuple[str, str], str] = {}
        self._asked = 0

    def enter(self, stream: str, fact: Fact, by: Actor = CLOCK, *, book: str | None = None) -> str:
        """A report is reported by its channel; what is registered is written by the registry."""
        if not isinstance(fact, ReportReceived):
            self.write(stream, fact, by, book)
            return stream
        body = {"community": fact.community, "serious": fact.serious, "words": WORDS}
        body |= {"enterprise": fact.enterprise} if fact.enterprise else {}
        self._asked += 1
        answer = self._post("intake", "/reports", body, {
            "Authorization": self._bearer(by.person, book, PrincipalKind.CHANNEL),
            "Idempotency-Key": f"report-{self._asked}",
        })  # fmt: skip
        self.advance(self.now())
        return stream_of("report", answer["id"])

    def do(self, deed: Deed, call: Call, thing: str | None, ask: Any, *, book: str | None = None) -> Appended:
        """Ask the service, then wait until reactions have run and watches have looked."""
        path = self._routes.url_path_for(deed.name, **({"thing": thing} if thing else {}))
        body = json.loads(ask.model_dump_json(by_alias=True))
        body |= {"effective": call.effective.isoformat()} if call.effective else {}
        body |= {"reason": call.reason} if call.reason else {}
        headers = {"Authorization": self._bearer(call.person, book), "Idempotency-Key": call.command}
        headers |= {"Second-Officer": self._bearer(call.second, book)} if call.second else {}
        headers |= {"If-Match": f'"{call.expected}"'} if call.expected is not None else {}
        answer = self._post(OWNER[deed.kind], path, body, headers)
        self.advance(self.now())
        last = answer["position"]
        first = last - len(answer["facts"]) + 1
        return Appended(call.command, first, last, answer["versions"], repeated=False)

    def advance(self, to: datetime) -> None:
        """From due moment to due moment; whatever is killed meanwhile is waited for."""
        while True:
            try:
                asyncio.run(advance(self.house, self._engine, to))
            except (RPCError, RuntimeError, DBAPIError, OSError):
                time.sleep(PAUSE_S)
            else:
                return

    def _bearer(self, who: str, book: str | None, kind: PrincipalKind = PrincipalKind.PERSON) -> str:
        ledger = book or self.house.installation.ledgers[0]
        if (ledger, who) not in self._tokens:
            self._tokens[ledger, who] = access.issue(self.house.engine(), ledger, who, kind)
        return f"Bearer {self._tokens[ledger, who]}"

    def _post(
        self, service: str, path: str, body: Mapping[str, Any], headers: Mapping[str, str]
    ) -> dict[str, Any]:
        """The answer; raises the Refusal that it is."""
        url, end, told = self._addresses[service] + path, time.monotonic() + ANSWERED_S, False
        while True:
            try:
                answer = httpx.post(url, json=body, headers=headers, timeout=ANSWERED_S)
                if answer.status_code < 500:
                    break
                trouble = answer.text
            except httpx.TransportError as away:
                trouble = repr(away)
            if time.monotonic() > end:
                raise TimeoutError(f"{url}: {trouble}")
            if not told:
                self._told()
                told = True
            time.sleep(PAUSE_S)
        found: dict[str, Any] = answer.json()
        if answer.is_success:
            return found
        raise refusal(found)


def refusal(problem: Mapping[str, Any]) -> Refusal:
    """The refusal that a problem (RFC 9457) tells of."""
    kind = REFUSALS.get(problem["type"].rpartition("/")[2], BadInput)
    return kind(
        problem["detail"], problem["detail_en"], basis=problem.get("basis", ""),
        do_zh=problem["next_step"], do_en=problem["next_step_en"],
    )  # fmt: skip
