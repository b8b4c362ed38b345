"""Who gets in at the console, how long they stay, and that no other site can act for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.oversight.console.sessions import IDLE, LONGEST
from shared.runtime import access
from shared.runtime.access import PrincipalKind
from shared.vocabulary.registry_facts import PersonLeft
from tests.unit.oversight.console_site import Served, proof_in, serve, sign_in
from tests.unit.oversight.town import make_town

LATE = "/console/zh/late"


@pytest.fixture(scope="module")
def served(tmp_path_factory, law) -> Iterator[Served]:
    made = serve(make_town(tmp_path_factory.mktemp("town"), law))
    yield made
    made.town.engine.dispose()


@pytest.fixture
def alone(town) -> Served:
    """A town for one test, which changes who may come in."""
    return serve(town)


def is_signed_in(client) -> bool:
    return client.get(LATE).status_code == 200


def test_somebody_unknown_is_sent_to_the_form_and_comes_back_to_where_they_were_going(served):
    client = served.client()
    wanted = "/console/zh/register?grade=major&named=%E6%9F%90%E5%8E%82"
    sent = client.get(wanted)
    assert (sent.status_code, sent.headers["location"].split("?")[0]) == (303, "/console/zh/sign-in")
    form = client.get(sent.headers["location"])
    assert 'name="to" value="/console/zh/register?grade=major&amp;named=%E6%9F%90%E5%8E%82"' in form.text
    assert sign_in(client, served.tokens["p1"], to=wanted).headers["location"] == wanted
    assert client.get(wanted).status_code == 200


def test_the_address_of_the_site_leads_to_todays_work(served):
    client = served.signed_in()
    for address in ("/", "/console", "/console/zh"):
        assert client.get(address).headers["location"] == LATE
    assert client.get("/console/en").headers["location"] == "/console/en/late"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.test/",
        "//evil.test",
        "/console/zh/..//evil",
        "/console/zhevil",
        "/register",
        "javascript:alert(1)",
    ],
)
def test_signing_in_never_leads_to_another_site(served, elsewhere):
    answer = sign_in(served.client(), served.tokens["p1"], to=elsewhere)
    assert answer.headers["location"] == LATE


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(served):
    answer = sign_in(served.client(), served.tokens["p1"])
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("bihuan_console=")
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie
    assert served.tokens["p1"].lower() not in cookie


def test_over_https_the_cookie_travels_over_https_alone(served):
    client = served.client("https://console.test")
    cookie = sign_in(client, served.tokens["p1"]).headers["set-cookie"].lower()
    assert cookie.startswith("__host-bihuan_console=")
    assert "; secure" in cookie
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("hotline", "渠道的令牌"),
        ("grid", "岗位不能办理"),
        ("gone", "不在册"),
        ("", "令牌不对"),
        ("bh_" + "x" * 43, "令牌不对"),
        ("' or 1=1 --", "令牌不对"),
    ],
)
def test_only_people_whose_role_may_read_get_in(served, who, said):
    client = served.client()
    answer = sign_in(client, served.tokens.get(who, who))
    assert answer.status_code == 403
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert not is_signed_in(client)


def test_a_refused_token_is_not_shown_again(served):
    token = "bh_" + "s" * 43
    assert token not in sign_in(served.client(), token).text


def test_the_cookie_from_before_signing_in_is_not_the_session(served):
    client = served.client()
    client.get("/console/zh/sign-in")
    before = client.cookies["bihuan_console"]
    sign_in(client, served.tokens["p1"])
    assert client.cookies["bihuan_console"] != before


def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(served):
    client = served.signed_in()
    copy = served.client()
    copy.cookies.set("bihuan_console", client.cookies["bihuan_console"])
    assert is_signed_in(copy)
    gone = client.post("/console/zh/sign-out", data={"proof": proof_in(client.get(LATE).text)})
    assert (gone.status_code, gone.headers["location"]) == (303, "/console/zh/sign-in")
    assert not is_signed_in(client)
    assert not is_signed_in(copy)


def test_revoking_the_token_ends_the_session_at_once(alone):
    client = alone.signed_in()
    access.revoke(alone.town.engine, "t-1", "p1", PrincipalKind.PERSON)
    assert not is_signed_in(client)


def test_who_left_the_office_sees_nothing_more(alone):
    client = alone.signed_in()
    alone.town.record("person/p1", PersonLeft("p1"))
    answer = client.get(LATE)
    assert answer.status_code == 403
    assert "不在册" in answer.text


def test_a_session_that_rests_for_half_an_hour_is_over(served):
    client = served.signed_in()
    for _ in range(3):
        served.seconds.now += IDLE - 1
        assert is_signed_in(client)
    served.seconds.now += IDLE
    assert not is_signed_in(client)


def test_a_session_is_over_after_half_a_day_however_busy_it_is(served):
    client = served.signed_in()
    until = served.seconds.now + LONGEST
    while served.seconds.now + 600 < until:
        served.seconds.now += 600
        assert is_signed_in(client)
    served.seconds.now = until
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_sent_by_another_site_does_nothing(served, headers):
    client = served.signed_in()
    proof = proof_in(client.get(LATE).text)
    answer = client.post("/console/zh/sign-out", data={"proof": proof}, headers=headers)
    assert answer.status_code == 403
    assert "表单" in answer.text
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "body",
    [b"", b"proof=" + b"0" * 64, b"proof=\xff", b"\xff\xfe", b"a=1&" * 20, b"proof=%E4%B8%AD"],
)
def test_a_form_without_the_proof_of_this_browser_does_nothing(served, body):
    client = served.signed_in()
    answer = client.post(
        "/console/zh/sign-out", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 403
    assert is_signed_in(client)


def test_the_proof_of_another_browser_does_nothing(served):
    client, other = served.signed_in(), served.signed_in("h")
    proof = proof_in(other.get(LATE).text)
    assert client.post("/console/zh/sign-out", data={"proof": proof}).status_code == 403
    assert is_signed_in(client)


def test_a_form_is_small(served):
    client = served.signed_in()
    answer = client.post("/console/zh/sign-out", content=b"x" * 5000)
    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith("text/html")


def test_too_many_attempts_from_one_address_have_to_wait(town):
    served = serve(town, attempts=3)
    client = served.client()
    answers = [sign_in(client, "bh_" + "x" * 43) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [403, 403, 403, 429, 429]
    assert answers[-1].headers["retry-after"] == "60"
    assert sign_in(client, served.tokens["p1"]).status_code == 429


def test_the_cookie_is_good_for_pages_alone_and_the_token_for_the_interface_alone(served):
    client = served.signed_in()
    assert client.get("/register").status_code == 401
    stranger = served.client()
    bearer = {"Authorization": f"Bearer {served.tokens['p1']}"}
    assert stranger.get("/register", headers=bearer).status_code == 200
    assert stranger.get(LATE, headers=bearer).status_code == 303


def test_a_filter_that_finds_the_session_over_sends_the_whole_page_to_the_form(served):
    answer = served.client().get(LATE, headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"].startswith("/console/zh/sign-in?to=")
