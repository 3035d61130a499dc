"""Many screens at once: tags that can be taken back exactly, and one command for all."""

from typing import Any

import pytest

from tests.cloud.house import House, Person


@pytest.fixture
def person(house: House) -> Person:
    return house.register()


def tags_of(person: Person) -> dict[str, list[str]]:
    return {one["nickname"]: one["tags"] for one in person.get("/api/devices").json()["items"]}


def three(house: House, person: Person) -> list[str]:
    """Ids of screens called a, b and c; a is tagged north."""
    ids = [house.pair(person, nickname=name).id for name in "abc"]
    person.call("PATCH", f"/api/devices/{ids[0]}", {"tags": ["north"]})
    return ids


def test_tags_are_added_to_those_without_and_undone_for_those_only(house: House, person: Person) -> None:
    ids = three(house, person)

    answer = person.post("/api/devices/tags", {"target": {"deviceIds": ids[:2]}, "add": ["north", "new"]}).json()

    assert tags_of(person) == {"a": ["new", "north"], "b": ["new", "north"], "c": []}
    assert answer["added"]["north"] == [ids[1]]
    person.post("/api/devices/tags", {"target": {"deviceIds": answer["added"]["north"]}, "remove": ["north"]})
    assert tags_of(person) == {"a": ["new", "north"], "b": ["new"], "c": []}


def test_a_target_may_be_a_tag_or_all(house: House, person: Person) -> None:
    three(house, person)

    person.post("/api/devices/tags", {"target": {"tags": ["north"]}, "add": ["x"], "remove": ["north"]})
    person.post("/api/devices/tags", {"target": {"all": True}, "add": ["y"]})

    assert tags_of(person) == {"a": ["x", "y"], "b": ["y"], "c": ["y"]}


@pytest.mark.parametrize(
    "body",
    [
        {"target": {}, "add": ["x"]},
        {"target": {"deviceIds": ["nobody"]}, "add": ["x"]},
        {"target": {"all": True}, "add": [""]},
        {"target": {"all": True}, "add": ["x" * 61]},
        {"target": {"all": True}, "add": [f"t{number}" for number in range(50)]},
    ],
    ids=["no target", "no such screen", "no tag", "long tag", "too many"],
)
def test_what_can_not_be_is_refused_and_nothing_changes(house: House, person: Person, body: Any) -> None:
    three(house, person)
    before = tags_of(person)

    assert person.post("/api/devices/tags", body).status_code == 400
    assert tags_of(person) == before


def test_a_command_for_many_waits_for_each(house: House, person: Person) -> None:
    ids = three(house, person)

    answer = person.post("/api/devices/commands", {"target": {"deviceIds": ids[1:]}, "type": "identify"})

    assert answer.status_code == 202
    told = answer.json()
    assert sorted(told["deviceIds"]) == sorted(ids[1:])
    for device_id, command_id in zip(told["deviceIds"], told["commandIds"], strict=True):
        assert person.get(f"/api/devices/{device_id}/commands/{command_id}").json()["status"] == "queued"


def test_nobody_elses_screens_are_meant(house: House, person: Person) -> None:
    three(house, person)
    other = house.register("Other")
    theirs = house.pair(other, nickname="theirs")

    assert person.post("/api/devices/tags", {"target": {"deviceIds": [theirs.id]}, "add": ["x"]}).status_code == 400
    person.post("/api/devices/tags", {"target": {"all": True}, "add": ["x"]})

    assert tags_of(other) == {"theirs": []}


def test_the_tags_in_use_are_counted(house: House, person: Person) -> None:
    three(house, person)
    person.post("/api/content", {"type": "text", "title": "t", "text": "t", "tags": ["sale"]})

    assert person.get("/api/tags").json() == {"content": {"sale": 1}, "devices": {"north": 1}}
    assert house.register("Other").get("/api/tags").json() == {"content": {}, "devices": {}}


def test_a_screen_that_got_a_tag_meanwhile_is_another_one_for_who_read_it_before(house: House, person: Person) -> None:
    tagged, left = three(house, person)[1:]
    paths = [f"/api/devices/{id_}" for id_ in (tagged, left)]
    known = [person.get(path).headers["etag"] for path in paths]
    person.post("/api/devices/tags", {"target": {"deviceIds": [tagged]}, "add": ["new"]})

    changes = [
        person.call("PATCH", path, {"tags": []}, **{"If-Match": etag}) for path, etag in zip(paths, known, strict=True)
    ]

    assert [change.status_code for change in changes] == [412, 200]


def test_screens_are_found_by_any_part_of_their_name_or_place_as_it_is_written(house: House, person: Person) -> None:
    for name, place in (("50% off", "Hall"), ("a_b", "Hall"), ("Küche", "ÖSTLICH")):
        house.pair(person, nickname=name, location=place)

    def found(words: str) -> list[str]:
        items = person.client.get("/api/devices", params={"q": words}).json()["items"]
        return sorted(item["nickname"] for item in items)

    assert [found(words) for words in ("%", "_", "KÜ", "östlich")] == [["50% off"], ["a_b"], ["Küche"], ["Küche"]]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"type": "reboot", "args": {"now": True}}, {"/args/now": "is no argument of reboot: it takes nothing"}),
        ({"type": "volume", "args": {"level": 3}},
         {"/args/level": "is no argument of volume: it takes volume",
          "/args/volume": "must be a whole number from 0 to 100"}),
    ],
)  # fmt: skip
def test_a_command_with_arguments_it_does_not_take_is_refused_at_once(
    house: House, person: Person, body: Any, wrong: dict[str, str]
) -> None:
    screen = house.pair(person)

    answer = person.post(f"/api/devices/{screen.id}/commands", body)

    assert (answer.status_code, {error["field"]: error["message"] for error in answer.json()["errors"]}) == (400, wrong)
