"""A fleet adds itself: by one token, each device once, never more than the token or the subscription allows."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import convert
from sqlalchemy import select

from cloud.db import tables
from cloud.db.unit import Unit
from cloud.screens import enrolment
from cloud.wire import instant
from edge.config import load
from tests.cloud.house import House, Person, Screen, at_once, public_key
from vizora.manifest.model import Key

TOKENS = "/api/devices/enrolment-tokens"
RACERS = 24


@dataclass
class Fleet:
    house: House
    admin: Person
    id: str
    token: str

    def redeem(self, key: str | None = None, identifier: str = "device", **changes: Any) -> Any:
        body = {"code": self.token, "deviceIdentifier": identifier, "publicKey": key or public_key(), **changes}
        return self.house.client.post("/api/pairing/redeem", json=body)

    def shown(self) -> Any:
        return next(one for one in self.admin.get(TOKENS).json()["items"] if one["id"] == self.id)

    def screens(self) -> list[Any]:
        items: list[Any] = self.admin.get("/api/devices").json()["items"]
        return items


def quota(house: House, admin: Person, screens: int) -> None:
    organizations = tables.organizations
    mine = organizations.update().where(organizations.c.id == admin.organization_id).values(screen_quota=screens)
    house.do(admin.organization_id, lambda unit: unit.connection.execute(mine))


def fleet(house: House, admin: Person | None = None, **wanted: Any) -> Fleet:
    admin = admin or house.register()
    later = instant(house.clock.now() + timedelta(days=30))
    answer = admin.post(TOKENS, {"name": "Stores", "maxUses": 3, "expiresAt": later, **wanted})
    assert answer.status_code == 201, answer.text
    return Fleet(house, admin, answer.json()["id"], answer.json()["token"])


def test_each_device_becomes_a_screen_with_what_the_token_says(house: House) -> None:
    ours = fleet(house, tags=["store", "store"], location="Bern", timezone="Europe/Zurich")
    answers = [ours.redeem(model="Pi 5").json() for _ in range(2)]
    screen = Screen(
        house.bearing(answers[0]["deviceToken"]), answers[0]["device"]["id"], "",
        convert(answers[0]["manifestKeys"], tuple[Key, ...]),
    )  # fmt: skip

    assert screen.manifest().time_zone == "Europe/Zurich"
    assert sorted(one["nickname"] for one in ours.screens()) == ["Stores 1", "Stores 2"]
    assert {(one["location"], *one["tags"]) for one in ours.screens()} == {("Bern", "store")}
    assert (ours.shown()["uses"], ours.shown()["usable"]) == (2, True)


def test_a_count_and_an_end_are_all_it_needs_and_the_answer_has_the_file(house: House) -> None:
    admin = house.register()
    answer = admin.post(TOKENS, {"count": 2, "expiresAt": "2027-01-01T00:00:00Z", "tags": ["store"]})

    assert (answer.status_code, answer.json()["count"]) == (201, 2)
    assert tomllib.loads(answer.json()["setupFile"])["pairing_code"] == answer.json()["token"]
    Fleet(house, admin, answer.json()["id"], answer.json()["token"]).redeem()
    assert [one["nickname"] for one in admin.get("/api/devices").json()["items"]] == ["Screen 1"]


def test_the_token_is_shown_once_and_stored_nowhere(house: House) -> None:
    ours = fleet(house)
    row = house.do(ours.admin.organization_id, lambda unit: unit.rows(unit.select(tables.enrolment_tokens)))[0]

    assert ours.token.startswith("vze_")
    assert "token" not in ours.shown()
    assert ours.token not in str(row)


def test_the_device_side_takes_it_from_its_settings(house: House) -> None:
    assert load({"VIZORA_PAIRING_CODE": fleet(house).token}).pairing_code.startswith("vze_")


def test_it_adds_as_many_as_it_says_however_many_come_at_once(house: House) -> None:
    ours = fleet(house, maxUses=4)
    quota(house, ours.admin, 100)

    assert at_once(*[ours.redeem] * RACERS) == [200] * 4 + [404] * (RACERS - 4)
    assert (len(ours.screens()), ours.shown()["uses"], ours.shown()["usable"]) == (4, 4, False)


def test_a_count_that_is_read_before_it_is_written_would_be_seen(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: a token that counts nothing adds everybody."""
    monkeypatch.setattr(enrolment, "_count", lambda _, __: 1)

    with pytest.raises(AssertionError):
        test_it_adds_as_many_as_it_says_however_many_come_at_once(house)


