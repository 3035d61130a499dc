"""What a client sends of a playlist, and what can be wrong with it beyond its shape."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec

from cloud.allowed import Instant, Name
from cloud.bodies import Body
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.problems import FieldError, Problem, refuse
from vizora.manifest.limits import MAX_ITEM_MS, MAX_ITEMS
from vizora.manifest.model import Fit, Order, TransitionKind

MAX_TRANSITION_MS = 10_000


class NewTransition(Body, frozen=True):
    kind: TransitionKind = TransitionKind.CUT
    duration_ms: Annotated[int, msgspec.Meta(ge=0, le=MAX_TRANSITION_MS)] = 0


class NewItem(Body, frozen=True):
    content_id: str
    id: str | None = None
    """As read earlier, to say that it is the same item; not needed."""
    duration_ms: Annotated[int, msgspec.Meta(ge=1, le=MAX_ITEM_MS)] | None = None
    fit: Fit = Fit.CONTAIN
    transition: NewTransition = NewTransition()
    volume: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    valid_from: Instant | None = None
    valid_until: Instant | None = None


Items = Annotated[tuple[NewItem, ...], msgspec.Meta(max_length=MAX_ITEMS)]


class NewPlaylist(Body, frozen=True):
    name: Name
    order: Order = Order.SEQUENCE
    items: Items = ()
    description: Annotated[str, msgspec.Meta(max_length=10_000)] = ""


class PlaylistChange(Body, frozen=True):
    """PATCH: what is not sent stays."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    order: Order | msgspec.UnsetType = msgspec.UNSET
    items: Items | msgspec.UnsetType = msgspec.UNSET
    description: Annotated[str, msgspec.Meta(max_length=10_000)] | msgspec.UnsetType = msgspec.UNSET


def check_items(unit: Unit, items: Sequence[NewItem]) -> None:
    """Raises Problem 400 with every wrong field: PLAYLIST_001 when content is unknown, else VALIDATION_001."""
    known = unit.known(tables.content, [item.content_id for item in items])
    unknown = [
        FieldError(f"/items/{index}/contentId", f"is none of your content: {item.content_id[:64]}")
        for index, item in enumerate(items)
        if item.content_id not in known
    ]
    errors = [*unknown, *_wrong_validity(items)]
    if unknown:
        detail = "Some items name content that does not exist." if len(unknown) > 1 else "There is no such content."
        raise Problem(400, "PLAYLIST_001", detail, errors=errors)
    refuse(errors)


def _wrong_validity(items: Sequence[NewItem]) -> Iterator[FieldError]:
    for index, item in enumerate(items):
        if item.valid_from and item.valid_until and item.valid_until <= item.valid_from:
            yield FieldError(f"/items/{index}/validUntil", "must be later than validFrom")
