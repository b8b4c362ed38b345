"""What the township reported of its campaign, and what that leaves to be filled in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Figures:
    """A campaign from its first to its last day, both included. Fines in fen, one for each enterprise penalised.

    Reported: visits, orders, hazards, rectified, the fines and their total, cases under way. Not reported, so chosen:
    how many hazards were corrected on the spot, how many orders still run, and how many violations were waived.
    """

    first: date
    last: date
    visits: int
    orders: int
    hazards: int
    rectified: int
    fines: tuple[int, ...]
    under_way: int
    on_spot: int
    running_orders: int
    waived: int

    @property
    def open(self) -> int:
        """Hazards still under an order on the last day."""
        return self.hazards - self.rectified


# A town's own words (检查企业521家次,下达责令限期整改指令书287份,查出问题隐患2982条,已整改2695条;已处罚企业3家,累计罚款
# 2.7万元,另有2家立案处罚正在走程序中). That as many hazards are open as orders were issued is a coincidence.
REPORTED = Figures(
    first=date(2026, 3, 2),
    last=date(2026, 5, 29),
    visits=521,
    orders=287,
    hazards=2982,
    rectified=2695,
    fines=(300_000, 1_000_000, 1_400_000),
    under_way=2,
    on_spot=700,
    running_orders=36,
    waived=9,
)
