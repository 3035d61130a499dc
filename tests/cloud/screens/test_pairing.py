import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cloud.screens.codes import ALPHABET
from tests.cloud.house import House, Person, public_key
from tests.fakes.clock import FakeClock
from tests.soak import pairing


def poll(house: House, started: dict[str, Any]) -> Any:
    return house.client.post("/api/pairing/token", json={"deviceCode": started["deviceCode"]})


def test_a_screen_asks_is_added_by_its_qr_and_gets_its_token_once(house: House, clock: FakeClock) -> None:
    admin = house.register()
    started = house.ask_to_pair(model="Raspberry Pi 5")
    fragment = house.fragment_of(started)

    waiting = poll(house, started)
    looked = admin.post("/api/devices/pairing-preview", {"code": fragment["code"], "claimKey": fragment["claimKey"]})
    claimed = admin.post("/api/devices/pair", {**fragment, "nickname": "Lobby"})
    clock.pass_time(2)
    paired = poll(house, started)
    clock.pass_time(2)
    again = poll(house, started)

    assert waiting.status_code == 400
    assert waiting.json()["error"] == "authorization_pending"
    assert looked.json()["device"]["model"] == "Raspberry Pi 5"
    assert claimed.status_code == 200
    assert claimed.json()["device"]["status"] == "pairing"
    assert paired.status_code == 200
    assert paired.json()["device"]["organizationName"] == "Acme"
    assert paired.json()["config"] == {"heartbeatInterval": 15000, "cacheSize": 524288000, "autoUpdate": True}
    assert len(paired.json()["manifestKeys"]) == 1
    assert again.json()["error"] == "expired_token"


def test_what_is_on_the_screen_holds_neither_the_polling_secret_nor_a_token(house: House) -> None:
    started = house.ask_to_pair()

    assert started["deviceCode"] not in started["verificationUriComplete"]
    assert started["verificationUriComplete"].split("#")[0] == started["verificationUri"]
    assert set(started["userCode"]) <= set(ALPHABET)
    assert len(started["userCode"]) == 6


def test_a_typed_code_needs_the_number_on_the_screen(house: House, clock: FakeClock) -> None:
    admin = house.register()
    started = house.ask_to_pair()

    typed = admin.post("/api/devices/pair", {"code": started["userCode"].lower()})
    shown = poll(house, started).json()
    claimed = admin.post("/api/devices/pair", {"code": started["userCode"], "confirmation": shown["confirmation"]})
    clock.pass_time(2)

    assert typed.status_code == 202
    assert typed.json()["confirmationRequired"] is True
    assert shown["error"] == "authorization_pending"
    assert claimed.status_code == 200
    assert poll(house, started).status_code == 200


def test_three_wrong_numbers_end_it(house: House, clock: FakeClock) -> None:
    admin = house.register()
    started = house.ask_to_pair()
    admin.post("/api/devices/pair", {"code": started["userCode"]})
    number = poll(house, started).json()["confirmation"]
    wrong = "0000" if number != "0000" else "1111"

    left = [
        admin.post("/api/devices/pair", {"code": started["userCode"], "confirmation": wrong}).json()["details"][
            "triesLeft"
        ]
        for _ in range(3)
    ]
    right_at_last = admin.post("/api/devices/pair", {"code": started["userCode"], "confirmation": number})
    clock.pass_time(2)

    assert left == [2, 1, 0]
    assert right_at_last.json()["code"] == "DEVICE_001"
    assert poll(house, started).json()["error"] == "access_denied"


def test_a_number_that_somebody_else_asked_for_is_not_mine(house: House) -> None:
    admin, stranger = house.register(), house.register("Evil")
    started = house.ask_to_pair()
    stranger.post("/api/devices/pair", {"code": started["userCode"]})
    number = poll(house, started).json()["confirmation"]

    answer = admin.post("/api/devices/pair", {"code": started["userCode"], "confirmation": number})

    assert answer.status_code == 202


@pytest.mark.parametrize(("seconds", "status"), [(299.9, 200), (300.1, 404)])
def test_a_code_lives_300_seconds(house: House, clock: FakeClock, seconds: float, status: int) -> None:
    admin = house.register()
    fragment = house.fragment_of(house.ask_to_pair())
    clock.pass_time(seconds)

    assert admin.post("/api/devices/pair", fragment).status_code == status


def test_a_wrong_claim_key_claims_nothing(house: House) -> None:
    admin = house.register()
    fragment = house.fragment_of(house.ask_to_pair())

    answer = admin.post("/api/devices/pair", {**fragment, "claimKey": "A" * 22})

    assert (answer.status_code, answer.json()["code"]) == (404, "DEVICE_001")
    assert admin.get("/api/devices").json()["items"] == []


