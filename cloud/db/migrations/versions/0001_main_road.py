"""The main road: accounts, screens, content, publishing, plays."""

import sqlalchemy as sa
from alembic import op

from cloud.db import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", types.Id(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("at", types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    op.create_index("ix_attempts_key", "attempts", ["kind", "key", "at"], unique=False)
    op.create_table(
        "organizations",
        sa.Column("id", types.Id(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("tier", sa.String(length=20), server_default="free", nullable=False),
        sa.Column("screen_quota", sa.Integer(), nullable=False),
        sa.Column("storage_quota", sa.BigInteger(), nullable=False),
        sa.Column("trial_ends_at", types.Instant(timezone=True), nullable=True),
        sa.Column("generation", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.Column("updated_at", types.Instant(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
        sa.UniqueConstraint("slug", name=op.f("uq_organizations_slug")),
    )
    op.create_table(
        "pairings",
        sa.Column("id", types.Id(length=36), nullable=False),
        sa.Column("device_code_hash", sa.String(length=64), nullable=False),
        sa.Column("user_code", sa.String(length=8), nullable=False),
        sa.Column("live_code", sa.String(length=8), nullable=True),
        sa.Column("claim_key_hash", sa.String(length=64), nullable=False),
        sa.Column("device_identifier", sa.String(length=200), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("resolution", sa.String(length=40), nullable=False),
        sa.Column("software_version", sa.String(length=60), nullable=False),
        sa.Column("ip_address", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", types.Instant(timezone=True), nullable=False),
        sa.Column("interval_ms", sa.Integer(), nullable=False),
        sa.Column("polled_at", types.Instant(timezone=True), nullable=True),
        sa.Column("confirmation", sa.String(length=4), nullable=True),
        sa.Column("confirmation_told", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("organization_id", types.Id(length=36), nullable=True),
        sa.Column("user_id", types.Id(length=36), nullable=True),
        sa.Column("device_id", types.Id(length=36), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairings")),
        sa.UniqueConstraint("device_code_hash", name=op.f("uq_pairings_device_code_hash")),
        sa.UniqueConstraint("live_code", name=op.f("uq_pairings_live_code")),
    )
    op.create_index("ix_pairings_ip_address", "pairings", ["ip_address", "created_at"], unique=False)
    op.create_index("ix_pairings_public_key", "pairings", ["public_key"], unique=False)
    op.create_table(
        "signing_keys",
        sa.Column("key_id", sa.String(length=60), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.Column("retired_at", types.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_signing_keys")),
    )
    op.create_table(
        "audit_logs",
        sa.Column("id", types.Id(length=36), nullable=False),
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("user_id", types.Id(length=36), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("entity_type", sa.String(length=40), nullable=False),
        sa.Column("entity_id", types.Id(length=36), nullable=True),
        sa.Column("ip_address", sa.String(length=64), nullable=True),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_audit_logs_organization_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_logs")),
    )
    op.create_index("ix_audit_logs_organization", "audit_logs", ["organization_id", "created_at"], unique=False)
    op.create_table(
        "content",
        sa.Column("id", types.Id(length=36), nullable=False),
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("upload_error", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("media_type", sa.String(length=100), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(length=300), nullable=True),
        sa.Column("has_thumbnail", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("created_by", types.Id(length=36), nullable=True),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.Column("updated_at", types.Instant(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_content_organization_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content")),
    )
    op.create_index("ix_content_organization", "content", ["organization_id", "created_at"], unique=False)
    op.create_index("ix_content_sha256", "content", ["organization_id", "sha256"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("user_id", types.Id(length=36), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("etag", sa.String(length=80), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_idempotency_keys_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "user_id", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_table(
        "layouts",
        sa.Column("id", types.Id(length=36), nullable=False),
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("background", sa.String(length=9), nullable=False),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.Column("updated_at", types.Instant(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_layouts_organization_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layouts")),
    )
    op.create_index("ix_layouts_organization", "layouts", ["organization_id", "created_at"], unique=False)
    op.create_table(
        "pairing_codes",
        sa.Column("id", types.Id(length=36), nullable=False),
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("live_code", sa.String(length=8), nullable=True),
        sa.Column("nickname", sa.String(length=200), nullable=False),
        sa.Column("device_identifier", sa.String(length=200), nullable=True),
        sa.Column("user_id", types.Id(length=36), nullable=True),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_pairing_codes_organization_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing_codes")),
        sa.UniqueConstraint("live_code", name=op.f("uq_pairing_codes_live_code")),
    )
    op.create_table(
        "playlists",
        sa.Column("id", types.Id(length=36), nullable=False),
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("play_order", sa.String(length=20), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.Column("updated_at", types.Instant(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_playlists_organization_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playlists")),
    )
    op.create_index("ix_playlists_organization", "playlists", ["organization_id", "created_at"], unique=False)
    op.create_table(
        "plays",
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("device_id", types.Id(length=36), nullable=False),
        sa.Column("boot_id", sa.String(length=64), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("item_id", types.Id(length=36), nullable=False),
        sa.Column("content_id", types.Id(length=36), nullable=False),
        sa.Column("playlist_id", types.Id(length=36), nullable=False),
        sa.Column("schedule_id", types.Id(length=36), nullable=True),
        sa.Column("started_at", types.Instant(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.Column("completed", sa.Boolean(), nullable=False),
        sa.Column("clock", sa.String(length=20), nullable=False),
        sa.Column("received_at", types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_plays_organization_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("device_id", "boot_id", "n", name=op.f("pk_plays")),
    )
    op.create_index("ix_plays_content", "plays", ["organization_id", "content_id", "started_at"], unique=False)
    op.create_index("ix_plays_schedule", "plays", ["organization_id", "schedule_id", "started_at"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", types.Id(length=36), nullable=False),
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("first_name", sa.String(length=100), server_default="", nullable=False),
        sa.Column("last_name", sa.String(length=100), server_default="", nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("last_login_at", types.Instant(timezone=True), nullable=True),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.Column("updated_at", types.Instant(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_users_organization_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_index("ix_users_organization", "users", ["organization_id", "created_at"], unique=False)
    op.create_table(
        "content_files",
        sa.Column("id", types.Id(length=36), nullable=False),
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("content_id", types.Id(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["content_id"], ["content.id"], name=op.f("fk_content_files_content_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_content_files_organization_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_files")),
        sa.UniqueConstraint("content_id", "version", name=op.f("uq_content_files_content_id")),
    )
    op.create_index("ix_content_files_sha256", "content_files", ["organization_id", "sha256"], unique=False)
    op.create_table(
        "content_tags",
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("content_id", types.Id(length=36), nullable=False),
        sa.Column("tag", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["content_id"], ["content.id"], name=op.f("fk_content_tags_content_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_content_tags_organization_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("content_id", "tag", name=op.f("pk_content_tags")),
    )
    op.create_table(
        "devices",
        sa.Column("id", types.Id(length=36), nullable=False),
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("nickname", sa.String(length=200), nullable=False),
        sa.Column("location", sa.String(length=200), server_default="", nullable=False),
        sa.Column("time_zone", sa.String(length=64), server_default="UTC", nullable=False),
        sa.Column("device_identifier", sa.String(length=200), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=200), server_default="", nullable=False),
        sa.Column("resolution", sa.String(length=40), server_default="", nullable=False),
        sa.Column("software_version", sa.String(length=60), server_default="", nullable=False),
        sa.Column("rotation", sa.Integer(), server_default="0", nullable=False),
        sa.Column("volume", sa.Integer(), server_default="80", nullable=False),
        sa.Column("background", sa.String(length=9), server_default="#000000", nullable=False),
        sa.Column("power", sa.JSON(), nullable=False),
        sa.Column("fallback_playlist_id", types.Id(length=36), nullable=True),
        sa.Column("paired_at", types.Instant(timezone=True), nullable=False),
        sa.Column("last_seen_at", types.Instant(timezone=True), nullable=True),
        sa.Column("last_report", sa.JSON(), nullable=True),
        sa.Column("screenshot_at", types.Instant(timezone=True), nullable=True),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.Column("updated_at", types.Instant(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["fallback_playlist_id"],
            ["playlists.id"],
            name=op.f("fk_devices_fallback_playlist_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_devices_organization_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
    )
    op.create_index("ix_devices_organization", "devices", ["organization_id", "created_at"], unique=False)
    op.create_index("ix_devices_public_key", "devices", ["public_key"], unique=False)
    op.create_table(
        "layout_zones",
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("layout_id", types.Id(length=36), nullable=False),
        sa.Column("zone_id", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("z", sa.Integer(), nullable=False),
        sa.Column("playlist_id", types.Id(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["layout_id"], ["layouts.id"], name=op.f("fk_layout_zones_layout_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_layout_zones_organization_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["playlist_id"], ["playlists.id"], name=op.f("fk_layout_zones_playlist_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("layout_id", "zone_id", name=op.f("pk_layout_zones")),
    )
    op.create_index("ix_layout_zones_playlist", "layout_zones", ["playlist_id"], unique=False)
    op.create_table(
        "overrides",
        sa.Column("id", types.Id(length=36), nullable=False),
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("playlist_id", types.Id(length=36), nullable=True),
        sa.Column("layout_id", types.Id(length=36), nullable=True),
        sa.Column("content_id", types.Id(length=36), nullable=True),
        sa.Column("target", sa.JSON(), nullable=False),
        sa.Column("starts_at", types.Instant(timezone=True), nullable=False),
        sa.Column("ends_at", types.Instant(timezone=True), nullable=True),
        sa.Column("ended_at", types.Instant(timezone=True), nullable=True),
        sa.Column("created_by", types.Id(length=36), nullable=True),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.Column("updated_at", types.Instant(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["content_id"], ["content.id"], name=op.f("fk_overrides_content_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["layout_id"], ["layouts.id"], name=op.f("fk_overrides_layout_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_overrides_organization_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["playlist_id"], ["playlists.id"], name=op.f("fk_overrides_playlist_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overrides")),
    )
    op.create_index("ix_overrides_organization", "overrides", ["organization_id", "ended_at"], unique=False)
    op.create_table(
        "playlist_items",
        sa.Column("id", types.Id(length=36), nullable=False),
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("playlist_id", types.Id(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content_id", types.Id(length=36), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.Column("fit", sa.String(length=20), nullable=False),
        sa.Column("transition_kind", sa.String(length=20), nullable=False),
        sa.Column("transition_ms", sa.Integer(), nullable=False),
        sa.Column("volume", sa.Integer(), nullable=True),
        sa.Column("valid_from", types.Instant(timezone=True), nullable=True),
        sa.Column("valid_until", types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["content_id"], ["content.id"], name=op.f("fk_playlist_items_content_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_playlist_items_organization_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["playlist_id"], ["playlists.id"], name=op.f("fk_playlist_items_playlist_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playlist_items")),
    )
    op.create_index("ix_playlist_items_content", "playlist_items", ["content_id"], unique=False)
    op.create_index("ix_playlist_items_playlist", "playlist_items", ["playlist_id", "position"], unique=False)
    op.create_table(
        "schedules",
        sa.Column("id", types.Id(length=36), nullable=False),
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("playlist_id", types.Id(length=36), nullable=True),
        sa.Column("layout_id", types.Id(length=36), nullable=True),
        sa.Column("target", sa.JSON(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("starts_on", sa.String(length=10), nullable=True),
        sa.Column("ends_on", sa.String(length=10), nullable=True),
        sa.Column("recurrence", sa.JSON(), nullable=False),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.Column("updated_at", types.Instant(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["layout_id"], ["layouts.id"], name=op.f("fk_schedules_layout_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_schedules_organization_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["playlist_id"], ["playlists.id"], name=op.f("fk_schedules_playlist_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedules")),
    )
    op.create_index("ix_schedules_organization", "schedules", ["organization_id", "created_at"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("id", types.Id(length=36), nullable=False),
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("user_id", types.Id(length=36), nullable=False),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", types.Instant(timezone=True), nullable=False),
        sa.Column("revoked_at", types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_sessions_organization_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_user", "sessions", ["user_id"], unique=False)
    op.create_table(
        "commands",
        sa.Column("id", types.Id(length=36), nullable=False),
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("device_id", types.Id(length=36), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_commands_device_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_commands_organization_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commands")),
    )
    op.create_index("ix_commands_device", "commands", ["device_id", "state"], unique=False)
    op.create_table(
        "device_tags",
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("device_id", types.Id(length=36), nullable=False),
        sa.Column("tag", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_device_tags_device_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_device_tags_organization_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("device_id", "tag", name=op.f("pk_device_tags")),
    )
    op.create_table(
        "device_tokens",
        sa.Column("id", types.Id(length=36), nullable=False),
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("device_id", types.Id(length=36), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", types.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", types.Instant(timezone=True), nullable=False),
        sa.Column("revoked_at", types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_device_tokens_device_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_device_tokens_organization_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_tokens_token_hash")),
    )
    op.create_index("ix_device_tokens_device", "device_tokens", ["device_id"], unique=False)
    op.create_table(
        "manifests",
        sa.Column("device_id", types.Id(length=36), nullable=False),
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("etag", sa.String(length=80), nullable=False),
        sa.Column("issued_at", types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_manifests_device_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_manifests_organization_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_manifests")),
    )
    op.create_table(
        "override_screens",
        sa.Column("organization_id", types.Id(length=36), nullable=False),
        sa.Column("override_id", types.Id(length=36), nullable=False),
        sa.Column("device_id", types.Id(length=36), nullable=False),
        sa.Column("manifest_version", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", types.Instant(timezone=True), nullable=True),
        sa.Column("downloaded_at", types.Instant(timezone=True), nullable=True),
        sa.Column("shown_at", types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_override_screens_device_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_override_screens_organization_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["override_id"], ["overrides.id"], name=op.f("fk_override_screens_override_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("override_id", "device_id", name=op.f("pk_override_screens")),
    )
    op.create_index("ix_override_screens_device", "override_screens", ["device_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_override_screens_device", table_name="override_screens")
    op.drop_table("override_screens")
    op.drop_table("manifests")
    op.drop_index("ix_device_tokens_device", table_name="device_tokens")
    op.drop_table("device_tokens")
    op.drop_table("device_tags")
    op.drop_index("ix_commands_device", table_name="commands")
    op.drop_table("commands")
    op.drop_index("ix_sessions_user", table_name="sessions")
    op.drop_table("sessions")
    op.drop_index("ix_schedules_organization", table_name="schedules")
    op.drop_table("schedules")
    op.drop_index("ix_playlist_items_playlist", table_name="playlist_items")
    op.drop_index("ix_playlist_items_content", table_name="playlist_items")
    op.drop_table("playlist_items")
    op.drop_index("ix_overrides_organization", table_name="overrides")
    op.drop_table("overrides")
    op.drop_index("ix_layout_zones_playlist", table_name="layout_zones")
    op.drop_table("layout_zones")
    op.drop_index("ix_devices_public_key", table_name="devices")
    op.drop_index("ix_devices_organization", table_name="devices")
    op.drop_table("devices")
    op.drop_table("content_tags")
    op.drop_index("ix_content_files_sha256", table_name="content_files")
    op.drop_table("content_files")
    op.drop_index("ix_users_organization", table_name="users")
    op.drop_table("users")
    op.drop_index("ix_plays_schedule", table_name="plays")
    op.drop_index("ix_plays_content", table_name="plays")
    op.drop_table("plays")
    op.drop_index("ix_playlists_organization", table_name="playlists")
    op.drop_table("playlists")
    op.drop_table("pairing_codes")
    op.drop_index("ix_layouts_organization", table_name="layouts")
    op.drop_table("layouts")
    op.drop_table("idempotency_keys")
    op.drop_index("ix_content_sha256", table_name="content")
    op.drop_index("ix_content_organization", table_name="content")
    op.drop_table("content")
    op.drop_index("ix_audit_logs_organization", table_name="audit_logs")
    op.drop_table("audit_logs")
    op.drop_table("signing_keys")
    op.drop_index("ix_pairings_public_key", table_name="pairings")
    op.drop_index("ix_pairings_ip_address", table_name="pairings")
    op.drop_table("pairings")
    op.drop_table("organizations")
    op.drop_index("ix_attempts_key", table_name="attempts")
    op.drop_table("attempts")
