"""Streams are found by the beginning of their names, whatever the collation of the database."""

import sqlalchemy as sa
from alembic import op

revision = "r0010"
down_revision = "r0009"


def upgrade() -> None:
    # SQLite compares bytes, so its index of streams and versions serves.
    if op.get_bind().dialect.name == "postgresql":
        beginning = sa.text('stream collate "C"')
        op.create_index("fact_stream_name", "fact", ["ledger", beginning], postgresql_where="version = 1")
