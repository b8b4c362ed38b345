"""What a revision needs beside alembic's operations: column types for both databases, and scripts of SQL.

A revision is `versions/rNNNN_name.py`: tables by `op.create_table` with the types below, then `run_script`
for what only one dialect has (functions, policies, triggers), kept in `sql/rNNNN_name.<dialect>.sql`.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from alembic import op
from sqlalchemy import ARRAY, JSON, Text
from sqlalchemy.dialects.postgresql import JSONB

SCRIPTS = Path(__file__).parent / "sql"

Json = JSON().with_variant(JSONB(), "postgresql")
Texts = ARRAY(Text).with_variant(JSON(), "sqlite")


def run_script(revision: str) -> None:
    """Execute the revision's script for the database at hand, if it has one."""
    connection = op.get_bind()
    script = SCRIPTS / f"{revision}.{connection.dialect.name}.sql"
    if not script.exists():
        return
    sql = script.read_text(encoding="utf-8")
    # Without parameters psycopg takes a whole script at once; sqlite3 takes one statement at a time.
    for statement in [sql] if connection.dialect.name == "postgresql" else _statements(sql):
        connection.execution_options(no_parameters=True).exec_driver_sql(statement)


def _statements(sql: str) -> Iterator[str]:
    gathered = ""
    for line in sql.splitlines(keepends=True):
        gathered += line
        if sqlite3.complete_statement(gathered):
            yield gathered
            gathered = ""
