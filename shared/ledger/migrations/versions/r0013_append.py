"""The same append with fewer statements: what the database does for one fact costs about half."""

from shared.ledger.migrations.scripts import run_script

revision = "r0013"
down_revision = "r0012"


def upgrade() -> None:
    run_script("r0013_append")
