"""A visit as officers write it down (see bihuan/data/README.md), checked on its own."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import PydanticCustomError

from bihuan.loading.problems import Document, Problem, Words
from shared.law.periods import SHANGHAI
from shared.vocabulary.hazard_facts import Grade
from shared.vocabulary.order_facts import ServiceMode

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", re.ASCII)


def _day(value: Any) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("day", "not a day such as 2026-03-02")


def _time(value: Any) -> time:
    if isinstance(value, str) and _TIME.fullmatch(value):
        try:
            return time.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("time_of_day", "not a time such as 09:30")


def _moment(value: Any) -> datetime:
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            return datetime.fromisoformat(value).replace(tzinfo=SHANGHAI)
        except ValueError:
            pass
    raise PydanticCustomError("moment", "not a moment such as 2026-03-02T11:40")


def _no_control(value: Any) -> Any:
    if isinstance(value, str) and any(ord(c) < 32 and c not in "\n\t" for c in value):
        raise PydanticCustomError("control", "holds control characters")
    return value


Day = Annotated[date, BeforeValidator(_day)]
Clock = Annotated[time, BeforeValidator(_time)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Said = Annotated[
    str, StringConstraints(min_length=1, max_length=2000, pattern=r"\S"), BeforeValidator(_no_control)
]
Text = Annotated[str, StringConstraints(max_length=2000), BeforeValidator(_no_control)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\s:/\\\x00-\x1f]+$")]
FilePath = Annotated[str, StringConstraints(min_length=1, max_length=300), BeforeValidator(_no_control)]
Officers = Annotated[list[Id], Field(min_length=2, max_length=2)]
ItemNumber = Annotated[int, Field(ge=1, le=200)]


class Row(BaseModel):
    """The base: nothing unknown, nothing turned into another type."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class EnterpriseRow(Row):
    """Which enterprise was visited; the name is a cross-check."""

    id: Id
    name: Said


class ItemRow(Row):
    """One hazard."""

    no: ItemNumber
    defect: Said
    legal_item: Id
    place: Said
    measure: Literal["order", "on_spot", "transfer"]
    grade: Annotated[Grade, Field(strict=False)]
    catalogue: Id | None = None
    criterion: Said | None = None
    term_days: Annotated[int, Field(ge=1, le=366)] | None = None
    deadline: Day | None = None
    transfer_to: Id | None = None
    photo: FilePath | None = None
    photo_after: FilePath | None = None
    monitor: Id | None = None


class ServedRow(Row):
    """How, when and by what receipt the order was served."""

    how: Annotated[ServiceMode, Field(strict=False)]
    at: Moment
    receipt: Said


class CompletionRow(Row):
    """The party reported one item done."""

    item: ItemNumber
    reported: Day
    measures: Text = ""


class ResultRow(Row):
    """What a re-inspection found about one item."""

    item: ItemNumber
    passed: bool
    note: Text | None = None
    photo: FilePath | None = None


class ReinspectionRow(Row):
    """One round of re-inspection and the day of its opinion (that of the round, unless given)."""

    date: Day
    time: Clock
    officers: Officers
    results: Annotated[list[ResultRow], Field(min_length=1, max_length=200)]
    opinion_date: Day | None = None

    @property
    def at(self) -> datetime:
        """When it was."""
        return datetime.combine(self.date, self.time, SHANGHAI)


class ExtensionRow(Row):
    """A request for more time, and its answer unless it is still open."""

    items: Annotated[list[ItemNumber], Field(min_length=1, max_length=200)]
    requested: Day
    until: Day
    reason: Said
    granted: bool | None = None
    by: Id | None = None
    on: Day | None = None


class VisitRow(Row):
    """One visit with everything that followed from it."""

    visit: Id
    date: Day
    time: Clock
    enterprise: EnterpriseRow
    community: Id
    officers: Officers
    items: Annotated[list[ItemRow], Field(max_length=200)]
    experts: Annotated[list[Said], Field(max_length=20)] = Field(default_factory=list)
    served: ServedRow | None = None
    completion: list[CompletionRow] | None = None
    reinspections: list[ReinspectionRow] | None = None
    extension: ExtensionRow | None = None

    @property
    def at(self) -> datetime:
        """When it was."""
        return datetime.combine(self.date, self.time, SHANGHAI)

    @property
    def under_order(self) -> dict[int, int]:
        """The number in the order of each item that goes under it, by its number in the visit."""
        general = (i.no for i in self.items if i.measure == "order" and i.grade is Grade.GENERAL)
        return {no: number for number, no in enumerate(general, start=1)}


def parse(document: Document) -> tuple[VisitRow | None, list[Problem]]:
    """The visit, or all that is wrong with how it is written."""
    try:
        return VisitRow.model_validate(document.data), []
    except ValidationError as wrong:
        return None, [
            Problem(
                document.place(*error["loc"]), _words(error["type"], error["msg"], error.get("ctx") or {})
            )
            for error in wrong.errors(include_url=False)
        ]


_KNOWN: dict[str, Words] = {
    "missing": Words("没有填写", "is missing", "请补填", "fill it in"),
    "extra_forbidden": Words("没有这一项", "is not known", "请删除或核对名称", "remove it or check its name"),
    "string_type": Words("应为文字", "is not text", "请填写文字", "give text"),
    "string_too_short": Words("没有填写", "is empty", "请补填", "fill it in"),
    "string_pattern_mismatch": Words(
        "为空，或含有不允许的字符", "is blank or holds characters that are not allowed",
        "请填写，编号中不用空格、冒号和斜线", "fill it in; ids hold no spaces, colons or slashes",
    ),
    "control": Words("含有控制字符", "holds control characters", "请删除", "remove them"),
    "int_type": Words("应为整数", "is not a whole number", "请填写整数", "give a whole number"),
    "bool_type": Words("应为是或否", "is not true or false", "请填写true或false", "give true or false"),
    "day": Words("不是日期", "is not a day", "请写成2026-03-02", "write it like 2026-03-02"),
    "time_of_day": Words("不是时间", "is not a time", "请写成09:30", "write it like 09:30"),
    "moment": Words("不是日期时间", "is not a moment", "请写成2026-03-02T11:40", "write it like 2026-03-02T11:40"),
    "model_type": Words("应为对象{…}", "is not an object", "请按格式填写", "follow the format"),
    "list_type": Words("应为列表[…]", "is not a list", "请按格式填写", "follow the format"),
}  # fmt: skip


def _words(kind: str, message: str, context: dict[str, Any]) -> Words:
    if (known := _KNOWN.get(kind)) is not None:
        return known
    match kind:
        case "string_too_long":
            most = context["max_length"]
            return Words(f"超过{most}字", f"is longer than {most}", "请缩短", "shorten it")
        case "too_long" | "too_short":
            most = context.get("max_length", context.get("min_length"))
            return Words("个数不对", message, f"应为{most}个", "give as many as the format says")
        case "greater_than_equal" | "less_than_equal":
            bound = f"不小于{context['ge']}" if "ge" in context else f"不大于{context['le']}"
            return Words("数值超出范围", message, f"请填写{bound}的数", "give a number within bounds")
        case "literal_error" | "enum":
            return Words("不是可选的值", message, f"只能填写{context['expected']}", "give one of these")
    return Words("填写有误", message, "请按格式填写", "follow the format")
