"""Screens hear that there is news before their manifests are written; what they then fetch is never older."""

from typing import Any

from sqlalchemy import select
from starlette.testclient import WebSocketTestSession

from cloud.db import tables
from cloud.db.unit import Unit
from tests.cloud.house import House, Person, Screen
from tests.cloud.realtime.test_device import hear, line, turns_of


def publish(admin: Person, playlist: str, **target: Any) -> str:
    answer = admin.post("/api/publish", {"target": target or {"all": True}, "playlistId": playlist})
    return str(answer.json()["id"])


def nudged(socket: WebSocketTestSession) -> int:
    return int(hear(socket, "manifest:changed")["version"])


def written(house: House, screen: Screen) -> tuple[int, int]:
    """Version and generation of what was written last."""
    manifests = tables.manifests.c

    def look(unit: Unit) -> tuple[int, int]:
        query = select(manifests.version, manifests.generation).where(manifests.device_id == screen.id)
        version, generation = unit.connection.execute(query).one()
        return version, generation

    return house.do("-", look)


def test_a_screen_is_told_the_version_that_it_then_fetches_and_nothing_is_written_before(house: House) -> None:
    admin = house.register()
    screen, playlist = house.pair(admin), house.stock(admin, "one")
    with line(screen) as socket:
        nudged(socket)
        publish(admin, playlist)
        told, before = nudged(socket), written(house, screen)
        fetched = screen.manifest()

    assert (told, before[0], fetched.version) == (2, 1, 2)
    assert len(fetched.overrides) == 1


def test_two_publications_before_anybody_fetched_are_one_version_that_holds_both(house: House) -> None:
    admin = house.register()
    screen, playlist = house.pair(admin), house.stock(admin, "one")
    with line(screen) as socket:
        nudged(socket)
        publish(admin, playlist)
        first = nudged(socket)
        publish(admin, playlist)
        second = nudged(socket)
        fetched = screen.manifest()

    assert (first, second, fetched.version, len(fetched.overrides)) == (2, 2, 2, 2)


def test_who_fetched_the_first_of_two_publications_is_told_of_the_second(house: House) -> None:
    admin = house.register()
    screen, playlist = house.pair(admin), house.stock(admin, "one")
    with line(screen) as socket:
        nudged(socket)
        versions = list[tuple[int, int]]()
        for _ in range(3):
            publish(admin, playlist)
            versions.append((nudged(socket), screen.manifest().version))

    assert versions == [(2, 2), (3, 3), (4, 4)]


def test_a_screen_that_plays_on_is_found_up_to_date_the_next_time_it_asks(house: House) -> None:
    admin = house.register()
    lobby, bar, playlist = house.pair(admin), house.pair(admin), house.stock(admin, "one")
    with line(lobby) as here, line(bar) as there:
        nudged(here)
        nudged(there)
        version, generation = written(house, lobby)
        publish(admin, playlist, deviceIds=[bar.id])
        nudged(there)

        assert any(written(house, lobby)[1] > generation for _ in turns_of(house))
        assert written(house, lobby)[0] == version


def test_how_far_a_publication_is_can_be_followed_from_when_the_screen_came_for_it(house: House) -> None:
    admin = house.register()
    screen, playlist = house.pair(admin), house.stock(admin, "one")

    def progress() -> tuple[Any, bool]:
        item = admin.get(f"/api/publish/{published}/screens").json()["items"][0]
        return item["manifestVersion"], item["sentAt"] is not None

    with line(screen) as socket:
        nudged(socket)
        published = publish(admin, playlist)
        nudged(socket)
        told = progress()
        screen.manifest()
        house.flush_seen()
        fetched = progress()

    assert (told, fetched) == ((None, False), (2, True))
