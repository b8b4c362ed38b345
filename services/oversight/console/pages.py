"""The console's addresses: today's work, the register, the monthly report, one thing's story, signing in and out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from sqlalchemy import Engine
from starlette.requests import HTTPConnection

from services.oversight.console import late_page, monthly_page, register_page, signing_in, story_page
from services.oversight.console.register_page import Asked
from services.oversight.console.rendering import ROOT, Frame, language_of, page
from services.oversight.console.sessions import Sessions
from services.oversight.console.statics import statics
from services.oversight.console.wording import Wording
from services.oversight.filters import LateFilter
from services.oversight.hazard_entry import Stage
from services.oversight.monthly import Span
from services.oversight.monthly_api import FigureName
from services.oversight.names import names_of
from services.oversight.reader import Reader, reader, reading_at
from services.oversight.words import Language, word
from shared.law.rulebook import Bearer
from shared.runtime import problems
from shared.runtime.access import Principal, PrincipalKind
from shared.runtime.doors import Doors, ThingId, seen_of
from shared.runtime.problems import AtRim, Problem
from shared.runtime.rim import Dialect
from shared.runtime.throttle import Throttle
from shared.vocabulary.hazard_facts import Grade
from shared.vocabulary.identities import stream_of
from shared.vocabulary.refusals import Refusal

Text = Annotated[str, Query(max_length=120)]
After = Annotated[str | None, Query(max_length=500)]
Kind = Literal["hazard", "order", "source", "case", "report", "visit"]


def _known(lang: Language) -> Language:
    return lang


_IN_A_LANGUAGE = [Depends(_known)]
"""For addresses that need their language checked, but not told."""


@dataclass(frozen=True, slots=True)
class Console:
    """What the pages need: desks and tokens, the read models, who is signed in."""

    doors: Doors
    engine: Engine
    sessions: Sessions
    demonstration: bool = False
    throttle: Throttle = field(default_factory=Throttle)

    def pages(self) -> Dialect:
        """How browsers speak at these addresses: a cookie says who asks, a problem is shown as a page."""

        def who(connection: HTTPConnection) -> Principal | None:
            secret = signing_in.secret_of(connection)
            return self.sessions.who(secret) if secret else None

        return Dialect(ROOT, who, _problem)

    def router(self) -> APIRouter:
        """All addresses below `/console`, and the way there from `/`."""
        routes = APIRouter(include_in_schema=False)
        routes.add_api_route("/", _to_today, methods=["GET"])
        routes.add_api_route(ROOT, _to_today, methods=["GET"])
        routes.add_api_route(f"{ROOT}/static/{{name}}", _static, methods=["GET"])
        routes.add_api_route(f"{ROOT}/{{lang}}", _to_today, methods=["GET"], dependencies=_IN_A_LANGUAGE)
        self._reading(routes)
        self._signing(routes)
        return routes

    def _reading(self, routes: APIRouter) -> None:
        def asking(request: Request) -> Reader:
            return reader(self.doors, request)

        asked_by = Depends(asking)

        @routes.get(f"{ROOT}/{{lang}}/late")
        def late(
            request: Request,
            lang: Language,
            who: Reader = asked_by,
            role: Text = "",
            bearer: Text = "",
            row: Text = "",
            state: Text = "",
            after: After = None,
        ) -> Response:
            wanted = LateFilter(role or None, bearer or None, row or None, state or None)
            shown = late_page.today(self.engine, who, wanted, after, lang)
            frame = self._frame(request, who, shown.at)
            return page(request, "late.html", frame, today=shown, wanted=wanted, bearers=tuple(Bearer))

        @routes.get(f"{ROOT}/{{lang}}/register", dependencies=_IN_A_LANGUAGE)
        def register(
            request: Request,
            who: Reader = asked_by,
            standing: Text = "open",
            community: Text = "",
            named: Text = "",
            enterprise: Text = "",
            stage: Text = "",
            grade: Text = "",
            since: Text = "",
            until: Text = "",
            after: After = None,
        ) -> Response:
            asked = Asked(standing, community, named, enterprise, stage, grade, since, until)
            shown = register_page.shown(self.engine, who, asked, after)
            frame = self._frame(request, who, who.desk.clock.now())
            return page(
                request, "register.html", frame, register=shown, asked=asked,
                standings=tuple(register_page.STANDING), stages=tuple(Stage), grades=tuple(Grade),
            )  # fmt: skip

        @routes.get(f"{ROOT}/{{lang}}/monthly")
        def monthly(request: Request, lang: Language, who: Reader = asked_by, month: Text = "") -> Response:
            shown = monthly_page.report(self.engine, who, month, lang)
            frame = self._frame(request, who, who.desk.clock.now())
            return page(request, "monthly.html", frame, report=shown)

        @routes.get(f"{ROOT}/{{lang}}/monthly/{{figure}}")
        def monthly_facts(
            request: Request,
            lang: Language,
            figure: FigureName,
            who: Reader = asked_by,
            month: Text = "",
            column: Span = Span.SINCE,
            after: After = None,
        ) -> Response:
            shown = monthly_page.facts(self.engine, who, figure, month, column, after, lang)
            frame = self._frame(request, who, who.desk.clock.now())
            return page(request, "monthly_facts.html", frame, told=shown)

        @routes.get(f"{ROOT}/{{lang}}/things/{{kind}}/{{thing}}")
        def story(
            request: Request,
            lang: Language,
            kind: Kind,
            thing: ThingId,
            who: Reader = asked_by,
            full: Annotated[bool, Query()] = False,
        ) -> Response:
            shown = story_page.story(self.engine, who, kind, thing, lang)
            return page(request, "story.html", self._frame(request, who, shown.at), story=shown, full=full)

    def _signing(self, routes: APIRouter) -> None:
        @routes.get(f"{ROOT}/{{lang}}/sign-in", dependencies=_IN_A_LANGUAGE)
        def form(request: Request, to: Annotated[str, Query(max_length=2000)] = "") -> Response:
            if seen_of(request).principal is not None:
                return signing_in.redirect(signing_in.target(request, to))
            return _sign_in_form(request, to)

        @routes.post(f"{ROOT}/{{lang}}/sign-in", dependencies=_IN_A_LANGUAGE)
        def sign_in(request: Request) -> Response:
            if not self.throttle.allows(request.client.host if request.client else ""):
                raise AtRim(problems.TOO_MANY)
            given = signing_in.form_of(request)
            to, token = given.get("to", ""), given.get("token", "").strip()
            refused = self._refused(request, token)
            if refused is not None:
                seen_of(request).log["problem"] = "sign-in-refused"
                return _sign_in_form(request, to, refused, 403)
            self.sessions.end(signing_in.secret_of(request))
            answer = signing_in.redirect(signing_in.target(request, to))
            return signing_in.with_cookie(answer, request, self.sessions.begin(token))

        @routes.post(f"{ROOT}/{{lang}}/sign-out")
        def sign_out(request: Request, lang: Language) -> Response:
            signing_in.form_of(request)
            self.sessions.end(signing_in.secret_of(request))
            gone = signing_in.redirect(f"{ROOT}/{lang}/sign-in")
            return signing_in.without_cookie(gone, request)

    def _refused(self, request: Request, token: str) -> str | None:
        """Why this token's bearer cannot sign in, in the page's language; None when they can."""
        say = Wording(language_of(request.url.path))
        principal = self.doors.who(token)
        if principal is None:
            return say("sign_in.unknown_token")
        if principal.kind is not PrincipalKind.PERSON:
            return say("sign_in.channel_token")
        desk = self.doors.desk_of(principal.ledger)
        if desk is None:
            return say("sign_in.unknown_token")
        try:
            reading_at(desk, principal.id, seen_of(request).trace)
        except Refusal as refusal:
            return refusal.zh if say.lang is Language.ZH else refusal.en
        return None

    def _frame(self, request: Request, who: Reader, at: datetime) -> Frame:
        lang = language_of(request.url.path)
        person = stream_of("person", who.person)
        name = names_of(self.engine, who.ledger, [person]).get(person, who.person)
        proof = signing_in.proof_of(signing_in.secret_of(request))
        return Frame(True, name, word(who.role, lang), proof, Wording(lang).moment(at), self.demonstration)


def _to_today(request: Request) -> Response:
    return signing_in.redirect(f"{ROOT}/{language_of(request.url.path)}/late")


def _static(request: Request, name: Annotated[str, Path(max_length=100)]) -> Response:
    found = statics().get(name)
    if found is None:
        raise AtRim(problems.NOT_FOUND)
    return found.answer(request)


def _sign_in_form(request: Request, to: str, refused: str = "", status: int = 200) -> Response:
    secret = signing_in.secret_of(request)
    made = secret or signing_in.fresh_secret()
    form = page(
        request, "sign_in.html", Frame(proof=signing_in.proof_of(made)), status=status, to=to, refused=refused
    )
    return form if secret else signing_in.with_cookie(form, request, made)


def _problem(problem: Problem, request: Request) -> Response:
    """A problem as a page; somebody who is not signed in is sent to the form instead."""
    if problem.code == problems.UNAUTHENTICATED.code:
        return signing_in.to_sign_in(request)
    seen = seen_of(request)
    frame = Frame(signed_in=seen.principal is not None)
    shown = page(request, "problem.html", frame, status=problem.status, problem=problem, trace=seen.trace)
    if "Retry-After" in problem.headers:
        shown.headers["Retry-After"] = problem.headers["Retry-After"]
    return shown
