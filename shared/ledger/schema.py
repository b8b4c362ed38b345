"""Bring a database to the current shape of its tables."""

from pathlib import Path
from threading import Lock

from sqlalchemy import Engine, text

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_100_002  # any number that the ledger's own locks do not use
_ONE = Lock()
"""Alembic's context is one for the whole process."""


def migrate(engine: Engine) -> None:
    """Apply every missing revision in one transaction, after any other process that is doing so."""
    # Here and not above: every process would pay for loading it, and only who makes or opens tables needs it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with _ONE, engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
