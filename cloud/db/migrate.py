"""Bringing a database up to this version with alembic; the steps lie in `cloud/db/migrations/versions`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from vizora.errors import OperatorError

MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """All steps or none. Raises OperatorError when a newer version of the product wrote this database."""
    known = {revision.revision for revision in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    if inspect(connection).has_table("alembic_version"):
        at = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if at is not None and at not in known:
            raise OperatorError(f"the database is at step {at!r}, which this version does not know: use a newer Vizora")
    connection.rollback()
    command.upgrade(alembic_config(connection), "head")
