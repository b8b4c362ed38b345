"""What may be asked of a penalty case on a random course of events."""

from typing import Any

from services.enforcement.case import Case, Stage

FITS: dict[Any, tuple[str, ...]] = {
    Stage.FILED: (
        "take_evidence", "take_evidence", "propose_penalty", "propose_penalty", "preserve_evidence", "hand_over_case",
    ),
    Stage.PROPOSED: ("review_case", "review_case", "hand_over_case"),
    Stage.AWAITING: ("record_hand_over_answer",),
    Stage.REVIEWED: ("serve_notice", "serve_notice", "serve_notice", "hand_over_case"),
    Stage.NOTICED: (
        "waive_statement", "decide_case", "make_statement", "decide_case", "waive_statement", "propose_penalty",
        "end_preservation",
    ),
    Stage.DECIDED: (
        "serve_decision", "publish_decision", "record_payment", "impose_surcharge", "record_payment",
        "waive_surcharge", "record_on_spot", "close_case", "end_preservation",
    ),
}  # fmt: skip
STEPS = {
    Stage.NONE: {Stage.FILED},
    # Straight to decided: on the spot, in one append.
    Stage.FILED: {Stage.PROPOSED, Stage.AWAITING, Stage.DECIDED},
    Stage.PROPOSED: {Stage.REVIEWED, Stage.FILED, Stage.AWAITING},
    Stage.REVIEWED: {Stage.NOTICED, Stage.AWAITING},
    Stage.AWAITING: {Stage.HANDED_OVER, Stage.FILED},
    Stage.NOTICED: {Stage.DECIDED, Stage.PROPOSED},
    Stage.DECIDED: {Stage.CLOSED},
}
_PARTIES = (
    {"id": "e-001", "kind": "entity"},
    {"id": "e-001-boss", "kind": "person", "post": "主要负责人", "name": "钱某某"},
)


def data(name: str, case: Case, choice: int) -> dict[str, Any] | None:
    """Data for an act on this case, sometimes out of bounds; None for acts on other things."""
    party = _PARTIES[choice % 5 == 0]["id"]
    paper = {"how": "direct", "receipt": "R"}
    fine = (choice % 7) * 1_000_000
    asked = [
        {"party": _PARTIES[n], "item": "AQ105(2)", "tier": "overdue" if choice % 11 == 0 else "first",
         "fine": fine // (1, 10)[n], "cell": "一处", "factors": ["初次"]}
        for n in range(1 + choice % 2)
    ]  # fmt: skip
    owed = case.decisions.get(party)
    sum_owed = owed.fine - owed.paid + (owed.surcharge or 0) - owed.surcharge_paid if owed else 1
    return {
        "penalise_on_spot": {"penalty": {**asked[0], "fine": choice % 4 * 100_000}, "receipt": "R", "reasons": "当场"},
        "take_evidence": {"record": "询问1", "kind": "询问", "summary": "承认"},
        "preserve_evidence": {"things": ["账册"], "reasons": "可能灭失"},
        "end_preservation": {"preservation": next(iter(sorted(case.preserved)), "none"), "disposal": "返还"},
        "propose_penalty": {"report": "成立", "penalties": asked},
        "review_case": {"passed": bool(choice % 3), "opinion": "意见"},
        "serve_notice": paper,
        "make_statement": {"party": party, "summary": "已整改", "accepted": bool(choice % 2), "answer": "已复核"},
        "waive_statement": {"party": party, "receipt": "R"},
        "decide_case": {
            "party": party,
            "outcome": ("penalty", "penalty", "no_penalty", "not_proven")[choice % 4],
            "fine": fine if choice % 9 == 0 else None,
            "surcharge_told": bool(choice % 6),
            "reasons": "理由",
        },
        "hand_over_case": {
            "to": ("county_emb", "county_emb", "county_emb", "paper_office")[choice % 4],
            "reasons": "超出权限",
        },
        "record_hand_over_answer": {"receipt": "R"} if choice % 3 else {"reasons": "材料不全"},
        "acknowledge_hand_over": {"receipt": "R"},
        "return_hand_over": {"reasons": "材料不全"},
        "serve_decision": {"party": party, **paper},
        "record_on_spot": {"party": party},
        "publish_decision": {"party": party, "where": "网站"},
        "record_payment": {
            "party": party, "amount": max(1, sum_owed if choice % 3 else sum_owed // 2), "receipt": "R"
        },
        "impose_surcharge": {"party": party},
        "waive_surcharge": {"party": party, "reasons": "困难"},
        "close_case": {"ground": "已履行"},
    }.get(name)  # fmt: skip
