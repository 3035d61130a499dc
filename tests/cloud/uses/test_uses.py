"""What uses content, playlists and layouts: one answer, which refused deletions give too."""

from typing import Any

import pytest

from cloud.db.tables.columns import metadata
from cloud.db.unit import Unit
from cloud.things import THINGS
from cloud.uses.uses import NAMED_BY, uses
from tests.cloud.house import House, Person, add_item, add_picture

ALWAYS = {"target": {"all": True}, "recurrence": {"kind": "always"}}
PARTS = {"content_files.content_id", "content_tags.content_id", "playlist_items.playlist_id", "layout_zones.layout_id"}
"""Rows that are a part of what they name, and use it for nothing else."""


@pytest.fixture
def person(house: House) -> Person:
    return house.register()


class Chain:
    """A picture in a playlist, which is in a layout, falls back on a screen, and is planned; so is the layout."""

    def __init__(self, house: House, person: Person) -> None:
        self.content = house.do(person.organization_id, lambda unit: add_picture(unit, "Menu"))
        self.playlist = made(person, "playlists", {"name": "Lunch", "items": [{"contentId": self.content}]})
        zone = {"id": "main", "x": 0, "y": 0, "width": 10, "height": 10, "playlistId": self.playlist}
        self.layout = made(person, "layouts", {"name": "Wall", "width": 10, "height": 10, "zones": [zone]})
        self.screen = house.pair(person, nickname="Entrance").id
        person.call("PATCH", f"/api/devices/{self.screen}", {"fallbackPlaylistId": self.playlist})
        self.noon = made(person, "schedules", {"name": "Noon", "playlistId": self.playlist, **ALWAYS})
        self.night = made(person, "schedules", {"name": "Night", "layoutId": self.layout, **ALWAYS})


def made(person: Person, things: str, body: Any) -> str:
    return str(person.post(f"/api/{things}", body).json()["id"])


def used(person: Person, things: str, id_: str) -> list[tuple[str, str, bool, bool]]:
    """Kind, name, whether it refuses the deletion, whether it is deleted too."""
    items = person.get(f"/api/{things}/{id_}/uses").json()["items"]
    return [(one["kind"], one["name"], one["refuses"], one["deletedWithIt"]) for one in items]


def test_content_is_used_by_what_names_it_and_shown_by_what_names_that(house: House, person: Person) -> None:
    chain = Chain(house, person)

    assert used(person, "content", chain.content) == [
        ("playlist", "Lunch", True, False),
        ("device", "Entrance", False, False),
        ("layout", "Wall", False, False),
        ("schedule", "Night", False, False),
        ("schedule", "Noon", False, False),
    ]


def test_a_playlist_is_used_by_layouts_screens_and_schedules(house: House, person: Person) -> None:
    chain = Chain(house, person)

    assert used(person, "playlists", chain.playlist) == [
        ("device", "Entrance", True, False),
        ("layout", "Wall", True, False),
        ("schedule", "Noon", True, True),
        ("schedule", "Night", False, False),
    ]
    assert used(person, "layouts", chain.layout) == [("schedule", "Night", True, True)]


def test_each_user_is_named_with_its_id_and_its_page(house: House, person: Person) -> None:
    chain = Chain(house, person)
    items = person.get(f"/api/layouts/{chain.layout}/uses").json()["items"]

    assert items == [
        {
            "kind": "schedule",
            "id": chain.night,
            "name": "Night",
            "level": None,
            "pageUrl": f"/schedules/{chain.night}",
            "refuses": True,
            "deletedWithIt": True,
        }
    ]


@pytest.mark.parametrize(
    ("field", "things"), [("content", "content"), ("playlist", "playlists"), ("layout", "layouts")]
)
def test_a_publication_uses_what_it_shows_until_it_is_over(
    house: House, person: Person, field: str, things: str
) -> None:
    id_ = getattr(Chain(house, person), field)
    published = {"target": {"all": True}, f"{field}Id": id_, "durationMs": 60_000, "level": "emergency"}
    name = {"content": "Menu", "playlist": "Lunch", "layout": "Wall"}[field]
    publication = made(person, "publish", published)

    items = person.get(f"/api/{things}/{id_}/uses").json()["items"]
    assert [(one["id"], one["name"], one["level"], one["pageUrl"]) for one in items if one["kind"] == "publish"] == [
        (publication, name, "emergency", "/publish")
    ]
    house.clock.pass_time(60)

    assert "publish" not in [one[0] for one in used(person, things, id_)]


