"""A libVLC child: `python -m edge.player.workers.vlc_decoder <parent> <memory> <announce> <free> <sound>`, then a job.

The same part as `workers.decoder`, played by libVLC through its memory callbacks. One player in a process that
lives for one item: nothing is created twice, so nothing can leak, and a crash of libVLC costs the item only.
libVLC tells no times with its pictures, so they are counted; it waits inside the display callback while the ring is
full, and is told to drop nothing for being late. It takes a film for over while its last picture still waits to be
shown, so it is made to pause there, and asked for that one. On a busy machine it now and then leaves out the first,
and a start in the middle is as exact as its seeking: a few pictures.
"""

import ctypes
import json
import mmap
import os
import sys
import threading
from bisect import bisect_right
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from edge.player.sound.streams import SoundWriter
from edge.player.source import TOLERANCE
from edge.player.workers.children import begin
from edge.player.workers.mp4_times import picture_times
from edge.player.workers.ring import MAX_HEIGHT, MAX_WIDTH, RingWriter

MEMORY = 3 << 30
FAILED = 3
ARGUMENTS = (
    "--quiet",
    "--no-xlib",
    "--no-osd",
    "--no-spu",
    "--no-stats",
    "--no-video-title-show",
    "--no-lua",
    "--avcodec-hw=none",
    "--no-drop-late-frames",
    "--no-skip-frames",
    "--no-avcodec-hurry-up",
)
STREAM_ARGUMENTS = (
    *(a for a in ARGUMENTS if a not in ("--no-stats", "--no-drop-late-frames")),
    "--network-caching=1000",
    "--cr-average=10",
)
"""libVLC takes a sender's clock for the mean of so many readings, five a second, and until it has that many the newest
counts for the rest: of 40, its own number, pictures and sound were moved to and fro for eight seconds."""
DEMUX = "mp4,mkv,ts,avi,none"
"""What a file may be. Not a playlist: those name other files and addresses, and would be followed."""
PARSE_MS = 5000
TAIL = 0.4
"""Seconds before the end at which a start behind that begins: libVLC shows nothing after a seek to the end."""
REDISPLAY = 0.075
"""libVLC shows a picture again after 80 ms without another one; that is not the next picture."""
HELD_BACK = 0.25
"""Seconds in which libVLC shows the next picture when it is asked to, if there is one."""
FRAME_RATE = 25.0

_Numbers = ctypes.POINTER(ctypes.c_uint)
FormatCallback = ctypes.CFUNCTYPE(
    ctypes.c_uint, ctypes.POINTER(ctypes.c_void_p), ctypes.c_void_p, _Numbers, _Numbers, _Numbers, _Numbers
)
"""Our own prototype: python-vlc's hands the chroma over as a copy, which can't be answered."""


class Film(NamedTuple):
    """What is known before the first picture."""

    width: int
    height: int
    rate: float
    seconds: float = 0.0
    times: tuple[float, ...] = ()
    """When each picture is due, where the file says so."""

    def first(self, start: float) -> int:
        """Number of the picture that is on at `start`."""
        if self.times:
            return max(0, bisect_right(self.times, start + TOLERANCE) - 1)
        return int((start + TOLERANCE) * self.rate)

    def time(self, number: int) -> float:
        if number < len(self.times):
            return self.times[number]
        beyond = number - max(0, len(self.times) - 1)
        return (self.times[-1] if self.times else 0.0) + beyond / self.rate


def main(arguments: list[str]) -> int:
    parent, memory_fd, written_fd, free_fd, sound_fd = (int(a) for a in arguments)
    begin(parent, MEMORY)
    ring = RingWriter(memory_fd, written_fd, free_fd)
    try:
        import vlc

        instance = vlc.Instance(list(ARGUMENTS))
        if instance is None:
            raise OSError("libVLC does not start")
    except (ImportError, OSError, NameError, AttributeError, NotImplementedError) as error:
        sys.stdin.readline()
        ring.fail(f"libVLC is not installed ({error})")
        return FAILED
    line = sys.stdin.readline()
    if not line:
        return 0
    job: dict[str, Any] = json.loads(line)
    try:
        if "url" in job:
            from edge.player.workers.vlc_stream import play_stream  # it builds on this module

            play_stream(vlc, ring, SoundWriter(sound_fd), job["url"])
        os.close(sound_fd)  # its films are silent
        Path(job["path"]).stat()
        _play(vlc, instance, ring, job["path"], job["start"], loop=job["loop"])
    except (OSError, ValueError) as error:
        ring.fail((error.strerror if isinstance(error, OSError) else None) or str(error))
        return FAILED
    return 0


def _play(vlc: Any, instance: Any, ring: RingWriter, path: str, start: float, *, loop: bool) -> None:
    """Returns at the end. Raises ValueError when there was no picture."""
    film = _film(vlc, instance, path)
    if film.seconds:
        start = min(start, max(0.0, film.seconds - TAIL))
    media = _media(instance, path)
    if start > 0:
        media.add_option(f":start-time={start:.3f}")
    media.add_option(":input-repeat=65535" if loop else ":play-and-pause")
    player = instance.media_player_new()
    player.set_media(media)
    media.release()
    pictures = Pictures(ring, film, start)
    player.video_set_callbacks(pictures.lock, None, pictures.display, None)
    player.video_set_format_callbacks(pictures.format, None)
    ended = threading.Event()
    events = player.event_manager()
    kinds = vlc.EventType
    for kind in (kinds.MediaPlayerPaused, kinds.MediaPlayerEndReached, kinds.MediaPlayerEncounteredError):
        events.event_attach(kind, lambda _: ended.set())
    player.play()
    ended.wait()
    if player.get_state() == vlc.State.Paused:
        pictures.finish(player.next_frame)
    if not pictures.count:
        raise ValueError(pictures.fault or "the file is damaged or is no video")


