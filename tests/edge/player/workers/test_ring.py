import ctypes
import os

import pytest

from edge.player.workers.ring import (
    MAX_HEIGHT,
    MAX_WIDTH,
    SLOTS,
    Nonsense,
    RingReader,
    RingWriter,
    check_picture,
    sealed_memory,
)


class Pair:
    """Reader and writer in one process, the writer on its own copies of the descriptors, as in a child."""

    def __init__(self) -> None:
        self.reader = RingReader()
        self.far = [os.dup(descriptor) for descriptor in self.reader.give_away]
        self.reader.given_away()
        self.writer = RingWriter(*self.far)
        self._buffer = ctypes.create_string_buffer(64 * 64)

    def write(self, time: float, fill: int) -> None:
        ctypes.memset(self._buffer, fill, 64 * 64)
        address = ctypes.addressof(self._buffer)
        self.writer.write(time, 64, 64, [(address, 64), (address, 32), (address, 32)], 0)
        self.reader.poll()

    def first_byte(self, t: float) -> int | None:
        picture = self.reader.take(t)
        return None if picture is None else ctypes.string_at(picture.y, 1)[0]

    def close(self) -> None:
        self.reader.close()
        for descriptor in self.far:
            os.close(descriptor)


@pytest.fixture
def pair() -> "Pair":
    return Pair()


def test_the_newest_picture_that_is_due_is_taken_once(pair: Pair) -> None:
    for n in range(4):
        pair.write(n / 10, n + 1)

    assert [pair.first_byte(t) for t in (0.0, 0.0, 0.25, 0.3)] == [1, None, 3, 4]
    pair.close()


def test_slots_come_back_so_that_many_pictures_pass(pair: Pair) -> None:
    seen = []
    for n in range(SLOTS * 4):
        pair.write(n / 10, n + 1)
        seen.append(pair.first_byte(n / 10))

    assert seen == [n + 1 for n in range(SLOTS * 4)]
    pair.close()


def test_it_knows_when_nothing_later_can_come_for_an_instant(pair: Pair) -> None:
    pair.write(0.0, 1)
    before = pair.reader.reached(0.05)
    pair.write(0.1, 2)

    assert (before, pair.reader.reached(0.05), pair.reader.reached(0.1)) == (False, True, False)
    pair.close()


def test_more_announcements_than_slots_are_nonsense(pair: Pair) -> None:
    os.write(pair.far[1], bytes(SLOTS + 1))

    with pytest.raises(Nonsense, match="slots"):
        pair.reader.poll()
    pair.close()


@pytest.mark.parametrize(
    "claim",
    [
        (0, 64, 64, 32, 0),
        (MAX_WIDTH + 1, 64, 8192, 4096, 0),
        (64, MAX_HEIGHT + 1, 64, 32, 0),
        (64, 64, 63, 32, 0),
        (64, 64, 64, 31, 0),
        (64, 64, 1 << 20, 1 << 20, 0),
        (64, 64, 64, 32, 45),
    ],
)
def test_a_picture_that_can_not_lie_in_its_slot_is_nonsense(claim: tuple[int, int, int, int, int]) -> None:
    with pytest.raises(Nonsense):
        check_picture(*claim)


def test_the_largest_picture_fits() -> None:
    check_picture(MAX_WIDTH, MAX_HEIGHT, MAX_WIDTH + 64, MAX_WIDTH // 2 + 32, 270)


def test_nobody_can_shrink_the_memory() -> None:
    descriptor = sealed_memory("test", 4096)

    with pytest.raises(PermissionError):
        os.ftruncate(descriptor, 0)
    os.close(descriptor)


def test_a_reason_is_printable_and_bounded(pair: Pair) -> None:
    pair.writer.fail("bad\x1b[31m" + "x" * 1000)

    assert pair.reader.reason().startswith("bad[31mxxx")
    assert len(pair.reader.reason()) < 256
    pair.close()
