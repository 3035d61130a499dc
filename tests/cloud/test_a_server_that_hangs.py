"""A file store or an analytics server that takes calls and never answers stops its own calls, and no others."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle
from typing import Any

from cloud.analytics.sink import Analytics
from cloud.content.parts import FILES_AT_ONCE, ContentParts
from cloud.content.rows import keys_of
from cloud.services import LONG_THREADS, SENDING_THREADS, SENT_AT_ONCE, THREADS, WAITING_THREADS
from cloud.web.static_files import address
from tests.cloud.content.media import still
from tests.cloud.house import PATIENCE_S, House, Person

CALLS = THREADS + WAITING_THREADS
"""As many at once as would take every thread there is for the database, were they done in those."""


DOWNLOADS = SENDING_THREADS + 10
"""More than there are threads for them, and than Starlette has for what it does in threads."""


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
def calls(hanging: Hanging, call: Callable[[], Any], entered: int, count: int = CALLS) -> Iterator[list[int]]:
    """So many of `call` under way, of which so many hang in the server by now; afterwards their statuses."""
    statuses: list[int] = []
    with ThreadPoolExecutor(count) as threads:
        pending = [threads.submit(call) for _ in range(count)]
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
    picture, parts = still("PNG"), house.cloud.part(ContentParts)
    admins = [house.register(f"Org{number}") for number in range(WAITING_THREADS // FILES_AT_ONCE)]
    turns = cycle(admins)
    hanging = Hanging(parts.storage, "put")
    house.cloud.add(replace(parts, storage=hanging))

    def upload() -> Any:
        return next(turns).client.post("/api/content", files={"file": ("a.png", picture)})

    with calls(hanging, upload, WAITING_THREADS) as statuses:
        assert answers_meanwhile(admins[0])

    assert statuses == [201] * CALLS


def test_an_analytics_server_that_hangs_holds_up_its_questions_and_nothing_else(house: House) -> None:
    admin, analytics = house.register(), house.cloud.part(Analytics)
    hanging = Hanging(Analytics(), "queries")
    analytics.queries = hanging.queries  # type: ignore[method-assign]

    with calls(hanging, lambda: admin.get("/api/analytics/plays"), LONG_THREADS) as statuses:
        assert answers_meanwhile(admin)

    assert statuses == [200] * CALLS


class HangsAtOne:
    """A store that hands out everything but one file, at which it hangs."""

    def __init__(self, hanging: Hanging, behind: object, key: str) -> None:
        self._hanging = hanging
        self._behind = behind
        self._key = key

    def __getattr__(self, name: str) -> Any:
        return getattr(self._behind, name)

    def open(self, key: str, *given: Any) -> Any:
        return (self._hanging if key.startswith(self._key) else self._behind).open(key, *given)  # type: ignore[attr-defined]


def test_files_at_which_the_store_hangs_hold_up_downloads_of_the_same_organization_only(house: House) -> None:
    """Neither other organizations' files nor the pages' own: they were all read in the same forty threads."""
    ours, theirs = house.register("Ours"), house.register("Theirs")
    made = [one.client.post("/api/content", files={"file": ("a.png", still("PNG"))}).json() for one in (ours, theirs)]
    parts = house.cloud.part(ContentParts)
    hanging = Hanging(parts.storage, "open")
    keys = house.do(ours.organization_id, lambda unit: keys_of(unit, made[0]["id"]))
    house.cloud.add(replace(parts, storage=HangsAtOne(hanging, parts.storage, keys[0])))

    def get(person: Person, content: Any) -> Any:
        return person.get(f"/api/content/{content['id']}/file")

    hung = calls(hanging, lambda: get(ours, made[0]), SENT_AT_ONCE, DOWNLOADS)
    with hung as statuses, ThreadPoolExecutor(2) as threads:
        wanted = [lambda: get(theirs, made[1]), lambda: house.client.get(address("vizora.css"))]
        meanwhile = [threads.submit(ask).result(PATIENCE_S / 2).status_code for ask in wanted]

        assert not hanging.entered.acquire(blocking=False), "no more of this organization hang than may"

    assert meanwhile == [200, 200]
    assert statuses == [200] * DOWNLOADS
