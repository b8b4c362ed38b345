"""Read models: open hazards by what makes them alike, and the pairs proposed as the same. Both can be rebuilt."""

import sqlalchemy as sa
from alembic import op

from shared.ledger.migrations.scripts import run_script

revision = "r0009"
down_revision = "r0008"


def upgrade() -> None:
    op.create_table(
        "hazard_likeness",
        sa.Column("ledger", sa.Text, primary_key=True),
        sa.Column("generation", sa.Integer, primary_key=True),
        sa.Column("hazard", sa.Text, primary_key=True),
        sa.Column("opened", sa.BigInteger, nullable=False),
        sa.Column("enterprise", sa.Text),
        sa.Column("community", sa.Text, nullable=False),
        sa.Column("place_key", sa.Text, nullable=False),
        sa.Column("known_at", sa.BigInteger, nullable=False),
        sa.Column("traits", sa.Text, nullable=False),
    )
    where = ["ledger", "generation"]
    op.create_index("hazard_likeness_enterprise", "hazard_likeness", [*where, "enterprise", "known_at"])
    op.create_index(
        "hazard_likeness_place", "hazard_likeness", [*where, "community", "place_key", "known_at"]
    )
    op.create_table(
        "duplicate_proposal",
        sa.Column("ledger", sa.Text, primary_key=True),
        sa.Column("generation", sa.Integer, primary_key=True),
        sa.Column("duplicate", sa.Text, primary_key=True),
        sa.Column("survivor", sa.Text, primary_key=True),
        sa.Column("opened", sa.BigInteger, nullable=False),
        sa.Column("other_opened", sa.BigInteger, nullable=False),
        sa.Column("grounds", sa.Text, nullable=False),
    )
    op.create_index("duplicate_proposal_survivor", "duplicate_proposal", [*where, "survivor"])
    op.create_index("duplicate_proposal_opened", "duplicate_proposal", [*where, "opened", "other_opened"])
    run_script("r0009_duplicates")
