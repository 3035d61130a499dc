"""`python -m edge.player.workers.decoder <parent> <memory> <announce> <free> <sound>`, then a job on stdin: PyAV.

It plays one file and ends: status 0 when every picture was delivered, 3 with a reason in the ring when not; or one
stream as long as it lasts, and then status 3.
It trusts nothing in the file; a damaged packet costs that packet.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.player.sound.streams import SoundWriter
from edge.player.workers.animated import LOOKED_AT, is_webp, webp_pictures
from edge.player.workers.children import begin
from edge.player.workers.decoder_sound import start_sound
from edge.player.workers.deinterlacing import progressive
from edge.player.workers.ring import MAX_HEIGHT, MAX_WIDTH, RingWriter
from edge.player.workers.stream_decoder import stream

if TYPE_CHECKING:
    import av

MEMORY = 3 << 30
FAILED = 3
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,avi,gif"
"""What a file may be. Not a playlist: those name other files and addresses, and would be followed."""
PLAYED = "MP4, MOV, Matroska, WebM, MPEG-TS, AVI and animated GIF or WebP"
OPTIONS = {"protocol_whitelist": "file", "format_whitelist": FORMATS}
LAST_SOUND = 0.5
"""Seconds the end waits for sound that isn't in its pipe yet."""
PLAIN = "yuv420p"
HD_ROWS = 576
"""Above this many rows the stage takes BT.709, up to it BT.601, as players do for files that don't say."""


def main(arguments: list[str]) -> int:
    parent, memory_fd, written_fd, free_fd, sound_fd = (int(a) for a in arguments)
    begin(parent, MEMORY)
    import av  # takes a long time: a warm child has it behind it

    ring = RingWriter(memory_fd, written_fd, free_fd)
    line = sys.stdin.readline()
    if not line:
        return 0
    job: dict[str, Any] = json.loads(line)
    try:
        if "url" in job:
            sound_out = SoundWriter(sound_fd)
            stream(job["url"], lambda frame: _deliver(ring, 0.0, frame) if ring.has_room() else None, sound_out)
        if job["loop"]:
            os.close(sound_fd)  # animations are silent
            sound = None
        else:
            sound = start_sound(job["path"], OPTIONS, job["start"], sound_fd)
        pictures = _looped(job["path"], job["start"]) if job["loop"] else _pictures(job["path"], job["start"])
        for time, frame in progressive(pictures):
            _deliver(ring, time, frame)
        if sound is not None:
            sound.join(LAST_SOUND)
    except (av.error.FFmpegError, ValueError, IndexError, MemoryError, OSError) as error:
        ring.fail(_words(error))
        return FAILED
    return 0


def _pictures(path: str, start: float) -> Iterator[tuple[float, "av.VideoFrame"]]:
    """(seconds from the beginning, picture): from the one that is on at `start` to the end.

    The first one is on from the start, also where the file has it begin a little later.
    """
    import av

    with Path(path).open("rb") as file:
        if is_webp(file.read(LOOKED_AT)):
            yield from webp_pictures(path)
            return
    with av.open(path, options=OPTIONS) as container:
        if not container.streams.video:
            raise ValueError("there is no video in this file")
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = 2
        tick = float(stream.time_base or 0.04)
        step = 1 / float(stream.average_rate or 25)
        zero = stream.start_time
        if start > 0:
            container.seek(int(start / tick) + (zero or 0), stream=stream, backward=True)
        waiting: tuple[float, av.VideoFrame] | None = None
        bad, time = 0, -step
        packets = container.demux(stream)
        for packet in packets:
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                bad += 1
                continue
            for frame in frames:
                if frame.pts is None:
                    time += step
                else:
                    zero = frame.pts if zero is None else zero
                    time = (frame.pts - zero) * tick
                if waiting is None:
                    time = min(time, start)
                elif time > start:
                    yield waiting
                waiting = (time, frame)
        if waiting is None:
            raise ValueError("the file holds no picture that can be decoded" + (f" ({bad} damaged)" if bad else ""))
        yield waiting


def _looped(path: str, start: float) -> Iterator[tuple[float, "av.VideoFrame"]]:
    """The same over and over, as animations are shown; a single picture once."""
    offset = 0.0
    while True:
        waiting: tuple[float, av.VideoFrame] | None = None
        steps: list[float] = []
        for time, frame in _pictures(path, 0.0):
            if waiting is not None:
                steps.append(offset + time - waiting[0])
                if offset + time > start:
                    yield waiting
            waiting = (offset + time, frame)
        assert waiting is not None
        length = waiting[1].duration * float(waiting[1].time_base or 0) if waiting[1].duration else 0.0
        offset = waiting[0] + (length or (steps[-1] if steps else 0.0))
        if not steps or offset > start:
            yield waiting
        if not steps:
            return


def _deliver(ring: RingWriter, time: float, frame: "av.VideoFrame") -> None:
    frame = _plain(frame)
    planes = [(plane.buffer_ptr, plane.line_size) for plane in frame.planes]
    ring.write(time, frame.width, frame.height, planes, _clockwise(frame.rotation))


def _clockwise(rotation: float) -> int:
    """FFmpeg says how far the camera's note turns the picture counterclockwise; anything but quarters is not turned."""
    turn = -round(rotation) % 360
    return turn if turn % 90 == 0 else 0


def _plain(frame: "av.VideoFrame") -> "av.VideoFrame":
    """The picture as 8 bit I420, no larger than the ring's slots."""
    scale = min(1.0, MAX_WIDTH / frame.width, MAX_HEIGHT / frame.height)
    if frame.format.name == PLAIN and scale == 1.0:
        return frame
    width, height = max(2, int(frame.width * scale)), max(2, int(frame.height * scale))
    return frame.reformat(width=width, height=height, format=PLAIN)


def _words(error: Exception) -> str:
    import av

    if isinstance(error, av.error.InvalidDataError):
        return "the file is damaged or is no video"
    if isinstance(error, av.error.ArgumentError):  # what FFmpeg says of a format that isn't on the list
        return f"this kind of file is not played; {PLAYED} are"
    if isinstance(error, av.error.FFmpegError | OSError):
        return error.strerror or type(error).__name__
    return str(error) or type(error).__name__


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(status)