def _media(instance: Any, path: str) -> Any:
    media = instance.media_new_path(path)
    media.add_option(f":demux={DEMUX}")
    media.add_option(":no-audio")
    return media


def _film(vlc: Any, instance: Any, path: str) -> Film:
    """Asked of a media of its own. Raises ValueError when it isn't a film."""
    media = _media(instance, path)
    parsed = threading.Event()
    media.event_manager().event_attach(vlc.EventType.MediaParsedChanged, lambda _: parsed.set())
    media.parse_with_options(vlc.MediaParseFlag.local, PARSE_MS)
    parsed.wait(PARSE_MS / 1000 + 1)
    seconds = max(0, media.get_duration()) / 1000
    film = video_track(vlc, media)
    if film is None:
        raise ValueError("the file is damaged or is no video")
    return film._replace(seconds=seconds, times=_times(path))


def video_track(vlc: Any, media: Any) -> Film | None:
    """What a media says of its pictures, as far as it is known by now."""
    for track in media.tracks_get() or ():
        if track.type == vlc.TrackType.video:
            # a union in C; python-vlc declares its members one after the other
            video = ctypes.cast(track.audio, ctypes.POINTER(vlc.VideoTrack)).contents
            rate = video.frame_rate_num / video.frame_rate_den if video.frame_rate_den else 0.0
            return Film(video.width, video.height, rate or FRAME_RATE)
    return None


def _times(path: str) -> tuple[float, ...]:
    with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as data:
        return picture_times(data)


class Pictures:
    """libVLC's memory callbacks; they run on its threads and never call back into it."""

    def __init__(self, ring: RingWriter, film: Film, start: float) -> None:
        import vlc

        self.count = 0
        self.fault = ""
        self._ring = ring
        self._film = film
        self._first = film.first(start)
        self._buffer = ctypes.create_string_buffer(0)
        self._planes: list[tuple[int, int]] = []
        self._rows = 0
        self._seen = (0, 0)
        self._looks = b""
        self._shown_at = 0.0
        self._written = threading.Event()
        self._writing = threading.Lock()
        self._ending = False
        self.format = FormatCallback(self._format)
        self.lock = vlc.CallbackDecorators.VideoLockCb(self._lock)
        self.display = vlc.CallbackDecorators.VideoDisplayCb(self._display)

    def _format(self, _opaque: Any, chroma: int, widths: Any, heights: Any, pitches: Any, lines: Any) -> int:
        scale = min(1.0, MAX_WIDTH / widths[0], MAX_HEIGHT / heights[0])
        padded, rows = int(widths[0] * scale), int(heights[0] * scale)
        if scale < 1.0:
            widths[0], heights[0] = padded, rows
        half, half_rows = (padded + 1) // 2, (rows + 1) // 2
        ctypes.memmove(chroma, b"I420", 4)
        for plane, (pitch, line) in enumerate(((padded, rows), (half, half_rows), (half, half_rows))):
            pitches[plane], lines[plane] = pitch, line
        self._buffer = ctypes.create_string_buffer(padded * rows + 2 * half * half_rows + 64)
        y = ctypes.addressof(self._buffer)
        self._planes = [(y, padded), (y + padded * rows, half), (y + padded * rows + half * half_rows, half)]
        self._rows = rows
        self._seen = self._visible(padded, rows, scale)
        return 1

    def _visible(self, padded: int, rows: int, scale: float) -> tuple[int, int]:
        """Without the padding of libVLC's pictures, and turned if it has turned them."""
        width, height = int(self._film.width * scale), int(self._film.height * scale)
        if (width > height) != (padded > rows):
            width, height = height, width
        return min(width, padded) or padded, min(height, rows) or rows

    def _lock(self, _opaque: Any, planes: Any) -> int:
        for number, (address, _) in enumerate(self._planes):
            planes[number] = address
        return 1

    def _display(self, _opaque: Any, _picture: Any) -> None:
        if self._again():
            return
        self._write(self._film.time(self._first + self.count))

    def _write(self, time: float) -> None:
        begun = monotonic()
        with self._writing:
            try:
                self._ring.write(time, *self._seen, self._planes, 0)
            except (EOFError, OSError):
                os._exit(0)  # nobody looks any more
            except Exception as error:  # noqa: BLE001  what a hostile file makes of the picture's sizes
                self.fault = self.fault or str(error)
                return
            self.count += 1
            self._written.set()
        waited = monotonic() - begun
        # libVLC counts from its call; but while it had to wait for room, the next picture came
        self._shown_at = begun if waited < REDISPLAY else begun + waited

    def finish(self, next_frame: Callable[[], object]) -> None:
        """Gets the pictures out that libVLC holds back, on the thread of who calls it; `next_frame` asks for one."""
        self._ending = True
        all_known = len(self._film.times) if self._first == 0 else 0
        while not all_known or self.count < all_known:
            self._written.clear()
            next_frame()
            self._written.wait(HELD_BACK)
            with self._writing:  # it may be waiting for room
                if not self._written.is_set():
                    return

    def _again(self) -> bool:
        """Whether this is the last picture once more. At the end it is, if it looks the same."""
        y, pitch = self._planes[0]
        before, self._looks = self._looks, ctypes.string_at(y, pitch * self._seen[1])
        return self._looks == before and (self._ending or monotonic() - self._shown_at > REDISPLAY)


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(status)
