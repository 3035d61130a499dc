"""Plays by the hour, plays on their way to ClickHouse, and when screens were online."""

import sqlalchemy as sa
from alembic import op

from cloud.db import types

revision = "0030"
down_revision = "0020"
branch_labels = None
depends_on = None

HOUR = {
    "sqlite": "substr(started_at, 1, 13) || ':00:00.000000'",
    "postgresql": "date_trunc('hour', started_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'",
}


def _organization() -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    return (
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], ondelete="CASCADE"),
    )


def upgrade() -> None:
    op.create_index("ix_plays_organization", "plays", ["organization_id", "started_at"])
    op.add_column("devices", sa.Column("online_since", types.Instant(timezone=True), nullable=True))
    op.create_table(
        "play_hours",
        *_organization(),
        sa.Column("hour", types.Instant(timezone=True), nullable=False),
        *(
            sa.Column(name, types.Id(length=36), nullable=False)
            for name in ("device_id", "content_id", "playlist_id", "schedule_id")
        ),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("plays", "completed", "duration_ms")),
        sa.Column("last_at", types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "hour", "device_id", "content_id", "playlist_id", "schedule_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_play_hours_schedule", "play_hours", ["organization_id", "schedule_id"])
    op.create_table(
        "plays_outbox",
        *_organization(),
        sa.Column("device_id", types.Id(length=36), nullable=False),
        sa.Column("boot_id", sa.String(length=64), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device_id", "boot_id", "n"),
    )
    op.create_table(
        "online_stretches",
        *_organization(),
        sa.Column("device_id", types.Id(length=36), nullable=False),
        sa.Column("started_at", types.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("device_id", "started_at"),
    )
    op.create_index("ix_online_stretches_organization", "online_stretches", ["organization_id", "ended_at"])
    _count_what_is_there()


def _count_what_is_there() -> None:
    hour = HOUR[op.get_bind().dialect.name]
    key = f"organization_id, {hour}, device_id, content_id, playlist_id, coalesce(schedule_id, '')"
    op.execute(
        "INSERT INTO play_hours (organization_id, hour, device_id, content_id, playlist_id, schedule_id, plays,"  # noqa: S608
        " completed, duration_ms, last_at)"
        f" SELECT {key}, count(*), sum(CASE WHEN completed THEN 1 ELSE 0 END), sum(duration_ms), max(started_at)"
        f" FROM plays GROUP BY {key}"
    )


def downgrade() -> None:
    for table in ("online_stretches", "plays_outbox", "play_hours"):
        op.drop_table(table)
    op.drop_column("devices", "online_since")
    op.drop_index("ix_plays_organization", "plays")
