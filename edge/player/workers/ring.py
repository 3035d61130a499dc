"""A ring of I420 pictures in shared memory, from a decoder child to the stage.

The child is not to be trusted: it reads hostile files. So the memory is sealed (it can't shrink under the stage),
a picture is announced by a byte in a pipe (which also orders the memory on every processor, and whose other end the
child can't make blocking), and each slot's header is copied once and checked before any address is made of it.

Slot header, little endian: f64 time in seconds, u32 width, height, pitch, chroma pitch, rotation.
"""

import contextlib
import ctypes
import fcntl
import math
import mmap
import os
import select
import struct

from edge.player.source import TOLERANCE
from edge.player.stage.pictures import Planes

SLOTS = 5
MAX_WIDTH, MAX_HEIGHT = 4096, 2304
REASON = struct.Struct("<H")
REASON_SIZE = 256
SLOT = struct.Struct("<dIIIII")
SLOT_HEADER = 64
SLOT_SIZE = SLOT_HEADER + (MAX_WIDTH + 64) * MAX_HEIGHT * 3 // 2
RING_SIZE = REASON_SIZE + SLOTS * SLOT_SIZE
LONGEST = 7 * 86_400.0


class Nonsense(Exception):
    """The child wrote something that can't be true."""


def sealed_memory(name: str, size: int) -> int:
    """A file descriptor of `size` bytes of shared memory that nobody can shrink or grow any more."""
    descriptor = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, size)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    return descriptor


