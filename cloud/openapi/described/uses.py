"""What the reads of uses answer."""

from cloud.openapi.description import Described, Shape, one
from cloud.uses.uses import Use


class UsesShape(Shape, frozen=True):
    items: list[Use]
    next_cursor: None


_ALL = one(UsesShape, note="All of them: what refuses that it is deleted first.")
DESCRIBED = {
    "GET /api/content/{id}/uses": Described("What uses a piece of content", _ALL, problems={404: ("CONTENT_001",)}),
    "GET /api/playlists/{id}/uses": Described("What uses a playlist", _ALL),
    "GET /api/layouts/{id}/uses": Described("What uses a layout", _ALL),
}
