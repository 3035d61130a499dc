"""The page about oneself: password, one-time codes, and tokens for programs where the server has them."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from cloud.principals import Role
from cloud.web.api import ask, read
from cloud.web.listening import catalogs_of
from cloud.web.looks import me, provider_of
from cloud.web.rendering import page


async def account(request: Request) -> Response:
    person = await me(request)
    mine = Role(person["user"]["role"])
    roles = [role.value for role in Role if role.rank <= mine.rank]
    provider = provider_of(request)
    return page(
        "account.html",
        **person,
        tokens=await _tokens(request),
        roles=roles,
        languages=catalogs_of(request).languages,
        provider=provider,
        linked=(await read(request, "/api/auth/oidc"))["items"] if provider else [],
    )


async def _tokens(request: Request) -> list[Any] | None:
    """Tokens for programs; None where there are none to be had."""
    answer = await ask(request, "/api/api-tokens")
    return answer.json["items"] if answer.status == 200 else None