def test_a_publication_that_somebody_ended_uses_nothing(house: House, person: Person) -> None:
    chain = Chain(house, person)
    publication = made(person, "publish", {"target": {"all": True}, "contentId": chain.content})
    person.call("DELETE", f"/api/publish/{publication}")

    assert "publish" not in [one[0] for one in used(person, "content", chain.content)]


@pytest.mark.parametrize("field", ["content", "playlist", "layout"])
def test_a_deletion_is_refused_with_what_refuses_it_and_only_that(house: House, person: Person, field: str) -> None:
    id_ = getattr(Chain(house, person), field)
    path = "/api/content" if field == "content" else f"/api/{field}s"
    refusing = [one for one in person.get(f"{path}/{id_}/uses").json()["items"] if one["refuses"]]

    refused = person.call("DELETE", f"{path}/{id_}")

    assert (refused.status_code, refused.json()["details"]) == (409, {"uses": refusing})


@pytest.mark.parametrize("field", ["content", "playlist", "layout"])
def test_what_is_said_to_be_deleted_with_it_is_and_the_rest_stays(house: House, person: Person, field: str) -> None:
    chain = Chain(house, person)
    id_ = getattr(chain, field)
    person.post("/api/publish", {"target": {"all": True}, f"{field}Id": id_})
    path = "/api/content" if field == "content" else f"/api/{field}s"
    told = person.get(f"{path}/{id_}/uses").json()["items"]

    assert person.call("DELETE", f"{path}/{id_}?force=true").status_code == 204

    def is_there(unit: Unit) -> set[str]:
        return {one["id"] for one in told if unit.get(THINGS[one["kind"]].table, one["id"])}

    assert house.do(person.organization_id, is_there) == {one["id"] for one in told if not one["deletedWithIt"]}


def test_what_nothing_names_is_used_nowhere_and_deleted_unasked(house: House, person: Person) -> None:
    playlist = made(person, "playlists", {"name": "Spare"})

    assert used(person, "playlists", playlist) == []
    assert person.call("DELETE", f"/api/playlists/{playlist}").status_code == 204


def test_force_is_true_or_false(house: House, person: Person) -> None:
    playlist = made(person, "playlists", {"name": "Spare"})

    assert person.call("DELETE", f"/api/playlists/{playlist}?force=yes").status_code == 400


def test_a_row_of_another_organization_is_never_told_even_if_it_were_there(house: House, person: Person) -> None:
    """Nobody can name foreign content through the API; the answer does not rely on it."""
    chain, other = Chain(house, person), house.register("Other")

    theirs = house.stock(other, "one")
    house.do(other.organization_id, lambda unit: add_item(unit, theirs, 9, chain.content))

    assert [one[1] for one in used(person, "content", chain.content) if one[0] == "playlist"] == ["Lunch"]
    seen = house.do(other.organization_id, lambda unit: uses(unit, "content", chain.content))
    assert {one.name for one in seen}.isdisjoint({"Lunch", "Wall", "Noon", "Night", "Entrance"})


def foreign_keys() -> dict[str, tuple[str, bool]]:
    """By column that names content, a playlist or a layout: the kind, and whether its row goes with what it names."""
    kinds = {THINGS[kind].table.name: kind for kind in NAMED_BY}
    return {
        f"{table.name}.{column.name}": (kinds[key.column.table.name], key.ondelete == "CASCADE")
        for table in metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in kinds
    }


def test_every_column_that_names_such_a_thing_is_known() -> None:
    """A new one that nobody thought of here would let things be deleted that are in use."""
    known = {f"{one.column.table.name}.{one.column.name}": kind for kind in NAMED_BY for one in NAMED_BY[kind]}

    assert {name: kind for name, (kind, _) in foreign_keys().items() if name not in PARTS} == known


def test_what_goes_too_follows_the_database() -> None:
    """A row that is the user itself and is deleted by the database; a part of the user (an item, a zone) is not it."""
    for naming in (one for several in NAMED_BY.values() for one in several):
        _, cascades = foreign_keys()[f"{naming.column.table.name}.{naming.column.name}"]
        is_itself = naming.column.table is THINGS[naming.kind].table

        assert naming.goes_too == (cascades and is_itself), naming


def test_a_column_that_was_forgotten_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin."""
    monkeypatch.setitem(NAMED_BY, "layout", NAMED_BY["layout"][:1])

    with pytest.raises(AssertionError):
        test_every_column_that_names_such_a_thing_is_known()
