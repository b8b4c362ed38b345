"""Nonces of signed requests, each of which is good once, until they are too old to be used anyway."""

import sqlalchemy as sa
from alembic import op

from shared.ledger.migrations.scripts import run_script

revision = "r0014"
down_revision = "r0013"


def upgrade() -> None:
    op.create_table(
        "signature_nonce",
        sa.Column("digest", sa.Text, sa.CheckConstraint("length(digest) = 64"), primary_key=True),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.create_index("signature_nonce_until", "signature_nonce", ["until"])
    run_script("r0014_signatures")