def test_the_quota_holds_however_many_come_at_once_and_whom_it_refuses_is_not_counted(house: House) -> None:
    ours = fleet(house, maxUses=100)

    assert at_once(*[ours.redeem] * RACERS) == [200] * 5 + [403] * (RACERS - 5)
    assert (len(ours.screens()), ours.shown()["uses"]) == (5, 5)


def test_a_device_that_comes_twice_at_once_or_later_is_one_screen(house: House) -> None:
    ours, key = fleet(house), public_key()

    assert at_once(*[lambda: ours.redeem(key)] * RACERS) == [200] * RACERS
    again = ours.redeem(key)
    assert [one["id"] for one in ours.screens()] == [again.json()["device"]["id"]]
    assert ours.shown()["uses"] == 1


def test_a_device_that_comes_again_gets_a_new_token_and_the_old_one_ends(house: House) -> None:
    ours, key = fleet(house), public_key()
    first, second = (house.bearing(ours.redeem(key).json()["deviceToken"]) for _ in range(2))

    assert first.get("/api/device/manifest").status_code == 401
    assert second.get("/api/device/manifest").status_code == 200


def test_somebody_elses_key_is_not_enough_to_take_a_screen_over(house: House) -> None:
    ours, key = fleet(house), public_key()
    screen = house.bearing(ours.redeem(key, "its own name").json()["deviceToken"])

    assert ours.redeem(key, "another").status_code == 404
    assert screen.get("/api/device/manifest").status_code == 200


def test_a_screen_that_was_removed_does_not_come_back_by_itself(house: House) -> None:
    ours, key = fleet(house), public_key()
    screen = ours.redeem(key).json()["device"]["id"]
    assert ours.admin.call("DELETE", f"/api/devices/{screen}").status_code == 204

    assert ours.redeem(key).status_code == 404
    assert ours.screens() == []


def test_a_screen_that_was_revoked_does_not_come_back_by_what_is_on_its_card(house: House) -> None:
    """A thief has the whole card: the keys, and the fleet's token on the boot partition."""
    ours, key = fleet(house), public_key()
    stolen = ours.redeem(key).json()
    ours.admin.post(f"/api/devices/{stolen['device']['id']}/revoke")

    assert ours.redeem(key).status_code == 404
    assert house.bearing(stolen["deviceToken"]).get("/api/device/manifest").status_code == 401
    assert [one["status"] for one in ours.screens()] == ["pairing"]


def revoke(ours: Fleet) -> None:
    assert ours.admin.call("DELETE", f"{TOKENS}/{ours.id}").status_code == 204


def expire(ours: Fleet) -> None:
    ours.house.clock.pass_time(timedelta(days=30).total_seconds())


@pytest.mark.parametrize("end", [revoke, expire])
def test_a_token_that_ended_adds_nothing_and_takes_nothing_away(house: House, end: Callable[[Fleet], None]) -> None:
    ours, key = fleet(house), public_key()
    screen = house.bearing(ours.redeem(key).json()["deviceToken"])
    end(ours)
    refused = [ours.redeem(), ours.redeem(key)]

    assert [(one.status_code, one.json()["code"]) for one in refused] == [(404, "DEVICE_001")] * 2
    assert screen.get("/api/device/manifest").status_code == 200
    assert not house.do(
        ours.admin.organization_id,
        lambda unit: unit.rows(unit.select(tables.enrolment_tokens).where(tables.enrolment_tokens.c.uses > 1)),
    )


