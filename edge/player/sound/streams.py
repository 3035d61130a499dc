"""The sound of streams: pieces of it, each with the instant at which it is to be heard, from a child to the mixer.

A stream has no beginning from which its samples could be counted, loses some, and its clock is not ours. So a voice
lays pieces that belong together end to end, takes a slow clock's differences up a sample at a time, and where sound is
missing or its time jumps it fades out, and in again.
"""

import contextlib
import math
import os
import struct
from collections import deque
from collections.abc import Sequence

from edge.player.sound.films import READS, Pcm
from edge.player.sound.mixing import (
    BLOCK,
    FADE,
    FRAME,
    LOOSE,
    RATE,
    SMOOTH,
    STEP,
    Heard,
    Mix,
    Moment,
    Voice,
    mix_steps,
    nudge,
    stretched,
)

PIECE = struct.Struct("<dH")
"""Seconds of `edge.clock`'s monotonic clock at which it is heard, and how many frames follow."""
MOST = 340
"""Frames of a piece: three fill a page of the pipe, and each is written whole or not at all (pipe(7), PIPE_BUF)."""
KEPT = 1024
"""Pieces that may wait, some five seconds: what nobody listens to is forgotten."""
LONGEST = 1e9
"""Seconds of the clock that no device reaches."""
AHEAD = 5.0
"""Seconds beyond which a piece's time is not believed: streams' clocks are set, and set back."""
SEEN_AFTER = 0.015
"""Seconds from a picture's arrival to its being seen: half a tick until it is looked for, and its way to the glass."""
RESERVE = round(FADE * RATE) + 8
"""Frames that must lie behind a block that is heard, to fade in should nothing more come."""
MOST_CHANGE = STEP / RATE / FADE
"""Of the volume, in a step."""


class SoundWriter:
    """The child's side. Never waits: what finds no room in the pipe is left out."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        os.set_blocking(descriptor, False)

    def write(self, at: float, samples: bytes) -> None:
        """Samples of which the first is to be heard at `at`, in seconds of the monotonic clock."""
        frames = len(samples) // FRAME
        size = math.ceil(frames / max(1, math.ceil(frames / MOST)))
        for first in range(0, frames, max(1, size)):
            part = samples[first * FRAME : (first + size) * FRAME]
            with contextlib.suppress(BlockingIOError, BrokenPipeError):
                os.write(self._descriptor, PIECE.pack(at + first / RATE, len(part) // FRAME) + part)


class LiveSound:
    """The stage's side. The pipe is the decoder's."""

    def __init__(self, pcm: Pcm) -> None:
        self.pieces: deque[tuple[float, bytes]] = deque(maxlen=KEPT)
        self._pcm = pcm
        self._unread = bytearray()

    def voice(self) -> Voice:
        return LiveVoice(self)

    def read(self) -> None:
        """Takes what came. Never blocks. A child that writes nonsense is not listened to any more."""
        for _ in range(READS):
            came = self._pcm.read()
            self._unread += came
            if not came:
                break
        while len(self._unread) >= PIECE.size:
            at, frames = PIECE.unpack_from(self._unread)
            if not abs(at) < LONGEST or frames > MOST:
                self._unread.clear()
                self._pcm.close()
                return
            end = PIECE.size + frames * FRAME
            if len(self._unread) < end:
                return
            self.pieces.append((at, bytes(self._unread[PIECE.size : end])))
            del self._unread[:end]


class LiveVoice:
    def __init__(self, sound: LiveSound) -> None:
        self._sound = sound
        self._buffer = bytearray()
        """Of one piece with itself: without holes."""
        self._begins = 0.0
        """When the buffer's first frame is to be heard."""
        self._off = 0.0
        self._volume = 0.0

    def add(self, block: bytearray, moment: Moment, heard: Sequence[Heard], mix: Mix) -> None:
        self._sound.read()
        wanted = max((one.volume for one in heard if one.begins <= moment.at < one.ends), default=0.0)
        self._add(block, moment.mono - SEEN_AFTER, wanted, mix)

    def leave(self, block: bytearray, moment: Moment, mix: Mix) -> None:
        self._add(block, moment.mono - SEEN_AFTER, 0.0, mix)

    def _add(self, block: bytearray, at: float, wanted: float, mix: Mix) -> None:
        if not self._volume:
            self._join(at)
        self._gather(BLOCK + RESERVE)
        off = at - self._begins
        if abs(off) > (LOOSE if self._volume else 1 / RATE) or len(self._buffer) < (BLOCK + RESERVE) * FRAME:
            wanted = 0.0
        if not self._volume and not wanted:
            return
        self._off += (off - self._off) * SMOOTH
        need = BLOCK + nudge(self._off)
        took = bytes(self._buffer[: need * FRAME])
        del self._buffer[: need * FRAME]
        self._begins += need / RATE
        if self._volume == wanted:
            mix(block, stretched(took, need), wanted)
        else:
            mix_steps(block, stretched(took, need), self._faded(wanted), mix)

    def _join(self, at: float) -> None:
        """Silent so far: goes to where `at` is, past what is over."""
        self._off = 0.0
        while True:
            self._gather(BLOCK + RESERVE)
            over = at - self._begins
            if not self._buffer or -AHEAD < over < 0.5 / RATE:
                return
            del self._buffer[: round(over * RATE) * FRAME if over > 0 else None]
            self._begins = at

    def _gather(self, frames: int) -> None:
        """Makes the buffer that long, as far as there are pieces that go on where it ends."""
        while self._sound.pieces and len(self._buffer) < frames * FRAME:
            at, samples = self._sound.pieces[0]
            if not self._buffer:
                self._begins = at
            off = at - self._begins - len(self._buffer) / FRAME / RATE
            if abs(off) > LOOSE:
                return
            self._begins += off * SMOOTH
            self._buffer += samples
            self._sound.pieces.popleft()

    def _faded(self, wanted: float) -> list[float]:
        """The volumes of a block's steps, on the way to `wanted`."""
        volumes = []
        for _ in range(BLOCK // STEP):
            change = max(-MOST_CHANGE, min(MOST_CHANGE, wanted - self._volume))
            self._volume += change
            volumes.append(self._volume)
        return volumes
