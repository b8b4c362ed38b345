"""What oversight answers about one thing, and about what nobody noticed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.oversight.answers import Colour, Due, Position, Version
from shared.law.rulebook import Mark
from shared.runtime.answers import Answer


class Elsewhere(Answer):
    """他账本中的对应事项 / the thing in another office's book."""

    ledger: str
    """账本 / the book"""
    thing: str
    """事项 / the thing there"""


class TimelineActor(Answer):
    """办理人 / who acted."""

    person: str
    """人员编号 / the person's id"""
    name: str | None
    """姓名,系统或渠道办理为空 / the name; null where the system or a channel acted"""
    role: str
    """岗位代码 / the role"""
    role_name: str
    """岗位名称 / the role in words"""


class TimelineFact(Answer):
    """时间线上的一项事实 / a fact of the timeline."""

    position: Position
    """账本位置 / the ledger position"""
    stream: str
    """所属事项 / the thing that it is about"""
    version: Version
    """该事项的版本 / the version of that thing"""
    type: str
    """事实的类型 / the type of the fact"""
    text: str
    """一句话说明 / what happened, in a sentence"""
    actors: tuple[TimelineActor, ...]
    """办理人 / who acted"""
    effective: datetime
    """生效时间 / when it took effect"""
    recorded: datetime
    """记录时间 / when it was recorded"""
    reason: str | None
    """补记理由,没有为空 / why it was recorded later, if it was"""
    rules: str
    """规则版本 / the version of the rulebook"""
    calendar: str
    """日历版本 / the version of the calendar"""


class NextStep(Answer):
    """系统下一步 / what the clock does by itself next."""

    at: datetime
    """时点 / when"""
    what: str
    """做什么 / what"""


class OpenObligation(Answer):
    """一项未履行的义务 / a duty that is open."""

    obligation: str
    """义务编号:规则/对象#次数 / the obligation: row/key#occurrence"""
    stream: str
    """所属事项 / the thing that it belongs to"""
    thing: str
    """该事项的编号 / the id of that thing"""
    hazard: str | None
    """隐患编号,不涉及隐患为空 / the hazard's id, if it is about one"""
    name: str
    """义务名称 / what is to be done"""
    bearer: str
    """义务方,文字 / who bears the duty, in words"""
    right: bool
    """是否权利而非义务 / whether it is a right and no duty"""
    answerable: tuple[str, ...]
    """责任岗位,文字 / the roles that are answerable, in words"""
    start: Due
    """起算日或时刻 / the day or moment from which it is counted"""
    legal_due: Due
    """法定期限:最后一日或时刻 / the legal due: the last day, or a moment"""
    internal_due: Due
    """内部期限 / the office's own due"""
    provisional: bool
    """日历尚未公布,期限待定 / whether it waits for its calendar"""
    working_days_left: int
    """还剩几个工作日,负数为已逾期 / working days left; negative: gone by"""
    colour: Colour
    """颜色 / how urgent it is"""
    why: str
    """为何如此 / why it is that colour"""
    lapsed: bool
    """是否已记录逾期 / whether the lapse was recorded"""
    revision: Annotated[int, Field(ge=0)]
    """期限变动的次数 / how often the due date moved"""
    derivation: tuple[str, ...]
    """期限推算,逐步 / how the due follows, step by step"""
    basis: str
    """法律依据 / the legal basis"""
    regime: str
    """适用的规则体系 / the regime that it falls under"""
    mark: Mark
    """规则来源的核实程度 / how well its source is known"""
    next: NextStep | None
    """系统下一步,没有为空 / what the clock does by itself next, if anything"""


class Timeline(Answer):
    """一事一档 / one thing's timeline."""

    thing: str
    """事项,例如 hazard/编号 / the thing, such as hazard/ID"""
    version: Version
    """事项的版本 / its version"""
    at: datetime
    """现在的时间 / the time now"""
    related: tuple[str, ...]
    """相关事项 / the things that hang together with it"""
    elsewhere: tuple[Elsewhere, ...]
    """他账本中的对应事项 / the things in other offices' books that it became or came from"""
    names: dict[str, str]
    """所提到的人和事项的名称 / the names of people and things that are mentioned"""
    facts: tuple[TimelineFact, ...]
    """事实,按先后 / the facts, in order"""
    open: tuple[OpenObligation, ...]
    """未履行的义务,先到期的在前 / the duties that are open, the nearest due first"""


class SweptOverdue(Answer):
    """逾期而未记录 / past its due with no lapse recorded."""

    stream: str
    """事项 / the thing"""
    obligation: str
    """义务编号 / the obligation"""
    name: str
    """义务名称 / what is to be done"""
    due: datetime
    """期限届满的时刻 / the moment at which it was due"""


class SweptUnarmed(Answer):
    """有期限而无人跟踪 / has a due date and no watch."""

    stream: str
    """事项 / the thing"""
    due: datetime
    """最近期限届满的时刻 / the moment of its nearest due"""


class SweptBehind(Answer):
    """跟踪落后于事实 / its watch has not seen the latest facts."""

    stream: str
    """事项 / the thing"""
    version: Version
    """现在的版本 / the version now"""
    seen: Annotated[int, Field(ge=0)]
    """跟踪所见的版本 / the version that its watch saw"""


class SweptStuck(Answer):
    """跟踪反复失败 / its watch keeps failing."""

    stream: str
    """事项 / the thing"""
    since: datetime
    """自何时起 / since when"""
    failure: str
    """失败原因 / why"""


class Sweep(Answer):
    """漏办检查的结果,每类最多1000项 / what nobody noticed, at most 1000 of each."""

    overdue: tuple[SweptOverdue, ...]
    """逾期而未记录 / past their due with no lapse recorded"""
    unarmed: tuple[SweptUnarmed, ...]
    """有期限而无人跟踪 / with a due date and no watch"""
    behind: tuple[SweptBehind, ...]
    """跟踪落后 / whose watch is behind"""
    stuck: tuple[SweptStuck, ...]
    """跟踪反复失败 / whose watch keeps failing"""
    reflects: Position
    """反映到的账本位置 / the ledger position that it reflects"""
