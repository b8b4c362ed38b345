"""Bearer tokens of people and channels, by their digest."""

import sqlalchemy as sa
from alembic import op

from shared.ledger.migrations.scripts import run_script

revision = "r0004"
down_revision = "r0003"


def upgrade() -> None:
    op.create_table(
        "token",
        sa.Column("digest", sa.Text, sa.CheckConstraint("length(digest) = 64"), primary_key=True),
        sa.Column("ledger", sa.Text, nullable=False),
        sa.Column("principal", sa.Text, sa.CheckConstraint("principal <> ''"), nullable=False),
        sa.Column("kind", sa.Text, sa.CheckConstraint("kind in ('person', 'channel')"), nullable=False),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
    )
    op.create_index("token_principal", "token", ["ledger", "kind", "principal"])
    run_script("r0004_access")
