from typing import Any

import pytest

from cloud.db import tables
from tests.cloud.house import PASSWORD, House, registration
from tests.fakes.clock import FakeClock


def test_the_first_admin_signs_in_and_out(house: House) -> None:
    made = house.client.post("/api/auth/register", json=registration())
    signed_in = house.client.post("/api/auth/login", json={"email": " Ada@Acme.example ", "password": PASSWORD})
    person = house.bearing(signed_in.json()["token"])

    assert made.status_code == 201
    assert made.json()["organization"]["screenQuota"] == 5
    assert signed_in.json()["expiresIn"] == 604_800
    assert person.get("/api/auth/me").json()["user"]["email"] == "ada@acme.example"
    assert person.post("/api/auth/logout").status_code == 204
    assert person.get("/api/auth/me").json()["code"] == "AUTH_002"


def sign_in(house: House, email: str, password: str = PASSWORD) -> Any:
    return house.client.post("/api/auth/login", json={"email": email, "password": password})


def test_an_unknown_address_and_a_wrong_password_are_told_alike(house: House) -> None:
    house.register()
    wrong, unknown = sign_in(house, "admin@acme.example", "not the password"), sign_in(house, "nobody@acme.example")

    assert (wrong.status_code, wrong.content) == (unknown.status_code, unknown.content)
    assert wrong.json()["code"] == "AUTH_001"


def test_an_unknown_address_costs_a_hash_too(house: House) -> None:
    sign_in(house, "nobody@acme.example")

    assert house.passwords.checked == [None]


def test_guessing_is_slowed_down_and_a_restart_forgets_nothing(house: House, clock: FakeClock) -> None:
    admin = house.register()
    codes = [sign_in(house, admin.email, "guess").json()["code"] for _ in range(11)]
    right = sign_in(house, admin.email)
    clock.pass_time(15 * 60 + 1)

    assert codes == ["AUTH_001"] * 10 + ["AUTH_003"]
    assert (right.status_code, int(right.headers["Retry-After"]) > 0) == (429, True)
    assert sign_in(house, admin.email).status_code == 200


def test_an_inactive_account_stays_out(house: House) -> None:
    admin = house.register()
    house.do(admin.organization_id, lambda unit: unit.change(tables.users, admin.id, is_active=False))
    house.cloud.remembered.forget(admin.id)

    assert sign_in(house, admin.email).status_code == 403
    assert admin.get("/api/auth/me").status_code == 401


def test_a_token_ends_with_its_time(house: House, clock: FakeClock) -> None:
    admin = house.register()
    clock.pass_time(7 * 86_400 - 1)
    before = admin.get("/api/auth/me").status_code
    clock.pass_time(1)

    assert (before, admin.get("/api/auth/me").status_code) == (200, 401)


def test_refreshing_gives_a_new_token_and_ends_the_old_one(house: House) -> None:
    admin = house.register()
    fresh = house.bearing(admin.post("/api/auth/refresh").json()["token"])

    assert fresh.get("/api/auth/me").status_code == 200
    assert admin.get("/api/auth/me").status_code == 401


def test_the_web_ui_is_signed_in_by_a_cookie_that_scripts_can_not_read(house: House) -> None:
    house.register()
    answer = sign_in(house, "admin@acme.example")

    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "samesite=strict" in answer.headers["set-cookie"].lower()
    assert house.client.get("/api/auth/me").status_code == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://127.0.0.1:3000", 204), ("https://evil.example", 403), ("null", 403), (None, 403)],
)
def test_a_cookie_changes_something_only_from_our_own_pages(house: House, origin: str | None, status: int) -> None:
    house.register()
    sign_in(house, "admin@acme.example")

    answer = house.client.post("/api/auth/logout", headers={} if origin is None else {"Origin": origin})

    assert answer.status_code == status


def test_nobody_is_signed_in_from_a_foreign_page(house: House) -> None:
    house.register()
    body = {"email": "admin@acme.example", "password": PASSWORD}

    answer = house.client.post("/api/auth/login", json=body, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