class RingReader:
    """The stage's side. Owns the memory and its ends of both pipes until `close`; `give_away` lists the child's."""

    def __init__(self) -> None:
        self.memory_fd = sealed_memory("pictures", RING_SIZE)
        self.written_fd, self._written_far = os.pipe2(os.O_CLOEXEC)
        self._free_far, self._free_fd = os.pipe2(os.O_CLOEXEC)
        for ours in (self.written_fd, self._free_fd):
            os.set_blocking(ours, False)
        os.write(self._free_fd, bytes(SLOTS))
        self._memory = mmap.mmap(self.memory_fd, RING_SIZE)
        self._anchor = ctypes.c_char.from_buffer(self._memory)
        self._base = ctypes.addressof(self._anchor)
        self._written = 0
        self._next = 0
        self._holding = False
        self._fresh = False
        self._closed = False

    @property
    def written(self) -> int:
        """How many pictures came so far."""
        return self._written

    @property
    def give_away(self) -> tuple[int, int, int]:
        """The descriptors a child needs: memory, announcing pipe, free slots pipe."""
        return self.memory_fd, self._written_far, self._free_far

    def given_away(self) -> None:
        """Closes the far ends here, once the child has them."""
        os.close(self._written_far)
        os.close(self._free_far)

    def poll(self) -> None:
        """Takes note of pictures that came since. Raises Nonsense when more came than there is room for."""
        try:
            self._written += len(os.read(self.written_fd, 4096))
        except BlockingIOError:
            return
        if self._written - self._next + self._holding > SLOTS:
            raise Nonsense(f"it says {self._written - self._next} pictures wait, but the ring has {SLOTS} slots")

    @property
    def pending(self) -> bool:
        """Whether pictures wait that were not taken yet."""
        return self._fresh or self._next < self._written

    def take(self, t: float) -> Planes | None:
        """The newest picture due at `t`, or None when it was taken already. Raises Nonsense.

        It is valid until the next call of `take` or `reached`.
        """
        self._advance(t)
        if not self._fresh:
            return None
        self._fresh = False
        return self._picture(self._next - 1)

    def reached(self, t: float) -> bool:
        """Whether a picture later than `t` waits, so that `take(t)` is final. Raises Nonsense."""
        self._advance(t)
        return self._next < self._written

    def due_in(self, t: float) -> float | None:
        """Seconds from `t` until the next picture is due, if it came already. Raises Nonsense."""
        return self._time(self._next) - t if self._next < self._written else None

    def _advance(self, t: float) -> None:
        """Holds the newest picture due at `t` and gives the slots of those before it back."""
        while self._next < self._written and self._time(self._next) <= t + TOLERANCE:
            if self._holding:
                self._release()
            self._next, self._holding, self._fresh = self._next + 1, True, True

    def reason(self) -> str:
        (length,) = REASON.unpack_from(self._memory, 0)
        raw = self._memory[REASON.size : REASON.size + min(length, REASON_SIZE - REASON.size)]
        return "".join(c for c in raw.decode("utf-8", "replace") if c.isprintable())

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        del self._anchor
        self._memory.close()
        for descriptor in (self.memory_fd, self.written_fd, self._free_fd):
            os.close(descriptor)

    def _release(self) -> None:
        with contextlib.suppress(BlockingIOError, BrokenPipeError):
            os.write(self._free_fd, b"\0")

    def _offset(self, n: int) -> int:
        return REASON_SIZE + (n % SLOTS) * SLOT_SIZE

    def _time(self, n: int) -> float:
        time: float = SLOT.unpack_from(self._memory, self._offset(n))[0]
        if not math.isfinite(time) or abs(time) > LONGEST:
            raise Nonsense(f"a picture's time is {time}")
        return time

    def _picture(self, n: int) -> Planes:
        offset = self._offset(n)
        _, width, height, pitch, chroma_pitch, rotation = SLOT.unpack_from(self._memory, offset)
        check_picture(width, height, pitch, chroma_pitch, rotation)
        y = self._base + offset + SLOT_HEADER
        u = y + pitch * height
        v = u + chroma_pitch * ((height + 1) // 2)
        return Planes(width, height, y, u, v, pitch, chroma_pitch, rotation)


def check_picture(width: int, height: int, pitch: int, chroma_pitch: int, rotation: int) -> None:
    """Raises Nonsense unless such a picture lies wholly inside one slot."""
    if not (0 < width <= MAX_WIDTH and 0 < height <= MAX_HEIGHT):
        raise Nonsense(f"a picture of {width}x{height}; allowed is up to {MAX_WIDTH}x{MAX_HEIGHT}")
    if pitch < width or chroma_pitch < (width + 1) // 2:
        raise Nonsense(f"rows of {pitch} and {chroma_pitch} bytes for a width of {width}")
    if pitch * height + 2 * chroma_pitch * ((height + 1) // 2) > SLOT_SIZE - SLOT_HEADER:
        raise Nonsense(f"rows of {pitch} and {chroma_pitch} bytes reach beyond the slot")
    if rotation not in (0, 90, 180, 270):
        raise Nonsense(f"a rotation of {rotation}")


class RingWriter:
    """The child's side, on descriptors it inherited. Waits, without polling, while all slots are taken."""

    def __init__(self, memory_fd: int, written_fd: int, free_fd: int) -> None:
        self._memory = mmap.mmap(memory_fd, RING_SIZE)
        self._base = ctypes.addressof(ctypes.c_char.from_buffer(self._memory))
        self._written_fd = written_fd
        self._free_fd = free_fd
        self._n = 0

    def has_room(self) -> bool:
        """Whether `write` would not wait."""
        return bool(select.select([self._free_fd], [], [], 0)[0])

    def write(self, time: float, width: int, height: int, planes: list[tuple[int, int]], rotation: int) -> None:
        """Copies one picture in. `planes` are (address, bytes a row) of Y, U and V. Raises Nonsense if it can't fit."""
        pitch, chroma_pitch = planes[0][1], planes[1][1]
        check_picture(width, height, pitch, chroma_pitch, rotation)
        if not os.read(self._free_fd, 1):
            raise EOFError
        offset = REASON_SIZE + (self._n % SLOTS) * SLOT_SIZE
        target = self._base + offset + SLOT_HEADER
        for (address, row), rows in zip(planes, (height, (height + 1) // 2, (height + 1) // 2), strict=True):
            ctypes.memmove(target, address, row * rows)
            target += row * rows
        SLOT.pack_into(self._memory, offset, time, width, height, pitch, chroma_pitch, rotation)
        self._n += 1
        os.write(self._written_fd, b"\0")

    def fail(self, reason: str) -> None:
        raw = reason.encode()[: REASON_SIZE - REASON.size]
        REASON.pack_into(self._memory, 0, len(raw))
        self._memory[REASON.size : REASON.size + len(raw)] = raw
