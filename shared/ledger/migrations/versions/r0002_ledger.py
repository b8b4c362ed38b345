"""Facts, the commands that brought them, and who may read and write them."""

import sqlalchemy as sa
from alembic import op

from shared.ledger.migrations.scripts import Json, Texts, run_script

revision = "r0002"
down_revision = "r0001"


def upgrade() -> None:
    op.create_table(
        "fact",
        sa.Column("ledger", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("ledger", "stream", "version", name="fact_stream_version"),
        sa.CheckConstraint("position > 0 and version > 0", name="fact_numbers"),
        # The leaf has two bytes for the length of a name; keys of sealed data are named ledger/subject.
        sa.CheckConstraint("length(ledger) between 1 and 200 and length(stream) <= 500", name="fact_lengths"),
        sa.CheckConstraint("replace(ledger, '/', '') = ledger", name="fact_ledger"),
        sa.CheckConstraint(
            "kind <> '' and substr(stream, 1, length(kind) + 1) = kind || '/'", name="fact_kind"
        ),
    )
    op.create_table(
        "command",
        sa.Column("ledger", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("body_hash", sa.LargeBinary, nullable=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("versions", Json, nullable=False),
    )
    op.create_table(
        "ledger_grant",
        sa.Column("role", sa.Text, primary_key=True),
        sa.Column("ledger", sa.Text, primary_key=True),
        sa.Column("kinds", Texts, nullable=False),
    )
    run_script("r0002_ledger")