def test_wrong_tokens_are_counted_against_who_tries_them(house: House) -> None:
    ours = fleet(house)
    statuses = [ours.redeem(code=f"vze_{n}").status_code for n in range(31)]

    assert statuses == [404] * 30 + [429]


def test_each_screen_that_adds_itself_is_written_down(house: House) -> None:
    ours = fleet(house)
    screen = ours.redeem().json()["device"]["id"]
    rows = ours.admin.get("/api/audit-logs?action=device.redeem").json()["items"]

    assert [(row["entityId"], row["userId"]) for row in rows] == [(screen, None)]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "/name"),
        ({"maxUses": 0}, "/maxUses"),
        ({"maxUses": None}, "/count"),
        ({"count": 1}, "/maxUses"),
        ({"maxUses": 10_001}, "/maxUses"),
        ({"expiresAt": "2026-11-22T08:00:00Z"}, "/expiresAt"),
        ({"timezone": "Mars/Base"}, "/timezone"),
        ({"location": "x" * 201}, "/location"),
        ({"tags": [""]}, "/tags/0"),
    ],
)
def test_what_is_wrong_is_named(house: House, wrong: Any, field: str) -> None:
    sound = {"name": "n", "maxUses": 1, "expiresAt": "2027-01-01T00:00:00Z"}
    answer = house.register().post(TOKENS, {**sound, **wrong})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


WIFI = {"ssid": 'Café "5 GHz" \\', "password": "correct horse", "country": "CH"}


def test_the_setup_file_is_what_the_device_reads(house: House, tmp_path: Path) -> None:
    ours = fleet(house)
    answer = ours.admin.post("/api/devices/setup-file", {"token": ours.token})
    file = tmp_path / "vizora-setup.toml"
    file.write_bytes(answer.content)
    config = load({"VIZORA_CONFIG": str(file)})

    assert answer.headers["content-type"].startswith("application/toml")
    assert (config.cloud_url, config.pairing_code) == ("http://127.0.0.1:3000", ours.token)


def test_the_setup_file_has_the_wifi_and_the_cloud_keeps_nothing_of_it(house: House) -> None:
    ours = fleet(house)
    before = house.do(ours.admin.organization_id, everything)
    answer = ours.admin.post("/api/devices/setup-file", {"token": ours.token, "wifi": WIFI})

    assert tomllib.loads(answer.text)["wifi"] == WIFI
    assert house.do(ours.admin.organization_id, everything) == before
    assert answer.headers["cache-control"] == "no-store"


def everything(unit: Unit) -> str:
    """But the jobs, which go on beside."""
    kept = (table for table in tables.metadata.sorted_tables if table.name not in ("jobs", "workers"))
    return str([unit.rows(select(table)) for table in kept])


@pytest.mark.parametrize(
    "wrong",
    [
        {"ssid": ""},
        {"ssid": "x" * 33},
        {"ssid": "a\nb"},
        {"password": "short"},
        {"password": "schlüsselwort"},
        {"country": "ch"},
    ],
    ids=str,
)
def test_a_wifi_that_no_device_could_join_is_refused(house: House, wrong: Any) -> None:
    ours = fleet(house)
    answer = ours.admin.post("/api/devices/setup-file", {"token": ours.token, "wifi": {**WIFI, **wrong}})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, f"/wifi/{next(iter(wrong))}")


def test_a_setup_file_is_made_of_ones_own_living_token_only(house: House) -> None:
    ours, other = fleet(house), house.register("Other")
    foreign, unknown = (
        other.post("/api/devices/setup-file", {"token": token}) for token in (ours.token, "vze_unknown")
    )
    revoke(ours)

    assert foreign.status_code == unknown.status_code == 404
    assert foreign.content == unknown.content
    assert ours.admin.post("/api/devices/setup-file", {"token": ours.token}).status_code == 404
