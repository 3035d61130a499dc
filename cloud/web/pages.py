"""Who a page is for, and the pages behind a QR code; see `templates/` for how pages look."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cloud.web.api import Answer, MissingError, RefusedError, SignedOutError
from cloud.web.choosing import find, said_words
from cloud.web.listening import COOKIE, heard, keep
from cloud.web.looks import me
from cloud.web.rendering import page

Page = Callable[[Request], Awaitable[Response]]


def for_people(draw: Page) -> Page:
    """A page for those who are signed in; others are sent to sign in, and come back."""

    async def answer(request: Request) -> Response:
        try:
            language = (await me(request))["user"]["language"]
        except SignedOutError:
            return _to_sign_in(request)
        except RefusedError as refused:
            return _as_it_came(refused.answer)
        with heard(request, language):
            try:
                response = await draw(request)
            except SignedOutError:
                return _to_sign_in(request)
            except MissingError:
                response = page("missing.html", 404)
            except RefusedError as refused:
                response = _as_it_came(refused.answer)
        if language and request.cookies.get(COOKIE) != language:
            keep(response, language)
        return response

    return answer


async def home(_: Request) -> Response:
    return RedirectResponse("/screens", 303)


async def pair(request: Request) -> Response:
    """The page behind the QR code. Code and claim key stay in the fragment, which browsers never send."""
    person, found = await asyncio.gather(me(request), find(request, said_words(request.query_params)))
    return page("pair.html", **person, found=found, given=request.query_params)


def _as_it_came(answer: Answer) -> Response:
    kept = {name: value for name, value in answer.headers.items() if name in ("content-type", "retry-after")}
    return Response(answer.body, answer.status, kept | {"Cache-Control": "no-store"})


def _to_sign_in(request: Request) -> Response:
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?next={quote(wanted)}", 303, {"Cache-Control": "no-store"})
