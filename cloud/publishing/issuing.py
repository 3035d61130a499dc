"""Issuing manifests: a new version only when what the screen plays really changed, kept as sent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from cloud.db import tables
from cloud.db.given import among
from cloud.db.unit import Row, Unit
from cloud.db.upsert import put_many, put_new
from cloud.publishing.drafts import OF_THE_SCREEN, Draft, Drafts
from cloud.publishing.library import load
from cloud.publishing.signing_keys import trusted
from cloud.tags import tags_of
from vizora.identifiers import DeviceId
from vizora.manifest.codec import encode_for


@dataclass(frozen=True, slots=True)
class Due:
    """A manifest that a screen is to have and that was not written yet."""

    device_id: str
    version: int
    draft: Draft


@dataclass(frozen=True, slots=True)
class Plan:
    generation: int
    same: list[str]
    """Screens whose manifest, as it was issued last, still says what they are to play."""
    due: list[Due]


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


def plan(unit: Unit, device_ids: Collection[str]) -> Plan:
    """What is to be written for these screens. Ids that are none of the organization's are passed over, and so are
    screens for which nothing can be published: they play on.
    """
    devices, manifests = tables.devices, tables.manifests
    columns = [devices.c[name] for name in ("id", "organization_id", *OF_THE_SCREEN)]
    screens = (
        unit.select(devices, *columns, manifests.c.version, manifests.c.digest)
        .select_from(devices.outerjoin(manifests, manifests.c.device_id == devices.c.id))
        .where(among(unit, devices.c.id, device_ids))
    )
    found = Plan(_generation(unit), [], [])
    drafts = Drafts(load(unit), trusted(unit.connection))
    tags = tags_of(unit, tables.device_tags, device_ids)
    for row in unit.rows(screens):
        draft = drafts.of(row, tags[row["id"]])
        if draft is None:
            continue
        if row["digest"] == draft.digest:
            found.same.append(row["id"])
        else:
            found.due.append(Due(row["id"], (row["version"] or 0) + 1, draft))
    return found


def issue(unit: Unit, device_ids: Collection[str]) -> None:
    """Brings the manifests of these screens up to date."""
    planned = plan(unit, device_ids)
    put_many(unit, tables.manifests, ["device_id"], [_row(one, planned.generation, unit.now) for one in planned.due])
    put_new(unit, tables.override_screens, [row for one in planned.due for row in _followed(one)])
    unchanged(unit, planned)


def unchanged(unit: Unit, planned: Plan) -> None:
    """Notes that the manifests which stay are up to date."""
    manifests = tables.manifests
    older = manifests.c.generation < planned.generation
    unit.connection.execute(
        unit.update(manifests)
        .where(among(unit, manifests.c.device_id, planned.same), older)
        .values(generation=planned.generation)
    )


def _row(due: Due, generation: int, now: datetime) -> Row:
    return {
        "device_id": due.device_id,
        "version": due.version,
        "generation": generation,
        "digest": due.draft.digest,
        "body": encode_for(due.draft.manifest, DeviceId(due.device_id), due.version, now),
        "etag": f'"v{due.version}-{due.draft.digest[:16]}"',
        "issued_at": now,
    }


def _followed(due: Due) -> list[Row]:
    """From which version on has the screen each override: what `GET /api/publish/{id}/screens` counts from."""
    return [
        {"override_id": override.id, "device_id": due.device_id, "manifest_version": due.version}
        for override in due.draft.manifest.overrides
    ]


def _generation(unit: Unit) -> int:
    organizations = tables.organizations
    return int(unit.connection.scalar(unit.select(organizations, organizations.c.generation)) or 0)
