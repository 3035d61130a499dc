"""Answers from memory are the answers the database would give."""

from dataclasses import replace
from typing import Any

import pytest

from cloud.config import CloudConfig
from cloud.db.unit import Told
from cloud.device import known
from cloud.device.known import KnownManifests
from cloud.publishing.key_ring import Signature
from tests.cloud.house import House, Person, Screen
from tests.fakes.clock import FakeClock
from vizora.identifiers import DeviceId, OrganizationId

SIGNATURE = Signature("signature", "")

PATH = "/api/device/manifest"
OF_THE_MOMENT = {"date", "x-request-id"}


def fetch(screen: Screen, etag: str = "") -> Any:
    return screen.get(PATH, **({"If-None-Match": etag} if etag else {}))


def shown(answer: Any) -> tuple[int, dict[str, str], bytes]:
    headers = {name: value for name, value in answer.headers.items() if name not in OF_THE_MOMENT}
    return answer.status_code, headers, answer.content


def is_known(house: House, person: Person, screen: Screen) -> bool:
    found = house.cloud.part(KnownManifests).find(OrganizationId(person.organization_id), DeviceId(screen.id))
    return found is not None


@pytest.fixture
def embedded(config: CloudConfig, clock: FakeClock) -> Any:
    """Only where one process is the whole cloud is anything known."""
    with House(replace(config, postgres_url=None, redis_url=None), clock) as house:
        yield house


def test_a_manifest_that_is_known_is_answered_as_the_first_time(embedded: House) -> None:
    admin = embedded.register()
    screen = embedded.pair(admin)
    first = fetch(screen)
    unchanged = embedded.client.get(PATH, headers={"Authorization": f"bearer  {screen.token}"})

    assert is_known(embedded, admin, screen)
    assert shown(fetch(screen)) == shown(first)
    assert shown(unchanged) == shown(first)
    etag = first.headers["ETag"]
    embedded.cloud.part(KnownManifests)._hear(Told(organizations={OrganizationId(admin.organization_id)}))
    from_the_database = fetch(screen, etag)
    from_memory = fetch(screen, f'"other", {etag}')
    assert from_the_database.status_code == 304
    assert shown(from_memory) == shown(from_the_database)


def test_whatever_changed_is_in_the_next_answer(embedded: House) -> None:
    admin = embedded.register()
    screen = embedded.pair(admin)
    seen = [fetch(screen).headers["ETag"]]
    for volume in (1, 2, 3):
        fetch(screen, seen[-1])
        admin.call("PATCH", f"/api/devices/{screen.id}", {"volume": volume})
        answer = fetch(screen, seen[-1])
        assert answer.status_code == 200
        seen.append(answer.headers["ETag"])

    assert len(set(seen)) == 4


def test_a_memory_that_hears_nothing_would_serve_what_is_old(embedded: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin."""
    monkeypatch.setattr(KnownManifests, "_hear", lambda *_: None)
    embedded.cloud.after_commit[:] = [
        listener for listener in embedded.cloud.after_commit if getattr(listener, "__name__", "") != "_hear"
    ]
    admin = embedded.register()
    screen = embedded.pair(admin)
    etag = fetch(screen).headers["ETag"]
    admin.call("PATCH", f"/api/devices/{screen.id}", {"volume": 1})

    assert fetch(screen, etag).status_code == 304


def test_a_screen_that_was_removed_is_out_although_it_is_known(embedded: House) -> None:
    admin = embedded.register()
    screen = embedded.pair(admin)
    fetch(screen)
    admin.call("DELETE", f"/api/devices/{screen.id}")

    assert fetch(screen).status_code == 401


def test_what_was_read_before_a_change_is_not_kept(embedded: House) -> None:
    admin = embedded.register()
    screen = embedded.pair(admin)
    memory = embedded.cloud.part(KnownManifests)
    before = memory.changes
    row = {"device_id": screen.id, "organization_id": admin.organization_id, "etag": '"v1"', "body": b"{}"}
    memory._hear(Told(organizations={OrganizationId(admin.organization_id)}))
    memory.keep(row, SIGNATURE, changes=before)

    assert not is_known(embedded, admin, screen)
    memory.keep(row, SIGNATURE, changes=memory.changes)
    assert is_known(embedded, admin, screen)


def test_bodies_take_only_so_much_memory(embedded: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "MOST_BODY_BYTES", 25)
    memory, organization = embedded.cloud.part(KnownManifests), OrganizationId("o")
    for name in ("a", "b", "a", "c"):
        row = {"device_id": name, "organization_id": organization, "etag": name, "body": b"x" * 10}
        memory.keep(row, SIGNATURE, changes=memory.changes)
    found = {name: memory.find(organization, DeviceId(name)) for name in "abc"}

    assert [one is not None and memory.body(DeviceId(name), one) is not None for name, one in found.items()] == [
        True, False, True,
    ]  # fmt: skip


def test_where_others_may_change_something_nothing_is_known(config: CloudConfig, clock: FakeClock) -> None:
    with House(config, clock) as house:
        admin = house.register()
        screen = house.pair(admin)
        fetch(screen)

        assert is_known(house, admin, screen) is config.embedded
