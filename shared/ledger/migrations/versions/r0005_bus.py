"""How far each consumer is, the streams that wait for one, and messages still to be sent."""

import sqlalchemy as sa
from alembic import op

from shared.ledger.migrations.scripts import run_script

revision = "r0005"
down_revision = "r0004"


def upgrade() -> None:
    op.create_table(
        "cursor",
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("ledger", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "parked",
        sa.Column("consumer", sa.Text, primary_key=True),
        sa.Column("ledger", sa.Text, primary_key=True),
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "read_model",
        sa.Column("ledger", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column(
            "building", sa.Integer, sa.CheckConstraint("building > generation", name="read_model_building")
        ),
    )
    op.create_table(
        "delivery",
        sa.Column("ledger", sa.Text, primary_key=True),
        sa.Column("message", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        # Real time, not the installation's: a frozen clock must not keep a failed channel from a second try.
        sa.Column("next_try", sa.BigInteger, nullable=False),
        sa.Column("failure", sa.Text),
    )
    op.create_index("delivery_next", "delivery", ["ledger", "next_try"])
    run_script("r0005_bus")
