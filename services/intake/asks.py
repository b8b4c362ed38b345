"""What can be asked of intake; unknown fields are refused."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shared.runtime.asks import Ask, Id, Said, Text
from shared.vocabulary.report_facts import Triage

BATCH = 500
"""How many reports one batch may hold."""


class Reporter(Ask):
    """举报人身份(密封保存)."""

    name: Annotated[str, Field(max_length=100)] = ""
    phone: Annotated[str, Field(max_length=40, pattern=r"^[0-9+() \-]*$")] = ""


class Report(Ask):
    """上报一条; words, place and reporter are sealed and never enter a fact."""

    community: Id
    serious: bool
    words: Annotated[str, Field(pattern=r"\S", max_length=4000)]
    place: Annotated[str, Field(max_length=500)] = ""
    enterprise: Id | None = None
    reporter: Reporter | None = None
    attachments: Annotated[tuple[Id, ...], Field(max_length=9)] = ()


class Batch(Ask):
    """批量上报,全部办理或全部不办理."""

    reports: Annotated[tuple[Report, ...], Field(min_length=1, max_length=BATCH)]


class TriageReport(Ask):
    """初核; `defect` and `place` are the officer's neutral words."""

    outcome: Triage
    community: Id
    reasons: Said
    defect: Text = ""
    place: Text = ""
    enterprise: Id | None = None
    duplicate_of: Id | None = None


class OpenSealed(Ask):
    """查阅密封信息; the reason is logged before anything is shown."""

    reason: Said


class ForgetPerson(Ask):
    """销毁举报人信息."""
