"""Why something is refused.

Refusal
├── LegalRefusal            the law or the rulebook forbids it; names the basis
│   ├── NotAllowed          the role may not do this act
│   ├── TwoOfficersNeeded   one officer, or the same one twice
│   ├── CertificateInvalid  none, expired, not yet valid
│   ├── OutsideAuthority    not within the authority profile of that day
│   ├── FourEyes            approver and doer must be two people
│   ├── WrongStage          the thing is not at the stage that the act needs
│   └── TermOutOfBounds     a term or date that the rule does not allow
└── TechnicalRefusal
    ├── UnknownThing        nothing of that id here
    ├── StaleVersion        someone acted in between
    ├── BadMoment           an effective time outside its bounds
    └── BadInput            a value that cannot be meant
        └── ManyWrong       several of them, each with its place
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """Something was asked and not done; nothing was written.

    `zh` and `en` say what is wrong, `where` points into what was asked (RFC 6901 pointer or a name),
    `do_zh` and `do_en` say what to do.
    """

    code: ClassVar[str] = "refused"
    title_zh: ClassVar[str] = "未予办理"
    title_en: ClassVar[str] = "Refused"

    def __init__(
        self,
        zh: str,
        en: str,
        *,
        where: str = "",
        do_zh: str = "",
        do_en: str = "",
        basis: str = "",
    ) -> None:
        super().__init__(zh)
        self.zh, self.en, self.where, self.do_zh, self.do_en, self.basis = (
            zh,
            en,
            where,
            do_zh,
            do_en,
            basis,
        )


class LegalRefusal(Refusal):
    """The law or the rulebook forbids it; `basis` is never empty."""

    code = "refused-by-law"
    title_zh, title_en = "依法不予办理", "Refused by law"

    def __init__(
        self,
        zh: str,
        en: str,
        *,
        basis: str,
        where: str = "",
        do_zh: str = "",
        do_en: str = "",
    ) -> None:
        super().__init__(zh, en, where=where, do_zh=do_zh, do_en=do_en, basis=basis)


class NotAllowed(LegalRefusal):
    """The role may not do this act."""

    code = "not-allowed"
    title_zh, title_en = "无权办理", "Not allowed for this role"


class TwoOfficersNeeded(LegalRefusal):
    """The act takes two different officers."""

    code = "two-officers-needed"
    title_zh, title_en = "须两名执法人员", "Two officers needed"


class CertificateInvalid(LegalRefusal):
    """The officer's certificate is not valid on that day."""

    code = "certificate-invalid"
    title_zh, title_en = "执法证无效", "Certificate not valid"


class OutsideAuthority(LegalRefusal):
    """The act is not within the office's authority on that day."""

    code = "outside-authority"
    title_zh, title_en = "超出执法权限", "Outside authority"


class FourEyes(LegalRefusal):
    """The approver was also the doer."""

    code = "four-eyes"
    title_zh, title_en = "须由他人审批", "Someone else must approve"


class WrongStage(LegalRefusal):
    """The thing is not at the stage that the act needs."""

    code = "wrong-stage"
    title_zh, title_en = "当前阶段不能办理", "Not possible at this stage"


class TermOutOfBounds(LegalRefusal):
    """A term or date that the rule does not allow."""

    code = "term-out-of-bounds"
    title_zh, title_en = "期限不合规定", "Term out of bounds"


class TechnicalRefusal(Refusal):
    """Nothing legal about it: what was asked does not fit what is there."""

    code = "cannot"
    title_zh, title_en = "无法办理", "Cannot be done"


class UnknownThing(TechnicalRefusal):
    """Nothing of that id here, or not for the one who asks."""

    code = "unknown"
    title_zh, title_en = "查无此项", "Unknown"


class StaleVersion(TechnicalRefusal):
    """Someone acted in between; look again before deciding."""

    code = "stale-version"
    title_zh, title_en = "内容已变化", "Changed in between"


class BadMoment(TechnicalRefusal):
    """An effective time outside the bounds of the act."""

    code = "bad-moment"
    title_zh, title_en = "时间不合规定", "Time not acceptable"


class BadInput(TechnicalRefusal):
    """A value that cannot be meant."""

    code = "bad-input"
    title_zh, title_en = "填写有误", "Wrong input"


class ManyWrong(BadInput):
    """Several values that cannot be meant; `each` says what and where."""

    code = "many-wrong"
    title_zh, title_en = "多处填写有误", "Several values are wrong"

    def __init__(self, each: tuple[BadInput, ...]) -> None:
        super().__init__(
            f"共有{len(each)}处填写有误,均未办理",
            f"{len(each)} values are wrong; nothing was done",
            do_zh="请逐处更正后整体重报",
            do_en="correct each of them and send all of it again",
        )
        self.each = each
