"""Which things have an armed watch: what its last look saw, and since when looks fail."""

import sqlalchemy as sa
from alembic import op

from shared.ledger.migrations.scripts import run_script

revision = "r0006"
down_revision = "r0005"


def upgrade() -> None:
    op.create_table(
        "armed",
        sa.Column("ledger", sa.Text, primary_key=True),
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("run", sa.Text, nullable=False),
        sa.Column("seen_version", sa.Integer, nullable=False),
        sa.Column("due", sa.BigInteger),
        sa.Column("looked_at", sa.BigInteger, nullable=False),
        sa.Column("failing_since", sa.BigInteger),
        sa.Column("failure", sa.Text),
    )
    op.create_index("armed_failing", "armed", ["ledger", "failing_since"])
    op.create_index("armed_due", "armed", ["ledger", "due"])
    run_script("r0006_watching")
