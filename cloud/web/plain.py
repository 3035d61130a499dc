"""The way from a code on a screen to that screen being added, for browsers without JavaScript: plain forms.

Each form asks the API as a script would, as the person who sent it; what the API refuses is said on the page.
Pages of other sites get nothing: these forms, unlike the API's JSON, could be sent from there.
"""

import asyncio
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud.accounts.authentication import check_origin
from cloud.problems import Problem
from cloud.web.api import Answer, SignedOutError, ask
from cloud.web.choosing import chosen_in, find
from cloud.web.doors import way_in
from cloud.web.looks import me, the_cloud
from cloud.web.problems import told
from cloud.web.rendering import page

MOST_BYTES = 16_384
HOME = "/screens"


async def sign_in(request: Request) -> Response:
    return await _enter(request, "/api/auth/login", "sign-in.html")


async def register(request: Request) -> Response:
    return await _enter(request, "/api/auth/register", "register.html")


async def pair(request: Request) -> Response:
    """The code and the name; then, when the screen asks for it, the number that it shows."""
    given = await _given(request)
    person = await me(request)
    wanted = {
        name: value for name in ("code", "nickname", "confirmation", "replaceDeviceId") if (value := given.get(name))
    }
    answer = await ask(request, "/api/devices/pair", wanted | {"code": given.get("code", "")})
    if answer.status == 401:
        raise SignedOutError
    if answer.status == 200:
        return RedirectResponse(f"/screens/{answer.json['device']['id']}", 303)
    replaced = [given["replaceDeviceId"]] if given.get("replaceDeviceId") else []
    found, chosen = await asyncio.gather(find(request), chosen_in(request, {"deviceIds": replaced}))
    asked = answer.status == 202 or bool(given.get("confirmation") and answer.status == 400)
    return page(
        "pair-plain.html",
        answer.status if answer.status >= 400 else 200,
        **person,
        found=found,
        chosen=chosen,
        given=given,
        asked=asked and (answer.json.get("details") or {}).get("triesLeft") != 0,
        hardware=answer.json.get("device") or {},
        problem=_sentence(answer),
    )


async def _enter(request: Request, path: str, template: str) -> Response:
    given = await _given(request)
    answer = await ask(request, path, {name: value for name, value in given.items() if value})
    if answer.status in (200, 201):
        entered = RedirectResponse(_own(request.query_params.get("next", "")), 303)
        entered.headers["Set-Cookie"] = answer.headers["set-cookie"]
        return entered
    return way_in(request, template, answer.status, given=given, problem=_sentence(answer))


async def _given(request: Request) -> dict[str, str]:
    """The form's fields. Raises Problem 403 for a form on a page of another site, 413 for more than ours send."""
    check_origin(the_cloud(request), request)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise Problem(413, "VALIDATION_001", f"The body is larger than {MOST_BYTES} bytes.")
    return {name: value.strip() for name, value in parse_qsl(body.decode("utf-8", "replace"))}


def _sentence(answer: Answer) -> str:
    """What is wrong, for people; empty when nothing is."""
    return told(answer.json) if answer.status >= 400 else ""


def _own(path: str) -> str:
    """Only a path on this very server: never somebody else's page."""
    parts = urlsplit(path)
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc and "\\" not in path
    return path if own and path.isprintable() else HOME
