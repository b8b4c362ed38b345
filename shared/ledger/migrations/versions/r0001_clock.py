"""The installation and its clock, and the roles of the services."""

import sqlalchemy as sa
from alembic import op

from shared.ledger.migrations.scripts import run_script

revision = "r0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("one", sa.Integer, sa.CheckConstraint("one = 1"), primary_key=True, server_default="1"),
        sa.Column("kind", sa.Text, sa.CheckConstraint("kind in ('real', 'demonstration')"), nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
    )
    clock = op.create_table(
        "clock",
        sa.Column("one", sa.Integer, sa.CheckConstraint("one = 1"), primary_key=True, server_default="1"),
        sa.Column(
            "mode", sa.Text, sa.CheckConstraint("mode in ('real', 'frozen', 'scaled')"), nullable=False
        ),
        sa.Column("base", sa.BigInteger, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("rate_ppm", sa.BigInteger, sa.CheckConstraint("rate_ppm > 0"), nullable=False),
    )
    op.bulk_insert(clock, [{"mode": "real", "base": 0, "since": 0, "rate_ppm": 1_000_000}])
    run_script("r0001_clock")
