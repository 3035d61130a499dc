"""The parts of the public API that the web pages read, from lists in memory (CONTRACT section 3)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

COOKIE = "vizora=signed-in"
Json = dict[str, Any]

ORGANIZATION = {
    "id": "a1", "name": "ACME", "slug": "acme", "subscriptionTier": "free", "trialEndsAt": "2026-12-01T00:00:00Z",
    "updateChannel": "stable", "updateWindow": {"start": "02:00", "end": "05:00"},
}  # fmt: skip
USAGE = {"screensUsed": 5, "screenQuota": 5, "storageUsed": 2_000_000, "storageQuota": 5_000_000_000}
SUMMARY = {
    "screens": {"total": 3, "online": 1, "offline": 1, "error": 1, "pairing": 0}, "plays": 12, "completed": 11,
    "playedMs": 84_000, "uptime": 0.9987,
}  # fmt: skip
UPTIME = {
    "items": [{"id": "d1", "name": "Entrance", "uptime": 0.5, "outages": 2, "longestOutageMs": 61_000,
               "lastSeenAt": "2026-11-22T11:00:00Z"}],
    "nextCursor": None,
}  # fmt: skip
SIGNED_OUT = JSONResponse({"status": 401, "code": "AUTH_002", "detail": "Sign in again."}, 401)


def device(id: str, **values: Any) -> Json:  # noqa: A002
    return {
        "id": id, "nickname": "Entrance", "location": "", "timezone": "UTC", "tags": [], "status": "online",
        "lastSeenAt": "2026-11-22T11:00:00Z", "model": "Raspberry Pi 5", "resolution": "1920x1080",
        "currentContent": {"shown": [{"contentId": "c1", "title": "Menu"}]}, "problem": None, "screenshotAt": None,
        "softwareVersion": "1.0", "deviceIdentifier": "0c1f9a4f2a", "copiesSeenAt": None, "updateChannel": None,
        "rotation": 0, "volume": 80, "fallbackPlaylistId": None, "metrics": {"disk": 95.1},
    } | values  # fmt: skip


ALWAYS = {"code": "active", "since": None, "until": None}


def forecast(**values: Any) -> Json:
    """What `/api/devices/{id}/now` says when schedule s1 plays c1."""
    expected = {
        "at": "2026-11-22T11:00:00Z", "timeZone": "UTC", "localTime": "2026-11-22T11:00:00", "clock": "trusted",
        "source": {"kind": "schedule", "id": "s1", "priority": 0}, "zones": [{"zoneId": "main", "contentId": "c1"}],
        "nextChange": "2026-11-22T11:00:07Z",
        "why": [
            {"id": "s1", "kind": "schedule", "outcome": "won", "because": ALWAYS},
            {"id": "none", "kind": "fallback", "outcome": "inactive", "because": {"code": "unset"}},
        ],
    }  # fmt: skip
    return {"status": "online", "manifestVersion": 7, "issuedVersion": 7, "expected": expected} | values


def update(**values: Any) -> Json:
    """What `/api/devices/{id}/update` says of a screen that is up to date."""
    return {
        "board": "rpi", "version": "1.0", "slot": "A", "state": "confirmed", "fellBack": False, "doing": "",
        "channel": "stable", "why": "newest", "newest": None, "last": None,
    } | values  # fmt: skip


def content(id: str, **values: Any) -> Json:  # noqa: A002
    return {
        "id": id, "type": "image", "title": "Menu", "size": 63_779, "sha256": "a" * 64,
        "width": 1920, "height": 1080, "durationMs": None,
        "uploadStatus": "ready", "uploadError": None, "uploadFault": None,
        "thumbnailUrl": f"/api/content/{id}/thumbnail",
        "tags": [], "description": "", "mimeType": "image/png", "pages": None, "fileName": "menu.png", "url": None,
        "text": None, "fileUrl": f"/api/content/{id}/file", "createdAt": "2026-11-22T10:00:00Z",
    } | values  # fmt: skip


def playlist(id: str, *content_ids: str) -> Json:  # noqa: A002
    items = [
        {
            "contentId": content_id,
            "durationMs": 7000,
            "fit": "contain",
            "transition": {"kind": "wipe", "durationMs": 500},
            "volume": None,
            "validFrom": None,
            "validUntil": "2030-01-01T00:00:00Z",
        }
        for content_id in content_ids
    ]
    return {"id": id, "name": "Morning", "order": "sequence", "items": items}


def user(id: str, **values: Any) -> Json:  # noqa: A002
    return {
        "id": id, "email": f"{id}@acme.example", "firstName": "Mira", "lastName": "Oz", "role": "viewer",
        "isActive": True, "totpEnabled": False, "language": None,
        "lastLoginAt": None, "createdAt": "2026-11-22T10:00:00Z",
    } | values  # fmt: skip


def use(kind: str, name: str, page_url: str, **values: Any) -> Json:
    """Something that names the thing, and stays when it is deleted."""
    return {
        "kind": kind, "id": "x", "name": name, "level": None, "pageUrl": page_url, "refuses": True,
        "deletedWithIt": False,
    } | values  # fmt: skip


@dataclass
class PublicApi:
    """`page_size` makes lists come in pages; every read needs the cookie."""

    devices: list[Json] = field(default_factory=list)
    contents: list[Json] = field(default_factory=list)
    playlists: list[Json] = field(default_factory=list)
    schedules: list[Json] = field(default_factory=list)
    overrides: list[Json] = field(default_factory=list)
    layouts: list[Json] = field(default_factory=list)
    uses: dict[str, list[Json]] = field(default_factory=dict)
    """By the id of what is used."""
    now: Json = field(default_factory=lambda: forecast())
    update: Json = field(default_factory=lambda: update())
    timeline: Json = field(default_factory=lambda: {"segments": [], "conflicts": [], "digest": "sha256:0"})
    progress: dict[str, list[Json]] = field(default_factory=dict)
    users: list[Json] = field(default_factory=list)
    invitations: list[Json] = field(default_factory=list)
    deeds: list[Json] = field(default_factory=list)
    plays: Json = field(default_factory=lambda: {"items": [], "nextCursor": None})
    tokens: list[Json] = field(default_factory=list)
    """Without any this server has no such endpoint."""
    enrolment_tokens: list[Json] = field(default_factory=list)
    lines: list[Json] = field(default_factory=list)
    """Of every screen's log."""
    identities: list[Json] = field(default_factory=list)
    role: str = "admin"
    language: str | None = None
    page_size: int = 200
    sells: str | None = None
    """Stripe's key, when the server sells something."""

    def routes(self) -> list[Route]:
        lists = {
            "/api/devices": self.devices,
            "/api/content": self.contents,
            "/api/playlists": self.playlists,
            "/api/schedules": self.schedules,
            "/api/publish": self.overrides,
            "/api/layouts": self.layouts,
        }
        return [
            Route("/api/auth/me", _signed_in(self._me)),
            Route("/api/devices/overview", _signed_in(self._overview)),
            Route("/api/devices/enrolment-tokens", _signed_in(self._list(self.enrolment_tokens))),
            *(Route(path, _signed_in(self._list(objects))) for path, objects in lists.items()),
            *(Route(f"{path}/{{id}}", _signed_in(self._one(objects))) for path, objects in lists.items()),
            *(
                Route(f"/api/{name}/{{id}}/uses", _signed_in(self._uses))
                for name in ("content", "playlists", "layouts")
            ),
            Route("/api/devices/{id}/logs", _signed_in(self._list(self.lines))),
            Route("/api/auth/oidc", _signed_in(self._list(self.identities))),
            Route("/api/devices/{id}/now", _signed_in(self._told(self.now))),
            Route("/api/devices/{id}/update", _signed_in(self._told(self.update))),
            Route("/api/devices/{id}/timeline", _signed_in(self._told(self.timeline))),
            Route("/api/devices/{id}/explain", _signed_in(self._told(self.now["expected"]))),
            Route("/api/publish/{id}/screens", _signed_in(self._screens)),
            *(
                Route(f"/api/analytics/{name}", _signed_in(self._told(body)))
                for name, body in (("summary", SUMMARY), ("uptime", UPTIME), ("plays", self.plays))
            ),
            Route("/api/tags", _signed_in(self._told({"content": {"b": 1}, "devices": {}}))),
            Route("/api/organization", _signed_in(self._told(ORGANIZATION))),
            Route("/api/organization/usage", _signed_in(self._told(USAGE))),
            Route("/api/users/invitations", _signed_in(self._admins(self._list(self.invitations)))),
            Route("/api/users", _signed_in(self._admins(self._list(self.users)))),
            Route("/api/audit-logs", _signed_in(self._admins(self._list(self.deeds)))),
            *([Route("/api/api-tokens", _signed_in(self._list(self.tokens)))] if self.tokens else []),
        ]

    async def _me(self, _: Request) -> Response:
        person = user("u1", email="mira@acme.example", role=self.role, language=self.language)
        return JSONResponse({"user": person, "organization": ORGANIZATION})

    def _list(self, objects: list[Json]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            ids = request.query_params.get("ids")
            known = objects if ids is None else [one for one in objects if one["id"] in ids.split(",")]
            start = int(request.query_params.get("cursor", "0"))
            end = start + self.page_size
            return JSONResponse({"items": known[start:end], "nextCursor": str(end) if end < len(known) else None})

        return answer

    def _one(self, objects: list[Json]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            for one in objects:
                if one["id"] == request.path_params["id"]:
                    return JSONResponse(one, headers={"ETag": '"r3"'})
            return JSONResponse({"status": 404, "code": "NOT_FOUND_001"}, 404)

        return answer

    def _admins(self, answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def checked(request: Request) -> Response:
            return await answer(request) if self.role == "admin" else JSONResponse({"status": 403}, 403)

        return checked

    def _told(self, body: Json) -> Callable[[Request], Awaitable[Response]]:
        async def answer(_: Request) -> Response:
            return JSONResponse(body)

        return answer

    async def _uses(self, request: Request) -> Response:
        return JSONResponse({"items": self.uses.get(request.path_params["id"], []), "nextCursor": None})

    async def _screens(self, request: Request) -> Response:
        rows = self.progress.get(request.path_params["id"], [])
        there = sum(row["onGlassAt"] is not None for row in rows)
        return JSONResponse({"items": rows, "nextCursor": None, "count": len(rows), "onGlass": there})

    async def _overview(self, request: Request) -> Response:
        """All that have the words in their name, on one page."""
        words = request.query_params.get("q", "")
        fitting = [one for one in self.devices if words in one["nickname"]]
        states = dict.fromkeys(("error", "offline", "pairing", "online"), 0)
        for one in self.devices:
            states[one["status"]] += 1
        found = {"count": len(self.devices), "found": len(fitting), "page": 1, "pages": 1, "states": states}
        return JSONResponse({"items": fitting, **found})


def _signed_in(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def checked(request: Request) -> Response:
        if COOKIE not in request.headers.get("cookie", ""):
            return SIGNED_OUT
        return await answer(request)

    return checked
