"""Which rows of the read models belong to which stream, for those who compare them with the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import TableClause
from sqlalchemy.sql import ColumnElement

from services.oversight import figure_rows
from services.oversight.duplicates import DUPLICATES
from services.oversight.names import NAMES
from services.oversight.tables import (
    CAMPAIGN,
    FIGURE_FACT,
    HAZARD_REGISTER,
    LIKENESS,
    THING_LINK,
    THING_NAME,
)
from services.oversight.views import LINKS, REGISTER
from shared.runtime.armed import OBLIGATIONS, OPEN_OBLIGATION
from shared.vocabulary.identities import kind_of, thing_of


@dataclass(frozen=True, slots=True)
class Rows:
    """A table of a read model, the column that names the thing, and the kind of stream if it is of one only."""

    table: TableClause
    names: ColumnElement[str]
    kind: str | None = None

    def name(self, stream: str) -> str | None:
        """How the rows name a stream: by its id alone in a table of one kind; None when they are not of it."""
        if self.kind is None:
            return stream
        return thing_of(stream) if kind_of(stream) == self.kind else None


ROWS: Mapping[str, tuple[Rows, ...]] = {
    REGISTER: (Rows(HAZARD_REGISTER, HAZARD_REGISTER.c.hazard, "hazard"),),
    OBLIGATIONS: (Rows(OPEN_OBLIGATION, OPEN_OBLIGATION.c.stream),),
    LINKS: (Rows(THING_LINK, THING_LINK.c.stream),),
    figure_rows.NAME: (
        Rows(FIGURE_FACT, FIGURE_FACT.c.stream),
        Rows(CAMPAIGN, CAMPAIGN.c.campaign, "campaign"),
    ),
    # Proposals follow from two hazards at once, so no one stream says what they should be.
    DUPLICATES: (Rows(LIKENESS, LIKENESS.c.hazard, "hazard"),),
    NAMES: (Rows(THING_NAME, THING_NAME.c.kind + "/" + THING_NAME.c.thing),),
}
"""Every read model by its name."""
