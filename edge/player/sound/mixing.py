"""What is to be heard, mixed in step with the picture: 48 kHz, stereo, 16 bit. It opens no device.

A voice is the sound of one source. For every instant that will be heard soon, each voice gives the samples of that
instant, so sound follows the same clock as the picture. Voices fade in and out, so that nothing begins or ends with a
click.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

RATE = 48_000
FRAME = 4
"""Bytes: two channels of two bytes."""
BLOCK = 480
"""Frames mixed at once: 10 ms."""
STEP = 12
"""Frames that share one gain while a voice fades: so few that the steps between them are not heard either."""
FADE = 0.008
LEAD = 0.1
"""Seconds that are always queued: a tick that comes late must not be heard."""
LOOSE, TIGHT, NUDGE = 0.03, 0.006, 0.012
"""Seconds off: beyond the first a voice jumps; beyond the others it gives or takes one sample or four a block."""
SMOOTH = 0.1
APART, READINGS = 0.005, 4
"""Seconds that may lie between a look at the clock and one at the queue, and how often both are looked at anew."""

Mix = Callable[[bytearray, bytes, float], None]
"""`Speaker.mix`."""


class Moment(NamedTuple):
    """An instant by the show's clock and by the machine's, which goes on through everything."""

    at: datetime
    mono: float

    def later(self, seconds: float) -> "Moment":
        return Moment(self.at + timedelta(seconds=seconds), self.mono + seconds)


class Voice(Protocol):
    def add(self, block: bytearray, moment: Moment, heard: Sequence["Heard"], mix: Mix) -> None:
        """Adds what is heard from `moment` on; `heard` says of each showing of this sound when and how loud."""

    def leave(self, block: bytearray, moment: Moment, mix: Mix) -> None:
        """Adds the last block: it isn't wanted any more, and fades."""


class Sound(Protocol):
    """What a source has to be heard. The same object is the same sound, also where it is shown twice."""

    def voice(self) -> Voice: ...


@dataclass(frozen=True, slots=True)
class Heard:
    """What is to be heard from `begins` to `ends`; `begins` is the beginning of the item."""

    sound: Sound
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


class Mixer:
    """Told at every tick what is to be heard. Sums voices and keeps the speaker's queue filled."""

    def __init__(self, speaker: Speaker, monotonic: Callable[[], float]) -> None:
        self._speaker = speaker
        self._monotonic = monotonic
        self._voices: dict[Sound, Voice] = {}

    def step(self, now: Callable[[], datetime], heard: Sequence[Heard]) -> None:
        """`now` is asked beside every look at the queue: a process that is put to sleep between the two, or while it
        mixes, would put each later block where an earlier one belongs.
        """
        queued = self._queued(now)
        if queued is None:
            return
        wanted: dict[Sound, list[Heard]] = {}
        for one in heard:
            if _soon(one, queued[0].at):
                wanted.setdefault(one.sound, []).append(one)
        gone = [voice for sound, voice in self._voices.items() if sound not in wanted]
        self._voices = {sound: self._voices.get(sound) or sound.voice() for sound in wanted}
        while (self._voices or gone) and queued is not None and queued[1] < LEAD:
            moment = queued[0].later(queued[1])
            block = bytearray(BLOCK * FRAME)
            for sound, voice in self._voices.items():
                voice.add(block, moment, wanted[sound], self._speaker.mix)
            for voice in gone:
                voice.leave(block, moment, self._speaker.mix)
            gone = []
            self._speaker.play(bytes(block))
            queued = self._queued(now)

    def _queued(self, now: Callable[[], datetime]) -> tuple[Moment, float] | None:
        """A moment, and how many seconds of sound were queued at it; None when nothing can be heard."""
        for _ in range(READINGS):
            moment, ahead = Moment(now(), self._monotonic()), self._speaker.pending()
            if ahead is None:
                return None
            queued = (moment, ahead)
            if abs((now() - moment.at).total_seconds()) < APART:
                break
        return queued

    def close(self) -> None:
        self._speaker.close()


def nudge(off: float) -> int:
    """Frames to take more than a block (or fewer), so that a voice `off` seconds behind catches up unheard."""
    size = 4 if abs(off) > NUDGE else 1 if abs(off) > TIGHT else 0
    return size if off > 0 else -size


def stretched(samples: bytes, frames: int) -> bytes:
    """A few frames more or fewer than a block, as a block: some are left out or doubled, evenly."""
    samples = samples.ljust(frames * FRAME, b"\0")
    for number in range(abs(frames - BLOCK)):
        place = (number + 1) * BLOCK // 5 * FRAME
        if frames > BLOCK:
            samples = samples[:place] + samples[place + FRAME :]
        else:
            samples = samples[:place] + samples[place - FRAME : place] + samples[place:]
    return samples


def mix_steps(block: bytearray, samples: bytes, volumes: Sequence[float], mix: Mix) -> None:
    """Adds a block to another, each step of it at a volume of its own."""
    for step, volume in enumerate(volumes):
        part = slice(step * STEP * FRAME, (step + 1) * STEP * FRAME)
        mixed = block[part]
        mix(mixed, samples[part], volume)
        block[part] = mixed


def _soon(one: Heard, now: datetime) -> bool:
    return (one.begins - now).total_seconds() < LEAD and (one.ends - now).total_seconds() > 0
