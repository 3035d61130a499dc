"""Programs: what their tokens open, and when they end."""

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from cloud.accounts.api_tokens import MOST
from cloud.accounts.program_tokens import USED_EVERY_S
from cloud.db import tables
from cloud.endpoints import Endpoint
from cloud.wire import instant
from tests.cloud.house import PASSWORD, House, Person
from tests.cloud.policy import ENDPOINTS, POLICY, name_of

TOKENS = "/api/api-tokens"


def make(person: Person, **wanted: Any) -> Any:
    answer = person.post(TOKENS, {"name": "Build", **wanted})
    assert answer.status_code == 201, answer.text
    return answer.json()


def program(house: House, person: Person, **wanted: Any) -> TestClient:
    return house.bearing(make(person, **wanted)["token"])


def test_a_program_sees_and_does_what_its_person_may(house: House) -> None:
    manager = house.hire(house.register(), "manager")
    client = program(house, manager)

    assert client.get("/api/auth/me").json()["user"]["id"] == manager.id
    assert client.post("/api/playlists", json={"name": "n", "items": []}).status_code == 201
    assert client.get("/api/users").json()["code"] == "AUTHZ_001"


def test_a_program_may_be_given_less(house: House) -> None:
    client = program(house, house.register(), role="viewer")

    assert client.get("/api/playlists").status_code == 200
    assert client.post("/api/playlists", json={"name": "n", "items": []}).json()["code"] == "AUTHZ_001"


def test_a_program_is_not_given_more(house: House) -> None:
    answer = house.hire(house.register(), "manager").post(TOKENS, {"name": "n", "role": "admin"})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "/role")


def test_a_role_that_is_taken_away_is_taken_from_the_program_too(house: House) -> None:
    admin = house.register()
    manager = house.hire(admin, "manager")
    client = program(house, manager)
    assert client.post("/api/playlists", json={"name": "n", "items": []}).status_code == 201
    admin.call("PATCH", f"/api/users/{manager.id}", {"role": "viewer"})

    assert client.post("/api/playlists", json={"name": "n", "items": []}).status_code == 403


def test_the_token_is_shown_once_and_stored_nowhere(house: House) -> None:
    admin = house.register()
    made = make(admin)
    listed = admin.get(TOKENS).json()["items"]
    row = house.do(admin.organization_id, lambda unit: unit.rows(unit.select(tables.api_tokens)))[0]

    assert made["token"].startswith("vzt_")
    assert [one["id"] for one in listed] == [made["id"]]
    assert "token" not in listed[0]
    assert made["token"] not in str(row)


@pytest.mark.parametrize("end", ["revoked", "by an admin", "switched off", "removed"])
def test_a_program_ends_at_once(house: House, end: str) -> None:
    admin = house.register()
    manager = house.hire(admin, "manager")
    made = make(manager)
    client = house.bearing(made["token"])
    assert client.get("/api/devices").status_code == 200
    calls = {
        "revoked": lambda: manager.call("DELETE", f"{TOKENS}/{made['id']}"),
        "by an admin": lambda: admin.call("DELETE", f"{TOKENS}/{made['id']}"),
        "switched off": lambda: admin.call("PATCH", f"/api/users/{manager.id}", {"isActive": False}),
        "removed": lambda: admin.call("DELETE", f"/api/users/{manager.id}"),
    }
    assert calls[end]().status_code in (200, 204)
    answer = client.get("/api/devices")

    assert (answer.status_code, answer.json()["code"]) == (401, "AUTH_002")


def test_a_program_ends_when_its_time_is_over_though_it_is_remembered(house: House) -> None:
    client = program(house, house.register(), expiresAt=instant(house.clock.now() + timedelta(seconds=10)))
    assert client.get("/api/devices").status_code == 200
    house.clock.pass_time(9.9)
    assert client.get("/api/devices").status_code == 200
    house.clock.pass_time(0.1)

    assert client.get("/api/devices").status_code == 401


