from datetime import timedelta

import pytest

from edge.player.plays import PlayCounter
from edge.player.show.sequencer import Sequencer, Slot
from tests.edge.player.rig import START, Library
from vizora.identifiers import BootId
from vizora.manifest.model import ContentType
from vizora.schedule.evaluate import plan
from vizora.schedule.model import ClockTrust

SECOND = timedelta(seconds=1)
TRUSTED = ClockTrust.TRUSTED


@pytest.fixture
def slots(library: Library) -> list[Slot]:
    """Two showings after each other, two seconds each."""
    items = [(library.add(n, ContentType.IMAGE, bytes([n])), 2000) for n in (1, 2)]
    manifest = library.manifest(*items)
    sequencer = Sequencer(plan(manifest), manifest)
    first = sequencer.programme(START, TRUSTED, {}).slots[0]
    return [first, sequencer.programme(first.answer.ends_at, TRUSTED, {}).slots[0]]


def test_a_play_runs_from_its_first_frame_to_the_next_items(slots: list[Slot]) -> None:
    counter = PlayCounter(BootId("b"))
    begun = counter.presented(slots[:1], START + SECOND, 11.0, TRUSTED)
    going_on = counter.presented(slots[:1], START + 1.5 * SECOND, 11.5, TRUSTED)
    (play,) = counter.presented(slots[1:], slots[0].answer.ends_at, 12.25, TRUSTED)

    assert (begun, going_on) == ([], [])
    assert (play.n, play.started_at, play.duration_ms, play.completed) == (0, START + SECOND, 1250, True)


def test_what_is_cut_off_is_not_completed(slots: list[Slot]) -> None:
    counter = PlayCounter(BootId("b"))
    counter.presented(slots[:1], START, 10.0, TRUSTED)
    (play,) = counter.stopped(START + SECOND, 11.0)

    assert (play.completed, play.duration_ms) == (False, 1000)


def test_numbers_are_never_given_twice(slots: list[Slot]) -> None:
    counter = PlayCounter(BootId("b"))
    plays = []
    for n in range(6):
        plays += counter.presented([slots[n % 2]], START + n * SECOND, float(n), TRUSTED)

    assert [play.n for play in plays] == [0, 1, 2, 3, 4]


def test_the_clock_is_the_one_it_began_with(slots: list[Slot]) -> None:
    counter = PlayCounter(BootId("b"))
    counter.presented(slots[:1], START, 0.0, ClockTrust.UNTRUSTED)
    counter.presented(slots[:1], START, 1.0, TRUSTED)

    assert counter.stopped(START + SECOND, 2.0)[0].clock is ClockTrust.UNTRUSTED
