"""Streams' sound in virtual time: each piece is heard when it says, and whatever a stream does, nothing clicks."""

import fcntl
import math
import os
import struct
import sys
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import pytest

from edge.player.sound.films import PIPE_SIZE, Pcm
from edge.player.sound.mixing import BLOCK, FADE, FRAME, RATE, STEP, Heard, Mixer
from edge.player.sound.streams import KEPT, MOST, PIECE, SEEN_AFTER, LiveSound, SoundWriter
from tests.edge.player.rig import START, VirtualClock
from tests.fakes.speakers import VirtualSpeaker, loudest_step, onsets

LEVEL, TONE = 20_000, 1130
AHEAD = 0.5
"""Seconds by which a child has sound before it is heard."""
SMOOTH = LEVEL * (2 * math.pi * TONE / RATE + STEP / RATE / FADE) * 1.05
"""The steepest a tone may be, that of its own and of a fade."""
Shape = Callable[[float], float]
"""The level, from -1 to 1, at a second of the stream."""


def tone(second: float) -> float:
    return math.sin(second * 2 * math.pi * TONE)


def steady(_: float) -> float:
    return 1.0


def beeps(second: float) -> float:
    """A tenth of a second in every half."""
    return tone(second) if second % 0.5 < 0.1 else 0.0


class Child:
    """Writes a stream of a given shape, of which a second lasts `1 + drift` of ours."""

    def __init__(self, clock: VirtualClock, shape: Shape = tone, drift: float = 0.0) -> None:
        reading, writing = os.pipe()
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
        self._pcm = Pcm(reading)
        self.sound = LiveSound(self._pcm)
        self.descriptor = writing
        self.writer = SoundWriter(writing)
        self._clock = clock
        self._began = clock.monotonic()
        self._shape = shape
        self._pace = 1 + drift
        self._frames = 0
        self.late = 0.0
        """Seconds by which what is sent from now on is to be heard later."""

    def due(self, second: float) -> float:
        return self._began + second * self._pace + self.late

    def send(self, *, lost: bool = False) -> None:
        """All that is due within `AHEAD` seconds; when it is lost on the way, nothing comes of it."""
        while self.due(self._frames / RATE) < self._clock.monotonic() + AHEAD:
            levels = (round(LEVEL * self._shape((self._frames + n) / RATE)) for n in range(1024))
            samples = array("h", [level for one in levels for level in (one, one)])
            if not lost:
                self.writer.write(self.due(self._frames / RATE), samples.tobytes())
            self._frames += 1024

    def close(self) -> None:
        self._pcm.close()
        os.close(self.descriptor)


class Hearing:
    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.speaker = VirtualSpeaker(self.clock)
        self.mixer = Mixer(self.speaker, self.clock.monotonic)

    def ticks(self, seconds: float, child: Child, heard: Sequence[Heard], *, lost: bool = False) -> None:
        for _ in range(round(seconds * 60)):
            child.send(lost=lost)
            self.mixer.step(self.clock.now, heard)
            self.clock.sleep(1 / 60)


@contextmanager
def hearing(shape: Shape = tone, drift: float = 0.0) -> Iterator[tuple[Hearing, Child]]:
    heard = Hearing()
    child = Child(heard.clock, shape, drift)
    try:
        yield heard, child
    finally:
        child.close()


def showing(child: Child, begins: float = 0.0, ends: float = 1000.0, volume: float = 1.0) -> Heard:
    return Heard(child.sound, START + timedelta(seconds=begins), START + timedelta(seconds=ends), volume)


def beside_its_time(drift: float, late: float) -> list[float]:
    """Seconds after its time at which each beep was heard."""
    with hearing(beeps, drift) as (heard, child):
        heard.ticks(8, child, [showing(child)])
        at = [(heard.speaker.when(frame) - START).total_seconds() for frame in onsets(heard.speaker.samples)]
        due = [n * 0.5 * (1 + drift) + SEEN_AFTER - late for n in range(1, 15)]
    return [min((one - instant for one in at), key=abs) for instant in due]


@pytest.mark.parametrize("drift", [0.0, 0.002, -0.002])
def test_every_beep_is_heard_when_it_says(drift: float) -> None:
    assert max(map(abs, beside_its_time(drift, 0.0))) < 0.015


def test_a_stream_whose_sound_says_a_wrong_time_would_be_caught() -> None:
    assert min(map(abs, beside_its_time(0.0, 0.05))) > 0.04


def jump(heard: Hearing, child: Child) -> None:
    for late in (0.1, 0.02, 0.9, 0.5):
        child.late = late
        heard.ticks(0.8, child, [showing(child)])


def hole(heard: Hearing, child: Child) -> None:
    heard.ticks(0.3, child, [showing(child)], lost=True)
    heard.ticks(1, child, [showing(child)])


def interruption(heard: Hearing, child: Child) -> None:
    heard.ticks(0.3, child, [])
    heard.ticks(0.5, child, [showing(child)])


