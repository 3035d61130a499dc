"""A sound device that writes to a file at the pace of a real one (SDL's disk driver), and when samples left for it."""

import os
import threading
import time
from array import array
from bisect import bisect_left
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
from tests.fakes.speakers import onsets
from vizora.manifest.model import ContentType

BEEPS = (0.5, 1.25)
LENGTH_MS = 2000
NEAR = timedelta(seconds=0.375)
"""Half of the shortest time between two beeps: what is heard further off is another one."""
IN_STEP = timedelta(seconds=0.1)
TAIL = timedelta(seconds=0.5)
"""What is due last may still wait in the device's queue when the recording ends."""


class Beeps(NamedTuple):
    apart: list[float]
    """Seconds after its picture at which each was heard."""
    unheard: int
    """Beeps whose picture was shown and which were not heard."""


@contextmanager
def disk_driver(file: Path) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in ("SDL_AUDIODRIVER", "SDL_DISKAUDIOFILE")}
    os.environ.update({"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(file)})
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


class Growth:
    """Notes on a thread when the file was how long."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._ending = threading.Event()
        self.sizes: list[int] = []
        self._times: list[datetime] = []
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._ending.set()
        self._thread.join()

    def when(self, frame: int) -> datetime:
        """When that frame was heard, had the device taken its buffers to a loudspeaker."""
        left = self._times[min(bisect_left(self.sizes, frame * FRAME), len(self.sizes) - 1)]
        return left + timedelta(seconds=BUFFER / RATE)

    def _watch(self) -> None:
        clock = SystemClock()
        while not self._ending.wait(0.001):
            size = self._file.stat().st_size if self._file.exists() else 0
            if not self.sizes or size > self.sizes[-1]:
                self.sizes.append(size)
                self._times.append(clock.now())


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
    film = marker_clips.beeping(root / "b.mp4", 9, LENGTH_MS / 1000, BEEPS)
    file, clock = root / "sound.raw", SystemClock()
    shown: dict[datetime, datetime] = {}
    with ExitStack() as sending, disk_driver(file):
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
            growth = Growth(file)
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
        growth.end()
    samples = array("h", file.read_bytes()[: file.stat().st_size // 4 * 4])
    heard = [growth.when(frame) for frame in onsets(samples)]
    return paired(shown, heard, end)
