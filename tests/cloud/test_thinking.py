"""What computes for long is done apart, one at a time of an organization: nobody who asks the database waits for it."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from cloud.screens import forecast
from cloud.services import THREADS
from tests.cloud.house import PATIENCE_S, House, Person, Screen
from vizora.schedule.timeline import timeline

ASKED = ("timeline", "preview")


class Slow:
    """The evaluator, that takes until it is let go."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.let_go = threading.Event()

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.entered.release()
        assert self.let_go.wait(PATIENCE_S)
        return timeline(*given, **named)


def ask(person: Person, screen: Screen, what: str) -> int:
    if what == "timeline":
        return int(person.get(f"/api/devices/{screen.id}/timeline").status_code)
    days = {"from": "2026-12-01T00:00:00Z", "to": "2026-12-02T00:00:00Z"}
    return int(person.post("/api/schedules/preview", {"deviceId": screen.id, **days}).status_code)


@contextmanager
def many_asked(person: Person, screen: Screen, slow: Slow, what: str) -> Iterator[list["Future[int]"]]:
    """More than there are threads for the database."""
    with ThreadPoolExecutor(2 * THREADS) as threads:
        asked = [threads.submit(ask, person, screen, what) for _ in range(2 * THREADS)]
        try:
            assert slow.entered.acquire(timeout=PATIENCE_S)
            yield asked
        finally:
            slow.let_go.set()


@pytest.mark.parametrize("what", ASKED)
def test_while_one_asks_for_much_the_database_answers_everybody(
    house: House, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    greedy, other = house.register("Greedy"), house.register("Other")
    screen, slow = house.pair(greedy), Slow()
    monkeypatch.setattr(forecast, "timeline", slow)

    with many_asked(greedy, screen, slow, what) as asked, ThreadPoolExecutor(1) as thread:
        answer = thread.submit(lambda: other.get("/api/devices").status_code).result(PATIENCE_S / 2)

    assert answer == 200
    assert {one.result(PATIENCE_S) for one in asked} == {200}


def test_of_an_organization_one_at_a_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    greedy = house.register()
    screen, slow = house.pair(greedy), Slow()
    monkeypatch.setattr(forecast, "timeline", slow)

    with many_asked(greedy, screen, slow, "timeline"):
        house.settle()
        assert not slow.entered.acquire(blocking=False)


def test_what_nobody_could_look_at_is_refused(house: House) -> None:
    admin = house.register()
    screen, playlist = house.pair(admin), house.stock(admin, "Menu")
    for _ in range(3):
        every_minute = {"kind": "cron", "expression": "* * * * *", "durationMs": 1000}
        house.schedule(admin, playlist, recurrence=every_minute)

    month = f"/api/devices/{screen.id}/timeline?from=2026-12-01T00:00:00Z&to=2026-12-31T00:00:00Z"
    refused, day = admin.get(month), admin.get(f"/api/devices/{screen.id}/timeline")

    assert (refused.status_code, [one["field"] for one in refused.json()["errors"]]) == (400, ["to"])
    assert day.status_code == 200
