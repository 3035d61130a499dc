"""A stream by libVLC, for its child: HLS, UDP, RTP and whatever else Debian's libVLC opens. No picture ever waits."""

import ctypes
import threading
from time import monotonic
from typing import Any

from edge.clock import Clock, SystemClock
from edge.player.sound.mixing import FRAME, RATE
from edge.player.sound.streams import SoundWriter
from edge.player.workers.ring import RingWriter
from edge.player.workers.stream_decoder import OPEN_PATIENCE, STALL_PATIENCE
from edge.player.workers.vlc_decoder import STREAM_ARGUMENTS, Film, Pictures, video_track

LOOK_EVERY = 0.1
LOOKS = 9
"""At two clocks at once; a child that is put to sleep between the two only makes theirs seem nearer."""


class Sounds:
    """libVLC's memory callback for sound, which says when each block is due. As with pictures: it runs on a thread of
    libVLC's, never calls back into it, and never waits."""

    def __init__(self, vlc: Any, writer: SoundWriter, clock: Clock) -> None:
        self._writer = writer
        self._ahead = max(clock.monotonic() - monotonic() for _ in range(LOOKS))
        """Of libVLC's clock, which is CLOCK_MONOTONIC."""
        self.play = vlc.CallbackDecorators.AudioPlayCb(self._play)

    def _play(self, _opaque: Any, samples: int, frames: int, due: int) -> None:
        self._writer.write(due / 1e6 + self._ahead, ctypes.string_at(samples, frames * FRAME))


class LivePictures(Pictures):
    """The newest picture, or none when there is no room: what is late is left out."""

    def __init__(self, ring: RingWriter) -> None:
        super().__init__(ring, Film(0, 0, 0.0), 0.0)

    def learn(self, film: Film) -> None:
        """The size of what is to be seen, without libVLC's padding; known only once the stream plays."""
        self._film = film
        if self._planes:
            self._seen = self._visible(self._planes[0][1], self._rows, 1.0)

    def _display(self, _opaque: Any, _picture: Any) -> None:
        if self._film.width and self._ring.has_room():
            self._write(0.0)


def play_stream(vlc: Any, ring: RingWriter, sound: SoundWriter, url: str) -> None:
    """Returns never: raises ValueError when the stream ends, stops, or shows nothing."""
    instance = vlc.Instance(list(STREAM_ARGUMENTS))
    media = instance.media_new(url)
    player = instance.media_player_new()
    player.set_media(media)
    pictures = LivePictures(ring)
    player.video_set_callbacks(pictures.lock, None, pictures.display, None)
    player.video_set_format_callbacks(pictures.format, None)
    sounds = Sounds(vlc, sound, SystemClock())
    player.audio_set_callbacks(sounds.play, None, None, None, None, None)
    player.audio_set_format("S16N", RATE, FRAME // 2)
    ended = threading.Event()
    events = player.event_manager()
    for kind in (vlc.EventType.MediaPlayerEndReached, vlc.EventType.MediaPlayerEncounteredError):
        events.event_attach(kind, lambda _: ended.set())
    player.play()
    watch = Watch(monotonic())
    learned = False
    while not ended.wait(LOOK_EVERY):
        film = None if learned else video_track(vlc, media)
        if film is not None and film.width:
            pictures.learn(film)
            learned = True
        stats = vlc.MediaStats()
        media.get_stats(stats)
        if fault := watch.fault(pictures.count, stats.decoded_video, monotonic()):
            raise ValueError(fault)
    raise ValueError("the stream ended" if pictures.count else "the stream can't be opened, or holds no video")


class Watch:
    """Whether a stream has stopped, from how many pictures were shown and decoded so far. libVLC shows the last picture
    again and again, so only decoded ones count as life."""

    def __init__(self, now: float) -> None:
        self._decoded = 0
        self._since = now

    def fault(self, shown: int, decoded: int, now: float) -> str:
        """Empty while all is well; `now` in seconds."""
        if decoded != self._decoded:
            self._decoded, self._since = decoded, now
        patience = STALL_PATIENCE if shown else OPEN_PATIENCE
        return f"the stream sent nothing for {patience:.0f} s" if now - self._since > patience else ""
