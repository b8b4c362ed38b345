"""What people see at the console, and what they do not."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from services.oversight.console import late_page, register_page
from services.oversight.console.statics import address_of, statics
from tests.unit.oversight.console_site import HOSTILE, Served, serve, text_of

PAGES = (
    "late", "register", "monthly", "monthly/found", "monthly/fines?column=month", "sign-in", "late?state=late",
    "late?nothing=1", "nowhere",
)  # fmt: skip
KINDS = ("hazard", "order", "source", "case", "report", "visit")


def every_page(served: Served, lang: str) -> dict[str, str]:
    client = served.signed_in()
    addresses = [f"/console/{lang}/{page}" for page in PAGES] + [served.story(kind, lang) for kind in KINDS]
    addresses += [f"{served.story('order', lang)}?full=true"]
    return {address: client.get(address).text for address in addresses}


def test_today_says_what_is_late_and_due_whose_it_is_and_why(served):
    told = text_of(served.signed_in().get("/console/zh/late").text)
    assert "限期整改" in told
    assert "已逾期1个工作日" in told
    assert "某厂 某社区" in told
    assert "法定期限 2025年9月29日 周一" in told
    assert "起算日 2025年9月15日（周一），当日不计入" in told
    assert "无法定数字，内部标准，须经确认" in told


def test_items_of_one_order_with_the_same_dates_are_one_line(served):
    served.town.clock.shown = served.town.clock.shown.replace(day=14, month=10)
    told = text_of(served.signed_in().get("/console/zh/late?row=T07&state=due").text)
    assert "限期整改 第1、2项" in told
    assert told.count("义务方 当事人") == 1


def test_what_is_due_today_is_told_from_what_is_late(served):
    served.town.clock.shown = served.town.clock.shown.replace(day=14, month=10)
    client = served.signed_in()
    due, late = (
        text_of(client.get(f"/console/zh/late?row=T07&state={state}").text) for state in ("due", "late")
    )
    assert "今日到期" in due
    assert "油桶无标签" in due
    assert "油桶无标签" not in late
    assert "alert(1)" in late


def test_nobody_is_late_when_nothing_is(town):
    served = serve(town)
    told = text_of(served.signed_in().get("/console/zh/late").text)
    assert "没有逾期的事项。" in told
    assert "没有今日应办的事项。" in told


@pytest.mark.parametrize(
    ("first", "row"),
    [
        ("register?standing=all", r'/things/hazard/([^"]+)"'),
        ("late?state=late", r'<h3><a href="([^"]+)">([^<]+)'),
    ],
)
def test_lists_are_paged_without_loss_or_repetition(served, monkeypatch, first, row):
    served.town.clock.shown = served.town.clock.shown.replace(day=13, month=10)
    client = served.signed_in()
    whole = re.findall(row, client.get(f"/console/zh/{first}").text)
    monkeypatch.setattr(register_page, "SHOWN", 1)
    monkeypatch.setattr(late_page, "SHOWN", 1)
    seen, query = [], first
    while query:
        html = client.get(f"/console/zh/{query}").text
        seen += re.findall(row, html)
        following = re.search(r'href="\?([^"]*after=[^"]*)"', html)
        query = f"{first.partition('?')[0]}?{unescape(following[1])}" if following else ""
    assert len(whole) > 1
    assert list(dict.fromkeys(seen)) == list(dict.fromkeys(whole))


@pytest.mark.parametrize(
    ("query", "hazards"),
    [
        ("", 5),
        ("standing=ended", 0),
        ("stage=under_order", 4),
        ("stage=rectified", 1),
        ("grade=major", 0),
        ("community=c1&grade=general", 5),
        ("named=某", 5),
        ("named=%25", 0),
        ("named=没有", 0),
        ("enterprise=e1", 5),
        ("enterprise=e2", 0),
        ("since=2025-09-16", 2),
        ("until=2025-09-15", 3),
        ("since=2025-09-15&until=2025-09-15", 3),
        ("community=&stage=&grade=&named=&since=&until=&standing=open", 5),
    ],
)
def test_the_register_is_filtered(served, query, hazards):
    html = served.signed_in().get(f"/console/zh/register?{query}").text
    assert html.count('<tr role="row">') == (hazards + 1 if hazards else 0)
    assert f"共{hazards}项" in html


@pytest.mark.parametrize(
    "address",
    [
        "register?stage=bogus",
        "register?grade=huge",
        "register?standing=maybe",
        "register?community=c99",
        "register?since=yesterday",
        "register?since=2025-02-30",
        "register?after=xx",
        "register?rolle=1",
        "register?named=" + "x" * 121,
        "late?role=nobody",
        "late?row=T99",
        "late?bearer=both",
        "late?state=early",
        "late?after=" + "x" * 501,
        "late?late=1",
        "monthly?month=2025-13",
        "monthly?month=2025-12",
        "monthly?month=0000-01",
        "monthly/found?month=x",
        "monthly/found?column=year",
        "monthly/found?after=xx",
    ],
)
def test_what_cannot_be_meant_is_refused_on_a_page_that_says_what_to_do(served, address):
    answer = served.signed_in().get(f"/console/zh/{address}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "怎么办" in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/console/fr/late",
        "/console/zh/nowhere",
        "/console/zh/monthly/nothing",
        "/console/zh/things/hazard/none",
        "/console/zh/things/person/p1",
        "/console/zh/things/hazard/..%2f..%2fetc",
        "/console/static/none.css",
        "/console/static/..%2fpages.py",
        "/console/nowhere",
    ],
)
def test_what_is_not_there_is_not_found_on_a_page(served, address):
    answer = served.signed_in().get(address)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_another_township_sees_nothing_of_ours_and_we_nothing_of_theirs(served):
    ours, theirs = served.signed_in("p1"), served.signed_in("q1")
    for kind in KINDS:
        assert ours.get(served.story(kind)).status_code == 200
        assert theirs.get(served.story(kind)).status_code == 404
    assert ours.get(f"/console/zh/things/hazard/{served.others_hazard}").status_code == 404
    assert theirs.get(f"/console/zh/things/hazard/{served.others_hazard}").status_code == 200
    assert "外镇的隐患" not in ours.get("/console/zh/register?standing=all").text
    assert "通道堵塞" not in theirs.get("/console/zh/register?standing=all").text
    assert "某厂" not in theirs.get("/console/zh/late").text


def test_no_page_ranks_or_rewards_fines(served):
    for html in every_page(served, "zh").values():
        assert not re.search("罚款(排名|排行|总额|任务)|奖励", html)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hostile_text_is_shown_as_text_on_every_page(served, lang):
    shown = 0
    for address, html in every_page(served, lang).items():
        assert "<script>alert" not in html, address
        assert "<img src=x" not in html, address
        assert str(31337 * 31337) not in html, address
        shown += unescape(html).count(HOSTILE)
    assert shown >= 4


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_has_a_script_or_a_style_of_its_own(served, lang):
    for address, html in every_page(served, lang).items():
        tags = re.findall(r"<[a-z][^>]*>", html)
        scripts = [tag for tag in tags if tag.startswith("<script")]
        assert all(f'src="{address_of("htmx.min.js")}"' in tag for tag in scripts), address
        assert not [
            tag for tag in tags if tag.startswith("<style") or re.search(r"\s(style|on[a-z]+)=", tag)
        ], address


def test_every_answer_carries_the_headers_that_keep_a_browser_safe(served):
    client = served.signed_in()
    for address in ("late", "register", "late?x=1", "nowhere", "sign-in"):
        headers = client.get(f"/console/zh/{address}").headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
        assert "unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"


def test_the_consoles_own_files_are_kept_for_ever_by_their_content(served):
    client = served.client()
    for name, static in statics().items():
        answer = client.get(f"/console/static/{name}")
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.content == static.plain
        assert static.digest[:12] in name
        again = client.get(f"/console/static/{name}", headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        plain = client.get(f"/console/static/{name}", headers={"Accept-Encoding": "identity"})
        assert plain.content == static.plain
        assert plain.headers["etag"] != answer.headers["etag"]


def test_the_vendored_script_is_the_one_that_was_released(served):
    released = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
    assert released in {static.digest for static in statics().values()}


@pytest.mark.parametrize(("lang", "declared"), [("zh", "zh-CN"), ("en", "en")])
def test_each_page_declares_its_language_and_leads_to_itself_in_the_other(served, lang, declared):
    other = "en" if lang == "zh" else "zh"
    html = served.signed_in().get(f"/console/{lang}/register?grade=general").text
    assert f'<html lang="{declared}">' in html
    assert f'href="/console/{other}/register?grade=general"' in html


def test_an_english_page_is_english_but_for_what_people_wrote(served):
    html = served.signed_in().get(served.story("hazard", "en")).text
    own = re.sub(r'<span lang="zh-CN">.*?</span>|<dd lang="zh-CN">.*?</dd>', "", html)
    own = re.sub(r'<ol class="days">.*?</section>', "", own, flags=re.S)
    assert "Basis and derivation" in own
    left = set(re.findall(r"[\u4e00-\u9fff]+", text_of(own)))
    assert left <= {"中文", "通道堵塞"}  # the way to the other language, and the title of the tab


def test_what_fails_inside_is_told_without_a_word_of_how(served, monkeypatch):
    client = served.signed_in()

    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("services.oversight.console.late_page.late_counted", broken)
    answer = client.get("/console/zh/late")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "secret" not in answer.text
    assert answer.headers["trace-id"] in answer.text


def test_a_long_text_and_a_far_clock_do_no_harm(served):
    served.town.clock.shown += timedelta(days=700)
    client = served.signed_in()
    for address in ("/console/zh/late", "/console/zh/register", *(served.story(kind) for kind in KINDS)):
        assert client.get(address).status_code == 200
