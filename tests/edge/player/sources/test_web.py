"""Web pages through the player's side of the worker, with a working fake of the other side: no browser is needed."""

import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from edge.config import Web
from edge.player.source import SourceState
from edge.player.sources.web import MAX_HEIGHT, MAX_WIDTH, PATIENCE, PING_EVERY, WebPictures, WebWorker
from edge.player.sources.web_ability import limit, memory, refusal
from edge.player.stage.geometry import Rect
from edge.player.stage.pictures import Pixels
from tests.edge.player.rig import FAKE_WEB, Library, Rig, playing
from vizora.manifest.model import ContentType

BOX = Rect(0, 0, 64, 36)
DEADLINE = 60.0


@pytest.fixture
def worker() -> Iterator[WebWorker]:
    working = WebWorker({}, FAKE_WEB)
    yield working
    working.close()


def until(worker: WebWorker, fact: Callable[[], bool]) -> None:
    give_up = time.monotonic() + DEADLINE
    while not fact():
        assert time.monotonic() < give_up
        select.select([] if worker.answering is None else [worker.answering], [], [], 0.02)
        worker.pump(0.0)


def level(source: WebPictures) -> int | None:
    picture = source.at(0.0)
    assert picture is None or isinstance(picture, Pixels)
    return None if picture is None else picture.data[0]


def test_a_page_is_ready_once_its_picture_is_there_and_gives_it_once(worker: WebWorker) -> None:
    source = WebPictures(worker, "http://page/77", BOX)
    before = source.ready()
    until(worker, source.ready)

    assert not before
    assert (level(source), level(source)) == (77, None)
    source.close()


def test_a_worker_that_is_not_needed_is_not_started(worker: WebWorker) -> None:
    worker.pump(0.0)

    assert worker.pid is None


def test_pages_do_not_get_each_others_pictures(worker: WebWorker) -> None:
    sources = [WebPictures(worker, f"http://page/{grey}", BOX) for grey in (40, 80, 120)]
    until(worker, lambda: all(source.ready() for source in sources))

    assert [level(source) for source in sources] == [40, 80, 120]


def test_more_pages_than_there_is_memory_for_are_refused_by_name(worker: WebWorker) -> None:
    sources = [WebPictures(worker, f"http://page/{grey}", BOX) for grey in (40, 60, 80, 100, 120)]
    until(worker, lambda: sources[4].state() is SourceState.FAILED)

    assert "at once already" in sources[4].reason
    assert all(source.state() is not SourceState.FAILED for source in sources[:4])


def test_a_page_that_cannot_be_shown_says_why(worker: WebWorker) -> None:
    source = WebPictures(worker, "http://page/40?fail=no+such+name", BOX)
    until(worker, lambda: source.state() is SourceState.FAILED)

    assert source.reason == "no such name"
    assert not source.ready()
    assert source.at(0.0) is None


@pytest.mark.parametrize(("fault", "says"), [("die", "died"), ("lie", "not to be trusted")])
def test_a_worker_that_fails_is_replaced(fault: str, says: str, worker: WebWorker) -> None:
    first = WebPictures(worker, f"http://page/40?{fault}", BOX)
    until(worker, lambda: first.state() is SourceState.FAILED)
    second = WebPictures(worker, "http://page/50", BOX)
    until(worker, second.ready)

    assert says in first.reason
    assert level(second) == 50


def test_a_hung_worker_is_replaced(worker: WebWorker) -> None:
    source = WebPictures(worker, "http://page/40", BOX)
    until(worker, source.ready)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGSTOP)
    worker.pump(2 * PING_EVERY)
    worker.pump(2 * PING_EVERY + PATIENCE - 1)
    patient = source.state()
    worker.pump(2 * PING_EVERY + PATIENCE + 1)

    assert patient is SourceState.PLAYING
    assert "did not answer" in source.reason


