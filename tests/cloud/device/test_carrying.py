"""The manifest for whoever carries it to a screen without a network."""

from typing import Any

from tests.cloud.house import House, Person


def fetch(person: Person, screen_id: str, **headers: str) -> Any:
    return person.call("GET", f"/api/devices/{screen_id}/manifest", **headers)


def test_a_manager_gets_the_very_bytes_that_the_screen_gets(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    house.schedule(admin, house.stock(admin, "one"))

    carried = fetch(house.hire(admin, "manager"), screen.id)
    fetched = screen.get("/api/device/manifest")

    assert carried.status_code == 200
    assert carried.content == fetched.content
    for header in ("ETag", "Vizora-Signature", "Cache-Control"):
        assert carried.headers[header] == fetched.headers[header]


def test_what_changed_meanwhile_is_in_it_and_what_did_not_is_not_sent_again(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    first = fetch(admin, screen.id)
    again = fetch(admin, screen.id, **{"If-None-Match": first.headers["ETag"]})
    house.schedule(admin, house.stock(admin, "one"))

    changed = fetch(admin, screen.id, **{"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert (first.json()["version"], changed.status_code, changed.json()["version"]) == (1, 200, 2)


def test_a_viewer_does_not_get_it_and_another_organizations_screen_does_not_exist(house: House) -> None:
    admin, stranger = house.register(), house.register("Other", "other@other.example")
    screen = house.pair(admin)
    missing = fetch(stranger, "00000000-0000-4000-8000-000000000000")

    assert fetch(house.hire(admin, "viewer"), screen.id).status_code == 403
    theirs = fetch(stranger, screen.id)
    assert (theirs.status_code, missing.status_code) == (404, 404)
    assert (theirs.json()["code"], theirs.json()["detail"]) == (missing.json()["code"], missing.json()["detail"])


def test_carrying_it_does_not_make_the_screen_look_alive_or_up_to_date(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    content = house.stock(admin, "one")
    wanted = {"target": {"deviceIds": [screen.id]}, "playlistId": content}
    publication = admin.post("/api/publish", wanted).json()["id"]
    house.flush_seen()
    before = admin.get(f"/api/devices/{screen.id}").json()["lastSeenAt"]

    fetch(admin, screen.id)
    house.flush_seen()

    assert admin.get(f"/api/devices/{screen.id}").json()["lastSeenAt"] == before
    (row,) = admin.get(f"/api/publish/{publication}/screens").json()["items"]
    assert row["sentAt"] is None
    screen.get("/api/device/manifest")
    house.flush_seen()
    (row,) = admin.get(f"/api/publish/{publication}/screens").json()["items"]
    assert row["sentAt"] is not None
