"""Read model of the reports' figures: which fact counts for which figure, on which day, with what amount."""

import sqlalchemy as sa
from alembic import op

from shared.ledger.migrations.scripts import run_script

revision = "r0008"
down_revision = "r0007"


def upgrade() -> None:
    op.create_table(
        "figure_fact",
        sa.Column("ledger", sa.Text, primary_key=True),
        sa.Column("generation", sa.Integer, primary_key=True),
        sa.Column("figure", sa.Text, primary_key=True),
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("stream", sa.Text, nullable=False),
    )
    op.create_table(
        "campaign",
        sa.Column("ledger", sa.Text, primary_key=True),
        sa.Column("generation", sa.Integer, primary_key=True),
        sa.Column("campaign", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("first", sa.Text, nullable=False),
        sa.Column("last", sa.Text),
    )
    run_script("r0008_figures")
