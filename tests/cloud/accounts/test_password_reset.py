from functools import partial
from typing import Any

import pytest

from cloud.db import tables
from tests.cloud.house import PASSWORD, House, Person, at_once
from tests.fakes.clock import FakeClock

NEW = "a new horse battery"


def ask(house: House, email: str) -> Any:
    return house.client.post("/api/auth/password-reset", json={"email": email})


def confirm(house: House, token: str, password: str = NEW) -> Any:
    return house.client.post("/api/auth/password-reset/confirm", json={"token": token, "password": password})


def asked(house: House) -> tuple[Person, str]:
    admin = house.register()
    ask(house, f" {admin.email.upper()}")
    return admin, house.letters.token


def test_the_link_sets_a_new_password_and_ends_every_session(house: House) -> None:
    admin, token = asked(house)

    assert confirm(house, token).status_code == 204
    assert admin.get("/api/auth/me").status_code == 401
    assert house.sign_in(admin.email, NEW).get("/api/auth/me").status_code == 200


def test_an_unknown_address_is_answered_alike_and_gets_no_letter(house: House) -> None:
    house.register()
    known, unknown = ask(house, "admin@acme.example"), ask(house, "nobody@acme.example")

    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert [letter.to for letter in house.letters.letters] == ["admin@acme.example"]


def test_a_link_works_once(house: House) -> None:
    _, token = asked(house)
    statuses = [confirm(house, token).status_code for _ in range(2)]

    assert statuses == [204, 400]


def test_of_many_at_once_one_uses_the_link(house: House) -> None:
    _, token = asked(house)

    calls = [partial(confirm, house, token, f"password number {number}") for number in range(6)]

    assert at_once(*calls) == [204, 400, 400, 400, 400, 400]


@pytest.mark.parametrize(("seconds", "status"), [(3599, 204), (3600, 400)])
def test_a_link_lives_for_an_hour(house: House, clock: FakeClock, seconds: int, status: int) -> None:
    _, token = asked(house)
    clock.pass_time(seconds)

    assert confirm(house, token).status_code == status


def test_a_newer_link_ends_the_one_before(house: House) -> None:
    admin, first = asked(house)
    ask(house, admin.email)

    assert confirm(house, first).status_code == 400
    assert confirm(house, house.letters.token).status_code == 204


def test_changing_the_password_ends_the_link(house: House) -> None:
    admin, token = asked(house)
    admin.post("/api/auth/password", {"currentPassword": PASSWORD, "newPassword": "something else entirely"})

    assert confirm(house, token).status_code == 400


def test_an_inactive_account_gets_no_link(house: House) -> None:
    admin = house.register()
    house.do(admin.organization_id, lambda unit: unit.change(tables.users, admin.id, is_active=False))
    ask(house, admin.email)

    assert house.letters.letters == []


def test_nobody_is_flooded_with_letters(house: House) -> None:
    admin = house.register()
    answers = [ask(house, admin.email) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
    assert (answers[3].json()["code"], int(answers[3].headers["Retry-After"]) > 0) == ("RATE_001", True)


def test_the_database_holds_no_link(house: House) -> None:
    admin, token = asked(house)
    rows = house.do(admin.organization_id, lambda unit: unit.rows(unit.select(tables.password_resets)))

    assert token not in str(rows)
    assert len(rows) == 1
