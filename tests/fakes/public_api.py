"""The parts of the public API that the web pages read, from lists in memory (CONTRACT section 3)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

COOKIE = "vizora=signed-in"
Json = dict[str, Any]

SIGNED_OUT = JSONResponse({"status": 401, "code": "AUTH_002", "detail": "Sign in again."}, 401)


def device(id: str, **values: Any) -> Json:  # noqa: A002
    return {
        "id": id, "nickname": "Entrance", "location": "", "timezone": "UTC", "tags": [], "status": "online",
        "lastSeenAt": "2026-11-22T11:00:00Z", "model": "Raspberry Pi 5", "resolution": "1920x1080",
        "currentContent": {"shown": [{"contentId": "c1", "title": "Menu"}]}, "problem": None, "screenshotAt": None,
    } | values  # fmt: skip


def content(id: str, **values: Any) -> Json:  # noqa: A002
    return {
        "id": id, "type": "image", "title": "Menu", "size": 63_779, "width": 1920, "height": 1080, "durationMs": None,
        "uploadStatus": "ready", "uploadError": None, "thumbnailUrl": f"/api/content/{id}/thumbnail",
    } | values  # fmt: skip


def playlist(id: str, *content_ids: str) -> Json:  # noqa: A002
    items = [
        {
            "contentId": content_id,
            "durationMs": 7000,
            "fit": "contain",
            "transition": {"kind": "wipe", "durationMs": 500},
        }
        for content_id in content_ids
    ]
    return {"id": id, "name": "Morning", "order": "sequence", "items": items}


@dataclass
class PublicApi:
    """`page_size` makes lists come in pages; every read needs the cookie."""

    devices: list[Json] = field(default_factory=list)
    contents: list[Json] = field(default_factory=list)
    playlists: list[Json] = field(default_factory=list)
    schedules: list[Json] = field(default_factory=list)
    overrides: list[Json] = field(default_factory=list)
    progress: dict[str, list[Json]] = field(default_factory=dict)
    page_size: int = 200

    def routes(self) -> list[Route]:
        lists = {
            "/api/devices": self.devices,
            "/api/content": self.contents,
            "/api/playlists": self.playlists,
            "/api/schedules": self.schedules,
            "/api/publish": self.overrides,
        }
        return [
            Route("/api/auth/me", _signed_in(self._me)),
            *(Route(path, _signed_in(self._list(objects))) for path, objects in lists.items()),
            Route("/api/playlists/{id}", _signed_in(self._playlist)),
            Route("/api/publish/{id}/screens", _signed_in(self._screens)),
        ]

    async def _me(self, _: Request) -> Response:
        return JSONResponse({"user": {"email": "mira@acme.example"}, "organization": {"name": "ACME"}})

    def _list(self, objects: list[Json]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            start = int(request.query_params.get("cursor", "0"))
            end = start + self.page_size
            return JSONResponse({"items": objects[start:end], "nextCursor": str(end) if end < len(objects) else None})

        return answer

    async def _playlist(self, request: Request) -> Response:
        for one in self.playlists:
            if one["id"] == request.path_params["id"]:
                return JSONResponse(one, headers={"ETag": '"r3"'})
        return JSONResponse({"status": 404, "code": "NOT_FOUND_001"}, 404)

    async def _screens(self, request: Request) -> Response:
        return JSONResponse({"items": self.progress.get(request.path_params["id"], [])})


def _signed_in(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def checked(request: Request) -> Response:
        if request.headers.get("cookie") != COOKIE:
            return SIGNED_OUT
        return await answer(request)

    return checked
