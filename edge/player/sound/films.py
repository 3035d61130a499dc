"""The sound of films: samples counted from the beginning of the item, for the instants of the item.

Small differences to the clock are taken up a sample at a time, larger ones at once.
"""

import contextlib
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

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

READ, READS = 65_536, 12
"""Bytes read at once, and how often in a row at most: a child that writes without an end must not keep the stage."""
PIPE_SIZE = 512 * 1024


class Pcm:
    """The reading end of a child's sound, which starts at `start` seconds of the item. Owns the descriptor."""

    def __init__(self, descriptor: int, start: float = 0.0) -> None:
        self.descriptor: int | None = descriptor
        self.start = start
        os.set_blocking(descriptor, False)

    def read(self) -> bytes:
        """What came; nothing when there is nothing. Never blocks."""
        if self.descriptor is None:
            return b""
        with contextlib.suppress(BlockingIOError):
            return os.read(self.descriptor, READ)
        return b""

    def voice(self) -> Voice:
        return FilmVoice(self)

    def close(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


class FilmVoice:
    def __init__(self, pcm: Pcm) -> None:
        self._pcm = pcm
        self._buffer = bytearray()
        self._position = round(pcm.start * RATE)
        """Frame of the item with which the buffer begins."""
        self._off = 0.0
        self._lost = True
        """What is due did not come yet."""
        self._faded_in = 0.0
        """Seconds for which it has been heard."""
        self._heard: Heard | None = None

    def add(self, block: bytearray, moment: Moment, heard: Sequence[Heard], mix: Mix) -> None:
        self._heard = heard[-1]
        self._add(block, moment.at, self._heard, mix)

    def leave(self, block: bytearray, moment: Moment, mix: Mix) -> None:
        if self._heard is not None:
            end = min(moment.at + timedelta(seconds=FADE), self._heard.ends)
            self._add(block, moment.at, replace(self._heard, ends=end), mix)

    def _add(self, block: bytearray, played: datetime, one: Heard, mix: Mix) -> None:
        """Adds the block that is heard from `played` on, faded at the item's beginning and end."""
        at, length = (played - one.begins).total_seconds(), (one.ends - one.begins).total_seconds()
        if at + BLOCK / RATE <= 0 or at >= length:
            return
        samples = self._take(at)
        if at >= 0 and self._faded_in >= FADE and length - at >= FADE + BLOCK / RATE:
            mix(block, samples, one.volume)
            return
        gains = []
        for step in range(0, BLOCK, STEP):
            since = at + step / RATE
            gains.append(max(0.0, min(1.0, self._faded_in / FADE, (length - since) / FADE)) if since >= 0 else 0.0)
            if since >= 0:
                self._faded_in += STEP / RATE
        mix_steps(block, samples, [one.volume * gain for gain in gains], mix)

    def _take(self, at: float) -> bytes:
        """The block of the item that begins `at` seconds in; silence where nothing came yet."""
        self._align(at)
        need = BLOCK + nudge(self._off)
        self._fill(need)
        if self._lost:
            return bytes(BLOCK * FRAME)
        took = bytes(self._buffer[: need * FRAME])
        del self._buffer[: need * FRAME]
        self._position += len(took) // FRAME
        return stretched(took, need)

    def _align(self, at: float) -> None:
        """Brings the buffer to `at`, when it is the first time or too far off."""
        off = at - self._position / RATE
        self._off += (off - self._off) * SMOOTH
        if abs(off) <= LOOSE and not self._lost:
            return
        self._off = 0.0
        ahead = round(off * RATE)
        if ahead > 0:
            self._fill(ahead)
            ahead = min(ahead, len(self._buffer) // FRAME)
            del self._buffer[: ahead * FRAME]
        else:
            self._buffer[:0] = bytes(-ahead * FRAME)
        self._position += ahead
        self._lost = abs(at - self._position / RATE) > 1 / RATE

    def _fill(self, frames: int) -> None:
        """Reads until that many frames are there, or nothing more is."""
        for _ in range(READS):
            if len(self._buffer) >= frames * FRAME:
                return
            self._buffer += self._pcm.read()
