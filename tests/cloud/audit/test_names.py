"""Entries name the thing as it was called: also publications, and what was deleted or renamed since."""

from typing import Any

import pytest

from cloud.audit.log import kept
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Unit
from tests.cloud.house import House, Person


@pytest.fixture
def admin(house: House) -> Person:
    return house.register()


def told(admin: Person, action: str) -> Any:
    """Name and page of the newest such entry."""
    row = admin.get(f"/api/audit-logs?action={action}").json()["items"][0]
    return row["entityName"], row["pageUrl"]


def make_playlist(admin: Person, name: str) -> str:
    return str(admin.post("/api/playlists", {"name": name}).json()["id"])


def test_what_was_deleted_keeps_its_name_and_has_no_page(admin: Person) -> None:
    admin.call("DELETE", f"/api/playlists/{make_playlist(admin, 'Lunch')}")

    assert told(admin, "playlist.create") == ("Lunch", None)
    assert told(admin, "playlist.delete") == ("Lunch", None)


def test_what_was_renamed_keeps_the_name_of_then(admin: Person) -> None:
    id_ = make_playlist(admin, "Lunch")
    admin.call("PATCH", f"/api/playlists/{id_}", {"name": "Dinner"})

    assert told(admin, "playlist.create") == ("Lunch", f"/playlists/{id_}")
    assert told(admin, "playlist.update") == ("Dinner", f"/playlists/{id_}")


def test_a_publication_is_called_as_what_it_showed(admin: Person) -> None:
    playlist = make_playlist(admin, "Lunch")
    publication = admin.post("/api/publish", {"target": {"all": True}, "playlistId": playlist}).json()["id"]
    admin.call("DELETE", f"/api/publish/{publication}")
    admin.call("DELETE", f"/api/playlists/{playlist}?force=true")

    assert told(admin, "publish.start") == ("Lunch", None)
    assert told(admin, "publish.end") == ("Lunch", None)


def test_each_of_many_screens_is_named(house: House, admin: Person) -> None:
    for name in ("Entrance", "Counter"):
        house.pair(admin, nickname=name)
    admin.post("/api/devices/tags", {"target": {"all": True}, "add": ["north"]})

    rows = admin.get("/api/audit-logs?action=device.tag").json()["items"]
    assert {row["entityName"] for row in rows} == {"Entrance", "Counter"}


def test_a_person_who_was_removed_is_named(house: House, admin: Person) -> None:
    viewer = house.hire(admin, "viewer")
    name = admin.get(f"/api/users/{viewer.id}").json()
    admin.call("DELETE", f"/api/users/{viewer.id}")

    assert told(admin, "user.remove") == (f"{name['firstName']} {name['lastName']}", None)


def test_an_older_row_is_called_as_the_thing_is_called_now(house: House, admin: Person) -> None:
    id_, gone = make_playlist(admin, "Lunch"), new_id()

    def as_before(unit: Unit) -> None:
        for action, subject in (("playlist.update", id_), ("playlist.delete", gone)):
            row = {"id": new_id(), "action": action, "entity_type": "playlist", "entity_id": subject}
            unit.insert(tables.audit_logs, created_at=unit.now, **row)

    house.do(admin.organization_id, as_before)

    assert told(admin, "playlist.update") == ("Lunch", f"/playlists/{id_}")
    assert told(admin, "playlist.delete") == (None, None)


def test_a_stream_that_nobody_named_leaves_no_password_in_the_log(admin: Person) -> None:
    stream = {"type": "video", "url": "rtsp://boss:hunter2@camera.example/1?key=s3cret"}
    assert admin.post("/api/content", stream).status_code == 201

    assert told(admin, "content.create")[0] == "rtsp://camera.example/1"


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("Menu", "Menu"),
        ("Why? #1 @ 5", "Why? #1 @ 5"),
        ("Two\nlines", "Two lines"),
        ("a\0b.png", "ab.png"),  # a file's; no database but SQLite takes the character
        ("see http://a:b@c.example/d?e=f#g now", "see http://c.example/d now"),
        ("rtsp://boss:hun@ter2@camera/1", "rtsp://camera/1"),
        ("x" * 400, "x" * 300),
    ],
)
def test_a_name_is_kept_without_what_could_be_a_secret(name: str, left: str) -> None:
    assert kept(name) == left