def test_its_last_use_is_told_to_the_minute(house: House) -> None:
    admin = house.register()
    client = program(house, admin)

    def told() -> Any:
        return admin.get(TOKENS).json()["items"][0]["lastUsedAt"]

    assert told() is None
    client.get("/api/devices")
    first = told()
    house.clock.pass_time(USED_EVERY_S - 1)
    client.get("/api/devices")
    assert told() == first == "2026-11-22T09:00:00.000Z"
    house.clock.pass_time(1)
    client.get("/api/devices")
    house.clock.pass_time(31)
    client.get("/api/devices")

    assert told() == "2026-11-22T09:01:31.000Z"


IN_PERSON = [one for one in ENDPOINTS if one.in_person]


@pytest.mark.parametrize("endpoint", IN_PERSON, ids=name_of)
def test_what_people_do_with_their_account_is_not_a_programs(house: House, endpoint: Endpoint) -> None:
    """A token that made sessions or tokens would outlive its own end."""
    body = POLICY[name_of(endpoint)].body
    answer = program(house, house.register()).request(endpoint.method, endpoint.path.replace("{id}", "x"), json=body)

    assert (answer.status_code, answer.json()["code"]) == (403, "AUTHZ_006")


def test_everything_that_makes_or_ends_a_way_in_is_for_people(house: House) -> None:
    """So that a new route about accounts has to think of it."""
    about = ("/api/auth/", "/api/api-tokens")
    open_to_programs = {
        name_of(one)
        for one in ENDPOINTS
        if one.path.startswith(about) and one.writes and not one.in_person and one.access != "public"
    }

    assert open_to_programs == set()


def test_people_see_their_own_and_admins_all(house: House) -> None:
    admin = house.register()
    manager = house.hire(admin, "manager")
    made = [make(admin)["id"], make(manager)["id"]]

    assert {one["id"] for one in admin.get(TOKENS).json()["items"]} == set(made)
    assert [one["id"] for one in manager.get(TOKENS).json()["items"]] == made[1:]
    assert manager.call("DELETE", f"{TOKENS}/{made[0]}").status_code == 404


def test_what_a_program_does_is_told_of_the_program_and_its_person(house: House) -> None:
    admin = house.register()
    made = make(admin)
    house.bearing(made["token"]).post("/api/playlists", json={"name": "n", "items": []})
    rows = admin.get("/api/audit-logs?action=playlist.create").json()["items"]
    by_hand = admin.get("/api/audit-logs?action=api-token.create").json()["items"]

    assert [(row["userId"], row["apiTokenId"]) for row in rows] == [(admin.id, made["id"])]
    assert [(row["entityId"], row["apiTokenId"]) for row in by_hand] == [(made["id"], None)]


def test_a_screen_is_not_spoken_for_by_a_program(house: House) -> None:
    client = program(house, house.register())

    assert client.get("/api/device/manifest").status_code == 401


def test_nobody_has_more_than_they_can_look_after(house: House) -> None:
    admin = house.register()

    def many(unit: Any) -> None:
        for n in range(MOST):
            unit.create(tables.api_tokens, user_id=admin.id, name=f"{n}", role="viewer", token_hash=f"{n}")

    house.do(admin.organization_id, many)

    assert admin.post(TOKENS, {"name": "one more"}).json()["code"] == "CONFLICT_001"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "/name"),
        ({"name": "two\nlines"}, "/name"),
        ({"name": "n", "expiresAt": "2026-11-22T09:00:00Z"}, "/expiresAt"),
        ({"name": "n", "expiresAt": "2027-01-01T00:00:00"}, "/expiresAt"),
        ({"name": "n", "password": PASSWORD}, "/password"),
    ],
)
def test_what_is_wrong_is_named(house: House, wrong: Any, field: str) -> None:
    answer = house.register().post(TOKENS, wrong)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)
