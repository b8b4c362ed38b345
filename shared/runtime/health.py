"""Whether a process lives and is ready, and its metrics: `/livez`, `/readyz` and `/metrics` before any other layer.

They ask for no token and leave no log line, so whoever runs an installation shows them to its own network alone.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from prometheus_client.exposition import choose_encoder
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.runtime import problems
from shared.runtime.metrics import REGISTRY
from shared.runtime.telemetry import new_trace

PATIENCE = 2.0
"""Real seconds after which a check that has not answered counts as down: probes themselves wait little longer."""


ADDRESSES = ("/livez", "/readyz", "/metrics")


class State(StrEnum):
    """How something that a process needs stands."""

    OK = "ok"
    DEGRADED = "degraded"
    """It is not as it should be, and the process does its work all the same."""
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; `code` is for machines and stable."""

    check: str
    state: State
    code: str
    zh: str
    en: str


@dataclass(slots=True)
class Check:
    """Something to ask for, which may fail or hang: asked once at a time, and nobody waits longer than PATIENCE.

    `ask` answers None when all is well; what it raises says that it is down.
    """

    name: str
    zh: str
    en: str
    ask: Callable[[], Finding | None]
    _asked: asyncio.Task[Finding] | None = field(default=None, init=False)

    async def finding(self) -> Finding:
        """What it is now."""
        asked = self._asked
        if asked is None or asked.done():
            asked = self._asked = asyncio.create_task(asyncio.to_thread(self._now))
        done, _ = await asyncio.wait({asked}, timeout=PATIENCE)
        if not done:
            return self.down("no_answer", f"在{PATIENCE:.0f}秒内没有回答", f"no answer in {PATIENCE:.0f} s")
        return asked.result()

    def down(self, code: str, zh: str, en: str, state: State = State.DOWN) -> Finding:
        """It is not as it should be."""
        return Finding(self.name, state, f"{self.name}.{code}", f"{self.zh}{zh}", f"{self.en}: {en}")

    def _now(self) -> Finding:
        try:
            found = self.ask()
        except Exception as failure:  # its words may hold an address or a login: the type will do
            return self.down("failed", f"不可用({type(failure).__name__})", type(failure).__name__)
        return found or Finding(self.name, State.OK, f"{self.name}.ok", f"{self.zh}正常", f"{self.en}: ok")


@dataclass(frozen=True, slots=True)
class Health:
    """What a process is asked: `dead` names what should run in it and has ended."""

    process: str
    checks: Sequence[Check]
    dead: Callable[[], Sequence[str]]

    def live(self) -> tuple[int, Mapping[str, object]]:
        """Status and document of /livez: 503 asks for a restart, which is the cure for what it says."""
        if dead := sorted(self.dead()):
            zh, en = (
                f"已停止的工作:{'、'.join(dead)};应重启本进程",
                f"ended: {', '.join(dead)}; restart this process",
            )
            return 503, self._document("dead", "work.ended", zh, en)
        return 200, self._document("alive", "alive", "运行中", "alive")

    async def ready(self) -> tuple[int, Mapping[str, object]]:
        """Status and document of /readyz: 503 when something is down without which it cannot do its work."""
        found = await asyncio.gather(*(check.finding() for check in self.checks))
        wrong = [one for one in found if one.state is not State.OK]
        verdict = max((one.state for one in found), key=list(State).index, default=State.OK)
        code, zh, en = _VERDICTS[verdict]
        reasons_zh, reasons_en = ";".join(one.zh for one in wrong), "; ".join(one.en for one in wrong)
        document = self._document(code, code, f"{zh}{':' if wrong else ''}{reasons_zh}",
                                  f"{en}{': ' if wrong else ''}{reasons_en}")  # fmt: skip
        status = 503 if verdict is State.DOWN else 200
        return status, {**document, "checks": [asdict(one) for one in found]}

    def _document(self, status: str, code: str, zh: str, en: str) -> dict[str, object]:
        return {"status": status, "code": code, "process": self.process, "zh": zh, "en": en}


_VERDICTS = {
    State.OK: ("ready", "就绪", "ready"),
    State.DEGRADED: ("degraded", "就绪,但有部件不正常", "ready, with something amiss"),
    State.DOWN: ("unready", "未就绪", "not ready"),
}


class Monitored:
    """An application with the three addresses in front of it; `app` None: it has no others."""

    def __init__(self, health: Health, app: ASGIApp | None = None) -> None:
        self._health, self._app = health, app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        path = scope.get("path")
        if scope["type"] == "http" and path in ADDRESSES:
            await (await self._answer(path, scope))(scope, receive, send)
        elif self._app is not None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await problems.NOT_FOUND.response(new_trace())(scope, receive, send)

    async def _answer(self, path: str, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            return problems.of_status(405, {"Allow": "GET, HEAD"}).response(new_trace())
        if path == "/metrics":
            encode, media_type = choose_encoder(Headers(scope=scope).get("accept", ""))
            return Response(await asyncio.to_thread(encode, REGISTRY), media_type=media_type)
        status, document = self._health.live() if path == "/livez" else await self._health.ready()
        body = json.dumps(document, ensure_ascii=False).encode()
        return Response(body, status, {"Cache-Control": "no-store"}, "application/json")
