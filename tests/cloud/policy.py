"""Who may call which route, written down a second time: a route that is not in this table fails the build.

`@playlist` and the like in a body or a query stand for the id of such an object. The same table says how each change is
called so that it succeeds, which is what the audit log's test needs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from cloud.app import ROOMS
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Unit
from cloud.endpoints import Endpoint
from cloud.principals import Access
from tests.cloud.house import PASSWORD, House, Person, add_picture

ENDPOINTS = [endpoint for room in ROOMS for endpoint in room.endpoints]
RAW_ROUTES = sorted({str(getattr(route, "path", route)) for room in ROOMS for route in room.routes})
PUBLIC, VIEWER, MANAGER, ADMIN, DEVICE = Access.PUBLIC, Access.VIEWER, Access.MANAGER, Access.ADMIN, Access.DEVICE


MISSING = str(uuid4())


def make_device(house: House, person: Person) -> str:
    return house.pair(person).id


def make_content(house: House, person: Person) -> str:
    return house.do(person.organization_id, lambda unit: add_picture(unit, f"Poster {new_id()}"))


def make_playlist(house: House, person: Person) -> str:
    return house.stock(person, "one")


def make_layout(house: House, person: Person) -> str:
    def work(unit: Unit) -> str:
        return unit.create(tables.layouts, name="L", width=100, height=100, background="#000000")

    return house.do(person.organization_id, work)


def make_schedule(house: House, person: Person) -> str:
    return house.schedule(person, house.stock(person, "one"))


def make_publication(house: House, person: Person) -> str:
    wanted = {"target": {"all": True}, "playlistId": house.stock(person, "one")}
    answer: str = person.post("/api/publish", wanted).json()["id"]
    return answer


def make_user(house: House, person: Person) -> str:
    return house.hire(person, "viewer").id


def make_invitation(house: House, person: Person) -> str:
    answer: str = person.post("/api/users/invitations", {"email": f"{uuid4()}@new.example"}).json()["id"]
    return answer


def make_identity(house: House, person: Person) -> str:
    id_ = new_id()
    row = {"id": id_, "user_id": person.id, "issuer": "https://id.example", "subject": id_, "email": person.email}
    house.do(person.organization_id, lambda unit: unit.insert(tables.identities, created_at=unit.now, **row))
    return id_


def make_api_token(house: House, person: Person) -> str:
    return str(person.post("/api/api-tokens", {"name": "Build"}).json()["id"])


def make_enrolment_token(house: House, person: Person) -> str:
    return str(person.post("/api/devices/enrolment-tokens", ENROLMENT).json()["id"])


def make_upload(house: House, person: Person) -> str:
    return str(person.post("/api/uploads", **NEW_UPLOAD).json()["id"])


TUS = {"Tus-Resumable": "1.0.0"}
NEW_UPLOAD = {**TUS, "Upload-Length": "10", "Upload-Metadata": "filename YS5wbmc="}
MAKERS: dict[str, Callable[[House, Person], str]] = {
    "device": make_device,
    "content": make_content,
    "playlist": make_playlist,
    "layout": make_layout,
    "schedule": make_schedule,
    "publication": make_publication,
    "user": make_user,
    "invitation": make_invitation,
    "upload": make_upload,
    "identity": make_identity,
    "api-token": make_api_token,
    "enrolment-token": make_enrolment_token,
}
KINDS = {
    "devices": "device", "content": "content", "playlists": "playlist", "layouts": "layout", "schedules": "schedule",
    "publish": "publication", "users": "user", "users/invitations": "invitation", "uploads": "upload",
    "auth/oidc": "identity",
    "api-tokens": "api-token",
    "devices/enrolment-tokens": "enrolment-token",
}  # fmt: skip
"""What the `{id}` of a path names, by the path before it."""


@dataclass(frozen=True, slots=True)
class Case:
    access: Access
    body: Mapping[str, Any] | None = None
    """What makes the call succeed, when the rest of the world allows it."""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


ITEMS = [{"contentId": "@content", "durationMs": 5000}]
ZONES = [{"id": "z", "x": 0, "y": 0, "width": 1, "height": 1, "playlistId": "@playlist"}]
PLAYLIST = {"name": "P", "items": ITEMS}
LAYOUT = {"name": "L", "width": 1, "height": 1, "zones": ZONES}
SCHEDULE = {
    "name": "S", "playlistId": "@playlist", "target": {"deviceIds": ["@device"]}, "timezone": "device",
    "recurrence": {"kind": "always"},
}  # fmt: skip
SPAN = {"from": "2026-11-22T09:00:00Z", "to": "2026-11-22T10:00:00Z"}
DAY = {"from": "2026-11-22T00:00:00Z", "to": "2026-11-23T00:00:00Z"}
ENROLMENT = {"name": "Fleet", "maxUses": 10, "expiresAt": "2027-01-01T00:00:00Z"}
PERSON = {"firstName": "Sam", "lastName": "Smith"}

POLICY: dict[str, Case] = {
    "POST /api/auth/register": Case(
        PUBLIC, {**PERSON, "email": "r@new.example", "password": PASSWORD, "organizationName": "R"}
    ),
    "POST /api/auth/login": Case(PUBLIC, {"email": "admin@acme.example", "password": PASSWORD}),
    "POST /api/auth/refresh": Case(VIEWER),
    "POST /api/auth/logout": Case(VIEWER),
    "GET /api/auth/me": Case(VIEWER),
    "PUT /api/auth/me/settings": Case(VIEWER, {"language": "de"}),
    "POST /api/auth/password": Case(VIEWER, {"currentPassword": PASSWORD, "newPassword": PASSWORD}),
    "POST /api/auth/password-reset": Case(PUBLIC, {"email": "admin@acme.example"}),
    "POST /api/auth/password-reset/confirm": Case(PUBLIC, {"token": "x", "password": PASSWORD}),
    "POST /api/auth/totp": Case(VIEWER, {"password": PASSWORD}),
    "POST /api/auth/totp/confirm": Case(VIEWER, {"code": "000000"}),
    "POST /api/auth/totp/disable": Case(VIEWER, {"password": PASSWORD}),
    "POST /api/auth/invitation": Case(PUBLIC, {**PERSON, "token": "x", "password": PASSWORD}),
    "POST /api/auth/oidc": Case(PUBLIC, {"next": "/screens"}),
    "GET /api/auth/oidc": Case(VIEWER),
    "POST /api/auth/oidc/link": Case(VIEWER, {"password": PASSWORD}),
    "DELETE /api/auth/oidc/{id}": Case(VIEWER),
    "GET /api/users": Case(ADMIN),
    "POST /api/users": Case(ADMIN, {**PERSON, "email": "u@new.example", "password": PASSWORD}),
    "GET /api/users/{id}": Case(ADMIN),
    "PATCH /api/users/{id}": Case(ADMIN, {"firstName": "New"}),
    "DELETE /api/users/{id}": Case(ADMIN),
    "GET /api/users/invitations": Case(ADMIN),
    "POST /api/users/invitations": Case(ADMIN, {"email": "i@new.example", "role": "viewer"}),
    "DELETE /api/users/invitations/{id}": Case(ADMIN),
    "GET /api/api-tokens": Case(VIEWER),
    "POST /api/api-tokens": Case(VIEWER, {"name": "Build"}),
    "DELETE /api/api-tokens/{id}": Case(VIEWER),
    "GET /api/organization": Case(VIEWER),
    "PATCH /api/organization": Case(ADMIN, {"name": "New"}),
    "GET /api/organization/usage": Case(VIEWER),
    "GET /api/tags": Case(VIEWER),
    "GET /api/audit-logs": Case(ADMIN, query={"userId": "@user"}),
    "GET /api/audit-logs.csv": Case(ADMIN, query={"userId": "@user"}),
    "POST /api/billing/checkout": Case(ADMIN, {"tier": "basic"}),
    "POST /api/billing/portal": Case(ADMIN),
    "POST /api/billing/webhook": Case(PUBLIC),
    "POST /api/pairing": Case(PUBLIC, {"deviceIdentifier": "d", "publicKey": "A" * 43 + "="}),
    "POST /api/pairing/token": Case(PUBLIC, {"deviceCode": "x"}),
    "POST /api/pairing/redeem": Case(PUBLIC, {"code": "ABC234", "deviceIdentifier": "d", "publicKey": "A" * 43 + "="}),
    "POST /api/devices/pair": Case(MANAGER, {"code": "ABC234", "claimKey": "x", "replaceDeviceId": "@device"}),
    "POST /api/devices/pairing-preview": Case(MANAGER, {"code": "ABC234", "claimKey": "x"}),
    "POST /api/devices/pairing-codes": Case(MANAGER, {}),
    "GET /api/devices/enrolment-tokens": Case(MANAGER),
    "POST /api/devices/enrolment-tokens": Case(MANAGER, ENROLMENT),
    "DELETE /api/devices/enrolment-tokens/{id}": Case(MANAGER),
    "POST /api/devices/setup-file": Case(MANAGER, {"token": "vze_x"}),
    "GET /api/devices": Case(VIEWER, query={"tag": "@content"}),
    "GET /api/devices/overview": Case(VIEWER, query={"tag": "@content"}),
    "POST /api/devices/meant": Case(VIEWER, {"target": {"deviceIds": ["@device"]}}),
    "POST /api/devices/tags": Case(MANAGER, {"target": {"deviceIds": ["@device"]}, "add": ["north"]}),
    "POST /api/devices/commands": Case(MANAGER, {"target": {"deviceIds": ["@device"]}, "type": "identify"}),
    "GET /api/devices/{id}": Case(VIEWER),
    "PATCH /api/devices/{id}": Case(MANAGER, {"fallbackPlaylistId": "@playlist"}),
    "DELETE /api/devices/{id}": Case(MANAGER),
    "POST /api/devices/{id}/revoke": Case(ADMIN),
    "POST /api/devices/{id}/commands": Case(MANAGER, {"type": "identify"}),
    "GET /api/devices/{id}/commands/{command_id}": Case(VIEWER),
    "GET /api/devices/{id}/now": Case(VIEWER),
    "GET /api/devices/{id}/timeline": Case(VIEWER, query=SPAN),
    "GET /api/devices/{id}/explain": Case(VIEWER),
    "GET /api/devices/{id}/logs": Case(VIEWER),
    "GET /api/devices/{id}/manifest": Case(MANAGER),
    "GET /api/devices/{id}/update": Case(VIEWER),
    "GET /api/devices/{id}/screenshot": Case(VIEWER),
    "GET /api/content": Case(VIEWER, query={"tag": "@content"}),
    "POST /api/content": Case(MANAGER, {"type": "text", "title": "T", "text": "Hello"}),
    "GET /api/content/{id}": Case(VIEWER),
    "PATCH /api/content/{id}": Case(MANAGER, {"title": "New"}),
    "DELETE /api/content/{id}": Case(MANAGER),
    "GET /api/content/{id}/file": Case(VIEWER),
    "PUT /api/content/{id}/file": Case(MANAGER),
    "GET /api/content/{id}/thumbnail": Case(VIEWER),
    "GET /api/content/{id}/pages/{number}": Case(VIEWER),
    "GET /api/watch": Case(VIEWER, query={"deviceId": "@device"}),
    "GET /api/content/{id}/uses": Case(VIEWER),
    "GET /api/playlists/{id}/uses": Case(VIEWER),
    "GET /api/layouts/{id}/uses": Case(VIEWER),
    "GET /api/playlists": Case(VIEWER),
    "POST /api/playlists": Case(MANAGER, PLAYLIST),
    "GET /api/playlists/{id}": Case(VIEWER),
    "PUT /api/playlists/{id}": Case(MANAGER, PLAYLIST),
    "PATCH /api/playlists/{id}": Case(MANAGER, {"items": ITEMS}),
    "DELETE /api/playlists/{id}": Case(MANAGER),
    "GET /api/layouts": Case(VIEWER),
    "POST /api/layouts": Case(MANAGER, LAYOUT),
    "GET /api/layouts/{id}": Case(VIEWER),
    "PUT /api/layouts/{id}": Case(MANAGER, LAYOUT),
    "PATCH /api/layouts/{id}": Case(MANAGER, {"zones": ZONES}),
    "DELETE /api/layouts/{id}": Case(MANAGER),
    "GET /api/schedules": Case(VIEWER),
    "POST /api/schedules": Case(MANAGER, SCHEDULE),
    "POST /api/schedules/preview": Case(VIEWER, {**SPAN, "deviceId": "@device"}),
    "GET /api/schedules/{id}": Case(VIEWER),
    "PUT /api/schedules/{id}": Case(MANAGER, SCHEDULE),
    "PATCH /api/schedules/{id}": Case(MANAGER, {"playlistId": "@playlist"}),
    "DELETE /api/schedules/{id}": Case(MANAGER),
    "GET /api/publish": Case(VIEWER),
    "POST /api/publish": Case(MANAGER, {"target": {"deviceIds": ["@device"]}, "playlistId": "@playlist"}),
    "DELETE /api/publish/{id}": Case(MANAGER),
    "GET /api/publish/{id}/screens": Case(VIEWER),
    "GET /api/events": Case(VIEWER),
    "GET /api/analytics/plays": Case(VIEWER, query={**DAY, "groupBy": "content", "contentId": "@content"}),
    "GET /api/analytics/plays.csv": Case(VIEWER, query={**DAY, "groupBy": "content", "contentId": "@content"}),
    "GET /api/analytics/plays/proof.csv": Case(VIEWER, query={**DAY, "deviceId": "@device"}),
    "GET /api/analytics/plays/outsmart.csv": Case(VIEWER, query={**DAY, "playlistId": "@playlist"}),
    "GET /api/analytics/uptime": Case(VIEWER, query={**DAY, "deviceId": "@device"}),
    "GET /api/analytics/uptime.csv": Case(VIEWER, query={**DAY, "deviceId": "@device"}),
    "GET /api/analytics/summary": Case(VIEWER, query={**DAY, "scheduleId": "@schedule"}),
    "GET /api/analytics/summary.csv": Case(VIEWER, query={**DAY, "scheduleId": "@schedule"}),
    "OPTIONS /api/uploads": Case(PUBLIC),
    "POST /api/uploads": Case(MANAGER, headers=NEW_UPLOAD),
    "HEAD /api/uploads/{id}": Case(MANAGER, headers=TUS),
    "PATCH /api/uploads/{id}": Case(
        MANAGER, headers={**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    ),
    "DELETE /api/uploads/{id}": Case(MANAGER, headers=TUS),
    "DELETE /api/device": Case(DEVICE),
    "GET /api/device/assets/{sha256}": Case(DEVICE),
    "GET /api/device/manifest": Case(DEVICE),
    "POST /api/device/logs": Case(DEVICE, {"lines": []}),
    "POST /api/device/plays": Case(DEVICE, {"events": []}),
    "POST /api/device/screenshot": Case(DEVICE),
    "POST /api/device/token": Case(DEVICE),
    "GET /api/device/update": Case(DEVICE),
    "GET /api/device/updates/{sha256}": Case(DEVICE),
}
RAW_POLICY = {
    "anybody": [
        "/", "/favicon.ico", "/healthz", "/metrics", "/openapi.json", "/readyz", "/register", "/sign-in",
        "/sign-in/oidc", "/sign-in/oidc/callback",
        "/sign-in/oidc/out", "/static/{version}/{name}", "/static/{version}/words/{language}.js",
        "/forgotten-password", "/invitation", "/reset-password",
    ],
    "people": [
        "/content", "/content/{id}", "/layouts", "/layouts/{id}",
        "/pair", "/player", "/playlists", "/playlists/{id}", "/publish", "/schedules", "/schedules/{id}", "/screens",
        "/screens/choices", "/screens/many", "/screens/{id}/log",
        "/screens/{id}", "/schedules/preview", "/organization", "/organization/people", "/organization/log",
        "/account", "/analytics", "/publish/choices", "/playlists/shelf",
    ],
    "lines": ["/realtime/device", "/realtime/organization"],
}  # fmt: skip
"""Routes that are no JSON endpoints, and who gets an answer."""


def name_of(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


def kind_of(endpoint: Endpoint) -> str:
    """What the `{id}` of the path is the id of."""
    return KINDS[endpoint.path.split("/{id}")[0].removeprefix("/api/")]


def places(endpoint: Endpoint) -> list[str]:
    """Where the call names objects: `{id}` in the path, `@playlist` and the like in body and query, in that order."""
    case = POLICY[name_of(endpoint)]
    text = f"{case.body} {dict(case.query)}"
    return ["{id}"] * ("{id}" in endpoint.path) + [f"@{kind}" for kind in MAKERS if f"'@{kind}'" in text]


def filled(value: Any, ids: Mapping[str, str]) -> Any:
    """`value` with an id at every `@kind`."""
    if isinstance(value, Mapping):
        return {key: filled(inner, ids) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, ids) for inner in value]
    return ids.get(value, value) if isinstance(value, str) else value


BODIES: dict[tuple[str, str], Any] = {
    (endpoint.method, endpoint.path): filled(case.body, {f"@{kind}": MISSING for kind in MAKERS})
    for endpoint in ENDPOINTS
    if (case := POLICY.get(name_of(endpoint))) is not None and case.body
}
"""What such a call sends, with ids of nothing."""
