"""The console in a real browser: readable on a phone and at a desk, by keyboard, without scripts, on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PATIENCE_MS, PHONE
from tests.unit.oversight.console_site import proof_in

KINDS = ("hazard", "order", "source", "case", "report", "visit")
NARROWEST = 320
"""CSS pixels: what a 1280 px screen shows at 400 % (WCAG 1.4.10)."""


def pages(visitor, lang: str) -> list[str]:
    """Every kind of page, empty ones and refusals too."""
    lists = (
        "late",
        "late?role=case_handler",
        "late?row=T13&state=due",
        "register",
        "register?grade=major",
        "monthly",
        "monthly/found",
        "monthly/transferred",
        "late?x=1",
    )
    stories = [visitor.site.served.story(kind, lang) for kind in KINDS]
    return [f"/console/{lang}/{one}" for one in lists] + stories + [f"{stories[1]}?full=true"]


def unfold(visitor, address: str) -> None:
    """Open a page and all that is folded up in it."""
    visitor.go(address)
    visitor.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def sideways(visitor, width: int) -> list[str]:
    got = visitor.page.evaluate("document.documentElement.scrollWidth")
    return [f"{got} px wide"] if got > width else []


def too_small(visitor) -> list[str]:
    """What is pressed, and is smaller than a finger."""
    return visitor.page.evaluate(
        """() => [...document.querySelectorAll(
             'button, select, input:not([type=hidden]):not([type=checkbox]), summary, nav a, .language, .button, .figure, .figures a')]
           .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 43.9)
           .map(one => one.outerHTML.slice(0, 120))"""
    )


@pytest.mark.parametrize(
    ("lang", "width"), [(lang, width) for lang in ("zh", "en") for width in (PHONE, DESK)]
)
def test_every_page_can_be_read_and_pressed_by_anyone(visit, lang, width):
    """No rule of axe broken, nothing wider than the screen, nothing smaller than a finger, no script refused."""
    visitor = visit(width)
    found = {}
    visitor.go(f"/console/{lang}/sign-in")
    found["sign-in"] = visitor.violations() + sideways(visitor, width) + too_small(visitor)
    visitor.page.fill("#token", "wrong")
    visitor.page.click("main button[type=submit]")
    visitor.page.wait_for_selector("#refused")
    found["refused"] = visitor.violations()
    visitor.sign_in(lang=lang)
    for address in pages(visitor, lang):
        unfold(visitor, address)
        found[address] = visitor.violations() + sideways(visitor, width) + too_small(visitor)
    assert {address: broken for address, broken in found.items() if broken} == {}
    assert visitor.faults == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_scrolls_sideways_at_four_times_the_size(visit, lang):
    visitor = visit(NARROWEST)
    visitor.sign_in(lang=lang)
    wide = {}
    for address in pages(visitor, lang):
        unfold(visitor, address)
        wide[address] = sideways(visitor, NARROWEST)
    assert {address: got for address, got in wide.items() if got} == {}


def test_the_keyboard_alone_leads_from_signing_in_to_why_a_date_is_what_it_is(visit):
    visitor = visit(PHONE)
    page = visitor.page
    visitor.go("/console/zh/late")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "token"
    page.keyboard.type(visitor.site.served.tokens["p1"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/zh/late")
    press_until(page, "document.activeElement.matches('#parts h3 a')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/things/**")
    press_until(page, "document.activeElement.matches('.why summary')")
    steps = page.locator(".why .steps").first
    assert not steps.is_visible()
    page.keyboard.press("Enter")
    assert steps.is_visible()
    assert "起计2小时" in steps.inner_text()


def press_until(page, reached: str) -> None:
    """Press Tab until the focus is there; what has the focus can always be seen."""
    for _ in range(100):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "(box => box.width > 0 && box.height > 0)(document.activeElement.getBoundingClientRect())"
        )
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        if page.evaluate(reached):
            return
    raise AssertionError("the keyboard did not lead there")


def test_everything_can_be_read_and_filtered_without_scripts(visit):
    visitor = visit(PHONE, script=False)
    page = visitor.page
    visitor.sign_in()
    page.click(".filter summary")
    page.select_option("select[name=bearer]", "party")
    page.click(".filter button[type=submit]")
    page.wait_for_url("**bearer=party**")
    assert set(page.locator("#parts h3 a").all_inner_texts()) == {"限期整改"}
    page.click("nav a[href$='/register']")
    page.locator("table.register .main a").first.click()
    page.locator(".why summary").first.click()
    assert page.locator(".why .steps").first.is_visible()
    page.click("text=English")
    assert page.locator("h2", has_text="What happened").is_visible()
    page.click("text=Sign out")
    page.wait_for_url("**/sign-in")


def test_choosing_a_filter_shows_it_at_once_and_the_address_with_it(visit):
    visitor = visit(DESK)
    page = visitor.page
    visitor.sign_in()
    visitor.go("/console/zh/register")
    page.evaluate("window.kept = true")
    page.focus("select[name=stage]")
    page.select_option("select[name=stage]", "rectified")
    expect(page.locator("table.register tbody tr")).to_have_count(1, timeout=PATIENCE_MS)
    page.wait_for_url("**stage=rectified**")
    assert page.inner_text("#told") == "共1项"
    assert page.evaluate("window.kept")
    assert page.evaluate("document.activeElement.name") == "stage"
    page.reload()
    assert page.locator("table.register tbody tr").count() == 1
    assert visitor.faults == []


def test_a_filter_chosen_after_the_session_ended_leads_to_the_form(visit):
    visitor = visit(DESK)
    visitor.sign_in()
    visitor.go("/console/zh/register")
    html = visitor.page.content()
    visitor.context.request.post(
        f"{visitor.site.address}/console/zh/sign-out", form={"proof": proof_in(html)}
    )
    visitor.page.select_option("select[name=stage]", "rectified")
    visitor.page.wait_for_url("**/sign-in?to=**")
    assert visitor.page.locator("#token").is_visible()


def test_hostile_text_is_shown_as_text_and_does_nothing(visit):
    visitor = visit(DESK)
    visitor.sign_in()
    shown = 0
    for address in pages(visitor, "zh"):
        unfold(visitor, address)
        assert visitor.page.locator("img[src=x]").count() == 0
        shown += visitor.page.locator("main").inner_text().count("<script>alert(1)</script>")
    assert shown > 0
    assert visitor.faults == []


def test_a_figure_of_the_monthly_report_opens_its_facts_and_these_their_stories(visit):
    visitor = visit(PHONE)
    page = visitor.page
    visitor.sign_in()
    page.click("nav a[href$='/monthly']")
    figure = page.locator("table.figures tr", has_text="查出问题隐患").locator("td a").first
    value = figure.inner_text()
    figure.click()
    page.wait_for_url("**/monthly/found**")
    assert page.inner_text(".value") == value
    assert page.locator("table.register tbody tr").count() == int(value)
    page.locator("table.register .main a").first.click()
    page.wait_for_url("**/things/hazard/**")


def test_on_paper_the_basis_of_each_date_is_there_and_the_menu_is_not(visit):
    visitor = visit(DESK)
    visitor.sign_in()
    visitor.page.emulate_media(media="print")
    assert visitor.page.locator(".why .steps").first.is_visible()
    assert not visitor.page.locator("nav").is_visible()
    assert not visitor.page.locator(".filter").first.is_visible()
    assert visitor.page.locator(".printed").inner_text().endswith("/console/zh/late")
    assert visitor.page.pdf(format="A4").startswith(b"%PDF")


def test_the_state_of_a_duty_is_said_in_words_beside_its_colour(visit):
    visitor = visit(PHONE)
    visitor.sign_in()
    assert all(text.strip() for text in visitor.page.locator(".badge").all_inner_texts())
