"""Sound in step with the picture: in virtual time to the sample, and as a sound device was given it in real time."""

import fcntl
import os
from array import array
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from edge.config import VideoBackend
from edge.player.sound.films import PIPE_SIZE, Pcm
from edge.player.sound.mixing import RATE, Heard, Mixer
from edge.player.sound.speaker import SdlSpeaker, may_be_heard
from tests.edge.player.rig import PLAYLIST, START, Library, Rig, VirtualClock, playing
from tests.fakes import marker_clips
from tests.fakes.recording import Beeps, paired, sound_after_picture
from tests.fakes.speakers import VirtualSpeaker, loudest_step, loudness, onsets
from vizora.manifest.model import ContentType, Manifest

BEEPS = (0.5, 1.25)
"""Seconds at which the clips beep."""
LENGTH = 2000
MONO = 20_000 / 2
"""How loud a tone of one channel is on two: a half of its power each, and the mean of a sine."""
STEP = 0.04
"""Seconds by which sound may lie beside its picture."""
ENOUGH = 4
"""Beeps by which a device is judged."""


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
        return Mixer(self.speakers[0], clock.monotonic)

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
        return Mixer(speakers[0], clock.monotonic)

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
    monkeypatch.setattr("edge.player.sound.films.FADE", 1e-9)
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


def test_a_device_gets_each_beep_with_its_picture(tmp_path: Path) -> None:
    """In real time, so a busy machine gets longer recordings; how near they really are `make bench` says."""
    recordings = (sound_after_picture(tmp_path / str(seconds), seconds) for seconds in (9, 15, 30))

    assert any(map(is_in_step, recordings))


def test_a_player_that_does_not_know_what_it_has_queued_is_caught(tmp_path: Path) -> None:
    assert not is_in_step(sound_after_picture(tmp_path, 9, Deluded))


@pytest.mark.parametrize("backend", [VideoBackend.VLC, VideoBackend.PYAV])
def test_a_device_gets_each_beep_of_a_stream_with_its_picture(backend: VideoBackend, tmp_path: Path) -> None:
    """In real time, so a busy machine gets longer recordings; how near they really are `make bench` says."""
    recordings = (sound_after_picture(tmp_path / str(seconds), seconds, stream_by=backend) for seconds in (10, 15, 30))

    assert any(map(is_in_step, recordings))


def test_a_stream_whose_sound_is_heard_too_late_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.player.sound.streams.SEEN_AFTER", 0.3)

    assert not is_in_step(sound_after_picture(tmp_path, 10, stream_by=VideoBackend.PYAV))


def is_in_step(beeps: Beeps) -> bool:
    """Whether most beeps, of those that can be judged, were heard with their picture."""
    due = len(beeps.apart) + beeps.unheard
    return due >= ENOUGH and sum(abs(apart) < 0.2 for apart in beeps.apart) * 2 > due


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_a_beep_that_was_not_heard_is_not_taken_for_its_neighbour() -> None:
    """What a bench once called a beep 1,005 ms off: its picture came 245 ms late, and the next one was heard."""
    shown = {at(0.5): at(0.51), at(1.25): at(1.495), at(2.5): at(2.5)}

    beeps = paired(shown, [at(0.52), at(2.5)], at(9))

    assert beeps.apart == pytest.approx([0.01, 0.0])
    assert beeps.unheard == 1


def test_a_cold_start_and_an_unfinished_end_are_no_part_of_the_recording() -> None:
    shown = {at(0.5): at(1.266), at(1.25): at(1.26), at(8.5): at(8.5)}

    beeps = paired(shown, [at(1.27)], at(8.6))

    assert beeps.apart == pytest.approx([0.01])
    assert beeps.unheard == 0


NAP = 0.06
"""Seconds: shorter than what is queued, so nothing need be heard of it."""


class Preempting(VirtualSpeaker):
    """Its process is put to sleep once, at the worst place: between a look at the clock and one at the queue."""

    def __init__(self, clock: VirtualClock, asleep_at: int) -> None:
        super().__init__(clock)
        self._virtual, self._looks_left = clock, asleep_at

    def pending(self) -> float | None:
        self._looks_left -= 1
        if self._looks_left == 0:
            self._virtual.sleep(NAP)
        return super().pending()


def quietest(asleep_at: int) -> int:
    """Of a steady sound of a second, in a player that is put to sleep at its nth look at the queue."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
    os.write(writing, array("h", [20_000]) * (2 * RATE))
    os.close(writing)
    clock, pcm = VirtualClock(), Pcm(reading)
    speaker = Preempting(clock, asleep_at)
    mixer, heard = Mixer(speaker, clock.monotonic), Heard(pcm, START, START + timedelta(seconds=1), 1.0)
    while clock.now() < heard.ends:
        mixer.step(clock.now, [heard])
        clock.sleep(1 / 60)
    pcm.close()
    return min(speaker.samples[round(0.05 * RATE) * 2 : round(0.95 * RATE) * 2])


LOOKS = range(20, 150, 13)


def test_a_player_that_was_put_to_sleep_for_a_moment_is_heard_without_a_hole() -> None:
    assert [quietest(look) for look in LOOKS] == [20_000 for _ in LOOKS]


def test_a_mixer_that_looks_at_the_clock_once_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.player.sound.mixing.READINGS", 1)

    assert min(quietest(look) for look in LOOKS) == 0


def test_without_a_sound_device_it_plays_in_silence(
    library: Library, beeping: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "no such driver")
    content = library.add(9, ContentType.VIDEO, beeping, LENGTH)
    library.publish(library.manifest((content, LENGTH)))
    speakers: list[SdlSpeaker] = []

    def mixer(clock: VirtualClock) -> Mixer:
        speakers.append(SdlSpeaker())
        return Mixer(speakers[0], clock.monotonic)

    with playing(Rig(library, mixer=mixer)) as rig:
        speakers[0].look(0.0)
        rig.begin()
        seen = [rig.marker() for _ in rig.ticks(30)]

    assert speakers[0].pending() is None
    assert [marker for marker in seen if marker is None or marker[0] != 9] == []


@pytest.mark.parametrize(
    ("environ", "there", "worth_asking"),
    [
        ({}, "", False),
        ({}, "snd/pcmC0D0p", True),
        ({}, "snd/pcmC0D0c", False),
        ({}, "snd/timer", False),
        ({"SDL_AUDIODRIVER": "disk"}, "", True),
        ({"PULSE_SERVER": "tcp:10.0.0.1"}, "", True),
        ({"XDG_RUNTIME_DIR": "run"}, "run/pulse/native", True),
        ({"XDG_RUNTIME_DIR": "run"}, "run/pipewire-0", True),
        ({"XDG_RUNTIME_DIR": "run"}, "run/bus", False),
    ],
)
def test_a_sound_device_is_asked_for_only_where_there_may_be_one(
    environ: dict[str, str], there: str, worth_asking: bool, tmp_path: Path
) -> None:
    if there:
        (tmp_path / there).parent.mkdir(parents=True)
        (tmp_path / there).touch()
    environ = {name: str(tmp_path / value) if name == "XDG_RUNTIME_DIR" else value for name, value in environ.items()}

    assert may_be_heard(environ, tmp_path / "snd") is worth_asking
