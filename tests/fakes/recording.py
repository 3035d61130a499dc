"""A sound device of exact pace behind SDL's disk driver, and how long after its picture each beep is heard from it."""

import fcntl
import os
import threading
import time
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from edge.clock import SystemClock
from edge.config import VideoBackend
from edge.player.sound.mixing import FRAME, RATE, Mixer
from edge.player.sound.speaker import BUFFER, SdlSpeaker
from tests.edge.player.rig import Library, Rig, playing
from tests.fakes import marker_clips, streams
from tests.fakes.marker_clips import SEAMLESS, SOUND_RATE
from tests.fakes.speakers import onsets
from vizora.manifest.model import ContentType

BEEPS = (0.5, 1.25)
LENGTH_MS = 2000
NEAR = timedelta(seconds=0.375)
"""Half of the shortest time between two beeps: what is heard further off is another one."""
IN_STEP = timedelta(seconds=0.1)
TAIL = timedelta(seconds=0.5)
"""What is due last may still wait in the device's queue when the recording ends."""
TAKEN = 4096
"""Bytes: a page, as little as a pipe holds, and what C's streams write at once."""
UNTOLD = 5 * BUFFER
"""Frames that SDL has let go of and says nothing about: of five buffers one is in its hand, two in its stream, and of
the two in the pipe and the two that were taken last half are over."""
PATIENT = 0.1
"""Seconds by which a busy machine may take late; what is later than that a device would have been without."""


class Beeps(NamedTuple):
    apart: list[float]
    """Seconds after its picture at which each was heard."""
    unheard: int
    """Beeps whose picture was shown and which were not heard."""


@contextmanager
def disk_driver(file: Path) -> Iterator[None]:
    own = {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(file), "SDL_DISKAUDIODELAY": "0"}
    before = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


class Recorder:
    """A sound device at the end of a pipe, which SDL's disk driver takes for its file: it takes exactly `RATE` samples
    a second and keeps them. On its own that driver has some 5 % too many, which no sound could follow.
    """

    def __init__(self, pipe: Path) -> None:
        self.samples = array("h")
        os.mkfifo(pipe)
        self._descriptor = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        fcntl.fcntl(self._descriptor, fcntl.F_SETPIPE_SZ, TAKEN)
        self._clock = SystemClock()
        self._ending = threading.Event()
        self._paces: list[tuple[int, datetime]] = []
        """From which frame on the next came without a break, and when that one was taken."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._ending.set()
        self._thread.join()
        os.close(self._descriptor)

    def when(self, frame: int) -> datetime:
        """When that frame was heard, as far as SDL tells the player."""
        first, at = self._paces[bisect_right(self._paces, frame, key=lambda pace: pace[0]) - 1]
        return at + timedelta(seconds=(frame - first - UNTOLD) / RATE)

    def _run(self) -> None:
        due = self._clock.monotonic()
        while not self._ending.wait(max(0.0, due - self._clock.monotonic())):
            try:
                took = os.read(self._descriptor, TAKEN)
            except BlockingIOError:
                took = b""
            late = self._clock.monotonic() - due
            if not took:
                self._ending.wait(0.001)
                continue
            if not self._paces or late > PATIENT:
                self._paces.append((len(self.samples) // 2, self._clock.now()))
                due += late
            self.samples.frombytes(took)
            due += len(took) / FRAME / RATE


def paired(shown: Mapping[datetime, datetime], heard: Sequence[datetime], end: datetime) -> Beeps:
    """`shown` says of each beep's instant when its picture came; a stream's beeps are due with their pictures.

    A recording begins with the first picture in step with the clock: before, a cold start is catching up, and what was
    not heard by then never is.
    """
    due = sorted(at for at in shown if at < end - TAIL)
    started = next((at for at in due if abs(shown[at] - at) < IN_STEP), end)
    apart, unheard = [], 0
    for at in (at for at in due if at >= started):
        own = [(one - shown[at]).total_seconds() for one in heard if abs(one - at) < NEAR]
        apart += [min(own, key=abs)] if own else []
        unheard += not own
    return Beeps(apart, unheard)


def sound_after_picture(
    root: Path,
    seconds: float,
    make: Callable[[], SdlSpeaker] = SdlSpeaker,
    *,
    stream_by: VideoBackend | None = None,
) -> Beeps:
    """Plays a film in real time, or the same as a stream by that library, and tells beeps and pictures apart."""
    (root / "device").mkdir(parents=True)
    library = Library(root / "device")
    seconds_of_it, sound_rate = (LENGTH_MS / 1000, SOUND_RATE) if stream_by is None else SEAMLESS
    film = marker_clips.beeping(root / "b.mp4", 9, seconds_of_it, BEEPS, sound_rate)
    device, clock = Recorder(root / "sound"), SystemClock()
    shown: dict[datetime, datetime] = {}
    with ExitStack() as sending, disk_driver(root / "sound"):
        sending.callback(device.end)
        if stream_by is None:
            content = library.add(9, ContentType.VIDEO, film.read_bytes(), LENGTH_MS)
            library.publish(library.manifest((content, LENGTH_MS)))
        else:
            url, _ = sending.enter_context(streams.udp(film))
            library.publish(library.manifest((library.stream(9, url), 3_600_000)))
        speaker: list[SdlSpeaker] = []

        def mixer(_: object) -> Mixer:
            speaker.append(make())
            return Mixer(speaker[0], clock.monotonic)

        with playing(Rig(library, clock=clock, mixer=mixer, backend=stream_by or VideoBackend.PYAV)) as rig:
            rig.look()
            give_up = time.monotonic() + seconds
            before, due = None, clock.monotonic()
            while time.monotonic() < give_up:
                speaker[0].look(clock.monotonic())
                rig.player.tick()
                marker = rig.marker()
                for beep in BEEPS:
                    number = int(beep * marker_clips.FPS)
                    if before is not None and marker is not None and before[1] < number <= marker[1]:
                        came = clock.now() - timedelta(seconds=number / marker_clips.FPS - beep)
                        started = rig.player.show.shown[0].answer.started_at
                        shown[came if stream_by else started + timedelta(seconds=beep)] = came
                before = marker
                due = rig.player.next_tick(due)
                clock.sleep(max(0.0, due - clock.monotonic()))
            end = clock.now()
    heard = [device.when(frame) for frame in onsets(device.samples)]
    return paired(shown, heard, end)
