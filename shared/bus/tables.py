"""The bus's tables as queries name them; their definitions are the migrations. Positions are the ledger's."""

from sqlalchemy import BigInteger, Integer, Text, column, table

CURSOR = table(
    "cursor",
    column("consumer", Text),
    column("ledger", Text),
    column("position", BigInteger),
)

PARKED = table(
    "parked",
    column("consumer", Text),
    column("ledger", Text),
    column("stream", Text),
    column("position", BigInteger),
    column("reason", Text),
    column("since", BigInteger),
)

READ_MODEL = table(
    "read_model",
    column("ledger", Text),
    column("name", Text),
    column("generation", Integer),
    column("building", Integer),
)
