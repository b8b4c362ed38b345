"""Each visit against the registry, the catalogue, the caps and the order of days; nothing is read or written here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bihuan.loading.catalogue import Catalogue
from bihuan.loading.days import days_of
from bihuan.loading.identity import MAKE_VISIT, command_id
from bihuan.loading.problems import About, Problem, Words
from bihuan.loading.roster import Roster
from bihuan.loading.saying import at, unknown
from bihuan.loading.visit_row import ItemRow, VisitRow
from bihuan.loading.visits_file import Visit
from shared.runtime.law_files import Law
from shared.vocabulary.hazard_facts import Grade

TRANSFER_ITEM = "AQ69"


@dataclass(frozen=True, slots=True)
class Checker:
    """What visits are checked against; `now` is the last moment at which anything may have happened."""

    roster: Roster
    catalogue: Catalogue
    law: Law
    sha256: str
    now: datetime

    def check(self, visits: Sequence[Visit]) -> list[Problem]:
        """Everything wrong with these visits, in the order of the file."""
        problems: list[Problem] = []
        rows: dict[str, int] = {}
        for visit in visits:
            earlier = rows.setdefault(visit.row.visit, visit.document.row)
            if earlier != visit.document.row:
                problems.append(at(
                    visit, f"检查编号与第{earlier}行重复", f"the same visit as in {earlier}",
                    "请改用不同的编号", "give it a number of its own", "visit",
                ))  # fmt: skip
            for part in (self._place, self._people, self._items, self._days):
                problems += part(visit)
        return problems

    def _days(self, visit: Visit) -> Iterator[Problem]:
        return (replace(wrong, about=About.DAYS) for wrong in days_of(visit, self.roster, self.now))

    def _place(self, visit: Visit) -> Iterator[Problem]:
        row, roster = visit.row, self.roster
        enterprise = roster.enterprises.get(row.enterprise.id)
        if enterprise is None:
            yield unknown(visit, row.enterprise.id, "enterprise", "id")
        else:
            if enterprise.name != row.enterprise.name:
                yield at(
                    visit, f"与登记名称“{enterprise.name}”不一致", f"is registered as {enterprise.name}",
                    "请核对企业编号和名称", "check id and name", "enterprise", "name",
                )  # fmt: skip
            if enterprise.community != row.community:
                yield at(
                    visit, f"该企业登记在{enterprise.community}", f"the enterprise belongs to {enterprise.community}",
                    "请核对社区", "check the community", "community",
                )  # fmt: skip
        if row.community not in roster.communities:
            yield unknown(visit, row.community, "community")
        elif visit.document.names.get(("community",)) not in (None, roster.communities[row.community].name):
            yield at(
                visit, "社区名称与登记不一致", "another name is registered", "请核对", "check it", "community"
            )
        known = roster.visits.get((row.enterprise.id, row.at.timestamp()))
        if known not in (None, command_id(self.sha256, row.visit, MAKE_VISIT)):
            yield at(
                visit, "账本中已有该企业同一时间的检查", "the ledger already has a visit there at that moment",
                "请删除本次检查，或用原文件继续导入", "remove it, or go on with the file it came from", "visit",
            )  # fmt: skip

    def _people(self, visit: Visit) -> Iterator[Problem]:
        row = visit.row
        yield from self._officers(visit, row.officers, row.date, "officers")
        for n, officer in enumerate(row.officers):
            name, person = visit.document.names.get(("officers", n)), self.roster.people.get(officer)
            if name is not None and person is not None and person.name != name:
                yield at(
                    visit, f"{officer}登记姓名不是{name}", f"{officer} is not {name}", "请核对人员", "check the person",
                    "officers", n,
                )  # fmt: skip
        for i, item in enumerate(row.items):
            if item.monitor is not None and item.monitor not in self.roster.people:
                yield unknown(visit, item.monitor, "items", i, "monitor")
        for i, again in enumerate(row.reinspections or ()):
            path = ("reinspections", i, "officers")
            yield from self._officers(visit, again.officers, again.date, *path)
            if set(again.officers) == set(row.officers):
                yield at(
                    visit, "复查人员与检查人员完全相同", "the same two officers inspected",
                    "复查至少一人不同于检查人员", "one of them must be another", *path,
                )  # fmt: skip

    def _officers(self, visit: Visit, two: Sequence[str], on: date, *path: str | int) -> Iterator[Problem]:
        if two[0] == two[1]:
            yield at(
                visit, "两名执法人员是同一人", "both officers are one person", "请填写两名不同的执法人员",
                "give two officers", *path,
            )  # fmt: skip
        for n, officer in enumerate(dict.fromkeys(two)):
            person = self.roster.people.get(officer)
            if person is None:
                yield unknown(visit, officer, *path, n)
            elif "enforcement_officer" not in person.roles:
                yield at(
                    visit, f"{officer}不是执法人员", f"{officer} is no enforcement officer", "请核对人员",
                    "check the person", *path, n,
                )  # fmt: skip
            elif (paper := person.certificate) is None or not paper.valid_from <= on <= paper.valid_to:
                yield at(
                    visit, f"{officer}在{on}没有有效的执法证", f"{officer} has no certificate valid on {on}",
                    "请核对人员和日期，或先更新证件登记", "check person and day, or register the certificate", *path, n,
                )  # fmt: skip

    def _items(self, visit: Visit) -> Iterator[Problem]:
        numbers = [item.no for item in visit.row.items]
        if numbers != list(range(1, len(numbers) + 1)):
            yield at(
                visit,
                f"项号{numbers}不是自1连续",
                "items are not numbered 1, 2, 3 …",
                "请重新编号",
                "renumber them",
                "items",
            )
        for i, item in enumerate(visit.row.items):
            for words, key in (*self._cited(visit.row, item), *_measure(item), *self._term(visit.row, item)):
                yield Problem(visit.document.place("items", i, key), words)

    def _cited(self, row: VisitRow, item: ItemRow) -> Iterator[tuple[Words, str]]:
        catalogue = self.catalogue
        if item.catalogue is not None and item.catalogue not in catalogue.remedies:
            yield Words(f"目录中没有{item.catalogue}", f"{item.catalogue} is not in the catalogue",
                        "请核对目录代码", "check the code"), "catalogue"  # fmt: skip
        valid_from = catalogue.legal_items.get(item.legal_item)
        if valid_from is None:
            yield Words(f"没有法律条款{item.legal_item}", f"{item.legal_item} is not known",
                        "请填写目录中的条款代码", "give an item of the catalogue"), "legal_item"  # fmt: skip
        elif row.date < valid_from:
            yield Words(f"{item.legal_item}自{valid_from}起施行，检查时不得引用", f"not in force before {valid_from}",
                        "请引用检查当日有效的条款", "cite what was in force"), "legal_item"  # fmt: skip
        if item.measure != "transfer":
            return
        target = catalogue.targets.get(item.transfer_to or "")
        if target is None or target.office not in self.roster.offices:
            yield Words("移送须填写已登记的受移送部门", "a transfer names a registered agency",
                        f"请填写{'、'.join(catalogue.targets)}之一", "name one of the catalogue"), "transfer_to"  # fmt: skip

    def _term(self, row: VisitRow, item: ItemRow) -> Iterator[tuple[Words, str]]:
        if item.measure != "order" or (item.term_days is None) == (item.deadline is None):
            return
        cap = self.law.rulebook.row("T07").at(row.date).at_most
        days = item.term_days if item.deadline is None else (item.deadline - row.date).days
        if days is not None and cap is not None and not 1 <= days <= cap.n:
            yield Words(f"整改期限{days}天，应在1至{cap.n}天之间", f"a term of {days} days; 1 to {cap.n} are allowed",
                        "请调整期限", "change the term"), "term_days" if item.term_days else "deadline"  # fmt: skip


def _measure(item: ItemRow) -> Iterator[tuple[Words, str]]:
    """What each measure needs, and what only others may have."""
    if item.grade is Grade.MAJOR:
        if item.criterion is None:
            yield (
                Words(
                    "重大隐患没有判定标准", "a major hazard cites its criterion", "请填写标准条文", "cite it"
                ),
                "criterion",
            )
        if item.measure != "order":
            yield Words("重大隐患须登记后上报，不能当场纠正或移送", "a major hazard is reported up",
                        "请填写限期整改", "enter it as an order item"), "measure"  # fmt: skip
    if item.measure == "order" and (item.term_days is None) == (item.deadline is None):
        yield Words("整改天数和截止日期须填且只填一项", "give days or a deadline, one of them",
                    "请只填一项", "give exactly one"), "term_days"  # fmt: skip
    if item.measure != "order":
        for key in ("term_days", "deadline"):
            if getattr(item, key) is not None:
                yield Words("只有限期整改才有期限", "only an order has a term", "请清空", "clear it"), key
    if item.measure == "on_spot":
        for key in ("photo", "photo_after"):
            if getattr(item, key) is None:
                yield Words("当场纠正须有整改前后照片", "needs a photo before and one after",
                            "请补照片", "add the photo"), key  # fmt: skip
    elif item.photo_after is not None:
        yield (
            Words("只有当场纠正才有整改后照片", "only for correction on the spot", "请清空", "clear it"),
            "photo_after",
        )
    if item.measure == "transfer" and item.legal_item != TRANSFER_ITEM:
        yield (
            Words(f"移送应引用{TRANSFER_ITEM}", f"a transfer cites {TRANSFER_ITEM}", "请改正", "correct it"),
            "legal_item",
        )
    if item.measure != "transfer" and item.transfer_to is not None:
        yield Words("不是移送，不应填写移送部门", "is not transferred", "请清空", "clear it"), "transfer_to"
