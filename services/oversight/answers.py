"""What oversight answers: lists, the monthly report, one thing's timeline. Days are last days, moments have their zone."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from services.oversight.figures import FIGURES, Counted
from services.oversight.hazard_entry import PenaltyCase, Stage
from shared.law import likeness
from shared.law.rulebook import Bearer, Mark
from shared.runtime.answers import Answer
from shared.vocabulary.hazard_facts import Grade

Position = Annotated[int, Field(ge=0)]
Version = Annotated[int, Field(ge=1)]
Due = date | datetime
"""The last day of a period, or the moment where it is counted in hours."""
LikenessGround = StrEnum("LikenessGround", {ground.name: ground.value for ground in likeness.Ground})  # type: ignore[misc]
FigureId = StrEnum("FigureId", {name: name for name in FIGURES})  # type: ignore[misc]


class PageAnswered(Answer):
    """一页 / a page of a list."""

    reflects: Position
    """反映到的账本位置 / the ledger position that it reflects"""
    behind: Position
    """与所要求的位置相差几项事实 / by how many facts it falls short of the position asked for"""
    next: str | None
    """下一页的翻页标记,没有为空 / the cursor of the next page, if there may be one"""


class RegisterRow(Answer):
    """台账中的一条隐患 / a hazard in the register."""

    hazard: str
    """隐患编号 / the hazard's id"""
    enterprise: str | None
    """企业编号,不明为空 / the enterprise's id, if known"""
    enterprise_name: str | None
    """企业名称 / the enterprise's name"""
    community: str
    """社区编号 / the community's id"""
    community_name: str | None
    """社区名称 / the community's name"""
    defect: str
    """什么隐患 / what is wrong"""
    place: str
    """部位 / where"""
    grade: Grade | None
    """等级,未定级为空 / the grade, once graded"""
    legal_item: str | None
    """违反的法律条款代码 / the item of law"""
    stage: Stage
    """所处阶段 / the stage at which it stands"""
    order: str | None
    """所列入的指令书编号(系统内) / the id of the order that it is under"""
    order_name: str | None
    """指令书文号 / the number of that order"""
    item: int | None
    """指令书的项号 / the number of the order's item"""
    violation: bool
    """是否认定为违法 / whether it was found to be a violation"""
    penalty_case: PenaltyCase | None
    """案件:under_way 办理中,ended 已终结,没有为空 / whether a penalty case about it runs or has ended"""
    reported_at: datetime
    """发现时间 / when it became known"""
    closed_at: datetime | None
    """办结时间,未办结为空 / when it ended, if it did"""
    due: Due | None
    """最近的期限,没有为空 / the nearest due of a duty about it"""
    version: Version
    """隐患的版本 / the hazard's version"""
    position: Position
    """最后一项事实的账本位置 / the ledger position of its last fact"""


class RegisterPage(PageAnswered):
    """隐患台账的一页 / a page of the register of hazards."""

    rows: tuple[RegisterRow, ...]
    """隐患,按发现先后 / the hazards, as they became known"""


class Answerable(Answer):
    """责任岗位 / a role that is answerable."""

    role: str
    """岗位代码 / the role"""
    name: str
    """岗位名称 / its name"""


Colour = Literal["red", "amber", "green"]


class LateRow(Answer):
    """一项到期或逾期的义务 / a duty that is late or due."""

    stream: str
    """所属事项,例如 order/编号 / the thing, such as order/ID"""
    obligation: str
    """义务编号:规则/对象#次数 / the obligation: row/key#occurrence"""
    row: str
    """规则编号,例如 T11 / the row of the rulebook, such as T11"""
    name: str
    """义务名称 / what is to be done"""
    state: Literal["late", "due"]
    """late 已逾期,due 今日应办 / past its legal due, or due and not yet late"""
    bearer: Bearer
    """义务方:agency 机关,party 当事人 / who bears the duty"""
    answerable: tuple[Answerable, ...]
    """责任岗位 / the roles that are answerable"""
    hazard: str | None
    """隐患编号,不涉及隐患为空 / the hazard's id, if it is about one"""
    defect: str | None
    """什么隐患 / what is wrong"""
    place: str | None
    """部位 / where"""
    enterprise: str | None
    """企业编号 / the enterprise's id"""
    enterprise_name: str | None
    """企业名称 / the enterprise's name"""
    community: str | None
    """社区编号 / the community's id"""
    community_name: str | None
    """社区名称 / the community's name"""
    start: Due
    """起算日或时刻 / the day or moment from which it is counted"""
    legal_due: Due
    """法定期限:最后一日或时刻 / the legal due: the last day, or a moment"""
    internal_due: Due
    """内部期限 / the office's own due"""
    working_days_left: int
    """还剩几个工作日,负数为已逾期 / working days left; negative: gone by"""
    colour: Colour
    """颜色 / how urgent it is"""
    why: str
    """为何如此 / why it is that colour"""
    provisional: bool
    """日历尚未公布,期限待定 / whether it waits for its calendar"""
    lapsed: bool
    """是否已记录逾期 / whether the lapse was recorded"""
    revision: Annotated[int, Field(ge=0)]
    """期限变动的次数 / how often the due date moved"""
    mark: Mark
    """规则来源的核实程度 / how well its source is known"""
    basis: str
    """法律依据 / the legal basis"""
    derivation: tuple[str, ...]
    """期限推算,逐步 / how the due follows, step by step"""
    position: Position
    """最后一项事实的账本位置 / the ledger position of the thing's last fact"""


