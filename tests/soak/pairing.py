"""Races for one screen, and of one request with itself: whoever comes at the same time, there is one effect."""

from collections import Counter
from pathlib import Path

from sqlalchemy import update

from cloud.config import CloudConfig
from cloud.db import tables
from tests.cloud.house import House, Person, at_once
from tests.fakes.clock import FakeClock

CLAIMERS = 16
EACH_S = 90_000.0
"""Of the house's clock between two races: a day and more, so that no limit on wrong codes counts across them."""
PEOPLE_LAST = 6
"""Races until everybody's session would end."""
EXPECTED = (200, *(404,) * (CLAIMERS - 1))


def run(data: Path, races: int) -> Counter[tuple[int, ...]]:
    """How often the 16 claims of one code were answered how, each sorted."""
    told: Counter[tuple[int, ...]] = Counter()
    with House(CloudConfig(data_dir=data, long_poll_s=0.0), FakeClock()) as house:
        people: list[Person] = []
        for race in range(races):
            if race % PEOPLE_LAST == 0:
                people = [_claimer(house, f"org{race}x{n}") for n in range(CLAIMERS)]
            told[_race(house, people)] += 1
            house.clock.pass_time(EACH_S)
    return told


def _race(house: House, people: list[Person]) -> tuple[int, ...]:
    fragment = house.fragment_of(house.ask_to_pair())
    return tuple(at_once(*(lambda person=person: person.post("/api/devices/pair", fragment) for person in people)))


def _claimer(house: House, name: str) -> Person:
    """Somebody with room for as many screens as they may win."""
    person = house.register(name)
    organizations = tables.organizations
    house.do(
        person.organization_id,
        lambda unit: unit.connection.execute(
            update(organizations).where(organizations.c.id == person.organization_id).values(screen_quota=10_000)
        ),
    )
    return person
