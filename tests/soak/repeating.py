"""Creating requests that race with themselves under one Idempotency-Key (promise P58)."""

from pathlib import Path

from cloud.config import CloudConfig
from cloud.endpoints import Endpoint
from tests.cloud.house import House
from tests.cloud.policy import MAKERS, kind_of, name_of
from tests.cloud.test_conventions import CREATING, NEW, race
from tests.fakes.clock import FakeClock


def run(data: Path, races: int) -> list[str]:
    """What went wrong: endpoints whose repetitions did not all get the one answer."""
    faults = []
    with House(CloudConfig(data_dir=data, long_poll_s=0.0), FakeClock()) as house:
        for number in range(races):
            house.clock.pass_time(3600.0)
            endpoint = CREATING[number % len(CREATING)]
            answers = _race(house, endpoint, number)
            if len(set(answers)) != 1 or answers[0][0] not in (200, 201, 202):
                faults.append(f"{name_of(endpoint)}: {sorted(set(answers))}")
    return faults


def _race(house: House, endpoint: Endpoint, number: int) -> list[tuple[int, bytes]]:
    person = house.register(f"org{number}")
    object_id = MAKERS[kind_of(endpoint)](house, person) if "{id}" in endpoint.path else ""
    body = NEW[name_of(endpoint)](house, person)
    if endpoint.path == "/api/users":
        body = {**body, "email": f"n{number}@n.example"}
    return race(person, endpoint, object_id, body)
