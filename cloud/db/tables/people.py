"""Organizations, the people in them, and what signs them in."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from cloud.db.tables.columns import metadata, of, of_organization, own_id, tracked
from cloud.db.types import Id, Instant

organizations = Table(
    "organizations",
    metadata,
    own_id(),
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
    *tracked(),
)

users = Table(
    "users",
    metadata,
    own_id(),
    of_organization(),
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
    *tracked(),
    Index("ix_users_organization", "organization_id", "created_at"),
)

sessions = Table(
    "sessions",
    metadata,
    own_id(),  # the token's jti
    of_organization(),
    of("user_id", "users"),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Index("ix_sessions_user", "user_id"),
)

# Codes for those who lost their authenticator; a row goes when its code is used.
recovery_codes = Table(
    "recovery_codes",
    metadata,
    of_organization(),
    of("user_id", "users"),
    Column("code_hash", String(64), nullable=False),
    PrimaryKeyConstraint("user_id", "code_hash"),
)

# Both rows go when their link is used.
password_resets = Table(
    "password_resets",
    metadata,
    own_id(),
    of_organization(),
    of("user_id", "users"),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("ix_password_resets_user", "user_id"),
)

invitations = Table(
    "invitations",
    metadata,
    own_id(),
    of_organization(),
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
    own_id(),
    of_organization(),
    of("user_id", "users"),
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
    own_id(),
    of_organization(),
    of("user_id", "users"),
    Column("name", String(100), nullable=False),
    Column("role", String(20), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("expires_at", Instant),
    Column("last_used_at", Instant),
    *tracked(),
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
    own_id(),
    of_organization(),
    Column("user_id", Id),
    Column("user_email", String(320)),  # as it was then: a person may be gone when the row is read
    Column("api_token_id", Id),  # of the program that did it for them
    Column("action", String(60), nullable=False),
    Column("entity_type", String(40), nullable=False),
    Column("entity_id", Id),
    Column("entity_name", String(300)),  # as it was called then; NULL in rows from before step 0430
    Column("ip_address", String(64)),
    Column("created_at", Instant, nullable=False),
    Index("ix_audit_logs_organization", "organization_id", "created_at"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    of_organization(),
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
    own_id(),
    Column("kind", String(20), nullable=False),
    Column("key", String(200), nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_attempts_key", "kind", "key", "at"),
)
