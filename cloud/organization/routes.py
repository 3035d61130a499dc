"""An organization's own record, and what it uses of what it may: `/api/organization`."""

from msgspec import UNSET, UnsetType
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from cloud.accounts.rules import name_faults, slug_faults
from cloud.accounts.sessions import show_organization
from cloud.bodies import Body
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Call, Endpoint, Reply
from cloud.organization import tags
from cloud.principals import Access
from cloud.problems import FieldError, Problem, conflict, refuse
from cloud.rooms import Room
from cloud.updates.offering import Channel, Window, is_time_of_day


class OrganizationChange(Body, frozen=True):
    """Tier and quotas are not here: only billing changes them."""

    name: str | UnsetType = UNSET
    slug: str | UnsetType = UNSET
    update_channel: Channel | UnsetType = UNSET
    update_window: Window | UnsetType = UNSET


def get(_: Call, unit: Unit) -> Reply:
    organization = unit.organization()
    return Reply(show_organization(organization), revision=organization["revision"])


def change(call: Call, unit: Unit) -> Reply:
    """409 when the slug is another organization's."""
    wanted: OrganizationChange = call.body
    refuse(
        (
            *(() if wanted.name is UNSET else name_faults(wanted.name, "/name", 200)),
            *(() if wanted.slug is UNSET else slug_faults(wanted.slug, "/slug")),
            *(() if wanted.update_window is UNSET else _window_faults(wanted.update_window)),
        )
    )
    organizations = tables.organizations
    call.check_match(unit.organization()["revision"])
    values = {
        field: getattr(wanted, field).strip() for field in ("name", "slug") if getattr(wanted, field) is not UNSET
    }
    if wanted.update_channel is not UNSET:
        values["update_channel"] = wanted.update_channel
    if wanted.update_window is not UNSET:
        values |= {"update_window_start": wanted.update_window.start, "update_window_end": wanted.update_window.end}
    other = select(organizations.c.id).where(
        organizations.c.slug == values.get("slug"), organizations.c.id != unit.organization_id
    )
    if unit.row(other) is not None:
        raise _taken()
    try:
        unit.change(organizations, unit.organization_id, **values)
    except IntegrityError as fault:
        raise _taken() from fault
    return get(call, unit)


def usage(_: Call, unit: Unit) -> Reply:
    """Counted now, from what there is: screens that are paired, bytes of every version of every file."""
    organization, devices, files = unit.organization(), tables.devices, tables.content_files
    screens = unit.connection.scalar(unit.select(devices, func.count()))
    size = unit.connection.scalar(unit.select(files, func.coalesce(func.sum(files.c.size), 0)))
    return Reply(
        {
            "screensUsed": screens,
            "screenQuota": organization["screen_quota"],
            "storageUsed": int(size or 0),
            "storageQuota": organization["storage_quota"],
        }
    )


def _window_faults(window: Window) -> list[FieldError]:
    return [
        FieldError(f"/updateWindow/{name}", "must be a time of day, 00:00 to 23:59")
        for name, time in (("start", window.start), ("end", window.end))
        if not is_time_of_day(time)
    ]


def _taken() -> Problem:
    return conflict("This slug is taken.", field="slug")


ROOM = Room(
    endpoints=(
        Endpoint("GET", "/api/organization", get, Access.VIEWER),
        Endpoint("PATCH", "/api/organization", change, Access.ADMIN, OrganizationChange, "organization.change"),
        Endpoint("GET", "/api/organization/usage", usage, Access.VIEWER),
        Endpoint("GET", "/api/tags", tags.listing, Access.VIEWER),
    )
)
