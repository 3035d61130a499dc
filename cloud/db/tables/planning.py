"""What is to be shown: playlists, layouts, schedules, overrides; and the manifests made of them."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from cloud.db.tables.columns import metadata, of, of_organization, own_id, tracked
from cloud.db.types import Id, Instant

playlists = Table(
    "playlists",
    metadata,
    own_id(),
    of_organization(),
    Column("name", String(200), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("play_order", String(20), nullable=False),
    Column("seed", Integer, nullable=False),
    *tracked(),
    Index("ix_playlists_organization", "organization_id", "created_at"),
)

playlist_items = Table(
    "playlist_items",
    metadata,
    own_id(),
    of_organization(),
    of("playlist_id", "playlists"),
    Column("position", Integer, nullable=False),
    of("content_id", "content"),
    Column("duration_ms", BigInteger),
    Column("fit", String(20), nullable=False),
    Column("transition_kind", String(20), nullable=False),
    Column("transition_ms", Integer, nullable=False),
    Column("volume", Integer),
    Column("valid_from", Instant),
    Column("valid_until", Instant),
    Index("ix_playlist_items_playlist", "playlist_id", "position"),
    Index("ix_playlist_items_content", "content_id"),
)

layouts = Table(
    "layouts",
    metadata,
    own_id(),
    of_organization(),
    Column("name", String(200), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("background", String(9), nullable=False),
    *tracked(),
    Index("ix_layouts_organization", "organization_id", "created_at"),
)

layout_zones = Table(
    "layout_zones",
    metadata,
    of_organization(),
    of("layout_id", "layouts"),
    Column("zone_id", String(60), nullable=False),
    Column("position", Integer, nullable=False),
    Column("x", Integer, nullable=False),
    Column("y", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("z", Integer, nullable=False),
    of("playlist_id", "playlists"),
    PrimaryKeyConstraint("layout_id", "zone_id"),
    Index("ix_layout_zones_playlist", "playlist_id"),
)

schedules = Table(
    "schedules",
    metadata,
    own_id(),
    of_organization(),
    Column("name", String(200), nullable=False),
    of("playlist_id", "playlists", nullable=True),
    of("layout_id", "layouts", nullable=True),
    Column("target", JSON, nullable=False),  # {"all": true} or {"deviceIds": [...], "tags": [...]}
    Column("priority", Integer, nullable=False),
    Column("time_zone", String(64), nullable=False),  # "device" or an IANA name
    Column("starts_on", String(10)),
    Column("ends_on", String(10)),
    Column("recurrence", JSON, nullable=False),  # as in the manifest, with its `kind`
    *tracked(),
    Index("ix_schedules_organization", "organization_id", "created_at"),
)

overrides = Table(
    "overrides",
    metadata,
    own_id(),
    of_organization(),
    Column("level", String(20), nullable=False),
    of("playlist_id", "playlists", nullable=True),
    of("layout_id", "layouts", nullable=True),
    of("content_id", "content", nullable=True),
    Column("target", JSON, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant),
    Column("ended_at", Instant),  # when somebody ended it; NULL while it stands
    Column("created_by", Id),
    *tracked(),
    Index("ix_overrides_organization", "organization_id", "ended_at"),
)

override_screens = Table(
    "override_screens",
    metadata,
    of_organization(),
    of("override_id", "overrides"),
    of("device_id", "devices"),
    Column("manifest_version", BigInteger),
    Column("sent_at", Instant),
    Column("downloaded_at", Instant),
    Column("shown_at", Instant),
    PrimaryKeyConstraint("override_id", "device_id"),
    Index("ix_override_screens_device", "device_id"),
)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("key_id", String(60), primary_key=True),
    Column("public_key", String(64), nullable=False),  # base64
    Column("sealed", Text),  # the private one (cloud.publishing.signing_keys); NULL once another took its place
    Column("follows", String(60)),  # the key that handed over to this one
    Column("handover", Text, nullable=False, server_default=""),  # and what it said (vizora.manifest.handover)
    Column("created_at", Instant, nullable=False),
    Column("retired_at", Instant),
)

manifests = Table(
    "manifests",
    metadata,
    Column("device_id", Id, ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True),
    of_organization(),
    Column("version", BigInteger, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of all but deviceId, version and issuedAt
    Column("body", LargeBinary, nullable=False),  # the exact bytes that are signed when they are sent
    Column("etag", String(80), nullable=False),
    Column("issued_at", Instant, nullable=False),
)
