"""Issuing manifests: a new version only when what the screen plays really changed, signed once, kept as sent."""

import hashlib
import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import msgspec
from sqlalchemy import select

from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.db.upsert import insert_new, put
from cloud.publishing.builder import build
from cloud.publishing.library import load
from cloud.publishing.signer import Signer
from cloud.tags import tags_of
from vizora.manifest.codec import encode
from vizora.manifest.faults import ManifestError
from vizora.manifest.model import Manifest

log = logging.getLogger("vizora.cloud")


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
    generation, library = _generation(unit), load(unit)
    tags = tags_of(unit, tables.device_tags, "device_id", [row["id"] for row in rows])
    before = {
        row["device_id"]: row for row in unit.rows(unit.select(manifests).where(manifests.c.device_id.in_(device_ids)))
    }
    issued = []
    for row in rows:
        manifest = build(library, row, tags[row["id"]], signer.keys)
        issued.append(_issue_one(unit, signer, manifest, generation, before.get(row["id"])))
    return [one for one in issued if one is not None]


def _issue_one(unit: Unit, signer: Signer, draft: Manifest, generation: int, before: Row | None) -> Issued | None:
    try:
        digest = hashlib.sha256(encode(draft)).hexdigest()
    except ManifestError as fault:
        # Whatever is wrong with it, the screen plays on what it has.
        log.error("screen %s keeps its old manifest: %s", draft.device_id, fault)
        return None
    if before is not None and before["digest"] == digest:
        _set_generation(unit, draft.device_id, generation)
        return Issued(draft.device_id, before["version"], changed=False)
    version = 1 if before is None else before["version"] + 1
    manifest = msgspec.structs.replace(draft, version=version, issued_at=unit.now)
    body = encode(manifest)
    put(
        unit,
        tables.manifests,
        ["device_id"],
        {
            "device_id": draft.device_id,
            "version": version,
            "generation": generation,
            "digest": digest,
            "body": body,
            "signature": signer.sign(body),
            "etag": f'"v{version}-{digest[:16]}"',
            "issued_at": unit.now,
        },
    )
    _follow(unit, manifest)
    return Issued(draft.device_id, version, changed=True)


def _follow(unit: Unit, manifest: Manifest) -> None:
    """From which version on the screen has each override: what `GET /api/publish/{id}/screens` counts from."""
    rows: Iterable[dict[str, object]] = (
        {"override_id": override.id, "device_id": manifest.device_id, "manifest_version": manifest.version}
        for override in manifest.overrides
    )
    insert_new(unit, tables.override_screens, list(rows))


def _set_generation(unit: Unit, device_id: str, generation: int) -> None:
    manifests = tables.manifests
    unit.connection.execute(
        unit.update(manifests).where(manifests.c.device_id == device_id).values(generation=generation)
    )


def _generation(unit: Unit) -> int:
    organizations = tables.organizations
    return int(
        unit.connection.scalar(select(organizations.c.generation).where(organizations.c.id == unit.organization_id))
        or 0
    )
