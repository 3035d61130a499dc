"""The pages about an organization: what it uses and pays for, its people, and who changed what."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from cloud.billing.tiers import LOOKUP_KEYS, SCREENS
from cloud.web.api import found, items, read
from cloud.web.deeds import deed
from cloud.web.looks import me, own_zone, the_cloud
from cloud.web.period import days_as_instants, said
from cloud.web.rendering import page
from cloud.web.speech import _
from cloud.web.updates import channels
from vizora.schedule.zones import zone

TIGHT = 0.9


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
        paid=said(request, "paid"),
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
    return page(
        "log.html",
        **person,
        rows=[(row, deed(row["action"])) for row in rows["items"]],
        users=users,
        kinds=sorted({one.kind for one in request.app.state.endpoints if one.kind}),
        chosen=chosen,
        older=rows["nextCursor"] and "?" + urlencode({**chosen, "cursor": rows["nextCursor"]}),
        newest="?" + urlencode(chosen) if cursor else "",
        sheet=f"/api/audit-logs.csv?{urlencode(query)}",
        zone=zone_name,
    )
