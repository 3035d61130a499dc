from functools import partial

import pytest

from tests.cloud.house import PASSWORD, House, at_once

NEW = "a new horse battery"


def test_a_new_password_counts_and_the_old_one_does_not(house: House) -> None:
    admin = house.register()
    answer = admin.post("/api/auth/password", {"currentPassword": PASSWORD, "newPassword": NEW})
    body = {"email": admin.email, "password": PASSWORD}

    assert answer.status_code == 200
    assert house.bearing(answer.json()["token"]).get("/api/auth/me").status_code == 200
    assert house.client.post("/api/auth/login", json=body).status_code == 401
    assert house.sign_in(admin.email, NEW).get("/api/auth/me").status_code == 200


def test_every_earlier_sign_in_ends(house: House) -> None:
    admin = house.register()
    elsewhere = house.sign_in(admin.email)
    elsewhere.get("/api/auth/me")
    admin.post("/api/auth/password", {"currentPassword": PASSWORD, "newPassword": NEW})

    assert [client.get("/api/auth/me").status_code for client in (elsewhere, admin.client)] == [401, 401]


def test_a_wrong_current_password_changes_nothing_and_is_counted(house: House) -> None:
    admin = house.register()
    wrong = {"currentPassword": "not the password", "newPassword": NEW}
    statuses = [admin.post("/api/auth/password", wrong).status_code for _ in range(11)]

    assert statuses == [403] * 10 + [429]
    assert admin.get("/api/auth/me").status_code == 200


def test_a_password_that_is_too_short_is_named(house: House) -> None:
    answer = house.register().post("/api/auth/password", {"currentPassword": PASSWORD, "newPassword": "short"})

    assert answer.json()["errors"][0]["field"] == "/newPassword"


def test_of_two_changes_at_once_one_wins(house: House) -> None:
    admin = house.register()
    other = house.sign_in(admin.email)
    bodies = [{"currentPassword": PASSWORD, "newPassword": f"password number {n}"} for n in range(2)]

    calls = [
        partial(client.post, "/api/auth/password", json=body)
        for client, body in zip((admin.client, other), bodies, strict=True)
    ]

    assert at_once(*calls) in ([200, 401], [200, 403], [200, 409])


@pytest.mark.parametrize("body", [{}, {"currentPassword": PASSWORD}, {"newPassword": NEW, "currentPassword": None}])
def test_what_is_no_change_is_refused(house: House, body: object) -> None:
    assert house.register().post("/api/auth/password", body).status_code == 400
