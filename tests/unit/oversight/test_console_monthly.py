"""The monthly report at the console: every figure opens the facts that make it."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape

import pytest

from services.oversight.console import monthly_page
from services.oversight.figures import FIGURES
from services.oversight.figures import Counted as Kind
from services.oversight.monthly import Span

COUNTED = re.compile(r'class="main"><a href="([^"]+)".*?data-head="计入"><div>([^<]+)</div>', re.S)
"""Of a fact behind a figure: what it leads to, and what it counts for."""


@pytest.mark.parametrize("figure", FIGURES.values(), ids=list(FIGURES))
@pytest.mark.parametrize("column", list(Span))
def test_a_figure_opens_the_facts_that_make_it(served, figure, column):
    client = served.signed_in()
    address = f"/console/zh/monthly/{figure.id}?month=2025-09&column={column}"
    report = unescape(client.get("/console/zh/monthly?month=2025-09").text)
    [value] = re.findall(rf'href="{re.escape(address)}">([^<]+)</a>', report)
    opened = client.get(address).text
    assert f'<b class="value">{value}</b>' in opened
    facts = COUNTED.findall(opened)
    assert all(client.get(thing).status_code == 200 for thing in {thing for thing, _ in facts})
    amounts = [Decimal(amount.removesuffix("元")) for _, amount in facts]
    total = 1 if figure.counted is Kind.THINGS and amounts else sum(amounts)
    assert total == Decimal(value.removesuffix("元"))


def test_the_facts_behind_a_figure_say_what_happened_and_are_paged(served, monkeypatch):
    client = served.signed_in()
    first = "/console/zh/monthly/found?month=2025-09"
    whole = COUNTED.findall(client.get(first).text)
    assert "核查属实" in client.get(first).text
    assert [amount for _, amount in whole] == ["1"] * 5
    monkeypatch.setattr(monthly_page, "SHOWN", 2)
    seen, address = [], first
    while address:
        html = client.get(address).text
        seen += COUNTED.findall(html)
        following = re.search(r'href="\?([^"]*after=[^"]*)"', html)
        address = f"/console/zh/monthly/found?{unescape(following[1])}" if following else ""
    assert seen == whole


def test_the_months_lead_to_each_other_and_none_beyond_today(served):
    client = served.signed_in()
    september = client.get("/console/zh/monthly").text
    assert 'href="?month=2025-08"' in september
    assert 'href="?month=2025-10"' not in september
    august = client.get("/console/zh/monthly?month=2025-08").text
    assert 'href="?month=2025-09"' in august
    assert "2025年8月1—31日" in august
    assert client.get("/console/zh/monthly?month=0001-01").status_code == 200


def test_the_report_of_another_township_counts_nothing_of_ours(served):
    report = served.signed_in("q1").get("/console/zh/monthly").text
    assert set(re.findall(r'/monthly/\w+\?[^"]*">([^<]+)</a>', report)) == {"0", "0元"}
    assert COUNTED.findall(served.signed_in("q1").get("/console/zh/monthly/visits").text) == []
