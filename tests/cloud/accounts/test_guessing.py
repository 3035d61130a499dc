"""How many guesses are answered, however many come at once and wherever they come from; and whom they shut out."""

from typing import Any

import pyotp
import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from cloud.accounts.attempting import LIMITS
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Unit
from tests.cloud.house import PASSWORD, House, Person, at_once, public_key
from tests.fakes.clock import FakeClock

AT_ONCE = 24
WRONG, TOO_MANY = 401, 429


def coming_from(house: House, ip: str) -> TestClient:
    client = TestClient(house.app, base_url="http://127.0.0.1:3000", client=(ip, 50_000))
    client.portal = house.client.portal
    return client


def guess(client: TestClient, email: str, password: str = "a wrong guess", **more: str) -> Any:
    return client.post("/api/auth/login", json={"email": email, "password": password, **more})


def test_of_guesses_that_come_at_once_no_more_are_answered_than_of_others(house: House) -> None:
    admin = house.register()

    assert at_once(*[lambda: guess(house.client, admin.email)] * AT_ONCE) == [WRONG] * 10 + [TOO_MANY] * 14


def test_the_right_one_among_too_many_is_not_told(house: House) -> None:
    admin = house.register()
    for _ in range(10):
        guess(house.client, admin.email)

    assert guess(house.client, admin.email, PASSWORD).status_code == TOO_MANY


def test_who_only_looks_before_would_answer_them_all(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def count(unit: Unit, email: str, network: str, *, right: bool) -> None:
        del right
        for kind, key in (("login", f"{network} {email}"), ("login-anywhere", email)):
            unit.connection.execute(insert(tables.attempts).values(id=new_id(), kind=kind, key=key, at=unit.now))

    monkeypatch.setattr("cloud.accounts.sessions.answer_to_guess", count)
    admin = house.register()

    assert at_once(*[lambda: guess(house.client, admin.email)] * AT_ONCE).count(WRONG) > 10


def with_codes(house: House) -> tuple[Person, str]:
    person = house.register()
    secret = person.post("/api/auth/totp", {"password": PASSWORD}).json()["secret"]
    code = pyotp.TOTP(secret).at(house.clock.now())
    assert person.post("/api/auth/totp/confirm", {"code": code}).status_code == 200
    return person, secret


def test_of_one_time_codes_that_come_at_once_no_more_are_looked_at_either(house: House) -> None:
    person, _ = with_codes(house)

    answers = at_once(*[lambda: guess(house.client, person.email, PASSWORD, totp="000000")] * AT_ONCE)

    assert answers == [WRONG] * 10 + [TOO_MANY] * 14


def test_who_guesses_from_one_place_shuts_out_nobody_elsewhere(house: House, clock: FakeClock) -> None:
    """Else anybody who knows an admin's address keeps them out for ever, by ten calls in a quarter of an hour."""
    admin = house.register()
    attacker, owner = coming_from(house, "203.0.113.7"), coming_from(house, "198.51.100.9")
    for _ in range(12):
        for _ in range(11):
            guess(attacker, admin.email)
        clock.pass_time(15 * 60 + 1)
    for _ in range(11):
        guess(attacker, admin.email)

    assert guess(attacker, admin.email, PASSWORD).status_code == TOO_MANY
    assert guess(owner, admin.email, PASSWORD).status_code == 200


def test_from_many_places_together_an_address_is_guessed_at_no_more_often_than_from_ten(house: House) -> None:
    admin = house.register()

    answers = [guess(coming_from(house, f"203.0.113.{n}"), admin.email).status_code for n in range(120)]

    assert answers == [WRONG] * LIMITS["login-anywhere"][0].count + [TOO_MANY] * 20


def redeem(client: TestClient) -> int:
    body = {"code": "ABCDEFGH", "deviceIdentifier": "x", "publicKey": public_key()}
    return client.post("/api/pairing/redeem", json=body).status_code


def test_all_addresses_of_one_line_count_as_one(house: House) -> None:
    """A /64 is what every line gets: 2^64 addresses, each of which would have its own guesses."""
    answers = [redeem(coming_from(house, f"2001:db8:1:2::{n:x}")) for n in range(40)]
    elsewhere = redeem(coming_from(house, "2001:db8:1:3::1"))

    assert (answers, elsewhere) == ([404] * 30 + [TOO_MANY] * 10, 404)
