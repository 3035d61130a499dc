from typing import Any

import pytest

from tests.cloud.house import House, Person


@pytest.fixture
def person(house: House) -> Person:
    return house.register()


@pytest.fixture
def playlist(person: Person) -> str:
    return str(person.post("/api/playlists", {"name": "P"}).json()["id"])


def zone(playlist: str, **changes: Any) -> dict[str, Any]:
    return {"id": "main", "x": 0, "y": 0, "width": 1920, "height": 1080, "z": 0, "playlistId": playlist} | changes


def layout(*zones: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"name": "L", "width": 1920, "height": 1080, "background": "#102030", "zones": list(zones)} | changes


def test_a_layout_is_read_as_it_was_written(person: Person, playlist: str) -> None:
    body = layout(zone(playlist, width=1500), zone(playlist, id="ticker", x=1500, width=420, z=2))

    made = person.post("/api/layouts", body)

    shown = person.get(f"/api/layouts/{made.json()['id']}").json()
    assert made.status_code == 201
    assert {name: shown[name] for name in body} == body


def test_every_wrong_zone_is_named_at_once(house: House, person: Person, playlist: str) -> None:
    theirs = house.register("Rival").post("/api/playlists", {"name": "P"}).json()["id"]
    zones = [zone(playlist, x=1), zone(playlist, height=1081), zone(theirs, id="other")]

    answer = person.post("/api/layouts", layout(*zones))

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [
        "/zones/0/id",
        "/zones/0/width",
        "/zones/1/id",
        "/zones/1/height",
        "/zones/2/playlistId",
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (layout(), "/zones"),
        (layout(width=0), "/width"),
        (layout(background="red"), "/background"),
        (layout(zone("x", id="a b")), "/zones/0/id"),
        (layout(zone("x", x=-1)), "/zones/0/x"),
    ],
)
def test_a_wrong_shape_is_named(person: Person, body: dict[str, Any], field: str) -> None:
    answer = person.post("/api/layouts", body)

    assert answer.status_code == 400
    assert field in [error["field"] for error in answer.json()["errors"]]


def test_a_layout_made_smaller_must_still_hold_its_zones(person: Person, playlist: str) -> None:
    made = person.post("/api/layouts", layout(zone(playlist))).json()
    path = f"/api/layouts/{made['id']}"

    smaller = person.call("PATCH", path, {"width": 1280})
    renamed = person.call("PATCH", path, {"name": "New"})

    assert smaller.json()["errors"][0]["field"] == "/zones/0/width"
    assert (renamed.status_code, renamed.json()["zones"]) == (200, made["zones"])


def test_a_layout_in_use_is_deleted_only_by_force(house: House, person: Person, playlist: str) -> None:
    made = person.post("/api/layouts", layout(zone(playlist))).json()["id"]
    schedule = {"name": "S", "layoutId": made, "target": {"all": True}, "recurrence": {"kind": "always"}}
    person.post("/api/schedules", schedule)

    assert person.call("DELETE", f"/api/playlists/{playlist}").json()["details"]["uses"][0]["id"] == made
    assert person.call("DELETE", f"/api/layouts/{made}").status_code == 409
    assert person.call("DELETE", f"/api/layouts/{made}?force=true").status_code == 204
