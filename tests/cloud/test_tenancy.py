"""What `test_access_matrix` does not reach: objects that are really there for their owner, and ids deep in a body."""

from uuid import uuid4

import pytest

from cloud.endpoints import Endpoint
from cloud.principals import Access
from tests.cloud.house import House
from tests.cloud.policy import ENDPOINTS, MAKERS, kind_of, name_of

OF_PEOPLE = [one for one in ENDPOINTS if one.access not in (Access.PUBLIC, Access.DEVICE)]
READS = [one for one in OF_PEOPLE if one.method == "GET" and "{id}" in one.path]
MISSING = str(uuid4())
EMPTY_AT_FIRST = {
    "GET /api/devices/{id}/screenshot", "GET /api/devices/{id}/commands/{command_id}", "GET /api/content/{id}/file",
    "GET /api/content/{id}/thumbnail", "GET /api/content/{id}/pages/{number}",
}  # fmt: skip
"""Reads of a thing inside the object, which a fresh object of the makers does not have."""


@pytest.mark.parametrize("one", READS, ids=name_of)
def test_what_is_mine_is_there(house: House, one: Endpoint) -> None:
    mine = house.register()
    path = one.path.replace("{id}", MAKERS[kind_of(one)](house, mine)).replace("{command_id}", MISSING)
    query = "?from=2026-11-22T09:00:00Z&to=2026-11-22T10:00:00Z" if path.endswith("timeline") else ""

    assert mine.get(path + query).status_code == (404 if name_of(one) in EMPTY_AT_FIRST else 200)


def test_every_change_by_people_leaves_a_name_for_the_audit_log() -> None:
    silent = {name_of(one) for one in OF_PEOPLE if one.writes and not one.action}

    assert silent == {
        "POST /api/schedules/preview",
        "POST /api/devices/pairing-preview",
        "POST /api/devices/meant",
        "POST /api/devices/setup-file",
        "POST /api/auth/oidc/link",  # only leads to the provider; coming back from there is what changes something
    }, "only what stores nothing may leave no trace"


@pytest.mark.parametrize("kind", ["playlist", "layout", "content"])
def test_a_publication_of_someone_elses_things_is_refused_like_one_of_nothing(house: House, kind: str) -> None:
    mine, other = house.register(), house.register("Other")
    foreign = MAKERS[kind](house, other)

    answers = [mine.post("/api/publish", {"target": {"all": True}, f"{kind}Id": id_}) for id_ in (foreign, MISSING)]

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
