"""One effect per command, two officers where the law wants two, and no way into another town."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.runtime import access
from shared.runtime.access import PrincipalKind
from tests.contracts.http.test_bad_input import assert_problem
from tests.contracts.http.town import Town

pytestmark = pytest.mark.parametrize("settled", ["postgresql", "sqlite"], indirect=True)

VISIT = {
    "enterprise": "e-1",
    "community": "c-1",
    "items": [{"defect": "通道堵塞", "place": "一车间", "legal_item": "AQ105(2)", "measure": "none"}],
}


def test_fifty_at_once_under_one_key_have_one_effect(town: Town) -> None:
    before = town.head()
    headers = town.headers("a", "b")
    with ThreadPoolExecutor(16) as pool:
        answers = list(
            pool.map(lambda _: town.client.post("/visits", json=VISIT, headers=headers), range(50))
        )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert town.head() - before == len(answers[0].json()["facts"])


def test_a_repeat_answers_the_same_and_says_so(town: Town) -> None:
    headers = town.headers("a", "b")
    first = town.client.post("/visits", json=VISIT, headers=headers)
    # Other bytes, the same meaning.
    reordered = dict(reversed(VISIT.items()))
    again = town.client.post("/visits", json=reordered, headers=headers)
    assert (again.status_code, again.text) == (201, first.text)
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers


def test_a_key_serves_one_request_only(town: Town) -> None:
    headers = town.headers("a", "b")
    assert town.client.post("/visits", json=VISIT, headers=headers).status_code == 201
    before = town.head()
    other_body = town.client.post("/visits", json={**VISIT, "enterprise": "e-2"}, headers=headers)
    other_second = headers | {"Second-Officer": f"Bearer {town.token('c')}"}
    for answer in (other_body, town.client.post("/visits", json=VISIT, headers=other_second)):
        assert_problem(answer, 422, "key-reused")
    assert town.head() == before


def test_another_person_may_use_the_same_key(town: Town) -> None:
    one, two = town.headers("a", "b"), town.headers("c", "b")
    two["Idempotency-Key"] = one["Idempotency-Key"]
    answers = [town.client.post("/visits", json=VISIT, headers=headers) for headers in (one, two)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] != answers[1].json()["id"]


SECONDS = {
    "one officer": (None, "two-officers-needed"),
    "the same twice": (("t-1", "a"), "two-officers-needed"),
    "expired certificate": (("t-1", "expired"), "certificate-invalid"),
    "another town's officer": (("t-2", "b"), "two-officers-needed"),
    "a channel": (("t-1", "ch-1"), "two-officers-needed"),
}


@pytest.mark.parametrize("name", SECONDS)
def test_an_act_of_two_refuses_anything_but_two(town: Town, name: str) -> None:
    second, code = SECONDS[name]
    headers = town.headers("a")
    if second:
        headers["Second-Officer"] = f"Bearer {town.tokens[second]}"
    before = town.head()
    problem = assert_problem(town.client.post("/visits", json=VISIT, headers=headers), 403, code)
    assert "行政处罚法" in problem["basis"]
    assert town.head() == before


def test_another_towns_thing_is_unknown(town: Town) -> None:
    hazard = town.visit("none")["facts"][0]["data"]["hazards"][0]
    before = town.head()
    headers = town.headers("head", ledger="t-2")
    assert town.client.get(f"/hazards/{hazard}", headers=town.headers("head")).status_code == 200
    assert_problem(town.client.get(f"/hazards/{hazard}", headers=headers), 404, "unknown")
    closing = town.client.post(f"/hazards/{hazard}/close_hazard", json={}, headers=headers)
    assert_problem(closing, 404, "unknown")
    assert town.head() == before


def test_a_revoked_token_is_refused_at_the_next_request(town: Town) -> None:
    headers = town.headers("head")
    assert town.client.get("/orders/none", headers=headers).status_code == 404
    assert access.revoke(town.engine, "t-1", "head", PrincipalKind.PERSON) == 1
    assert_problem(town.client.get("/orders/none", headers=headers), 401, "unauthenticated")


def test_a_person_who_left_keeps_no_right(town: Town) -> None:
    from shared.vocabulary.registry_facts import PersonLeft

    town.register("t-1", "person/b", PersonLeft("b"))
    assert_problem(town.post("/visits", VISIT, "a", "b"), 403, "not-allowed")


def test_tokens_are_kept_only_as_digests(town: Town) -> None:
    stored = b"".join(path.read_bytes() for path in town.folder.glob("ledger.db*"))
    assert town.token("a").encode() not in stored
    assert town.token("a").removeprefix("bh_").encode() not in stored


def _things(town: Town) -> dict[str, str]:
    """A live thing of every kind."""
    hazard = town.visit("none")["facts"][0]["data"]["hazards"][0]
    order = next(f["data"]["order"] for f in town.visit()["facts"] if f["type"] == "order.issued.v1")
    body = {"community": "c-1", "serious": False, "words": "w"}
    report = town.post("/reports", body, "ch-1").json()["id"]
    return {"hazard": hazard, "order": order, "report": report, "source": _source(town), "case": _case(town)}


def _source(town: Town) -> str:
    from shared.vocabulary.source_facts import Ground, SourceOpened

    opened = SourceOpened("s-1", Ground.VIOLATION_FOUND, "hazard/x", 1, "e-1", ("AQ105(2)",))
    town.register("t-1", "source/s-1", opened)
    return "s-1"


def _case(town: Town) -> str:
    from shared.vocabulary.case_facts import CaseFiled, Procedure

    filed = CaseFiled("k-1", "n", Procedure.ORDINARY, "s-1", "e-1", ("AQ105(2)",), (), None, False, "某局")
    town.register("t-1", "case/k-1", filed)
    return "k-1"


PENALTY = {
    "party": {"id": "e-1", "kind": "entity"}, "item": "AQ105(2)", "tier": "first", "fine": 100000, "cell": "c",
    "factors": ["f"],
}  # fmt: skip

BODIES: dict[str, Any] = {
    "make_visit": VISIT,
    "verify_hazard": {},
    "find_unfounded": {"reasons": "r"},
    "grade_hazard": {"grade": "general", "legal_item": "x"},
    "correct_on_spot": {"before": [], "after": []},
    "transfer_hazard": {"agency": "x", "reasons": "r"},
    "acknowledge_transfer": {"receipt": "r"},
    "report_up": {"to": "x"},
    "find_violation": {"legal_item": "x", "finding": "f"},
    "close_hazard": {},
    "merge_hazard": {"into": "$hazard", "reasons": "r"},
    "keep_apart": {"other": "$hazard", "reasons": "r"},
    "separate_hazard": {"reasons": "r"},
    "issue_order": {"enterprise": "e-1", "community": "c-1", "items": [{"hazard": "$hazard", "days": 5}]},
    "serve_order": {"how": "direct", "receipt": "R"},
    "request_extension": {"items": [1], "until": "2025-12-01", "grounds": "g"},
    "answer_extension": {"items": [1], "granted": False, "reasons": "r"},
    "report_completion": {"items": [1]},
    "reinspect": {"results": [{"item": 9, "passed": True}]},
    "issue_opinion": {},
    "withdraw_order": {"reasons": "r"},
    "propose_disposition": {"outcome": "waived", "reasons": "r", "basis": "b"},
    "dispose_source": {"outcome": "waived", "reasons": "r", "basis": "b"},
    "penalise_on_spot": {"penalty": PENALTY, "receipt": "r", "reasons": "r"},
    "take_evidence": {"record": "r", "kind": "询问", "summary": "s"},
    "preserve_evidence": {"things": ["账册"], "reasons": "r"},
    "end_preservation": {"preservation": "x", "disposal": "返还"},
    "propose_penalty": {"report": "r", "penalties": [PENALTY]},
    "review_case": {"passed": True, "opinion": "o"},
    "serve_notice": {"how": "direct", "receipt": "r"},
    "make_statement": {"party": "e-1", "summary": "s", "accepted": False, "answer": "a"},
    "waive_statement": {"party": "e-1", "receipt": "r"},
    "decide_case": {"party": "e-1", "outcome": "no_penalty", "reasons": "r"},
    "hand_over_case": {"to": "county", "reasons": "r"},
    "record_hand_over_answer": {"receipt": "r"},
    "acknowledge_hand_over": {"receipt": "r"},
    "return_hand_over": {"reasons": "r"},
    "serve_decision": {"party": "e-1", "how": "direct", "receipt": "r"},
    "record_on_spot": {"party": "e-1"},
    "publish_decision": {"party": "e-1", "where": "w"},
    "record_payment": {"party": "e-1", "amount": 1, "receipt": "r"},
    "impose_surcharge": {"party": "e-1"},
    "waive_surcharge": {"party": "e-1", "reasons": "r"},
    "close_case": {"ground": "g"},
    "triage_report": {"outcome": "duplicate", "community": "c-1", "reasons": "r"},
    "open_sealed": {"reason": "核实"},
    "forget_person": {},
    "open_party": {"party": "x", "reason": "制作文书"},
}


def test_every_route_lets_exactly_the_roles_of_the_table_in(town: Town) -> None:
    """Each role is tried with two certified people; who is not in the table is refused before anything is decided."""
    from services.enforcement.acts import ACTS as ENFORCEMENT
    from services.intake.acts import ACTS as INTAKE
    from services.rectification.acts import ACTS as RECTIFICATION
    from shared.runtime.law_files import load_law
    from tests.contracts.http.town import ROLES

    things = _things(town)
    paths = {
        deed.name: f"/{deed.kind}s" if deed.new else f"/{deed.kind}s/{things[deed.kind]}/{deed.name}"
        for deed in (*RECTIFICATION, *ENFORCEMENT, *INTAKE)
    }
    paths["open_party"] = f"/cases/{things['case']}/open_party"
    paths["triage_report"] = f"/reports/{things['report']}/triage"
    paths["open_sealed"] = f"/reports/{things['report']}/open"
    paths["forget_person"] = f"/reports/{things['report']}/forget"  # last: it ends what others need
    acts = load_law().acts
    assert set(paths) == set(BODIES) == set(acts) - {"read_register"}
    wrong = []
    for name, path in paths.items():
        body = {key: things["hazard"] if value == "$hazard" else value for key, value in BODIES[name].items()}
        if name == "issue_order":
            body["items"] = [{"hazard": things["hazard"], "days": 5}]
        for role in ROLES:
            answer = town.post(path, body, f"{role}-1", f"{role}-2")
            refused = answer.status_code == 403 and answer.json()["type"] == "/problems/not-allowed"
            if refused is (role in acts[name].roles) or answer.status_code in (400, 401, 500):
                wrong.append((name, role, answer.status_code, answer.text[:200]))
    assert not wrong


PARTS = {"thing": "x", "cleaned": "0" * 64, "number": "x", "code": "hazard", "form": "json"}


def test_a_channel_may_do_nothing_but_report(town: Town) -> None:
    described = town.client.get("/openapi.json").json()["paths"]
    for path, methods in described.items():
        for method in methods:
            address = path.format(**PARTS)
            answer = town.client.request(method, address, json={}, headers=town.headers("ch-1"))
            open_to_channels = path.startswith("/open311/") or path in (
                "/reports",
                "/reports/batch",
                "/attachments",
                "/reports/by-tracking/{number}",
            )
            if open_to_channels:
                assert answer.status_code != 403, path
            elif method == "get":
                assert_problem(answer, 403, "channel-may-only-report")
            else:  # a body that fits would meet the same refusal; one that does not is refused for its form
                assert answer.status_code in (403, 422), path


def test_every_described_route_refuses_those_without_a_token(town: Town) -> None:
    for path, methods in town.client.get("/openapi.json").json()["paths"].items():
        for method in methods:
            answer = town.client.request(method, path.format(**PARTS), json={})
            if path.startswith(
                "/open311/"
            ):  # open to all but for making a request, and with errors of its own
                assert (answer.status_code == 403) is (method == "post"), path
                continue
            assert_problem(answer, 404 if "by-tracking" in path else 401)
