import threading
from typing import Any

import pytest
from sqlalchemy import func, select

from cloud.db import tables
from cloud.db.unit import Unit
from tests.cloud.house import House
from tests.fakes.clock import FakeClock

PUBLISH = "/api/publish"


def wanted(house: House, admin: Any) -> dict[str, Any]:
    return {"target": {"all": True}, "playlistId": house.stock(admin, "one")}


def count(house: House, table: Any) -> int:
    return house.do("any", lambda unit: unit.connection.scalar(select(func.count()).select_from(table)) or 0)


def test_the_same_key_and_body_give_the_same_answer_once(house: House) -> None:
    admin = house.register()
    body = wanted(house, admin)

    first, again = (admin.post(PUBLISH, body, **{"Idempotency-Key": "k1"}) for _ in range(2))
    other = admin.post(PUBLISH, {**body, "level": "emergency"}, **{"Idempotency-Key": "k1"})

    assert (again.status_code, again.content, again.headers["ETag"]) == (201, first.content, first.headers["ETag"])
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_001")
    assert count(house, tables.overrides) == 1


def test_the_same_key_in_parallel_has_one_effect(house: House) -> None:
    admin = house.register()
    body = wanted(house, admin)
    answers: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: answers.append(admin.post(PUBLISH, body, **{"Idempotency-Key": "k"}).content))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(answers)) == 1
    assert count(house, tables.overrides) == 1


def test_a_refused_request_may_be_mended_under_the_same_key(house: House) -> None:
    admin = house.register()
    refused = admin.post(PUBLISH, {"target": {"all": True}}, **{"Idempotency-Key": "k"})
    mended = admin.post(PUBLISH, wanted(house, admin), **{"Idempotency-Key": "k"})

    assert (refused.status_code, mended.status_code) == (400, 201)


def test_a_failure_that_is_counted_is_a_problem_again_under_the_same_key(house: House) -> None:
    admin = house.register()
    wrong = [admin.post("/api/devices/pair", {"code": "AAAAAA"}, **{"Idempotency-Key": "k"}) for _ in range(2)]

    assert [answer.headers["content-type"] for answer in wrong] == ["application/problem+json"] * 2
    assert [answer.json()["code"] for answer in wrong] == ["DEVICE_001"] * 2


def test_a_key_is_its_owners_alone(house: House) -> None:
    admin, other = house.register(), house.register("Other")
    answers = [person.post(PUBLISH, wanted(house, person), **{"Idempotency-Key": "k"}) for person in (admin, other)]

    assert [answer.status_code for answer in answers] == [201, 201]


def test_a_lost_update_is_refused(house: House) -> None:
    admin = house.register()
    path = f"/api/devices/{house.pair(admin).id}"
    etag = admin.get(path).headers["ETag"]

    first = admin.call("PATCH", path, {"volume": 1}, **{"If-Match": etag})
    lost = admin.call("PATCH", path, {"volume": 2}, **{"If-Match": etag})

    assert (first.status_code, lost.status_code) == (200, 412)
    assert first.headers["ETag"] != etag
    assert admin.get(path).json()["volume"] == 1


def test_a_list_goes_on_where_it_ended(house: House, clock: FakeClock) -> None:
    admin = house.register()
    for name in "abcde":
        house.pair(admin, nickname=name)
        clock.pass_time(10)
    names, query = [], "?limit=2"
    for _ in range(3):
        page = admin.get(f"/api/devices{query}").json()
        names.append([item["nickname"] for item in page["items"]])
        query = f"?limit=2&cursor={page['nextCursor']}"

    assert names == [["e", "d"], ["c", "b"], ["a"]]
    assert page["nextCursor"] is None


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "limit=٣", "cursor=x", "cursor=W10", "status=sleepy"]
)
def test_a_wrong_query_is_named(house: House, query: str) -> None:
    answer = house.register().get(f"/api/devices?{query}")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, query.split("=")[0])


def test_every_change_leaves_one_line_in_the_audit_log(house: House) -> None:
    admin = house.register()
    screen = house.pair(admin)
    admin.call("PATCH", f"/api/devices/{screen.id}", {"volume": 1})
    admin.call("PATCH", f"/api/devices/{screen.id}", {"volume": 101})
    admin.call("DELETE", f"/api/devices/{screen.id}")

    def work(unit: Unit) -> list[tuple[str, str]]:
        rows = unit.rows(unit.select(tables.audit_logs).order_by(tables.audit_logs.c.created_at))
        return [(row["action"], row["entity_id"]) for row in rows]

    assert sorted(house.do(admin.organization_id, work)) == sorted(
        [
            ("organization.create", admin.organization_id),
            ("device.pair", screen.id),
            ("device.change", screen.id),
            ("device.remove", screen.id),
        ]
    )


def test_a_body_that_is_too_large_is_refused(house: House) -> None:
    answer = house.client.post("/api/auth/login", content=b'{"email":"' + b"a" * 1_100_000)

    assert (answer.status_code, answer.json()["status"]) == (413, 413)


@pytest.mark.parametrize(("path", "status"), [("/api/nothing", 404), ("/api/devices/%2e%2e", 404), ("/api//me", 404)])
def test_what_is_nowhere_is_a_problem_that_no_cache_keeps(house: House, path: str, status: int) -> None:
    answer = house.register().get(path)

    assert (answer.status_code, answer.headers["cache-control"]) == (status, "no-store")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_method_that_is_not_there_names_those_that_are(house: House) -> None:
    answer = house.client.put("/api/publish")

    assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (405, {"GET", "HEAD", "POST"})
    assert answer.json()["detail"] == f"PUT is nothing for this path; allowed: {answer.headers['allow']}."


def test_a_path_with_a_slash_too_many_leads_nowhere_least_of_all_to_the_host_that_the_request_names(
    house: House,
) -> None:
    answer = house.client.get("/api/devices/", headers={"Host": "evil.example"}, follow_redirects=False)

    assert (answer.status_code, "location" in answer.headers) == (404, False)