def stall(heard: Hearing, child: Child) -> None:
    heard.ticks(1, child, [showing(child)], lost=True)


def end(heard: Hearing, child: Child) -> None:
    begun = (heard.clock.now() - START).total_seconds()
    heard.ticks(0.5, child, [showing(child, 0.0, begun + 0.203)])


def another_volume(heard: Hearing, child: Child) -> None:
    heard.ticks(0.5, child, [showing(child, volume=0.3)])


FAULTS = (jump, hole, interruption, stall, end, another_volume)


def click(fault: Callable[[Hearing, Child], None]) -> int:
    """The largest step of a tone that goes through a fault."""
    with hearing() as (heard, child):
        heard.ticks(0.7, child, [showing(child)])
        fault(heard, child)
    assert max(heard.speaker.samples) > LEVEL * 0.95
    return loudest_step(heard.speaker.samples)


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_clicks(fault: Callable[[Hearing, Child], None]) -> None:
    assert click(fault) < SMOOTH


def test_a_voice_that_does_not_fade_would_click(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.player.sound.streams.MOST_CHANGE", 1.0)

    assert [click(fault) > SMOOTH for fault in FAULTS] == [True for _ in FAULTS]


def after_straying(strayed: float) -> list[float]:
    """When beeps are heard, from the third second on, of a stream that had a hole, a wrong time and a jump."""
    with hearing(beeps) as (heard, child):
        heard.ticks(1.2, child, [showing(child)])
        heard.ticks(0.3, child, [showing(child)], lost=True)
        child.writer.write(child.due(2.0) + strayed, bytes(4096))
        child.late = 0.2
        heard.ticks(4, child, [showing(child)])
        at = [(heard.speaker.when(frame) - START).total_seconds() for frame in onsets(heard.speaker.samples)]
    return [one for one in at if one > 3]


STRAYED = (3600.0, -3600.0)


@pytest.mark.parametrize("strayed", STRAYED)
def test_after_a_hole_or_a_jump_it_is_in_step_again(strayed: float) -> None:
    due = [n / 2 + 0.2 + SEEN_AFTER for n in range(6, 11)]

    assert after_straying(strayed) == pytest.approx(due, abs=0.015)


def test_a_voice_that_believes_any_time_would_wait_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.player.sound.streams.AHEAD", math.inf)

    assert after_straying(max(STRAYED)) == []


def level(heard: Hearing, since: float) -> tuple[int, int]:
    """The quietest and the loudest from that second on to the last one heard."""
    samples = heard.speaker.samples[round(since * RATE) * 2 : -BLOCK * FRAME]
    return min(samples), max(samples)


def test_a_stream_that_is_shown_again_at_once_goes_on_without_a_dip() -> None:
    with hearing(steady) as (heard, child):
        for first in range(3):
            heard.ticks(1, child, [showing(child, first, first + 1), showing(child, first + 1, first + 2)])

    assert level(heard, 0.5) == (LEVEL, LEVEL)


def test_a_stream_that_two_zones_show_is_heard_once_as_loud_as_the_louder() -> None:
    with hearing(steady) as (heard, child):
        heard.ticks(1, child, [showing(child, volume=0.2), showing(child, volume=0.5)])

    assert level(heard, 0.5) == (LEVEL // 2, LEVEL // 2)


def test_a_stream_without_sound_is_silence_and_keeps_nobody_waiting() -> None:
    with hearing() as (heard, child):
        heard.ticks(1, child, [showing(child)], lost=True)

    assert set(heard.speaker.samples) == {0}
    assert len(heard.speaker.samples) / 2 / RATE > 0.99


def test_a_child_never_waits_for_somebody_who_does_not_listen() -> None:
    with hearing() as (_, child):
        for second in range(20):
            child.writer.write(float(second), bytes(RATE * FRAME))
        child.sound.read()

        assert len(child.sound.pieces) <= KEPT


def test_what_waits_for_its_turn_comes_in_with_what_is_now() -> None:
    with hearing(steady) as (heard, child):
        for _ in range(60 * 12):
            child.send()
            child.sound.read()
            heard.clock.sleep(1 / 60)
        heard.ticks(0.5, child, [showing(child)])

    assert level(heard, 12.2) == (LEVEL, LEVEL)


@pytest.mark.parametrize(
    "lie",
    [
        PIECE.pack(float("nan"), 4) + bytes(16),
        PIECE.pack(0.0, MOST + 1) + bytes(9000),
        PIECE.pack(-sys.float_info.max, 1) + bytes(4),
    ],
)
def test_a_child_that_lies_is_only_silent(lie: bytes) -> None:
    with hearing() as (heard, child):
        heard.ticks(0.5, child, [showing(child)])
        os.write(child.descriptor, lie + struct.pack("<d", math.inf))
        heard.ticks(1.5, child, [showing(child)], lost=True)
        silent = set(heard.speaker.samples[-RATE // 2 :])

    assert silent == {0}
    assert loudest_step(heard.speaker.samples) < SMOOTH
