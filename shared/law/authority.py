"""Who may do what on a day: people, certificates, the authority profile and the table of act × role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from shared.law.periods import SHANGHAI
from shared.vocabulary.fact import Actor, Recorded
from shared.vocabulary.refusals import (
    BadMoment,
    CertificateInvalid,
    FourEyes,
    NotAllowed,
    OutsideAuthority,
    TwoOfficersNeeded,
)
from shared.vocabulary.registry_facts import (
    AuthorityGranted,
    EnterpriseRegistered,
    PersonLeft,
    PersonRegistered,
)

OFFICERS_BASIS = "行政处罚法第42条:行政处罚应当由两名以上具有行政执法资格的执法人员实施"


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the table: roles that may do it, how many different officers, and on what basis."""

    id: str
    name: str
    roles: frozenset[str]
    officers: int
    certified: bool
    basis: str
    back: timedelta
    not_among: frozenset[str]
    late_truth: bool


def parse_acts(raw: Mapping[str, Mapping[str, Any]]) -> dict[str, Act]:
    """The table from its parsed file."""
    return {
        name: Act(
            id=name,
            name=line["name"],
            roles=frozenset(line["roles"]),
            officers=int(line.get("officers", 1)),
            certified=bool(line.get("certified", False)),
            basis=line["basis"],
            back=timedelta(days=int(line["back_days"])),
            not_among=frozenset(line.get("not_among", ())),
            late_truth=bool(line.get("late_truth", False)),
        )
        for name, line in raw.items()
    }


def person_now(facts: Iterable[Recorded]) -> PersonRegistered | None:
    """The person as last registered, or None when unknown or gone."""
    now: PersonRegistered | None = None
    for record in facts:
        match record.fact:
            case PersonRegistered():
                now = record.fact
            case PersonLeft():
                now = None
    return now


def profile_on(facts: Iterable[Recorded], day: date) -> AuthorityGranted | None:
    """The authority profile in force on a day: the latest granted among those valid then."""
    granted = [r.fact for r in facts if isinstance(r.fact, AuthorityGranted)]
    return next((g for g in reversed(granted) if g.valid_from <= day <= g.valid_to), None)


def authorise(
    act: Act,
    people: Sequence[PersonRegistered],
    profile: AuthorityGranted | None,
    on: date,
) -> tuple[Actor, ...]:
    """The actors of an act, or why these people may not do it on that day.

    行政处罚法 Art. 42 and 安全生产法 Art. 67: two officers of one office, each with a certificate valid there and then.
    """
    if len({person.person for person in people}) < act.officers:
        raise TwoOfficersNeeded(
            f"“{act.name}”须由{act.officers}名不同的执法人员共同实施",
            f"{act.id} takes {act.officers} different officers",
            basis=f"{OFFICERS_BASIS};{act.basis}",
            where="second_officer",
            do_zh="请第二名执法人员用本人的令牌确认",
            do_en="let a second officer confirm with their own token",
        )
    if len({person.office for person in people}) > 1:
        raise OutsideAuthority(
            f"{'、'.join(person.person for person in people)}不属同一机构,不能共同办理“{act.name}”",
            f"{act.id} is done by officers of one office, under its authority",
            basis=f"行政处罚法第20、24条;{act.basis}",
            where="second_officer",
            do_zh="请由同一机构的执法人员共同办理",
            do_en="act with an officer of the same office",
        )
    if act.certified and profile is None:
        raise OutsideAuthority(
            f"{on}没有有效的执法权限(委托书或赋权清单),不能办理“{act.name}”",
            f"no authority profile is in force on {on}",
            basis=f"行政处罚法第20、24条;{act.basis}",
            do_zh="请先登记当日有效的委托书或赋权清单",
            do_en="register an authority profile that is valid on that day",
        )
    return tuple(_actor(act, person, profile, on) for person in people)


def _actor(act: Act, person: PersonRegistered, profile: AuthorityGranted | None, on: date) -> Actor:
    role = next((role for role in person.roles if role in act.roles), None)
    if role is None:
        raise NotAllowed(
            f"{person.person}的岗位不能办理“{act.name}”",
            f"{person.person} has no role that may do {act.id}",
            basis=act.basis,
            do_zh=f"请由下列岗位办理:{'、'.join(sorted(act.roles))}",
            do_en=f"ask someone with one of: {', '.join(sorted(act.roles))}",
        )
    certificate = person.certificate
    if act.certified and profile is not None:
        _certified(person, profile, on)
    return Actor(
        person.person,
        role,
        person.office,
        profile.profile if profile else None,
        certificate.number if certificate else None,
    )


