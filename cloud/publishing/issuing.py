"""Issuing manifests: a new version only when what the screen plays really changed, kept as sent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.db.upsert import put_many, put_new
from cloud.publishing.drafts import OF_THE_SCREEN, Drafts
from cloud.publishing.library import load
from cloud.tags import tags_of
from vizora.manifest.codec import encode_for
from vizora.manifest.model import Key, Manifest


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


def fresh_version(unit: Unit, device_id: str) -> int | None:
    """The version of the manifest that was issued last, when it still says what the screen is to play."""
    manifests = tables.manifests
    fresh = (manifests.c.device_id == device_id, manifests.c.generation == _generation(unit))
    row = unit.row(unit.select(manifests, manifests.c.version).where(*fresh))
    return None if row is None else int(row["version"])


def issue(unit: Unit, keys: tuple[Key, ...], device_ids: Collection[str]) -> list[Issued]:
    """Brings the manifests of these screens up to date. Ids that are none of the organization's are passed over.

    `keys`: what the screens are to trust from now on.
    """
    devices, manifests = tables.devices, tables.manifests
    columns = [devices.c[name] for name in ("id", "organization_id", *OF_THE_SCREEN)]
    rows = unit.rows(unit.select(devices, *columns).where(devices.c.id.in_(device_ids)))
    if not rows:
        return []
    generation, drafts = _generation(unit), Drafts(load(unit), keys)
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
        last = before.get(row["id"])
        if last is not None and last["digest"] == draft.digest:
            same.append(Issued(row["id"], last["version"], changed=False))
        else:
            version = 1 if last is None else last["version"] + 1
            body = encode_for(draft.manifest, row["id"], version, unit.now)
            new.append(_row(row["id"], version, draft.digest, generation, body, unit.now))
            followed += _followed(draft.manifest, row["id"], version)
    put_many(unit, manifests, ["device_id"], new)
    put_new(unit, tables.override_screens, followed)
    _set_generation(unit, [one.device_id for one in same], generation)
    return same + [Issued(row["device_id"], row["version"], changed=True) for row in new]


def _row(device_id: str, version: int, digest: str, generation: int, body: bytes, issued_at: datetime) -> Row:
    return {
        "device_id": device_id,
        "version": version,
        "generation": generation,
        "digest": digest,
        "body": body,
        "etag": f'"v{version}-{digest[:16]}"',
        "issued_at": issued_at,
    }


def _followed(manifest: Manifest, device_id: str, version: int) -> list[Row]:
    """From which version on the screen has each override: what `GET /api/publish/{id}/screens` counts from."""
    return [
        {"override_id": override.id, "device_id": device_id, "manifest_version": version}
        for override in manifest.overrides
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
