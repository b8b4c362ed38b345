"""Whoever was right in calling an interface stays right, or its version says that it is another one."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from bihuan.contracts import interfaces
from shared.runtime.law_files import load_law

INTAKE = f"{interfaces.FOLDER}/intake.json"
RECTIFICATION = f"{interfaces.FOLDER}/rectification.json"
SERVE = "/orders/{thing}/serve_order"
Document = dict[str, Any]


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return interfaces.files(interfaces.described(load_law()))


def parts(document: Document, name: str) -> Document:
    found: Document = document["components"]["schemas"][name]
    return found


def _more(document: Document) -> None:
    document["paths"]["/reports/{thing}/burn"] = document["paths"]["/reports/{thing}/forget"]


def _member_more(document: Document) -> None:
    parts(document, "Report")["properties"]["colour"] = {"type": "string"}


def _less_promised(document: Document) -> None:
    parts(document, "ReportReceipt")["required"].remove("tracking_number")


def _status_less(document: Document) -> None:
    kept = parts(document, "ReportStatus")["properties"]["status"]
    kept["enum"] = [one for one in kept["enum"] if one != "answered"]


def _parameter_asked(document: Document) -> None:
    asked = document["paths"]["/reports"]["post"]["parameters"]
    asked[:] = [one for one in asked if one["name"] != "Idempotency-Key"]


def _open_to_all(document: Document) -> None:
    document["paths"]["/reports"]["post"]["security"] = [{"channel": []}, {"signature": []}]


@pytest.mark.parametrize(
    ("earlier", "said"),
    [
        (_more, "member POST /reports/{thing}/burn was removed"),
        (_member_more, "POST /reports requestBody: member colour was removed"),
        (_parameter_asked, "member header Idempotency-Key is newly required"),
        (_open_to_all, "POST /reports security: security changed"),
    ],
)
def test_a_caller_that_was_right_before_is_not_let_down(
    made: dict[str, str], earlier: Callable[[Document], None], said: str
) -> None:
    document = json.loads(made[INTAKE])
    earlier(document)
    [found] = interfaces.unfit({INTAKE: json.dumps(document)}, made).values()
    assert any(said in one.told()[1] for one in found), [one.told()[1] for one in found]


@pytest.mark.parametrize("earlier", [_less_promised, _status_less])
def test_more_may_be_answered_than_was_promised(
    made: dict[str, str], earlier: Callable[[Document], None]
) -> None:
    document = json.loads(made[INTAKE])
    before = copy.deepcopy(document)
    earlier(document)
    assert document != before
    assert interfaces.unfit({INTAKE: json.dumps(document)}, made) == {}


def test_what_was_promised_is_answered_for_ever(made: dict[str, str]) -> None:
    document = json.loads(made[INTAKE])
    parts(document, "ReportReceipt")["properties"]["queue"] = {"type": "string"}
    parts(document, "ReportReceipt")["required"].append("queue")
    [found] = interfaces.unfit({INTAKE: json.dumps(document)}, made).values()
    said = "POST /reports 201: member queue is no longer promised"
    assert said in [one.told()[1] for one in found]


def test_a_new_kind_of_fact_in_a_history_breaks_nothing(made: dict[str, str]) -> None:
    document = json.loads(made[RECTIFICATION])
    held = parts(document, "OrderHistory")["properties"]["facts"]["items"]
    gone = held["discriminator"]["mapping"].pop("order.served.v1")
    held["oneOf"].remove({"$ref": gone})
    assert interfaces.unfit({RECTIFICATION: json.dumps(document)}, made) == {}
    # While a changed member of a kind that was there does.
    parts(document, "OrderIssuedRecorded")["properties"]["data"] = {"type": "string"}
    assert list(interfaces.unfit({RECTIFICATION: json.dumps(document)}, made)) == [RECTIFICATION]


def test_another_first_number_says_that_it_is_another_interface(made: dict[str, str]) -> None:
    document = json.loads(made[INTAKE])
    _more(document)
    document["info"]["version"] = "0.9.0"
    assert interfaces.unfit({INTAKE: json.dumps(document)}, made) == {}


def test_an_interface_that_is_no_more_is_refused(made: dict[str, str]) -> None:
    there = {f"{interfaces.FOLDER}/burning.json": made[INTAKE]}
    assert list(interfaces.unfit(there, made)) == list(there)


def test_every_interface_may_take_its_own_place(made: dict[str, str]) -> None:
    assert len(made) == len(interfaces.SERVICES)
    assert interfaces.unfit(made, made) == {}
