"""Every table of the cloud. What belongs to an organization has its `organization_id`; see `cloud.db.unit`.

Rules: ids are UUID strings, instants aware, durations milliseconds, sizes bytes. `revision` counts the changes of a
row and is its ETag. What can be computed (a screen's status, a schedule's next runs) is not stored.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from cloud.db.types import Id, Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[str]:
    return Column("id", Id, primary_key=True)


def _organization() -> Column[str]:
    return Column("organization_id", Id, ForeignKey("organizations.id", ondelete="CASCADE"), nullable=False)


def _of(name: str, table: str, *, key: str = "id", nullable: bool = False) -> Column[str]:
    return Column(name, Id, ForeignKey(f"{table}.{key}", ondelete="CASCADE"), nullable=nullable)


def _tracked() -> tuple[Column[Any], ...]:
    return (
        Column("created_at", Instant, nullable=False),
        Column("updated_at", Instant, nullable=False),
        Column("revision", Integer, nullable=False, server_default="1"),
    )


organizations = Table(
    "organizations",
    metadata,
    _id(),
    Column("name", String(200), nullable=False),
    Column("slug", String(100), nullable=False, unique=True),
    Column("tier", String(20), nullable=False, server_default="free"),
    Column("screen_quota", Integer, nullable=False),
    Column("storage_quota", BigInteger, nullable=False),
    Column("trial_ends_at", Instant),
    # Goes up with every change that may touch a screen; a manifest knows for which value it was built.
    Column("generation", BigInteger, nullable=False, server_default="1"),
    # Whose releases its screens follow, and when they may install them: local times of day (cloud.updates.offering).
    Column("update_channel", String(10), nullable=False, server_default="stable"),
    Column("update_window_start", String(5), nullable=False, server_default="02:00"),
    Column("update_window_end", String(5), nullable=False, server_default="05:00"),
    *_tracked(),
)

# --- people -------------------------------------------------------------------------------------------------------
users = Table(
    "users",
    metadata,
    _id(),
    _organization(),
    Column("email", String(320), nullable=False, unique=True),  # lower case
    Column("password_hash", Text, nullable=False),
    Column("first_name", String(100), nullable=False, server_default=""),
    Column("last_name", String(100), nullable=False, server_default=""),
    Column("role", String(20), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("last_login_at", Instant),
    Column("totp_secret", String(64)),  # base32, RFC 6238; asked for once `totp_enabled_at` is set
    Column("totp_enabled_at", Instant),
    Column("language", String(8)),  # of the pages; without one it is the browser's
    Column("totp_last_step", BigInteger),  # the newest time step whose code was taken: none is taken twice
    *_tracked(),
    Index("ix_users_organization", "organization_id", "created_at"),
)

sessions = Table(
    "sessions",
    metadata,
    _id(),  # the token's jti
    _organization(),
    _of("user_id", "users"),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Index("ix_sessions_user", "user_id"),
)

# Codes for those who lost their authenticator; a row goes when its code is used.
recovery_codes = Table(
    "recovery_codes",
    metadata,
    _organization(),
    _of("user_id", "users"),
    Column("code_hash", String(64), nullable=False),
    PrimaryKeyConstraint("user_id", "code_hash"),
)

# Both rows go when their link is used.
password_resets = Table(
    "password_resets",
    metadata,
    _id(),
    _organization(),
    _of("user_id", "users"),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("ix_password_resets_user", "user_id"),
)

invitations = Table(
    "invitations",
    metadata,
    _id(),
    _organization(),
    Column("email", String(320), nullable=False),  # lower case
    Column("role", String(20), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("invited_by", Id),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    UniqueConstraint("organization_id", "email"),
)

# Who signs in by their OpenID provider: (issuer, subject) never changes hands, an address of mail may.
identities = Table(
    "identities",
    metadata,
    _id(),
    _organization(),
    _of("user_id", "users"),
    Column("issuer", String(500), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("email", String(320), nullable=False),  # as the provider had it when it was linked
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("issuer", "subject"),
    Index("ix_identities_user", "user_id"),
)

# What programs come with; a row goes when it is revoked.
api_tokens = Table(
    "api_tokens",
    metadata,
    _id(),
    _organization(),
    _of("user_id", "users"),
    Column("name", String(100), nullable=False),
    Column("role", String(20), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("expires_at", Instant),
    Column("last_used_at", Instant),
    *_tracked(),
    Index("ix_api_tokens_organization", "organization_id", "created_at"),
    Index("ix_api_tokens_user", "user_id"),
)

# Browsers on their way to the provider and back; the row goes when they are.
sign_ons = Table(
    "sign_ons",
    metadata,
    Column("state_hash", String(64), primary_key=True),
    Column("browser_hash", String(64), nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),  # PKCE, RFC 7636
    Column("purpose", JSON, nullable=False),  # cloud.sso.journey.Purpose
    Column("expires_at", Instant, nullable=False),
)

# Append-only: triggers of the database refuse UPDATE and DELETE (step 0010).
audit_logs = Table(
    "audit_logs",
    metadata,
    _id(),
    _organization(),
    Column("user_id", Id),
    Column("user_email", String(320)),  # as it was then: a person may be gone when the row is read
    Column("api_token_id", Id),  # of the program that did it for them
    Column("action", String(60), nullable=False),
    Column("entity_type", String(40), nullable=False),
    Column("entity_id", Id),
    Column("ip_address", String(64)),
    Column("created_at", Instant, nullable=False),
    Index("ix_audit_logs_organization", "organization_id", "created_at"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    _organization(),
    Column("user_id", Id, nullable=False),
    Column("key", String(200), nullable=False),
    Column("request", String(64), nullable=False),  # SHA-256 of method, path and body
    Column("status", Integer, nullable=False),
    Column("etag", String(80)),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("organization_id", "user_id", "key"),
)

# Failures that are counted to slow guessing down: kind is `login`, `code`…, key whom it is counted for.
attempts = Table(
    "attempts",
    metadata,
    _id(),
    Column("kind", String(20), nullable=False),
    Column("key", String(200), nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_attempts_key", "kind", "key", "at"),
)

# --- screens ------------------------------------------------------------------------------------------------------
devices = Table(
    "devices",
    metadata,
    _id(),
    _organization(),
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
    *_tracked(),
    Index("ix_devices_organization", "organization_id", "created_at"),
    Index("ix_devices_public_key", "public_key"),
)

device_tags = Table(
    "device_tags",
    metadata,
    _organization(),
    _of("device_id", "devices"),
    Column("tag", String(60), nullable=False),
    PrimaryKeyConstraint("device_id", "tag"),
)

device_tokens = Table(
    "device_tokens",
    metadata,
    _id(),  # the token's jti
    _organization(),
    _of("device_id", "devices"),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Index("ix_device_tokens_device", "device_id"),
)

pairings = Table(
    "pairings",
    metadata,
    _id(),
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
    _id(),  # also the id the screen will have
    _organization(),
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
    _id(),
    _organization(),
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
    *_tracked(),
    Index("ix_enrolment_tokens_organization", "organization_id", "created_at"),
)

# Stays when its screen is removed: the device does not come back by the same token.
enrolments = Table(
    "enrolments",
    metadata,
    _organization(),
    _of("token_id", "enrolment_tokens"),
    Column("public_key", String(64), nullable=False),
    Column("device_id", Id, nullable=False),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("token_id", "public_key"),
)

commands = Table(
    "commands",
    metadata,
    _id(),
    _organization(),
    _of("device_id", "devices"),
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
    _id(),
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
    _organization(),
    _of("device_id", "devices"),
    _of("release_id", "releases"),
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
    _id(),
    _organization(),
    _of("device_id", "devices"),
    Column("at", Instant, nullable=False),  # by the screen's clock
    Column("level", String(10), nullable=False),
    Column("source", String(60), nullable=False),
    Column("message", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_device_logs_device", "device_id", "created_at"),
)

# --- content ------------------------------------------------------------------------------------------------------
content = Table(
    "content",
    metadata,
    _id(),
    _organization(),
    Column("type", String(20), nullable=False),
    Column("title", String(300), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("status", String(20), nullable=False),  # processing, ready, failed
    Column("upload_error", Text),  # in English
    Column("upload_fault", JSON),  # cloud.content.file_faults.FileFault; NULL too where only the sentence is known
    # The current file, as in `content_files`; all NULL for content without one.
    Column("sha256", String(64)),
    Column("original_sha256", String(64)),  # of the bytes that were sent, before private data was taken out
    Column("media_type", String(100)),
    Column("size", BigInteger),
    Column("width", Integer),
    Column("height", Integer),
    Column("duration_ms", BigInteger),
    Column("pages", Integer),
    Column("file_name", String(300)),
    Column("has_thumbnail", Boolean, nullable=False, server_default="0"),
    # Content without a file.
    Column("url", Text),
    Column("text", Text),
    Column("style", JSON),  # of a text, as in the manifest
    Column("created_by", Id),
    *_tracked(),
    Index("ix_content_organization", "organization_id", "created_at"),
    Index("ix_content_sha256", "organization_id", "sha256"),
)

content_files = Table(
    "content_files",
    metadata,
    _id(),
    _organization(),
    _of("content_id", "content"),
    Column("version", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("content_id", "version"),
    Index("ix_content_files_sha256", "organization_id", "sha256"),
)

content_tags = Table(
    "content_tags",
    metadata,
    _organization(),
    _of("content_id", "content"),
    Column("tag", String(60), nullable=False),
    PrimaryKeyConstraint("content_id", "tag"),
)

# Resumable uploads (tus 1.0).
uploads = Table(
    "uploads",
    metadata,
    _id(),
    _organization(),
    Column("user_id", Id, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False, server_default="0"),  # where the next bytes belong
    Column("upload_metadata", JSON, nullable=False),  # what it was created with: filename, title, description, tags
    Column("content_id", Id),  # what it became, once it is finished
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("ix_uploads_organization", "organization_id", "expires_at"),
)

# Their bytes that are stored, piece by piece without a gap; gone when the file is whole.
upload_pieces = Table(
    "upload_pieces",
    metadata,
    _organization(),
    _of("upload_id", "uploads"),
    Column("start", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("storage_key", String(120), nullable=False),
    PrimaryKeyConstraint("upload_id", "start"),
)

# --- what is to be shown ------------------------------------------------------------------------------------------
playlists = Table(
    "playlists",
    metadata,
    _id(),
    _organization(),
    Column("name", String(200), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("play_order", String(20), nullable=False),
    Column("seed", Integer, nullable=False),
    *_tracked(),
    Index("ix_playlists_organization", "organization_id", "created_at"),
)

playlist_items = Table(
    "playlist_items",
    metadata,
    _id(),
    _organization(),
    _of("playlist_id", "playlists"),
    Column("position", Integer, nullable=False),
    _of("content_id", "content"),
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
    _id(),
    _organization(),
    Column("name", String(200), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("background", String(9), nullable=False),
    *_tracked(),
    Index("ix_layouts_organization", "organization_id", "created_at"),
)

layout_zones = Table(
    "layout_zones",
    metadata,
    _organization(),
    _of("layout_id", "layouts"),
    Column("zone_id", String(60), nullable=False),
    Column("position", Integer, nullable=False),
    Column("x", Integer, nullable=False),
    Column("y", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("z", Integer, nullable=False),
    _of("playlist_id", "playlists"),
    PrimaryKeyConstraint("layout_id", "zone_id"),
    Index("ix_layout_zones_playlist", "playlist_id"),
)

schedules = Table(
    "schedules",
    metadata,
    _id(),
    _organization(),
    Column("name", String(200), nullable=False),
    _of("playlist_id", "playlists", nullable=True),
    _of("layout_id", "layouts", nullable=True),
    Column("target", JSON, nullable=False),  # {"all": true} or {"deviceIds": [...], "tags": [...]}
    Column("priority", Integer, nullable=False),
    Column("time_zone", String(64), nullable=False),  # "device" or an IANA name
    Column("starts_on", String(10)),
    Column("ends_on", String(10)),
    Column("recurrence", JSON, nullable=False),  # as in the manifest, with its `kind`
    *_tracked(),
    Index("ix_schedules_organization", "organization_id", "created_at"),
)

overrides = Table(
    "overrides",
    metadata,
    _id(),
    _organization(),
    Column("level", String(20), nullable=False),
    _of("playlist_id", "playlists", nullable=True),
    _of("layout_id", "layouts", nullable=True),
    _of("content_id", "content", nullable=True),
    Column("target", JSON, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant),
    Column("ended_at", Instant),  # when somebody ended it; NULL while it stands
    Column("created_by", Id),
    *_tracked(),
    Index("ix_overrides_organization", "organization_id", "ended_at"),
)

override_screens = Table(
    "override_screens",
    metadata,
    _organization(),
    _of("override_id", "overrides"),
    _of("device_id", "devices"),
    Column("manifest_version", BigInteger),
    Column("sent_at", Instant),
    Column("downloaded_at", Instant),
    Column("shown_at", Instant),
    PrimaryKeyConstraint("override_id", "device_id"),
    Index("ix_override_screens_device", "device_id"),
)

# --- manifests ----------------------------------------------------------------------------------------------------
signing_keys = Table(
    "signing_keys",
    metadata,
    Column("key_id", String(60), primary_key=True),
    Column("public_key", String(64), nullable=False),  # base64
    Column("sealed", Text),  # the private one, where several processes share it (cloud.publishing.shared_key)
    Column("created_at", Instant, nullable=False),
    Column("retired_at", Instant),
)

manifests = Table(
    "manifests",
    metadata,
    Column("device_id", Id, ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True),
    _organization(),
    Column("version", BigInteger, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of all but deviceId, version and issuedAt
    Column("body", LargeBinary, nullable=False),  # the exact bytes that are signed when they are sent
    Column("etag", String(80), nullable=False),
    Column("issued_at", Instant, nullable=False),
)

# --- proof of play ------------------------------------------------------------------------------------------------
plays = Table(
    "plays",
    metadata,
    _organization(),
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
    _organization(),
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
    _organization(),
    Column("device_id", Id, nullable=False),
    Column("boot_id", String(64), nullable=False),
    Column("n", BigInteger, nullable=False),
    PrimaryKeyConstraint("device_id", "boot_id", "n"),
)

# When a screen was in touch without a break; the stretch that may go on is devices.online_since to last_seen_at.
online_stretches = Table(
    "online_stretches",
    metadata,
    _organization(),
    _of("device_id", "devices"),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=False),
    PrimaryKeyConstraint("device_id", "started_at"),
    Index("ix_online_stretches_organization", "organization_id", "ended_at"),
)

# --- money --------------------------------------------------------------------------------------------------------
# As Stripe told it last; the organization's tier follows from all of its subscriptions.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", String(255), primary_key=True),  # Stripe's
    _organization(),
    Column("customer_id", String(255), nullable=False),
    Column("tier", String(20), nullable=False),
    Column("status", String(40), nullable=False),
    Column("event_at", BigInteger, nullable=False),  # seconds since 1970, of the message that told it
    Column("event_rank", Integer, nullable=False),
    Index("ix_subscriptions_organization", "organization_id"),
)

# Stripe's messages that were taken, so that none is taken twice.
billing_events = Table(
    "billing_events",
    metadata,
    Column("id", String(255), primary_key=True),
    _organization(),
    Column("type", String(80), nullable=False),
    Column("received_at", Instant, nullable=False),
)

# --- work for later -----------------------------------------------------------------------------------------------
# What is to be done beside the requests; the row goes when it is done. Periodic work has no subject, its row stays.
jobs = Table(
    "jobs",
    metadata,
    _id(),
    _of("organization_id", "organizations", nullable=True),
    Column("kind", String(40), nullable=False),
    Column("subject", String(36), nullable=False),  # the id of what it is about
    Column("payload", Text),  # sealed, where it is not to be read in the database
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),  # that began; a worker may have died in one
    Column("taken_by", Id),  # the worker; it is nobody's again when that one is not alive any more
    Column("fault", Text),  # of the last attempt
    Column("given_up_at", Instant),
    UniqueConstraint("kind", "subject"),
    Index("ix_jobs_due_at", "due_at"),
)

# Who does the jobs. One that has said nothing for a while is dead, and what it had taken is anybody's.
workers = Table(
    "workers",
    metadata,
    _id(),
    Column("name", String(200), nullable=False),  # machine and process, for people
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)
