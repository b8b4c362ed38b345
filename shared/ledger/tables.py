"""The ledger's tables as queries name them; their definitions are the migrations."""

from sqlalchemy import ARRAY, JSON, BigInteger, Integer, LargeBinary, Text, column, table
from sqlalchemy.dialects.postgresql import JSONB

FACT = table(
    "fact",
    column("ledger", Text),
    column("position", BigInteger),
    column("stream", Text),
    column("kind", Text),
    column("version", Integer),
    column("type", Text),
    column("recorded_at", BigInteger),
    column("body", LargeBinary),
    column("leaf", LargeBinary),
)

COMMAND = table(
    "command",
    column("ledger", Text),
    column("id", Text),
    column("body_hash", LargeBinary),
    column("first", BigInteger),
    column("last", BigInteger),
    column("versions", JSON().with_variant(JSONB(), "postgresql")),
)

LEDGER_GRANT = table(
    "ledger_grant",
    column("role", Text),
    column("ledger", Text),
    column("kinds", ARRAY(Text).with_variant(JSON(), "sqlite")),
)

CLOCK = table(
    "clock",
    column("mode", Text),
    column("base", BigInteger),
    column("since", BigInteger),
    column("rate_ppm", BigInteger),
)

INSTALLATION = table("installation", column("kind", Text), column("created", BigInteger))

SEALED = table(
    "sealed",
    column("ledger", Text),
    column("subject", Text),
    column("name", Text),
    column("commitment", Text),
    column("content", LargeBinary),
    column("sealed_at", BigInteger),
)

SEALED_READ = table(
    "sealed_read",
    column("ledger", Text),
    column("subject", Text),
    column("name", Text),
    column("reader", Text),
    column("reason", Text),
    column("read_at", BigInteger),
)
