"""One plain sentence per kind of fact, in Chinese and in English, with the fact's own fields in braces."""

from services.oversight.case_sentences import CASE_SENTENCES

SENTENCES: dict[str, tuple[str, str]] = {
    **CASE_SENTENCES,
    "report.received.v1": (
        "渠道{channel}上报线索，社区{community}，紧急：{serious}，附件{attachments}件",
        "Channel {channel} reported something in community {community}; serious: {serious}; attachments: {attachments}",
    ),
    "report.triaged.v1": (
        "线索初核：{outcome}。隐患：{defect}；地点：{place}；理由：{reasons}；重复于：{duplicate_of}",
        "Report triaged: {outcome}. Defect: {defect}; place: {place}; reasons: {reasons}; duplicate of: {duplicate_of}",
    ),
    "report.repeated.v1": (
        "线索{by}与本线索反映同一问题，已并入",
        "Report {by} repeats this one and was merged into it",
    ),
    "report.answered.v1": (
        "答复报告人：{result}（隐患{hazard}）",
        "The reporter is told: {result} (hazard {hazard})",
    ),
    "report.answer_withdrawn.v1": (
        "原答复不再成立，隐患{hazard}重新办理",
        "The answer no longer holds: hazard {hazard} is dealt with again",
    ),
    "report.forgotten.v1": (
        "已销毁线索{report}密封信息的密钥，账本记录及证明仍在",
        "The key of what was sealed for report {report} was ordered destroyed; its facts and proofs stay",
    ),
    "visit.made.v1": (
        "现场检查企业{enterprise}，现场检查记录{record}，发现隐患{hazards}项",
        "Enterprise {enterprise} was inspected under record {record}; hazards found: {hazards}",
    ),
    "hazard.reported.v1": (
        "登记隐患：{defect}，地点：{place}，企业：{enterprise}，来源：{source}",
        "Hazard entered: {defect}; place: {place}; enterprise: {enterprise}; known from: {source}",
    ),
    "hazard.verified.v1": (
        "现场核查属实，检查记录{record}。{note}",
        "Verified on the spot under record {record}. {note}",
    ),
    "hazard.found_unfounded.v1": (
        "核查不属实，检查记录{record}，理由：{reasons}",
        "Found unfounded under record {record}: {reasons}",
    ),
    "hazard.graded.v1": (
        "定级为{grade}，违反{legal_item}，判定标准：{criterion}",
        "Graded {grade}; item of law {legal_item}; criterion: {criterion}",
    ),
    "hazard.corrected_on_spot.v1": (
        "当场纠正，整改前照片{before}张，整改后照片{after}张",
        "Corrected on the spot; photos before: {before}, after: {after}",
    ),
    "hazard.transferred.v1": (
        "移送{agency}，移送函{letter}，理由：{reasons}",
        "Transferred to {agency} by letter {letter}: {reasons}",
    ),
    "hazard.transfer_acknowledged.v1": (
        "接收机关已签收移送，回执{receipt}",
        "The agency acknowledged the transfer, receipt {receipt}",
    ),
    "hazard.reported_up.v1": (
        "重大隐患已上报{to}，回执{receipt}",
        "The major hazard was reported to {to}, receipt {receipt}",
    ),
    "hazard.put_under_order.v1": (
        "列入整改指令{order}第{item}项",
        "Put under order {order}, item {item}",
    ),
    "hazard.released_from_order.v1": (
        "不再受整改指令{order}第{item}项约束，理由：{reasons}",
        "Released from order {order}, item {item}: {reasons}",
    ),
    "hazard.violation_found.v1": (
        "认定违反{legal_item}：{finding}",
        "A violation of {legal_item} was found: {finding}",
    ),
    "hazard.rectified.v1": (
        "复查确认已整改（整改指令{order}第{item}项）",
        "Re-inspection found it removed (order {order}, item {item})",
    ),
    "hazard.closed.v1": ("隐患销号。{note}", "Struck off the register. {note}"),
    "hazard.merged.v1": (
        "与隐患{into}是同一隐患，已并入该隐患办理，理由：{reasons}",
        "The same as hazard {into} and merged into it: {reasons}",
    ),
    "hazard.absorbed.v1": (
        "隐患{merged}与本隐患是同一隐患，已并入，理由：{reasons}",
        "Hazard {merged} is the same and was merged into this one: {reasons}",
    ),
    "hazard.separated.v1": (
        "撤销与隐患{other}的合并，恢复为{stage}，等级：{grade}，理由：{reasons}",
        "No longer merged into hazard {other}; goes on as {stage}, grade: {grade}; reasons: {reasons}",
    ),
    "hazard.kept_apart.v1": (
        "认定与隐患{other}不是同一隐患，分别办理，理由：{reasons}",
        "Found not to be the same as hazard {other}: {reasons}",
    ),
    "order.issued.v1": (
        "下达责令限期整改指令书{number}，企业{enterprise}，署名{acting_name}，整改项{items}项",
        "Rectification order {number} issued to {enterprise} in the name of {acting_name}; items: {items}",
    ),
    "order.served.v1": (
        "整改指令书已送达，方式：{how}，送达回执{receipt}；{terms}项期限起算",
        "The order was served: {how}, receipt {receipt}; terms that now run: {terms}",
    ),
    "order.extension_requested.v1": (
        "企业申请第{items}项延期至{until}，理由：{grounds}；迟于规定时间提出：{late_notice}",
        "More time asked for item {items} until {until}: {grounds}; asked late: {late_notice}",
    ),
    "order.extension_granted.v1": (
        "同意第{items}项延期至{until}，理由：{reasons}",
        "More time granted for item {items} until {until}: {reasons}",
    ),
    "order.extension_refused.v1": (
        "不同意第{items}项延期，理由：{reasons}",
        "More time refused for item {items}: {reasons}",
    ),
    "order.completion_reported.v1": (
        "企业报告第{items}项已整改：{measures}，证据{evidence}件",
        "Item {items} reported done: {measures}; pieces of evidence: {evidence}",
    ),
    "order.reinspected.v1": (
        "第{round}次复查：{results}",
        "Re-inspection, round {round}: {results}",
    ),
    "order.opinion_issued.v1": (
        "出具第{round}次整改复查意见书{number}",
        "Opinion {number} on round {round} of re-inspection issued",
    ),
    "order.withdrawn.v1": ("撤回整改指令，理由：{reasons}", "The order was withdrawn: {reasons}"),
    "source.opened.v1": (
        "形成案件来源，起因：{ground}，违反{legal_items}，企业：{enterprise}",
        "Case source opened by {ground}; items of law: {legal_items}; enterprise: {enterprise}",
    ),
    "source.disposition_proposed.v1": (
        "承办人建议{outcome}，理由：{reasons}，依据：{basis}",
        "The handler proposes: {outcome}; reasons: {reasons}; basis: {basis}",
    ),
    "source.disposed.v1": (
        "负责人决定{outcome}，理由：{reasons}，依据：{basis}，立案号：{number}，接收机关：{agency}",
        "The head decided: {outcome}; reasons: {reasons}; basis: {basis}; number: {number}; agency: {agency}",
    ),
    "obligation.rung_reached.v1": (
        "系统提醒（{rung}）：{row}，期限{due}，已通知{to}{collapsed}",
        "Reminder ({rung}): {row}, due {due}, told {to}{collapsed}",
    ),
    "obligation.lapsed.v1": (
        "期限已过：{row}，义务方{bearer}，期限{due}，后果：{meaning}（以第{known_at}号记录为限）",
        "Lapsed: {row}, borne by {bearer}, due {due}; what it means: {meaning} (as known at position {known_at})",
    ),
    "obligation.lapse_withdrawn.v1": (
        "撤回逾期记录：{row}，第{because}号记录表明已按期履行",
        "Lapse withdrawn: {row}, because the fact at position {because} took effect in time",
    ),
    "number.used.v1": ("使用文书编号{text}，文书{paper}", "Number {text} used for {paper}"),
    "message.owed.v1": (
        "应于{day}通知{to}：{text}（{about}）",
        "{to} is to be told on {day} about {about}: {text}",
    ),
    "message.sent.v1": ("已由{channel}发出通知{message}", "Message {message} was sent by {channel}"),
    "person.registered.v1": (
        "登记人员{person}，单位{office}，角色{roles}",
        "Person {person} of office {office} registered as {roles}",
    ),
    "person.left.v1": ("人员{person}离任", "Person {person} left"),
    "office.registered.v1": ("登记机构{name}，上级{upper}", "Office {name} registered, under {upper}"),
    "community.registered.v1": ("登记社区{name}", "Community {name} registered"),
    "enterprise.registered.v1": (
        "登记企业{name}，社区{community}，行业{sector}，监管类别{supervision}",
        "Enterprise {name} registered in community {community}; sector {sector}; supervision {supervision}",
    ),
    "channel.registered.v1": ("登记渠道{name}（{kind}）", "Channel {name} ({kind}) registered"),
    "campaign.registered.v1": (
        "登记专项行动{name}，{first}至{last}",
        "Campaign {name} registered, from {first} to {last}",
    ),
    "authority.granted.v1": (
        "登记执法权限：{office}以{acting_name}名义，{valid_from}至{valid_to}",
        "Authority entered: {office} in the name of {acting_name}, from {valid_from} to {valid_to}",
    ),
}
