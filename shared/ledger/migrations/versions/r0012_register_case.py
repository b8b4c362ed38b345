"""The register says whether a penalty case about a hazard runs; rows made before say so once they are rebuilt."""

import sqlalchemy as sa
from alembic import op

revision = "r0012"
down_revision = "r0011"


def upgrade() -> None:
    op.add_column("hazard_register", sa.Column("penalty_case", sa.Text))
