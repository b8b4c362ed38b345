"""Differences in words, Chinese first: what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from bihuan.reconciling.differences import Difference, Kind, Side

SIDES: Mapping[Side, tuple[str, str]] = {
    Side.LEDGER: ("账本", "ledger"),
    Side.BUS: ("总线", "bus"),
    Side.READ_MODELS: ("台账", "read models"),
    Side.WATCHES: ("跟踪", "watches"),
}

_WORDS: Mapping[Kind, tuple[str, str]] = {
    Kind.DAMAGED: (
        "账本第{position}号({subject})与其哈希不符;停止写入,从备份核对",
        "fact {position} ({subject}) is not what its hash says; stop writing and compare with the backup",
    ),
    Kind.MISSING: (
        "账本第{position}号之前缺{count}号;停止写入,从备份核对",
        "{count} positions before {position} are missing; stop writing and compare with the backup",
    ),
    Kind.UNREADABLE: (
        "{subject}中有本版本不认识的事实,或推导不了;升级本程序",
        "{subject} has facts that this release does not know or cannot derive from; upgrade",
    ),
    Kind.LAG: (
        "{subject}落后{count}条;看该进程的日志和 bihuan bus parked",
        "{subject} is {count} facts behind; see its process's log and bihuan bus parked",
    ),
    Kind.BEYOND: (
        "{subject}的位置超出账本末尾{count}号;账本可能恢复自旧备份",
        "{subject} is {count} beyond the head; the ledger may come from an old backup",
    ),
    Kind.NOT_DONE: (
        "{subject}(第{position}号)应由{by}办理而没有办;看该服务的日志",
        "{by} has not done what follows from {subject} (position {position}); see that service's log",
    ),
    Kind.NOT_QUEUED: (
        "消息{subject}未送达,也不在待发之列;看送达进程的日志",
        "{subject} was not sent and does not wait to be; see the courier's log",
    ),
    Kind.LOST: (
        "读模型{by}缺{subject}的{count}行;bihuan projection rebuild {by}",
        "read model {by} lacks {count} rows of {subject}; bihuan projection rebuild {by}",
    ),
    Kind.STRAY: (
        "读模型{by}多出{subject}的{count}行;bihuan projection rebuild {by}",
        "read model {by} has {count} rows too many of {subject}; bihuan projection rebuild {by}",
    ),
    Kind.WRONG: (
        "读模型{by}中{subject}有{count}行与账本不符;bihuan projection rebuild {by}",
        "{count} rows of {subject} in read model {by} are not what its facts make; bihuan projection rebuild {by}",
    ),
    Kind.UNARMED: (
        "{subject}有待办而无人跟踪;看跟踪启动进程,或 bihuan recover",
        "{subject} owes something and is not watched; see the starter, or bihuan recover",
    ),
    Kind.BEHIND: (
        "{subject}的跟踪没有看到最新版本;看跟踪启动进程,或 bihuan recover",
        "the watch of {subject} has not seen its last version; see the starter, or bihuan recover",
    ),
    Kind.IDLE: (
        "{subject}有人跟踪而读模型中没有待办;bihuan projection rebuild obligations",
        "{subject} is watched and owes nothing in the read model; bihuan projection rebuild obligations",
    ),
}


def words(difference: Difference) -> tuple[str, str]:
    """In Chinese and in English."""
    fields = {name: getattr(difference, name) for name in ("subject", "count", "by", "position")}
    zh, en = _WORDS[difference.kind]
    return zh.format(**fields), en.format(**fields)