class LatePage(PageAnswered):
    """今日到期和已逾期的一页 / a page of what is late or due."""

    at: datetime
    """现在的时间 / the time now"""
    rows: tuple[LateRow, ...]
    """各项义务,最急的在前 / the duties, the most urgent first"""


class LikelyHazard(Answer):
    """疑似重复的一方 / one of two hazards that are likely the same."""

    hazard: str
    """隐患编号 / the hazard's id"""
    stage: Stage
    """所处阶段 / the stage at which it stands"""
    stage_name: str
    """阶段名称 / the stage in words"""
    enterprise: str | None
    """企业编号 / the enterprise's id"""
    community: str
    """社区编号 / the community's id"""
    defect: str
    """什么隐患 / what is wrong"""
    place: str
    """部位 / where"""
    legal_item: str | None
    """违反的法律条款代码 / the item of law"""
    known_at: datetime
    """发现时间 / when it became known"""
    source: str
    """来源,例如 visit/编号 / where it came from, such as visit/ID"""


class LikelyPair(Answer):
    """一对疑似重复的隐患 / a pair of hazards that are likely the same."""

    duplicate: LikelyHazard
    """拟并入的 / the one that would be merged"""
    survivor: LikelyHazard
    """拟保留的 / the one that would stay"""
    grounds: tuple[LikenessGround, ...]
    """相同之处 / what they have in common"""
    days_apart: Annotated[int, Field(ge=0)]
    """发现相隔几天 / how many days apart they became known"""
    why: tuple[str, ...]
    """理由 / the same in words"""


class DuplicatesPage(PageAnswered):
    """疑似重复隐患的一页 / a page of pairs of hazards."""

    rows: tuple[LikelyPair, ...]
    """各对隐患,待人认定 / the pairs, for people to decide"""


class Period(Answer):
    """报告的一栏 / a column of the report."""

    zh: str
    """名称 / its name in Chinese"""
    en: str
    """英文名称 / its name in English"""
    first: date
    """首日 / its first day"""
    last: date
    """末日,含当日 / its last day, included"""


class Periods(Answer):
    """各栏 / the columns of the report."""

    month: Period
    """当月 / the month"""
    since: Period
    """行动以来,没有专项行动时为本年以来 / since the campaign began, or since January"""


class FigureRow(Answer):
    """报告的一个数字 / a figure of the report."""

    id: FigureId
    """数字代码 / the figure"""
    zh: str
    """名称 / its name in Chinese"""
    en: str
    """英文名称 / its name in English"""
    counted: Counted
    """sum 合计,things 去重,standing 期末 / summed, counted once each, or as it stands at the end"""
    means: str
    """统计口径 / what is counted, in Chinese"""
    means_en: str
    """英文统计口径 / the same in English"""
    money: bool
    """是否金额(分) / whether it is money, in fen"""
    month: int
    """当月 / of the month"""
    since: int
    """行动以来 / since the campaign began"""


class MonthlyReport(PageAnswered):
    """月报 / the monthly report."""

    columns: Periods
    """各栏的起止 / the columns"""
    rows: tuple[FigureRow, ...]
    """各数字 / the figures"""


class FigureFact(Answer):
    """数字背后的一项事实 / a fact behind a figure."""

    day: date
    """日期 / its day"""
    position: Position
    """账本位置 / its ledger position"""
    stream: str
    """所属事项 / the thing that it is about"""
    subject: str
    """计数对象 / what was counted"""
    amount: int
    """计多少,金额以分计 / how much it counts; money in fen"""


class FigureFacts(PageAnswered):
    """数字背后的事实的一页 / a page of the facts behind a figure."""

    value: int
    """该数字 / the figure's value"""
    rows: tuple[FigureFact, ...]
    """各项事实,按日期和位置 / the facts, by day and position"""
