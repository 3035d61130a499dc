"""Screens: how they are added, spoken to, updated, and what they log."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from cloud.db.tables.columns import metadata, of, of_organization, own_id, tracked
from cloud.db.types import Id, Instant

devices = Table(
    "devices",
    metadata,
    own_id(),
    of_organization(),
    Column("nickname", String(200), nullable=False),
    Column("location", String(200), nullable=False, server_default=""),
    Column("time_zone", String(64), nullable=False, server_default="UTC"),
    Column("device_identifier", String(200), nullable=False),
    Column("public_key", String(64), nullable=False),
    Column("model", String(200), nullable=False, server_default=""),
    Column("resolution", String(40), nullable=False, server_default=""),
    Column("software_version", String(60), nullable=False, server_default=""),
    Column("rotation", Integer, nullable=False, server_default="0"),
    Column("volume", Integer, nullable=False, server_default="80"),
    Column("background", String(9), nullable=False, server_default="#000000"),
    Column("power", JSON, nullable=False),
    Column("fallback_playlist_id", Id, ForeignKey("playlists.id", ondelete="SET NULL")),
    Column("paired_at", Instant, nullable=False),
    Column("last_seen_at", Instant),
    Column("online_since", Instant),  # when the stretch began that ends at last_seen_at; see online_stretches
    Column("last_report", JSON),  # the newest heartbeat: metrics, currentContent, manifestVersion
    Column("screenshot_at", Instant),
    Column("update_channel", String(10)),  # NULL: the organization's
    Column("copies_seen_at", Instant),  # when two were seen that both say they are this one (cloud.screens.copies)
    *tracked(),
    Index("ix_devices_organization", "organization_id", "created_at"),
    Index("ix_devices_public_key", "public_key"),
)

device_tags = Table(
    "device_tags",
    metadata,
    of_organization(),
    of("device_id", "devices"),
    Column("tag", String(60), nullable=False),
    PrimaryKeyConstraint("device_id", "tag"),
)

device_tokens = Table(
    "device_tokens",
    metadata,
    own_id(),  # the token's jti
    of_organization(),
    of("device_id", "devices"),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Index("ix_device_tokens_device", "device_id"),
)

pairings = Table(
    "pairings",
    metadata,
    own_id(),
    Column("device_code_hash", String(64), nullable=False, unique=True),
    Column("user_code", String(8), nullable=False),
    # The user code while it may be claimed, else NULL: no two live pairings show the same code.
    Column("live_code", String(8), unique=True),
    Column("claim_key_hash", String(64), nullable=False),
    Column("device_identifier", String(200), nullable=False),
    Column("public_key", String(64), nullable=False),
    Column("model", String(200), nullable=False),
    Column("resolution", String(40), nullable=False),
    Column("software_version", String(60), nullable=False),
    Column("ip_address", String(64)),
    Column("state", String(20), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("interval_ms", Integer, nullable=False),
    Column("polled_at", Instant),
    Column("confirmation", String(4)),
    Column("confirmation_told", Boolean, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("organization_id", Id),
    Column("user_id", Id),
    Column("device_id", Id),
    Index("ix_pairings_public_key", "public_key"),
    Index("ix_pairings_ip_address", "ip_address", "created_at"),
)

pairing_codes = Table(
    "pairing_codes",
    metadata,
    own_id(),  # also the id the screen will have
    of_organization(),
    Column("code", String(8), nullable=False),
    Column("live_code", String(8), unique=True),
    Column("nickname", String(200), nullable=False),
    Column("device_identifier", String(200)),
    Column("user_id", Id),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

# What a fleet's devices add themselves by; revoked ones stay to be looked at until they would have ended.
enrolment_tokens = Table(
    "enrolment_tokens",
    metadata,
    own_id(),
    of_organization(),
    Column("name", String(100), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("max_uses", Integer, nullable=False),
    Column("uses", Integer, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("location", String(200), nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("user_id", Id),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    *tracked(),
    Index("ix_enrolment_tokens_organization", "organization_id", "created_at"),
)

# Stays when its screen is removed: the device does not come back by the same token.
enrolments = Table(
    "enrolments",
    metadata,
    of_organization(),
    of("token_id", "enrolment_tokens"),
    Column("public_key", String(64), nullable=False),
    Column("device_id", Id, nullable=False),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("token_id", "public_key"),
)

commands = Table(
    "commands",
    metadata,
    own_id(),
    of_organization(),
    of("device_id", "devices"),
    Column("type", String(40), nullable=False),
    Column("args", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("result", JSON),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("ix_commands_device", "device_id", "state"),
)

# Systems for screens, of the whole cloud: an operator adds them. How far each has come is cloud.updates.rollout's.
releases = Table(
    "releases",
    metadata,
    own_id(),
    Column("version", String(60), nullable=False),
    Column("board", String(40), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("step", Integer, nullable=False),
    Column("step_since", Instant, nullable=False),
    Column("counted_since", Instant, nullable=False),
    Column("halted_at", Instant),
    Column("halted_why", String(300), nullable=False, server_default=""),
    Column("withdrawn_at", Instant),
    UniqueConstraint("version", "board"),
)

# What became of a release on a screen that took it, by the screen's own word.
device_updates = Table(
    "device_updates",
    metadata,
    of_organization(),
    of("device_id", "devices"),
    of("release_id", "releases"),
    Column("outcome", String(20), nullable=False),  # vizora.device_api.Outcome
    Column("why", String(300), nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("device_id", "release_id"),
    Index("ix_device_updates_release", "release_id", "at"),
)

# Two weeks of them, and a screen's newest 5000 (cloud.device.logs).
device_logs = Table(
    "device_logs",
    metadata,
    own_id(),
    of_organization(),
    of("device_id", "devices"),
    Column("at", Instant, nullable=False),  # by the screen's clock
    Column("level", String(10), nullable=False),
    Column("source", String(60), nullable=False),
    Column("message", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_device_logs_device", "device_id", "created_at"),
)
