"""Bringing a database up to this version with alembic; the steps lie in `cloud/db/migrations/versions`."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from vizora.errors import OperatorError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection) -> None:
    """All steps or none. Raises OperatorError when a newer version of the product wrote this database."""
    steps = known_steps()
    at = _step_of(connection)
    if at is not None and at not in steps:
        raise OperatorError(f"the database is at step {at!r}, which this version does not know: use a newer Vizora")
    if at == steps[-1]:
        return
    from alembic import command  # here: a third of a second that most starts don't need

    command.upgrade(alembic_config(connection), "head")


def known_steps() -> list[str]:
    """The revisions in their order: a step's file is called `<revision>_<what it does>.py`, numbered upwards."""
    return sorted(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def alembic_config(connection: Connection | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _step_of(connection: Connection) -> str | None:
    has_steps = inspect(connection).has_table("alembic_version")
    at = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if has_steps else None
    connection.rollback()
    return at
