"""How much of what manifests are built from an organization may have: at the border, through the real calls."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Table

from cloud.db import most, tables, unit
from cloud.playlists import rows as playlist_rows
from cloud.publishing import overrides
from tests.cloud.house import House, Person

MAKING: Mapping[str, tuple[Table, str, dict[str, Any]]] = {
    "content": (tables.content, "/api/content", {"type": "text", "text": "Hello"}),
    "playlists": (tables.playlists, "/api/playlists", {"name": "P"}),
    "schedules": (tables.schedules, "/api/schedules", {"name": "S", "target": {"all": True},
        "recurrence": {"kind": "always"}, "playlistId": "{playlist}"}),
    "layouts": (tables.layouts, "/api/layouts", {"name": "L", "width": 10, "height": 10,
        "zones": [{"id": "a", "x": 0, "y": 0, "width": 1, "height": 1, "playlistId": "{playlist}"}]}),
}  # fmt: skip


def filled(body: Any, playlist: str) -> Any:
    if isinstance(body, dict):
        return {name: filled(value, playlist) for name, value in body.items()}
    if isinstance(body, list):
        return [filled(value, playlist) for value in body]
    return playlist if body == "{playlist}" else body


def test_every_limit_is_tried() -> None:
    assert {table for table, _, _ in MAKING.values()} == set(most.MOST)


@pytest.mark.parametrize("name", MAKING)
def test_one_more_is_refused_and_other_organizations_have_their_own(
    house: House, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    table, path, body = MAKING[name]
    ours, theirs = house.register("Ours"), house.register("Theirs")
    playlists = {person.id: house.stock(person, "Menu") for person in (ours, theirs)}
    monkeypatch.setattr(unit, "MOST", {table: (3, "of these")})

    def make(person: Person) -> int:
        return int(person.post(path, filled(body, playlists[person.id])).status_code)

    answers = [make(ours) for _ in range(5)]

    assert answers == [201] * answers.count(201) + [409] * answers.count(409)
    assert 0 < answers.count(409) < 5
    assert make(theirs) == 201


def test_items_of_all_playlists_together_have_a_limit(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = house.register()
    content = admin.post("/api/content", {"type": "text", "text": "Hello"}).json()["id"]
    monkeypatch.setattr(playlist_rows, "MOST_ITEMS", 5)
    three = {"name": "P", "items": [{"contentId": content}] * 3}

    first, second = admin.post("/api/playlists", three), admin.post("/api/playlists", three)

    assert (first.status_code, second.status_code) == (201, 409)
    assert admin.call("PUT", f"/api/playlists/{first.json()['id']}", three).status_code == 200


def test_publications_have_a_limit_of_those_that_stand(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = house.register()
    monkeypatch.setattr(overrides, "MOST_PUBLICATIONS", 2)
    wanted = {"playlistId": house.stock(admin, "Menu"), "target": {"all": True}}
    made = [admin.post("/api/publish", wanted) for _ in range(3)]
    admin.call("DELETE", f"/api/publish/{made[0].json()['id']}")

    assert [one.status_code for one in made] == [201, 201, 409]
    assert admin.post("/api/publish", wanted).status_code == 201


def test_a_target_names_as_many_screens_and_tags_as_make_sense(house: House) -> None:
    """It is read with every manifest: a megabyte in each of a thousand schedules would be the memory of the server."""
    admin = house.register()
    screen, playlist = house.pair(admin), house.stock(admin, "Menu")

    def publish(**target: Any) -> Any:
        return admin.post("/api/publish", {"playlistId": playlist, "target": target})

    assert publish(tags=[f"t{n}" for n in range(51)]).status_code == 400
    assert publish(tags=["x" * 61]).status_code == 400
    assert publish(deviceIds=[screen.id] * 10_001).status_code == 400
    assert publish(deviceIds=[screen.id] * 100, tags=["a", "a"]).json()["target"] == {
        "deviceIds": [screen.id],
        "tags": ["a"],
    }
