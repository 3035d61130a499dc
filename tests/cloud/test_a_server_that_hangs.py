"""A file store or an analytics server that takes calls and never answers stops its own calls, and no others."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from cloud.analytics.sink import Analytics
from cloud.content.parts import ContentParts
from cloud.services import LONG_THREADS, THREADS, WAITING_THREADS
from tests.cloud.content.media import still
from tests.cloud.house import PATIENCE_S, House, Person

CALLS = THREADS + WAITING_THREADS
"""As many at once as would take every thread there is for the database, were they done in those."""


class Hanging:
    """Stands in front of an adapter: the methods named are entered, and don't come back before `let_go`."""

    def __init__(self, behind: object, *names: str) -> None:
        self._behind = behind
        self._names = names
        self.entered = threading.Semaphore(0)
        self.let_go = threading.Event()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._behind, name)
        return self._held(found) if name in self._names else found

    def _held(self, found: Callable[..., Any]) -> Callable[..., Any]:
        def held(*given: Any, **named: Any) -> Any:
            self.entered.release()
            assert self.let_go.wait(PATIENCE_S)
            return found(*given, **named)

        return held


@contextmanager
def calls(hanging: Hanging, call: Callable[[], Any], entered: int) -> Iterator[list[int]]:
    """CALLS of `call` under way, of which so many hang in the server by now; afterwards their statuses."""
    statuses: list[int] = []
    with ThreadPoolExecutor(CALLS) as threads:
        pending = [threads.submit(call) for _ in range(CALLS)]
        try:
            for _ in range(entered):
                assert hanging.entered.acquire(timeout=PATIENCE_S)
            yield statuses
        finally:
            hanging.let_go.set()
        statuses += [answer.result(PATIENCE_S).status_code for answer in pending]


def answers_meanwhile(person: Person) -> bool:
    """Whether the API still answers what only the database is needed for."""
    with ThreadPoolExecutor(1) as thread:
        return bool(thread.submit(lambda: person.get("/api/devices")).result(PATIENCE_S / 2).status_code == 200)


def test_a_file_store_that_hangs_holds_up_uploads_and_nothing_else(house: House) -> None:
    admin, picture = house.register(), still("PNG")
    parts = house.cloud.part(ContentParts)
    hanging = Hanging(parts.storage, "put")
    house.cloud.add(replace(parts, storage=hanging))

    def upload() -> Any:
        return admin.client.post("/api/content", files={"file": ("a.png", picture)})

    with calls(hanging, upload, WAITING_THREADS) as statuses:
        assert answers_meanwhile(admin)

    assert statuses == [201] * CALLS


def test_an_analytics_server_that_hangs_holds_up_its_questions_and_nothing_else(house: House) -> None:
    admin, analytics = house.register(), house.cloud.part(Analytics)
    hanging = Hanging(Analytics(), "queries")
    analytics.queries = hanging.queries  # type: ignore[method-assign]

    with calls(hanging, lambda: admin.get("/api/analytics/plays"), LONG_THREADS) as statuses:
        assert answers_meanwhile(admin)

    assert statuses == [200] * CALLS
