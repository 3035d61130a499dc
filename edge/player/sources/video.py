"""Video by PyAV in decoder children: one child an item, its pictures in a ring of shared memory.

A child that dies, hangs or lies fails its source with a reason, and nothing else.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path

from edge.player.sound.films import PIPE_SIZE, Pcm
from edge.player.sound.mixing import Sound
from edge.player.source import SourceState
from edge.player.stage.pictures import Picture
from edge.player.workers import children
from edge.player.workers.ring import Nonsense, RingReader


class Decoder:
    """One child with its ring, warming up until it gets a job."""

    def __init__(self, module: str = "edge.player.workers.decoder") -> None:
        self.ring = RingReader()
        hearing, sounding = os.pipe2(os.O_CLOEXEC)
        self.sound = Pcm(hearing)
        with contextlib.suppress(OSError):  # the user's pipes are used up: the usual size does, for a while
            fcntl.fcntl(sounding, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
        given = (*self.ring.give_away, sounding)
        self.process, self._complaints = children.start(module, [str(fd) for fd in given], given)
        self.ring.given_away()
        os.close(sounding)

    def play(self, path: Path, start: float, *, loop: bool) -> None:
        self.sound.start = max(0.0, start)
        self._order({"path": str(path), "start": max(0.0, start), "loop": loop})

    def play_stream(self, url: str) -> None:
        self._order({"url": url})

    def _order(self, job: dict[str, object]) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(job).encode() + b"\n")
        except BrokenPipeError:
            return  # it is dead already: `exit_status` says so

    def exit_status(self) -> int | None:
        """None while it runs."""
        return self.process.poll()

    def end(self) -> str:
        """Ends it; answers its last words. Call once."""
        children.end(self.process)
        self.ring.close()
        self.sound.close()
        return children.last_words(self._complaints)


class DecoderPool:
    """Keeps one warm child ready, because a cold one needs up to seconds to load its libraries.

    Where children are the exception, as those of a second choice, `warm` is off.
    """

    def __init__(self, start: Callable[[], Decoder] = Decoder, *, warm: bool = True) -> None:
        self._start = start
        self._warm = warm
        self._standby: Decoder | None = start() if warm else None

    @property
    def standby_pid(self) -> int | None:
        return None if self._standby is None else self._standby.process.pid

    def take(self) -> Decoder:
        taken, self._standby = self._standby, None
        if taken is None or taken.exit_status() is not None:
            if taken is not None:
                taken.end()
            taken = self._start()
        if self._warm:
            self._standby = self._start()
        return taken

    def close(self) -> None:
        if self._standby is not None:
            self._standby.end()
            self._standby = None


class DecodedVideo:
    """A `VideoSource` on a decoder child."""

    def __init__(self, pool: DecoderPool) -> None:
        self._pool = pool
        self._decoder: Decoder | None = None
        self._state = SourceState.OPENING
        self._reason = ""

    def open(self, path: Path, start: float, *, loop: bool = False) -> None:
        self._decoder = self._pool.take()
        self._decoder.play(path, start, loop=loop)

    @property
    def pid(self) -> int | None:
        """The child's, while it lives."""
        return None if self._decoder is None else self._decoder.process.pid

    @property
    def announcing(self) -> int | None:
        """A descriptor that becomes readable when a picture comes or the child ends."""
        return None if self._decoder is None else self._decoder.ring.written_fd

    @property
    def sound(self) -> Sound | None:
        return None if self._decoder is None else self._decoder.sound

    @property
    def reason(self) -> str:
        return self._reason

    def ready(self) -> bool:
        self._poll()
        return self._decoder is not None and self._decoder.ring.written > 0

    def at(self, t: float) -> Picture | None:
        self._poll()
        if self._decoder is None:
            return None
        try:
            return self._decoder.ring.take(t)
        except Nonsense as error:
            self._fail(f"the decoder is not to be trusted: {error}")
            return None

    def reached(self, t: float) -> bool:
        self._poll()
        if self._decoder is None or self._state in (SourceState.ENDED, SourceState.FAILED):
            return True
        try:
            return self._decoder.ring.reached(t)
        except Nonsense as error:
            self._fail(f"the decoder is not to be trusted: {error}")
            return True

    def due_in(self, t: float) -> float | None:
        try:
            return None if self._decoder is None else self._decoder.ring.due_in(t)
        except Nonsense as error:
            self._fail(f"the decoder is not to be trusted: {error}")
            return None

    def moving(self) -> bool:
        return self._state in (SourceState.OPENING, SourceState.PLAYING) or self._waiting()

    def state(self) -> SourceState:
        self._poll()
        return self._state

    def close(self) -> None:
        if self._decoder is not None:
            self._decoder.end()
            self._decoder = None

    def _waiting(self) -> bool:
        return self._decoder is not None and self._decoder.ring.pending

    def _poll(self) -> None:
        if self._decoder is None or self._state in (SourceState.ENDED, SourceState.FAILED):
            return
        status = self._decoder.exit_status()  # before the ring: what it announced before it ended still counts
        try:
            self._decoder.ring.poll()
        except Nonsense as error:
            self._fail(f"the decoder is not to be trusted: {error}")
            return
        if self._decoder.ring.written:
            self._state = SourceState.PLAYING
        if status == 0 and self._decoder.ring.written:
            self._state = SourceState.ENDED
        elif status is not None:
            self._fail(self._decoder.ring.reason() or _death(status))

    def _fail(self, reason: str) -> None:
        self._state = SourceState.FAILED
        assert self._decoder is not None
        last_words = self._decoder.end()
        self._decoder = None
        self._reason = f"{reason} ({last_words})" if last_words and "trusted" not in reason else reason


def _death(status: int) -> str:
    if status < 0:
        return f"the decoder was ended by signal {-status}"
    if status == 0:
        return "the file ended before its first picture"
    return f"the decoder ended with status {status}"
