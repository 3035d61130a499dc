"""The sound of a film, for the decoder child: written to a pipe on a thread of its own, from a given second on.

Sample n of the pipe belongs to `start + n / 48000` seconds of the pictures, whatever the file's own sound does:
silence is put in where it begins late or has holes, and what would be heard before `start` is left out.
"""

import contextlib
import os
import threading
from typing import TYPE_CHECKING

from edge.player.sound.mixing import FRAME, RATE

if TYPE_CHECKING:
    import av

HOLE = RATE // 50
"""Frames by which sound may lie beside its time before it is put right: 20 ms."""
LONGEST_HOLE = 60 * RATE


def start_sound(path: str, options: dict[str, str], start: float, descriptor: int) -> threading.Thread:
    """The thread writes until the end of the sound, then closes the pipe. Its faults cost the sound only."""
    thread = threading.Thread(target=_write, args=(path, options, start, descriptor), name="sound", daemon=True)
    thread.start()
    return thread


def _write(path: str, options: dict[str, str], start: float, descriptor: int) -> None:
    import av

    with (
        contextlib.suppress(av.error.FFmpegError, ValueError, OSError, MemoryError),
        av.open(path, options=options) as container,
    ):
        if container.streams.audio:
            _copy(container, start, descriptor)
    os.close(descriptor)


def _copy(container: "av.container.InputContainer", start: float, descriptor: int) -> None:
    import av

    stream = container.streams.audio[0]
    pictures = container.streams.video[0] if container.streams.video else stream
    zero = float((pictures.start_time or 0) * (pictures.time_base or 0))
    if start > 0:
        container.seek(int((start + zero) * av.time_base), backward=True)
    resampler = av.AudioResampler(format="s16", layout="stereo", rate=RATE)
    written = round(start * RATE)
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            continue
        for frame in frames:
            at = None if frame.time is None else round((frame.time - zero) * RATE)
            for part in resampler.resample(frame):
                samples = bytes(part.planes[0])[: part.samples * FRAME]
                if at is not None and abs(at - written) > (HOLE if written > start * RATE else 0):
                    samples = _put_right(samples, at - written)
                at = None
                _all(descriptor, samples)
                written += len(samples) // FRAME


def _put_right(samples: bytes, late: int) -> bytes:
    """Moves them by `late` frames: silence before them, or their beginning cut off."""
    if late > 0:
        return bytes(min(late, LONGEST_HOLE) * FRAME) + samples
    return samples[-late * FRAME :]


def _all(descriptor: int, samples: bytes) -> None:
    view = memoryview(samples)
    while view:
        view = view[os.write(descriptor, view) :]
