"""What a form brought: a few short fields, or one of a fixed list of words."""

from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qs

from starlette.requests import Request

MOST_BYTES = 2048
MOST_FIELDS = 10

_E = TypeVar("_E", bound=StrEnum)


async def fields(request: Request) -> dict[str, str]:
    """The first value of each field; empty for whatever is larger than our forms are."""
    if not hasattr(request.state, "fields"):
        request.state.fields = parsed(await _body(request))
    known: dict[str, str] = request.state.fields
    return known


def parsed(body: bytes) -> dict[str, str]:
    try:
        found = parse_qs(body.decode("ascii"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items()}


def chosen(kind: type[_E], text: str) -> _E | None:
    """One of an enum's words; nothing else ever comes out of a request."""
    try:
        return kind(text)
    except ValueError:
        return None


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return b""
    return bytes(body)
