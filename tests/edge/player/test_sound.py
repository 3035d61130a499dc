"""Sound in step with the picture: in virtual time to the sample, and as a sound device was given it in real time."""

import statistics
from array import array
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from edge.player.sound import Mixer
from edge.player.speaker import SdlSpeaker
from tests.edge.player.rig import PLAYLIST, START, Library, Rig, VirtualClock, playing
from tests.fakes import marker_clips
from tests.fakes.recording import sound_after_picture
from tests.fakes.speakers import VirtualSpeaker, loudest_step, loudness, onsets
from vizora.manifest.model import ContentType, Manifest

BEEPS = (0.5, 1.25)
"""Seconds at which the clips beep."""
LENGTH = 2000
MONO = 20_000 / 2
"""How loud a tone of one channel is on two: a half of its power each, and the mean of a sine."""
STEP = 0.04
"""Seconds by which sound may lie beside its picture."""


@pytest.fixture(scope="module")
def beeping(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return marker_clips.beeping(tmp_path_factory.mktemp("beeps") / "b.mp4", 9, LENGTH / 1000, BEEPS).read_bytes()


@pytest.fixture(scope="module")
def humming(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A tone without an end, which any cut makes click."""
    beeps = tuple(n / 10 for n in range(20))
    return marker_clips.beeping(tmp_path_factory.mktemp("hum") / "h.mp4", 10, LENGTH / 1000, beeps).read_bytes()


class Hearing:
    """A rig with a virtual speaker."""

    def __init__(self, library: Library, manifest: Manifest, drift: float = 0.0) -> None:
        library.publish(manifest)
        self.speakers: list[VirtualSpeaker] = []
        self.rig = Rig(library, mixer=lambda clock: self._mixer(clock, drift))

    def _mixer(self, clock: VirtualClock, drift: float) -> Mixer:
        self.speakers.append(VirtualSpeaker(clock, drift))
        return Mixer(self.speakers[0])

    def play(self, ticks: int) -> "array[int]":
        with playing(self.rig) as rig:
            rig.begin()
            for _ in rig.ticks(ticks):
                pass
        return self.speakers[0].samples


def expected(until: datetime) -> list[datetime]:
    """When the beeps of the item that goes round are due."""
    length = timedelta(milliseconds=LENGTH)
    first = START - (START - datetime.fromtimestamp(0, START.tzinfo)) % length
    due = [first + length * n + timedelta(seconds=beep) for n in range(60) for beep in BEEPS]
    return [at for at in due if START + timedelta(seconds=0.1) <= at < until]


@pytest.mark.parametrize("drift", [0.0, 0.002, -0.002])
def test_every_beep_is_heard_with_its_picture(drift: float, library: Library, beeping: bytes) -> None:
    content = library.add(9, ContentType.VIDEO, beeping, LENGTH)
    hearing = Hearing(library, library.manifest((content, LENGTH)), drift)
    samples = hearing.play(60 * 8)

    heard = [hearing.speakers[0].when(frame) for frame in onsets(samples)]
    due = expected(START + timedelta(seconds=8))
    assert len(heard) == len(due)
    assert max(abs((a - b).total_seconds()) for a, b in zip(heard, due, strict=True)) < STEP / 2


def test_sound_that_keeps_its_own_time_would_be_caught(library: Library, beeping: bytes) -> None:
    content = library.add(9, ContentType.VIDEO, beeping, LENGTH)
    hearing = Hearing(library, library.manifest((content, LENGTH)))
    samples = array("h", bytes(4 * 4800)) + hearing.play(60 * 4)

    heard = [hearing.speakers[0].when(frame) for frame in onsets(samples)]
    due = expected(START + timedelta(seconds=4))
    assert max(abs((a - b).total_seconds()) for a, b in zip(heard, due, strict=False)) > STEP


def test_a_late_start_joins_the_sound_too(library: Library, beeping: bytes) -> None:
    content = library.add(9, ContentType.VIDEO, beeping, LENGTH)
    library.publish(library.manifest((content, LENGTH)))
    speakers: list[VirtualSpeaker] = []

    def mixer(clock: VirtualClock) -> Mixer:
        clock.to_tick(60)
        speakers.append(VirtualSpeaker(clock))
        return Mixer(speakers[0])

    with playing(Rig(library, mixer=mixer)) as rig:
        rig.leap(60)
        rig.begin()
        for _ in rig.ticks(30):
            pass

    heard = [speakers[0].when(frame) for frame in onsets(speakers[0].samples)]
    due = [START + timedelta(seconds=1.25)]
    assert [abs((a - b).total_seconds()) < STEP / 2 for a, b in zip(heard, due, strict=True)] == [True]


def test_items_follow_each_other_without_a_click(library: Library, humming: bytes) -> None:
    content = library.add(10, ContentType.VIDEO, humming, LENGTH)
    manifest = library.manifest((content, 700))
    samples = Hearing(library, manifest).play(60 * 3)
    smooth = 20_000 * 0.8 * 2 * 3.15 * marker_clips.TONE / 48_000

    assert loudness(samples) > 5000
    assert loudest_step(samples) < smooth * 1.2


def test_a_cut_without_fades_would_click(library: Library, humming: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.player.sound.FADE", 1e-9)
    content = library.add(10, ContentType.VIDEO, humming, LENGTH)
    samples = Hearing(library, library.manifest((content, 703))).play(60 * 3)

    assert loudest_step(samples) > 20_000 * 0.8 * 2 * 3.15 * marker_clips.TONE / 48_000 * 1.2


@pytest.mark.parametrize(
    ("screen", "item", "share"), [(100, None, 1.0), (50, None, 0.5), (100, 50, 0.5), (80, 50, 0.4)]
)
def test_screen_and_item_say_how_loud(
    screen: int, item: int | None, share: float, library: Library, humming: bytes
) -> None:
    content = library.add(10, ContentType.VIDEO, humming, LENGTH)
    manifest = library.manifest((content, LENGTH))
    playlist = manifest.playlists[PLAYLIST]
    items = tuple(replace(one, volume=item) for one in playlist.items)
    manifest = replace(
        manifest,
        screen=replace(manifest.screen, volume=screen),
        playlists={PLAYLIST: replace(playlist, items=items)},
    )
    samples = Hearing(library, manifest).play(60)

    assert loudness(samples[-24_000:]) == pytest.approx(MONO * share, rel=0.1)


def test_a_muted_item_is_silent(library: Library, humming: bytes) -> None:
    content = library.add(10, ContentType.VIDEO, humming, LENGTH)
    manifest = library.manifest((content, LENGTH))
    samples = Hearing(library, replace(manifest, screen=replace(manifest.screen, volume=0))).play(30)

    assert set(samples) <= {0}


class Deluded(SdlSpeaker):
    """Takes its device for faster than it is, as a player that doesn't know how much it has queued."""

    def pending(self) -> float | None:
        pending = super().pending()
        return None if pending is None else pending - 0.4


@pytest.mark.parametrize(("speaker", "in_step"), [(SdlSpeaker, True), (Deluded, False)])
def test_a_device_gets_each_beep_with_its_picture(speaker: type[SdlSpeaker], in_step: bool, tmp_path: Path) -> None:
    """In real time, so with room for a busy machine; how near they really are `python -m bench.player` says."""
    apart = sound_after_picture(tmp_path, 9, speaker)

    assert len(apart) > 3
    assert (abs(statistics.median(apart)) < 0.2) is in_step


def test_without_a_sound_device_it_plays_in_silence(
    library: Library, beeping: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "no such driver")
    content = library.add(9, ContentType.VIDEO, beeping, LENGTH)
    library.publish(library.manifest((content, LENGTH)))
    speakers: list[SdlSpeaker] = []

    def mixer(_: VirtualClock) -> Mixer:
        speakers.append(SdlSpeaker())
        return Mixer(speakers[0])

    with playing(Rig(library, mixer=mixer)) as rig:
        speakers[0].look(0.0)
        rig.begin()
        seen = [rig.marker() for _ in rig.ticks(30)]

    assert speakers[0].pending() is None
    assert [marker for marker in seen if marker is None or marker[0] != 9] == []