def test_a_worker_that_answers_is_not_taken_for_a_hung_one(worker: WebWorker) -> None:
    source = WebPictures(worker, "http://page/40", BOX)
    until(worker, source.ready)
    for n in range(1, 8):
        worker.pump(n * (PING_EVERY + 1))
        until(worker, lambda: worker._asked_at is None)

    assert source.state() is SourceState.PLAYING


def test_a_page_in_a_larger_box_is_rendered_no_larger_than_a_browser_can(worker: WebWorker) -> None:
    source = WebPictures(worker, "http://page/40", Rect(0, 0, 3840, 2160))
    until(worker, source.ready)
    picture = source.at(0.0)

    assert isinstance(picture, Pixels)
    assert (picture.width, picture.height) == (MAX_WIDTH, MAX_HEIGHT)


def test_nothing_is_left_open_after_many_pages(worker: WebWorker) -> None:
    counts = []
    for _ in range(5):
        source = WebPictures(worker, "http://page/40", BOX)
        until(worker, source.ready)
        source.close()
        source.close()
        counts.append(len(list(Path("/proc/self/fd").iterdir())))

    assert counts[0] == counts[-1]


def test_an_unreachable_page_is_skipped_by_name_and_nothing_is_black(
    library: Library, stills: dict[int, bytes]
) -> None:
    page = library.page(7, "http://page/clip/7?fail=no+such+name")
    library.publish(library.manifest((library.add(3, ContentType.IMAGE, stills[3]), 1000), (page, 1000)))
    with playing(Rig(library)) as rig:
        rig.begin()
        black, shown = 0, set()
        for _ in rig.ticks(60 * 20):
            black += rig.is_black()
            shown.add(rig.marker())
        reasons = rig.player.show.unplayable(rig.clock.now())

    assert black == 0
    assert shown == {(3, 0)}
    assert reasons == {page: "no such name"}


def test_a_page_is_tried_again_when_its_time_comes(library: Library, stills: dict[int, bytes]) -> None:
    """Nothing tells when a network is well again: what failed for lack of one is never put aside for good."""
    page = library.page(7, "http://page/clip/7?fail=no+such+name")
    library.publish(library.manifest((library.add(3, ContentType.IMAGE, stills[3]), 1000), (page, 1000)))
    with playing(Rig(library)) as rig:
        rig.begin()
        left_out = [page in rig.player.show.unplayable(rig.clock.now()) for _ in rig.ticks(60 * 60)]
    came_back = sum(before and not after for before, after in pairwise(left_out))

    assert came_back >= 2
    assert sum(left_out) > len(left_out) // 2


@pytest.mark.parametrize(
    ("wanted", "bytes_of_memory", "program", "says"),
    [
        (Web.AUTO, 4_000_000_000, "/usr/bin/chromium", ""),
        (Web.AUTO, 1_930_000_000, "/usr/bin/chromium", ""),
        (Web.AUTO, 960_000_000, "/usr/bin/chromium", "web pages need 2 GB of memory, this screen has 1.0 GB"),
        (Web.ON, 960_000_000, "/usr/bin/chromium", ""),
        (Web.OFF, 8_000_000_000, "/usr/bin/chromium", "web pages are switched off on this screen (VIZORA_WEB)"),
        (Web.ON, 8_000_000_000, None, "web pages need Chromium, which is not installed on this screen"),
    ],
)
def test_a_screen_says_why_it_shows_no_pages(wanted: Web, bytes_of_memory: int, program: str | None, says: str) -> None:
    told = refusal(wanted, bytes_of_memory, program)

    assert told.startswith(says)
    assert bool(told) is bool(says)


def test_what_a_screen_has_of_memory_is_read_from_the_kernel(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemTotal:        2048 kB\nMemFree: 1 kB\n")

    assert memory(tmp_path / "meminfo") == 2048 * 1024
    assert memory(tmp_path / "none") == 0
    assert limit(0) == 600 << 20
    assert limit(9 << 30) == 3 << 30
