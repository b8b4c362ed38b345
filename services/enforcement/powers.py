"""What an office may impose: the caps of its authority profile, and the procedures it may use. Money is in fen."""

from __future__ import annotations

from shared.law.penalties import FEN, Penalties, yuan
from shared.vocabulary.case_facts import PartyKind, Penalty
from shared.vocabulary.refusals import OutsideAuthority
from shared.vocabulary.registry_facts import AuthorityGranted, CapBasis

OWN_POWER = ("C", "S")
"""Modes in which an office punishes in its own name: conferred on it (行政处罚法 Art. 24), or its own by statute."""

INSPECTS_ONLY = "A"
"""The mode of an office that inspects, orders and reports but does not punish."""

ON_SPOT = "simplified"
"""The procedure of 行政处罚法 Arts. 51 and 52, as profiles name it."""


def in_force(profile: AuthorityGranted | None) -> AuthorityGranted:
    """The profile of the day; raises OutsideAuthority where there is none, or none to punish under."""
    if profile is None or profile.mode == INSPECTS_ONLY:
        raise OutsideAuthority(
            "没有有效的行政处罚权限", "no authority to punish is in force", basis="行政处罚法第20、24条",
            do_zh="请先登记委托书或赋权清单,或移交有权机关", do_en="register the authority profile, or hand the case over",
        )  # fmt: skip
    return profile


def may_punish_on_spot(profile: AuthorityGranted | None) -> AuthorityGranted:
    """The profile, if it grants the simplified procedure; raises OutsideAuthority."""
    found = in_force(profile)
    if ON_SPOT not in found.procedures:
        raise OutsideAuthority(
            "权限档案没有授予当场处罚(简易程序)", "the profile does not grant the simplified procedure",
            basis="行政处罚法第20、24、51条;权限登记", do_zh="请按普通程序立案", do_en="file the case",
        )  # fmt: skip
    return found


def within_cap(profile: AuthorityGranted | None, law: Penalties, penalty: Penalty) -> None:
    """Refuse what this office may not impose (行政处罚法 Arts. 20, 24), or not without a hearing (Art. 63).

    A cap counts against the amount proposed, or, where the profile says so, against the most that the clause allows.
    """
    granted = in_force(profile)
    kind = penalty.party.kind
    hearing = law.limits.hearing[kind]
    cap = granted.cap_entity if kind is PartyKind.ENTITY else granted.cap_individual
    if granted.cap_basis == CapBasis.BELOW_HEARING:
        cap = hearing if cap is None else min(cap, hearing)
    by_clause = granted.cap_basis == CapBasis.CLAUSE
    counted = penalty.most if by_clause else penalty.fine
    if (cap is not None and counted >= cap) or (cap is None and granted.mode not in OWN_POWER):
        what = f"{'该条款最高罚' if by_clause else '拟罚'}{yuan(counted)}元"
        raise OutsideAuthority(
            f"{what},不在本单位权限内({_told(cap)})", f"{yuan(counted)} yuan is not within this office's cap",
            basis="行政处罚法第20、24条;权限登记",
            where="fine", do_zh="请移交县级应急管理部门", do_en="hand the case to the county bureau",
        )  # fmt: skip
    if penalty.fine >= hearing:
        raise OutsideAuthority(
            f"拟罚{yuan(penalty.fine)}元,当事人有听证权利,本系统尚不办理听证",
            "the party has a right to a hearing; hearings are not kept here yet", basis=law.limits.hearing_basis,
            where="fine", do_zh="请移交办理听证案件的机关,或依法在本系统之外听证",
            do_en="hand the case to an office that holds hearings, or hold it outside this system",
        )  # fmt: skip


def _told(cap: int | None) -> str:
    if cap is None:
        return "权限登记没有数额"
    return f"不超过{yuan(cap - 1)}元" if cap % FEN else f"须低于{yuan(cap)}元"
