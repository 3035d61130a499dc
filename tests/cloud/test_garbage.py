import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from cloud.garbage import look, looked_through, uncollected

DEADLINE_S = 60.0


class Ring:
    """Garbage that only a look finds, once nobody holds it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _all_is_looked_through_again() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.collect()


def test_no_garbage_is_looked_for_while_a_process_loads_and_it_is_again_whatever_happened() -> None:
    during = list[bool]()

    def load() -> None:
        with uncollected():
            during.append(gc.isenabled())
            raise OSError("no such thing")

    with pytest.raises(OSError, match="no such thing"):
        load()

    assert during == [False]
    assert gc.isenabled()


def test_who_looks_for_no_garbage_anyway_is_left_so() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        left = gc.isenabled()
    finally:
        gc.enable()

    assert not left


def test_a_look_frees_what_came_since_the_last_one() -> None:
    look(whole=False)
    ring = Ring()
    left = weakref.ref(ring)
    del ring

    assert left() is not None  # the broken twin: without a look it stays
    look(whole=False)

    assert left() is None


def test_what_outlived_a_look_is_only_found_by_one_at_everything() -> None:
    ring = Ring()
    left = weakref.ref(ring)
    look(whole=False)
    del ring

    look(whole=False)
    assert left() is not None
    look(whole=True)
    assert left() is None


def test_a_server_looks_by_itself_and_python_never_goes_through_all_meanwhile() -> None:
    before = gc.get_threshold()

    async def run() -> tuple[bool, tuple[int, int, int]]:
        async with looked_through(every_s=0.01, whole_every=2):
            ring = Ring()
            left = weakref.ref(ring)
            look(whole=False)  # only every second look of the server's finds it now
            del ring
            async with asyncio.timeout(DEADLINE_S):
                while left() is not None:
                    await asyncio.sleep(0.01)
            return left() is None, gc.get_threshold()

    freed, during = asyncio.run(run())

    assert freed
    assert during[:2] == before[:2]
    assert during[2] > 1_000_000
    assert gc.get_threshold() == before


def test_a_server_that_looks_only_at_the_young_never_frees_what_outlived_a_look() -> None:
    async def run() -> bool:
        async with looked_through(every_s=0.01, whole_every=1_000_000):
            ring = Ring()
            left = weakref.ref(ring)
            look(whole=False)
            del ring
            looks = gc.get_stats()[2]["collections"]
            async with asyncio.timeout(DEADLINE_S):
                while gc.get_stats()[2]["collections"] < looks + 3:
                    await asyncio.sleep(0.01)
            return left() is None

    assert not asyncio.run(run())
