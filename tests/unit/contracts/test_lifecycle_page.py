"""What the page on stages shows is found by playing; it is all that is legal, and no more."""

from __future__ import annotations

import pytest

from bihuan.contracts.courses import ITEM, NONE, Courses, courses
from bihuan.contracts.generating import SCENARIOS
from bihuan.contracts.lifecycle import files
from bihuan.parts.places import PROJECT
from bihuan.repertoire import DEEDS
from shared.runtime.law_files import load_law
from tests.fakes.steps import STEPS
from tests.fakes.walk import FITS

LAW = load_law()


@pytest.fixture(scope="module")
def seen() -> Courses:
    return courses(sorted((PROJECT / SCENARIOS).glob("*.yaml")), LAW)


def test_the_steps_found_are_exactly_the_legal_ones(seen: Courses) -> None:
    legal = {
        (kind, str(before), str(after))
        for kind, steps in STEPS.items()
        for before, many in steps.items()
        for after in many
    }
    assert seen.steps == legal | {(ITEM, NONE, "running")}


def test_every_act_is_found_and_each_at_every_stage_that_it_fits(seen: Courses) -> None:
    found = {(move.kind, move.before, move.act) for move in seen.moves}
    assert {act for _, _, act in found} - {""} == set(DEEDS)
    # Acts that create a thing are no acts on the stage from which they do.
    fitting = {
        (DEEDS[act].kind, str(stage), act)
        for stage, acts in FITS.items()
        for act in acts
        if not DEEDS[act].new
    }
    assert fitting - found == set()


def test_what_is_refused_at_a_stage_is_not_shown_there(seen: Courses) -> None:
    found = {(move.kind, move.before, move.act) for move in seen.moves}
    for stage, act in (("closed", "close_hazard"), ("reported", "grade_hazard"), ("merged", "merge_hazard")):
        assert ("hazard", stage, act) not in found


def test_every_row_of_the_rulebook_has_its_section_with_all_of_its_sources(seen: Courses) -> None:
    [page] = files(seen.moves, LAW).values()
    sections = dict(part.split(" ", 1) for part in page.split("\n#### ")[1:])
    for row in LAW.rulebook.rows:
        section = sections.pop(row.id)
        assert row.name in section and row.name_en in section
        for version in row.versions:
            assert version.source.replace("|", "\\|") in section and f"| {version.mark} " in section
    assert sections == {}
