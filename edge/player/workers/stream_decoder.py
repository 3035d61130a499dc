"""A stream by PyAV, for the decoder child: pictures at the pace they are due, the ones nobody has room for left out.

One thread reads, and passes sound on as it comes; the child's main one waits for each picture's time. So sound has a
head start, and is there when its picture is seen.
"""

import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from edge.clock import Clock, SystemClock
from edge.player.sound.mixing import FRAME, RATE
from edge.player.sound.streams import SoundWriter

if TYPE_CHECKING:
    import av

OPEN_PATIENCE, STALL_PATIENCE = 15.0, 5.0
"""Seconds without a first picture, or without a further one, after which a stream has failed."""
OPTIONS = {
    "protocol_whitelist": "rtsp,rtsps,rtp,srtp,udp,tcp,tls,http,https,httpproxy,crypto",
    "rtsp_flags": "prefer_tcp",
    "fflags": "nobuffer",
}
"""Not the file protocol: a playlist from elsewhere must not name files of this device."""
RESET = 2.0
"""Seconds by which a picture may be early or late before its stream's clock is believed to have been set."""
CUSHION, LATE = 0.5, 0.1
"""Seconds for which a stream with sound is held back, and by which it may still come late: then it is held back anew,
for sound can't be heard in the past. A stream without sound is shown as it comes."""
AHEAD = 1.0
"""Seconds by which a stream that is fetched, and comes faster than it plays, is read ahead: what the sound's pipe
holds. One that is sent is read as it comes: senders let go of who doesn't listen."""
WAITING = 256
"""Packets read ahead, at most."""


def stream(url: str, deliver: Callable[["av.VideoFrame"], None], sound: SoundWriter) -> None:
    """Returns never: raises ValueError when the stream ends, FFmpegError or OSError when it fails."""
    import av

    clock = SystemClock()
    reader = Reader(url, sound, clock)
    threading.Thread(target=reader.run, name="stream", daemon=True).start()
    while True:
        passed = reader.passed.get()
        if isinstance(passed, Exception):
            raise passed
        packet, shift = passed
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            continue  # a stream is joined anywhere, and loses packets
        for frame in frames:
            if frame.time is not None:
                clock.sleep(min(max(0.0, frame.time + shift - clock.monotonic()), AHEAD + CUSHION))
            deliver(frame)


class Reader:
    """What it opened stays open: the process ends with its stream, and pictures on their way still belong to it."""

    def __init__(self, url: str, sound: SoundWriter, clock: Clock) -> None:
        self.passed: queue.Queue[tuple[av.Packet[Any], float] | Exception] = queue.Queue(WAITING)
        self._url = url
        self._fetched = url.lower().startswith("http")
        self._sound = sound
        self._clock = clock

    def run(self) -> None:
        import av

        try:
            self._read()
        except av.error.ExitError:
            self.passed.put(ValueError(f"the stream sent nothing for {STALL_PATIENCE:.0f} s"))
        except Exception as error:  # noqa: BLE001  the main thread raises it
            self.passed.put(error)
        else:
            self.passed.put(ValueError("the stream ended"))

    def _read(self) -> None:
        import av

        self._container = container = av.open(self._url, options=OPTIONS, timeout=(OPEN_PATIENCE, STALL_PATIENCE))
        if not container.streams.video:
            raise ValueError("there is no video in this stream")
        pictures, sounds = container.streams.video[0], container.streams.audio[:1]
        pace = Pace(CUSHION if sounds else 0.0)
        loud = Loud(self._sound)
        for packet in container.demux(pictures, *sounds):
            now = self._clock.monotonic()
            time = None if packet.dts is None else float(packet.dts * packet.time_base)
            shift = pace.shift(time, now, leads=packet.stream is pictures)
            if packet.stream is not pictures:
                loud.hear(packet, shift)
                continue
            if time is not None and self._fetched:
                self._clock.sleep(max(0.0, time + shift - AHEAD - now))
            self.passed.put((packet, shift))


class Pace:
    """What to add to a stream's time for the instant at which it is due. All in seconds."""

    def __init__(self, cushion: float) -> None:
        self._cushion = cushion
        self._latest = -LATE if cushion else -RESET
        self._shift: float | None = None

    def shift(self, time: float | None, now: float, *, leads: bool = True) -> float:
        """For what came at `now`; only pictures lead, sound follows theirs."""
        if self._shift is None or (leads and time is not None and not self._latest < time + self._shift - now < RESET):
            self._shift = now + self._cushion - (time or 0.0)
        return self._shift


class Loud:
    """Sound as the mixer takes it. What can't be decoded is left out."""

    def __init__(self, writer: SoundWriter) -> None:
        self._writer = writer
        self._resampler: av.AudioResampler | None = None

    def hear(self, packet: "av.Packet[Any]", shift: float) -> None:
        import av

        try:
            frames: list[Any] = packet.decode()
            for frame in frames:
                self._resampler = self._resampler or av.AudioResampler(format="s16", layout="stereo", rate=RATE)
                for part in self._resampler.resample(frame):
                    if part.time is not None:
                        self._writer.write(part.time + shift, bytes(part.planes[0])[: part.samples * FRAME])
        except (av.error.FFmpegError, ValueError):
            self._resampler = None  # it may have changed what it is in the middle
