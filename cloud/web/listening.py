"""Which language somebody is answered in: their account's, else what they chose at the door, else their browser's."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

from starlette.requests import Request
from starlette.responses import Response

from cloud.services import Cloud
from cloud.web.catalogs import Catalogs
from cloud.web.speech import ENGLISH, speaking

COOKIE = "language"
YEAR_S = 31_536_000
Draw = Callable[[Request], Awaitable[Response]]


def catalogs_of(request: Request) -> Catalogs:
    cloud: Cloud = request.app.state.cloud
    return cloud.part(Catalogs)


def spoken(draw: Draw) -> Draw:
    """A page for strangers: `?language=` in the address chooses, and is kept in a cookie."""

    async def answer(request: Request) -> Response:
        wished = request.query_params.get(COOKIE)
        with heard(request, wished):
            response = await draw(request)
        if wished in catalogs_of(request).codes:
            keep(response, wished)
        return response

    return answer


@contextmanager
def heard(request: Request, wished: str | None) -> Iterator[None]:
    """Within it everything is said in the language of the request; `wished` comes before all else."""
    catalogs = catalogs_of(request)
    wishes = (wished, request.cookies.get(COOKIE), *accepted(request.headers.get("accept-language", "")))
    token = speaking.set(catalogs.speech(chosen(wishes, catalogs.codes)))
    try:
        yield
    finally:
        speaking.reset(token)


def keep(response: Response, language: str) -> None:
    """For the doors, where nobody is known yet."""
    response.set_cookie(COOKIE, language, max_age=YEAR_S, samesite="lax")


def chosen(wishes: Sequence[str | None], offered: Sequence[str]) -> str:
    """The first of them that is offered, regions left aside (`de-AT` is `de`); English when none is."""
    plain = ((wish or "").replace("_", "-").split("-")[0].lower() for wish in wishes)
    return next((wish for wish in plain if wish in offered), ENGLISH.code)


def accepted(header: str) -> list[str]:
    """The languages of `Accept-Language`, the best liked first (RFC 9110 section 12.5.4); nonsense is left out."""
    liked: list[tuple[float, str]] = []
    for part in header.split(",")[:50]:
        tag, _, weight = part.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight.strip() else 1.0
        except ValueError:
            continue
        if tag.strip() and quality > 0:
            liked.append((-quality, tag.strip()))
    return [tag for _, tag in sorted(liked, key=lambda one: one[0])]
