"""How many wrong codes are looked at: of a person, an organization, an address; expired ones don't count (P20)."""

import pytest

from cloud.screens import claiming
from tests.cloud.house import House, Person
from tests.fakes.clock import FakeClock

QUARTER_S = 15 * 60 + 1
HOUR_S = 3601


def guesses(person: Person, count: int) -> list[int]:
    return [person.post("/api/devices/pair", {"code": "AAAAAA"}).status_code for _ in range(count)]


def looked_at(answers: list[int]) -> int:
    assert set(answers) <= {404, 429}
    return answers.count(404)


def of_a_person(house: House, clock: FakeClock) -> int:
    """In a day, five at a time and with pauses."""
    person, found = house.register(), 0
    for _ in range(8):
        found += looked_at(guesses(person, 6))
        clock.pass_time(HOUR_S)
    return found


def of_an_organization(house: House, clock: FakeClock) -> int:
    """In a day, by people of whom each stays below their own limit."""
    admin, found = house.register(), 0
    people = [house.hire(admin, "manager") for _ in range(13)]
    for person in people:
        found += looked_at(guesses(person, 5))
        clock.pass_time(QUARTER_S)
    return found


def of_an_address(house: House, clock: FakeClock) -> int:
    """At once, by people of many organizations."""
    return sum(looked_at(guesses(house.register(f"Org{n}"), 5)) for n in range(8))


LIMITS = {"code-user": (of_a_person, 20), "code-organization": (of_an_organization, 50), "code-ip": (of_an_address, 30)}


@pytest.mark.parametrize("kind", LIMITS)
def test_no_more_guesses_are_looked_at(house: House, clock: FakeClock, kind: str) -> None:
    attack, most = LIMITS[kind]

    assert attack(house, clock) == most


@pytest.mark.parametrize("kind", LIMITS)
def test_without_that_limit_more_would_be(
    house: House, clock: FakeClock, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twins; what holds a person back is five in a quarter of an hour, beside the day's."""
    attack, most = LIMITS[kind]
    monkeypatch.setitem(claiming.LIMITS, kind, claiming.LIMITS[kind][:-1])

    assert attack(house, clock) > most


def test_a_code_that_has_expired_is_no_guess(house: House, clock: FakeClock) -> None:
    """Whoever is slow with a ladder and many screens is not taken for an attacker."""
    admin = house.register()
    old = [house.ask_to_pair()["userCode"] for _ in range(10)]
    clock.pass_time(301)

    answers = [admin.post("/api/devices/pair", {"code": code}).status_code for code in old]

    assert answers == [404] * 10
    assert admin.post("/api/devices/pair", house.fragment_of(house.ask_to_pair())).status_code == 200
