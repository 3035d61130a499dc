"""The whole service is guessed at: guessing ends, adding screens goes on."""

from typing import Any

import pytest
from sqlalchemy import insert

from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Unit
from cloud.screens import breaker
from cloud.screens.breaker import EVERYONE, KIND
from cloud.screens.codes import ALPHABET
from tests.cloud.house import House, public_key


def guess(house: House, times: int) -> None:
    """By so many people and addresses that each of them is far below their own limit."""

    def work(unit: Unit) -> None:
        rows = [{"id": new_id(), "kind": KIND, "key": "", "at": unit.now} for _ in range(times)]
        unit.connection.execute(insert(tables.attempts), rows)

    house.do("-", work)


def redeem(house: House, code: str) -> Any:
    body = {"code": code, "deviceIdentifier": "d", "publicKey": public_key()}
    return house.client.post("/api/pairing/redeem", json=body)


def test_at_the_last_guess_too_much_codes_grow_and_short_ones_are_looked_at_no_more(house: House) -> None:
    admin = house.register()
    short = house.ask_to_pair()
    guess(house, EVERYONE[0].count - 1)
    assert admin.post("/api/devices/pair", {"code": short["userCode"]}).status_code == 202
    assert admin.post("/api/devices/pair", {"code": "AAAAAA"}).status_code == 404
    long = house.ask_to_pair()
    refused = admin.post("/api/devices/pair", {"code": short["userCode"]})
    typed = admin.post("/api/devices/pair", {"code": long["userCode"]})

    assert (len(short["userCode"]), len(long["userCode"])) == (6, 8)
    assert set(long["userCode"]) <= set(ALPHABET)
    assert refused.status_code == 429
    assert typed.status_code == 202


def test_a_qr_is_not_held_up(house: House) -> None:
    admin = house.register()
    fragment = house.fragment_of(house.ask_to_pair())
    guess(house, EVERYONE[0].count)

    assert admin.post("/api/devices/pairing-preview", fragment).status_code == 200
    assert admin.post("/api/devices/pair", fragment).status_code == 200


def test_neither_is_a_fleet_nor_a_code_made_beforehand(house: House) -> None:
    admin = house.register()
    guess(house, EVERYONE[0].count)
    code = admin.post("/api/devices/pairing-codes", {}).json()["code"]
    wanted = {"name": "Fleet", "maxUses": 1, "expiresAt": "2027-01-01T00:00:00Z"}
    token = admin.post("/api/devices/enrolment-tokens", wanted).json()["token"]

    assert (redeem(house, code).status_code, redeem(house, token).status_code) == (200, 200)


def test_while_very_many_codes_are_live_new_ones_are_long(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "SHORT_CODES", 2)

    assert [len(house.ask_to_pair()["userCode"]) for _ in range(3)] == [6, 6, 8]


def test_a_code_made_beforehand_is_long(house: House) -> None:
    assert len(house.register().post("/api/devices/pairing-codes", {}).json()["code"]) == 8


def test_after_a_day_codes_are_short_again(house: House) -> None:
    guess(house, EVERYONE[0].count)
    house.clock.pass_time(EVERYONE[0].seconds)

    assert len(house.ask_to_pair()["userCode"]) == 6


def test_without_the_breaker_guessing_would_go_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    monkeypatch.setattr(breaker, "refuse_short", lambda *_: None)

    with pytest.raises(AssertionError):
        test_at_the_last_guess_too_much_codes_grow_and_short_ones_are_looked_at_no_more(house)
