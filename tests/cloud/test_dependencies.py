"""`/readyz` names the servers behind a process, and none of them can make it wait."""

import asyncio
import threading

import pytest
from redis import Redis

from cloud import health
from cloud.dependencies import Dependencies, Dependency
from cloud.realtime.redis_relay import check, check_writing
from cloud.services import THREADS
from tests.cloud.house import PATIENCE_S, House
from vizora.errors import NetworkError, OperatorError


def refuse() -> None:
    raise NetworkError("connection refused by 10.0.0.7")


def test_each_is_named_and_one_that_is_away_is_told_with_what_it_means() -> None:
    both = Dependencies(
        [Dependency("files", lambda: None, "no uploads"), Dependency("redis", refuse, "news comes later")]
    )

    assert asyncio.run(both.states(PATIENCE_S)) == {"files": "ok", "redis": "does not answer: news comes later"}


def test_one_that_hangs_is_not_waited_for_and_is_asked_by_one_thread_however_often_one_looks() -> None:
    asked, let_go = threading.Semaphore(0), threading.Event()

    def hang() -> None:
        asked.release()
        assert let_go.wait(PATIENCE_S)

    hanging = Dependencies([Dependency("files", hang, "no uploads")])

    async def look() -> tuple[list[dict[str, str]], dict[str, str]]:
        silent = [await hanging.states(0.01) for _ in range(5)]
        let_go.set()
        return silent, await hanging.states(PATIENCE_S)

    silent, after = asyncio.run(look())

    assert silent == [{"files": "does not answer: no uploads"}] * 5
    assert after == {"files": "ok"}
    assert asked.acquire(blocking=False)
    assert not asked.acquire(blocking=False)


def test_a_process_without_a_side_server_is_ready_all_the_same(house: House) -> None:
    house.cloud.add(Dependencies([Dependency("redis", refuse, "news comes later")]))
    answer = house.client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True, "database": "ok", "redis": "does not answer: news comes later", "worker": "ok",
    }  # fmt: skip


def test_a_database_that_hangs_makes_it_unready_in_good_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "DATABASE_S", 0.05)
    let_go = threading.Event()

    async def hold() -> None:
        for _ in range(THREADS):
            house.cloud.in_thread(lambda: let_go.wait(PATIENCE_S))

    house.on_loop(hold)
    try:
        answer = house.client.get("/readyz")
    finally:
        let_go.set()

    assert (answer.status_code, answer.json()["database"]) == (503, "does not answer")


def test_a_redis_that_is_full_is_named_though_it_answers(redis_url: str) -> None:
    with Redis.from_url(redis_url) as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", 1)
        try:
            check(redis_url)  # the broken twin: it only asks whether somebody is there
            with pytest.raises(OperatorError, match="takes nothing"):
                check_writing(redis_url)
        finally:
            client.config_set("maxmemory", 0)
    check_writing(redis_url)
