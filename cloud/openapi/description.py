"""What the table of endpoints does not say itself: what an endpoint answers, which query it takes, how it fails."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec

from cloud.problems import FieldError

JSON = "application/json"
Count = Annotated[int, msgspec.Meta(ge=0)]


class Shape(msgspec.Struct, frozen=True, rename="camel"):
    """The fields of an answer. A field without a default is always there."""


class ProblemShape(Shape, frozen=True):
    """RFC 9457. `detail` is for people, `code` for programs."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    details: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    errors: list[FieldError] | msgspec.UnsetType = msgspec.UNSET
    error: str | msgspec.UnsetType = msgspec.UNSET
    """RFC 6749's word for devices that pair: `authorization_pending`, `slow_down`, `expired_token`, `access_denied`."""
    confirmation: str | msgspec.UnsetType = msgspec.UNSET
    """The number that the screen has to show."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A body of this type; None is no body. A binary one has a media type and `bytes`."""

    kind: Any = None
    media_types: tuple[str, ...] = (JSON,)
    note: str = "Done."
    headers: tuple[str, ...] = ()
    """Names of headers it carries; `cloud.openapi.document` knows what they mean."""


@dataclass(frozen=True, slots=True)
class Query:
    name: str
    kind: Any = str
    note: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Described:
    summary: str
    answers: Mapping[int, Answer]
    query: tuple[Query, ...] = ()
    problems: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Beyond those that follow from who may call it and what it reads: status, and the codes it comes with."""
    bodies: tuple[tuple[str, Any], ...] = ()
    """Media type and type of the bodies a streaming endpoint reads; `bytes` for anything."""
    headers: tuple[str, ...] = ()
    """Names of further request headers."""


def one(kind: Any, *headers: str, note: str = "The object.") -> dict[int, Answer]:
    return {200: Answer(kind, note=note, headers=headers)}


def made(kind: Any, *headers: str) -> dict[int, Answer]:
    return {201: Answer(kind, note="Made.", headers=headers)}


def sheet(note: str) -> dict[int, Answer]:
    """A CSV file."""
    return {200: Answer(str, ("text/csv",), note, ("Content-Disposition",))}


NOTHING: dict[int, Answer] = {204: Answer(note="Done; there is nothing to say.")}
LIMITED = Query("limit", Annotated[int, msgspec.Meta(ge=1, le=200)], "Objects a page; 50 when not given.")
PAGED = (
    LIMITED,
    Query("cursor", str, "`nextCursor` of the page before."),
)
FORCE = Query("force", bool, "`true` deletes it although it is in use.")
RANGES = {
    200: Answer(bytes, ("application/octet-stream",), "The whole file.", ("ETag", "Accept-Ranges")),
    206: Answer(bytes, ("application/octet-stream",), "The part asked for.", ("ETag", "Content-Range")),
    304: Answer(note="The client has it already.", headers=("ETag",)),
}
