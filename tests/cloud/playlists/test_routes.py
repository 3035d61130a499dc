from typing import Any

import pytest

from cloud.db import tables
from tests.cloud.house import House, Person, add_picture


@pytest.fixture
def person(house: House) -> Person:
    return house.register()


def picture(house: House, person: Person, title: str = "Picture") -> str:
    return house.do(person.organization_id, lambda unit: add_picture(unit, title))


def test_a_playlist_is_read_as_it_was_written(house: House, person: Person) -> None:
    content = picture(house, person)
    item = {
        "contentId": content,
        "durationMs": 8000,
        "fit": "cover",
        "transition": {"kind": "crossfade", "durationMs": 500},
        "volume": 30,
        "validFrom": "2026-12-01T00:00:00.000Z",
        "validUntil": "2026-12-24T18:00:00.000Z",
    }

    made = person.post("/api/playlists", {"name": "Lobby", "order": "shuffle", "items": [item, {"contentId": content}]})

    shown = person.get(f"/api/playlists/{made.json()['id']}").json()
    assert made.status_code == 201
    assert shown == made.json()
    assert (shown["name"], shown["order"]) == ("Lobby", "shuffle")
    assert {k: v for k, v in shown["items"][0].items() if k != "id"} == item
    assert shown["items"][1]["transition"] == {"kind": "cut", "durationMs": 0}
    assert shown["items"][1]["durationMs"] is None


def test_every_wrong_field_is_named_at_once(person: Person) -> None:
    items: list[Any] = [
        {"contentId": "x", "durationMs": 0},
        {"contentId": 5},
        {"durationMs": 10, "fit": "zoom", "transition": {"kind": "explode"}, "colour": "red"},
        {"contentId": "x", "volume": 101, "validFrom": "2026-12-01T00:00:00"},
    ]

    answer = person.post("/api/playlists", {"name": " ", "order": "random", "items": items})

    assert answer.status_code == 400
    assert answer.json()["code"] == "VALIDATION_001"
    assert {error["field"] for error in answer.json()["errors"]} == {
        "/name",
        "/order",
        "/items/0/durationMs",
        "/items/1/contentId",
        "/items/2/contentId",
        "/items/2/fit",
        "/items/2/transition/kind",
        "/items/2/colour",
        "/items/3/volume",
        "/items/3/validFrom",
    }


def test_unknown_content_is_named_by_its_place(house: House, person: Person) -> None:
    mine, theirs = picture(house, person), picture(house, house.register("Rival"))
    items = [
        {"contentId": mine, "validFrom": "2026-12-02T00:00:00Z", "validUntil": "2026-12-01T00:00:00Z"},
        {"contentId": theirs},
        {"contentId": "00000000-0000-4000-8000-000000000000"},
    ]

    answer = person.post("/api/playlists", {"name": "P", "items": items})

    assert (answer.status_code, answer.json()["code"]) == (400, "PLAYLIST_001")
    assert [error["field"] for error in answer.json()["errors"]] == [
        "/items/1/contentId",
        "/items/2/contentId",
        "/items/0/validUntil",
    ]
    assert person.get("/api/playlists").json()["items"] == []


def test_sending_a_playlist_again_keeps_its_items_and_changes_no_screen(house: House, person: Person) -> None:
    first, second = picture(house, person, "1"), picture(house, person, "2")
    body = {"name": "P", "items": [{"contentId": first}, {"contentId": second}, {"contentId": first}]}
    made = person.post("/api/playlists", body).json()
    house.schedule(person, made["id"])
    screen = house.pair(person)
    before = screen.manifest()

    again = person.call("PUT", f"/api/playlists/{made['id']}", body)

    assert again.json()["items"] == made["items"]
    assert screen.manifest().version == before.version


def test_items_that_move_keep_their_ids(house: House, person: Person) -> None:
    first, second = picture(house, person, "1"), picture(house, person, "2")
    made = person.post("/api/playlists", {"name": "P", "items": [{"contentId": first}, {"contentId": second}]}).json()
    one, two = (item["id"] for item in made["items"])
    moved = [{"contentId": second}, {"contentId": second}, {"id": one, "contentId": first}]

    changed = person.call("PATCH", f"/api/playlists/{made['id']}", {"items": moved}).json()

    ids = [item["id"] for item in changed["items"]]
    assert (ids[0], ids[2]) == (two, one)
    assert len(set(ids)) == 3
    assert changed["name"] == "P"


def test_a_change_reaches_the_screens(house: House, person: Person) -> None:
    playlist = person.post("/api/playlists", {"name": "P", "items": [{"contentId": picture(house, person)}]}).json()[
        "id"
    ]
    house.schedule(person, playlist)
    screen = house.pair(person)
    before = screen.manifest()

    person.call("PATCH", f"/api/playlists/{playlist}", {"name": "Q", "order": "shuffle"})

    after = screen.manifest()
    assert after.version == before.version + 1
    assert after.playlists[playlist].order == "shuffle"


def test_a_lost_update_is_refused(person: Person) -> None:
    made = person.post("/api/playlists", {"name": "P"})
    path, etag = f"/api/playlists/{made.json()['id']}", made.headers["etag"]

    assert person.call("PUT", path, {"name": "Q"}, **{"If-Match": etag}).status_code == 200
    assert person.call("PATCH", path, {"name": "R"}, **{"If-Match": etag}).status_code == 412
    assert person.call("DELETE", path, **{"If-Match": etag}).status_code == 412


def test_a_playlist_in_use_is_deleted_only_by_force(house: House, person: Person) -> None:
    playlist = person.post("/api/playlists", {"name": "P"}).json()["id"]
    schedule = house.schedule(person, playlist)

    refused = person.call("DELETE", f"/api/playlists/{playlist}")
    forced = person.call("DELETE", f"/api/playlists/{playlist}?force=true")

    assert refused.status_code == 409
    assert [one["id"] for one in refused.json()["details"]["uses"]] == [schedule]
    assert forced.status_code == 204
    assert person.get(f"/api/schedules/{schedule}").status_code == 404


def test_a_creation_with_the_same_key_happens_once(person: Person) -> None:
    answers = [person.post("/api/playlists", {"name": "P"}, **{"Idempotency-Key": "k"}) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert len(person.get("/api/playlists").json()["items"]) == 1


def test_each_change_is_written_down_once(house: House, person: Person) -> None:
    playlist = person.post("/api/playlists", {"name": "P"}).json()["id"]
    person.call("PATCH", f"/api/playlists/{playlist}", {"name": "Q"})
    person.call("DELETE", f"/api/playlists/{playlist}")

    logs = tables.audit_logs
    rows = house.do(
        person.organization_id,
        lambda unit: unit.rows(unit.select(logs).where(logs.c.entity_type == "playlist").order_by(logs.c.created_at)),
    )
    assert [(row["action"], row["entity_id"]) for row in rows] == [
        ("playlist.create", playlist),
        ("playlist.update", playlist),
        ("playlist.delete", playlist),
    ]
