"""Content as rows and as what the API shows of it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func

from cloud.content.faults import QuotaExceeded
from cloud.content.file_faults import FaultCode, fault
from cloud.content.storage import file_key, thumbnail_key
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.problems import content_not_found
from cloud.tags import tags_of
from cloud.wire import instant

PROCESSING, READY, FAILED = "processing", "ready", "failed"


def find(unit: Unit, content_id: str) -> Row:
    """Raises Problem 404 CONTENT_001."""
    return unit.find(tables.content, content_id, content_not_found())


def show(unit: Unit, rows: Sequence[Row]) -> list[dict[str, Any]]:
    tags = tags_of(unit, tables.content_tags, [row["id"] for row in rows])
    return [_shown(row, tags[row["id"]]) for row in rows]


def show_one(unit: Unit, content_id: str) -> dict[str, Any]:
    return show(unit, [find(unit, content_id)])[0]


def _shown(row: Row, tags: list[str]) -> dict[str, Any]:
    base = f"/api/content/{row['id']}"
    return {
        "id": row["id"],
        "type": row["type"],
        "title": row["title"],
        "description": row["description"],
        "tags": tags,
        "sha256": row["sha256"],
        "originalSha256": row["original_sha256"],
        "size": row["size"],
        "mimeType": row["media_type"],
        "width": row["width"],
        "height": row["height"],
        "durationMs": row["duration_ms"],
        "pages": row["pages"],
        "fileName": row["file_name"],
        "url": row["url"],
        "text": row["text"],
        "style": row["style"],
        "uploadStatus": row["status"],
        "uploadError": row["upload_error"],
        "uploadFault": row["upload_fault"],
        "fileUrl": f"{base}/file" if row["sha256"] else None,
        "thumbnailUrl": f"{base}/thumbnail?v={row['sha256'][:12]}" if row["has_thumbnail"] else None,
        "createdAt": instant(row["created_at"]),
        "updatedAt": instant(row["updated_at"]),
    }


def current_file(unit: Unit, content_id: str) -> Row | None:
    """The newest row of `content_files`; None for content without a file."""
    files = tables.content_files
    return unit.row(
        unit.select(files).where(files.c.content_id == content_id).order_by(files.c.version.desc()).limit(1)
    )


def keys_of(unit: Unit, content_id: str) -> list[str]:
    """The storage keys of everything this content has stored."""
    files = tables.content_files
    rows = unit.rows(unit.select(files).where(files.c.content_id == content_id))
    return [name(row["sha256"], row["id"]) for row in rows for name in (file_key, thumbnail_key)]


def check_quota(unit: Unit, coming: int) -> None:
    """Raises QuotaExceeded when `coming` more bytes are over what the organization may store.

    Call it in the transaction that adds the row: an organization's writers take turns (`Database.write`), so two
    uploads never share the last bytes.
    """
    organizations, files = tables.organizations, tables.content_files
    quota = unit.connection.scalar(unit.select(organizations, organizations.c.storage_quota))
    used = unit.connection.scalar(unit.select(files, func.coalesce(func.sum(files.c.size), 0)))
    if used + coming > (quota or 0):
        raise QuotaExceeded(fault(FaultCode.QUOTA, used=used, quota=quota or 0, coming=coming))
