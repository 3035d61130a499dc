"""Plays by the quarter, in the rows of their hours: for places whose clocks are not whole hours off UTC."""

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"

QUARTERS = (0, 1, 2)
COUNTED = {"plays": "1", "completed": "CASE WHEN completed THEN 1 ELSE 0 END", "duration_ms": "duration_ms"}
NAMES = {f"{name}_{quarter}": (quarter, value) for quarter in QUARTERS for name, value in COUNTED.items()}
HOUR = {
    "sqlite": "substr(started_at, 1, 13) || ':00:00.000000'",
    "postgresql": "date_trunc('hour', started_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'",
}
MINUTE = {"sqlite": "CAST(substr(started_at, 15, 2) AS INTEGER)", "postgresql": "extract(minute FROM started_at)"}
KEY = ("organization_id", "hour", "device_id", "content_id", "playlist_id", "schedule_id")


def upgrade() -> None:
    for name in NAMES:
        op.add_column("play_hours", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    _count_what_is_there()


def _count_what_is_there() -> None:
    dialect = op.get_bind().dialect.name
    minute = MINUTE[dialect]
    sums = ", ".join(
        f"sum(CASE WHEN {minute} BETWEEN {15 * quarter} AND {15 * quarter + 14} THEN {value} ELSE 0 END) AS {name}"
        for name, (quarter, value) in NAMES.items()
    )
    plain = "organization_id, device_id, content_id, playlist_id"
    op.execute(
        f"UPDATE play_hours SET {', '.join(f'{name} = counted.{name}' for name in NAMES)} FROM ("  # noqa: S608
        f" SELECT {plain}, {HOUR[dialect]} AS hour, coalesce(schedule_id, '') AS schedule_id, {sums}"
        f" FROM plays GROUP BY {plain}, {HOUR[dialect]}, coalesce(schedule_id, '')"
        f") AS counted WHERE {' AND '.join(f'play_hours.{name} = counted.{name}' for name in KEY)}"
    )


def downgrade() -> None:
    for name in NAMES:
        op.drop_column("play_hours", name)
