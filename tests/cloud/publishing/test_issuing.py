from typing import Any

from sqlalchemy import update

from cloud.db import tables
from cloud.db.unit import Unit
from tests.cloud.house import House, Person, add_item, add_picture
from tests.fakes.clock import FakeClock


def test_a_screen_gets_what_is_scheduled_signed_by_the_key_it_got_when_it_was_paired(house: House) -> None:
    admin = house.register()
    playlist = house.stock(admin, "one", "two")
    schedule = house.schedule(admin, playlist)
    screen = house.pair(admin, timezone="Europe/Berlin")

    manifest = screen.manifest()

    assert [asset.title for asset in manifest.assets.values()] == ["one", "two"] or len(manifest.assets) == 2
    assert [item.duration_ms for item in manifest.playlists[playlist].items] == [5000, 5000]  # type: ignore[index]
    assert [(one.id, one.time_zone) for one in manifest.schedules] == [(schedule, "Europe/Berlin")]
    assert (manifest.screen.width, manifest.screen.height) == (1280, 720)


def test_an_unchanged_manifest_is_not_sent_twice(house: House) -> None:
    screen = house.pair(house.register())
    first = screen.get("/api/device/manifest")

    again = screen.get("/api/device/manifest", **{"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Vizora-Signature"] == first.headers["Vizora-Signature"]


def test_the_version_grows_only_when_the_screen_has_something_else_to_play(house: House, clock: FakeClock) -> None:
    admin = house.register()
    screen = house.pair(admin)
    versions = [screen.manifest().version]

    clock.pass_time(60)
    house.stock(admin, "unused")  # no schedule shows it: nothing changes for the screen
    versions.append(screen.manifest().version)
    house.schedule(admin, house.stock(admin, "shown"))
    versions.append(screen.manifest().version)
    clock.pass_time(60)
    admin.call("PATCH", f"/api/devices/{screen.id}", {"location": "a field no manifest has"})
    versions.append(screen.manifest().version)
    admin.call("PATCH", f"/api/devices/{screen.id}", {"volume": 10})
    versions.append(screen.manifest().version)

    assert versions == [1, 1, 2, 2, 3]


def test_only_screens_that_are_meant_get_it(house: House) -> None:
    admin = house.register()
    playlist = house.stock(admin, "one")
    lobby, bar, kitchen = (house.pair(admin, nickname=name) for name in ("Lobby", "Bar", "Kitchen"))
    admin.call("PATCH", f"/api/devices/{bar.id}", {"tags": ["food"]})
    house.schedule(admin, playlist, target={"deviceIds": [lobby.id], "tags": ["food"]})

    assert [len(screen.manifest().schedules) for screen in (lobby, bar, kitchen)] == [1, 1, 0]


def test_content_that_is_not_ready_stays_out_until_it_is(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    playlist = house.stock(admin, "ready")
    house.schedule(admin, playlist)

    def add(unit: Unit) -> str:
        content_id = add_picture(unit, "later", status="processing")
        add_item(unit, playlist, 1, content_id)
        unit.screens_may_change()
        return content_id

    def finish(unit: Unit) -> None:
        unit.change(tables.content, later, status="ready")
        unit.screens_may_change()

    later = house.do(admin.organization_id, add)
    before = len(screen.manifest().assets)
    house.do(admin.organization_id, finish)

    assert (before, len(screen.manifest().assets)) == (1, 2)


def test_one_schedule_that_can_not_be_published_does_not_take_the_screen_down(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    schedule = house.schedule(admin, house.stock(admin, "one"))
    good = screen.get("/api/device/manifest").content

    def spoil(unit: Unit) -> None:
        unit.connection.execute(
            update(tables.schedules).where(tables.schedules.c.id == schedule).values(time_zone="Mars/Olympus")
        )
        unit.screens_may_change()

    house.do(admin.organization_id, spoil)

    assert screen.get("/api/device/manifest").content == good


def test_publishing_overrides_until_it_ends(house: House, clock: FakeClock) -> None:
    admin = house.register()
    screen = house.pair(admin)
    house.schedule(admin, house.stock(admin, "everyday"))
    content_id = house.do(admin.organization_id, lambda unit: add_picture(unit, "alarm"))

    published = publish(admin, contentId=content_id, level="emergency", durationMs=60_000)
    during = explain(admin, screen.id)
    screen.get("/api/device/manifest")
    house.flush_seen()
    progress = admin.get(f"/api/publish/{published['id']}/screens").json()["items"]
    clock.pass_time(61)

    assert during["source"]["kind"] == "override"
    assert during["zones"][0]["contentId"] == content_id
    assert (progress[0]["deviceId"], progress[0]["sentAt"] is not None) == (screen.id, True)
    assert explain(admin, screen.id)["source"]["kind"] == "schedule"
    assert admin.get("/api/publish").json()["items"] == []


def test_publishing_can_be_ended_by_hand(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    published = publish(admin, playlistId=house.stock(admin, "one"))
    before = len(screen.manifest().overrides)

    assert admin.call("DELETE", f"/api/publish/{published['id']}").status_code == 204
    assert (before, len(screen.manifest().overrides)) == (1, 0)


def test_the_timeline_is_the_evaluators(house: House, clock: FakeClock) -> None:
    admin = house.register()
    screen = house.pair(admin)
    house.schedule(admin, house.stock(admin, "one"))

    answer = admin.get(f"/api/devices/{screen.id}/timeline?from=2026-11-22T00:00:00Z&to=2026-11-23T00:00:00Z").json()
    wrong = admin.get(f"/api/devices/{screen.id}/timeline?from=2026-11-22T00:00:00")

    assert [segment["source"]["kind"] for segment in answer["segments"]] == ["schedule"]
    assert answer["digest"].startswith("sha256:")
    assert wrong.json()["errors"][0]["field"] == "from"


def test_what_is_wrong_with_a_publication_is_said_all_at_once(house: House) -> None:
    admin = house.register()

    answer = admin.post("/api/publish", {"target": {"deviceIds": ["nobody"]}, "durationMs": 0, "playlistId": "x"})

    assert [error["field"] for error in answer.json()["errors"]] == [
        "/target/deviceIds/0",
        "/durationMs",
        "/playlistId",
    ]


def publish(person: Person, **wanted: Any) -> Any:
    answer = person.post("/api/publish", {"target": {"all": True}, **wanted})
    assert answer.status_code == 201, answer.text
    return answer.json()


def explain(person: Person, device_id: str) -> Any:
    return person.get(f"/api/devices/{device_id}/explain").json()
