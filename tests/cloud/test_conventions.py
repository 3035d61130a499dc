"""What all routes share (CONTRACT section 1), generated from the table of endpoints: Idempotency-Key (P58), If-Match,
lists by cursor. A new creating POST needs its body here, or a reason why it takes no key."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cloud.endpoints import Endpoint
from cloud.openapi.described import DESCRIBED
from cloud.openapi.document import takes_if_match
from cloud.principals import Access
from tests.cloud.house import PASSWORD, House, Person
from tests.cloud.policy import ENDPOINTS, KINDS, MAKERS, TUS, kind_of, name_of

OF_PEOPLE = [one for one in ENDPOINTS if one.access not in (Access.PUBLIC, Access.DEVICE)]
PARALLEL = 6
WITHOUT_KEY = {
    "POST /api/auth/totp": "makes a secret that is shown once and stored nowhere in clear",
    "POST /api/devices/enrolment-tokens": "makes a secret that is shown once and stored nowhere in clear",
    "POST /api/api-tokens": "makes a secret that is shown once and stored nowhere in clear",
    "POST /api/users/invitations": "an address has one invitation, however often it is made; its link is a secret",
}


def takes_key(endpoint: Endpoint) -> bool:
    return endpoint.idempotent or "Idempotency-Key" in DESCRIBED[name_of(endpoint)].headers


def schedule(house: House, person: Person) -> dict[str, Any]:
    playlist = house.stock(person, "one")
    return {"name": "n", "target": {"all": True}, "recurrence": {"kind": "always"}, "playlistId": playlist}


def layout(house: House, person: Person) -> dict[str, Any]:
    zone = {"id": "z", "x": 0, "y": 0, "width": 1, "height": 1, "playlistId": house.stock(person, "one")}
    return {"name": "n", "width": 9, "height": 9, "zones": [zone]}


def publication(house: House, person: Person) -> dict[str, Any]:
    return {"target": {"all": True}, "playlistId": house.stock(person, "one")}


def order(house: House, person: Person) -> dict[str, Any]:
    house.pair(person)
    return {"target": {"all": True}, "type": "identify"}


def claim(house: House, _: Person) -> dict[str, Any]:
    return house.fragment_of(house.ask_to_pair())


NEW: dict[str, Callable[[House, Person], dict[str, Any]]] = {
    "POST /api/playlists": lambda _, __: {"name": "n", "items": []},
    "POST /api/layouts": layout,
    "POST /api/schedules": schedule,
    "POST /api/publish": publication,
    "POST /api/content": lambda _, __: {"type": "text", "text": "n"},
    "POST /api/devices/pair": claim,
    "POST /api/devices/pairing-codes": lambda _, __: {"nickname": "n"},
    "POST /api/devices/{id}/commands": lambda _, __: {"type": "identify"},
    "POST /api/devices/commands": order,
    "POST /api/users": lambda _, __: {
        "email": "n@n.example", "password": PASSWORD, "firstName": "N", "lastName": "N", "role": "viewer",
    },
    "POST /api/uploads": lambda _, __: {},
}  # fmt: skip
"""A body that makes something."""
OTHER = {"name": "o", "text": "o", "nickname": "o", "type": "reboot", "firstName": "O", "level": "emergency"}
"""What makes a body another one, where it has such a field."""
CREATING = [one for one in OF_PEOPLE if one.method == "POST" and takes_key(one)]


def send(person: Person, endpoint: Endpoint, id: str, body: dict[str, Any], key: str, length: int = 9) -> Any:  # noqa: A002
    path, headers = endpoint.path.replace("{id}", id), {"Idempotency-Key": key}
    if endpoint.path == "/api/uploads":
        return person.call("POST", path, None, **headers, **TUS, **{"Upload-Length": str(length)})
    return person.post(path, body, **headers)


def changed(endpoint: Endpoint, body: dict[str, Any]) -> dict[str, Any]:
    if endpoint.path == "/api/content":
        return {**body, "text": "o"}
    fields = [name for name in OTHER if name in body and name != "type"] or ["type" if "type" in body else "level"]
    return {**body, fields[0]: OTHER[fields[0]]} if endpoint.path != "/api/devices/pair" else {**body, "nickname": "o"}


def test_every_post_that_makes_something_takes_a_key() -> None:
    made = {name_of(one) for one in OF_PEOPLE if one.method == "POST" and 201 in DESCRIBED[name_of(one)].answers}

    assert made - {name_of(one) for one in CREATING} == set(WITHOUT_KEY)
    assert {name_of(one) for one in CREATING} == set(NEW)


def race(person: Person, endpoint: Endpoint, object_id: str, body: Any) -> list[tuple[int, bytes]]:
    """The answers to so many calls at once, all with one key."""
    answers: list[tuple[int, bytes]] = []

    def post() -> None:
        answer = send(person, endpoint, object_id, body, "key")
        answers.append((answer.status_code, answer.content))

    threads = [threading.Thread(target=post) for _ in range(PARALLEL)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.parametrize("endpoint", CREATING, ids=name_of)
def test_a_key_gives_one_effect_however_often_and_at_once(house: House, endpoint: Endpoint) -> None:
    person = house.register()
    object_id = MAKERS[kind_of(endpoint)](house, person) if "{id}" in endpoint.path else ""
    body = NEW[name_of(endpoint)](house, person)
    answers = race(person, endpoint, object_id, body)
    again = send(person, endpoint, object_id, body, "key")
    other = send(person, endpoint, object_id, changed(endpoint, body), "key", length=8)

    assert len(answers) == PARALLEL
    assert set(answers) == {(again.status_code, again.content)}
    assert answers[0][0] in (200, 201, 202)
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_001")


def test_every_key_gives_one_effect_in_every_race(tmp_path: Path) -> None:
    """The short form of `make soak SOAK=repeating`."""
    from tests.soak import repeating  # it takes its endpoints from here

    assert repeating.run(tmp_path / "var", 2 * len(CREATING)) == []


@pytest.mark.parametrize(
    "endpoint", [one for one in CREATING if one.path not in ("/api/devices/pair", "/api/users")], ids=name_of
)
def test_without_a_key_each_is_a_new_one(house: House, endpoint: Endpoint) -> None:
    """The twin: it is the key that keeps the test above at one effect."""
    person = house.register()
    object_id = MAKERS[kind_of(endpoint)](house, person) if "{id}" in endpoint.path else ""
    body = NEW[name_of(endpoint)](house, person)
    answers = {send(person, endpoint, object_id, body, key).content for key in ("a", "b")}

    assert len(answers) == 2


UPDATES = [one for one in OF_PEOPLE if takes_if_match(one) and "{id}" in one.path]


@pytest.mark.parametrize("endpoint", UPDATES, ids=name_of)
def test_a_change_of_something_older_is_refused_and_changes_nothing(house: House, endpoint: Endpoint) -> None:
    person = house.register()
    collection = endpoint.path.split("/{id}")[0]
    path = endpoint.path.replace("{id}", MAKERS[kind_of(endpoint)](house, person))
    sent: dict[str, Any] = {"files": {"file": ("x", b"x")}}
    if not endpoint.path.endswith("/file"):
        sent = {"json": body_for(house, person, endpoint)}
    before = person.get(collection).content
    answer = person.client.request(endpoint.method, path, headers={"If-Match": '"r999"'}, **sent)

    assert (answer.status_code, answer.json()["code"]) == (412, "PRECONDITION_001")
    assert person.get(collection).content == before


def body_for(house: House, person: Person, endpoint: Endpoint) -> Any:
    if endpoint.method == "PUT":
        return NEW[f"POST {endpoint.path.split('/{id}')[0]}"](house, person)
    return {} if endpoint.body else None


LISTS = [
    one
    for one in OF_PEOPLE
    if one.method == "GET" and "cursor" in {query.name for query in DESCRIBED[name_of(one)].query}
]


def list_of(house: House, person: Person, endpoint: Endpoint) -> str:
    """The list's path; of a screen's own list, with a screen."""
    return endpoint.path.replace("{id}", MAKERS[kind_of(endpoint)](house, person) if "{id}" in endpoint.path else "")


@pytest.mark.parametrize("endpoint", LISTS, ids=name_of)
def test_a_list_walked_page_by_page_is_the_whole_list(house: House, endpoint: Endpoint) -> None:
    person = house.register()
    kind = KINDS.get(endpoint.path.removeprefix("/api/"), "")
    if kind in MAKERS and kind not in ("user", "invitation"):
        for _ in range(3):
            MAKERS[kind](house, person)
    path = list_of(house, person, endpoint)
    whole = person.get(f"{path}?limit=200").json()["items"]
    walked: list[Any] = []
    query = "?limit=1"
    while query:
        page = person.get(path + query).json()
        assert len(page["items"]) <= 1
        walked += page["items"]
        query = f"?limit=1&cursor={page['nextCursor']}" if page["nextCursor"] else ""

    assert walked == whole


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=x", "cursor=W10"])
@pytest.mark.parametrize("endpoint", LISTS, ids=name_of)
def test_a_wrong_page_is_refused_and_named(house: House, endpoint: Endpoint, query: str) -> None:
    person = house.register()
    answer = person.get(f"{list_of(house, person, endpoint)}?{query}")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, query.split("=")[0])
