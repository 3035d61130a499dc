"""How a page asks the JSON API: through the application itself, as the person who opened the page.

So a page can show only what the API would tell this person, and the API stays complete.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec
from starlette.requests import Request
from starlette.types import Message

from cloud.limits.classes import PART

FORWARDED = (
    b"cookie",
    b"authorization",
    b"host",
    b"x-forwarded-for",
    b"accept-language",
    b"origin",
    b"sec-fetch-site",
)


class SignedOutError(Exception):
    """The API says that nobody is signed in; the page sends people to where they can."""


class RefusedError(Exception):
    """The API can't answer now (too many calls, a database that is away): the page answers the same."""

    def __init__(self, answer: "Answer") -> None:
        self.answer = answer


class MissingError(Exception):
    """The API says that there is no such object."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


async def ask(request: Request, path: str, body: Any = None) -> Answer:
    """The API's answer to `GET path`, or with a body to `POST path`, whatever its status."""
    sent = b"" if body is None else msgspec.json.encode(body)
    parts: list[bytes] = []
    start: Message = {}

    async def receive() -> Message:
        return {"type": "http.request", "body": sent, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            parts.append(message.get("body", b""))

    await request.app(_scope(request, path, "GET" if body is None else "POST"), receive, send)
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], headers, b"".join(parts))


async def read(request: Request, path: str) -> Any:
    """The JSON that `GET path` gives. Raises SignedOutError or MissingError."""
    return (await found(request, path)).json


async def found(request: Request, path: str) -> Answer:
    """As `read`, with status and headers (an ETag). Raises RefusedError too."""
    answer = await ask(request, path)
    if answer.status == 401:
        raise SignedOutError
    if answer.status in (400, 403, 404):  # 400: what the address of the page asks for makes no sense
        raise MissingError
    if answer.status in (429, 503):
        raise RefusedError(answer)
    if answer.status != 200:
        raise RuntimeError(f"GET {path} answered {answer.status}: {answer.body[:200]!r}")
    return answer


async def items(request: Request, path: str) -> list[Any]:
    """Everything of a list, page after page."""
    gathered: list[Any] = []
    cursor = ""
    first = f"{path}{'&' if '?' in path else '?'}limit=200"
    while True:
        page = await read(request, first + (f"&cursor={cursor}" if cursor else ""))
        gathered += page["items"]
        cursor = page.get("nextCursor") or ""
        if not cursor:
            return gathered


def _scope(request: Request, path: str, method: str) -> dict[str, Any]:
    url = urlsplit(path)
    part, request.state.asked = hasattr(request.state, "asked"), True
    return {
        PART: part,
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": request.scope["scheme"],
        "path": url.path,
        "raw_path": url.path.encode(),
        "query_string": url.query.encode(),
        "root_path": "",
        "headers": [
            (b"content-type", b"application/json"),
            *((name, value) for name, value in request.scope["headers"] if name in FORWARDED),
        ],
        "client": request.scope.get("client"),
        "server": request.scope.get("server"),
        "state": request.scope.get("state", {}),
    }
