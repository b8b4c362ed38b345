"""The story of one thing at the console: its duties, what comes, what happened, and what hangs together."""

from __future__ import annotations

import pytest

from tests.unit.oversight.console_site import text_of


def test_a_story_tells_duties_their_derivation_what_comes_and_what_happened(served):
    told = text_of(served.signed_in().get(served.story("hazard")).text)
    for part in (
        "通道堵塞",
        "某厂",
        "复查未通过项的跟踪",
        "起算日 2025年9月30日",
        "系统接下来会自动做",
        "提醒",
        "第1次复查",
    ):
        assert part in told
    assert "p1（执法人员）" in told


@pytest.mark.parametrize(
    ("kind", "others"), [("hazard", ("order", "source", "case")), ("case", ("source", "order", "hazard"))]
)
def test_a_story_leads_to_what_hangs_together(served, kind, others):
    html = served.signed_in().get(served.story(kind)).text
    for other in others:
        assert f"/things/{other}/{served.things[other]}" in html


def test_a_story_in_full_says_position_moment_and_rules(served):
    client = served.signed_in()
    assert "账本第" not in text_of(client.get(served.story("order")).text)
    assert "账本第" in text_of(client.get(f"{served.story('order')}?full=true").text)
