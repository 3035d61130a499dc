"""Whoever may no longer is out within 60 s everywhere, open lines too (promise P36)."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, update
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from cloud.accounts import authentication
from cloud.config import CloudConfig
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.realtime import people
from tests.cloud.house import PASSWORD, House, Person, Screen, at_once
from tests.fakes.clock import FakeClock


def make_inactive(house: House, admin: Person, person: Person) -> None:
    admin.call("PATCH", f"/api/users/{person.id}", {"isActive": False})


def remove(house: House, admin: Person, person: Person) -> None:
    admin.call("DELETE", f"/api/users/{person.id}")


def sign_out(house: House, admin: Person, person: Person) -> None:
    person.post("/api/auth/logout")


def change_password(house: House, admin: Person, person: Person) -> None:
    person.post("/api/auth/password", {"currentPassword": PASSWORD, "newPassword": "a new horse battery"})


def reset_password(house: House, admin: Person, person: Person) -> None:
    house.client.post("/api/auth/password-reset", json={"email": person.email})
    body = {"token": house.letters.token, "password": "a new horse battery"}
    assert house.client.post("/api/auth/password-reset/confirm", json=body).status_code == 204


def refresh(house: House, admin: Person, person: Person) -> None:
    person.post("/api/auth/refresh")


WAYS_OUT = [make_inactive, remove, sign_out, change_password, reset_password, refresh]


@pytest.mark.parametrize("leave", WAYS_OUT, ids=lambda way: way.__name__)
def test_here_tokens_and_open_lines_end_at_once(house: House, leave: Callable[..., None]) -> None:
    admin = house.register()
    person = house.hire(admin, "viewer")
    with person.client.websocket_connect("/realtime/organization") as socket:
        leave(house, admin, person)

        assert person.get("/api/auth/me").status_code == 401
        _, code = listen(socket)

    assert code == 4401


def listen(socket: WebSocketTestSession) -> tuple[list[Any], int]:
    """Everything that is said until the line is closed, and the code it is closed with."""
    heard: list[Any] = []
    try:
        while True:
            heard.append(socket.receive_json())
    except WebSocketDisconnect as end:
        return heard, end.code


def end_session(unit: Unit, person: Person) -> None:
    unit.connection.execute(update(tables.sessions).values(revoked_at=unit.now))


def switch_off(unit: Unit, person: Person) -> None:
    unit.connection.execute(update(tables.users).where(tables.users.c.id == person.id).values(is_active=False))


def delete_user(unit: Unit, person: Person) -> None:
    unit.connection.execute(delete(tables.users).where(tables.users.c.id == person.id))


ELSEWHERE = [end_session, switch_off, delete_user]
"""What another process did: only the database tells."""


@pytest.mark.parametrize("act", ELSEWHERE, ids=lambda act: act.__name__)
def test_what_another_process_ended_is_believed_for_30_seconds_at_most(
    house: House, clock: FakeClock, act: Callable[[Unit, Person], None]
) -> None:
    person = house.register()
    person.get("/api/auth/me")
    house.do(person.organization_id, lambda unit: act(unit, person))
    clock.pass_time(30)

    assert person.get("/api/auth/me").status_code == 401


def refresh_it(person: Person, _: Screen) -> Any:
    return person.post("/api/auth/refresh")


def make_a_token(person: Person, _: Screen) -> Any:
    return person.post("/api/api-tokens", {"name": "mine"})


def renew_it(_: Person, screen: Screen) -> Any:
    return screen.post("/api/device/token")


CREDENTIALS = [refresh_it, make_a_token, renew_it]


@pytest.mark.parametrize("make", CREDENTIALS, ids=lambda make: make.__name__)
def test_nothing_that_lives_longer_is_made_with_what_another_process_ended(
    house: House, make: Callable[[Person, Screen], Any]
) -> None:
    """Believed for a moment longer it could become a token for a year."""
    person = house.register()
    screen = house.pair(person)
    for one in (person, screen):
        one.get("/api/auth/me" if one is person else "/api/device/manifest")
    house.do(person.organization_id, end_everything)

    assert make(person, screen).status_code == 401


def end_everything(unit: Unit) -> None:
    for table in (tables.sessions, tables.device_tokens):
        unit.connection.execute(update(table).values(revoked_at=unit.now))


@pytest.mark.parametrize("make", CREDENTIALS, ids=lambda make: make.__name__)
def test_while_they_are_good_it_is_made(house: House, make: Callable[[Person, Screen], Any]) -> None:
    person = house.register()
    screen = house.pair(person)

    assert make(person, screen).status_code in (200, 201)


def test_of_two_that_refresh_the_same_session_at_once_one_is_too_late(house: House) -> None:
    person = house.register()

    assert at_once(*[lambda: person.post("/api/auth/refresh")] * 6) == [200] + [401] * 5


@pytest.mark.parametrize("act", ELSEWHERE, ids=lambda act: act.__name__)
def test_an_open_line_that_another_process_ended_is_closed(
    config: CloudConfig, clock: FakeClock, act: Callable[[Unit, Person], None]
) -> None:
    with House(replace(config, recheck_s=0.01), clock) as house:
        person = house.register()
        with person.client.websocket_connect("/realtime/organization") as socket:
            house.do(person.organization_id, lambda unit: act(unit, person))
            clock.pass_time(30)
            with pytest.raises(WebSocketDisconnect) as end:
                socket.receive_json()

    assert end.value.code == 4401


def test_what_is_remembered_and_how_often_is_looked_stay_below_60_seconds(config: CloudConfig) -> None:
    assert authentication.REMEMBER_S + CloudConfig(config.data_dir).recheck_s < 60


def test_a_line_on_which_much_is_said_is_looked_at_too(house: House) -> None:
    admin = house.register()
    person = house.hire(admin, "viewer")
    with person.client.websocket_connect("/realtime/organization") as socket:
        house.do(admin.organization_id, chatter)
        make_inactive(house, admin, person)
        heard, _ = listen(socket)

    assert [one["data"]["n"] for one in heard] == list(range(5))


def chatter(unit: Unit) -> None:
    for number in range(5):
        unit.tell("device:now", {"n": number})


def test_without_the_watch_a_line_would_stay_open(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def blind(*_: object) -> None:
        return

    monkeypatch.setattr(people, "_watch", blind)
    admin = house.register()
    person = house.hire(admin, "viewer")
    with person.client.websocket_connect("/realtime/organization") as socket:
        make_inactive(house, admin, person)
        house.settle()
        house.do(admin.organization_id, lambda unit: unit.tell("device:now", {}))

        assert socket.receive_json()["type"] == "device:now"


def test_the_event_stream_ends_with_the_session(house: House) -> None:
    admin = house.register()
    person = house.hire(admin, "viewer")

    assert house.on_loop(lambda: _until_end(house, person)).startswith(b": hello")


async def _until_end(house: House, person: Person) -> bytes:
    """Everything the stream said, to its end, which the removal of the person brings."""
    parts: list[bytes] = []

    async def receive() -> Any:
        await house.cloud.write(lambda unit: _remove(unit, person))
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        parts.append(message.get("body", b""))

    token = person.client.headers["authorization"].encode()
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": "/api/events", "raw_path": b"/api/events", "query_string": b"", "root_path": "",
        "headers": [(b"authorization", token)], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 3000), "state": {},
    }  # fmt: skip
    await house.app(scope, receive, send)
    return b"".join(parts)


def _remove(unit: Unit, person: Person) -> None:
    delete_user(unit, person)
    unit.told.revoked_users.append(person.id)
