"""The pages about an organization: what it uses and pays for, its people, and who changed what."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from cloud.billing.tiers import LOOKUP_KEYS, SCREENS
from cloud.web.api import found, items, read
from cloud.web.deeds import deed
from cloud.web.looks import contents_of, me, own_zone, the_cloud
from cloud.web.period import days_as_instants, said
from cloud.web.rendering import page
from cloud.web.speech import _
from cloud.web.updates import channels
from vizora.schedule.zones import zone

TIGHT = 0.9
PAGES = {"playlist": "/playlists/", "content": "/content/", "device": "/screens/", "schedule": "/schedules/",
         "layout": "/layouts/"}  # fmt: skip
"""Where an object of a type has its page."""
NAMED = {"playlist": ("/api/playlists", "name"), "schedule": ("/api/schedules", "name"),
         "layout": ("/api/layouts", "name"), "device": ("/api/devices", "nickname")}  # fmt: skip
"""Where the objects of a type are listed, and the field with their name."""
Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Meter:
    """How much of a quota is used; `share` from 0 to 1."""

    name: str
    used: int
    quota: int
    unit: str

    @property
    def share(self) -> float:
        return min(1.0, self.used / self.quota) if self.quota else 1.0

    @property
    def is_tight(self) -> bool:
        return self.share >= TIGHT


async def organization(request: Request) -> Response:
    person, answer, used = await asyncio.gather(
        me(request), found(request, "/api/organization"), read(request, "/api/organization/usage")
    )
    return page(
        "organization.html",
        **person,
        one=answer.json,
        etag=answer.headers.get("etag", ""),
        meters=(
            Meter(_("Screens"), used["screensUsed"], used["screenQuota"], "screens"),
            Meter(_("Room for content"), used["storageUsed"], used["storageQuota"], "bytes"),
        ),
        sells=the_cloud(request).config.stripe_secret_key is not None,
        channels=channels(),
        tiers=[(tier.value, SCREENS[tier]) for tier in LOOKUP_KEYS],
    )


async def people(request: Request) -> Response:
    person, users, invitations = await asyncio.gather(
        me(request), items(request, "/api/users"), items(request, "/api/users/invitations")
    )
    now = the_cloud(request).clock.now()
    waiting = [(one, datetime.fromisoformat(one["expiresAt"]) <= now) for one in invitations]
    return page("people.html", **person, users=users, invitations=waiting)


async def log(request: Request) -> Response:
    """Narrowed by kind of object, person and days of whoever looks; older pages by `cursor`."""
    chosen = {name: value for name in ("entityType", "userId", "from", "to") if (value := said(request, name))}
    zone_name = own_zone(request)
    query = {
        **days_as_instants(chosen, zone(zone_name)),
        **{name: chosen[name] for name in chosen if name.endswith(("Type", "Id"))},
    }
    cursor = {"cursor": wanted} if (wanted := said(request, "cursor")) else {}
    person, rows, users = await asyncio.gather(
        me(request),
        read(request, f"/api/audit-logs?{urlencode({**query, **cursor})}"),
        items(request, "/api/users"),
    )
    kinds = sorted({one.action.split(".")[0] for one in request.app.state.endpoints if one.action})
    older = rows["nextCursor"] and "?" + urlencode({**chosen, "cursor": rows["nextCursor"]})
    called = await _called(request, rows["items"], users)
    shown = [(row, deed(row["action"]), _name(row, called), _address(row, called)) for row in rows["items"]]
    return page("log.html", **person, rows=shown, users=users, kinds=kinds, chosen=chosen, older=older, zone=zone_name)


async def _called(request: Request, rows: Sequence[Mapping[str, Any]], users: Sequence[Mapping[str, Any]]) -> Names:
    """What the changed things are called now, by id; what is gone has no name any more."""
    kinds = {row["entityType"] for row in rows}
    lists = [(path, name) for kind, (path, name) in NAMED.items() if kind in kinds]
    contents, *others = await asyncio.gather(
        contents_of(request, {row["entityId"] for row in rows if row["entityType"] == "content"} - {None}),
        *(items(request, path) for path, _name in lists),
    )
    called = {id_: one["title"] for id_, one in contents.items()}
    for things, (_path, name) in zip(others, lists, strict=True):
        called |= {one["id"]: one[name] for one in things}
    return called | {one["id"]: f"{one['firstName']} {one['lastName']}" for one in users}


def _name(row: Mapping[str, Any], called: Names) -> str:
    """Of what was changed; of who signed in it is told beside it."""
    return "" if row["entityType"] == "session" else called.get(row["entityId"], "")


def _address(row: Mapping[str, Any], called: Names) -> str:
    """The page of what was changed; none when it is gone, or has none."""
    base = PAGES.get(row["entityType"] or "")
    return f"{base}{row['entityId']}" if base and row["entityId"] in called else ""
