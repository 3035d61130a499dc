"""The pages of an organization with a bit of everything, and a browser that opens them."""

import re
from collections.abc import Awaitable, Callable
from types import SimpleNamespace

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.testclient import TestClient

from cloud.endpoints import Endpoint
from cloud.principals import Access
from cloud.settings import Registration
from cloud.sso.address import IssuerAddress
from cloud.web.catalogs import Catalogs
from cloud.web.routes import routes
from tests.fakes.clock import FakeClock
from tests.fakes.public_api import COOKIE, PublicApi, content, device, playlist, use, user

CATALOGS = Catalogs()
FOR_PEOPLE = (
    "/screens",
    "/screens/many",
    "/screens/d1/log",
    "/screens/d1/log?q=a&level=error&from=2026-11-01&to=x",
    "/screens/d1",
    "/screens/d1?span=week&day=2026-03-29",
    "/pair",
    "/content",
    "/content?q=a&type=image&tag=b",
    "/content/c1",
    "/content/c2",
    "/publish",
    "/playlists",
    "/playlists/new",
    "/playlists/p1",
    "/layouts",
    "/layouts/l1",
    "/layouts/new",
    "/schedules",
    "/schedules/s1",
    "/schedules/s4",
    "/schedules/new",
    "/player",
    "/player?screen=d1",
    "/organization",
    "/account",
    "/analytics",
    "/analytics?period=today&by=schedule",
    "/analytics?from=2026-11-01&to=2026-11-20&tag=north",
)
ON_AIR = use("publish", "Menu", "/publish", level="emergency", deletedWithIt=True)
FOR_ADMINS = ("/organization/people", "/organization/log", "/organization/log?entityType=playlist&from=2026-11-01&to=x")
FOR_ALL = ("/sign-in", "/register", "/forgotten-password", "/reset-password", "/invitation")


def api() -> PublicApi:
    """An organization with a bit of everything."""
    return PublicApi(
        devices=[
            device("d1", screenshotAt="2026-11-22T11:00:00Z"),
            device("d2", nickname="Counter", status="offline", currentContent=None, location="left of the door"),
            device("d3", nickname="Hall", status="error", problem={"code": "VZ-112", "sentence": "The card fails."}),
        ],
        contents=[
            content("c1"),
            content("c2", type="video", title="Light", durationMs=75_000, thumbnailUrl=None),
            content("c3", title="Broken", uploadStatus="failed", uploadError="The file ends too early.", size=None),
            content("c4", title="New", uploadStatus="processing", width=None, height=None, thumbnailUrl=None),
        ],
        playlists=[playlist("p1", "c1", "c2", "gone")],
        schedules=[
            schedule("s1", {"kind": "always"}),
            schedule("s2", {"kind": "weekly", "days": [1, 2], "startTime": "08:00", "endTime": "20:00"}),
            schedule("s3", {"kind": "once", "start": "2026-12-24T18:00", "end": "2026-12-24T23:00"}),
            schedule("s4", {"kind": "cron", "expression": "0 9 * * 1-5", "durationMs": 3_600_000}),
        ],
        layouts=[layout("l1")],
        users=[user("u1", role="admin"), user("u2", firstName="Vera", totpEnabled=True, isActive=False)],
        invitations=[invitation("i1", "2026-11-20T10:00:00Z"), invitation("i2", "2030-11-20T10:00:00Z")],
        deeds=[
            deed_of("playlist.create", "p1", "Morning", "/playlists/p1"),
            deed_of("device.remove", "d9", "Hall"),
            deed_of("session.begin", "u1"),
        ],
        tokens=[
            {
                "id": "t1",
                "name": "Sync",
                "role": "viewer",
                "createdAt": "2026-11-20T10:00:00Z",
                "lastUsedAt": None,
                "expiresAt": "2027-11-20T10:00:00Z",
            }
        ],
        overrides=[
            {
                "id": "o1",
                "contentId": "c1",
                "playlistId": None,
                "target": {"all": True},
                "level": "normal",
                "startsAt": "2026-11-22T11:00:00Z",
                "endsAt": None,
            }
        ],
        uses={
            "c1": [
                use("playlist", "Morning", "/playlists/p1"),
                ON_AIR,
                use("schedule", "Plan s1", "/schedules/s1", refuses=False),
            ],
            "p1": [
                use("device", "Entrance", "/screens/d1"),
                use("schedule", "Plan s1", "/schedules/s1", deletedWithIt=True),
            ],
        },
        progress={
            "o1": [
                {
                    "deviceId": "d1",
                    "sentAt": "2026-11-22T11:00:00Z",
                    "downloadedAt": "2026-11-22T11:00:01Z",
                    "onGlassAt": None,
                    "nickname": "Entrance",
                    "status": "online",
                }
            ]
        },
    )


