"""docs/scenarios.md says what the code does: acts, fields, facts, refusals, timers and the worked example."""

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from bihuan.repertoire import DEEDS
from bihuan.scenarios.engines import ENGINES
from bihuan.scenarios.loading import OWN, PHOTOS, fact_names, load_scenario, refusal_codes
from bihuan.scenarios.running import run_scenario
from bihuan.scenarios.shapes import DueOf, Header, NotDue, Refused, Report, Step, Thing
from bihuan.scenarios.telling import told
from bihuan.scenarios.things import STANDING
from services.enforcement import source
from services.intake import report
from services.rectification import hazard, order
from shared.law.rulebook import RowVersion
from shared.runtime.law_files import load_law
from shared.vocabulary.hazard_facts import Evidence

PAGE = (Path(__file__).parents[3] / "docs/scenarios.md").read_text("utf-8")
LAW = load_law()


def fields_of(shape: Any) -> list[str]:
    """The fields of a shape as the page writes them: those that must be given carry a star."""
    if dataclasses.is_dataclass(shape):
        must = dataclasses.MISSING
        return [
            f"`{f.name}`{'*' if f.default is must and f.default_factory is must else ''}"
            for f in dataclasses.fields(shape)
        ]
    return [f"`{f.alias or name}`{'*' if f.is_required() else ''}" for name, f in shape.model_fields.items()]


def act_row(name: str) -> str:
    deed, act = DEEDS[name], LAW.acts[name]
    officers = f"{act.officers}人" + ("持证" if act.certified else "")
    except_ = "、".join(f"`{fact}`" for fact in sorted(act.not_among)) or "—"
    thing = f"产生 {deed.kind}" if deed.new else deed.kind
    late = "，可迟到" if act.late_truth else ""
    cells = [
        f"`{name}`", act.name, thing, "、".join(f"`{role}`" for role in sorted(act.roles)), officers,
        "、".join(fields_of(deed.ask)) or "无", except_, f"{act.back.days}日{late}",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def term_of(version: RowVersion) -> str:
    term = version.term or version.at_most
    if term is None:
        return "—"
    units = {"working_day": "工作日", "calendar_day": "日", "hour": "小时", "month": "个月"}
    limit = "" if version.term else "≤"
    return f"{limit}{term.n}{units[term.unit]} {term.roll}"


def timer_row(row_id: str) -> str:
    row = LAW.rulebook.row(row_id)
    opens = "、".join(
        f"`{o.fact}`" + (f"（自 {o.start.removeprefix('due:')} 届满）" if o.start != "effective" else "")
        for o in row.opens
    )
    done = "、".join(f"`{fact}`" for fact in row.discharged_by)
    cells = [
        row.id,
        row.name,
        row.thing,
        row.bearer,
        term_of(row.versions[0]),
        opens,
        done,
        row.versions[0].mark,
    ]
    return f"| {' | '.join(cells)} |"


def shapes_below(shape: Any) -> Iterator[Any]:
    """The shapes that a shape is made of, other than files."""
    kinds = [f.annotation for f in shape.model_fields.values()] if hasattr(shape, "model_fields") else []
    if dataclasses.is_dataclass(shape):
        kinds = [f.type for f in dataclasses.fields(shape)]
    waiting = list(kinds)
    while waiting:
        kind = waiting.pop()
        waiting += get_args(kind)
        made = isinstance(kind, type) and (issubclass(kind, BaseModel) or dataclasses.is_dataclass(kind))
        if made and kind is not Evidence:
            yield kind


@pytest.mark.parametrize("name", DEEDS)
def test_the_page_lists_every_act_as_it_is(name: str) -> None:
    assert act_row(name) in PAGE


@pytest.mark.parametrize("name", DEEDS)
def test_the_page_lists_the_fields_inside_every_act(name: str) -> None:
    for shape in shapes_below(DEEDS[name].ask):
        assert f"| `{shape.__name__}` | {'、'.join(fields_of(shape))} |" in PAGE


@pytest.mark.parametrize("row", [row.id for row in LAW.rulebook.rows])
def test_the_page_lists_every_timer_as_it_is(row: str) -> None:
    assert timer_row(row) in PAGE


def test_the_page_names_every_fact_refusal_stage_and_own_step() -> None:
    stages = [*report.Stage, *hazard.Stage, *order.Stage, *order.ItemStage, *source.Stage]
    named = [
        *fact_names(),
        *refusal_codes(),
        *OWN,
        *STANDING,
        *(stage for stage in stages if stage != "none"),
    ]
    assert [name for name in named if f"`{name}`" not in PAGE] == []


@pytest.mark.parametrize("shape", [Header, Step, Report, Refused, DueOf, NotDue, Thing])
def test_the_page_names_every_key(shape: type[BaseModel]) -> None:
    keys = [f.alias or name for name, f in shape.model_fields.items()]
    assert [key for key in keys if f"`{key}`" not in PAGE] == []


def test_names_of_photos_stand_in_every_field_that_holds_files() -> None:
    shapes = {shape for deed in DEEDS.values() for shape in (deed.ask, *shapes_below(deed.ask))}
    files = {
        name
        for shape in shapes
        for name, kind in _annotations(shape).items()
        if "Evidence" in str(kind) or "Files" in str(kind)
    }
    assert files == PHOTOS


def _annotations(shape: Any) -> dict[str, Any]:
    if dataclasses.is_dataclass(shape):
        return {f.name: f.type for f in dataclasses.fields(shape)}
    return {name: f.annotation for name, f in shape.model_fields.items()}


def test_the_worked_example_of_the_page_happens_as_it_says(tmp_path: Path) -> None:
    examples = re.findall(r"```yaml\n(scenario:.*?)```", PAGE, re.DOTALL)
    assert examples
    for n, text in enumerate(examples):
        path = tmp_path / f"example-{n}.yaml"
        path.write_text(text, "utf-8")
        result = run_scenario(load_scenario(path, LAW), LAW, ENGINES["simulator"])
        assert result.ok, "\n".join(told(result))
