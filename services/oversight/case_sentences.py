"""One plain sentence per kind of fact of a penalty case, in Chinese and in English."""

CASE_SENTENCES: dict[str, tuple[str, str]] = {
    "case.filed.v1": (
        "立案{number}（{procedure}），当事企业{enterprise}，违反{legal_items}，署名{acting_name}",
        "Case {number} filed ({procedure}); enterprise {enterprise}; items of law {legal_items}; in the name of {acting_name}",
    ),
    "case.evidence_taken.v1": (
        "调查取证（{kind}，{record}）：{summary}",
        "Evidence taken ({kind}, {record}): {summary}",
    ),
    "case.evidence_preserved.v1": (
        "先行登记保存：{things}，理由：{reasons}",
        "Registered and preserved: {things}; reasons: {reasons}",
    ),
    "case.preservation_ended.v1": (
        "登记保存物品的处理：{disposal}",
        "What becomes of the preserved things: {disposal}",
    ),
    "case.penalty_proposed.v1": (
        "承办人第{round}次提出处罚建议：{penalties}。{report}",
        "The handlers propose (round {round}): {penalties}. {report}",
    ),
    "case.legal_reviewed.v1": (
        "法制审核第{round}次建议，通过：{passed}。{opinion}",
        "Legal review of proposal {round}; passed: {passed}. {opinion}",
    ),
    "case.notice_served.v1": (
        "行政处罚告知书{number}已送达{parties}，方式：{how}，回执{receipt}",
        "Notice {number} served on {parties}: {how}, receipt {receipt}",
    ),
    "case.statement_made.v1": (
        "{party}陈述申辩：{summary}；采纳：{accepted}；答复：{answer}",
        "{party} stated: {summary}; accepted: {accepted}; answer: {answer}",
    ),
    "case.statement_waived.v1": (
        "{party}书面放弃陈述申辩，{receipt}",
        "{party} waived being heard, on paper: {receipt}",
    ),
    "case.decided.v1": (
        "对{party}作出决定{number}：{outcome}，{penalty}，理由：{reasons}",
        "Decision {number} about {party}: {outcome}, {penalty}; reasons: {reasons}",
    ),
    "case.concluded.v1": ("各当事人均已作出决定", "Every party's matter is decided"),
    "case.decision_served.v1": (
        "处罚决定书已送达{party}，方式：{how}，回执{receipt}",
        "The decision was served on {party}: {how}, receipt {receipt}",
    ),
    "case.recorded.v1": ("对{party}的当场处罚已备案", "The decision on the spot about {party} is on record"),
    "case.decision_published.v1": (
        "对{party}的处罚决定已公示：{where}",
        "The decision about {party} was published: {where}",
    ),
    "case.payment_received.v1": (
        "{party}缴款{amount}元（罚款{to_fine}元、加处罚款{to_surcharge}元），{receipt}",
        "{party} paid {amount} yuan (fine {to_fine}, surcharge {to_surcharge}), {receipt}",
    ),
    "case.fine_paid.v1": ("{party}的罚款已缴清", "The fine of {party} is paid"),
    "case.surcharge_imposed.v1": (
        "对{party}加处罚款{amount}元，逾期{days}日：{derivation}",
        "Surcharge of {amount} yuan for {party}, {days} days late: {derivation}",
    ),
    "case.surcharge_waived.v1": (
        "对{party}不加处罚款：{reasons}",
        "No surcharge for {party}: {reasons}",
    ),
    "case.handed_over.v1": (
        "案件移交{to}，移交书{letter}，理由：{reasons}；案卷：{package}",
        "The case was handed to {to} by letter {letter}: {reasons}; file: {package}",
    ),
    "case.hand_over_acknowledged.v1": (
        "{by}已签收移交的案件，回执{receipt}，本单位办理终结",
        "{by} took the case over, receipt {receipt}; here it has ended",
    ),
    "case.hand_over_returned.v1": (
        "{by}退回移交的案件，理由：{reasons}",
        "{by} sent the case back: {reasons}",
    ),
    "source.received.v1": (
        "收到{from_office}移交的案件，移交书{letter}，理由：{reasons}；案卷：{package}",
        "A case came from {from_office} by letter {letter}: {reasons}; file: {package}",
    ),
    "source.acknowledged.v1": (
        "签收移交的案件，回执{receipt}",
        "The case was taken over, receipt {receipt}",
    ),
    "source.returned.v1": ("退回移交的案件，理由：{reasons}", "The case was sent back: {reasons}"),
    "case.closed.v1": ("结案：{ground}", "Case closed: {ground}"),
    "hazard.case_linked.v1": ("关联行政处罚案件{number}", "Penalty case {number} concerns this hazard"),
    "hazard.case_ended.v1": (
        "关联的行政处罚案件已办结：{outcome}（不影响隐患整改和销号）",
        "The penalty case about it has ended: {outcome} (the hazard goes its own way)",
    ),
}
