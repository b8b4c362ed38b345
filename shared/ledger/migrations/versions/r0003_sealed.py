"""Personal data sealed outside the facts, and the log of who was shown it."""

import sqlalchemy as sa
from alembic import op

from shared.ledger.migrations.scripts import run_script

revision = "r0003"
down_revision = "r0002"


def upgrade() -> None:
    op.create_table(
        "sealed",
        sa.Column("ledger", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("commitment", sa.Text, nullable=False),
        # Null: the content lies in the file named by the commitment.
        sa.Column("content", sa.LargeBinary),
        sa.Column("sealed_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "sealed_read",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity(), primary_key=True),
        sa.Column("ledger", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("reader", sa.Text, sa.CheckConstraint("reader <> ''"), nullable=False),
        sa.Column("reason", sa.Text, sa.CheckConstraint("reason <> ''"), nullable=False),
        sa.Column("read_at", sa.BigInteger, nullable=False),
    )
    run_script("r0003_sealed")
