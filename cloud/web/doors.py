"""Pages for those who are not signed in: the ways in, a forgotten password, and links that came by mail.

A link's token is in the fragment, which browsers keep to themselves; the page's script sends it with what was typed.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from cloud.web.listening import COOKIE, catalogs_of
from cloud.web.looks import provider_of, the_cloud
from cloud.web.rendering import page

NOTHING: Mapping[str, str] = {}


def way_in(
    request: Request, template: str, status: int = 200, *, given: Mapping[str, str] = NOTHING, problem: str = ""
) -> Response:
    """Signing in or registering, with what was `given` before and why that would not do."""
    return _door(
        request,
        template,
        status,
        given=given,
        problem=problem,
        registration=the_cloud(request).config.registration.value,
        signed_out="signed-out" in request.query_params,
        to_pair=request.query_params.get("next", "").startswith("/pair"),
    )


async def sign_in(request: Request) -> Response:
    return way_in(request, "sign-in.html")


async def register(request: Request) -> Response:
    return way_in(request, "register.html")


async def forgotten_password(request: Request) -> Response:
    return _door(request, "forgotten-password.html")


async def reset_password(request: Request) -> Response:
    return _door(request, "reset-password.html")


async def invitation(request: Request) -> Response:
    return _door(request, "invitation.html")


def _door(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """With the provider beside the form, and the same page in the other languages."""
    rest = [(name, value) for name, value in request.query_params.multi_items() if name != COOKIE]
    languages = [
        (code, name, "?" + urlencode([*rest, (COOKIE, code)])) for code, name in catalogs_of(request).languages
    ]
    return page(template, status, provider=provider_of(request), languages=languages, **values)
