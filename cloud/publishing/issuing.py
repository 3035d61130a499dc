"""Issuing manifests: a new version only when what the screen plays really changed, signed once, kept as sent."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cloud.clock import EPOCH
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.db.upsert import insert_new, put_many
from cloud.publishing.drafts import Drafts
from cloud.publishing.library import load
from cloud.publishing.signer import Signer
from cloud.tags import tags_of
from vizora.manifest.codec import encode_for
from vizora.manifest.model import Manifest

FOLLOWED_AT_ONCE = 2000
"""Rows of one statement: SQLite takes 32,766 values."""


@dataclass(frozen=True, slots=True)
class Issued:
    device_id: str
    version: int
    changed: bool


def stored(unit: Unit, device_id: str) -> tuple[Row | None, bool]:
    """The manifest that was issued last, and whether it still says what the screen is to play."""
    manifests = tables.manifests
    row = unit.row(unit.select(manifests).where(manifests.c.device_id == device_id))
    return row, row is not None and row["generation"] == _generation(unit)


def issue(unit: Unit, signer: Signer, device_ids: Collection[str]) -> list[Issued]:
    """Brings the manifests of these screens up to date. Ids that are none of the organization's are passed over."""
    devices, manifests = tables.devices, tables.manifests
    rows = unit.rows(unit.select(devices).where(devices.c.id.in_(device_ids)))
    if not rows:
        return []
    generation, drafts = _generation(unit), Drafts(load(unit), signer.keys)
    tags = tags_of(unit, tables.device_tags, "device_id", [row["id"] for row in rows])
    known = unit.select(manifests, manifests.c.device_id, manifests.c.version, manifests.c.digest)
    before = {row["device_id"]: row for row in unit.rows(known.where(manifests.c.device_id.in_(device_ids)))}
    same: list[Issued] = []
    new: list[Row] = []
    followed: list[Row] = []
    for row in rows:
        draft = drafts.of(row, tags[row["id"]])
        if draft is None:
            continue
        digest = hashlib.sha256(encode_for(draft, row["id"], 0, EPOCH)).hexdigest()
        last = before.get(row["id"])
        if last is not None and last["digest"] == digest:
            same.append(Issued(row["id"], last["version"], changed=False))
        else:
            version = 1 if last is None else last["version"] + 1
            body = encode_for(draft, row["id"], version, unit.now)
            new.append(_row(row["id"], version, digest, generation, body, signer.sign(body), unit.now))
            followed += _followed(draft, row["id"], version)
    put_many(unit, manifests, ["device_id"], new)
    for start in range(0, len(followed), FOLLOWED_AT_ONCE):
        insert_new(unit, tables.override_screens, followed[start : start + FOLLOWED_AT_ONCE])
    _set_generation(unit, [one.device_id for one in same], generation)
    return same + [Issued(row["device_id"], row["version"], changed=True) for row in new]


def _row(
    device_id: str, version: int, digest: str, generation: int, body: bytes, signature: str, issued_at: datetime
) -> Row:
    return {
        "device_id": device_id,
        "version": version,
        "generation": generation,
        "digest": digest,
        "body": body,
        "signature": signature,
        "etag": f'"v{version}-{digest[:16]}"',
        "issued_at": issued_at,
    }


def _followed(draft: Manifest, device_id: str, version: int) -> list[Row]:
    """From which version on the screen has each override: what `GET /api/publish/{id}/screens` counts from."""
    return [
        {"override_id": override.id, "device_id": device_id, "manifest_version": version}
        for override in draft.overrides
    ]


def _set_generation(unit: Unit, device_ids: Collection[str], generation: int) -> None:
    manifests = tables.manifests
    unit.connection.execute(
        unit.update(manifests).where(manifests.c.device_id.in_(device_ids)).values(generation=generation)
    )


def _generation(unit: Unit) -> int:
    organizations = tables.organizations
    return int(
        unit.connection.scalar(select(organizations.c.generation).where(organizations.c.id == unit.organization_id))
        or 0
    )
