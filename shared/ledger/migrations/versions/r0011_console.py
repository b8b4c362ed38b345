"""What the console needs: what things are called, who is signed in, and the register's order within each filter."""

import sqlalchemy as sa
from alembic import op

from shared.ledger.migrations.scripts import run_script

revision = "r0011"
down_revision = "r0010"


def upgrade() -> None:
    op.create_table(
        "thing_name",
        sa.Column("ledger", sa.Text, primary_key=True),
        sa.Column("generation", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("thing", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "console_session",
        sa.Column("digest", sa.Text, sa.CheckConstraint("length(digest) = 64"), primary_key=True),
        sa.Column("token", sa.Text, sa.CheckConstraint("length(token) = 64"), nullable=False),
        sa.Column("began", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
    )
    op.create_index("console_session_began", "console_session", ["began"])
    for column in ("community", "enterprise", "stage", "grade"):
        columns = ["ledger", "generation", column, "opened"]
        op.create_index(f"hazard_register_{column}", "hazard_register", columns)
    op.create_index("hazard_register_reported", "hazard_register", ["ledger", "generation", "reported_at"])
    # What still stands open is a small part of a register that is years old, and what people look at first.
    standing = sa.text("stage not in ('closed', 'merged', 'unfounded')")
    op.create_index(
        "hazard_register_standing", "hazard_register", ["ledger", "generation", "opened"],
        sqlite_where=standing, postgresql_where=standing,
    )  # fmt: skip
    # With the due in it, the nearest due of each hazard on a page is read from the index alone.
    op.drop_index("open_obligation_hazard", "open_obligation")
    op.create_index(
        "open_obligation_hazard", "open_obligation", ["ledger", "generation", "hazard", "legal_due"]
    )
    # What is late or due is counted by the rows of the rulebook, and looked for by those of a role.
    columns = ["ledger", "generation", "row", "legal_due", "internal_due", "state"]
    op.create_index("open_obligation_row", "open_obligation", columns)
    run_script("r0011_console")
