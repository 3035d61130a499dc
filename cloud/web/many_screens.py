"""The page to add a fleet: one file for the card of every player, and the files that were made."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from cloud.web.api import items
from cloud.web.looks import me, own_zone, the_cloud
from cloud.web.rendering import page
from vizora.schedule.zones import zone

USUAL_LIFE = timedelta(days=30)


async def many_screens(request: Request) -> Response:
    person = await me(request)
    own = own_zone(request)
    may_add = person["user"]["role"] != "viewer"
    tokens = await items(request, "/api/devices/enrolment-tokens") if may_add else []
    until = the_cloud(request).clock.now().astimezone(zone(own)).date() + USUAL_LIFE
    return page("many-screens.html", **person, tokens=tokens, until=until, zone=own)
