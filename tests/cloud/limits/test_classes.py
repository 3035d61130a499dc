import pytest

from cloud.limits import classes
from cloud.limits.rates import Rate
from tests.cloud.house import House, registration
from tests.cloud.policy import ENDPOINTS, name_of
from tests.fakes.clock import FakeClock


def test_every_limit_is_one_of_a_route() -> None:
    assert set(classes.CLASSES) <= {name_of(one) for one in ENDPOINTS}


def test_the_door_is_limited_by_address_and_opens_again(house: House, clock: FakeClock) -> None:
    bodies = [registration(email="x") for _ in range(classes.DOOR.burst + 1)]
    answers = [house.client.post("/api/auth/register", json=body) for body in bodies]
    clock.pass_time(int(answers[-1].headers["Retry-After"]))

    assert {answer.status_code for answer in answers[:-1]} == {400}
    assert (answers[-1].status_code, answers[-1].json()["code"]) == (429, "RATE_001")
    assert house.client.post("/api/auth/register", json=registration()).status_code == 201


def test_letters_are_limited_by_person(house: House) -> None:
    admin, other = house.register(), house.register("Other")
    statuses = [
        admin.post("/api/users/invitations", {"email": f"{number}@x.example"}).status_code
        for number in range(classes.LETTERS.burst + 1)
    ]

    assert statuses == [201] * classes.LETTERS.burst + [429]
    assert other.post("/api/users/invitations", {"email": "z@x.example"}).status_code == 201
    assert admin.get("/api/auth/me").status_code == 200


def test_a_script_that_runs_away_is_slowed_down(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classes, "PEOPLE", Rate(per_second=1, burst=20))
    admin, other = house.register(), house.register("Other")
    statuses = [admin.get("/api/auth/me").status_code for _ in range(21)]

    assert statuses == [200] * 20 + [429]
    assert other.get("/api/auth/me").status_code == 200


def test_a_page_is_one_call_and_says_so_when_there_were_too_many(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classes, "PEOPLE", Rate(per_second=1, burst=20))
    admin = house.register()
    answers = [admin.get("/publish") for _ in range(21)]

    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert answers[-1].json()["code"] == "RATE_001"
    assert answers[-1].headers["Retry-After"] == "1"


def test_a_screens_fetching_is_never_limited(house: House) -> None:
    screen = house.pair(house.register())

    assert {screen.get("/api/device/manifest").status_code for _ in range(200)} == {200}


def test_a_screens_pictures_are(house: House) -> None:
    screen = house.pair(house.register())
    picture = b"\x89PNG\r\n\x1a\n" + b"0" * 10
    statuses = [
        screen.client.post("/api/device/screenshot", content=picture).status_code
        for _ in range(classes.PICTURES.burst + 1)
    ]

    assert statuses[-1] == 429
    assert set(statuses[:-1]) == {204}
