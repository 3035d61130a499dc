"""Nobody reads, changes, or learns of what belongs to another organization (CONTRACT section 1), for every route.

Generated from the table of endpoints: a new path that names an object has to be given a maker here, or a test fails.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from cloud.app import ROOMS
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Endpoint
from cloud.principals import Access, Role
from tests.cloud.house import PASSWORD, House, Person, add_picture

ENDPOINTS = [endpoint for room in ROOMS for endpoint in room.endpoints]
OF_PEOPLE = [one for one in ENDPOINTS if one.access not in (Access.PUBLIC, Access.DEVICE)]
OF_DEVICES = [one for one in ENDPOINTS if one.access is Access.DEVICE]
WITH_OBJECT = [one for one in OF_PEOPLE if "{id}" in one.path]
MISSING = str(uuid4())
MAY_DIFFER = ("date", "x-request-id")


def make_device(house: House, person: Person) -> str:
    return house.pair(person).id


def make_content(house: House, person: Person) -> str:
    return house.do(person.organization_id, lambda unit: add_picture(unit, "Poster"))


def make_playlist(house: House, person: Person) -> str:
    return house.stock(person, "one")


def make_layout(house: House, person: Person) -> str:
    def work(unit: Unit) -> str:
        return unit.create(tables.layouts, name="L", width=100, height=100, background="#000000")

    return house.do(person.organization_id, work)


def make_schedule(house: House, person: Person) -> str:
    return house.schedule(person, house.stock(person, "one"))


def make_publication(house: House, person: Person) -> str:
    wanted = {"target": {"all": True}, "playlistId": house.stock(person, "one")}
    answer: str = person.post("/api/publish", wanted).json()["id"]
    return answer


def make_user(house: House, person: Person) -> str:
    return house.hire(person, "viewer").id


def make_invitation(house: House, person: Person) -> str:
    answer: str = person.post("/api/users/invitations", {"email": "new@new.example"}).json()["id"]
    return answer


def make_upload(house: House, person: Person) -> str:
    answer = person.post("/api/uploads", **TUS, **{"Upload-Length": "10"})
    return str(answer.json()["id"])


TUS = {"Tus-Resumable": "1.0.0"}
MAKERS: dict[str, Callable[[House, Person], str]] = {
    "devices": make_device,
    "content": make_content,
    "playlists": make_playlist,
    "layouts": make_layout,
    "schedules": make_schedule,
    "publish": make_publication,
    "users": make_user,
    "users/invitations": make_invitation,
    "uploads": make_upload,
}
"""By the path between /api and the id."""
NAME_AND_ITEMS = {"name": "x", "items": []}
ZONE = {"id": "z", "x": 0, "y": 0, "width": 1, "height": 1, "playlistId": MISSING}
BODIES: dict[tuple[str, str], Any] = {
    ("POST", "/api/devices/{id}/commands"): {"type": "identify"},
    ("PUT", "/api/playlists/{id}"): NAME_AND_ITEMS,
    ("PUT", "/api/layouts/{id}"): {"name": "x", "width": 1, "height": 1, "zones": [ZONE]},
}
"""What such a call sends; `{}` where nothing is said."""
OWN_FAILS = {("GET", "/api/devices/{id}/screenshot"), ("GET", "/api/devices/{id}/commands/{command_id}")}
"""Reads of a thing inside the object, which a fresh object does not have."""


def kind_of(endpoint: Endpoint) -> str:
    return endpoint.path.split("/{id}")[0].removeprefix("/api/")


def path_of(endpoint: Endpoint, id: str) -> str:  # noqa: A002
    return endpoint.path.replace("{id}", id).replace("{command_id}", MISSING)


def call(person: Person, endpoint: Endpoint, id: str) -> tuple[int, bytes, dict[str, str]]:  # noqa: A002
    body = BODIES.get((endpoint.method, endpoint.path), {} if endpoint.body else None)
    answer = person.call(endpoint.method, path_of(endpoint, id), body, **(TUS if "uploads" in endpoint.path else {}))
    headers = {name: value for name, value in answer.headers.items() if name not in MAY_DIFFER}
    return answer.status_code, answer.content, headers


def name_of(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


@pytest.mark.parametrize("endpoint", WITH_OBJECT, ids=name_of)
def test_what_is_someone_elses_is_answered_like_what_is_not_there(house: House, endpoint: Endpoint) -> None:
    mine, other = house.register(), house.register("Other")
    foreign = MAKERS[kind_of(endpoint)](house, other)

    answers = [call(mine, endpoint, id_) for id_ in (foreign, MISSING)]

    assert answers[0] == answers[1]
    assert answers[0][0] in (400, 404)


@pytest.mark.parametrize("endpoint", [one for one in WITH_OBJECT if one.method == "GET"], ids=name_of)
def test_what_is_mine_is_there(house: House, endpoint: Endpoint) -> None:
    mine = house.register()
    status = call(mine, endpoint, MAKERS[kind_of(endpoint)](house, mine))[0]

    assert status == 404 if (endpoint.method, endpoint.path) in OWN_FAILS else status in (200, 404)


@pytest.mark.parametrize("endpoint", [one for one in WITH_OBJECT if one.method != "GET"], ids=name_of)
def test_nothing_of_someone_elses_is_changed(house: House, endpoint: Endpoint) -> None:
    mine, other = house.register(), house.register("Other")
    kind = kind_of(endpoint)
    foreign = MAKERS[kind](house, other)
    before = other.get(f"/api/{kind}").content
    call(mine, endpoint, foreign)

    assert other.get(f"/api/{kind}").content == before


def test_every_route_that_needs_somebody_says_so_to_nobody(house: House) -> None:
    screen = house.pair(house.register())
    for endpoint in [*OF_PEOPLE, *OF_DEVICES]:
        path = endpoint.path.replace("{id}", MISSING).replace("{command_id}", MISSING).replace("{sha256}", "0" * 64)
        anonymous = house.client.request(endpoint.method, path, json={})
        wrong_kind = screen.client if endpoint in OF_PEOPLE else house.register(f"N{uuid4().hex[:6]}").client
        answers = [anonymous, wrong_kind.request(endpoint.method, path, json={})]

        assert [answer.status_code for answer in answers] == [401, 401], name_of(endpoint)
        assert answers[0].content == answers[1].content


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MANAGER])
def test_a_role_that_is_too_low_is_told_so_before_anything_else(house: House, role: Role) -> None:
    admin = house.register()
    house.do(admin.organization_id, lambda unit: unit.change(tables.users, admin.id, role=role))
    person = sign_in_again(house, admin)
    for endpoint in OF_PEOPLE:
        if Role(endpoint.access).rank > role.rank:
            answer = person.call(endpoint.method, path_of(endpoint, MISSING), {})

            assert answer.status_code == 403, name_of(endpoint)
            assert endpoint.method == "HEAD" or answer.json()["code"] == "AUTHZ_001"


def test_every_change_by_people_leaves_a_name_for_the_audit_log() -> None:
    silent = {name_of(one) for one in OF_PEOPLE if one.writes and not one.action}

    assert silent == {"POST /api/schedules/preview"}, "only what stores nothing may leave no trace"


@pytest.mark.parametrize("field", ["playlistId", "layoutId", "contentId"])
def test_a_publication_of_someone_elses_things_is_refused_like_one_of_nothing(house: House, field: str) -> None:
    mine, other = house.register(), house.register("Other")
    makers = {"playlistId": make_playlist, "layoutId": make_layout, "contentId": make_content}
    foreign = makers[field](house, other)

    answers = [mine.post("/api/publish", {"target": {"all": True}, field: id_}) for id_ in (foreign, MISSING)]

    assert answers[0].content == answers[1].content
    assert answers[0].status_code == 400


def test_someone_elses_screens_can_not_be_a_target_or_be_replaced(house: House) -> None:
    mine, other = house.register(), house.register("Other")
    foreign, playlist = house.pair(other).id, house.stock(mine, "one")

    targets = [
        mine.post("/api/publish", {"target": {"deviceIds": [id_]}, "playlistId": playlist})
        for id_ in (foreign, MISSING)
    ]
    replaced = [
        mine.post("/api/devices/pair", {**house.fragment_of(house.ask_to_pair()), "replaceDeviceId": id_})
        for id_ in (foreign, MISSING)
    ]

    for answers in (targets, replaced):
        assert answers[0].content == answers[1].content
        assert answers[0].status_code == 400


def sign_in_again(house: House, person: Person) -> Person:
    answer = house.client.post("/api/auth/login", json={"email": person.email, "password": PASSWORD})
    house.client.cookies.clear()
    return Person(house.bearing(answer.json()["token"]), person.id, person.organization_id, person.email)
