"""What is to be heard, mixed in step with the picture: 48 kHz, stereo, 16 bit. It opens no device.

A voice is the sound of one showing of one item. For every instant that will be heard soon, each voice gives the
samples of that instant of its item; so sound follows the same clock as the picture. Small differences are taken up a
sample at a time, larger ones at once. Voices fade in and out, so that no item begins or ends with a click.
"""

import contextlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

RATE = 48_000
FRAME = 4
"""Bytes: two channels of two bytes."""
BLOCK = 480
"""Frames mixed at once: 10 ms."""
STEP = 48
"""Frames that share one gain while a voice fades: 1 ms."""
FADE = 0.008
LEAD = 0.1
"""Seconds that are always queued: a tick that comes late must not be heard."""
LOOSE, TIGHT, NUDGE = 0.03, 0.006, 0.012
"""Seconds off: beyond the first a voice jumps; beyond the others it gives or takes one sample or four a block."""
SMOOTH = 0.1
APART, READINGS = 0.005, 4
"""Seconds that may lie between a look at the clock and one at the queue, and how often both are looked at anew."""
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

    def close(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What is to be heard from `begins` to `ends`; `begins` is the beginning of the item."""

    pcm: Pcm
    begins: datetime
    ends: datetime
    volume: float
    """0 to 1."""


class Speaker(Protocol):
    def pending(self) -> float | None:
        """Seconds until what is queued now would be heard; None when nothing can be heard."""

    def play(self, samples: bytes) -> None: ...

    def mix(self, into: bytearray, samples: bytes, volume: float) -> None:
        """Adds samples, clipped, at a volume from 0 to 1. Both are of the same length."""

    def close(self) -> None: ...


class Voice:
    def __init__(self, pcm: Pcm) -> None:
        self._pcm = pcm
        self._buffer = bytearray()
        self._position = round(pcm.start * RATE)
        """Frame of the item with which the buffer begins."""
        self._off = 0.0
        self._lost = True
        """What is due did not come yet."""
        self.faded_in = 0.0
        """Seconds for which it has been heard."""

    def take(self, at: float) -> bytes:
        """The block of the item that begins `at` seconds in; silence where nothing came yet."""
        self._align(at)
        need = BLOCK + self._nudge()
        self._fill(need)
        if self._lost:
            return bytes(BLOCK * FRAME)
        took = bytes(self._buffer[: need * FRAME])
        del self._buffer[: need * FRAME]
        self._position += len(took) // FRAME
        return _stretched(took, need)

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

    def _nudge(self) -> int:
        size = 4 if abs(self._off) > NUDGE else 1 if abs(self._off) > TIGHT else 0
        return size if self._off > 0 else -size

    def _fill(self, frames: int) -> None:
        """Reads until that many frames are there, or nothing more is."""
        for _ in range(READS):
            if len(self._buffer) >= frames * FRAME:
                return
            self._buffer += self._pcm.read()


def _stretched(samples: bytes, frames: int) -> bytes:
    """A few frames more or fewer than a block, as a block: some are left out or doubled, evenly."""
    samples = samples.ljust(frames * FRAME, b"\0")
    for number in range(abs(frames - BLOCK)):
        place = (number + 1) * BLOCK // 5 * FRAME
        if frames > BLOCK:
            samples = samples[:place] + samples[place + FRAME :]
        else:
            samples = samples[:place] + samples[place - FRAME : place] + samples[place:]
    return samples


class Mixer:
    """Told at every tick what is to be heard. Sums voices and keeps the speaker's queue filled."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        self._voices: dict[Pcm, tuple[Voice, Heard]] = {}

    def step(self, now: Callable[[], datetime], heard: Sequence[Heard]) -> None:
        """`now` is asked beside every look at the queue: a process that is put to sleep between the two, or while it
        mixes, would put each later block where an earlier one belongs.
        """
        moment = self._moment(now)
        if moment is None:
            return
        at = moment[0]
        wanted = {one.pcm: one for one in heard if _soon(one, at)}
        gone = [(voice, one) for pcm, (voice, one) in self._voices.items() if pcm not in wanted]
        self._voices = {
            pcm: (self._voices[pcm][0] if pcm in self._voices else Voice(pcm), one) for pcm, one in wanted.items()
        }
        while (self._voices or gone) and moment is not None and moment[1] < LEAD:
            played = moment[0] + timedelta(seconds=moment[1])
            block = bytearray(BLOCK * FRAME)
            for voice, one in self._voices.values():
                self._add(block, voice, _since(one, played), _length(one), one.volume)
            for voice, one in gone:
                since = _since(one, played)
                self._add(block, voice, since, min(since + FADE, _length(one)), one.volume)
            gone = []
            self._speaker.play(bytes(block))
            moment = self._moment(now)

    def _moment(self, now: Callable[[], datetime]) -> tuple[datetime, float] | None:
        """An instant, and how many seconds of sound were queued at it; None when nothing can be heard."""
        for _ in range(READINGS):
            at, ahead = now(), self._speaker.pending()
            if ahead is None:
                return None
            moment = (at, ahead)
            if abs((now() - at).total_seconds()) < APART:
                break
        return moment

    def close(self) -> None:
        self._speaker.close()

    def _add(self, block: bytearray, voice: Voice, at: float, length: float, volume: float) -> None:
        """Adds the voice's block that begins `at` seconds into an item of `length` seconds."""
        if at + BLOCK / RATE <= 0 or at >= length:
            return
        samples = voice.take(at)
        if at >= 0 and voice.faded_in >= FADE and length - at >= FADE + BLOCK / RATE:
            self._speaker.mix(block, samples, volume)
            return
        for step in range(0, BLOCK, STEP):
            since = at + step / RATE
            gain = max(0.0, min(1.0, voice.faded_in / FADE, (length - since) / FADE)) if since >= 0 else 0.0
            if since >= 0:
                voice.faded_in += STEP / RATE
            part = bytearray(block[step * FRAME : (step + STEP) * FRAME])
            self._speaker.mix(part, samples[step * FRAME : (step + STEP) * FRAME], volume * gain)
            block[step * FRAME : (step + STEP) * FRAME] = part


def _since(one: Heard, at: datetime) -> float:
    return (at - one.begins).total_seconds()


def _length(one: Heard) -> float:
    return (one.ends - one.begins).total_seconds()


def _soon(one: Heard, now: datetime) -> bool:
    return (one.begins - now).total_seconds() < LEAD and (one.ends - now).total_seconds() > 0
