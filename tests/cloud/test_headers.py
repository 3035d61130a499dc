"""What every answer carries, who may call from a browser, and what a foreign page can't do (facts, P37)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from cloud.app import create_app
from cloud.config import CloudConfig
from cloud.db.unit import Unit
from cloud.endpoints import Call, Endpoint, Reply
from cloud.principals import Access
from cloud.rooms import Room
from tests.cloud.asgi import Answer, ask
from tests.cloud.house import PASSWORD, House
from tests.cloud.policy import ENDPOINTS, RAW_POLICY
from tests.fakes.clock import FakeClock

PATHS = sorted({one.path for one in ENDPOINTS} | {*RAW_POLICY["anybody"], *RAW_POLICY["people"], "/nothing/here"})
OWN, EVIL, FRIEND = "http://127.0.0.1:3000", "https://evil.example", "https://friend.example"


def assert_guarded(headers: Any) -> None:
    policy = headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in ("no-referrer", "same-origin")
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "object-src 'none'" in policy or "default-src 'none'" in policy
    for rule in ("base-uri 'none'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "unsafe-inline" not in policy
    assert "server" not in headers


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_every_answer_is_guarded_refusals_too(house: House, method: str) -> None:
    for path in PATHS:
        answer: Answer = house.on_loop(lambda p=path: ask(house.app, method, p.replace("{", "").replace("}", "")))  # type: ignore[misc]

        assert_guarded(answer.headers)
        if path.startswith("/api"):
            assert answer.headers["cache-control"] == "no-store", path


def test_an_answer_to_a_fault_of_our_own_is_guarded_and_says_nothing(config: CloudConfig) -> None:
    def broken(call: Call, unit: Unit) -> Reply:
        raise RuntimeError("secret of the house")

    room = Room(endpoints=(Endpoint("GET", "/api/broken", broken, Access.PUBLIC),))
    with TestClient(create_app(config, rooms=(room,)), raise_server_exceptions=False) as client:
        answer = client.get("/api/broken")

    assert answer.status_code == 500
    assert answer.json()["code"] == "SERVER_001"
    assert "secret of the house" not in answer.text
    assert_guarded(answer.headers)


@pytest.mark.parametrize("path", ["/api/auth/me/x.css", "/api/auth/me;x.css", "/api/auth/me%2fx.css", "//api/auth/me"])
def test_no_trick_makes_a_cache_keep_what_is_somebodys(house: House, path: str) -> None:
    admin = house.register()
    token = admin.client.headers["authorization"].removeprefix("Bearer ")
    answer = house.on_loop(lambda: ask(house.app, "GET", path, token=token))

    assert answer.status == 404


def test_https_is_asked_for_where_it_is_spoken(tmp_path: Path) -> None:
    config = CloudConfig(data_dir=tmp_path / "var", public_url="https://signage.example")
    with House(config, FakeClock()) as house:
        answer = house.client.post("/api/auth/register", json=registration_of("Acme"))

    assert answer.headers["strict-transport-security"].startswith("max-age=")
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("__host-vizora=")
    for part in ("secure", "httponly", "samesite=strict", "path=/"):
        assert part in cookie
    assert "domain=" not in cookie


def registration_of(name: str) -> dict[str, str]:
    person = {"firstName": "A", "lastName": "B", "email": f"a@{name}.example", "password": PASSWORD}
    return {**person, "organizationName": name}


# --- CORS
@pytest.fixture
def friendly(config: CloudConfig, clock: FakeClock) -> Any:
    with House(replace(config, cors_origins=(FRIEND,)), clock) as house:
        yield house


@pytest.mark.parametrize(
    ("origin", "allowed"), [(FRIEND, True), (EVIL, False), ("null", False), (f"{FRIEND}.x", False)]
)
def test_only_the_configured_origins_may_read_answers(friendly: House, origin: str, allowed: bool) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "if-match"}
    preflight = friendly.client.options("/api/devices", headers=asked)
    answer = friendly.client.get("/api/devices", headers={"Origin": origin})

    assert (preflight.status_code == 200) == allowed
    assert answer.headers.get("access-control-allow-origin") == (origin if allowed else None)
    assert "access-control-allow-credentials" not in answer.headers


def test_a_friend_s_page_may_ask_for_parts_and_for_what_changed_and_read_what_it_got(friendly: House) -> None:
    asked = {"Origin": FRIEND, "Access-Control-Request-Method": "GET"}
    wanted = {"Access-Control-Request-Headers": "authorization,if-none-match,if-range,range"}
    preflight = friendly.client.options("/api/content/x/file", headers=asked | wanted)
    exposed = friendly.client.get("/api/devices", headers={"Origin": FRIEND}).headers["access-control-expose-headers"]

    assert preflight.status_code == 200
    assert {"ETag", "Content-Range", "Retry-After", "Idempotency-Replayed"} <= set(exposed.split(", "))


def test_without_a_setting_nobody_may(house: House) -> None:
    answer = house.client.get("/api/devices", headers={"Origin": FRIEND})

    assert not [name for name in answer.headers if name.startswith("access-control")]


# --- CSRF: what a page of another site can make a browser send along with our cookie
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": OWN}, 201),
        ({"Origin": OWN, "Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": EVIL}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
        ({"Origin": OWN, "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": OWN, "Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": OWN.replace("http:", "https:") + ".evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:3001"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 403),
        ({"Origin": EVIL, "Content-Type": "text/plain"}, 403),
        ({"Origin": EVIL, "Content-Type": "application/x-www-form-urlencoded"}, 403),
    ],
    ids=str,
)
def test_a_cookie_changes_something_only_from_our_own_pages(house: House, headers: dict[str, str], status: int) -> None:
    house.client.post("/api/auth/register", json=registration_of("Acme"))
    answer = house.client.post("/api/playlists", content=b'{"name":"P","items":[]}', headers=headers)

    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "AUTHZ_004"


@pytest.mark.parametrize(("site", "status"), [("cross-site", 401), ("same-origin", 200), ("none", 200), (None, 200)])
def test_another_site_can_not_even_read_with_the_cookie(house: House, site: str | None, status: int) -> None:
    house.client.post("/api/auth/register", json=registration_of("Acme"))

    assert house.client.get("/api/auth/me", headers={"Sec-Fetch-Site": site} if site else {}).status_code == status


@pytest.mark.parametrize(("origin", "opens"), [(OWN, True), (EVIL, False), (None, False)])
def test_a_line_opens_by_cookie_only_from_our_own_pages(house: House, origin: str | None, opens: bool) -> None:
    house.client.post("/api/auth/register", json=registration_of("Acme"))
    cookie = "; ".join(f"{name}={value}" for name, value in house.client.cookies.items())
    headers = {"Cookie": cookie, **({"Origin": origin} if origin else {})}
    if opens:
        with house.client.websocket_connect("/realtime/organization", headers=headers):
            return
    with pytest.raises(WebSocketDisconnect), house.client.websocket_connect("/realtime/organization", headers=headers):
        pass


def test_a_program_with_a_token_needs_no_origin(house: House) -> None:
    admin = house.register()

    assert admin.post("/api/playlists", {"name": "P", "items": []}, Origin=EVIL).status_code == 201
