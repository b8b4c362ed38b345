"""A rulebook file that cannot be meant is refused; what it says of its sources is said whole."""

from __future__ import annotations

import pytest
import yaml

from shared.law.rulebook import BadRulebook, parse_rulebook
from shared.runtime.law_files import load_law

FILE = """
ladders: {{none: []}}
rows:
  - id: T99
    name: 试
    name_en: a try
    thing: hazard
    bearer: agency
    opens: [{{fact: hazard.reported}}]
    discharged_by: []
    lapse: none
    answerable: []
    ladder: none
    versions:
      - {{regime: any, valid_from: 2021-09-01, source: {source}, mark: P}}
"""


def test_a_source_that_a_comma_cuts_off_is_refused() -> None:
    with pytest.raises(BadRulebook, match="T99: no such field of a version: 未核对"):
        parse_rulebook("1", [yaml.safe_load(FILE.format(source="沿用第15号令,未核对"))])
    [row] = parse_rulebook("1", [yaml.safe_load(FILE.format(source='"沿用第15号令,未核对"'))]).rows
    assert row.versions[0].source == "沿用第15号令,未核对"


def test_every_source_closes_what_it_opens() -> None:
    sources = [version.source for row in load_law().rulebook.rows for version in row.versions]
    assert [text for text in sources if text.count("(") != text.count(")")] == []