def test_polling_too_fast_is_told_to_slow_down(house: House, clock: FakeClock) -> None:
    started = house.ask_to_pair()

    answers = [poll(house, started).json()["error"] for _ in range(2)]
    clock.pass_time(7)

    assert answers == ["authorization_pending", "slow_down"]
    assert poll(house, started).json()["error"] == "authorization_pending"


def test_a_new_request_of_the_same_device_ends_its_old_code(house: House) -> None:
    admin = house.register()
    key = public_key()
    old, new = house.ask_to_pair(key=key), house.ask_to_pair(key=key)

    assert admin.post("/api/devices/pair", house.fragment_of(old)).json()["code"] == "DEVICE_001"
    assert admin.post("/api/devices/pair", house.fragment_of(new)).status_code == 200


def test_five_wrong_codes_are_enough_for_a_while(house: House, clock: FakeClock) -> None:
    admin = house.register()
    fragment = house.fragment_of(house.ask_to_pair())

    codes = [admin.post("/api/devices/pair", {"code": "AAAAAA"}).json()["code"] for _ in range(6)]
    blocked = admin.post("/api/devices/pair", fragment)
    clock.pass_time(15 * 60 + 1)

    assert codes == ["DEVICE_001"] * 5 + ["RATE_001"]
    assert int(blocked.headers["Retry-After"]) <= 900
    assert admin.post("/api/devices/pair", house.fragment_of(house.ask_to_pair())).status_code == 200


def test_no_guess_more_is_looked_at_however_many_come_at_once(house: House) -> None:
    admin = house.register()
    answers = at_once([partial(claim, admin, {"code": "AAAAA" + letter}) for letter in "ABCDEFGHJKLM"])

    assert sorted(answers) == [404] * 5 + [429] * 7


def test_parallel_claims_of_one_code_have_one_winner(house: House) -> None:
    people = [house.register(f"Org{n}") for n in range(6)]
    fragment = house.fragment_of(house.ask_to_pair())

    answers = at_once([partial(claim, person, fragment) for person in people])

    assert sorted(answers) == [200, 404, 404, 404, 404, 404]


def test_sixteen_claims_of_one_code_have_one_winner_in_every_race(tmp_path: Path) -> None:
    """The short form of `make soak SOAK=pairing`."""
    assert pairing.run(tmp_path / "var", 6) == {pairing.EXPECTED: 6}


def test_the_quota_holds_however_many_pair_at_once(house: House) -> None:
    admin = house.register()
    fragments = [house.fragment_of(house.ask_to_pair()) for _ in range(9)]

    answers = at_once([partial(claim, admin, fragment) for fragment in fragments])
    refused = admin.post("/api/devices/pair", house.fragment_of(house.ask_to_pair()))

    assert sorted(answers) == [200] * 5 + [403] * 4
    assert refused.json()["code"] == "DEVICE_003"
    assert refused.json()["details"] == {"currentDevices": 5, "quota": 5, "subscriptionTier": "free"}


def test_new_hardware_takes_the_place_of_a_screen(house: House, clock: FakeClock) -> None:
    admin = house.register()
    old = house.pair(admin, nickname="Lobby")
    clock.pass_time(10)
    new = house.pair(admin, replaceDeviceId=old.id)

    assert new.id == old.id
    assert admin.get(f"/api/devices/{new.id}").json()["nickname"] == "Lobby"
    assert old.get("/api/device/manifest").status_code == 401
    assert new.get("/api/device/manifest").status_code == 200


def test_an_admin_makes_a_code_that_one_device_redeems_once(house: House) -> None:
    admin = house.register()
    made = admin.post("/api/devices/pairing-codes", {"nickname": "Bar"})
    body = {"code": made.json()["code"], "deviceIdentifier": "d1", "publicKey": public_key()}

    first = house.client.post("/api/pairing/redeem", json=body)
    second = house.client.post("/api/pairing/redeem", json=body)

    assert made.json()["qrCode"].startswith("data:image/svg+xml;base64,")
    assert first.json()["device"]["id"] == made.json()["deviceId"]
    assert first.json()["device"]["nickname"] == "Bar"
    assert (second.status_code, second.json()["code"]) == (404, "DEVICE_001")


def test_a_removed_screen_is_out_at_once(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    before = screen.get("/api/device/manifest").status_code

    removed = admin.call("DELETE", f"/api/devices/{screen.id}")

    assert (before, removed.status_code) == (200, 204)
    assert screen.get("/api/device/manifest").status_code == 401
    assert admin.get(f"/api/devices/{screen.id}").status_code == 404


def claim(person: Person, fragment: dict[str, str]) -> int:
    status: int = person.post("/api/devices/pair", fragment).status_code
    return status


def at_once(calls: list[Callable[[], int]]) -> list[int]:
    answers: list[int] = []
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], int]) -> None:
        barrier.wait()
        answers.append(call())

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
