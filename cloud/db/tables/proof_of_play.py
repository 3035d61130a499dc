"""Proof of play, and when screens were in touch."""

from sqlalchemy import BigInteger, Boolean, Column, Index, PrimaryKeyConstraint, String, Table

from cloud.db.tables.columns import metadata, of, of_organization
from cloud.db.types import Id, Instant

plays = Table(
    "plays",
    metadata,
    of_organization(),
    Column("device_id", Id, nullable=False),
    Column("boot_id", String(64), nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("item_id", Id, nullable=False),
    Column("content_id", Id, nullable=False),
    Column("playlist_id", Id, nullable=False),
    Column("schedule_id", Id),
    Column("started_at", Instant, nullable=False),
    Column("duration_ms", BigInteger, nullable=False),
    Column("completed", Boolean, nullable=False),
    Column("clock", String(20), nullable=False),
    Column("received_at", Instant, nullable=False),
    PrimaryKeyConstraint("device_id", "boot_id", "n"),
    Index("ix_plays_content", "organization_id", "content_id", "started_at"),
    Index("ix_plays_schedule", "organization_id", "schedule_id", "started_at"),
    Index("ix_plays_organization", "organization_id", "started_at"),
)

# Plays counted by the hour of UTC they began in; kept with each new play (cloud.analytics.recording).
play_hours = Table(
    "play_hours",
    metadata,
    of_organization(),
    Column("hour", Instant, nullable=False),
    Column("device_id", Id, nullable=False),
    Column("content_id", Id, nullable=False),
    Column("playlist_id", Id, nullable=False),
    Column("schedule_id", Id, nullable=False),  # empty when the play belongs to none: a key has no NULL
    Column("plays", BigInteger, nullable=False),
    Column("completed", BigInteger, nullable=False),
    Column("duration_ms", BigInteger, nullable=False),
    Column("last_at", Instant, nullable=False),
    # Of these, how many in the first three quarters of the hour; the rest is the fourth.
    *(
        Column(f"{name}_{quarter}", BigInteger, nullable=False, server_default="0")
        for quarter in range(3)
        for name in ("plays", "completed", "duration_ms")
    ),
    PrimaryKeyConstraint("organization_id", "hour", "device_id", "content_id", "playlist_id", "schedule_id"),
    Index("ix_play_hours_schedule", "organization_id", "schedule_id"),
    sqlite_with_rowid=False,
)

# Plays that ClickHouse has not confirmed yet; empty without CLICKHOUSE_URL.
plays_outbox = Table(
    "plays_outbox",
    metadata,
    of_organization(),
    Column("device_id", Id, nullable=False),
    Column("boot_id", String(64), nullable=False),
    Column("n", BigInteger, nullable=False),
    PrimaryKeyConstraint("device_id", "boot_id", "n"),
)

# When a screen was in touch without a break; the stretch that may go on is devices.online_since to last_seen_at.
online_stretches = Table(
    "online_stretches",
    metadata,
    of_organization(),
    of("device_id", "devices"),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=False),
    PrimaryKeyConstraint("device_id", "started_at"),
    Index("ix_online_stretches_organization", "organization_id", "ended_at"),
)
