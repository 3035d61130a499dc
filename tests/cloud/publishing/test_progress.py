"""How far a publication has come: what was sent is written together, and never before it was."""

import pytest

from cloud.db.unit import Event, Unit
from cloud.device import seen
from cloud.device.seen import Seen
from cloud.publishing.progress import Sent, mark_override_shown, mark_sent
from tests.cloud.house import House, Person
from tests.fakes.clock import FakeClock


@pytest.fixture(autouse=True)
def written_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is gathered is not written by itself meanwhile, however long a test takes."""
    monkeypatch.setattr(seen, "EVERY_S", 3600.0)


def publish(house: House, admin: Person) -> str:
    wanted = {"target": {"all": True}, "playlistId": house.stock(admin, "one")}
    return str(admin.post("/api/publish", wanted).json()["id"])


def sent(admin: Person, published: str) -> dict[str, str | None]:
    """When, by screen."""
    items = admin.get(f"/api/publish/{published}/screens").json()["items"]
    return {item["deviceId"]: item["sentAt"] for item in items}


def test_what_many_screens_fetch_is_written_together_and_nothing_is_written_before(
    house: House, clock: FakeClock
) -> None:
    admin, other = house.register(), house.register("Other")
    lobby, bar, late, foreign = (*(house.pair(admin) for _ in range(3)), house.pair(other))
    ours, theirs = publish(house, admin), publish(house, other)

    lobby.manifest()
    clock.pass_time(1)
    for screen in (bar, foreign):
        screen.manifest()
    forgotten = sent(admin, ours)
    clock.pass_time(1)
    house.flush_seen()
    late.manifest()

    assert set(forgotten.values()) == {None}
    assert sent(admin, ours) == {
        lobby.id: "2026-11-22T09:00:00.000Z", bar.id: "2026-11-22T09:00:01.000Z", late.id: None
    }  # fmt: skip
    assert list(sent(other, theirs)) == [foreign.id]
    assert None not in sent(other, theirs).values()


def test_a_fetch_says_nothing_of_publications_that_are_not_in_what_was_fetched_and_nothing_twice(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    first = publish(house, admin)
    screen.manifest()
    second = publish(house, admin)
    house.on_loop(house.cloud.part(Seen).flush)
    between = sent(admin, second)
    version = screen.manifest().version

    def mark(version: int) -> list[Event]:
        return house.do(admin.organization_id, lambda unit: mark_sent(unit, {screen.id: Sent(version, unit.now)}))

    older, newer, again = mark(version - 1), mark(version), mark(version)

    assert between == {screen.id: None}
    assert (older, again) == ([], [])
    assert [event.data for event in newer] == [{"publishId": second, "deviceId": screen.id, "state": "sent"}]
    assert sent(admin, first)[screen.id] is not None


def test_ending_a_publication_twice_ends_it_once(house: House) -> None:
    admin = house.register()
    path = f"/api/publish/{publish(house, admin)}"

    statuses = [admin.call("DELETE", path).status_code for _ in range(2)]

    ends = admin.get("/api/audit-logs?action=publish.end").json()["items"]
    assert (statuses, len(ends)) == ([204, 204], 1)


def test_of_many_screens_the_first_that_are_not_there_yet_are_told_and_all_are_counted(house: House) -> None:
    admin = house.register()
    there, bar, lobby = (house.pair(admin, nickname=name) for name in ("A", "B", "C"))
    published = publish(house, admin)
    there.manifest()

    def show(unit: Unit) -> None:
        mark_override_shown(unit, there.id, published, unit.now)

    house.do(admin.organization_id, show)

    whole = admin.get(f"/api/publish/{published}/screens").json()
    part = admin.get(f"/api/publish/{published}/screens?limit=1").json()

    assert [one["deviceId"] for one in whole["items"]] == [bar.id, lobby.id, there.id]
    assert part["items"] == whole["items"][:1]
    assert (part["count"], part["onGlass"]) == (whole["count"], whole["onGlass"]) == (3, 1)
