"""Whoever opens the type of a problem is told what it means and what to do, without signing in."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from starlette.testclient import TestClient

from bihuan.composition import Composition
from bihuan.contracts import problems as published
from bihuan.installation import make_installation
from bihuan.parts.places import PROJECT
from bihuan.processes import PROCESSES
from bihuan.site import site
from shared.ledger.installation import Installation
from shared.runtime.problem_types import examples, problem_types
from shared.vocabulary.refusals import LegalRefusal, Refusal, TechnicalRefusal

SERVICES = sorted({service for process in PROCESSES.values() for service in process.answers})
ONLY_PAGES = {"form-not-ours"}
"""Told to browsers alone, as a page of the console, and so never as a type."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composition]:
    home = tmp_path_factory.mktemp("home")
    found = Composition(make_installation(home, Installation.DEMONSTRATION, ("t-1",)))
    yield found
    found.close()


def codes_in(path: Path) -> Iterator[str]:
    """The codes of the problems that a module makes."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id="Problem"), args=[ast.Constant(value=str(code)), *_]):
                yield code


def refusals_below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for below in kind.__subclasses__():
        yield below
        yield from refusals_below(below)


def test_every_problem_that_can_be_given_has_a_page() -> None:
    sources = [path for folder in ("shared", "services") for path in (PROJECT / folder).rglob("*.py")]
    made = {code for path in sources for code in codes_in(path)} - ONLY_PAGES
    refused = {kind.code for kind in refusals_below(Refusal) if kind not in (LegalRefusal, TechnicalRefusal)}
    assert set(problem_types()) == made | refused


@pytest.mark.parametrize("code", problem_types())
def test_a_page_says_everything_in_both_languages_and_shows_a_real_problem(code: str) -> None:
    it, shown = problem_types()[code], examples()[code]
    for zh, en in ((it.title, it.title_en), (it.when, it.when_en), (it.do, it.do_en)):
        assert not zh.isascii() and en.isascii() and en
    assert (shown["type"], shown["title"]) == (f"/problems/{code}", it.title)
    assert shown["status"] in it.statuses
    assert shown["detail"] and shown["next_step"]


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_answers_the_type_of_its_problems_without_a_token(
    house: Composition, service: str
) -> None:
    client = TestClient(site(house, (service,)))
    given: dict[str, Any] = client.get("/no-such-address").json()
    answer = client.get(given["type"])
    page = (PROJECT / published.FOLDER / "not-found.md").read_text("utf-8")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert MarkdownIt().render(page) in answer.text


def test_every_page_that_is_published_is_the_one_that_is_served(house: Composition) -> None:
    client = TestClient(site(house, SERVICES))
    for code in problem_types():
        page = (PROJECT / published.FOLDER / f"{code}.md").read_text("utf-8")
        assert MarkdownIt().render(page) in client.get(f"/problems/{code}").text, code


def test_a_type_that_does_not_exist_is_not_found(house: Composition) -> None:
    client = TestClient(site(house, SERVICES))
    for code in ("no-such-problem", "x" * 200):
        answer = client.get(f"/problems/{code}")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