def _certified(person: PersonRegistered, profile: AuthorityGranted, on: date) -> None:
    """Refuse one whose certificate does not hold on that day or not in the profile's areas."""
    certificate = person.certificate
    if certificate is None or not certificate.valid_from <= on <= certificate.valid_to:
        raise CertificateInvalid(
            f"{person.person}在{on}没有有效的行政执法证",
            f"{person.person} has no certificate valid on {on}",
            basis=OFFICERS_BASIS,
            where="certificate",
            do_zh="请由证件在有效期内的执法人员办理,或先更新证件登记",
            do_en="let an officer with a valid certificate act, or register the renewed certificate first",
        )
    if certificate.area not in profile.areas:
        raise CertificateInvalid(
            f"{person.person}的执法证适用于{certificate.area},不含本辖区",
            f"the certificate of {person.person} is for {certificate.area}, not for {', '.join(profile.areas)}",
            basis=OFFICERS_BASIS,
            where="certificate",
            do_zh="请由持本辖区执法证的人员办理",
            do_en="let an officer certified here act",
        )


def four_eyes(act: Act, actors: Sequence[Actor], history: Iterable[Recorded]) -> None:
    """Refuse when one who approves also did what is to be approved."""
    doers = {
        actor.person for record in history if record.name in act.not_among for actor in record.context.actors
    }
    for actor in actors:
        if actor.person in doers:
            raise FourEyes(
                f"{actor.person}参与了待审批的事项,不能自己办理“{act.name}”",
                f"{actor.person} did what is to be approved by {act.id}",
                basis=act.basis,
                do_zh="请由未参与的负责人办理",
                do_en="let someone who was not involved do it",
            )


def in_charge(act: Act, people: Sequence[PersonRegistered], community: str | None) -> None:
    """Refuse people who are registered for certain communities and act in another; no communities means all."""
    for person in people:
        if community is not None and person.communities and community not in person.communities:
            raise NotAllowed(
                f"{person.person}负责{'、'.join(person.communities)},不能办理{community}的“{act.name}”",
                f"{person.person} is in charge of {', '.join(person.communities)}, not of {community}",
                basis=f"内部控制要求(按登记的负责社区);{act.basis}",
                do_zh="请由负责该社区的人员办理",
                do_en="let whoever is in charge of that community act",
            )


def within_sector(
    act: Act, profile: AuthorityGranted | None, enterprise: EnterpriseRegistered | None
) -> None:
    """Refuse an act against an enterprise of a sector that the profile leaves to others (行政处罚法 Arts. 20, 24)."""
    if profile is not None and enterprise is not None and enterprise.sector in profile.sectors_excluded:
        raise OutsideAuthority(
            f"{enterprise.name}所属行业({enterprise.sector})不在执法权限内,不能办理“{act.name}”",
            f"the sector {enterprise.sector} is excluded from the authority profile",
            basis=f"行政处罚法第20、24条;安全生产法第69条;{act.basis}",
            where="enterprise",
            do_zh="请移送有权的部门",
            do_en="transfer it to the agency in charge",
        )


def effective_moment(
    act: Act,
    given: datetime | None,
    reason: str | None,
    *,
    at: datetime,
    imported: bool = False,
) -> datetime:
    """When an act takes effect: now, or as given within the act's bounds and with a reason."""
    if given is None:
        return at
    if given.tzinfo is None:
        raise BadMoment(
            "生效时间缺少时区", "the effective time has no zone", where="effective",
            do_zh="请写明时区,例如 2026-03-02T09:30:00+08:00", do_en="add the zone, e.g. +08:00",
        )  # fmt: skip
    given = given.astimezone(SHANGHAI)
    if given > at:
        raise BadMoment(
            f"生效时间{given:%Y-%m-%d %H:%M}晚于现在{at:%Y-%m-%d %H:%M}",
            f"{given} lies after now, {at}", where="effective",
            do_zh="请填写已经发生的时间", do_en="give a time that has passed",
        )  # fmt: skip
    if not (reason and reason.strip()) and given != at:
        raise BadMoment(
            "补记须说明理由", "an effective time other than now needs a reason", where="reason",
            do_zh="请填写补记理由", do_en="say why it is recorded later",
        )  # fmt: skip
    if not imported and at - given > act.back:
        raise BadMoment(
            f"“{act.name}”最多补记{act.back.days}天", f"{act.id} may lie back {act.back.days} days at most",
            where="effective", do_zh="请核对日期,或经导入办理", do_en="check the date, or import it",
        )  # fmt: skip
    return given


def in_order(act: Act, effective: datetime, history: Sequence[Recorded]) -> None:
    """Refuse an act that would take effect before what people did earlier to the same thing.

    Late truth need only lie after the thing began; its decision checks the rest.
    """
    people = [r.effective for r in history if not r.name.startswith("obligation.")]
    earlier = people[:1] if act.late_truth else people
    if earlier:
        not_before(effective, max(earlier), "该事项此前的记录", "what was recorded earlier")


def not_before(effective: datetime, moment: datetime, zh: str, en: str) -> None:
    """Refuse what would take effect before the moment of what it follows, in Chinese and in English; raises BadMoment."""
    if effective < moment:
        raise BadMoment(
            f"生效时间{_at(effective)}早于{zh}时间{_at(moment)}", f"it would take effect before {en}",
            where="effective", do_zh="请核对先后顺序和日期", do_en="check the order of events and the date",
        )  # fmt: skip


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
