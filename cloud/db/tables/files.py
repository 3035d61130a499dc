"""Content, its files, and uploads on their way."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
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

content = Table(
    "content",
    metadata,
    own_id(),
    of_organization(),
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
    *tracked(),
    Index("ix_content_organization", "organization_id", "created_at"),
    Index("ix_content_sha256", "organization_id", "sha256"),
)

content_files = Table(
    "content_files",
    metadata,
    own_id(),
    of_organization(),
    of("content_id", "content"),
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
    of_organization(),
    of("content_id", "content"),
    Column("tag", String(60), nullable=False),
    PrimaryKeyConstraint("content_id", "tag"),
)

# Resumable uploads (tus 1.0).
uploads = Table(
    "uploads",
    metadata,
    own_id(),
    of_organization(),
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
    of_organization(),
    of("upload_id", "uploads"),
    Column("start", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("storage_key", String(120), nullable=False),
    PrimaryKeyConstraint("upload_id", "start"),
)