def invitation(id: str, expires_at: str) -> dict[str, object]:  # noqa: A002
    return {"id": id, "email": f"{id}@new.example", "role": "viewer", "expiresAt": expires_at}


def deed_of(action: str, entity: str, name: str | None = None, page_url: str | None = None) -> dict[str, object]:
    return {
        "id": action, "userId": "u1", "userEmail": "mira@acme.example", "action": action, "ipAddress": "192.0.2.7",
        "entityType": action.split(".")[0], "entityId": entity, "createdAt": "2026-11-20T10:00:00Z",
        "entityName": name, "pageUrl": page_url,
    }  # fmt: skip


def schedule(id: str, recurrence: dict[str, object]) -> dict[str, object]:  # noqa: A002
    return {
        "id": id, "name": f"Plan {id}", "playlistId": "p1", "target": {"deviceIds": ["d1"], "tags": []}, "priority": 3,
        "timezone": "device", "startsOn": None, "endsOn": None, "layoutId": None, "executionCount": 0,
        "recurrence": recurrence, "nextRuns": ["2026-11-23T07:00:00Z"],
    }  # fmt: skip


def layout(id: str) -> dict[str, object]:  # noqa: A002
    zone = {"id": "main", "x": 0, "y": 0, "width": 1920, "height": 1080, "z": 0, "playlistId": "p1"}
    return {"id": id, "name": "Lobby", "width": 1920, "height": 1080, "background": "#000000", "zones": [zone]}


def segment(id: str) -> dict[str, object]:  # noqa: A002
    source = {"kind": "schedule", "id": id, "priority": 0}
    zones = [{"zoneId": "main", "playlistId": "p1"}]
    return {"from": "2026-11-22T07:00:00Z", "to": "2026-11-22T12:00:00Z", "source": source, "zones": zones}


def browser(
    api: PublicApi,
    *,
    signed_in: bool = True,
    registration: Registration = Registration.OPEN,
    oidc: IssuerAddress | None = None,
) -> TestClient:
    app = Starlette(routes=[*api.routes(), *routes])
    config = SimpleNamespace(registration=registration, oidc=oidc, stripe_secret_key=api.sells)
    app.state.cloud = SimpleNamespace(config=config, clock=FakeClock(), part=lambda _: CATALOGS)
    app.state.endpoints = [Endpoint("POST", "/api/playlists", lambda: None, Access.MANAGER, action="playlist.create")]
    return TestClient(app, headers={"cookie": COOKIE} if signed_in else {}, follow_redirects=False)


def noting(asked: list[str]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        asked.append(request.url.query)
        return JSONResponse({"items": [], "nextCursor": None})

    return answer


def buttons(html: str) -> list[str]:
    """What the page's buttons that can be pressed say; those of dialogs and templates only come after another."""
    plain = re.sub(r"<(dialog|template)\b.*?</\1>", "", html, flags=re.DOTALL)
    found = re.findall(r"<button\b([^>]*)>(.*?)</button>", plain, flags=re.DOTALL)
    return [re.sub(r"<[^>]*>", "", words).strip() for attributes, words in found if "disabled" not in attributes]
