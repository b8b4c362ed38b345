"""Read model of the report's figures: one row for each fact and figure that it counts for, and the campaigns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, text

from services.oversight.figures import entries
from services.oversight.tables import CAMPAIGN, FIGURE_FACT
from shared.bus.histories import Histories
from shared.bus.projection import write
from shared.vocabulary.fact import Recorded
from shared.vocabulary.registry_facts import CampaignRegistered

NAME = "figures"

_COUNT = text(
    "insert into figure_fact (ledger, generation, figure, day, position, subject, amount, stream)"
    " values (:ledger, :generation, :figure, :day, :position, :subject, :amount, :stream) on conflict do nothing"
)
_CAMPAIGN = text(
    "insert into campaign (ledger, generation, campaign, name, first, last)"
    " values (:ledger, :generation, :campaign, :name, :first, :last)"
    " on conflict (ledger, generation, campaign)"
    " do update set name = excluded.name, first = excluded.first, last = excluded.last"
)


class FigureFacts:
    """Which facts stand behind which figure."""

    name = NAME
    kinds = frozenset({"visit", "hazard", "order", "source", "case", "campaign"})

    def __init__(self, histories: Histories) -> None:
        self._histories = histories

    def derive(self, tx: Connection, streams: Sequence[Sequence[Recorded]], generation: int) -> None:
        """Enter what the facts count for."""
        campaigns: list[dict[str, Any]] = []
        counted: list[dict[str, Any]] = []
        for records in streams:
            last = records[-1]
            mine = {"ledger": last.ledger, "generation": generation}
            if isinstance(fact := last.fact, CampaignRegistered):
                own = {"campaign": fact.campaign, "name": fact.name, "first": fact.first.isoformat()}
                campaigns.append({**mine, **own, "last": fact.last and fact.last.isoformat()})
                continue
            counted += [
                {
                    **mine, "figure": one.figure, "day": one.day.isoformat(), "position": one.position,
                    "subject": one.subject, "amount": one.amount, "stream": last.stream,
                }
                for one in entries(self._histories.upto(records), records[0].version - 1)
            ]  # fmt: skip
        write(tx, _CAMPAIGN, campaigns)
        write(tx, _COUNT, counted)

    def clear(self, tx: Connection, ledger: str, generation: int) -> None:
        """Remove a generation."""
        for rows in (FIGURE_FACT, CAMPAIGN):
            tx.execute(delete(rows).where(rows.c.ledger == ledger, rows.c.generation == generation))
