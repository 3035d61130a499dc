"""Pages for those who are not signed in: the ways in, a forgotten password, and links that came by mail.

A link's token is in the fragment, which browsers keep to themselves; the page's script sends it with what was typed.
"""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from cloud.web.looks import provider_of, the_cloud
from cloud.web.rendering import page

NOTHING: Mapping[str, str] = {}


def way_in(
    request: Request, template: str, status: int = 200, *, given: Mapping[str, str] = NOTHING, problem: str = ""
) -> Response:
    """Signing in or registering, with what was `given` before and why that would not do."""
    return page(
        template,
        status,
        given=given,
        problem=problem,
        registration=the_cloud(request).config.registration.value,
        provider=provider_of(request),
        signed_out="signed-out" in request.query_params,
    )


async def sign_in(request: Request) -> Response:
    return way_in(request, "sign-in.html")


async def register(request: Request) -> Response:
    return way_in(request, "register.html")


async def forgotten_password(_: Request) -> Response:
    return page("forgotten-password.html")


async def reset_password(_: Request) -> Response:
    return page("reset-password.html")


async def invitation(request: Request) -> Response:
    return page("invitation.html", provider=provider_of(request))
