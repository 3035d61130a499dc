from functools import partial
from typing import Any

import pytest

from cloud.accounts import users
from cloud.db import tables
from tests.cloud.house import PASSWORD, House, Person, at_once

NEW_USER = {"email": "sam@acme.example", "password": PASSWORD, "firstName": "Sam", "lastName": "Smith"}


def test_a_new_user_is_a_viewer_unless_told_otherwise(house: House) -> None:
    admin = house.register()
    made = admin.post("/api/users", NEW_USER)

    assert (made.status_code, made.json()["role"], made.json()["isActive"]) == (201, "viewer", True)
    assert admin.get(f"/api/users/{made.json()['id']}").json() == made.json()
    assert "password" not in made.text.lower()


def test_people_are_listed_and_searched(house: House) -> None:
    admin = house.register()
    house.hire(admin, "viewer", "sam@acme.example")

    everybody = {one["email"] for one in admin.get("/api/users").json()["items"]}

    assert everybody == {"sam@acme.example", admin.email}
    assert [one["email"] for one in admin.get("/api/users?q=SAM@").json()["items"]] == ["sam@acme.example"]
    assert [one["email"] for one in admin.get("/api/users?role=admin").json()["items"]] == [admin.email]
    assert admin.get("/api/users?role=boss").status_code == 400


def test_an_address_has_one_account(house: House) -> None:
    admin, other = house.register(), house.register("Other")
    answers = [admin.post("/api/users", NEW_USER), other.post("/api/users", {**NEW_USER, "email": "SAM@acme.example"})]

    assert [answer.status_code for answer in answers] == [201, 409]


def test_every_wrong_field_is_named(house: House) -> None:
    answer = house.register().post("/api/users", {"email": "x", "password": "y", "firstName": "", "lastName": "a\nb"})

    assert [fault["field"] for fault in answer.json()["errors"]] == ["/email", "/password", "/firstName", "/lastName"]


def test_a_role_that_was_taken_away_is_gone_with_the_next_request(house: House) -> None:
    admin = house.register()
    manager = house.hire(admin, "manager")
    before = manager.post("/api/playlists", {"name": "One", "items": []}).status_code
    admin.call("PATCH", f"/api/users/{manager.id}", {"role": "viewer"})

    assert (before, manager.post("/api/playlists", {"name": "Two", "items": []}).status_code) == (201, 403)


def test_an_account_that_is_made_inactive_is_out_at_once_and_comes_back_by_signing_in(house: House) -> None:
    admin = house.register()
    viewer = house.hire(admin, "viewer")
    viewer.get("/api/auth/me")
    admin.call("PATCH", f"/api/users/{viewer.id}", {"isActive": False})
    while_out = viewer.get("/api/auth/me").status_code
    admin.call("PATCH", f"/api/users/{viewer.id}", {"isActive": True})

    assert (while_out, viewer.get("/api/auth/me").status_code) == (401, 401)
    assert house.sign_in(viewer.email).get("/api/auth/me").status_code == 200


def test_a_removed_person_is_out_at_once(house: House) -> None:
    admin = house.register()
    viewer = house.hire(admin, "viewer")
    viewer.get("/api/auth/me")

    assert admin.call("DELETE", f"/api/users/{viewer.id}").status_code == 204
    assert viewer.get("/api/auth/me").status_code == 401
    assert admin.get(f"/api/users/{viewer.id}").status_code == 404


@pytest.mark.parametrize("change", [{"role": "manager"}, {"isActive": False}, None], ids=str)
def test_the_last_admin_stays(house: House, change: dict[str, Any] | None) -> None:
    admin = house.register()
    house.hire(admin, "manager")
    out = house.hire(admin, "admin")
    admin.call("PATCH", f"/api/users/{out.id}", {"isActive": False})

    answer = admin.call("PATCH" if change else "DELETE", f"/api/users/{admin.id}", change)

    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT_001")
    assert admin.get("/api/users").status_code == 200


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_of_admins_that_demote_each_other_at_once_one_stays(house: House, method: str) -> None:
    first = house.register()
    admins = [first, *(house.hire(first, "admin") for _ in range(5))]

    body = {"role": "viewer"} if method == "PATCH" else None
    at_once(*(partial(one.call, method, f"/api/users/{admins[n - 1].id}", body) for n, one in enumerate(admins)))

    assert admins_of(house, first) >= 1


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_without_the_rule_no_admin_would_be_left(house: House, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    admin = house.register()
    monkeypatch.setattr(users, "_keep_an_admin", lambda *_: None)
    admin.call(method, f"/api/users/{admin.id}", {"role": "viewer"} if method == "PATCH" else None)

    assert admins_of(house, admin) == 0


def admins_of(house: House, person: Person) -> int:
    rows = house.do(person.organization_id, lambda unit: unit.rows(unit.select(tables.users)))
    return sum(row["role"] == "admin" and row["is_active"] for row in rows)


def test_a_change_of_something_older_is_refused(house: House) -> None:
    admin = house.register()
    viewer = house.hire(admin, "viewer")
    seen = admin.get(f"/api/users/{viewer.id}").headers["ETag"]
    admin.call("PATCH", f"/api/users/{viewer.id}", {"firstName": "Samantha"})

    answer = admin.call("PATCH", f"/api/users/{viewer.id}", {"lastName": "X"}, **{"If-Match": seen})

    assert answer.status_code == 412


@pytest.mark.parametrize("field", ["organizationId", "email", "passwordHash", "id", "createdAt", "revision"])
def test_what_is_not_to_be_set_can_not_be_set(house: House, field: str) -> None:
    admin = house.register()

    assert admin.call("PATCH", f"/api/users/{admin.id}", {field: "x"}).status_code == 400
    assert admin.post("/api/users", {**NEW_USER, "organizationId": "x"}).status_code == 400
