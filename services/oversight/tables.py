"""Oversight's own tables as queries name them; their definitions are the migrations."""

from sqlalchemy import BigInteger, Boolean, Integer, Text, column, table

HAZARD_REGISTER = table(
    "hazard_register",
    column("ledger", Text),
    column("generation", Integer),
    column("hazard", Text),
    column("opened", BigInteger),
    column("enterprise", Text),
    column("community", Text),
    column("defect", Text),
    column("place", Text),
    column("grade", Text),
    column("legal_item", Text),
    column("stage", Text),
    column("under_order", Text),
    column("item", Integer),
    column("violation", Boolean),
    column("penalty_case", Text),
    column("reported_at", BigInteger),
    column("closed_at", BigInteger),
    column("version", Integer),
    column("position", BigInteger),
)

THING_LINK = table(
    "thing_link",
    column("ledger", Text),
    column("generation", Integer),
    column("stream", Text),
    column("other", Text),
    column("position", BigInteger),
)

FIGURE_FACT = table(
    "figure_fact",
    column("ledger", Text),
    column("generation", Integer),
    column("figure", Text),
    column("day", Text),
    column("position", BigInteger),
    column("subject", Text),
    column("amount", BigInteger),
    column("stream", Text),
)

CAMPAIGN = table(
    "campaign",
    column("ledger", Text),
    column("generation", Integer),
    column("campaign", Text),
    column("name", Text),
    column("first", Text),
    column("last", Text),
)

LIKENESS = table(
    "hazard_likeness",
    column("ledger", Text),
    column("generation", Integer),
    column("hazard", Text),
    column("opened", BigInteger),
    column("enterprise", Text),
    column("community", Text),
    column("place_key", Text),
    column("known_at", BigInteger),
    column("traits", Text),
)

PROPOSAL = table(
    "duplicate_proposal",
    column("ledger", Text),
    column("generation", Integer),
    column("duplicate", Text),
    column("survivor", Text),
    column("opened", BigInteger),
    column("other_opened", BigInteger),
    column("grounds", Text),
)

THING_NAME = table(
    "thing_name",
    column("ledger", Text),
    column("generation", Integer),
    column("kind", Text),
    column("thing", Text),
    column("name", Text),
    column("position", BigInteger),
)
