"""`GET /api/content/{id}/uses`, and the same of a playlist and a layout (docs/adr/0061)."""

from collections.abc import Callable

from cloud.db.unit import Unit
from cloud.endpoints import Call, Endpoint, Reply
from cloud.principals import Access
from cloud.problems import content_not_found, not_found
from cloud.rooms import Room
from cloud.things import THINGS
from cloud.uses.uses import uses

PATHS = {"content": "/api/content", "playlist": "/api/playlists", "layout": "/api/layouts"}


def _listing(kind: str) -> Callable[[Call, Unit], Reply]:
    missing = content_not_found if kind == "content" else not_found

    def listing(call: Call, unit: Unit) -> Reply:
        unit.find(THINGS[kind].table, call.id, missing())
        return Reply({"items": uses(unit, kind, call.id), "nextCursor": None})

    return listing


ROOM = Room(
    endpoints=tuple(
        Endpoint("GET", f"{path}/{{id}}/uses", _listing(kind), Access.VIEWER) for kind, path in PATHS.items()
    )
)
