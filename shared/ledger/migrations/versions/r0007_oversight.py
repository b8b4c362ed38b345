"""Read models: the register of hazards, what is owed, and which things hang together. All can be rebuilt."""

import sqlalchemy as sa
from alembic import op

from shared.ledger.migrations.scripts import run_script

revision = "r0007"
down_revision = "r0006"


def upgrade() -> None:
    op.create_table(
        "hazard_register",
        sa.Column("ledger", sa.Text, primary_key=True),
        sa.Column("generation", sa.Integer, primary_key=True),
        sa.Column("hazard", sa.Text, primary_key=True),
        sa.Column("opened", sa.BigInteger, nullable=False),
        sa.Column("enterprise", sa.Text),
        sa.Column("community", sa.Text, nullable=False),
        sa.Column("defect", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("grade", sa.Text),
        sa.Column("legal_item", sa.Text),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("under_order", sa.Text),
        sa.Column("item", sa.Integer),
        sa.Column("violation", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("reported_at", sa.BigInteger, nullable=False),
        sa.Column("closed_at", sa.BigInteger),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
    op.create_index("hazard_register_opened", "hazard_register", ["ledger", "generation", "opened"])
    op.create_table(
        "open_obligation",
        sa.Column("ledger", sa.Text, primary_key=True),
        sa.Column("generation", sa.Integer, primary_key=True),
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("obligation", sa.Text, primary_key=True),
        sa.Column(
            "state", sa.Text, sa.CheckConstraint("state in ('open', 'withdrawal_owed')"), nullable=False
        ),
        sa.Column("row", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("bearer", sa.Text, nullable=False),
        sa.Column("answerable", sa.Text, nullable=False),
        sa.Column("hazard", sa.Text),
        sa.Column("enterprise", sa.Text),
        sa.Column("community", sa.Text),
        sa.Column("start", sa.Text, nullable=False),
        sa.Column("legal", sa.Text, nullable=False),
        sa.Column("legal_due", sa.BigInteger, nullable=False),
        sa.Column("internal", sa.Text, nullable=False),
        sa.Column("internal_due", sa.BigInteger, nullable=False),
        sa.Column("provisional", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("lapsed", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("derivation", sa.Text, nullable=False),
        sa.Column("derivation_en", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
    op.create_index("open_obligation_due", "open_obligation", ["ledger", "generation", "legal_due"])
    op.create_index("open_obligation_internal", "open_obligation", ["ledger", "generation", "internal_due"])
    op.create_index("open_obligation_hazard", "open_obligation", ["ledger", "generation", "hazard"])
    op.create_table(
        "thing_link",
        sa.Column("ledger", sa.Text, primary_key=True),
        sa.Column("generation", sa.Integer, primary_key=True),
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("other", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
    op.create_index("thing_link_other", "thing_link", ["ledger", "generation", "other"])
    run_script("r0007_oversight")
