"""A real Chromium, and the console of a small town served to it on this machine."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from bihuan.parts.chromium import Chromium, cached_chromium
from bihuan.parts.folder import LOOPBACK, choose_ports
from shared.runtime.law_files import load_law
from tests.unit.oversight.console_site import Served, live, serve
from tests.unit.oversight.town import make_town

START_S = 120.0
PATIENCE_MS = 120_000
"""How long a page may take: the machine may be busy, and no test here is about speed."""
PHONE, DESK = 390, 1280


@dataclass(frozen=True, slots=True)
class Site:
    """Where the console is, whose tokens are good there, and the rules by which its pages are judged."""

    address: str
    served: Served
    axe: str


@pytest.fixture(scope="module")
def chromium() -> Chromium:
    """The browser's program; these tests fail without it."""
    found = cached_chromium()
    if found is None:
        pytest.fail("缺少 Chromium / missing Chromium; 补救 / to mend: make parts", pytrace=False)
    return found


@pytest.fixture(scope="module")
def site(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The town's console on a port of its own."""
    served = serve(make_town(tmp_path_factory.mktemp("town"), load_law()))
    live(served)
    port = choose_ports(["console"])["console"]
    server = uvicorn.Server(
        uvicorn.Config(served.app, host=LOOPBACK, port=port, log_config=None, lifespan="off")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    end = time.monotonic() + START_S
    while not server.started and time.monotonic() < end and thread.is_alive():
        time.sleep(0.05)
    assert server.started
    yield Site(f"http://{LOOPBACK}:{port}", served, chromium.axe.read_text("utf-8"))
    server.should_exit = True
    thread.join()
    served.town.engine.dispose()


@pytest.fixture(scope="module")
def browser(chromium: Chromium) -> Iterator[Browser]:
    """One browser for the tests of a module: its loop would be in the way of other modules' own."""
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(
                executable_path=chromium.program,
                env={**os.environ, **chromium.environment},
                timeout=PATIENCE_MS,
            )
        except Error as error:
            pytest.fail(f"Chromium: {error}", pytrace=False)
        yield started
        started.close()


@dataclass(slots=True)
class Visitor:
    """Somebody at a screen, and what went wrong in their browser."""

    site: Site
    context: BrowserContext
    page: Page
    faults: list[str]

    def go(self, path: str) -> None:
        """Open an address of the console."""
        self.page.goto(f"{self.site.address}{path}")

    def sign_in(self, who: str = "h", lang: str = "zh") -> None:
        """Sign in with the form."""
        self.go(f"/console/{lang}/sign-in")
        self.page.fill("#token", self.site.served.tokens[who])
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(f"**/console/{lang}/late")

    def violations(self) -> list[str]:
        """Where this page breaks WCAG 2.2 AA, as far as a machine can tell."""
        self.page.evaluate(self.site.axe)
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = self.page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", tags)
        return [
            f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
            for one in found["violations"]
            for node in one["nodes"]
        ]


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[object]:
    """Makes visitors: `visit(width, script=False)`."""
    contexts: list[BrowserContext] = []

    def make(width: int = DESK, *, script: bool = True) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 844}, locale="zh-CN", java_script_enabled=script
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page, faults = context.new_page(), []
        page.on("dialog", lambda dialog: (faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on(
            "console",
            lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None,
        )
        return Visitor(site, context, page, faults)

    yield make
    for context in contexts:
        context.close()
