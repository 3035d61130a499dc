"""Screens as somebody looks through them, and which of them a target means, however many there are."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from cloud.db import tables
from cloud.db.unit import Unit
from cloud.screens.overview import natural
from cloud.targets import is_for, only_meant
from tests.cloud.house import House, Person
from tests.cloud.web.fleet import fill

BROKEN = {"problem": {"code": "VZ-112", "sentence": "The card fails."}}


@pytest.fixture
def person(house: House) -> Person:
    """With screens 1, 2 and 10 (online, with a problem, and silent), and one that was never heard of."""
    person = house.register()
    ids = {name: house.pair(person, nickname=name, location="Hall").id for name in ("10", "2", "1", "New")}

    def work(unit: Unit) -> None:
        devices, silent = tables.devices, unit.now - timedelta(hours=1)
        unit.change(devices, ids["1"], last_seen_at=unit.now)
        unit.change(devices, ids["2"], last_seen_at=unit.now, last_report=BROKEN)
        unit.change(devices, ids["10"], last_seen_at=silent, location="Überlingen")
        unit.insert_many(tables.device_tags, [{"device_id": ids[name], "tag": "north"} for name in ("1", "10")])

    house.do(person.organization_id, work)
    return person


def names(answer: dict[str, Any]) -> list[str]:
    return [one["nickname"] for one in answer["items"]]


def overview(person: Person, query: str = "") -> dict[str, Any]:
    answer = person.get(f"/api/devices/overview?{query}")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def test_those_that_need_somebody_come_first_and_all_are_counted_by_state(person: Person) -> None:
    shown = overview(person, "limit=3")

    assert names(shown) == ["2", "10", "New"]
    assert shown["states"] == {"error": 1, "offline": 1, "pairing": 1, "online": 1}
    assert (shown["count"], shown["found"], shown["page"], shown["pages"]) == (4, 4, 1, 2)


def test_by_name_they_are_in_natural_order_and_nobody_asks_how_they_are(person: Person) -> None:
    shown = overview(person, "order=name")

    assert names(shown) == ["New", "1", "2", "10"]
    assert shown["states"] is None


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("q=HALL", ["2", "New", "1"]),
        ("q=über", ["10"]),
        ("tag=north", ["10", "1"]),
        ("tag=north&status=online", ["1"]),
        ("status=error&order=name", ["2"]),
        ("q=nowhere", []),
        ("q=%20", ["2", "10", "New", "1"]),
        ("page=2&limit=3", ["1"]),
        ("page=99&limit=3", ["1"]),
    ],
)
def test_they_are_narrowed_and_turned_over(person: Person, query: str, fits: list[str]) -> None:
    shown = overview(person, query)

    assert names(shown) == fits
    assert shown["count"] == 4


@pytest.mark.parametrize(
    "query", ["order=age", "status=asleep", "page=0", "page=x", "page=١", "page=100000", "limit=0"]
)
def test_what_there_is_not_is_refused(person: Person, query: str) -> None:
    assert person.get(f"/api/devices/overview?{query}").status_code == 400


def test_only_those_that_are_asked_for_by_id_are_listed(house: House, person: Person) -> None:
    ids = {one["nickname"]: one["id"] for one in overview(person)["items"]}
    foreign = house.pair(house.register("Other")).id

    listed = person.get(f"/api/devices?ids={ids['1']},{ids['10']},{foreign},").json()["items"]

    assert {one["id"] for one in listed} == {ids["1"], ids["10"]}
    assert person.get("/api/devices?ids=").json()["items"] == []
    assert person.get(f"/api/devices?ids={','.join(map(str, range(201)))}").status_code == 400


def test_what_a_target_means_is_counted_and_its_first_screens_are_named(house: House) -> None:
    person = house.register()
    fill(house, person, 30, 1)
    by_name = {one["nickname"]: one["id"] for one in overview(person, "limit=200")["items"]}

    def meant(**target: Any) -> tuple[int, list[str]]:
        answer = person.post("/api/devices/meant", {"target": target}).json()
        return answer["count"], names(answer)

    assert meant(all=True)[0] == 30
    assert len(meant(all=True)[1]) == 8
    assert meant(tags=["region 3"], deviceIds=[by_name["Screen 3"], by_name["Screen 4"]]) == (
        4, ["Screen 15", "Screen 27", "Screen 3", "Screen 4"]
    )  # fmt: skip
    assert meant() == meant(tags=["nobody's"]) == (0, [])


def test_the_database_means_the_same_screens_by_a_target_as_the_rule_does(house: House) -> None:
    person, other = house.register(), house.register("Other")
    fill(house, other, 12, 1)
    fill(house, person, 25, 1)
    screens = overview(person, "limit=200")["items"]
    ids = [(), (screens[0]["id"],), (screens[1]["id"], overview(other)["items"][0]["id"], "gone")]
    targets: list[dict[str, Any]] = [{"all": True}] + [
        {"deviceIds": list(some), "tags": list(tags)}
        for some, tags in product(ids, ((), ("region 1",), ("region 1", "region 2", "none")))
    ]

    def asked(unit: Unit) -> list[set[str]]:
        query = unit.select(tables.devices, tables.devices.c.id)
        return [set(unit.connection.scalars(only_meant(unit, query, target))) for target in targets]

    by_rule = [{one["id"] for one in screens if is_for(target, one["id"], one["tags"])} for target in targets]
    assert house.do(person.organization_id, asked) == by_rule
    assert len({frozenset(some) for some in by_rule}) > 7


def test_names_are_in_the_order_people_count_in() -> None:
    assert sorted(["b 10", "B 9", "a", "9", "10", "b"], key=natural) == ["a", "b", "B 9", "b 10", "9", "10"]
