"""Pages for those who can't sign in yet: a forgotten password, and links that came by mail.

A link's token is in the fragment, which browsers keep to themselves; the page's script sends it with what was typed.
"""

from starlette.requests import Request
from starlette.responses import Response

from cloud.web.looks import provider_of
from cloud.web.rendering import page


async def forgotten_password(_: Request) -> Response:
    return page("forgotten-password.html")


async def reset_password(_: Request) -> Response:
    return page("reset-password.html")


async def invitation(request: Request) -> Response:
    return page("invitation.html", provider=provider_of(request))
